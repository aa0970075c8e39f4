"""The one-file form in which every imported feed is kept.

Layout: 8 bytes of magic, the header's length and CRC-32 (two little-endian ``uint32``), the header as
JSON, then the sections, one after another. The header holds the feed's stamp, what was wrong with the
source, and each section's offset (from the end of the header), length and CRC-32. A file is replaced as
a whole by :func:`write_pack`, so that a reader sees the old feed or the new one, never a part of either.

A damaged file is an error, not an empty feed: lengths and the header's checksum are verified on opening,
a section's checksum when it is first used, unless its owner has a checksum for each record.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from stockade.errors import IncompleteError
from stockade.model.advisories import FeedStamp

MAGIC = b"STKFEED\x01"
MAX_HEADER = 1 << 20
_PREFIX = struct.Struct("<8sII")


class PackError(IncompleteError):
    """A feed's file cannot be read: damaged, cut off, or of another version of Stockade."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed's file says of itself."""

    stamp: FeedStamp
    unreadable: int = 0
    """Entries of the source that could not be read."""
    unattributed: int = 0
    """Of these, how many did not even tell which project they are about."""
    notes: tuple[str, ...] = ()
    """What was wrong with the source, a line each."""
    salt: str = ""
    """Hex; keys the hashes in the sections."""
    sections: dict[str, tuple[int, int, int]] = {}
    """Offset, length and CRC-32 by name; filled in by :func:`write_pack`."""


class Pack:
    """A feed's file, open for reading."""

    def __init__(self, path: Path) -> None:
        """Open and verify the header.

        Raises:
            FileNotFoundError: there is no such file.
            PackError: it cannot be read.
        """
        self._path = path
        try:
            with path.open("rb") as file:
                self.header = _read_header(file, path)
                self._start = file.tell()
                self._bytes = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise _damaged(path, str(error)) from error
        needed = max((offset + length for offset, length, _ in self.header.sections.values()), default=0)
        if len(self._bytes) != self._start + needed:
            raise _damaged(path, f"{self._start + needed} bytes expected, {len(self._bytes)} found")

    def section(self, name: str, *, verify: bool = True) -> memoryview:
        """The bytes of a section.

        Raises:
            PackError: there is no such section, or its checksum is wrong.
        """
        if name not in self.header.sections:
            raise _damaged(self._path, f"it has no section {name!r}")
        offset, length, checksum = self.header.sections[name]
        view = self._bytes[self._start + offset : self._start + offset + length]
        if verify and zlib.crc32(view) != checksum:
            raise _damaged(self._path, f"the checksum of its section {name!r} is wrong")
        return view

    def damaged(self, what: str) -> PackError:
        """The error for a record that is wrong."""
        return _damaged(self._path, what)


def _damaged(path: Path, what: str) -> PackError:
    return PackError(
        f"the feed {path.name} is damaged: {what}",
        hint=f"import it again: stockade feed update {path.stem}",
    )


def _read_header(file: BinaryIO, path: Path) -> Header:
    prefix = file.read(_PREFIX.size)
    if len(prefix) != _PREFIX.size:
        raise _damaged(path, "it is too short")
    magic, length, checksum = _PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise _damaged(path, "it does not begin as a feed of this version of Stockade does")
    text = file.read(min(length, MAX_HEADER))
    if len(text) != length or zlib.crc32(text) != checksum:
        raise _damaged(path, "its header is cut off or its checksum is wrong")
    try:
        return msgspec.json.decode(text, type=Header)
    except msgspec.MsgspecError as error:
        raise _damaged(path, f"its header does not parse: {error}") from error


def write_pack(path: Path, header: Header, sections: Mapping[str, bytes]) -> None:
    """Write the feed's file and swap it in atomically; the old one stays until the new one is on disk.

    Raises:
        OSError: it could not be written. The old file is as it was.
    """
    table: dict[str, tuple[int, int, int]] = {}
    offset = 0
    for name, data in sections.items():
        table[name] = (offset, len(data), zlib.crc32(data))
        offset += len(data)
    text = msgspec.json.encode(msgspec.structs.replace(header, sections=table))
    from stockade.sources.atomic import replacing  # noqa: PLC0415 - only imports of feeds write

    with replacing(path) as file:
        file.write(_PREFIX.pack(MAGIC, len(text), zlib.crc32(text)))
        file.write(text)
        for data in sections.values():
            file.write(data)
