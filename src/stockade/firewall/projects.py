"""Projects as they are offered now: fetched, judged, rendered, and kept until something that they rest on changes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from packaging.version import InvalidVersion, Version

from stockade.errors import StockadeError
from stockade.firewall.filters.base import Offer
from stockade.firewall.frugal import give_back
from stockade.firewall.kept import MOST_REVIEWED, Kept, Reviews
from stockade.firewall.logs import LOGGER
from stockade.firewall.parts import Parts
from stockade.firewall.rendered import Rendered, render
from stockade.firewall.replies import Absent, Unavailable
from stockade.firewall.ruling import rule
from stockade.firewall.shown import Pages, Shown
from stockade.firewall.tellings import ProjectsTold
from stockade.model.firewall import Approval, HostedFile, Origin, Ruling
from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import ProjectName, project_name
from stockade.model.upstream import UpstreamPage
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.flights import Flights
from stockade.sources.simple_page import PageError, read_page

STALE_FRESH = timedelta(seconds=30)
"""The same, while upstream fails and its earlier word is used."""
MOST_STALE = timedelta(days=1)
"""For so long it is used: who keeps the firewall from its upstream must not keep yanks and takedowns from its clients."""

ContentRuling = Callable[[Offer, tuple[Approval, ...], IndexFile, Ruling], Awaitable[Ruling | None]]
"""From a file that its page's ruling admits to the ruling with its bytes; None where they would have to be fetched or
vetted for it."""
_log = logging.getLogger(LOGGER)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A project with the ruling on each of its files."""

    offer: Offer
    approvals: tuple[Approval, ...]
    rulings: Mapping[str, Ruling]
    files: Mapping[str, IndexFile]
    page: Rendered
    digest: str
    """Of what upstream said."""
    revision: tuple[object, ...]
    """What the judgement rests on beside that."""
    fresh_until: datetime
    until: datetime | None
    """The moment at which a ruling changes by age alone."""
    contents: dict[str, Ruling] = field(default_factory=dict, compare=False)
    """Rulings with the bytes judged, by file name; filled as files are asked for."""

    def shown(self) -> Shown:
        """The page alone, which holds on to nothing else."""
        return Shown(
            page=self.page,
            revision=self.revision,
            judged_at=self.offer.now,
            fresh_until=self.fresh_until,
            until=self.until,
        )

    def holds(self, at: datetime, revision: tuple[object, ...]) -> bool:
        """Whether it may be used at a moment."""
        return at < self.fresh_until and not self.outdated(at, revision)

    def outdated(self, at: datetime, revision: tuple[object, ...]) -> bool:
        """Whether it must be judged anew even if upstream says the same.

        Also where the clock was set back: what was judged in the future would hold until that future has passed.
        """
        lapsed = self.until is not None and at >= self.until
        return revision != self.revision or lapsed or at < self.offer.now


