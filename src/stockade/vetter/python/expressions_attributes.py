"""Attributes and subscripts: what is reached by a name or a place, and what is put there."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from stockade.vetter.acts import NO_TAINTS, Kind, Origin, Taint, Taints
from stockade.vetter.python import (
    calls,
    calls_functions,
    calls_outside,
    constants,
    expressions,
    expressions_turns,
    hooks,
    secrets_used,
)
from stockade.vetter.python.cold import body_of
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.knowledge import ATTRIBUTE_SOURCES, canonical, source_of
from stockade.vetter.python.machine import Machine, docstring
from stockade.vetter.python.values import (
    GAP,
    MOST_ITEMS,
    Bound,
    Choice,
    Class,
    File,
    Function,
    Instance,
    Method,
    ModuleRef,
    Namespace,
    Value,
    cap,
)

MOST_NAME = 160

MOST_CHOICES = 16


def attribute_of(m: Machine, frame: Frame, node: ast.Attribute) -> Value:
    """``value.name`` as an expression."""
    return attribute(m, frame, node, expressions.evaluate(m, frame, node.value), node.attr)


def attribute(m: Machine, frame: Frame, node: ast.AST, value: Value, name: str) -> Value:
    """``value.name``."""
    ref = value.ref
    if isinstance(ref, Instance):
        if name in ref.attributes:
            return ref.attributes[name]
        if (found := ref.cls.find(name)) is not None:
            if calls.is_property(found):
                return expressions.call_value(m, frame, node, found, [value], {})
            if isinstance(found.ref, Instance) and (getter := found.ref.cls.find("__get__")) is not None:
                return expressions.call_value(m, frame, node, getter, [found, value, Value()], {})
            return Value(ref=Bound(found, value)) if isinstance(found.ref, Function) else found
        if name == "__dict__":
            return Value(items=dict[object, Value](ref.attributes.items()), taints=value.taints)
        if (lazily := ref.cls.find("__getattr__")) is not None and not name.startswith("__"):
            return expressions.call_value(m, frame, node, lazily, [value, Value(name)], {})
        bases = ref.cls.outer_bases()
        if name in _REQUESTS and any("RequestHandler" in base for base in bases):
            orders = Taint(Origin.RECEIVED, "an incoming connection", m.at(frame, node))
            return Value(name="socket.socket()", taints=frozenset({orders}))
        return Value(name=f"{bases[0]}().{name}" if bases else "", taints=value.taints)
    if isinstance(ref, Class):
        if (found := ref.find(name)) is not None:
            return Value(ref=Bound(found, value)) if calls.is_classmethod(found) else found
        bases = ref.outer_bases()
        if name in _ANCESTORS:
            return Value(name="object")
        return Value(name=f"{bases[0]}.{name}" if bases else "")
    if isinstance(ref, ModuleRef):
        return _module_attribute(m, frame, node, ref, name)
    if isinstance(ref, File) and name in {"name", "path"}:
        return Value(text=ref.path, taints=ref.taints)
    if isinstance(ref, File) and name == "parent":
        above = ref.path.rpartition("/")[0] or GAP
        return Value(name="pathlib.Path()", ref=File(above, taints=ref.taints), text=above)
    if name == "origin" and value.name == "importlib.util.find_spec()":
        return Value(text=value.text)
    if isinstance(ref, Bound | Function) and name in {"__globals__", "func_globals"}:
        return Value(name="globals()", ref=Namespace(frame))
    if isinstance(ref, Function) and name == "__doc__" and not isinstance(ref.node, ast.Lambda):
        return docstring(body_of(ref.node)) or Value(None)
    if name == "f_globals":
        return Value(name="globals()", ref=Namespace(frame))
    if name == "__name__" and (
        isinstance(ref, Class | Function) or value.name.replace(".", "_").isidentifier()
    ):
        return Value(ref.name if isinstance(ref, Class | Function) else value.name.rpartition(".")[2])
    if value.name:
        return outer(m, frame, node, f"{value.name}.{name}", value)
    if name == "__class__":
        return Value(name="object")
    if value.known or value.items is not None:
        return Value(ref=Method(value, name), taints=value.taints)
    return Value(taints=value.taints, text=value.text if name in {"url", "text"} else "")


_REQUESTS = frozenset({"rfile", "request", "path", "headers", "command"})
"""What a handler of incoming connections gets from whoever connects."""

_ANCESTORS = frozenset({"__mro__", "__base__", "__bases__"})


def outer(m: Machine, frame: Frame, node: ast.AST, name: str, owner: Value | None = None) -> Value:
    """A dotted name outside the package, with its origin where it is a source by itself."""
    full, is_file, is_source = _outside(name[:MOST_NAME])
    taints = owner.taints if owner is not None else NO_TAINTS
    hidden = owner.hidden if owner is not None else False
    source = source_of(full, m.at(frame, node)) if is_source else None
    if source is not None:
        taints |= {source}
    if is_file:
        return Value(
            text=f"site-packages/{full.rpartition('.')[0].replace('.', '/')}/__init__.py", taints=taints
        )
    known = _KNOWN_CONSTANTS.get(full, UNKNOWN)
    return Value(known, name=full, taints=taints, hidden=hidden)


@lru_cache(maxsize=16_384)
def _outside(name: str) -> tuple[str, bool, bool]:
    """One spelling of a name outside the package; whether it is a library's own file; whether it is a source."""
    full = _inside(canonical(name))
    is_file = full.endswith((".__file__", ".__path__")) and "(" not in full
    return full, is_file, full in ATTRIBUTE_SOURCES


