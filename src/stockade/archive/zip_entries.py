"""One entry of a zip: its local header held against the directory, its data, its descriptor."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator

from stockade.archive import zip_records as records
from stockade.archive.bounds import Scope, UnreadableError
from stockade.archive.compressed import DICTIONARY, ERRORS, Codec, Collector, Deflate, Other, Zstd
from stockade.archive.source import Source
from stockade.archive.zip_records import Entry

_WINDOW = 4 << 20
"""Bytes of the archive read at once."""


class LocalEntry:
    """One entry's local header, data and descriptor.

    Args:
        source: The archive.
        scope: Where problems go.
        entry: What the central directory says.
        path: The entry's normalised path.
        following: Where the next entry, or the directory, begins.
    """

    def __init__(self, source: Source, scope: Scope, entry: Entry, path: str, following: int) -> None:
        self._source = source
        self._scope = scope
        self._entry = entry
        self._path = path
        self._following = following
        self._block = source.read_at(entry.offset, min(_WINDOW, following - entry.offset))
        self._start = 0
        self.stop = following
        """Where its packed data end, once read."""

    def read(self) -> bytes | None:
        """The content; None where it cannot be read.

        Raises:
            UnreadableError: there is no local header, or it is cut off.
            LimitReachedError: a bound is exceeded.
        """
        self._header()
        entry = self._entry
        stop = self.stop = self._start + entry.packed
        if stop > self._following:
            detail = f"{self._path!a} reaches into what follows it"
            self._scope.fatal("overlapping-entries", self._path, detail)
            return None
        self._after(stop)
        if entry.flags & (records.ENCRYPTED | records.STRONG | records.MASKED):
            self._scope.fatal("encrypted", self._path, f"{self._path!a} is encrypted")
            return None
        return self._content(stop) if self._scope.fits(entry.size, self._path) else None

    def _header(self) -> None:
        entry, block = self._entry, self._block
        if len(block) < records.LOCAL.size or not block.startswith(records.LOCAL_MAGIC):
            raise UnreadableError("bad-header", "the local header is missing", self._path)
        (_, _, flags, method, _, _, crc, packed, size, name_len, extra_len) = records.LOCAL.unpack_from(block)
        start = records.LOCAL.size + name_len + extra_len
        self._start = entry.offset + start
        if start > len(block):
            raise UnreadableError("truncated", "the local header is cut off", self._path)
        name = block[records.LOCAL.size : records.LOCAL.size + name_len]
        if extra_len:
            extra = block[records.LOCAL.size + name_len : start]
            self._check_extra(extra, size, packed)
            if records.MAX32 in (packed, size):
                size, packed = records.zip64_values(extra, size, packed)
        if (name, flags, method, crc, packed, size) == (
            entry.name,
            entry.flags,
            entry.method,
            entry.crc,
            entry.packed,
            entry.size,
        ):
            return
        wrong = [f"the flags {flags:#x}"] if _flags_differ(flags, entry) else []
        later = flags & records.DESCRIPTOR
        wrong += [
            f"the {what} {here!r}"
            for what, here, there, filled_later in (
                ("name", name, entry.name, False),
                ("method", method, entry.method, False),
                ("CRC", crc, entry.crc, later),
                ("packed size", packed, entry.packed, later),
                ("size", size, entry.size, later),
            )
            if here != there and not (filled_later and here == 0)
        ]
        if wrong:
            detail = f"the local header says {', '.join(wrong)}; the directory says otherwise"
            self._scope.suspicious("headers-disagree", self._path, detail)

    def _check_extra(self, extra: bytes, size: int, packed: int) -> None:
        if records.contradicts(extra, size, packed) or records.contradicts(
            self._entry.extra, self._entry.size, self._entry.packed
        ):
            detail = f"{self._path!a} has a zip64 field that says other sizes than its header"
            self._scope.suspicious("headers-disagree", self._path, detail)

    def _after(self, stop: int) -> None:
        """What lies between the data and the next entry: a data descriptor or nothing."""
        left = self._following - stop
        entry = self._entry
        if not left:
            if entry.flags & records.DESCRIPTOR:
                self._scope.suspicious("gap", self._path, f"{self._path!a} lacks its data descriptor")
            return
        tail = self._source.read_at(stop, 24) if left <= 24 else b""  # noqa: PLR2004 - the longest descriptor
        if entry.flags & records.DESCRIPTOR and tail[:left] in _descriptors(entry):
            return
        self._scope.suspicious(
            "gap", self._path, f"{left:,} bytes lie between {self._path!a} and what follows it"
        )

    def _packed(self, stop: int) -> Iterator[memoryview]:
        at = self._start - self._entry.offset
        first = memoryview(self._block)[at : at + self._entry.packed]
        self._block = b""
        offset = self._start + len(first)
        yield first
        del first
        while offset < stop:
            data = self._source.read_at(offset, min(_WINDOW, stop - offset))
            if not data:
                raise UnreadableError("truncated", "the file ends within its data", self._path)
            offset += len(data)
            yield memoryview(data)

    def _content(self, stop: int) -> bytes | None:
        entry = self._entry
        into = Collector()
        try:
            for piece in self._pieces(stop):
                into.add(piece)
                self._scope.budget.gave(len(piece))
                if not self._scope.fits(into.size, self._path):
                    return None
        except UnreadableError as error:
            self._scope.fatal(error.kind, self._path, error.detail)
            return into.value() if into.size else None
        except ERRORS as error:
            self._scope.fatal("corrupt", self._path, f"the data of {self._path!a} are broken: {error}")
            return into.value() if into.size else None
        data = into.value()
        if len(data) != entry.size:
            detail = f"{self._path!a} has {len(data):,} bytes where the directory says {entry.size:,}"
            self._scope.suspicious("sizes-disagree", self._path, detail)
        if zlib.crc32(data) != entry.crc:
            self._scope.fatal("checksum", self._path, f"the content of {self._path!a} does not match its CRC")
        return data

    def _pieces(self, stop: int) -> Iterator[bytes | memoryview]:
        packed = self._packed(stop)
        method = self._entry.method
        if method == 0:
            for chunk in packed:
                self._scope.took(len(chunk))
                yield chunk
        else:
            yield from self._decoded(packed)

    def _decoded(self, packed: Iterator[memoryview]) -> Iterator[bytes]:
        codec: Codec | None = None
        for chunk in packed:
            self._scope.took(len(chunk))
            if codec is None:
                codec, skip = _codec(self._entry.method, chunk, self._path)
                yield from codec.feed(chunk[skip:])
            elif codec.eof:
                self._more()
                return
            else:
                yield from codec.feed(chunk)
        if codec is None or not codec.eof:
            if codec is not None and self._entry.method == 14:  # noqa: PLR2004 - LZMA need not mark its end
                return
            self._scope.fatal("truncated", self._path, f"the data of {self._path!a} end too early")
        elif codec.rest:
            self._more()

    def _more(self) -> None:
        self._scope.suspicious("gap", self._path, f"the data of {self._path!a} go on after their end")


def _flags_differ(flags: int, entry: Entry) -> int:
    differ = flags ^ entry.flags
    if entry.name.isascii():
        differ &= ~records.UTF8
    meant = records.ENCRYPTED | records.DESCRIPTOR | records.STRONG | records.MASKED | records.UTF8
    return differ & meant


def _descriptors(entry: Entry) -> list[bytes]:
    crc = entry.crc.to_bytes(4, "little")
    forms = []
    for width in (4, 8):
        if max(entry.packed, entry.size) < 1 << (8 * width):
            sizes = entry.packed.to_bytes(width, "little") + entry.size.to_bytes(width, "little")
            forms += [crc + sizes, b"PK\x07\x08" + crc + sizes]
    return forms


def _codec(method: int, head: memoryview, path: str) -> tuple[Codec, int]:
    if method == 8:  # noqa: PLR2004 - APPNOTE's numbers of the methods
        return Deflate(-15), 0
    if method == 12:  # noqa: PLR2004 - bzip2
        return Other(bz2.BZ2Decompressor()), 0
    if method == 93:  # noqa: PLR2004 - zstd
        return Zstd(), 0
    if method == 14 and len(head) >= 9 and head[2] == 5:  # noqa: PLR2004 - LZMA with its 9 bytes of header
        rest, lc = divmod(head[4], 9)
        pb, lp = divmod(rest, 5)
        size = int.from_bytes(head[5:9], "little")
        if size <= DICTIONARY and pb <= 4 and lc + lp <= 4:  # noqa: PLR2004 - the format's own bounds
            lzma1 = {"id": lzma.FILTER_LZMA1, "dict_size": max(size, 4096), "lc": lc, "lp": lp, "pb": pb}
            return Other(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[lzma1])), 9
    raise UnreadableError("unsupported-compression", f"compression method {method}", path)
