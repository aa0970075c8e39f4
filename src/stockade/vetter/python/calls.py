"""Calls: the package's own functions are followed, everything else does what the tables say of it."""

from __future__ import annotations

import ast

from stockade.vetter.python import (
    calls_containers,
    calls_functions,
    calls_outside,
    expressions,
    expressions_attributes,
    expressions_turns,
    secrets_used,
)
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import (
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Method,
    Value,
    cap,
    union,
)

MUTATORS = frozenset(
    {
        "append",
        "extend",
        "add",
        "update",
        "insert",
        "appendleft",
        "push",
        "put",
        "put_nowait",
        "write",
        "setdefault",
    }
    | {
        "writestr",
        "writelines",
        "writerow",
        "writerows",
        "add_field",
        "attach",
        "set_payload",
        "add_header",
        "feed",
    }
    | {"__setitem__", "add_file", "add_embed", "add_embed_field", "set_content", "add_attachment", "set"}
)
"""Methods after which the object holds what was passed."""


def call_node(m: Machine, frame: Frame, node: ast.Call) -> Value:
    """A call expression."""
    owner: Value | None = None
    method = ""
    if isinstance(node.func, ast.Attribute):
        owner = expressions.evaluate(m, frame, node.func.value)
        method = node.func.attr
    arguments, keywords = arguments_of(m, frame, node)
    if owner is not None:
        return call_method(m, frame, node, owner, method, arguments, keywords)
    function = expressions.evaluate(m, frame, node.func)
    return call(m, frame, node, function, arguments, keywords)


def arguments_of(m: Machine, frame: Frame, node: ast.Call) -> tuple[list[Value], dict[str, Value]]:
    """The arguments, stars unpacked where what they hold is known."""
    arguments: list[Value] = []
    for each in node.args:
        if isinstance(each, ast.Starred):
            value = expressions.evaluate(m, frame, each.value)
            parts = expressions_turns.elements_of(value)
            arguments += parts[:256] if parts is not None else [Value(taints=value.all_taints())]
        else:
            arguments.append(expressions.evaluate(m, frame, each))
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = expressions.evaluate(m, frame, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value.items, dict):
            keywords.update({str(key): item for key, item in value.items.items()})
        else:
            keywords["**"] = value
    return arguments, keywords


def call_method(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    owner: Value,
    method: str,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """``owner.method(…)``."""
    if owner.ref is None and not owner.name:
        if owner.known or owner.items is not None:
            return calls_containers.on_constant(m, frame, node, owner, method, arguments, keywords)
        from stockade.vetter.python import effects  # noqa: PLC0415 - mutual recursion of the walk

        result = effects.on_unknown(m, frame, node, owner, method, arguments, keywords)
        if result is not None:
            return result
        if method in MUTATORS:
            owner.taints = cap(owner.taints | union([*arguments, *keywords.values()]))
        if method == "hex" and owner.taints:
            owner = Value(
                taints=frozenset(each.through("hex", m.at(frame, node)) for each in owner.taints),
                text=owner.text,
            )
        if method in calls_outside.GETTERS and arguments:
            owner = Value(
                taints=owner.taints | secrets_used.by_key(m, frame, node, owner, arguments[0].const),
                text=owner.text,
            )
        text = (
            owner.text
            if method in {"strip", "lower", "format", "rstrip", "encode", "decode", "as_posix"}
            else ""
        )
        return Value(taints=cap(owner.taints | union([*arguments, *keywords.values()])), text=text)
    if owner.name and owner.ref is None:
        if owner.known and not owner.name.startswith("string."):
            return calls_containers.on_constant(m, frame, node, owner, method, arguments, keywords)
        full = expressions_attributes.outer(m, frame, node, f"{owner.name}.{method}", owner)
        return calls_outside.call_outer(m, frame, node, full, arguments, keywords, owner)
    function = expressions_attributes.attribute(m, frame, node, owner, method)
    if function.ref is None and owner.ref is not None:
        from stockade.vetter.python import effects  # noqa: PLC0415 - mutual recursion of the walk

        result = effects.on_object(m, frame, node, owner, method, arguments, keywords)
        if result is not None:
            return result
    return call(m, frame, node, function, arguments, keywords, owner)


def call(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    function: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
    owner: Value | None = None,
) -> Value:
    """Call ``function``: follow it, or look it up."""
    ref = function.ref
    if isinstance(ref, Function):
        return calls_functions.call_function(m, frame, ref, arguments, keywords, hidden=function.hidden)
    if isinstance(ref, Bound):
        receiver = [] if ref.receiver is None or is_static(ref.function) else [ref.receiver]
        merged = {**ref.keywords, **keywords}
        return call(m, frame, node, ref.function, [*receiver, *ref.arguments, *arguments], merged)
    if isinstance(ref, Method):
        return calls_containers.on_constant(m, frame, node, ref.owner, ref.name, arguments, keywords)
    if isinstance(ref, Choice):
        return Value(
            taints=union([call(m, frame, node, each, arguments, keywords) for each in ref.functions])
        )
    if isinstance(ref, Class):
        return calls_functions.instantiate(m, frame, node, function, arguments, keywords)
    if isinstance(ref, Instance):
        found = ref.cls.find("__call__")
        if found is not None:
            return call(m, frame, node, found, [function, *arguments], keywords)
    if function.name:
        return calls_outside.call_outer(m, frame, node, function, arguments, keywords, owner)
    return Value(taints=cap(function.taints | union([*arguments, *keywords.values()])))


def is_classmethod(function: Value) -> bool:
    """Whether a function of a class gets the class itself."""
    return isinstance(function.ref, Function) and any(
        each.name == "classmethod" for each in function.ref.decorators
    )


def is_property(function: Value) -> bool:
    """Whether reading a function of a class as an attribute calls it."""
    return isinstance(function.ref, Function) and any(
        each.name in {"property", "functools.cached_property"} for each in function.ref.decorators
    )


def is_static(function: Value) -> bool:
    """Whether a function of a class gets no object."""
    return isinstance(function.ref, Function) and any(
        each.name == "staticmethod" for each in function.ref.decorators
    )


def callback(
    m: Machine, frame: Frame, node: ast.AST, value: Value, arguments: list[Value] | None = None
) -> Value:
    """A function that is handed to something that will call it: walked in the phase of the hand-over."""
    return call(m, frame, node, value, arguments or [], {})


def bind_target(m: Machine, frame: Frame, target: ast.expr, value: Value) -> None:
    """Bind a comprehension's variable."""
    from stockade.vetter.python.statements import bind_fresh  # noqa: PLC0415 - mutual recursion of the walk

    bind_fresh(m, frame, target, value)
