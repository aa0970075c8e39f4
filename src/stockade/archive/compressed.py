"""Decompression in bounded pieces: whole compressed files, and the data of one zip entry."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from stockade.archive.bounds import Scope, UnreadableError
from stockade.archive.source import Source

INPUT = 1 << 16
"""Compressed bytes taken at once."""
STEP = 1 << 20
"""Uncompressed bytes that come out at most at once."""
STREAMS = 10_000
"""Streams one after the other in one file at most."""
DICTIONARY = 192 << 20
"""Memory that a decompressor may take for its dictionary or window (``xz -9`` takes 65 MiB)."""
_LARGE = 4 << 20
_SIP = 512
_LEFTOVER = 4096
"""Trailing bytes at most that a file rewritten in place, and not cut, may have kept of its earlier form."""

ERRORS = (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError)
"""What the decompressors raise on broken data (``bz2`` raises ``OSError``)."""


class Codec(Protocol):
    """A decompressor of one stream."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        ...

    @property
    def rest(self) -> bytes:
        """What was fed beyond the end of the stream."""
        ...

    def feed(self, data: bytes | memoryview) -> Iterator[bytes]:
        """Pieces of at most :data:`STEP` bytes that ``data`` gives."""
        ...


class Deflate:
    """Deflate: ``wbits`` 31 with the gzip wrapper (and its checksum), -15 raw."""

    __slots__ = ("_inflate",)

    def __init__(self, wbits: int) -> None:
        self._inflate = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._inflate.eof

    @property
    def rest(self) -> bytes:
        """What was fed beyond the end of the stream."""
        return self._inflate.unused_data

    def feed(self, data: bytes | memoryview) -> Iterator[bytes]:
        """Pieces of at most :data:`STEP` bytes that ``data`` gives."""
        inflate = self._inflate
        piece = inflate.decompress(data, STEP)
        while piece:
            yield piece
            if inflate.eof or (len(piece) < STEP and not inflate.unconsumed_tail):
                return
            piece = inflate.decompress(inflate.unconsumed_tail, STEP)


class Other:
    """Bzip2 and LZMA, whose decompressors keep their input."""

    __slots__ = ("_inner",)

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._inner.eof

    @property
    def rest(self) -> bytes:
        """What was fed beyond the end of the stream."""
        return self._inner.unused_data

    def feed(self, data: bytes | memoryview) -> Iterator[bytes]:
        """Pieces of at most :data:`STEP` bytes that ``data`` gives."""
        yield self._inner.decompress(data, STEP)
        while not self._inner.needs_input and not self._inner.eof:
            yield self._inner.decompress(b"", STEP)


class Zstd:
    """One zstd frame (RFC 8878)."""

    __slots__ = ("_error", "_inner", "_rest")

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415 - a native library that few archives need

        self._error = zstandard.ZstdError
        self._rest = b""
        self._inner = zstandard.ZstdDecompressor(max_window_size=DICTIONARY).decompressobj()

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return self._inner.eof

    @property
    def rest(self) -> bytes:
        """What was fed beyond the end of the frame."""
        return self._inner.unused_data + self._rest

    def feed(self, data: bytes | memoryview) -> Iterator[bytes]:
        """Pieces that ``data`` gives.

        The library bounds no output, so it gets little input: four bytes make a block of 128 KiB at most.
        """
        for at in range(0, len(data), _SIP):
            if self._inner.eof:
                self._rest = bytes(data[at:])
                return
            try:
                yield self._inner.decompress(data[at : at + _SIP])
            except (self._error, MemoryError) as error:
                raise OSError(str(error)) from error


def _gzip() -> Codec:
    return Deflate(31)


def _bzip2() -> Codec:
    return Other(bz2.BZ2Decompressor())


def _xz() -> Codec:
    return Other(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=DICTIONARY))


_CODECS: dict[str, tuple[bytes, Callable[[], Codec]]] = {
    "gzip": (b"\x1f\x8b", _gzip),
    "bzip2": (b"BZh", _bzip2),
    "xz": (b"\xfd7zXZ\x00", _xz),
    "zstd": (b"\x28\xb5\x2f\xfd", Zstd),
}


def chunks(source: Source, compression: str, scope: Scope) -> Iterator[bytes]:
    """The uncompressed bytes of ``source`` in pieces; ``compression`` is ``""``, ``gzip``, ``bzip2``, ``xz``, ``zstd``.

    Raises:
        UnreadableError: the data are broken or end too early.
        LimitReachedError: a bound is exceeded.
    """
    if not compression:
        return _plain(source, scope)
    return _streams(source, compression, scope)


