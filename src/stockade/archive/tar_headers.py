"""Tar headers (POSIX.1-1988 ustar, POSIX.1-2001 pax, GNU, v7): one block, and the extensions before it."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

from stockade.archive.bounds import UnreadableError

BLOCK = 512
ZEROS = bytes(BLOCK)
EXTENSION = 1 << 20
"""Bytes of one pax header or GNU long name at most."""

NAME = 0xFFFF
"""Bytes of a name at most (a zip cannot have longer ones)."""
RECORDS = 1_000_000
"""Lines of all pax headers of one tar at most."""
SPARSE = b"GNU.sparse."
_KNOWN = frozenset((b"path", b"linkpath", b"size"))
_BASE_256 = 0x80
"""First byte of a positive binary number (GNU)."""
_NUMBER = re.compile(rb"[ \x00]*([0-7]*)[ \x00]*")
_PLACEHOLDER = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})\.data|PaxHeaders?(?:\.[0-9]+)?/[0-9]+")
"""What ``git archive`` and the tar crate of Rust write for a long name."""


@dataclass(slots=True)
class Header:
    """One header block, as it says."""

    name: bytes
    link: bytes
    size: int
    mode: int
    type: bytes
    foreign_prefix: bool
    """A name prefix where the header's format has none: some readers use it, some do not."""
    extended: bool
    """Old GNU sparse: blocks with more of the map follow."""


def is_header(block: bytes) -> bool:
    """Whether ``block`` is a tar header by its checksum."""
    return len(block) == BLOCK and _checksum_holds(block)


def parse_header(block: bytes) -> Header:
    """Read one block of 512 bytes.

    Raises:
        UnreadableError: checksum or numbers are wrong.
    """
    if not _checksum_holds(block):
        raise UnreadableError("bad-header", "a tar header has a wrong checksum")
    magic = block[257:265]
    name, kind = _text(block[:100]), block[156:157]
    prefix = b"" if not block[345] or kind in b"LKS" else _text(block[345:500])
    if prefix:
        name = prefix + b"/" + name
    return Header(
        name=name,
        link=_text(block[157:257]) if block[157] else b"",
        size=_number(block[124:136], "size"),
        mode=_mode(block[100:108]),
        type=kind,
        foreign_prefix=bool(prefix) and magic[:6] != b"ustar\x00",
        extended=kind == b"S" and block[482] != 0,
    )


def _checksum_holds(block: bytes) -> bool:
    field = block[148:156]
    match = _NUMBER.fullmatch(field)
    if match is None or not match[1]:
        return False
    said = int(match[1], 8)
    # Adler-32's low half is one more than the sum modulo 65521, which 512 ASCII characters do not reach.
    whole = (zlib.adler32(block) & 0xFFFF) - 1 if block.isascii() else sum(block)
    total = whole - sum(field) + 256
    if said == total:
        return True
    high = sum(byte >> 7 for byte in block) - sum(byte >> 7 for byte in field)
    return said == total - 256 * high  # historic writers summed signed characters


def _text(data: bytes) -> bytes:
    return data.partition(b"\x00")[0]


def _number(data: bytes, what: str) -> int:
    """An octal or base-256 number; nothing that only some readers take for one."""
    if data[0] == _BASE_256:
        return int.from_bytes(data[1:], "big")
    match = _NUMBER.fullmatch(data)
    if match is None:
        raise UnreadableError("bad-header", f"a tar header's {what} is {data!r}")
    return int(match[1] or b"0", 8)


def _mode(data: bytes) -> int:
    try:
        return _number(data, "mode") & 0o7777
    except UnreadableError:
        return 0


@dataclass(slots=True)
class Extensions:
    """What the extension headers before a member say of it."""

    gnu_name: bytes | None = None
    gnu_link: bytes | None = None
    pax: dict[bytes, bytes] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def long_name(self, data: bytes, *, link: bool) -> None:
        """Take a GNU ``L`` or ``K`` header's content."""
        if (self.gnu_link if link else self.gnu_name) is not None:
            self.faults.append(("names-disagree", "two GNU long names for one member"))
        if len(data) > NAME:
            raise UnreadableError("header-too-large", f"a GNU long name of {len(data):,} bytes")
        if link:
            self.gnu_link = _text(data)
        else:
            self.gnu_name = _text(data)

    def local(self, data: bytes) -> None:
        """Take a pax ``x`` header's content."""
        if self.pax:
            self.faults.append(("names-disagree", "two pax headers for one member"))
        records, faults = parse_pax(data)
        self.pax.update(records)
        self.faults += faults


def parse_pax(data: bytes) -> tuple[dict[bytes, bytes], list[tuple[str, str]]]:
    """The records of a pax header that say what and where a member is, and what is wrong (kind and detail).

    Raises:
        UnreadableError: a name is too long.
    """
    known: dict[bytes, bytes] = {}
    faults: list[tuple[str, str]] = []
    at, end = 0, len(data)
    while at < end and data[at]:
        space = data.find(b" ", at, at + 10)
        length = data[at:space] if space > 0 else b""
        stop = at + int(length) if length.isdigit() else 0
        record = data[space + 1 : stop - 1]
        key, equals, value = record.partition(b"=")
        if stop > end or stop <= space + 1 or data[stop - 1 : stop] != b"\n" or not equals:
            faults.append(("bad-pax-header", f"a pax record at byte {at} is malformed"))
            break
        if key in _KNOWN or key.startswith(SPARSE):
            if known.get(key, value) != value:
                faults.append(("names-disagree", f"the pax header says {key!r} twice"))
            known[key] = value
            if len(value) > NAME:
                raise UnreadableError("header-too-large", f"a pax {key!r} of {len(value):,} bytes")
        at = stop
    return known, faults


def names_agree(header: bytes, long: bytes) -> bool:
    """Whether an honest writer puts ``header`` into the short field of a member named ``long``.

    Writers cut the name (at the field's end, or some of its parts), replace what is not ASCII, or put a
    placeholder; none writes another file's name.
    """
    short, full = header.rstrip(b"/"), long.rstrip(b"/")
    if short == full or full.startswith(short):
        return True
    if _PLACEHOLDER.fullmatch(short):
        return True
    text = full.decode("utf-8", "replace")
    forms = (
        text.encode("ascii", "replace"),
        text.encode("ascii", "ignore"),
        re.sub(r"[^\x00-\x7f]", "_", text).encode(),
        full,
    )
    base = short.rpartition(b"/")[2]
    return any(
        form.startswith(short)
        or form.endswith(b"/" + short)
        or (len(long) > 100 and base != b"" and form.rpartition(b"/")[2].startswith(base))  # noqa: PLR2004 - the field's width
        for form in forms
    )
