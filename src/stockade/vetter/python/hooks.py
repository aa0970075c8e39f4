"""Calls that Python makes by itself: methods behind operators, subscripts, attributes and classes, and functions that
are handed to what calls them at once.

Each of them is a way to run code without a visible call. What is found is called in the phase of the place where
Python would call it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from stockade.vetter.python import calls, expressions_attributes
from stockade.vetter.python.effects import Call, Effect
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import Bound, Class, Function, Instance, Items, Value, union

COMPARISONS = {
    "Eq": "__eq__",
    "NotEq": "__ne__",
    "Lt": "__lt__",
    "LtE": "__le__",
    "Gt": "__gt__",
    "GtE": "__ge__",
}
_SWAPPED = {"Lt": "Gt", "LtE": "GtE", "Gt": "Lt", "GtE": "LtE"}
UNARY = {"USub": "__neg__", "UAdd": "__pos__", "Invert": "__invert__", "Not": "__bool__"}


def method_of(value: Value, name: str) -> Value | None:
    """A special method of an object of the package's own class."""
    return value.ref.cls.find(name) if name and isinstance(value.ref, Instance) else None


def call_method_of(
    m: Machine, frame: Frame, node: ast.AST, value: Value, name: str, arguments: Sequence[Value] = ()
) -> Value | None:
    """Call it; None where the class has none of that name."""
    found = method_of(value, name)
    if found is None or not isinstance(found.ref, Function):
        return None
    return calls.call(m, frame, node, found, [value, *arguments], {})


def compared(
    m: Machine, frame: Frame, node: ast.AST, operator: str, left: Value, right: Value
) -> Value | None:
    """``left operator right`` of objects whose classes define it, ``in`` included."""
    if operator in {"In", "NotIn"}:
        return call_method_of(m, frame, node, right, "__contains__", [left])
    result = call_method_of(m, frame, node, left, COMPARISONS.get(operator, ""), [right])
    if result is None:
        swapped = COMPARISONS.get(_SWAPPED.get(operator, operator), "")
        result = call_method_of(m, frame, node, right, swapped, [left])
    return result


IN_PLACE = {
    "Add": "__iadd__",
    "Sub": "__isub__",
    "Mult": "__imul__",
    "Div": "__itruediv__",
    "FloorDiv": "__ifloordiv__",
    "Mod": "__imod__",
    "Pow": "__ipow__",
    "MatMult": "__imatmul__",
    "BitOr": "__ior__",
    "BitAnd": "__iand__",
    "BitXor": "__ixor__",
    "LShift": "__ilshift__",
    "RShift": "__irshift__",
}


def augmented(m: Machine, frame: Frame, node: ast.AST, operator: str, old: Value, new: Value) -> Value | None:
    """``old operator= new`` of an object whose class defines it."""
    return call_method_of(m, frame, node, old, IN_PLACE.get(operator, ""), [new])


def named(m: Machine, frame: Frame, node: ast.AST, cls: Value) -> None:
    """``__set_name__`` of what a class body made."""
    assert isinstance(cls.ref, Class)  # noqa: S101 - the only caller makes it so
    for name, value in list(cls.ref.attributes.items()):
        if isinstance(value.ref, Instance):
            call_method_of(m, frame, node, value, "__set_name__", [cls, Value(name)])


def subscripted(m: Machine, frame: Frame, node: ast.AST, cls: Value, index: Value) -> Value | None:
    """``cls[index]`` of the package's own class."""
    assert isinstance(cls.ref, Class)  # noqa: S101 - the only caller makes it so
    own = cls.ref.find("__class_getitem__")
    if own is None and (meta := cls.ref.metaclass()) is not None:
        own = meta.find("__getitem__")
    if own is None or not isinstance(own.ref, Function):
        return None
    return calls.call(m, frame, node, own, [cls, index], {})


def made_by_metaclass(
    m: Machine, frame: Frame, node: ast.AST, cls: Value, arguments: list[Value], keywords: dict[str, Value]
) -> None:
    """``cls(…)`` goes through ``__call__`` of its metaclass."""
    assert isinstance(cls.ref, Class)  # noqa: S101 - the only caller makes it so
    meta = cls.ref.metaclass()
    found = meta.find("__call__") if meta is not None else None
    if found is not None and isinstance(found.ref, Function) and not found.ref.active:
        calls.call(m, frame, node, found, [cls, *arguments], keywords)


def replaced_class(m: Machine, frame: Frame, node: ast.AST, value: Value) -> None:
    """A module whose class is replaced answers by that class: whoever imports a name from it calls its methods."""
    made = Value(ref=Instance(value.ref)) if isinstance(value.ref, Class) else value
    for name in ("__getattribute__", "__getattr__"):
        call_method_of(m, frame, node, made, name, [Value()])


