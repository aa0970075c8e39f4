"""Operators: what they make of two values, and of one of several."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stockade.vetter.acts import NO_TAINTS
from stockade.vetter.python import (
    calls_outside,
    constants,
    expressions,
    expressions_turns,
    hooks,
)
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import (
    GAP,
    MOST_ITEMS,
    File,
    Instance,
    Value,
    cap,
    number,
    union,
)


def binary(m: Machine, frame: Frame, node: ast.BinOp) -> Value:
    """``left operator right``, long chains of it too."""
    # A long sum nests to the left, one level a term: walked in a loop, not by recursion.
    chain: list[ast.BinOp] = []
    inner: ast.expr = node
    while isinstance(inner, ast.BinOp):
        chain.append(inner)
        inner = inner.left
    value = expressions.evaluate(m, frame, inner)
    for each in reversed(chain):
        right = expressions.evaluate(m, frame, each.right)
        value = operate(m, frame, each, type(each.op).__name__, value, right)
    return value


def operate(m: Machine, frame: Frame, node: ast.AST, operator: str, left: Value, right: Value) -> Value:
    """``left operator right``, with the class name of the operator's node."""
    if left.known and right.known:
        result = constants.binary(operator, left.const, right.const)
        if result is not UNKNOWN:
            taints = left.taints | right.taints
            if operator == "BitXor" and isinstance(result, int | bytes):
                taints = calls_outside.decoded(m, frame, node, [left, right], "xor")
            elif (
                operator == "Mod"
                and isinstance(left.const, str)
                and left.const.count("%c") >= expressions.LONG_TEXT
            ):
                taints = calls_outside.decoded(m, frame, node, [left, right], "character codes")
            return Value(result, taints=taints, built=True)
    if (
        isinstance(left.ref, Instance)
        and (hook := left.ref.cls.find(_OPERATORS.get(operator, ""))) is not None
    ):
        return expressions.call_value(m, frame, node, hook, [left, right], {})
    back = _OPERATORS.get(operator, "").replace("__", "__r", 1)
    if (made := hooks.call_method_of(m, frame, node, right, back, [left])) is not None:
        return made
    taints = cap(left.all_taints() | right.all_taints())
    if operator == "Add":
        if isinstance(left.items, list) and isinstance(right.items, list):
            return Value(items=(left.items + right.items)[:MOST_ITEMS], taints=left.taints | right.taints)
        if left.shown or right.shown:
            return Value(taints=taints, text=f"{_shown(left)}{_shown(right)}"[: expressions.MOST_TEXT])
    elif operator == "Div" and isinstance(left.ref, File):
        path = f"{left.ref.path}/{_shown(right)}"
        return Value(name=left.name, ref=File(path, taints=left.ref.taints), taints=taints, text=path)
    elif operator == "Mod" and isinstance(left.const, str):
        return Value(taints=taints, text=_percent_text(left.const, right)[: expressions.MOST_TEXT])
    elif operator == "BitXor" and (left.taints or right.taints):
        return Value(taints=calls_outside.decoded(m, frame, node, [left, right], "xor"))
    return Value(taints=taints)


_OPERATORS = {
    "Add": "__add__",
    "Sub": "__sub__",
    "Mult": "__mul__",
    "Div": "__truediv__",
    "Mod": "__mod__",
    "BitOr": "__or__",
    "BitAnd": "__and__",
    "BitXor": "__xor__",
    "MatMult": "__matmul__",
    "Pow": "__pow__",
    "LShift": "__lshift__",
    "RShift": "__rshift__",
    "FloorDiv": "__floordiv__",
}


def _shown(value: Value) -> str:
    return value.shown or GAP


def _percent_text(pattern: str, right: Value) -> str:
    parts = expressions_turns.elements_of(right) if not isinstance(right.const, str) else None
    filled = iter(parts if parts is not None else [right])
    out = []
    for place, piece in enumerate(pattern.replace("%d", "%s").split("%s")):
        if place:
            each = next(filled, None)
            out.append(_shown(each) if each is not None else GAP)
        out.append(piece)
    return "".join(out)


def unary(m: Machine, frame: Frame, node: ast.UnaryOp) -> Value:
    """``operator operand``."""
    value = expressions.evaluate(m, frame, node.operand)
    operator = type(node.op).__name__
    if (made := hooks.call_method_of(m, frame, node, value, hooks.UNARY[operator])) is not None:
        return made
    if value.known:
        result = constants.unary(operator, value.const)
        if result is not UNKNOWN:
            return Value(result, taints=value.taints)
    return Value(taints=value.taints)


def boolean(m: Machine, frame: Frame, node: ast.BoolOp) -> Value:
    """``a and b``, ``a or b``: one of them."""
    values = [expressions.evaluate(m, frame, each) for each in node.values]
    return _either(values)


def _either(values: Sequence[Value]) -> Value:
    """One of several values: the first of which most is known, with the origins of all."""
    best = max(
        values,
        key=lambda v: (
            v.ref is not None,
            bool(v.name),
            v.known and v.const is not None,
            len(v.const) if isinstance(v.const, str) else len(v.text),
        ),
    )
    taints = union(values)
    if taints == best.taints:
        return best
    return Value(best.const, name=best.name, taints=taints, ref=best.ref, items=best.items, text=best.text)


def compare(m: Machine, frame: Frame, node: ast.Compare) -> Value:
    """A comparison, where both sides are constants."""
    left = expressions.evaluate(m, frame, node.left)
    rights = [expressions.evaluate(m, frame, each) for each in node.comparators]
    if len(rights) == 1 and left.known and rights[0].known:
        result = constants.compare(type(node.ops[0]).__name__, left.const, rights[0].const)
        if result is not UNKNOWN:
            return Value(result)
    for operator, one, other in zip(node.ops, [left, *rights], rights, strict=False):
        if (made := hooks.compared(m, frame, node, type(operator).__name__, one, other)) is not None:
            return made
    return Value()


def conditional(m: Machine, frame: Frame, node: ast.IfExp) -> Value:
    """``body if test else other``."""
    test = expressions.evaluate(m, frame, node.test)
    body, other = expressions.evaluate(m, frame, node.body), expressions.evaluate(m, frame, node.orelse)
    if test.known:
        chosen = body if test.const else other
        if test.taints and chosen.known:  # bits that are read out of a text one by one
            return Value(chosen.const, taints=cap(chosen.taints | test.taints))
        return chosen
    return _either([body, other])


def fstring(m: Machine, frame: Frame, node: ast.JoinedStr) -> Value:
    """An f-string: a constant where all of it is known, else a text with gaps."""
    parts: list[str] = []
    taints = NO_TAINTS
    whole = True
    for each in node.values:
        if isinstance(each, ast.Constant):
            parts.append(str(each.value))
            continue
        value = (
            expressions.evaluate(m, frame, each.value) if isinstance(each, ast.FormattedValue) else Value()
        )
        taints |= value.all_taints()
        plain = isinstance(each, ast.FormattedValue) and each.conversion == -1 and each.format_spec is None
        if plain and isinstance(value.const, str | int) and not isinstance(value.const, bool):
            parts.append(
                (value.const if isinstance(value.const, str) else number(value.const))[
                    : expressions.MOST_TEXT
                ]
            )
        else:
            parts.append(value.text or GAP)
            whole = False
    text = "".join(parts)
    if whole:
        return Value(text, taints=cap(taints), built=True)
    return Value(text=text[: expressions.MOST_TEXT], taints=cap(taints))