class Projects:
    """Judges projects, each once for all who ask."""

    def __init__(self, parts: Parts, address: str = "") -> None:
        self._parts = parts
        self._address = address
        self._kept: Kept[Judged] = Kept()
        self._pages = Pages()
        self._reviews = Reviews()
        self._told = ProjectsTold()
        self._flights: Flights[Judged | Absent | Unavailable] = Flights()
        protect = parts.policy.protect
        self._protected = frozenset(project_name(each) for each in protect.names)
        self._patterns = protect.patterns
        self.revision: tuple[object, ...] = ()
        """What every judgement rests on: approvals, uploads, feeds. :meth:`notice` brings it up to date."""
        self.tokens = 0
        """How often tokens were changed; no judgement rests on them."""
        self.content: ContentRuling = _no_content
        """Rules on the bytes of a file; :class:`~stockade.firewall.files.Files` puts itself here."""

    def protected(self, name: ProjectName) -> bool:
        """Whether a name is internal, so that upstream is never asked about it."""
        return name in self._protected or any(fnmatchcase(name, each) for each in self._patterns)

    async def notice(self) -> None:
        """Learn whether approvals, uploads or feeds have changed.

        Raises:
            StockadeError: it cannot be told; what was judged must not be used then.
        """
        self.revision = await asyncio.to_thread(self._revision)

    def _revision(self) -> tuple[object, ...]:
        counters = self._parts.approvals.revisions()
        self.tokens = counters.tokens
        return (counters.approvals, counters.hosted, self._parts.knowledge.revision())

    def forget(self, name: ProjectName) -> None:
        """Judge a project anew when it is next asked for."""
        self._kept.drop(name)
        self._pages.drop(name)

    def found_bad(self, name: ProjectName, filename: str) -> None:
        """The bytes of a file are refused: its project's page says so from now on."""
        if self._reviews.add(name, filename):
            self.forget(name)

    def current(self, judged: Judged, ruling: Ruling) -> bool:
        """Whether a ruling may still be acted on; where not, the project is judged anew when it is next asked for.

        Bytes take a while to be fetched and vetted, and much may change meanwhile.
        """
        now = self._parts.clock.now()
        lapsed = ruling.until is not None and now >= ruling.until
        if not lapsed and not judged.outdated(now, self.revision):
            return True
        self.forget(judged.offer.project.name)
        return False

    def distrust(self) -> None:
        """Forget what was judged: the state it rests on cannot be read."""
        self._kept.clear()
        self._pages.clear()

    def tidy(self) -> None:
        """Keep pages within their bounds and give memory back, after something was judged."""
        if self._pages.grown:
            self._pages.tidy()
            give_back()

    def ready(self, name: ProjectName) -> Shown | None:
        """The project's page if it can be answered for without asking anybody: the way of warm pages."""
        found = self._pages.get(name)
        if found is None or not found.holds(self._parts.clock.now(), self.revision):
            return None
        return found

    async def shown(self, name: ProjectName) -> Shown | Absent | Unavailable:
        """The project's page as it is offered now."""
        ready = self.ready(name)
        if ready is not None:
            return ready
        found = await self.judged(name)
        return found.shown() if isinstance(found, Judged) else found

    async def judged(self, name: ProjectName) -> Judged | Absent | Unavailable:
        """The project as it is offered now."""
        found = self._kept.get(name)
        if found is not None and found.holds(self._parts.clock.now(), self.revision):
            self._kept.used(name)
            return found
        return await self._flights.run(name, lambda: self._timed(name))

    async def _timed(self, name: ProjectName) -> Judged | Absent | Unavailable:
        began = time.monotonic()
        try:
            return await self._judge(name)
        finally:
            self._parts.timed("judging", time.monotonic() - began)

    async def _judge(self, name: ProjectName) -> Judged | Absent | Unavailable:
        try:
            await self.notice()
            revision = (
                self.revision
            )  # before anything that it counts is read: what comes later is another one
            hosted = await asyncio.to_thread(self._parts.hosted.files, name)
            if hosted or self.protected(name):
                return await self._hosted(name, hosted, revision)
            return await self._upstream(name, revision)
        except StockadeError as error:
            return _unknown(name, error.message, error.hint)
        except Exception as error:  # noqa: BLE001 - a crash while judging is its result, never a pass
            _log.exception("a project could not be judged", extra={"project": name})
            return _unknown(
                name, f"judging it failed: {type(error).__name__}", "The firewall's log says more."
            )

    async def _hosted(
        self, name: ProjectName, hosted: Sequence[HostedFile], revision: tuple[object, ...]
    ) -> Judged | Absent:
        if not hosted:
            return Absent(
                why="an internal name that nobody has published here; the public index is not asked"
            )
        project = as_project(name, hosted)
        digest = str(hash(tuple(hosted)))
        return await self._keep(project, Origin.HOSTED, digest, self._parts.fresh, revision)

    async def _upstream(
        self, name: ProjectName, revision: tuple[object, ...]
    ) -> Judged | Absent | Unavailable:
        page = await self._parts.upstream.page(name)
        if page is None:
            self.forget(name)
            return Absent()
        if isinstance(page, Indeterminate):
            return Unavailable(gap=page)
        fresh = min(STALE_FRESH, self._parts.fresh) if page.trouble else self._parts.fresh
        kept, now = self._kept.get(name), self._parts.clock.now()
        if page.trouble and abs(now - page.vouched) > MOST_STALE:
            return Unavailable(gap=_outdated(name, page))
        if kept is not None and kept.digest == page.digest and not kept.outdated(now, self.revision):
            again = replace(kept, fresh_until=now + fresh)
            self._remember(name, again)
            return again
        try:
            project = await asyncio.to_thread(_read, name, page)
        except PageError as error:
            gap = Indeterminate(cause=Cause.UNREADABLE, subject=name, detail=error.message)
            return Unavailable(gap=gap)
        return await self._keep(project, Origin.UPSTREAM, page.digest, fresh, revision)

    async def _keep(
        self,
        project: IndexProject,
        origin: Origin,
        digest: str,
        fresh: timedelta,
        revision: tuple[object, ...],
    ) -> Judged:
        offer, approvals, rulings = await asyncio.to_thread(self._rule, project, origin)
        files = {each.filename: each for each in project.files}
        contents = await self._reviewed(offer, approvals, files, rulings)
        rulings |= contents
        now = offer.now
        moments = [each.until for each in rulings.values() if each.until is not None]
        until = min(moments, default=None)
        page = await asyncio.to_thread(
            render,
            project,
            rulings,
            refused=self._parts.policy.firewall.refused,
            until=until,
            origin=self._address,
        )
        judged = Judged(
            offer=offer,
            approvals=approvals,
            rulings=rulings,
            files=files,
            page=page,
            digest=digest,
            revision=revision,
            fresh_until=now + fresh,
            until=until,
            contents=contents,
        )
        await asyncio.to_thread(self._tell, judged)
        self._remember(project.name, judged)
        return judged

    def _remember(self, name: ProjectName, judged: Judged) -> None:
        self._kept.put(name, judged)
        self._pages.put(name, judged.shown())

    def _rule(
        self, project: IndexProject, origin: Origin
    ) -> tuple[Offer, tuple[Approval, ...], dict[str, Ruling]]:
        """Gather what is known, and rule."""
        parts, upstream = self._parts, origin is Origin.UPSTREAM
        now = parts.clock.now()
        versions = {each.version for each in project.files if each.version is not None}
        offer = Offer(
            project=project,
            origin=origin,
            now=now,
            policy=parts.policy,
            name=parts.knowledge.name(project, origin, now),
            advisories=parts.knowledge.advisories(project.name, versions, now) if upstream else {},
            condemned=parts.knowledge.condemned(project.name, now) if upstream else None,
            seen=parts.ledger.observe(project.name, origin, project.files, now),
            publishers=parts.judgements.publishers(project.name),
        )
        approvals = tuple(parts.approvals.for_project(project.name))
        return offer, approvals, rule(offer, approvals)

    def _to_review(self, offer: Offer) -> tuple[str, ...]:
        """The files that somebody was refused: their bytes may be why, and then the page says so too.

        The last ones only: a page must not wait for however many files somebody asked for.
        """
        name = offer.project.name
        queued = (each.filename for each in self._parts.approvals.queue(name)[:MOST_REVIEWED])
        return tuple(dict.fromkeys((*self._reviews.of(name), *queued)))

    async def _reviewed(
        self,
        offer: Offer,
        approvals: tuple[Approval, ...],
        files: Mapping[str, IndexFile],
        rulings: Mapping[str, Ruling],
    ) -> dict[str, Ruling]:
        """Rulings with the bytes judged, of files that were judged before."""
        contents = {}
        for filename in await asyncio.to_thread(self._to_review, offer):
            file = files.get(filename)
            if file is None or rulings[filename].refused:
                continue
            ruling = await self.content(offer, approvals, file, rulings[filename])
            if ruling is not None:
                contents[filename] = ruling
        return contents

    def _tell(self, now: Judged) -> None:
        """Record what was decided, where it differs from what was told last, and what is not what it was."""
        project, origin, at = now.offer.project, now.offer.origin, now.offer.now
        try:
            for incident, seen in self._told.incidents(project, origin, now.offer.seen, at):
                self._parts.ledger.incident(incident, seen)
            if events := self._told.events(project, origin, now.rulings, at):
                self._parts.sink.append(events)
        except BaseException:
            self._told.forget(project.name)
            raise