def _inside(name: str) -> str:
    """Where the ways through Python's own objects lead: any class's globals hold the modules of the system."""
    last = name.rpartition(".")[2]
    if last == "__globals__" and "__subclasses__" in name:
        return "os.__dict__"
    if last == "f_builtins" or name == "os.__builtins__":
        return "builtins"
    return name


_KNOWN_CONSTANTS = {
    "string.ascii_letters": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
    "string.ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.digits": "0123456789",
    "string.hexdigits": "0123456789abcdefABCDEF",
    "string.punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "string.printable": (
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\x0b\x0c"
    ),
}


def _module_attribute(m: Machine, frame: Frame, node: ast.AST, ref: ModuleRef, name: str) -> Value:
    module = m.module(ref.name, frame.phase)
    if module is not None and name in module.names:
        return module.names[name]
    full = f"{ref.name}.{name}"
    if full in m.world.modules:
        m.module(full, frame.phase)
        return Value(ref=ModuleRef(full))
    if module is not None and (lazily := module.names.get("__getattr__")) is not None and name[:2] != "__":
        return expressions.call_value(m, frame, node, lazily, [Value(name)], {})
    if name == "__dict__" and module is not None:
        inner = Frame(module=module, names=module.names, scope=module.name, phase=frame.phase)
        return Value(name="globals()", ref=Namespace(inner))
    return Value()


def set_attribute(m: Machine, frame: Frame, target: ast.Attribute, value: Value) -> None:
    """``target.attr = value``."""
    owner = expressions.evaluate(m, frame, target.value)
    if target.attr == "__class__":
        hooks.replaced_class(m, frame, target, value)
    hooks.call_method_of(m, frame, target, owner, "__setattr__", [Value(target.attr), value])
    if isinstance(owner.ref, Instance | Class):
        kept = owner.ref.cls.find(target.attr) if isinstance(owner.ref, Instance) else None
        setter = kept.ref.cls.find("__set__") if kept is not None and isinstance(kept.ref, Instance) else None
        if kept is not None and setter is not None:
            expressions.call_value(m, frame, target, setter, [kept, owner, value], {})
        if isinstance(owner.ref, Instance):
            value = secrets_used.born(m, frame, target, owner.ref.cls.name, value)
        owner.ref.attributes[target.attr] = value
    elif isinstance(owner.ref, ModuleRef) and (module := m.module(owner.ref.name, frame.phase)) is not None:
        module.names[target.attr] = value
    elif owner.name:
        m.act(
            frame,
            target,
            Kind.PATCH,
            f"{owner.name}.{target.attr}",
            target=f"{owner.name}.{target.attr}",
            payload=value.all_taints(),
        )
        if value.taints:
            owner.taints = cap(owner.taints | value.taints)
        calls_functions.replacement(m, frame, f"{owner.name}.{target.attr}", value)
    else:
        owner.taints = cap(owner.taints | value.taints)


def subscript(m: Machine, frame: Frame, node: ast.Subscript) -> Value:
    """``value[index]`` as an expression."""
    value = expressions.evaluate(m, frame, node.value)
    index = _index(m, frame, node.slice)
    return item(m, frame, node, value, index)


def _index(m: Machine, frame: Frame, node: ast.expr) -> Value:
    if isinstance(node, ast.Slice):
        parts = [
            Value(None) if each is None else expressions.evaluate(m, frame, each)
            for each in (node.lower, node.upper, node.step)
        ]
        if all(each.known for each in parts):
            try:
                return Value(slice(*(each.const for each in parts)))
            except (TypeError, ValueError):
                return Value()
        return Value()
    return expressions.evaluate(m, frame, node)