def _plain(source: Source, scope: Scope) -> Iterator[bytes]:
    for offset in range(0, source.size, STEP):
        chunk = source.read_at(offset, STEP)
        scope.took(len(chunk))
        scope.budget.gave(len(chunk))
        yield chunk


def _streams(source: Source, compression: str, scope: Scope) -> Iterator[bytes]:
    magic, make = _CODECS[compression]
    codec, offset, streams = make(), 0, 1
    data = b""
    while True:
        if not data:
            data = source.read_at(offset, INPUT)
            offset += len(data)
            scope.took(len(data))
            if not data:
                break
        try:
            for piece in codec.feed(data):
                scope.budget.gave(len(piece))
                yield piece
        except ERRORS as error:
            raise UnreadableError("corrupt", f"the {compression} data are broken: {error}") from error
        data = b""
        if codec.eof:
            start = offset - len(codec.rest)
            if not _goes_on(source, start, magic, compression, scope):
                return
            streams += 1
            if streams > STREAMS:
                raise UnreadableError("too-many-streams", f"more than {STREAMS:,} {compression} streams")
            if streams == 2:  # noqa: PLR2004 - told once
                tell = scope.suspicious if compression == "gzip" else scope.odd
                tell("several-streams", "", f"a second {compression} stream starts at byte {start:,}")
            codec, data = make(), codec.rest
    raise UnreadableError("truncated", f"the {compression} data end too early")


def _goes_on(source: Source, start: int, magic: bytes, compression: str, scope: Scope) -> bool:
    """Whether another stream of the same kind follows; other trailing bytes go to the log."""
    left = source.size - start
    if left <= 0:
        return False
    after = source.read_at(start, _LEFTOVER)
    if after.startswith(magic):
        return True
    if compression == "gzip" and left <= _LEFTOVER and after[-4:] == source.read_at(start - 4, 4):
        detail = (
            f"{left:,} bytes follow the gzip data: the end of a longer file of as many bytes uncompressed"
        )
        scope.odd("leftover", "", detail)
    elif after.strip(b"\x00") or any(
        source.read_at(offset, STEP).strip(b"\x00") for offset in range(start, source.size, STEP)
    ):
        scope.suspicious("trailing-data", "", f"{left:,} bytes follow the {compression} data")
    else:
        scope.odd("padding", "", f"{left:,} zero bytes follow the {compression} data")
    return False


class Collector:
    """Joins pieces without holding the content twice once it is large."""

    __slots__ = ("_buffer", "_parts", "size")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._buffer: io.BytesIO | None = None
        self.size = 0

    def add(self, piece: bytes | memoryview) -> None:
        """Append ``piece``."""
        self.size += len(piece)
        if self._buffer is None and self.size > _LARGE:
            self._buffer = io.BytesIO()
            for part in self._parts:
                self._buffer.write(part)
            self._parts.clear()
        if self._buffer is not None:
            self._buffer.write(piece)
        else:
            self._parts.append(bytes(piece))

    def value(self) -> bytes:
        """All of it."""
        if self._buffer is not None:
            return self._buffer.getvalue()
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)


class Stream:
    """Pieces read as one stream, forward only."""

    __slots__ = ("_at", "_chunks", "_held", "offset")

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._chunks = pieces
        self._held = b""
        self._at = 0
        self.offset = 0
        """Bytes given out so far."""

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes; fewer at the end."""
        end = self._at + count
        if end <= len(self._held):
            data = self._held[self._at : end]
            self._at = end
            self.offset += count
            return data
        into = Collector()
        for piece in self._next(count):
            into.add(piece)
        return into.value()

    def skip(self, count: int) -> int:
        """Pass over ``count`` bytes; returns how many there were."""
        end = self._at + count
        if end <= len(self._held):
            self._at = end
            self.offset += count
            return count
        return sum(len(piece) for piece in self._next(count))

    def rest(self) -> Iterator[bytes]:
        """What is left, in pieces."""
        while piece := self.read(STEP):
            yield piece

    def _next(self, count: int) -> Iterator[bytes | memoryview]:
        while count > 0:
            if self._at >= len(self._held):
                held = next(self._chunks, None)
                if held is None:
                    return
                self._held, self._at = held, 0
            piece = memoryview(self._held)[self._at : self._at + count]
            self._at += len(piece)
            self.offset += len(piece)
            count -= len(piece)
            yield piece
