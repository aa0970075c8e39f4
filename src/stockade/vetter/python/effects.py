"""What calls of things outside the package do to the world: the table of tables.

An effect is a function of a call; it records acts and may return what the call gives back. None means: nothing is known
beyond the general rule (constants are folded, origins pass through).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from stockade.vetter.acts import Kind, Taint
from stockade.vetter.python import calls
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.knowledge import (
    ATTRIBUTE_SOURCES,
    CALL_SOURCES,
    CAPTURES,
    HTTP_CLIENTS,
    HTTP_VERBS,
)
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import Bound, File, Function, Namespace, Value, cap, tainted, union


@dataclass(slots=True)
class Call:
    """One call of something outside the package."""

    function: Value
    owner: Value | None
    """The object whose method it is, if any."""
    arguments: list[Value]
    keywords: dict[str, Value]

    @property
    def name(self) -> str:
        """The qualified name of what is called."""
        return self.function.name

    def get(self, place: int, *names: str) -> Value | None:
        """An argument by place or by any of its names; None where it was not passed."""
        if 0 <= place < len(self.arguments):
            return self.arguments[place]
        return next((self.keywords[name] for name in names if name in self.keywords), None)

    def text(self, place: int, *names: str) -> str:
        """An argument as text, as far as it is known."""
        value = self.get(place, *names)
        return value.shown if value is not None else ""

    @property
    def everything(self) -> list[Value]:
        """All arguments."""
        return [*self.arguments, *self.keywords.values()]


Effect = Callable[[Machine, Frame, ast.AST, Call], Value | None]


def apply(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """What the tables say of a call; None where they say nothing."""
    name = call.name
    known = _KNOWN.get(name)
    if known is None:
        if len(_KNOWN) > MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[name] = is_known(name) or bool(_effects_of_method(name.rpartition(".")[2]))
    if not known:
        return None
    if (effect := _table().get(name)) is not None:
        return effect(m, frame, node, call)
    if (source := CALL_SOURCES.get(name)) is not None:
        taint = Taint(source[0], source[1], m.at(frame, node))
        for each in call.arguments[:2]:  # a screenshot that is saved under a name
            if isinstance(each.const, str) and "." in each.const:
                m.written[each.const] = (frozenset({taint}), "")
        return tainted(taint, name=f"{name}()")
    if (captured := CAPTURES.get(name)) is not None:
        return _capture(m, frame, node, call, captured)
    for by_prefix in _effects_of_method(name.rpartition(".")[2]):
        result = by_prefix(m, frame, node, call)
        if result is not None:
            return result
    return None


_KNOWN: dict[str, bool] = {}
"""Whether the tables say anything of a name, as far as it was asked."""
MOST_KNOWN = 20_000


def is_known(name: str) -> bool:
    """Whether the tables name it."""
    client, _, verb = name.rpartition(".")
    request = client in HTTP_CLIENTS and verb in HTTP_VERBS
    return request or any(name in table for table in (_table(), CALL_SOURCES, CAPTURES, ATTRIBUTE_SOURCES))


def _capture(m: Machine, frame: Frame, node: ast.AST, call: Call, what: str) -> Value:
    from stockade.vetter.acts import Origin  # noqa: PLC0415 - a name that only this function needs

    taint = Taint(Origin.KEYS if what == "keys" else Origin.SCREEN, what, m.at(frame, node))
    m.act(frame, node, Kind.CAPTURE, call.name, target=what)
    for each in call.everything:
        if isinstance(each.ref, Function | Bound):
            calls.call(m, frame, node, each, [Value(taints=frozenset({taint}))], {})
    return tainted(taint, name=f"{call.name}()")


_TABLE: dict[str, Effect] = {}


def _table() -> dict[str, Effect]:
    if not _TABLE:
        from stockade.vetter.python import (  # noqa: PLC0415 - they import this module
            effects_code,
            effects_files,
            effects_handed,
            effects_misc,
            effects_network,
            effects_process,
            hooks,
        )

        for module in (
            effects_network,
            effects_process,
            effects_files,
            effects_code,
            effects_misc,
            effects_handed,
            hooks,
        ):
            _TABLE.update(module.EFFECTS)
    return _TABLE


_BY_METHOD: dict[str, tuple[Effect, ...]] = {}


def _effects_of_method(method: str) -> tuple[Effect, ...]:
    """The effects that look at the object too, by the last word of the name."""
    if not _BY_METHOD:
        from stockade.vetter.python import effects_code, effects_files, effects_misc, effects_network  # noqa: PLC0415 - they import this module

        for words, effect in (
            (HTTP_VERBS, effects_network.http),
            (effects_network.MESSENGER_METHODS, effects_network.messenger),
            (effects_network.CONNECTION_METHODS, effects_network.connection),
            (effects_files.ARCHIVE_METHODS, effects_files.method_of_path),
            (effects_files.SAVERS, effects_files.saved),
            (effects_code.LOADER_METHODS, effects_code.loader),
            (effects_misc.NATIVE_METHODS, effects_misc.windows),
            (effects_misc.BOT_METHODS, effects_misc.bots),
            (effects_misc.CLIPBOARD_METHODS, effects_misc.clipboard),
        ):
            for word in words:
                _BY_METHOD[word] = (*_BY_METHOD.get(word, ()), effect)
    return _BY_METHOD.get(method, ())


def on_unknown(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    owner: Value,
    method: str,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value | None:
    """A method of an object of which only origins are known."""
    from stockade.vetter.python import effects_network  # noqa: PLC0415 - they import this module

    call = Call(Value(name=f"?.{method}"), owner, arguments, keywords)
    return effects_network.on_unknown(m, frame, node, call, method)


def on_object(
    m: Machine,
    frame: Frame,
    node: ast.AST,
    owner: Value,
    method: str,
    arguments: list[Value],
    keywords: dict[str, Value],
) -> Value | None:
    """A method of an object that the interpreter itself made: a file, a path, a namespace."""
    from stockade.vetter.python import effects_files  # noqa: PLC0415 - they import this module

    call = Call(Value(name=f"{owner.name}.{method}"), owner, arguments, keywords)
    if isinstance(owner.ref, File):
        return effects_files.on_file(m, frame, node, call, method)
    if isinstance(owner.ref, Namespace) and arguments and isinstance(arguments[0].const, str):
        found = owner.ref.frame.find(arguments[0].const)
        if method in {"get", "pop", "setdefault", "__getitem__"}:
            return found if found is not None else Value(name=arguments[0].const)
    if isinstance(owner.ref, Namespace) and method == "update":
        items = arguments[0].items if arguments else None
        if isinstance(items, dict):
            owner.ref.frame.names.update({str(key): value for key, value in items.items()})
        owner.ref.frame.names.update(keywords)
        return Value(None)
    return None


_CALLERS = frozenset(
    {
        "submit",
        "apply_async",
        "call_soon",
        "call_later",
        "call_soon_threadsafe",
        "run_in_executor",
        "start_soon",
        "add_job",
        "execute",
    }
    | {
        "after",
        "do",
        "start_new_thread",
        "add_done_callback",
        "starmap",
        "starmap_async",
        "map_async",
        "run_sync",
        "spawn",
    }
    | {"run_until_complete", "create_task", "add_callback", "run_forever", "delay", "start_background_task"}
)


def sent(  # a sending's parts
    m: Machine, frame: Frame, node: ast.AST, callee: str, target: str, data: list[Value]
) -> None:
    """Data handed to an object that was made with an address."""
    m.act(frame, node, Kind.SEND, callee, target=target, payload=union(data))


def calls_back(name: str) -> bool:
    """Whether a function that is handed to ``name`` is called by it, as its last word tells."""
    return name.rpartition(".")[2] in _CALLERS


def through(value: Value, *others: Value) -> Value:
    """An unknown result that carries all origins of what went in."""
    taints = value.all_taints()
    for other in others:
        taints |= other.all_taints()
    return Value(taints=cap(taints))
