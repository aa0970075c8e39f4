"""Marshalled code, read without ``marshal``: what its constants and names are, never a code object.

``marshal.loads`` may crash on hostile bytes, and knows one version's layout only. This reader walks the format's
type bytes with caps on depth and count, for the layouts of CPython 2.7 and 3.8 to 3.14, and falls back to the
printable strings where the bytes do not keep to one.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Final

_MAX_DEPTH: Final = 60
_MAX_OBJECTS: Final = 200_000
_MAX_LISTED: Final = 20_000
_MAX_PLAUSIBLE: Final = 1 << 16
_FLAG: Final = 0x80
_CODE: Final = 0x63

# Integer fields before the objects, the objects, and what follows, as the versions lay them out.
_LAYOUTS: Final = {
    "2.7": (
        4,
        ("code", "consts", "names", "varnames", "freevars", "cellvars", "filename", "name", 0, "lnotab"),
    ),
    "3.8": (
        6,
        ("code", "consts", "names", "varnames", "freevars", "cellvars", "filename", "name", 0, "lnotab"),
    ),
    "3.11": (
        5,
        (
            "code",
            "consts",
            "names",
            "locals",
            "kinds",
            "filename",
            "name",
            "qualname",
            0,
            "lines",
            "exceptions",
        ),
    ),
}
_STRINGS: Final = re.compile(rb"[\x20-\x7e]{4,}")
_MAGICS: Final = frozenset({62211, *range(3400, 3700)})
_PYC_HEADER: Final = 16


class _MalformedError(ValueError):
    """The bytes do not keep to the layout."""


@dataclass(frozen=True, slots=True)
class MarshalledCode:
    """Bytes that hold a marshalled code object, and what could be read of it."""

    data: bytes = field(repr=False)
    names: tuple[str, ...] = ()
    """Names its code uses (globals, attributes, imports), nested functions included, in order, once each."""
    strings: tuple[str, ...] = ()
    """Its string and bytes constants (bytes as Latin-1), in order, once each."""
    layout: str = ""
    """``2.7``, ``3.8`` (to 3.10), ``3.11`` (and later), or empty where only strings could be extracted."""


class _Reader:
    """One walk over the bytes with one layout."""

    def __init__(self, data: bytes, layout: str, start: int) -> None:
        self.data = data
        self.at = start
        self.fields, self.order = _LAYOUTS[layout]
        self.python2 = layout == "2.7"
        self.refs: list[object] = []
        self.interned: list[str] = []
        self.names: dict[str, None] = {}
        self.strings: dict[str, None] = {}
        self.left = _MAX_OBJECTS

    def take(self, count: int) -> bytes:
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise _MalformedError("truncated")
        out = self.data[self.at : end]
        self.at = end
        return out

    def long(self) -> int:
        return int(struct.unpack("<i", self.take(4))[0])

    def item(self, depth: int = 0) -> object:
        self.left -= 1
        if depth > _MAX_DEPTH or self.left < 0:
            raise _MalformedError("too much")
        tag = self.take(1)[0]
        slot = -1
        if tag & _FLAG and not self.python2:
            slot = len(self.refs)
            self.refs.append(None)
        value = self.value(chr(tag & ~_FLAG if not self.python2 else tag), depth)
        if slot >= 0:
            self.refs[slot] = value
        return value

    def value(self, tag: str, depth: int) -> object:
        if tag in "0NFTS.":
            return None
        if tag in "sutaAzZ":
            return self.text(tag)
        if tag in "()[<>{:":
            return self.container(tag, depth)
        if tag == "c":
            return self.code(depth)
        return self.reference(tag) if tag in "rR" else self.number(tag)

    def number(self, tag: str) -> object:
        if tag == "i":
            return self.long()
        if tag in "Igy":
            self.take(16 if tag == "y" else 8)
            return 0.0
        if tag == "l":
            self.take(2 * abs(self.long()))
            return 0
        if tag in "fx":
            for _ in range(2 if tag == "x" else 1):
                self.take(self.take(1)[0])
            return 0.0
        raise _MalformedError("type")

    def text(self, tag: str) -> object:
        size = self.take(1)[0] if tag in "zZ" else self.long()
        raw = self.take(size)
        if tag == "s":
            return raw if not self.python2 else raw.decode("latin-1")
        out = (
            raw.decode("utf-8", "surrogatepass")
            if tag in "ut" and not self.python2
            else raw.decode("latin-1")
        )
        if tag == "t":
            self.interned.append(out)
        return out

    def reference(self, tag: str) -> object:
        index = self.long()
        table: list[object] = self.refs if tag == "r" else list(self.interned[index : index + 1])
        if tag == "R":
            index = 0
        if not 0 <= index < len(table):
            raise _MalformedError("reference")
        return table[index]

    def container(self, tag: str, depth: int) -> object:
        if tag == "{":
            while True:
                if self.data[self.at : self.at + 1] == b"0":
                    self.at += 1
                    return None
                self.item(depth + 1)
                self.item(depth + 1)
        if tag == ":":
            for _ in range(3):
                self.item(depth + 1)
            return None
        size = self.take(1)[0] if tag == ")" else self.long()
        if not 0 <= size <= len(self.data) - self.at:
            raise _MalformedError("size")
        return tuple(self.item(depth + 1) for _ in range(size))

    def code(self, depth: int) -> object:
        for _ in range(self.fields):
            if self.long() < 0:
                raise _MalformedError("field")
        for part in self.order:
            if part == 0:
                self.long()
                continue
            value = self.item(depth + 1)
            if part in {"names", "locals", "varnames"}:
                self.collect(self.names, value)
            elif part == "consts":
                self.collect(self.strings, value)
            elif part == "code" and not isinstance(value, bytes | str):
                raise _MalformedError("bytecode")
            elif part in {"filename", "name"} and not isinstance(value, str):
                raise _MalformedError("name")
        return None

    def collect(self, into: dict[str, None], value: object) -> None:
        if not isinstance(value, tuple):
            raise _MalformedError("tuple")
        stack = list(value)[::-1]
        while stack and len(into) < _MAX_LISTED:
            item = stack.pop()
            if isinstance(item, tuple):
                stack.extend(item[::-1])
            elif isinstance(item, bytes):
                into.setdefault(item.decode("latin-1"))
            elif isinstance(item, str):
                into.setdefault(item)


def _header(data: bytes, start: int) -> bool:
    """Whether a full code header stands at ``start``: the type, small counts, then the bytecode's type."""
    if len(data) < start + 40 or data[start] & ~_FLAG != _CODE:
        return False
    for count in (4, 5, 6):
        fields = struct.unpack_from(f"<{count}I", data, start + 1)
        tag = data[start + 1 + 4 * count]
        if all(number < _MAX_PLAUSIBLE for number in fields[:-1]) and tag & ~_FLAG == ord("s"):
            size = int(struct.unpack_from("<I", data, start + 2 + 4 * count)[0])
            return 0 < size <= len(data) - start - 6 - 4 * count
    return False


def is_pyc(data: bytes) -> bool:
    """Whether the bytes begin as a compiled file: a known magic number, then a full code header."""
    if data[2:4] != b"\r\n" or len(data) < _PYC_HEADER:
        return False
    magic = int.from_bytes(data[:2], "little")
    return magic in _MAGICS and any(_header(data, start) for start in (16, 12, 8))


def read_marshal(data: bytes, start: int = 0) -> MarshalledCode | None:
    """What a marshalled code object at ``start`` holds; ``None`` where there is no full code header."""
    if not _header(data, start):
        return None
    for layout in _LAYOUTS:
        reader = _Reader(data, layout, start)
        try:
            reader.item()
        except (_MalformedError, struct.error, UnicodeError):
            continue
        return MarshalledCode(data, tuple(reader.names), tuple(reader.strings), layout)
    found = dict.fromkeys(match[0].decode("ascii") for match in _STRINGS.finditer(data))
    return MarshalledCode(data, (), tuple(found)[:_MAX_LISTED], "")
