"""Blobs in a folder of this machine.

A blob counts as whole once this process has read it and found its digest right. It is read again when the file is
another one, has another size or was written to since, and once a day: a check each time it is sent would cost more than
sending it, and clients check it themselves. The last use is the file's time of access, which this process sets.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from stockade.model.firewall import Origin
from stockade.store.blobs import (
    CHUNK,
    Stored,
    Tally,
    damaged,
    digest_of,
    key,
    missing,
    remove_if_there,
    require_digest,
    told,
)

TRUST_SECONDS = 86_400.0
"""How long a digest that was found right is taken to be so still."""
TOUCH_SECONDS = 30.0
"""How exactly the last use is kept."""
LEFTOVER_SECONDS = 86_400.0
"""An unfinished file of this age belongs to nobody any more."""

Identity = tuple[int, int, int, int]
"""What another file, or another content, would not share: device, inode, size, time of change of the content (ns)."""


class FolderBlobs:
    """A :class:`~stockade.ports.BlobStore` in a folder."""

    def __init__(self, root: Path, *, bound: int | None = None) -> None:
        self._root = root
        self._tally = Tally(bound)
        self._checked: dict[str, tuple[Identity, float]] = {}
        self._touched: dict[str, float] = {}
        self._dropping = asyncio.Lock()
        self.scratch = root / "partial"
        with told(f"make the folder {root}"):
            self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._sweep()

    async def adopt(self, path: Path, origin: Origin, sha256: str) -> int:
        """See :meth:`stockade.ports.BlobStore.adopt`."""
        where = key(origin, sha256)
        try:
            with told("store a file"):
                size = await asyncio.to_thread(
                    self._adopt, path, where, sha256, durable=origin is Origin.HOSTED
                )
        finally:
            remove_if_there(path)
        if origin is Origin.UPSTREAM and self._tally.add(size):
            await self._drop()
        return size

    async def size(self, origin: Origin, sha256: str) -> int | None:
        """See :meth:`stockade.ports.BlobStore.size`."""
        status = self._status(self._root / key(origin, sha256))
        return None if status is None else status.st_size

    async def read(
        self, origin: Origin, sha256: str, first: int = 0, count: int | None = None
    ) -> AsyncIterator[bytes]:
        """See :meth:`stockade.ports.BlobStore.read`."""
        async with self.held(origin, sha256) as path:
            with told("read a stored file"):
                file = os.open(path, os.O_RDONLY)
            try:
                left = max(0, os.fstat(file).st_size - first) if count is None else count
                while left:
                    with told("read a stored file"):
                        chunk = await asyncio.to_thread(os.pread, file, min(left, CHUNK), first)
                    if not chunk:
                        raise damaged(sha256, origin)
                    first, left = first + len(chunk), left - len(chunk)
                    yield chunk
            finally:
                os.close(file)

    async def path(self, origin: Origin, sha256: str) -> Path | None:
        """See :meth:`stockade.ports.BlobStore.path`. A damaged upstream blob is removed, and so is not there."""
        where = key(origin, sha256)
        path = self._root / where
        status = self._status(path)
        if status is None:
            return None
        known, at = self._checked.get(where, (None, 0.0))
        if known != _identity(status) or time.monotonic() - at > TRUST_SECONDS:
            with told("read a stored file"):
                right = await asyncio.to_thread(self._check, path, where, sha256)
            if right is None:
                return None
            if not right and origin is Origin.HOSTED:
                raise damaged(sha256, origin)
            if not right:
                remove_if_there(path)
                return None
        self._touch(path, where, status)
        return path

    @asynccontextmanager
    async def held(self, origin: Origin, sha256: str) -> AsyncIterator[Path]:
        """See :meth:`stockade.ports.BlobStore.held`."""
        with self._tally.holding(sha256):
            path = await self.path(origin, sha256)
            if path is None:
                raise missing(sha256)
            yield path

    async def delete(self, origin: Origin, sha256: str) -> None:
        """See :meth:`stockade.ports.BlobStore.delete`."""
        where = key(origin, sha256)
        self._checked.pop(where, None)
        with told("remove a stored file"):
            (self._root / where).unlink(missing_ok=True)

    def _adopt(self, path: Path, where: str, sha256: str, *, durable: bool) -> int:
        require_digest(path, sha256)
        target = self._root / where
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o600)
        if durable:
            _flush(path)
        try:
            path.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(path, target, sha256, durable=durable)
        if durable:
            _flush(target.parent)
        status = target.stat()
        os.utime(target, ns=(time.time_ns(), status.st_mtime_ns))
        self._checked[where] = (_identity(status), time.monotonic())
        return status.st_size

    def _copy(self, path: Path, target: Path, sha256: str, *, durable: bool) -> None:
        """From another file system: checked once more, for the copy may differ."""
        descriptor, name = tempfile.mkstemp(dir=self.scratch)
        os.close(descriptor)
        try:
            shutil.copyfile(path, name)
            require_digest(Path(name), sha256)
            if durable:
                _flush(Path(name))
            Path(name).replace(target)
        finally:
            remove_if_there(Path(name))

    def _check(self, path: Path, where: str, sha256: str) -> bool | None:
        """Whether the content is right; None where it has gone."""
        try:
            identity = _identity(path.stat())  # before it is read: a later change shows
            right = digest_of(path) == sha256
        except FileNotFoundError:
            return None
        if right:
            self._checked[where] = (identity, time.monotonic())
        return right

    def _status(self, path: Path) -> os.stat_result | None:
        with told("look for a stored file"):
            try:
                return path.stat()
            except FileNotFoundError:
                return None

    def _touch(self, path: Path, where: str, status: os.stat_result) -> None:
        now = time.time()
        if now - self._touched.get(where, 0.0) > TOUCH_SECONDS:
            self._touched[where] = now
            with suppress(OSError):  # it costs the blob its place in the order, no more
                os.utime(path, ns=(time.time_ns(), status.st_mtime_ns))

    async def _drop(self) -> None:
        async with self._dropping:
            with told("list the stored files"):
                dropped = self._tally.to_drop(
                    await asyncio.to_thread(lambda: list(self._listed())), time.time()
                )
            for each in dropped:
                self._touched.pop(key(Origin.UPSTREAM, each.sha256), None)
                await self.delete(Origin.UPSTREAM, each.sha256)

    def _listed(self) -> Iterator[Stored]:
        for folder in (self._root / Origin.UPSTREAM.value / "sha256").iterdir():
            with os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        status = entry.stat(follow_symlinks=False)
                        yield Stored(folder.name + entry.name, status.st_size, status.st_atime)

    def _sweep(self) -> None:
        """Remove what processes that were killed left unfinished."""
        for path in self.scratch.iterdir():
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                    path.unlink()


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
