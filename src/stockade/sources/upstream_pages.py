"""An upstream's pages: fetched once for all who ask, asked for again by their ETag, kept over restarts and outages."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import msgspec

from stockade.model.names import ProjectName
from stockade.model.upstream import UpstreamPage
from stockade.model.verdicts import Cause, Indeterminate
from stockade.ports import Clock
from stockade.sources.addresses import shown
from stockade.sources.flights import Flights
from stockade.sources.http_cache import Answer, HttpCache
from stockade.sources.polite_http import Unanswered, refusal
from stockade.sources.simple_page import ACCEPT
from stockade.sources.upstream_http import UpstreamClient, UpstreamManners, read_bounded

OK, NOT_MODIFIED, NOT_FOUND, GONE = 200, 304, 404, 410
MEMORY_BYTES = 4 << 20
"""Pages that are held in memory beside the disk: what was judged is kept elsewhere, and smaller."""
FOLDER_BYTES = 4 << 30
"""Pages on disk; beyond, the longest unchanged go when the process starts."""
PAUSE_SECONDS = 5.0
"""After a failure a page that is kept is not asked for again so soon: its readers need not wait each time."""
SAVED_AGE = timedelta(hours=1)
"""How old the disk's word on when the index last vouched for a page may be: after a restart it is asked once more."""
REMEMBERED = 100_000
"""Names of projects that do not exist, and of pages that failed."""

Kept = tuple[Answer, bytes]


class UpstreamPages:
    """The pages of one index."""

    def __init__(self, client: UpstreamClient, folder: Path, clock: Clock, manners: UpstreamManners) -> None:
        self._client = client
        self._cache = HttpCache(folder)
        self._folder = folder
        self._clock = clock
        self._manners = manners
        self._account = client.address.credentials.username if client.address.credentials else ""
        self._slots = asyncio.Semaphore(manners.pages_at_once)
        self._flights: Flights[UpstreamPage | Indeterminate | None] = Flights()
        self._memory = _Memory()
        self._missing: dict[ProjectName, float] = {}
        self._failed: dict[ProjectName, tuple[float, str]] = {}
        self._saved: dict[ProjectName, datetime] = {}

    async def close(self) -> None:
        """Stop what is under way."""
        await self._flights.close()

    async def page(self, name: ProjectName) -> UpstreamPage | Indeterminate | None:
        """See :meth:`stockade.ports.Upstream.page`."""
        kept = self._memory.get(name)
        if kept is not None and self._fresh(kept[0]):
            return _page(name, kept)
        if self._missing.get(name, 0.0) > self._manners.monotonic():
            return None
        return await self._flights.run(name, lambda: self._refresh(name))

    async def prune(self) -> None:
        """Keep the folder within its bound."""
        await asyncio.to_thread(_prune, self._folder, FOLDER_BYTES)

    def _fresh(self, answer: Answer) -> bool:
        return timedelta(0) <= self._clock.now() - answer.fetched < self._manners.revalidate

    async def _refresh(self, name: ProjectName) -> UpstreamPage | Indeterminate | None:
        kept = self._memory.get(name) or await asyncio.to_thread(
            self._cache.load, self._url(name), self._account
        )
        if kept is not None and kept[0].status != OK:
            kept = None
        if kept is not None and self._fresh(kept[0]):
            self._memory.put(name, kept)
            return _page(name, kept)
        until, trouble = self._failed.get(name, (0.0, ""))
        if kept is not None and until > self._manners.monotonic():
            return _page(name, kept, trouble)
        patience = self._manners.patience_seconds if kept is not None else None
        try:
            async with asyncio.timeout(patience), self._slots:
                fetched = await self._fetch(name, kept)
        except Unanswered as error:
            return self._fall_back(name, kept, error)
        except TimeoutError:
            return self._fall_back(name, kept, Unanswered(f"it took longer than {patience:g} s"))
        self._failed.pop(name, None)
        return None if fetched is None else _page(name, fetched)

    def _fall_back(
        self, name: ProjectName, kept: Kept | None, error: Unanswered
    ) -> UpstreamPage | Indeterminate:
        if kept is not None:
            self._memory.put(name, kept)
            if len(self._failed) >= REMEMBERED:
                self._failed.clear()
            self._failed[name] = self._manners.monotonic() + PAUSE_SECONDS, str(error)
            return _page(name, kept, str(error))
        return Indeterminate(
            cause=Cause.SOURCE_UNREACHABLE,
            subject=name,
            detail=f"the index {shown(self._client.address.url)} did not tell of {name}: {error}",
            mend=error.mend,
        )

    async def _fetch(self, name: ProjectName, kept: Kept | None) -> Kept | None:
        """What the index says now; None for "no such project"."""
        if kept is not None:
            told = await self._ask(name, kept)
            if told is not None:
                return await self._take(name, kept, *told)
        told = await self._ask(name, None)
        if told is None:
            raise Unanswered(
                "it answered 304 to a question without a condition", "ask whoever runs the index"
            )
        return await self._take(name, kept, *told)

    async def _ask(self, name: ProjectName, kept: Kept | None) -> tuple[Answer, bytes] | None:
        """The answer as it is to be kept, a 304 as that with the kept body; None for a 304 that fits nothing kept."""
        condition = _condition(kept[0]) if kept is not None and self._may_be_confirmed(kept[0]) else {}
        headers = {"Accept": ACCEPT, "Accept-Encoding": "gzip", "Cache-Control": "max-age=0", **condition}

        async def take(reply: httpx2.Response, address: str) -> tuple[Answer, bytes] | None:
            if reply.status_code == NOT_MODIFIED:
                return self._confirmed(reply, kept) if kept is not None and condition else None
            if reply.status_code in {NOT_FOUND, GONE}:
                return self._answer(name, NOT_FOUND, address, reply), b""
            if reply.status_code != OK:
                raise Unanswered(*refusal(reply))
            try:
                async with asyncio.timeout(self._manners.page_seconds):
                    body = await read_bounded(reply, self._manners.page_bytes)
            except TimeoutError:
                raise Unanswered(f"the page took longer than {self._manners.page_seconds:g} s") from None
            return self._answer(name, OK, address, reply), body

        return await self._client.ask(self._url(name), lambda: headers, take)

    def _may_be_confirmed(self, answer: Answer) -> bool:
        """Whether a 304 is enough. Now and then it is not: a cache on the way may say so for ever."""
        return answer.whole is not None and self._clock.now() - answer.whole < self._manners.refetch

    def _confirmed(self, reply: httpx2.Response, kept: Kept) -> tuple[Answer, bytes] | None:
        etag = reply.headers.get("etag", "")
        if etag and kept[0].etag and _opaque(etag) != _opaque(kept[0].etag):
            return None  # it confirms another page than the one we have
        return msgspec.structs.replace(kept[0], fetched=self._clock.now()), kept[1]

    def _answer(self, name: ProjectName, status: int, address: str, reply: httpx2.Response) -> Answer:
        now = self._clock.now()
        storable = "no-store" not in reply.headers.get("cache-control", "").lower()
        return Answer(
            url=self._url(name),
            status=status,
            fetched=now,
            address=shown(address),
            content_type=reply.headers.get("content-type", ""),
            etag=reply.headers.get("etag", "") if storable else "",
            modified=reply.headers.get("last-modified", "") if storable else "",
            whole=now,
            storable=storable,
        )

    async def _take(self, name: ProjectName, before: Kept | None, answer: Answer, body: bytes) -> Kept | None:
        if answer.status == NOT_FOUND:
            if len(self._missing) >= REMEMBERED:
                self._missing.clear()
            self._missing[name] = self._manners.monotonic() + self._manners.missing.total_seconds()
            self._memory.drop(name)
            if (
                before is not None
            ):  # so that a restart does not bring it back; other names leave no trace on disk
                await asyncio.to_thread(self._cache.save, answer, b"", self._account)
            return None
        kept = (self._cache.sealed(answer, body), body)
        self._memory.put(name, kept)
        if answer.storable and self._is_news(name, answer):
            await asyncio.to_thread(self._cache.save, *kept, self._account)
        return kept

    def _is_news(self, name: ProjectName, answer: Answer) -> bool:
        """Whether the disk should know: of a new body at once, of a 304 now and then, for it writes the body again."""
        saved = self._saved.get(name)
        if answer.whole != answer.fetched and saved is not None and answer.fetched - saved < SAVED_AGE:
            return False
        if len(self._saved) >= REMEMBERED:
            self._saved.clear()
        self._saved[name] = answer.fetched
        return True

    def _url(self, name: ProjectName) -> str:
        return f"{self._client.address.root}{name}/"


