"""A small machine that walks the opcodes of pickles: strings, names and calls are kept, nothing is made of them."""

from __future__ import annotations

import io
import pickletools
import re
from dataclasses import dataclass, field
from typing import Final

MOST_OPCODES: Final = 1_000_000
"""Opcodes of one file that are walked; more make it unreadable."""
_MOST_PICKLES: Final = 64
_MOST_CALLS: Final = 10_000
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
MAY_NAME = re.compile(rb"[ci][^\n]{1,200}\n[^\n]{1,200}\n|[\x82-\x84]")
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