def item(m: Machine, frame: Frame, node: ast.AST, value: Value, index: Value) -> Value:
    """``value[index]``."""
    if value.known and index.known:
        result = constants.subscript(value.const, index.const)
        if result is not UNKNOWN:
            return Value(result, taints=_sliced(m, frame, node, value, index), built=True)
    if isinstance(value.ref, Namespace) and isinstance(index.const, str):
        found = value.ref.frame.find(index.const)
        got = found if found is not None else expressions.builtin(m, frame, index.const)
        return _renamed(got, index)
    if isinstance(value.ref, Instance) and (hook := value.ref.cls.find("__getitem__")) is not None:
        return expressions.call_value(m, frame, node, hook, [value, index], {})
    if isinstance(value.ref, Class) and (made := hooks.subscripted(m, frame, node, value, index)) is not None:
        return made
    if isinstance(value.items, dict):
        if index.known and expressions_turns.hashable(index.const) and index.const in value.items:
            return value.items[index.const]
        return one_of(value.elements(), value.all_taints())
    if isinstance(value.items, list):
        if isinstance(index.const, int) and -len(value.items) <= index.const < len(value.items):
            return value.items[index.const]
        if isinstance(index.const, slice):
            try:
                return Value(items=value.items[index.const], taints=value.taints)
            except (TypeError, ValueError):  # a step of zero, a limit that is no number
                return expressions_turns.any_element(value)
        return expressions_turns.any_element(value)
    if value.name == "sys.modules" and isinstance(index.const, str) and index.const in m.world.modules:
        m.module(index.const, frame.phase)
        return Value(ref=ModuleRef(index.const))
    if value.name in {"builtins", "__dict__", "sys.modules"} and isinstance(index.const, str):
        prefix = "" if value.name == "sys.modules" else "builtins."
        return _renamed(outer(m, frame, node, prefix + index.const), index)
    if value.name == "os.__dict__" and not index.known:
        return Value(name="os.system", taints=index.taints)
    if value.name.endswith(".__dict__") and isinstance(index.const, str):
        return _renamed(outer(m, frame, node, f"{value.name[:-9]}.{index.const}"), index)
    if value.name == "os.environ":
        return calls_outside.variable(m, frame, node, index)
    keyed = secrets_used.by_key(m, frame, node, value, index.const)
    taints = cap(value.all_taints() | index.taints | keyed)
    return Value(name=f"{value.name}[]" if value.name else "", taints=taints)


def one_of(values: Sequence[Value], taints: Taints = NO_TAINTS) -> Value:
    """One of several values, nobody knows which: of functions, all may be called."""
    called = [each for each in values if isinstance(each.ref, Function | Bound | Class)]
    if not called:
        return Value(taints=taints)
    return Value(
        ref=called[0].ref if len(called) == 1 else Choice(tuple(called[:MOST_CHOICES])), taints=taints
    )


def _sliced(m: Machine, frame: Frame, node: ast.AST, value: Value, index: Value) -> Taints:
    """Taints of a constant's slice; one that is read backwards was hidden."""
    text = isinstance(value.const, str | bytes) and len(value.const) >= expressions.LONG_TEXT
    if text and isinstance(index.const, slice) and index.const.step == -1:
        return calls_outside.decoded(m, frame, node, [value], "reversed")
    return value.taints


def _renamed(value: Value, by: Value) -> Value:
    """A value that was reached by a name that may have been put together."""
    if not by.built and not by.taints:
        return value
    return Value(
        value.const, name=value.name, taints=value.taints, ref=value.ref, items=value.items, hidden=True
    )


def set_item(m: Machine, frame: Frame, target: ast.Subscript, value: Value) -> None:
    """``target[index] = value``."""
    owner = expressions.evaluate(m, frame, target.value)
    index = _index(m, frame, target.slice)
    hooks.call_method_of(m, frame, target, owner, "__setitem__", [index, value])
    if isinstance(owner.ref, Namespace) and isinstance(index.const, str):
        owner.ref.frame.names[index.const] = value
    elif isinstance(owner.items, dict) and index.known and expressions_turns.hashable(index.const):
        if len(owner.items) < MOST_ITEMS:
            owner.items[index.const] = value
    elif isinstance(owner.items, list) and isinstance(index.const, int):
        if -len(owner.items) <= index.const < len(owner.items):
            owner.items[index.const] = value
    else:
        owner.taints = cap(owner.taints | value.all_taints())
    if owner.name == "os.environ" and isinstance(index.const, str):
        from stockade.vetter.python.effects_handed import put_into_environment  # noqa: PLC0415 - mutual recursion of the walk

        put_into_environment(m, frame, target, index.const, value)
    if owner.name == "sys.modules" and isinstance(value.ref, Instance):
        hooks.replaced_class(m, frame, target, value)
    if owner.name == "sys.modules" or owner.name.startswith("builtins"):
        m.act(frame, target, Kind.PATCH, owner.name, target=f"{owner.name}[{index.shown}]")
