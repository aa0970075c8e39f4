"""Expressions: what they evaluate to, as far as it can be known without running them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from functools import lru_cache

from stockade.vetter.acts import NO_TAINTS, Kind, Origin, Taint, Taints
from stockade.vetter.python import calls, constants, hooks, secrets_used
from stockade.vetter.python.cold import body_of
from stockade.vetter.python.fold import UNKNOWN
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.knowledge import ATTRIBUTE_SOURCES, canonical, source_of
from stockade.vetter.python.machine import Machine, OutOfBudget, docstring
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
    number,
    union,
)

MOST_TEXT = 4_096
"""Characters of a partly known text."""
MOST_NAME = 160
MOST_STARS = 16
"""Imports of everything that are looked through for a name."""
FEW_TURNS = 256
"""Turns over anything but characters and numbers."""
LONG_TEXT = 16
"""Characters from which a text that is read backwards counts as hidden."""
COMPREHENSION_TURNS = 20_000
MOST_CHOICES = 16


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


# -- leaves -----------------------------------------------------------------------------------------


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
        return outer(m, frame, node, starred_name(frame.module.stars, name))
    return Value(name=canonical(name))


def starred_name(stars: Sequence[str], name: str) -> str:
    """What a name means that only an import of everything can have bound: the module of which it is known, or the last."""
    from stockade.vetter.python.effects import is_known  # noqa: PLC0415 - mutual recursion of the walk

    full = [canonical(f"{star}.{name}") for star in stars[-MOST_STARS:]]
    return next((each for each in full if is_known(each)), full[-1])


# -- attributes and subscripts ----------------------------------------------------------------------


def _attribute(m: Machine, frame: Frame, node: ast.Attribute) -> Value:
    return attribute(m, frame, node, evaluate(m, frame, node.value), node.attr)


def attribute(m: Machine, frame: Frame, node: ast.AST, value: Value, name: str) -> Value:
    """``value.name``."""
    ref = value.ref
    if isinstance(ref, Instance):
        if name in ref.attributes:
            return ref.attributes[name]
        if (found := ref.cls.find(name)) is not None:
            if calls.is_property(found):
                return call_value(m, frame, node, found, [value], {})
            if isinstance(found.ref, Instance) and (getter := found.ref.cls.find("__get__")) is not None:
                return call_value(m, frame, node, getter, [found, value, Value()], {})
            return Value(ref=Bound(found, value)) if isinstance(found.ref, Function) else found
        if name == "__dict__":
            return Value(items=dict[object, Value](ref.attributes.items()), taints=value.taints)
        if (lazily := ref.cls.find("__getattr__")) is not None and not name.startswith("__"):
            return call_value(m, frame, node, lazily, [value, Value(name)], {})
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
        return call_value(m, frame, node, lazily, [Value(name)], {})
    if name == "__dict__" and module is not None:
        inner = Frame(module=module, names=module.names, scope=module.name, phase=frame.phase)
        return Value(name="globals()", ref=Namespace(inner))
    return Value()


def set_attribute(m: Machine, frame: Frame, target: ast.Attribute, value: Value) -> None:
    """``target.attr = value``."""
    owner = evaluate(m, frame, target.value)
    if target.attr == "__class__":
        hooks.replaced_class(m, frame, target, value)
    hooks.call_method_of(m, frame, target, owner, "__setattr__", [Value(target.attr), value])
    if isinstance(owner.ref, Instance | Class):
        kept = owner.ref.cls.find(target.attr) if isinstance(owner.ref, Instance) else None
        setter = kept.ref.cls.find("__set__") if kept is not None and isinstance(kept.ref, Instance) else None
        if kept is not None and setter is not None:
            call_value(m, frame, target, setter, [kept, owner, value], {})
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
        calls.replacement(m, frame, f"{owner.name}.{target.attr}", value)
    else:
        owner.taints = cap(owner.taints | value.taints)


def _subscript(m: Machine, frame: Frame, node: ast.Subscript) -> Value:
    value = evaluate(m, frame, node.value)
    index = _index(m, frame, node.slice)
    return item(m, frame, node, value, index)


def _index(m: Machine, frame: Frame, node: ast.expr) -> Value:
    if isinstance(node, ast.Slice):
        parts = [
            Value(None) if each is None else evaluate(m, frame, each)
            for each in (node.lower, node.upper, node.step)
        ]
        if all(each.known for each in parts):
            try:
                return Value(slice(*(each.const for each in parts)))
            except (TypeError, ValueError):
                return Value()
        return Value()
    return evaluate(m, frame, node)


def item(m: Machine, frame: Frame, node: ast.AST, value: Value, index: Value) -> Value:
    """``value[index]``."""
    if value.known and index.known:
        result = constants.subscript(value.const, index.const)
        if result is not UNKNOWN:
            return Value(result, taints=_sliced(m, frame, node, value, index), built=True)
    if isinstance(value.ref, Namespace) and isinstance(index.const, str):
        found = value.ref.frame.find(index.const)
        got = found if found is not None else builtin(m, frame, index.const)
        return _renamed(got, index)
    if isinstance(value.ref, Instance) and (hook := value.ref.cls.find("__getitem__")) is not None:
        return call_value(m, frame, node, hook, [value, index], {})
    if isinstance(value.ref, Class) and (made := hooks.subscripted(m, frame, node, value, index)) is not None:
        return made
    if isinstance(value.items, dict):
        if index.known and _hashable(index.const) and index.const in value.items:
            return value.items[index.const]
        return one_of(value.elements(), value.all_taints())
    if isinstance(value.items, list):
        if isinstance(index.const, int) and -len(value.items) <= index.const < len(value.items):
            return value.items[index.const]
        if isinstance(index.const, slice):
            try:
                return Value(items=value.items[index.const], taints=value.taints)
            except (TypeError, ValueError):  # a step of zero, a limit that is no number
                return any_element(value)
        return any_element(value)
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
        return calls.variable(m, frame, node, index)
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
    text = isinstance(value.const, str | bytes) and len(value.const) >= LONG_TEXT
    if text and isinstance(index.const, slice) and index.const.step == -1:
        return calls.decoded(m, frame, node, [value], "reversed")
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
    owner = evaluate(m, frame, target.value)
    index = _index(m, frame, target.slice)
    hooks.call_method_of(m, frame, target, owner, "__setitem__", [index, value])
    if isinstance(owner.ref, Namespace) and isinstance(index.const, str):
        owner.ref.frame.names[index.const] = value
    elif isinstance(owner.items, dict) and index.known and _hashable(index.const):
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


# -- containers -------------------------------------------------------------------------------------


def _sequence(m: Machine, frame: Frame, node: ast.List | ast.Tuple | ast.Set) -> Value:
    if len(node.elts) > 64 and all(type(each) is ast.Constant for each in node.elts):
        m.step(len(node.elts) // 8)
        return Value([each.value for each in node.elts if isinstance(each, ast.Constant)])
    items: list[Value] = []
    for each in node.elts[:MOST_ITEMS]:
        if isinstance(each, ast.Starred):
            inner = evaluate(m, frame, each.value)
            parts = elements_of(inner)
            room = MOST_ITEMS - len(items)
            items += parts[:room] if parts is not None else [Value(taints=inner.all_taints())]
        else:
            items.append(evaluate(m, frame, each))
    if isinstance(node, ast.Tuple | ast.Set) and items and all(each.known for each in items):
        constant = tuple(each.const for each in items)
        return Value(constant, taints=union(items), items=items)
    if m.loose:
        m.fresh.add(id(items))
    return Value(items=items)


def grown_list(m: Machine, items: list[Value]) -> None:
    """After something was added to a list: in a loop of which one turn is walked, further elements follow that nobody
    knows, unless each turn makes the list anew."""
    if m.loose and id(items) not in m.fresh and len(items) < MOST_ITEMS:
        items.append(Value(text=GAP))


def _dict(m: Machine, frame: Frame, node: ast.Dict) -> Value:
    items: dict[object, Value] = {}
    taints = NO_TAINTS
    for key, value in zip(node.keys[:MOST_ITEMS], node.values[:MOST_ITEMS], strict=True):
        got = evaluate(m, frame, value)
        if key is None:
            if isinstance(got.items, dict):
                items.update(got.items)
            taints |= got.all_taints()
            continue
        named = evaluate(m, frame, key)
        if named.known and _hashable(named.const):
            items[named.const] = got
        else:
            items[("?", len(items))] = got
            taints |= named.taints
    return Value(items=items, taints=cap(taints))


def elements_of(value: Value) -> list[Value] | None:
    """The elements that iterating over ``value`` gives, where all are known; None where they are not."""
    if isinstance(value.items, list):
        return value.items
    if isinstance(value.items, dict):
        return [Value(key) for key in value.items if not isinstance(key, tuple)]
    constant = value.const
    if isinstance(constant, str | list | tuple | bytes | bytearray | range | set | frozenset):
        if len(constant) > COMPREHENSION_TURNS:
            return None
        return [Value(each, taints=value.taints, built=value.built) for each in constant]
    if isinstance(constant, dict):
        return [Value(each, taints=value.taints) for each in constant]
    return None


def iterated(m: Machine, frame: Frame, node: ast.AST, value: Value) -> Value:
    """What a loop over ``value`` runs over: of an object of the package's own class, what its ``__iter__`` gives; of a
    connection, messages."""
    if value.name in _STREAMS:
        orders = Taint(Origin.RECEIVED, value.text[:200], m.at(frame, node))
        return Value(taints=frozenset({orders}))
    hook = value.ref.cls.find("__iter__") if isinstance(value.ref, Instance) else None
    return call_value(m, frame, node, hook, [value], {}) if hook is not None else value


_STREAMS = frozenset(
    {"websockets.connect()", "websockets.sync.client.connect()", "aiohttp.ClientSession().ws_connect()"}
    | {
        "redis.Redis().pubsub().listen()",
        "redis.StrictRedis().pubsub().listen()",
        "httpx_sse.connect_sse().iter_sse()",
    }
)


def any_element(value: Value) -> Value:
    """One element of a container of which the place is not known."""
    if value.name == "os.environ" or value.name.startswith("os.environ."):
        return Value(taints=value.taints)
    parts = value.elements() if value.items is not None else elements_of(value)
    if not parts:
        name = f"{value.name}[]" if value.name else ""
        return Value(name=name, taints=value.all_taints(), hidden=value.hidden)
    first = parts[0]
    if len(parts) == 1:
        return first
    return Value(
        name=first.name,
        taints=cap(value.taints | union(parts[:256])),
        ref=first.ref,
        items=first.items,
        text=first.shown[:MOST_TEXT],
    )


def _hashable(constant: object) -> bool:
    try:
        hash(constant)
    except TypeError:
        return False
    return True


# -- operators --------------------------------------------------------------------------------------


def _binary(m: Machine, frame: Frame, node: ast.BinOp) -> Value:
    # A long sum nests to the left, one level a term: walked in a loop, not by recursion.
    chain: list[ast.BinOp] = []
    inner: ast.expr = node
    while isinstance(inner, ast.BinOp):
        chain.append(inner)
        inner = inner.left
    value = evaluate(m, frame, inner)
    for each in reversed(chain):
        right = evaluate(m, frame, each.right)
        value = operate(m, frame, each, type(each.op).__name__, value, right)
    return value


def operate(m: Machine, frame: Frame, node: ast.AST, operator: str, left: Value, right: Value) -> Value:
    """``left operator right``, with the class name of the operator's node."""
    if left.known and right.known:
        result = constants.binary(operator, left.const, right.const)
        if result is not UNKNOWN:
            taints = left.taints | right.taints
            if operator == "BitXor" and isinstance(result, int | bytes):
                taints = calls.decoded(m, frame, node, [left, right], "xor")
            elif operator == "Mod" and isinstance(left.const, str) and left.const.count("%c") >= LONG_TEXT:
                taints = calls.decoded(m, frame, node, [left, right], "character codes")
            return Value(result, taints=taints, built=True)
    if (
        isinstance(left.ref, Instance)
        and (hook := left.ref.cls.find(_OPERATORS.get(operator, ""))) is not None
    ):
        return call_value(m, frame, node, hook, [left, right], {})
    back = _OPERATORS.get(operator, "").replace("__", "__r", 1)
    if (made := hooks.call_method_of(m, frame, node, right, back, [left])) is not None:
        return made
    taints = cap(left.all_taints() | right.all_taints())
    if operator == "Add":
        if isinstance(left.items, list) and isinstance(right.items, list):
            return Value(items=(left.items + right.items)[:MOST_ITEMS], taints=left.taints | right.taints)
        if left.shown or right.shown:
            return Value(taints=taints, text=f"{_shown(left)}{_shown(right)}"[:MOST_TEXT])
    elif operator == "Div" and isinstance(left.ref, File):
        path = f"{left.ref.path}/{_shown(right)}"
        return Value(name=left.name, ref=File(path, taints=left.ref.taints), taints=taints, text=path)
    elif operator == "Mod" and isinstance(left.const, str):
        return Value(taints=taints, text=_percent_text(left.const, right)[:MOST_TEXT])
    elif operator == "BitXor" and (left.taints or right.taints):
        return Value(taints=calls.decoded(m, frame, node, [left, right], "xor"))
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
    parts = elements_of(right) if not isinstance(right.const, str) else None
    filled = iter(parts if parts is not None else [right])
    out = []
    for place, piece in enumerate(pattern.replace("%d", "%s").split("%s")):
        if place:
            each = next(filled, None)
            out.append(_shown(each) if each is not None else GAP)
        out.append(piece)
    return "".join(out)


