"""Expressions: what they evaluate to, as far as it can be known without running them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence

from stockade.vetter.python import (
    calls,
    calls_functions,
    expressions_attributes,
    expressions_operators,
    expressions_turns,
    hooks,
)
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.knowledge import canonical
from stockade.vetter.python.machine import Machine, OutOfBudget
from stockade.vetter.python.values import (
    Bound,
    Class,
    Function,
    Instance,
    Value,
)

MOST_TEXT = 4_096
"""Characters of a partly known text."""

MOST_STARS = 16
"""Imports of everything that are looked through for a name."""

LONG_TEXT = 16
"""Characters from which a text that is read backwards counts as hidden."""


def evaluate(m: Machine, frame: Frame, node: ast.expr) -> Value:
    """The value of an expression."""
    m.steps += 1
    if m.steps > m.budget:
        raise OutOfBudget
    handler = _HANDLERS.get(type(node))
    return handler(m, frame, node) if handler is not None else Value()


def as_load(node: ast.expr) -> ast.expr:
    """A target, to be read: the same node (contexts are not looked at)."""
    return node


def _constant(_m: Machine, _frame: Frame, node: ast.Constant) -> Value:
    return Value(UNKNOWN if node.value is Ellipsis else node.value)


def _name(m: Machine, frame: Frame, node: ast.Name) -> Value:
    found = frame.find(node.id)
    if found is not None:
        return found
    return builtin(m, frame, node.id, node)


_NOWHERE = ast.Pass()


def builtin(m: Machine, frame: Frame, name: str, node: ast.AST = _NOWHERE) -> Value:
    """A name that nothing in the package binds."""
    if name == "__builtins__":
        return Value(name="builtins")
    if name in {"__file__", "__path__"}:
        return Value(frame.module.path)
    if frame.module.stars and not hasattr(builtins, name):
        return expressions_attributes.outer(m, frame, node, starred_name(frame.module.stars, name))
    return Value(name=canonical(name))


def starred_name(stars: Sequence[str], name: str) -> str:
    """What a name means that only an import of everything can have bound: the module of which it is known, or the last."""
    from stockade.vetter.python.effects import is_known  # noqa: PLC0415 - mutual recursion of the walk

    full = [canonical(f"{star}.{name}") for star in stars[-MOST_STARS:]]
    return next((each for each in full if is_known(each)), full[-1])


def _walrus(m: Machine, frame: Frame, node: ast.NamedExpr) -> Value:
    value = evaluate(m, frame, node.value)
    frame.place(node.target.id)[node.target.id] = value
    return value


def make_function(
    m: Machine, frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str
) -> Function:
    """A function of the package, with its defaults evaluated."""
    arguments = node.args
    defaults: dict[str, Value] = {}
    positional = [*arguments.posonlyargs, *arguments.args]
    first = len(positional) - len(arguments.defaults)
    for argument, default in zip(positional[first:], arguments.defaults, strict=True):
        defaults[argument.arg] = evaluate(m, frame, default)
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if keyword_default is not None:
            defaults[argument.arg] = evaluate(m, frame, keyword_default)
    return Function(node=node, frame=frame, name=name, defaults=defaults)


def _lambda(m: Machine, frame: Frame, node: ast.Lambda) -> Value:
    value = Value(ref=make_function(m, frame, node, "<lambda>"))
    frame.module.functions.append(value)
    return value


def decorated(m: Machine, frame: Frame, node: ast.stmt, decorator: Value, value: Value) -> Value:
    """What a decorator makes of a function or class: what its own code returns, else the same."""
    if decorator.name in {"staticmethod", "classmethod", "property"} or not (
        decorator.ref is not None or decorator.name
    ):
        return value
    result = call_value(m, frame, node, decorator, [value], {})
    return result if isinstance(result.ref, Function | Class | Bound) else value


def class_created(
    m: Machine, frame: Frame, node: ast.ClassDef, value: Value, keywords: dict[str, Value]
) -> None:
    """Code that runs when a class statement does: metaclass, ``__init_subclass__``."""
    assert isinstance(value.ref, Class)  # noqa: S101 - the only caller makes it so
    meta = keywords.get("metaclass")
    hooks.named(m, frame, node, value)
    if meta is not None and isinstance(meta.ref, Class):
        value.ref.meta = meta.ref
        for hook in ("__new__", "__init__", "__prepare__"):
            if (found := meta.ref.find(hook)) is not None:
                call_value(m, frame, node, found, [meta, Value(node.name), Value(), Value()], {})
    for base in value.ref.bases:
        if isinstance(base.ref, Class) and (hook_ := base.ref.find("__init_subclass__")) is not None:
            call_value(m, frame, node, hook_, [value], {})


def entered(m: Machine, frame: Frame, node: ast.AST, value: Value) -> Value:
    """What ``with value as …`` binds."""
    if isinstance(value.ref, Instance):
        leave = value.ref.cls.find("__exit__")
        enter = value.ref.cls.find("__enter__") or value.ref.cls.find("__aenter__")
        result = call_value(m, frame, node, enter, [value], {}) if enter is not None else value
        if leave is not None:
            call_value(m, frame, node, leave, [value, Value(None), Value(None), Value(None)], {})
        return result if result.ref is not None or result.name or result.known else value
    return value


def _await(m: Machine, frame: Frame, node: ast.Await | ast.YieldFrom) -> Value:
    value = evaluate(m, frame, node.value)
    if isinstance(node, ast.YieldFrom):
        calls_functions.yielded(frame, value)
    return value


def _yield(m: Machine, frame: Frame, node: ast.Yield) -> Value:
    value = Value(None) if node.value is None else evaluate(m, frame, node.value)
    calls_functions.yielded(frame, Value(items=[value], taints=value.taints))
    return Value()


def _starred(m: Machine, frame: Frame, node: ast.Starred) -> Value:
    return evaluate(m, frame, node.value)


def call_value(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    function: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """Call a value (see :func:`stockade.vetter.python.calls.call`)."""
    return calls.call(m, frame, node, function, arguments, keywords)


def _call(m: Machine, frame: Frame, node: ast.Call) -> Value:
    return calls.call_node(m, frame, node)


_HANDLERS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: expressions_attributes.attribute_of,
    ast.Subscript: expressions_attributes.subscript,
    ast.List: expressions_turns.sequence,
    ast.Tuple: expressions_turns.sequence,
    ast.Set: expressions_turns.sequence,
    ast.Dict: expressions_turns.dictionary,
    ast.BinOp: expressions_operators.binary,
    ast.UnaryOp: expressions_operators.unary,
    ast.BoolOp: expressions_operators.boolean,
    ast.Compare: expressions_operators.compare,
    ast.IfExp: expressions_operators.conditional,
    ast.NamedExpr: _walrus,
    ast.JoinedStr: expressions_operators.fstring,
    ast.Lambda: _lambda,
    ast.ListComp: expressions_turns.comprehension,
    ast.SetComp: expressions_turns.comprehension,
    ast.GeneratorExp: expressions_turns.comprehension,
    ast.DictComp: expressions_turns.comprehension,
    ast.Await: _await,
    ast.YieldFrom: _await,
    ast.Yield: _yield,
    ast.Starred: _starred,
    ast.Call: _call,
}
