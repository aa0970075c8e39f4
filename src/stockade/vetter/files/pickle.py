"""What a pickle does when it is loaded, read from its opcodes; nothing is unpickled.

A small machine keeps the strings, globals and calls that the opcodes build, memo included, so that names put together
for ``STACK_GLOBAL`` and the arguments of ``REDUCE`` are known. Containers of pickles (``.pt``, ``.npz``, joblib, NumPy)
are told in :mod:`stockade.vetter.files.models`.
"""

from __future__ import annotations

import io
import pickletools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.files import pickle_globals as known
from stockade.vetter.files.base import Code, Looked
from stockade.vetter.package import Oddity

MOST_OPCODES: Final = 1_000_000
"""Opcodes of one file that are walked; more make it unreadable."""
_MOST_PICKLES: Final = 64
_MOST_CALLS: Final = 10_000
_MOST_SHOWN: Final = 500
_MARK: Final = object()
_UNKNOWN: Final = object()


@dataclass(frozen=True, slots=True)
class Named:
    """A global that a pickle names."""

    module: str
    name: str

    @property
    def full(self) -> str:
        """``module.name``."""
        return f"{self.module}.{self.name}"


_JOBLIB: Final = Named("joblib.numpy_pickle", "NumpyArrayWrapper")
_GLOBAL = re.compile(rb"c([A-Za-z_][\w.]{0,100})\n([A-Za-z_][\w.]{0,100})\n")
_MAY_NAME = re.compile(rb"[ci][^\n]{1,200}\n[^\n]{1,200}\n|[\x82-\x84]")
"""Without these bytes nothing in a pickle can be a global."""
_STACK_GLOBAL = re.compile(
    rb"\x8c.([A-Za-z_][\w.]{0,100})(?:\x94|q.)?\x8c.([A-Za-z_][\w.]{0,100})(?:\x94|q.)?\x93", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Called:
    """A call that loading makes."""

    function: object
    """:class:`Named`, another call's result, or anything else."""
    arguments: object


@dataclass(slots=True)
class Walked:
    """What the opcodes of one file build."""

    names: dict[Named, int] = field(default_factory=dict)
    """Each global with the offset at which it is first named."""
    calls: list[tuple[Called, int]] = field(default_factory=list)
    malformed: str = ""
    opcodes: int = 0
    end: int = 0
    """Bytes up to the end of the last pickle."""


class _Machine:
    """Stack and memo while opcodes are walked; what is not needed is a placeholder."""

    def __init__(self, walked: Walked) -> None:
        self.walked = walked
        self.stack: list[object] = []
        self.memo: dict[object, object] = {}

    def pop(self) -> object:
        return self.stack.pop() if self.stack else _UNKNOWN

    def to_mark(self) -> list[object]:
        items: list[object] = []
        while self.stack:
            item = self.stack.pop()
            if item is _MARK:
                break
            items.append(item)
        return items[::-1][:1_000]

    def name(self, module: object, name: object, offset: int) -> None:
        """A global is put on the stack; an unknown part of its name is a question mark."""
        named = Named(module if isinstance(module, str) else "?", name if isinstance(name, str) else "?")
        if len(self.walked.names) < _MOST_CALLS:
            self.walked.names.setdefault(named, offset)
        self.stack.append(named)

    def call(self, function: object, arguments: object, offset: int) -> None:
        """A call's result is put on the stack."""
        called = Called(function, arguments)
        if len(self.walked.calls) < _MOST_CALLS:
            self.walked.calls.append((called, offset))
        self.stack.append(called)

    def step(self, name: str, argument: object, offset: int) -> None:  # noqa: C901, PLR0912 - a branch an opcode
        """One opcode."""
        if name in _PUSHED:
            self.stack.append(argument if isinstance(argument, str | bytes | int) else _UNKNOWN)
        elif name == "MARK":
            self.stack.append(_MARK)
        elif name in ("GLOBAL", "INST"):
            marked = tuple(self.to_mark()) if name == "INST" else ()
            module, _, function = str(argument).partition(" ")
            self.name(module, function, offset)
            if name == "INST":
                self.call(self.pop(), marked, offset)
        elif name == "STACK_GLOBAL":
            attribute, package = self.pop(), self.pop()
            self.name(package, attribute, offset)
        elif name in ("REDUCE", "NEWOBJ"):
            arguments = self.pop()
            self.call(self.pop(), arguments, offset)
        elif name == "NEWOBJ_EX":
            self.pop()
            arguments = self.pop()
            self.call(self.pop(), arguments, offset)
        elif name == "OBJ":
            items = self.to_mark()
            self.call(items[0] if items else _UNKNOWN, tuple(items[1:]), offset)
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self.memo[argument] = self.stack[-1] if self.stack else _UNKNOWN
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.stack[-1] if self.stack else _UNKNOWN
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self.stack.append(self.memo.get(argument, _UNKNOWN))
        elif name in _TUPLES:
            count = _TUPLES[name]
            items = [self.pop() for _ in range(count)][::-1] if count >= 0 else self.to_mark()
            self.stack.append(tuple(items))
        else:
            self.other(name)

    def other(self, name: str) -> None:
        """Opcodes that only change containers and the stack."""
        if name in ("APPENDS", "SETITEMS", "ADDITEMS"):
            self.to_mark()
        elif name in ("LIST", "DICT", "FROZENSET"):
            self.stack.append(tuple(self.to_mark()))
        elif name in ("APPEND", "BUILD", "POP"):
            self.pop()
        elif name == "SETITEM":
            self.pop()
            self.pop()
        elif name == "POP_MARK":
            self.to_mark()
        elif name == "DUP":
            self.stack.append(self.stack[-1] if self.stack else _UNKNOWN)
        elif name == "BINPERSID":
            self.pop()
            self.stack.append(_UNKNOWN)
        elif name not in ("PROTO", "FRAME", "STOP", "READONLY_BUFFER"):
            self.stack.append(_UNKNOWN)


_PUSHED: Final = frozenset(
    {"STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}
    | {"BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"}
    | {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4"}
)
_TUPLES: Final = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3, "TUPLE": -1}


def walk(data: bytes) -> Walked:
    """Walk all pickles that ``data`` holds one behind the other. Never raises; what stops it is told."""
    walked = Walked()
    stream = io.BytesIO(data)
    for number in range(_MOST_PICKLES):
        machine = _Machine(walked)
        start = stream.tell()
        if number and data[start : start + 1] not in (b"\x80", b"(", b"c", b"]", b"}"):
            break
        try:
            for opcode, argument, position in pickletools.genops(stream):
                walked.opcodes += 1
                if walked.opcodes > MOST_OPCODES:
                    walked.malformed = f"more than {MOST_OPCODES} opcodes"
                    return walked
                machine.step(opcode.name, argument, position or 0)
        except (ValueError, IndexError, OverflowError, MemoryError, RecursionError, AttributeError) as error:
            if number == 0:
                walked.malformed = f"{error}"[:200] or "malformed"
                _names_in(data, walked)
            break
        walked.end = stream.tell()
        if walked.end >= len(data):
            break
    return walked


def _names_in(data: bytes, walked: Walked) -> None:
    """Add the globals that can be told from the bytes alone: joblib puts arrays between opcodes, others end early."""
    for pattern in (_GLOBAL, _STACK_GLOBAL):
        for found in pattern.finditer(data):
            if len(walked.names) >= _MOST_CALLS:
                return
            walked.names.setdefault(Named(found[1].decode("ascii"), found[2].decode("ascii")), found.start())
    if _JOBLIB in walked.names:
        walked.malformed = ""


def danger(named: Named) -> str:
    """Why a global is dangerous; empty where it is not known to be."""
    full = named.full
    parts = full.split(".")
    for count in range(len(parts), 0, -1):
        start = ".".join(parts[:count])
        if start in known.DANGEROUS_NAMES:
            return known.DANGEROUS_NAMES[start]
        if count < len(parts) and start in known.DANGEROUS and not _harmless_of(named):
            return known.DANGEROUS[start]
    return "its name is put together while it is loaded" if "?" in (named.module, named.name) else ""


def _harmless_of(named: Named) -> bool:
    """Single classes of modules that are dangerous otherwise."""
    return named.full in _HARMLESS


_HARMLESS: Final = frozenset(
    {
        "os.PathLike",
        "os.stat_result",
        "types.SimpleNamespace",
        "types.MappingProxyType",
        "types.GenericAlias",
        "types.ModuleType",
        "http.cookies.SimpleCookie",
        "http.cookies.Morsel",
        "http.cookiejar.Cookie",
        "http.cookiejar.CookieJar",
        "http.HTTPStatus",
        "requests.models.Response",
        "requests.cookies.RequestsCookieJar",
        "requests.structures.CaseInsensitiveDict",
        "requests.sessions.Session",
        "multiprocessing.context.AuthenticationString",
        "sys.maxsize",
        "sys.intern",
        "test.pickletester",
        "asyncio.exceptions.CancelledError",
        "concurrent.futures._base.CancelledError",
        "inspect.Signature",
        "inspect.Parameter",
        "inspect._ParameterKind",
        "inspect._empty",
        "urllib.parse.ParseResult",
        "urllib.parse.SplitResult",
    }
)


def is_safe(named: Named) -> bool:
    """Whether a global is one that pickles of data name."""
    if named.module in known.BUILTIN_MODULES:
        return named.name in known.SAFE_BUILTINS
    parts = named.module.split(".")
    return named.full in _HARMLESS or any(
        ".".join(parts[:count]) in known.SAFE_MODULES for count in range(len(parts), 0, -1)
    )


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What loading the pickle ``data`` does.

    Acts: ``LOAD`` where it names dangerous globals, and ``SPAWN``, ``EXECUTE``, ``FETCH``, ``WRITE`` or ``IMPORT`` for the
    calls that it makes of them, with constant arguments. Oddities: ``pickle-imports`` (a dangerous global),
    ``pickle-unknown-global``, ``pickle-malformed``, ``pickle-unreadable`` (not a pickle at all, or out of bounds).
    """
    if data.endswith(b".") and b"\x93" not in data and not _MAY_NAME.search(data):
        return Looked()
    return judged(walk(data), path, phase)


def judged(walked: Walked, path: str, phase: Phase) -> Looked:
    """Acts and oddities of walked opcodes."""
    at = Location(path)
    oddities = list(_oddities(walked, at, phase))
    if walked.malformed:
        beyond = walked.opcodes > MOST_OPCODES
        kind = "pickle-malformed" if walked.opcodes > 1 and not beyond else "pickle-unreadable"
        oddities.append(Oddity(kind=kind, at=at, detail=walked.malformed, phase=phase))
    acts: list[Act] = []
    code: list[Code] = []
    for called, _ in walked.calls:
        act = _act(called, at, phase)
        if act is not None and len(acts) < 200:  # noqa: PLR2004 - enough for any report
            acts.append(act)
            if act.kind is Kind.EXECUTE and act.content:
                code.append(Code(act.content, 1, f"{act.callee} in a pickle"))
    return Looked(tuple(acts), tuple(oddities), tuple(code[:16]))


def _oddities(walked: Walked, at: Location, phase: Phase) -> Iterator[Oddity]:
    bad = {named: why for named in walked.names if (why := danger(named))}
    unknown = [
        named
        for named in walked.names
        if named not in bad and not is_safe(named) and named.full not in known.INDIRECT
    ]
    if bad:
        indirect = [named for named in walked.names if named.full in known.INDIRECT]
        text = ", ".join(f"{named.full} ({why})" for named, why in list(bad.items())[:8])
        shown = ", ".join(_shown(called) for called, _ in walked.calls if _root(called) in bad or indirect)
        yield Oddity(kind="pickle-imports", at=at, detail=text, phase=phase, evidence=shown[:_MOST_SHOWN])
    if unknown:
        text = ", ".join(named.full for named in unknown[:12])
        yield Oddity(kind="pickle-unknown-global", at=at, detail=text, phase=phase)


def _root(called: Called) -> Named | None:
    """The global whose result, at last, is called."""
    function: object = called.function
    for _ in range(16):
        if isinstance(function, Named):
            return function
        if not isinstance(function, Called):
            return None
        function = function.function
    return None


def _act(called: Called, at: Location, phase: Phase) -> Act | None:
    """The act that a call of a dangerous global is."""
    named = _named_through_getattr(called.function) or _root(called)
    if named is None or not (why := danger(named)):
        return None
    kind = _KINDS.get(why, Kind.LOAD)
    text = _first_text(called.arguments)
    content = text if kind is Kind.EXECUTE else ""
    if kind is Kind.FETCH and places.address(text) is None:
        kind = Kind.LOAD
    taint = Taint(Origin.OWN_FILE, f"{at.path}, a pickle", at)
    return Act(
        kind=kind,
        callee=f"pickle:{named.full}",
        at=at,
        phase=phase,
        scope=at.path,
        target=text[:_MOST_SHOWN] if kind is not Kind.EXECUTE else named.full,
        payload=frozenset({taint}),
        content=content,
        hidden=True,
        note=why,
    )


_KINDS: Final = {
    "starts processes": Kind.SPAWN,
    "runs code": Kind.EXECUTE,
    "speaks to the network": Kind.FETCH,
    "fetches": Kind.FETCH,
    "opens files": Kind.WRITE,
    "changes files": Kind.WRITE,
    "runs or imports code": Kind.IMPORT,
    "imports any name": Kind.IMPORT,
}


def _named_through_getattr(function: object) -> Named | None:
    """``getattr(os, 'system')`` and its like: the name that comes out."""
    if not isinstance(function, Called) or not isinstance(function.function, Named):
        return None
    if function.function.full not in known.INDIRECT or not isinstance(function.arguments, tuple):
        return None
    first, *rest = function.arguments or (None,)
    if isinstance(first, Called):
        first = Named(_first_text(first.arguments) or "?", "")
    if not isinstance(first, Named) or not rest or not isinstance(rest[0], str):
        return None
    module = f"{first.module}.{first.name}".rstrip(".")
    return Named(module, rest[0])


def _first_text(arguments: object) -> str:
    """The first string among the arguments of a call, or those of a call within."""
    stack = [arguments]
    for _ in range(200):
        if not stack:
            break
        item = stack.pop()
        if isinstance(item, str):
            return item
        if isinstance(item, bytes):
            return item.decode("utf-8", "replace")
        if isinstance(item, tuple):
            stack += list(item)[::-1][:100]
        elif isinstance(item, Called):
            stack.append(item.arguments)
    return ""


def _shown(called: Called) -> str:
    root = _root(called)
    return f"{root.full if root is not None else '?'}({_first_text(called.arguments)[:120]!r})"