def _unary(m: Machine, frame: Frame, node: ast.UnaryOp) -> Value:
    value = evaluate(m, frame, node.operand)
    operator = type(node.op).__name__
    if (made := hooks.call_method_of(m, frame, node, value, hooks.UNARY[operator])) is not None:
        return made
    if value.known:
        result = constants.unary(operator, value.const)
        if result is not UNKNOWN:
            return Value(result, taints=value.taints)
    return Value(taints=value.taints)


def _boolean(m: Machine, frame: Frame, node: ast.BoolOp) -> Value:
    values = [evaluate(m, frame, each) for each in node.values]
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


def _compare(m: Machine, frame: Frame, node: ast.Compare) -> Value:
    left = evaluate(m, frame, node.left)
    rights = [evaluate(m, frame, each) for each in node.comparators]
    if len(rights) == 1 and left.known and rights[0].known:
        result = constants.compare(type(node.ops[0]).__name__, left.const, rights[0].const)
        if result is not UNKNOWN:
            return Value(result)
    for operator, one, other in zip(node.ops, [left, *rights], rights, strict=False):
        if (made := hooks.compared(m, frame, node, type(operator).__name__, one, other)) is not None:
            return made
    return Value()


def _conditional(m: Machine, frame: Frame, node: ast.IfExp) -> Value:
    test = evaluate(m, frame, node.test)
    body, other = evaluate(m, frame, node.body), evaluate(m, frame, node.orelse)
    if test.known:
        chosen = body if test.const else other
        if test.taints and chosen.known:  # bits that are read out of a text one by one
            return Value(chosen.const, taints=cap(chosen.taints | test.taints))
        return chosen
    return _either([body, other])


