"""Methods of constants and containers: what they give, and how they change what they are called on."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stockade.vetter.acts import Taints
from stockade.vetter.python import (
    calls_outside,
    constants,
    expressions,
    expressions_attributes,
    expressions_turns,
    fold,
)
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import (
    MOST_ITEMS,
    Value,
    cap,
    union,
)


def on_constant(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    owner: Value,
    method: str,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """A method of a constant or a container."""
    if owner.items is not None and (result := _on_container(owner, method, arguments)) is not None:
        if m.loose and method in _GROWING and isinstance(owner.items, list):
            expressions_turns.grown_list(m, owner.items)
        return result
    given = [constant_of(each) for each in arguments]
    named = {name: constant_of(value) for name, value in keywords.items()}
    base = constant_of(owner) if not _is_long(owner) or method in _WHOLE else UNKNOWN
    taints = cap(owner.taints | union([*arguments, *keywords.values()]))
    if base is not UNKNOWN:
        if method in {"append", "extend", "insert", "update"} and isinstance(base, list | dict | bytearray):
            changed = _mutated(owner, method, arguments, given)
            if m.loose:
                owner.const = UNKNOWN  # further turns add to it
            return changed
        if all(each is not UNKNOWN for each in (*given, *named.values())):
            m.step(cost(base))
            result_ = constants.method(base, method, given, named)
            if result_ is not UNKNOWN:
                word = fold.is_decoder(f"{type(base).__name__}.{method}", given[0] if given else None)
                if word is not None:
                    taints = calls_outside.decoded(m, frame, node, [owner], word)
                return Value(result_, taints=taints, built=True)
    if method == "join" and arguments:
        return _joined(owner, arguments[0], taints)
    if method == "format" and isinstance(base, str):
        return Value(text=_formatted(base, arguments, keywords), taints=taints)
    return Value(taints=taints)


_GROWING = frozenset({"append", "add", "appendleft", "extend", "insert"})

LONG_CONTAINER = 512
"""Elements from which a container is not searched again and again."""

_WHOLE = frozenset({"append", "extend", "insert", "update", "join", "decode", "translate", "hex"})
"""Methods that build or turn a whole container, once."""


def _is_long(owner: Value) -> bool:
    """Whether searching a container costs: a loop that does it for every element would never end."""
    held = owner.items if owner.items is not None else owner.const
    return isinstance(held, list | tuple) and len(held) > LONG_CONTAINER


def cost(constant: object) -> int:
    """Steps that a function of a constant counts for."""
    return 1 + len(constant) // 2_000 if isinstance(constant, str | bytes | list | tuple) else 1


def _on_container(owner: Value, method: str, arguments: list[Value]) -> Value | None:
    items = owner.items
    if isinstance(items, list):
        if method in {"append", "add", "appendleft"} and arguments:
            if len(items) < MOST_ITEMS:
                items.append(arguments[0])
            return Value(None)
        if method == "extend" and arguments:
            parts = expressions_turns.elements_of(arguments[0])
            items.extend(
                (parts if parts is not None else [Value(taints=arguments[0].all_taints())])[:MOST_ITEMS]
            )
            return Value(None)
        if method == "insert" and len(arguments) > 1:
            items.insert(0, arguments[1])
            return Value(None)
        if method == "pop":
            return expressions_turns.any_element(owner)
        if method == "copy":
            return Value(items=list(items), taints=owner.taints)
        return None
    if isinstance(items, dict):
        if method in {"get", "pop", "setdefault"} and arguments and arguments[0].known:
            key = arguments[0].const
            try:
                if key in items:
                    return items[key]
            except TypeError:
                return None
            return arguments[1] if len(arguments) > 1 else Value(taints=owner.taints)
        if method == "get" and arguments:
            found = expressions_attributes.one_of([*items.values(), *arguments[1:]], owner.all_taints())
            return found if found.ref is not None else None
        if method == "values":
            return Value(items=list(items.values()), taints=owner.taints)
        if method == "items":
            pairs = [Value(items=[Value(key), value]) for key, value in items.items()]
            return Value(items=pairs, taints=owner.taints)
        if method == "update" and arguments:
            if isinstance(arguments[0].items, dict):
                items.update(arguments[0].items)
            owner.taints = cap(owner.taints | arguments[0].all_taints())
            return Value(None)
        if method == "copy":
            return Value(items=dict(items), taints=owner.taints)
    return None


def _mutated(owner: Value, method: str, arguments: list[Value], constants: list[object]) -> Value:
    """A mutable constant that grows: stays a constant while what is added is one."""
    base = owner.const
    owner.taints = cap(owner.taints | union(arguments))
    if method == "append" and isinstance(base, list) and len(base) < MOST_ITEMS * 16:
        if constants and constants[0] is not UNKNOWN:
            owner.const = [*base, constants[0]] if len(base) < 64 else _grown(base, constants[0])
        else:
            owner.const = UNKNOWN
            owner.items = [*(Value(each) for each in base[:MOST_ITEMS]), *arguments]
    elif (
        method == "extend"
        and isinstance(base, list)
        and constants
        and isinstance(constants[0], list | tuple | str)
    ):
        owner.const = [*base, *constants[0]][: MOST_ITEMS * 16]
    elif isinstance(base, bytearray) and constants and isinstance(constants[0], int):
        owner.const = base + bytes([constants[0] & 255]) if len(base) < MOST_ITEMS * 16 else UNKNOWN
    else:
        owner.const = UNKNOWN
    return Value(None)


def _grown(base: list[object], item: object) -> list[object]:
    base.append(item)
    return base


def _joined(owner: Value, parts: Value, taints: Taints) -> Value:
    items = parts.items if isinstance(parts.items, list) else None
    if items is None:
        return Value(taints=taints)
    separator = owner.shown if owner.known else ""
    return Value(
        text=separator.join(each.shown or "…" for each in items)[: expressions.MOST_TEXT], taints=taints
    )


def _formatted(pattern: str, arguments: Sequence[Value], keywords: dict[str, Value]) -> str:
    text = pattern
    for place, value in enumerate(arguments[:16]):
        text = text.replace("{}", value.shown or "…", 1).replace(f"{{{place}}}", value.shown or "…")
    for name, value in list(keywords.items())[:16]:
        text = text.replace(f"{{{name}}}", value.shown or "…")
    return text[: expressions.MOST_TEXT]


def constant_of(value: Value) -> object:
    """The constant that a value is, containers of constants included; ``UNKNOWN`` where a part is not known."""
    if value.known:
        return value.const
    if isinstance(value.items, list) and all(each.known for each in value.items):
        return [each.const for each in value.items]
    if isinstance(value.items, dict) and all(each.known for each in value.items.values()):
        return {key: each.const for key, each in value.items.items()}
    return UNKNOWN
