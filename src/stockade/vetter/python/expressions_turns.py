"""Elements and turns: containers as they are written, what a loop runs over, comprehensions."""

from __future__ import annotations

import ast

from stockade.vetter.acts import NO_TAINTS, Origin, Taint
from stockade.vetter.python import calls, expressions
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import (
    GAP,
    MOST_ITEMS,
    Instance,
    Value,
    cap,
    union,
)

FEW_TURNS = 256
"""Turns over anything but characters and numbers."""

COMPREHENSION_TURNS = 20_000


def sequence(m: Machine, frame: Frame, node: ast.List | ast.Tuple | ast.Set) -> Value:
    """A list, tuple or set as it is written."""
    if len(node.elts) > 64 and all(type(each) is ast.Constant for each in node.elts):
        m.step(len(node.elts) // 8)
        return Value([each.value for each in node.elts if isinstance(each, ast.Constant)])
    items: list[Value] = []
    for each in node.elts[:MOST_ITEMS]:
        if isinstance(each, ast.Starred):
            inner = expressions.evaluate(m, frame, each.value)
            parts = elements_of(inner)
            room = MOST_ITEMS - len(items)
            items += parts[:room] if parts is not None else [Value(taints=inner.all_taints())]
        else:
            items.append(expressions.evaluate(m, frame, each))
    if isinstance(node, ast.Tuple | ast.Set) and items and all(each.known for each in items):
        constant = tuple(each.const for each in items)
        return Value(constant, taints=union(items), items=items)
    if m.loose:
        m.fresh[id(items)] = items
    return Value(items=items)


def grown_list(m: Machine, items: list[Value]) -> None:
    """After something was added to a list: in a loop of which one turn is walked, further elements follow that nobody
    knows, unless each turn makes the list anew."""
    if m.loose and id(items) not in m.fresh and len(items) < MOST_ITEMS:
        items.append(Value(text=GAP))


def dictionary(m: Machine, frame: Frame, node: ast.Dict) -> Value:
    """``{key: value, **more}``."""
    items: dict[object, Value] = {}
    taints = NO_TAINTS
    for key, value in zip(node.keys[:MOST_ITEMS], node.values[:MOST_ITEMS], strict=True):
        got = expressions.evaluate(m, frame, value)
        if key is None:
            if isinstance(got.items, dict):
                items.update(got.items)
            taints |= got.all_taints()
            continue
        named = expressions.evaluate(m, frame, key)
        if named.known and hashable(named.const):
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
    return expressions.call_value(m, frame, node, hook, [value], {}) if hook is not None else value


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
        text=first.shown[: expressions.MOST_TEXT],
    )


def hashable(constant: object) -> bool:
    """Whether a constant can be the key of a dictionary."""
    try:
        hash(constant)
    except TypeError:
        return False
    return True


def comprehension(
    m: Machine, frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Value:
    """A comprehension or generator, turn by turn where what it runs over is known."""
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
            key, value = expressions.evaluate(m, frame, node.key), expressions.evaluate(m, frame, node.value)
            pairs[key.const if key.known and hashable(key.const) else ("?", len(pairs))] = value
        else:
            results.append(expressions.evaluate(m, frame, node.elt))
        return True
    generator = node.generators[level]
    source = expressions.evaluate(m, frame, generator.iter)
    turns = elements_of(source)
    concrete = turns is not None and len(turns) <= (
        COMPREHENSION_TURNS if is_code_like(source) else FEW_TURNS
    )
    for turn in turns if concrete and turns is not None else [any_element(source)]:
        m.step()
        calls.bind_target(m, frame, generator.target, turn)
        tests = [expressions.evaluate(m, frame, test) for test in generator.ifs]
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