def _walrus(m: Machine, frame: Frame, node: ast.NamedExpr) -> Value:
    value = evaluate(m, frame, node.value)
    frame.place(node.target.id)[node.target.id] = value
    return value


def _fstring(m: Machine, frame: Frame, node: ast.JoinedStr) -> Value:
    parts: list[str] = []
    taints = NO_TAINTS
    whole = True
    for each in node.values:
        if isinstance(each, ast.Constant):
            parts.append(str(each.value))
            continue
        value = evaluate(m, frame, each.value) if isinstance(each, ast.FormattedValue) else Value()
        taints |= value.all_taints()
        plain = isinstance(each, ast.FormattedValue) and each.conversion == -1 and each.format_spec is None
        if plain and isinstance(value.const, str | int) and not isinstance(value.const, bool):
            parts.append((value.const if isinstance(value.const, str) else number(value.const))[:MOST_TEXT])
        else:
            parts.append(value.text or GAP)
            whole = False
    text = "".join(parts)
    if whole:
        return Value(text, taints=cap(taints), built=True)
    return Value(text=text[:MOST_TEXT], taints=cap(taints))


# -- functions, comprehensions ----------------------------------------------------------------------


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


def _comprehension(
    m: Machine, frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Value:
    inner = Frame(
        module=frame.module,
        names={},
        scope=frame.scope,
        phase=frame.phase,
        parent=frame if frame.names is not frame.module.names else None,
        owner=frame.owner,
        hidden=frame.hidden,
    )
    results: list[Value] = []
    pairs: dict[object, Value] = {}
    concrete = _turns(m, inner, node, 0, results, pairs)
    if isinstance(node, ast.DictComp):
        if concrete:
            return Value(items=pairs)
        return Value(taints=union(pairs.values()), items=None)
    if concrete:
        if results and all(each.known for each in results):
            return Value([each.const for each in results], taints=union(results), built=True)
        return Value(items=results[:MOST_ITEMS])
    return Value(items=None, taints=union(results), name=results[0].name if results else "")


def _turns(
    m: Machine,
    frame: Frame,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    level: int,
    results: list[Value],
    pairs: dict[object, Value],
) -> bool:
    """Walk a comprehension's loops; whether every element is known."""
    if level == len(node.generators):
        if isinstance(node, ast.DictComp):
            key, value = evaluate(m, frame, node.key), evaluate(m, frame, node.value)
            pairs[key.const if key.known and _hashable(key.const) else ("?", len(pairs))] = value
        else:
            results.append(evaluate(m, frame, node.elt))
        return True
    generator = node.generators[level]
    source = evaluate(m, frame, generator.iter)
    turns = elements_of(source)
    concrete = turns is not None and len(turns) <= (
        COMPREHENSION_TURNS if is_code_like(source) else FEW_TURNS
    )
    for turn in turns if concrete and turns is not None else [any_element(source)]:
        m.step()
        calls.bind_target(m, frame, generator.target, turn)
        tests = [evaluate(m, frame, test) for test in generator.ifs]
        if any(test.known and not test.const for test in tests):
            continue
        concrete = _turns(m, frame, node, level + 1, results, pairs) and concrete
        concrete = concrete and all(test.known for test in tests)
        if len(results) > COMPREHENSION_TURNS:
            return False
    return concrete


def is_code_like(value: Value) -> bool:
    """Whether a sequence may be hidden text: characters, bytes, or numbers; only such are worth many turns."""
    constant = value.const
    return isinstance(constant, str | bytes | bytearray | range) or (
        isinstance(constant, list | tuple) and bool(constant) and isinstance(constant[0], int)
    )


def _await(m: Machine, frame: Frame, node: ast.Await | ast.YieldFrom) -> Value:
    value = evaluate(m, frame, node.value)
    if isinstance(node, ast.YieldFrom):
        calls.yielded(frame, value)
    return value


def _yield(m: Machine, frame: Frame, node: ast.Yield) -> Value:
    value = Value(None) if node.value is None else evaluate(m, frame, node.value)
    calls.yielded(frame, Value(items=[value], taints=value.taints))
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
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.NamedExpr: _walrus,
    ast.JoinedStr: _fstring,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Await: _await,
    ast.YieldFrom: _await,
    ast.Yield: _yield,
    ast.Starred: _starred,
    ast.Call: _call,
}