class _Memory:
    """The pages that were asked for last, within a bound."""

    def __init__(self) -> None:
        self._pages: OrderedDict[ProjectName, Kept] = OrderedDict()
        self._size = 0

    def get(self, name: ProjectName) -> Kept | None:
        kept = self._pages.get(name)
        if kept is not None:
            self._pages.move_to_end(name)
        return kept

    def put(self, name: ProjectName, kept: Kept) -> None:
        self.drop(name)
        self._pages[name] = kept
        self._size += len(kept[1])
        while self._size > MEMORY_BYTES and len(self._pages) > 1:
            self.drop(next(iter(self._pages)))

    def drop(self, name: ProjectName) -> None:
        kept = self._pages.pop(name, None)
        if kept is not None:
            self._size -= len(kept[1])


def _page(name: ProjectName, kept: Kept, trouble: str = "") -> UpstreamPage:
    answer, body = kept
    return UpstreamPage(
        name=name,
        body=body,
        digest=answer.digest,
        content_type=answer.content_type,
        address=answer.address,
        vouched=answer.fetched,
        trouble=trouble,
    )


def _condition(answer: Answer) -> dict[str, str]:
    if answer.etag:
        return {"If-None-Match": answer.etag}
    if answer.modified:
        return {"If-Modified-Since": answer.modified}
    return {}


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/")


def _prune(folder: Path, bound: int) -> None:
    found = []
    for path in folder.glob("*.answer"):
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= bound:
            break
        with suppress(OSError):
            path.unlink()
            total -= size
