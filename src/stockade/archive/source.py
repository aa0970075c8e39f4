"""Where an archive's bytes come from: a file read by offset, or bytes in memory."""

from __future__ import annotations

import os
import stat
import weakref
from pathlib import Path
from typing import Protocol

from stockade.errors import IncompleteError, UsageError


class Source(Protocol):
    """Bytes that can be read at any offset."""

    @property
    def size(self) -> int:
        """Bytes in all."""
        ...

    def read_at(self, offset: int, count: int) -> bytes:
        """``count`` bytes from ``offset``; fewer at the end."""
        ...


class BytesSource:
    """Bytes in memory."""

    __slots__ = ("_data", "size")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read_at(self, offset: int, count: int) -> bytes:
        """``count`` bytes from ``offset``; fewer at the end."""
        if offset == 0 and count >= self.size:
            return self._data
        return self._data[offset : offset + count]


class FileSource:
    """A regular file, opened once so that every pass sees the same file; never read whole.

    Raises:
        UsageError: the path is no regular file.
        IncompleteError: it cannot be opened or read.
    """

    __slots__ = ("__weakref__", "_close", "_fd", "_path", "size")

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise IncompleteError(f"{path}: {error.strerror or error}") from error
        self._close = weakref.finalize(self, os.close, self._fd)
        about = os.fstat(self._fd)
        if not stat.S_ISREG(about.st_mode):
            self.close()
            raise UsageError(f"{path}: neither a regular file nor a folder")
        self.size = about.st_size

    def read_at(self, offset: int, count: int) -> bytes:
        """``count`` bytes from ``offset``; fewer at the end."""
        parts: list[bytes] = []
        while count > 0:
            try:
                part = os.pread(self._fd, count, offset)
            except OSError as error:
                raise IncompleteError(f"{self._path}: {error.strerror or error}") from error
            if not part:
                break
            if len(part) == count and not parts:
                return part
            parts.append(part)
            offset += len(part)
            count -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._close()
