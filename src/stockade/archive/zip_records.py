"""The records of a zip file (PKWARE APPNOTE 6.3): end record, central directory, local headers."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from stockade.archive.bounds import Scope, UnreadableError
from stockade.archive.source import Source

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")
LOCAL_MAGIC, CENTRAL_MAGIC, END_MAGIC = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64_MAGIC, LOCATOR_MAGIC = b"PK\x06\x06", b"PK\x06\x07"

ENCRYPTED, DESCRIPTOR, STRONG, UTF8, MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
MAX32, MAX16 = 0xFFFFFFFF, 0xFFFF
DIRECTORY = 64 << 20
"""Bytes of a central directory at most."""
_TAIL = 0xFFFF + END.size + LOCATOR.size


@dataclass(slots=True)
class Entry:
    """One record of the central directory."""

    name: bytes
    system: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int
    """Of the local header, in the file."""
    extra: bytes
    order: int
    """Place in the central directory."""


@dataclass(slots=True)
class End:
    """Where the central directory lies, by the end records."""

    offset: int
    """As the record says, which is less than :attr:`start` where data were put before the zip."""
    length: int
    count: int
    start: int
    """Of the directory, in the file."""
    stop: int
    """Of the directory's end, in the file."""


def has_end(source: Source) -> bool:
    """Whether an end record lies where readers look for one."""
    return END_MAGIC in source.read_at(max(0, source.size - _TAIL), _TAIL)


def find_end(source: Source, scope: Scope) -> End:
    """The end of central directory, zip64 or not; what readers may disagree about goes to the log.

    Raises:
        UnreadableError: there is none that can be read.
    """
    base = max(0, source.size - _TAIL)
    tail = source.read_at(base, _TAIL)
    at = _last_end(tail)
    if at < 0:
        raise UnreadableError("truncated", "the zip has no end record")
    _, disk, first_disk, here, count, length, offset, comment = END.unpack_from(tail, at)
    if disk not in {0, MAX16} or first_disk not in {0, MAX16} or here != count:
        raise UnreadableError("several-disks", "the zip says it is split over several disks")
    stop = at + END.size + comment
    if stop < len(tail):
        scope.suspicious("trailing-data", "", f"{len(tail) - stop:,} bytes follow the zip's end record")
    if comment:
        scope.odd("comment", "", f"the zip has a comment of {comment:,} bytes")
    if END_MAGIC in tail[at + 4 :]:
        scope.suspicious("two-end-records", "", "the zip's comment or tail holds another end record")
    end = End(offset, length, count, base + at - length, base + at)
    if at >= LOCATOR.size and tail[at - LOCATOR.size :].startswith(LOCATOR_MAGIC):
        end = _end64(source, base + at, tail[at - LOCATOR.size : at], end, scope)
    elif MAX32 in (offset, length) or count == MAX16:
        scope.odd("no-zip64-record", "", "the end record points to a zip64 record that is not there")
    if end.start < 0 or end.offset > end.start:
        raise UnreadableError("bad-directory", "the end record points outside of the file")
    return end


def _last_end(tail: bytes) -> int:
    """Where readers find the end record: the last that reaches exactly the file's end, else the last."""
    last = at = tail.rfind(END_MAGIC, 0, max(0, len(tail) - END.size + 4))
    while at >= 0:
        comment = END.unpack_from(tail, at)[7]
        if at + END.size + comment == len(tail):
            return at
        at = tail.rfind(END_MAGIC, 0, at)
    return last


def _end64(source: Source, at: int, locator: bytes, plain: End, scope: Scope) -> End:
    _, _, said, disks = LOCATOR.unpack(locator)
    place = at - LOCATOR.size - END64.size
    record = source.read_at(place, END64.size) if place >= 0 else b""
    if len(record) < END64.size or not record.startswith(END64_MAGIC) or disks > 1:
        raise UnreadableError("bad-directory", "the zip64 end record is not where it has to be")
    _, size, _, _, _, _, here, count, length, offset = END64.unpack(record)
    start = place - length
    if size != END64.size - 12 or here != count:
        raise UnreadableError("bad-directory", "the zip64 end record is of an unknown form")
    for value, old, most in (
        (count, plain.count, MAX16),
        (length, plain.length, MAX32),
        (offset, plain.offset, MAX32),
    ):
        if old not in {value, most}:
            scope.suspicious("headers-disagree", "", "the zip64 end record differs from the plain one")
            break
    if said + (start - offset) != place:
        scope.suspicious("headers-disagree", "", "the zip64 locator points elsewhere")
    return End(offset, length, count, start, place)