async def _no_content(*_: object) -> None:
    """Nothing rules on bytes here."""


def _outdated(name: ProjectName, page: UpstreamPage) -> Indeterminate:
    return Indeterminate(
        cause=Cause.SOURCE_UNREACHABLE,
        subject=name,
        detail=f"the index last vouched for its page at {page.vouched:%Y-%m-%d %H:%M} UTC, and now: {page.trouble}",
        mend="Let the firewall reach its upstream again.",
    )


def _unknown(name: ProjectName, detail: str, mend: str) -> Unavailable:
    return Unavailable(gap=Indeterminate(cause=Cause.CHECK_FAILED, subject=name, detail=detail, mend=mend))


def _read(name: ProjectName, page: UpstreamPage) -> IndexProject:
    return read_page(name, page.body, page.content_type, page.address)


def as_project(name: ProjectName, hosted: Sequence[HostedFile]) -> IndexProject:
    """The private registry's files as an index would list them."""
    return IndexProject(
        name=name,
        files=tuple(
            IndexFile(
                filename=each.filename,
                version=_version(each.version),
                url="",
                hashes={"sha256": each.sha256},
                size=each.size,
                uploaded=each.uploaded,
                yanked=each.yanked,
                requires_python=each.requires_python,
                core_metadata={"sha256": each.metadata_sha256} if each.metadata_sha256 else None,
                provenance=each.provenance_sha256 or None,
            )
            for each in hosted
        ),
        versions=tuple(dict.fromkeys(each.version for each in hosted)),
        api_version="1.1",
        provenance_offered=any(each.provenance_sha256 for each in hosted),
    )


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
