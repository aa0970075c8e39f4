"""Blobs in an object store: S3 and what speaks like it, Google's, Azure's, or memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from stockade.errors import IncompleteError, UsageError
from stockade.model.firewall import Origin
from stockade.store.blobs import (
    CHUNK,
    Stored,
    Tally,
    damaged,
    key,
    missing,
    remove_if_there,
    require_digest,
    told,
)


def connect(address: str) -> ObjectStore:
    """The object store at an address; nothing is asked of it yet.

    Raises:
        UsageError: the address or the environment is not enough to find it.
    """
    try:
        return from_url(address)
    except (BaseError, ValueError) as error:
        raise UsageError(
            f"the blob store {address} cannot be used: {str(error).splitlines()[0]}",
            hint="check the address, and endpoint, region and credentials in the environment",
        ) from error


class ObjectBlobs:
    """A :class:`~stockade.ports.BlobStore` in an object store.

    Args:
        store: the object store.
        scratch: a folder for unfinished files.
        bound: most bytes of upstream blobs; the last use is remembered by this process, else it is when the blob came.
    """

    def __init__(self, store: ObjectStore, scratch: Path, *, bound: int | None = None) -> None:
        self._store = store
        self._tally = Tally(bound)
        self._used: dict[str, float] = {}
        self._dropping = asyncio.Lock()
        self.scratch = scratch
        with told(f"make the folder {scratch}"):
            scratch.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def adopt(self, path: Path, origin: Origin, sha256: str) -> int:
        """See :meth:`stockade.ports.BlobStore.adopt`."""
        where = key(origin, sha256)
        try:
            with told("store a file"):
                await asyncio.to_thread(require_digest, path, sha256)
                size = (await asyncio.to_thread(path.stat)).st_size
                with _answering():
                    await obstore.put_async(self._store, where, path)
        finally:
            remove_if_there(path)
        if origin is Origin.UPSTREAM:
            self._used[sha256] = time.time()
            if self._tally.add(size):
                await self._drop()
        return size

    async def size(self, origin: Origin, sha256: str) -> int | None:
        """See :meth:`stockade.ports.BlobStore.size`."""
        where = key(origin, sha256)
        with _answering():
            try:
                return (await obstore.head_async(self._store, where))["size"]
            except FileNotFoundError:
                return None

    async def read(
        self, origin: Origin, sha256: str, first: int = 0, count: int | None = None
    ) -> AsyncIterator[bytes]:
        """See :meth:`stockade.ports.BlobStore.read`."""
        self._used[sha256] = time.time()
        whole = first == 0 and count is None
        seen, held_back, hasher = 0, b"", hashlib.sha256()
        with self._tally.holding(sha256):
            size = await self.size(origin, sha256)
            if size is None:
                raise missing(sha256)
            wanted = max(0, size - first) if count is None else count
            async for chunk in self._stream(origin, sha256, first, wanted):
                seen += len(chunk)
                if not whole:
                    yield chunk
                    continue
                hasher.update(chunk)
                if held_back:
                    yield held_back
                held_back = chunk
        if seen != wanted or (whole and hasher.hexdigest() != sha256):
            if origin is Origin.UPSTREAM and whole:
                await self.delete(origin, sha256)
            raise damaged(sha256, origin)
        if held_back:
            yield held_back

    async def path(self, origin: Origin, sha256: str) -> Path | None:
        """See :meth:`stockade.ports.BlobStore.path`: it lies elsewhere."""
        key(origin, sha256)
        return None

    @asynccontextmanager
    async def held(self, origin: Origin, sha256: str) -> AsyncIterator[Path]:
        """See :meth:`stockade.ports.BlobStore.held`: a copy for as long as the block runs."""
        with told("write a file"):
            descriptor, name = tempfile.mkstemp(dir=self.scratch)
        try:
            with os.fdopen(descriptor, "wb") as file:
                async for chunk in self.read(origin, sha256):
                    with told("write a file"):
                        await asyncio.to_thread(file.write, chunk)
                with told("write a file"):
                    file.flush()
            yield Path(name)
        finally:
            remove_if_there(Path(name))

    async def delete(self, origin: Origin, sha256: str) -> None:
        """See :meth:`stockade.ports.BlobStore.delete`."""
        where = key(origin, sha256)
        with _answering():
            try:
                await obstore.delete_async(self._store, where)
            except FileNotFoundError:
                return

    async def _stream(self, origin: Origin, sha256: str, first: int, count: int) -> AsyncIterator[bytes]:
        if count == 0:
            return
        with _answering():
            try:
                got = await obstore.get_async(
                    self._store, key(origin, sha256), options={"range": (first, first + count)}
                )
            except FileNotFoundError:
                raise missing(sha256) from None
            async for chunk in got.stream(min_chunk_size=CHUNK):
                for start in range(0, len(chunk), CHUNK):  # memory gives all at once
                    yield bytes(chunk[start : start + CHUNK])

    async def _drop(self) -> None:
        async with self._dropping:
            listed = []
            with _answering():
                async for batch in obstore.list(self._store, f"{Origin.UPSTREAM.value}/sha256"):
                    for entry in batch:
                        sha256 = "".join(entry["path"].split("/")[-2:])
                        used = max(self._used.get(sha256, 0.0), entry["last_modified"].timestamp())
                        listed.append(Stored(sha256, entry["size"], used))
            for each in self._tally.to_drop(listed, time.time()):
                self._used.pop(each.sha256, None)
                await self.delete(Origin.UPSTREAM, each.sha256)


@contextmanager
def _answering() -> Iterator[None]:
    """Turn the store's errors into ours; ``FileNotFoundError`` is its "no such blob", for the caller to take."""
    try:
        yield
    except BaseError as error:
        raise IncompleteError(
            f"the blob store failed: {str(error).splitlines()[0][:300]}",
            hint="check that it runs, and its endpoint and credentials in the environment",
        ) from error