def read_directory(source: Source, end: End, scope: Scope) -> list[Entry]:
    """The records of the central directory, in its order.

    Raises:
        UnreadableError: a record is broken.
        LimitReachedError: there are too many.
    """
    if end.length > DIRECTORY:
        raise UnreadableError("header-too-large", f"a central directory of {end.length:,} bytes")
    data = source.read_at(end.start, end.length)
    scope.took(len(data))
    shift = end.start - end.offset
    if shift:
        scope.suspicious("prepended-data", "", f"{shift:,} bytes were put before the zip")
    entries: list[Entry] = []
    at = 0
    while at < end.length:
        if at + CENTRAL.size > end.length or not data.startswith(CENTRAL_MAGIC, at):
            raise UnreadableError("bad-directory", f"the central directory is broken at its byte {at:,}")
        scope.budget.entry()
        entry, at = _entry(data, at, shift, len(entries))
        if at > end.length:
            raise UnreadableError("bad-directory", "a record reaches beyond the central directory")
        entries.append(entry)
    if (len(entries) ^ end.count) & MAX16:
        scope.suspicious(
            "headers-disagree", "", f"{len(entries):,} entries where the end record says {end.count:,}"
        )
    return entries


def _entry(data: bytes, at: int, shift: int, order: int) -> tuple[Entry, int]:
    (
        _,
        made,
        _,
        flags,
        method,
        _,
        _,
        crc,
        packed,
        size,
        name_len,
        extra_len,
        comment_len,
        _,
        _,
        attributes,
        offset,
    ) = CENTRAL.unpack_from(data, at)
    at += CENTRAL.size
    name = data[at : at + name_len]
    at += name_len
    extra = data[at : at + extra_len]
    at += extra_len + comment_len
    if MAX32 in (packed, size, offset):
        size, packed, offset = zip64_values(extra, size, packed, offset)
    entry = Entry(name, made >> 8, flags, method, crc, packed, size, attributes, offset + shift, extra, order)
    return entry, at


def local_entry(source: Source, at: int, stop: int) -> tuple[Entry, int]:
    """What the local header at ``at`` says by itself, and where its data begin.

    Where it leaves the sizes to a descriptor, the data are all that is left before ``stop``.
    """
    head = source.read_at(at, LOCAL.size)
    _, _, flags, method, _, _, crc, packed, size, name_len, extra_len = LOCAL.unpack(head)
    rest = source.read_at(at + LOCAL.size, name_len + extra_len)
    start = min(stop, at + LOCAL.size + name_len + extra_len)
    if flags & DESCRIPTOR or packed > stop - start:
        packed = stop - start
    entry = Entry(rest[:name_len], 0, flags, method, crc, packed, size, 0, at, rest[name_len:], 0)
    return entry, start


def extra_fields(extra: bytes) -> list[tuple[int, bytes]]:
    """The extra field's parts, as far as they are well formed."""
    parts = []
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        parts.append((kind, extra[at + 4 : at + 4 + length]))
        at += 4 + length
    return parts


def contradicts(extra: bytes, size: int, packed: int) -> bool:
    """Whether a zip64 extra field that is not asked for, or is there twice, may be read as other sizes.

    Some readers take its values whenever it is there, others only where the plain field is at its maximum.
    """
    fields = [data for kind, data in extra_fields(extra) if kind == 1]
    if len(fields) > 1:
        return True
    if not fields or MAX32 in (size, packed):
        return False
    values = [value for (value,) in struct.iter_unpack("<Q", fields[0][: len(fields[0]) & ~7])]
    return any(value not in {0, said} for value, said in zip(values, (size, packed), strict=False))


def zip64_values(extra: bytes, *values: int) -> tuple[int, ...]:
    """``values`` with each that is at its 32-bit maximum taken from the zip64 extra field.

    Raises:
        UnreadableError: the field is missing or too short.
    """
    field = next((data for kind, data in extra_fields(extra) if kind == 1), b"")
    out, at = [], 0
    for value in values:
        if value != MAX32:
            out.append(value)
            continue
        if at + 8 > len(field):
            raise UnreadableError("bad-directory", "a zip64 extra field is missing or too short")
        out.append(struct.unpack_from("<Q", field, at)[0])
        at += 8
    return tuple(out)