def _arranged(*names: str) -> Effect:
    """A registry of objects that Python or a library calls back: those of the package's own classes are called."""

    def effect(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
        for each in call.arguments:
            for name in names:
                call_method_of(m, frame, node, each, name, [Value()])
            if isinstance(each.ref, Class):
                for name in names:
                    found = each.ref.find(name)
                    if found is not None and isinstance(found.ref, Function):
                        calls.call(m, frame, node, found, [each, Value()], {})
        return _handed(m, frame, node, call)

    return effect


def _handed(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """A function that is handed over is called, with what else there is."""
    others = [each for each in call.everything if not isinstance(each.ref, Function | Bound)]
    for each in call.everything:
        if isinstance(each.ref, Function | Bound):
            calls.call(m, frame, node, each, [Value(taints=union(others))], {})
    return None


def _makes(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """A factory or source that is called without arguments."""
    for each in call.everything:
        if isinstance(each.ref, Function | Bound):
            result = calls.call(m, frame, node, each, [], {})
            items: Items = [result] if call.name == "iter" else {("?", 0): result}
            return Value(name=f"{call.name}()", items=items, taints=union(call.everything))
    return None


def _field(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    """A field of a data class keeps its factory until an object is made."""
    factory = call.keywords.get("default_factory")
    return None if factory is None else Value(name=FIELD, items={"default_factory": factory})


FIELD = "dataclasses.field()"


def default_of(m: Machine, frame: Frame, node: ast.AST, value: Value) -> Value:
    """What a field of a data class holds where nothing is passed for it."""
    if value.name != FIELD or not isinstance(value.items, dict):
        return value
    return calls.call(m, frame, node, value.items["default_factory"], [], {})


_REDUCERS = ("__reduce_ex__", "__reduce__")


def reduced(m: Machine, frame: Frame, node: ast.AST, value: Value) -> Value | None:
    """What rebuilding an object from its pickle calls: what ``__reduce__`` names."""
    for name in _REDUCERS:
        result = call_method_of(m, frame, node, value, name, [Value(4)] if name == _REDUCERS[0] else [])
        parts = result.items if result is not None else None
        if isinstance(parts, list) and len(parts) > 1:
            given = parts[1].items if isinstance(parts[1].items, list) else None
            constants = parts[1].const if isinstance(parts[1].const, tuple | list) else ()
            arguments = given if given is not None else [Value(each) for each in constants]
            return calls.call(m, frame, node, parts[0], list(arguments), {})
    return None


def _dumps(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    held = call.get(0, "obj")
    if held is None or (method_of(held, "__reduce__") is None and method_of(held, "__reduce_ex__") is None):
        return None
    return Value(name="pickle.dumps()", items=[held], taints=held.all_taints())


def _copies(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    held = call.get(0, "x")
    if held is None or not isinstance(held.ref, Instance):
        return None
    for name in ("__deepcopy__", "__copy__"):
        call_method_of(m, frame, node, held, name, [Value()])
    reduced(m, frame, node, held)
    return held


def _module_from_spec(m: Machine, frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    from stockade.vetter.python.statements import import_module  # noqa: PLC0415 - mutual recursion of the walk

    spec = call.get(0, "spec")
    name = spec.items.get("name") if spec is not None and isinstance(spec.items, dict) else None
    return import_module(m, frame, name.const) if name is not None and isinstance(name.const, str) else None


def _resolve_name(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """``pkgutil.resolve_name("module:object.attribute")``."""
    from stockade.vetter.python.statements import import_module  # noqa: PLC0415 - mutual recursion of the walk

    given = call.get(0, "name")
    if given is None or not isinstance(given.const, str):
        return None
    module, colon, rest = given.const.partition(":")
    if not colon:
        module, _, rest = given.const.partition(".")
    value = import_module(m, frame, module)
    for part in rest.split(".") if rest else ():
        value = expressions_attributes.attribute(m, frame, node, value, part)
    if given.built or given.taints:
        return Value(value.const, name=value.name, ref=value.ref, taints=value.taints, hidden=True)
    return value


_FINDER = ("find_spec", "find_module", "load_module", "exec_module", "create_module", "__call__")

EFFECTS: dict[str, Effect] = {
    **dict.fromkeys(
        tuple(
            f"sys.{table}.{method}"
            for table in ("meta_path", "path_hooks")
            for method in ("append", "insert", "extend")
        ),
        _arranged(*_FINDER),
    ),
    **dict.fromkeys(
        ("logging.getLogger().addHandler", "logging.root.addHandler", "logging.addHandler"),
        _arranged("emit", "handle"),
    ),
    "logging.basicConfig": _arranged("emit", "handle"),
    **dict.fromkeys(
        (
            "os.register_at_fork",
            "codecs.register",
            "codecs.register_error",
            "sys.monitoring.register_callback",
        ),
        _handed,
    ),
    **dict.fromkeys(
        ("re.sub", "re.subn", "re.compile().sub", "re.compile().subn", "regex.sub", "re.Scanner().scan"),
        _handed,
    ),
    **dict.fromkeys(("json.loads", "json.load", "json.JSONDecoder"), _handed),
    **dict.fromkeys(("collections.defaultdict", "iter"), _makes),
    "dataclasses.field": _field,
    **dict.fromkeys(("pickle.dumps", "marshal.dumps"), _dumps),
    **dict.fromkeys(("copy.copy", "copy.deepcopy"), _copies),
    "importlib.util.module_from_spec": _module_from_spec,
    "pkgutil.resolve_name": _resolve_name,
}
