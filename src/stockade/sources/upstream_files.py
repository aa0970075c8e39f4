"""An upstream's files: fetched once for all who ask, resumed where they broke off, and checked before they count."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx2

from stockade.errors import StockadeError
from stockade.model.firewall import Origin
from stockade.model.upstream import Altered, Wanted
from stockade.model.verdicts import Cause, Indeterminate
from stockade.ports import BlobStore
from stockade.sources.addresses import shown
from stockade.sources.flights import Flights
from stockade.sources.polite_http import Unanswered, refusal
from stockade.sources.upstream_http import UpstreamClient, UpstreamManners, read_bounded

OK, PARTIAL, NOT_FOUND, GONE, RANGE_NOT_SATISFIABLE = 200, 206, 404, 410, 416
PIECE = 1 << 20
"""Bytes that are written at once."""
SLOW_SECONDS = 30.0
"""After so long a transfer must have reached the least rate."""
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class UpstreamFiles:
    """The files that one index lists, wherever they lie."""

    def __init__(self, client: UpstreamClient, blobs: BlobStore, manners: UpstreamManners) -> None:
        self._client = client
        self._blobs = blobs
        self._manners = manners
        self._slots = asyncio.Semaphore(manners.files_at_once)
        self._flights: Flights[int | Altered | Indeterminate] = Flights()
        self._small: Flights[bytes | Altered | Indeterminate | None] = Flights()

    async def close(self) -> None:
        """Stop what is under way."""
        await self._flights.close()
        await self._small.close()

    async def file(self, wanted: Wanted) -> int | Altered | Indeterminate:
        """See :meth:`stockade.ports.Upstream.file`."""
        if not _SHA256.fullmatch(wanted.sha256):
            detail = "the page gives no SHA-256, so what comes cannot be checked"
            return Indeterminate(cause=Cause.FACT_MISSING, subject=wanted.subject, detail=detail)
        return await self._flights.run((wanted.sha256, wanted.size), lambda: self._file(wanted))

    async def small(
        self, subject: str, url: str, limit: int, sha256: str = ""
    ) -> bytes | Altered | Indeterminate | None:
        """See :meth:`stockade.ports.Upstream.small`."""
        return await self._small.run(
            (url, sha256, limit), lambda: self._fetch_small(subject, url, limit, sha256)
        )

    async def _file(self, wanted: Wanted) -> int | Altered | Indeterminate:
        try:
            size = await self._stored(wanted)
            if size is None:
                async with self._slots:
                    size = await self._fetch(wanted)
        except _AlteredError as error:
            return error.what
        except (Unanswered, StockadeError, OSError) as error:
            return _gap(wanted.subject, wanted.url, error)
        return size

    async def _stored(self, wanted: Wanted) -> int | None:
        await self._blobs.path(Origin.UPSTREAM, wanted.sha256)  # a damaged blob is gone after that
        size = await self._blobs.size(Origin.UPSTREAM, wanted.sha256)
        if size is not None and wanted.size not in {None, size}:
            got = f"that SHA-256 and {size:,} bytes"
            raise _AlteredError(wanted, shown(wanted.url), f"{wanted.size:,} bytes", got)
        return size

    async def _fetch(self, wanted: Wanted) -> int:
        most = self._manners.file_bytes
        limit = min(most, self._manners.unsized_bytes) if wanted.size is None else wanted.size
        if limit > most:
            raise Unanswered(f"it is larger than {self._manners.file_bytes:,} bytes", "raise the bound")
        descriptor, name = tempfile.mkstemp(
            prefix=f"{wanted.sha256[:16]}.", suffix=".part", dir=self._blobs.scratch
        )
        path = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                part = _Part(wanted, file, self._manners, limit, exact=wanted.size is not None)
                try:
                    async with asyncio.timeout(self._manners.file_seconds):
                        await self._fill(part)
                except TimeoutError:
                    raise Unanswered(f"it took longer than {self._manners.file_seconds:g} s") from None
            return await self._blobs.adopt(path, Origin.UPSTREAM, wanted.sha256)
        finally:
            path.unlink(missing_ok=True)  # noqa: ASYNC240 - a name in a folder of our own

    async def _fill(self, part: _Part) -> None:
        """Fetch until it is whole and right. What differs from the page is fetched anew, past caches, once."""
        for last in (False, True):
            try:
                await self._client.ask(part.wanted.url, part.headers, part.take, part.progressed)
                part.require_digest()
            except _AlteredError:
                if last:
                    raise
                part.restart()
                part.anew = True
            else:
                part.file.flush()
                return

    async def _fetch_small(
        self, subject: str, url: str, limit: int, sha256: str
    ) -> bytes | Altered | Indeterminate | None:
        try:
            async with self._slots:
                for anew in (False, True):
                    body = await self._ask_small(url, limit, anew=anew)
                    if body is None or not sha256:
                        return body
                    got = hashlib.sha256(body).hexdigest()
                    if got == sha256:
                        return body
        except Unanswered as error:
            return _gap(subject, url, error)
        expected = f"SHA-256 {sha256}"
        return Altered(subject=subject, address=shown(url), expected=expected, got=f"SHA-256 {got}")

    async def _ask_small(self, url: str, limit: int, *, anew: bool) -> bytes | None:
        async def take(reply: httpx2.Response, address: str) -> bytes | None:
            del address
            if reply.status_code in {NOT_FOUND, GONE}:
                return None
            if reply.status_code != OK:
                raise Unanswered(*refusal(reply))
            try:
                async with asyncio.timeout(self._manners.page_seconds):
                    return await read_bounded(reply, limit)
            except TimeoutError:
                raise Unanswered(f"it took longer than {self._manners.page_seconds:g} s") from None

        headers = {"Accept": "*/*", "Accept-Encoding": "gzip"} | _past_caches(anew=anew)
        return await self._client.ask(url, lambda: headers, take)


@dataclass
class _Part:
    """A file on its way."""

    wanted: Wanted
    file: BinaryIO
    manners: UpstreamManners
    limit: int
    exact: bool
    """:attr:`limit` is the size by the page, not only a bound."""
    anew: bool = False
    """Ask past caches."""
    address: str = ""
    """Who answered last."""

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """From the beginning."""
        self.file.seek(0)
        self.file.truncate()
        self.hasher = hashlib.sha256()
        self.done = self._before = 0
        self._validator = ""

    def headers(self) -> dict[str, str]:
        """Of the next attempt: for the rest, where the server said how to tell that the file is still the same."""
        self._before = self.done
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"} | _past_caches(anew=self.anew)
        if self.done and self._validator:
            return headers | {"Range": f"bytes={self.done}-", "If-Range": self._validator}
        if self.done:
            self.restart()
        return headers

    def progressed(self) -> bool:
        """Whether the last attempt brought bytes that the next one need not fetch again."""
        return bool(self._validator) and self.done > self._before

    async def take(self, reply: httpx2.Response, address: str) -> None:
        """Take an answer: all of the file, or the rest of it."""
        self.address = shown(address)
        if reply.status_code == PARTIAL and self.done:
            found = _RANGE.fullmatch(reply.headers.get("content-range", ""))
            if found is None or int(found[1]) != self.done:
                self.restart()
                raise httpx2.RemoteProtocolError("it sent another part than was asked for")
        elif reply.status_code == RANGE_NOT_SATISFIABLE and self.done:
            self.restart()
            raise httpx2.RemoteProtocolError("it has no such part of the file any more")
        elif reply.status_code == OK:
            self.restart()
        else:
            raise Unanswered(*refusal(reply))
        self._validator = _validator(reply)
        announced = reply.headers.get("content-length", "")
        if announced.isdecimal():
            self._require_within(self.done + int(announced))
        await self._receive(reply)
        if self.exact and self.done < self.limit:
            if announced.isdecimal():  # so the server holds that this is all
                self._refuse(self.done)
            raise httpx2.ReadError("the file ends early")

    async def _receive(self, reply: httpx2.Response) -> None:
        """Write and hash in a thread, in pieces that are worth it: pages are served meanwhile."""
        pending, started, received = bytearray(), self.manners.monotonic(), 0
        try:
            async for chunk in reply.aiter_raw():
                pending += chunk
                received += len(chunk)
                self._require_within(self.done + len(pending))
                lasted = self.manners.monotonic() - started
                if lasted > SLOW_SECONDS and received < lasted * self.manners.least_rate:
                    raise httpx2.ReadTimeout(f"it sends less than {self.manners.least_rate:,} bytes a second")
                if len(pending) >= PIECE:
                    piece, pending = bytes(pending), bytearray()
                    await asyncio.to_thread(self._absorb, piece)
        except httpx2.TransportError:
            self._absorb(pending)  # the next attempt goes on from here
            raise
        await asyncio.to_thread(self._absorb, pending)

    def _absorb(self, piece: bytes | bytearray) -> None:
        self.file.write(piece)
        self.hasher.update(piece)
        self.done += len(piece)

    def require_digest(self) -> None:
        """Check what came.

        Raises:
            _AlteredError: it is not the file that the page lists.
        """
        got, expected = self.hasher.hexdigest(), self.wanted.sha256
        if got != expected:
            raise _AlteredError(self.wanted, self.address, f"SHA-256 {expected}", f"SHA-256 {got}")

    def _require_within(self, size: int) -> None:
        if size > self.limit and self.exact:
            self._refuse(size)
        if size > self.limit:
            raise Unanswered(f"it is larger than {self.limit:,} bytes", "raise the bound")

    def _refuse(self, size: int) -> None:
        raise _AlteredError(self.wanted, self.address, f"{self.limit:,} bytes", f"{size:,} bytes or more")


class _AlteredError(Exception):
    """Carries an :class:`Altered` out of the depth."""

    def __init__(self, wanted: Wanted, address: str, expected: str, got: str) -> None:
        super().__init__(got)
        self.what = Altered(subject=wanted.subject, address=address, expected=expected, got=got)


def _validator(reply: httpx2.Response) -> str:
    """What ``If-Range`` takes: a strong ETag, else the date; empty where there is neither, or no parts are served."""
    if reply.headers.get("accept-ranges", "").strip().lower() == "none":
        return ""
    etag = str(reply.headers.get("etag", ""))
    if etag and not etag.startswith("W/"):
        return etag
    return str(reply.headers.get("last-modified", ""))


def _past_caches(*, anew: bool) -> dict[str, str]:
    return {"Cache-Control": "no-cache"} if anew else {}


def _gap(subject: str, url: str, error: Exception) -> Indeterminate:
    """What is said of a file that was not had, for whatever reason."""
    if isinstance(error, Unanswered):
        detail = f"{shown(url)} was not had: {error}"
        return Indeterminate(cause=Cause.SOURCE_UNREACHABLE, subject=subject, detail=detail, mend=error.mend)
    if isinstance(error, StockadeError):
        return Indeterminate(cause=Cause.CHECK_FAILED, subject=subject, detail=error.message, mend=error.hint)
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    mend = "make room in the state folder" if full else "check the state folder"
    detail = f"it could not be written: {getattr(error, 'strerror', None) or error}"
    return Indeterminate(cause=Cause.CHECK_FAILED, subject=subject, detail=detail, mend=mend)
