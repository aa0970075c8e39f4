"""Projects as they are offered now: fetched, judged, rendered, and kept until something that they rest on changes."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from packaging.version import InvalidVersion, Version

from stockade.errors import StockadeError
from stockade.firewall.filters.base import Offer
from stockade.firewall.parts import Parts
from stockade.firewall.rendered import Rendered, render
from stockade.firewall.replies import Absent, Unavailable
from stockade.firewall.ruling import rule
from stockade.model.events import Event
from stockade.model.firewall import Approval, HostedFile, Origin, Ruling
from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import ProjectName, project_name
from stockade.model.upstream import UpstreamPage
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.flights import Flights
from stockade.sources.simple_page import PageError, read_page

STALE_FRESH = timedelta(seconds=30)
"""The same, while upstream fails and its earlier word is used."""
MOST_KEPT = 4_000
"""Projects that are kept in memory."""


ContentRuling = Callable[[Offer, tuple[Approval, ...], IndexFile, Ruling], Awaitable[Ruling]]
"""From a file that its page's ruling admits to the ruling with its bytes."""


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

    def holds(self, at: datetime, revision: tuple[object, ...]) -> bool:
        """Whether it may be used at a moment."""
        return at < self.fresh_until and not self.outdated(at, revision)

    def outdated(self, at: datetime, revision: tuple[object, ...]) -> bool:
        """Whether it must be judged anew even if upstream says the same."""
        return revision != self.revision or (self.until is not None and at >= self.until)


class Projects:
    """Judges projects, each once for all who ask."""

    def __init__(self, parts: Parts, address: str = "") -> None:
        self._parts = parts
        self._address = address
        self._kept: OrderedDict[ProjectName, Judged] = OrderedDict()
        self._flights: Flights[Judged | Absent | Unavailable] = Flights()
        protect = parts.policy.protect
        self._protected = frozenset(project_name(each) for each in protect.names)
        self._patterns = protect.patterns
        self.revision: tuple[object, ...] = ()
        """What every judgement rests on: approvals, uploads, feeds. :meth:`notice` brings it up to date."""
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
        return (self._parts.approvals.revision(), self._parts.knowledge.revision())

    def forget(self, name: ProjectName) -> None:
        """Judge a project anew when it is next asked for."""
        self._kept.pop(name, None)

    def distrust(self) -> None:
        """Forget what was judged: the state it rests on cannot be read."""
        self._kept.clear()

    def ready(self, name: ProjectName) -> Judged | None:
        """The project if it can be answered for without asking anybody: the way of warm pages."""
        found = self._kept.get(name)
        if found is None or not found.holds(self._parts.clock.now(), self.revision):
            return None
        return found

    async def judged(self, name: ProjectName) -> Judged | Absent | Unavailable:
        """The project as it is offered now."""
        found = self.ready(name)
        if found is not None:
            self._kept.move_to_end(name)
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
            hosted = await asyncio.to_thread(self._parts.hosted.files, name)
            if hosted or self.protected(name):
                return await self._hosted(name, hosted)
            return await self._upstream(name)
        except StockadeError as error:
            return Unavailable(
                gap=Indeterminate(
                    cause=Cause.CHECK_FAILED, subject=name, detail=error.message, mend=error.hint
                )
            )

    async def _hosted(self, name: ProjectName, hosted: Sequence[HostedFile]) -> Judged | Absent:
        if not hosted:
            return Absent(
                why="an internal name that nobody has published here; the public index is not asked"
            )
        project = as_project(name, hosted)
        digest = str(hash(tuple(hosted)))
        return await self._keep(project, Origin.HOSTED, digest, self._parts.fresh)

    async def _upstream(self, name: ProjectName) -> Judged | Absent | Unavailable:
        page = await self._parts.upstream.page(name)
        if page is None:
            self._kept.pop(name, None)
            return Absent()
        if isinstance(page, Indeterminate):
            return Unavailable(gap=page)
        fresh = min(STALE_FRESH, self._parts.fresh) if page.trouble else self._parts.fresh
        kept, now = self._kept.get(name), self._parts.clock.now()
        if kept is not None and kept.digest == page.digest and not kept.outdated(now, self.revision):
            again = replace(kept, fresh_until=now + fresh)
            self._remember(name, again)
            return again
        try:
            project = await asyncio.to_thread(_read, name, page)
        except PageError as error:
            gap = Indeterminate(cause=Cause.UNREADABLE, subject=name, detail=error.message)
            return Unavailable(gap=gap)
        return await self._keep(project, Origin.UPSTREAM, page.digest, fresh)

    async def _keep(self, project: IndexProject, origin: Origin, digest: str, fresh: timedelta) -> Judged:
        before, revision = self._kept.get(project.name), self.revision
        offer, approvals, rulings = await asyncio.to_thread(self._rule, project, origin)
        files = {each.filename: each for each in project.files}
        contents: dict[str, Ruling] = {}
        for filename in await asyncio.to_thread(self._refused_before, offer):
            if filename in files and not rulings[filename].refused:
                contents[filename] = await self.content(offer, approvals, files[filename], rulings[filename])
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
        await self._tell(before, judged)
        self._remember(project.name, judged)
        return judged

    def _remember(self, name: ProjectName, judged: Judged) -> None:
        self._kept[name] = judged
        self._kept.move_to_end(name)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

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

    def _refused_before(self, offer: Offer) -> tuple[str, ...]:
        """The files that somebody was refused: their bytes may be why, and then the page says so too."""
        return tuple({each.filename: None for each in self._parts.approvals.queue(offer.project.name)})

    async def _tell(self, before: Judged | None, now: Judged) -> None:
        """Record what was decided, where it differs from what was decided before."""
        refused = {each.code: each for each in now.rulings.values() if each.refused}
        earlier = {} if before is None else {e.code: e for e in before.rulings.values() if e.refused}
        if before is not None and refused.keys() == earlier.keys():
            return
        project = now.offer.project
        worst = max((each.verdict.action for each in now.rulings.values()), default=None)
        new = [refused[code] for code in refused if code not in earlier]
        event = Event(
            at=now.offer.now,
            layer="firewall",
            kind="project.judged",
            subject=project.name,
            verdict=worst,
            detail={
                "origin": now.offer.origin.value,
                "files": str(len(now.rulings)),
                "refused": str(len(refused)),
                "newly refused": ", ".join(f"{each.filename} ({each.code})" for each in new[:50]),
                "reasons": "; ".join(sorted({each.verdict.reasons[0].code for each in new})),
            },
        )
        await asyncio.to_thread(self._parts.sink.append, [event])


async def _no_content(*_: object) -> Ruling:
    raise RuntimeError("nothing rules on bytes here")


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
