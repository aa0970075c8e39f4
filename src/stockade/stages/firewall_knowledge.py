"""Feeds and the name engine as the firewall asks them: opened once, and again when a feed is imported or grows stale."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from packaging.version import Version

from stockade.firewall.filters.base import NameFacts
from stockade.firewall.name_facts import NameJudge
from stockade.model.advisories import Advisory
from stockade.model.firewall import Origin
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.model.policy import Policy
from stockade.model.verdicts import Indeterminate
from stockade.ports import AdvisoryFeed, Clock, PopularityList
from stockade.sources.feeds import FeedName, FeedStore, Held

T = TypeVar("T", AdvisoryFeed, PopularityList)


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """The feeds as they were at one revision."""

    revision: str
    names: NameJudge
    gaps: tuple[Indeterminate, ...]
    """What keeps the popularity list from being complete."""
    advisories: AdvisoryFeed | Indeterminate
    stale: Indeterminate | None
    """Why what the advisories do not say proves nothing."""


class LocalKnowledge:
    """The feeds of this machine; a :class:`~stockade.firewall.parts.Knowledge`. Safe for several threads."""

    def __init__(self, feeds: FeedStore, policy: Policy, clock: Clock) -> None:
        self._feeds = feeds
        self._policy = policy
        self._clock = clock
        self._lock = threading.Lock()
        self._held: _Opened | None = None

    def revision(self) -> str:
        """See :meth:`stockade.firewall.parts.Knowledge.revision`."""
        held = self._held
        made = None
        if held is not None and not isinstance(held.advisories, Indeterminate):
            made = held.advisories.stamp.made
        return self._revision(made, self._clock.now())

    def _revision(self, made: datetime | None, now: datetime) -> str:
        """Which files there are, and whether the advisories made at ``made`` are stale by now."""
        parts = []
        for feed in FeedName:
            try:
                about = self._feeds.path(feed).stat()
                parts.append(f"{feed}:{about.st_ino}:{about.st_mtime_ns}:{about.st_size}")
            except FileNotFoundError:
                parts.append(f"{feed}:absent")
        if made is not None:
            parts.append("stale" if now - made > FeedName.ADVISORIES.max_age(self._policy.feeds) else "fresh")
        return ";".join(parts)

    def name(self, project: IndexProject, origin: Origin, now: datetime) -> NameFacts:
        """See :meth:`stockade.firewall.parts.Knowledge.name`."""
        if origin is Origin.HOSTED:
            return NameFacts()  # yours
        opened = self._opened(now)
        facts = opened.names.facts(project.name)
        return NameFacts(findings=(*facts.findings, *opened.gaps)) if opened.gaps else facts

    def advisories(
        self, name: ProjectName, versions: Collection[Version], now: datetime
    ) -> Mapping[Version, tuple[Advisory, ...] | Indeterminate] | Indeterminate:
        """See :meth:`stockade.firewall.parts.Knowledge.advisories`. Where the feed is stale, what it finds is still true."""
        opened = self._opened(now)
        if isinstance(opened.advisories, Indeterminate):
            return opened.advisories
        found = opened.advisories.affecting([(name, version) for version in versions])
        answer = {version: found[name, version] for version in versions}
        if opened.stale is None:
            return answer
        return {version: each or opened.stale for version, each in answer.items()}

    def condemned(self, name: ProjectName, now: datetime) -> Advisory | Indeterminate | None:
        """See :meth:`stockade.firewall.parts.Knowledge.condemned`."""
        opened = self._opened(now)
        if isinstance(opened.advisories, Indeterminate):
            return opened.advisories
        return opened.advisories.condemned([name]).get(name)

    def _opened(self, now: datetime) -> _Opened:
        with self._lock:
            if self._held is None or self._held.revision != self.revision():
                self._held = self._open(now)
            return self._held

    def _open(self, now: datetime) -> _Opened:
        limits = self._policy.feeds
        gaps: list[Indeterminate] = []
        popularity = _taken(self._feeds.popularity(now, limits), gaps.append)
        notes: list[Indeterminate] = []
        advisories = _taken(self._feeds.advisories(now, limits), notes.append)
        names = NameJudge(self._policy, popularity)
        names.warm()
        made = None if isinstance(advisories, Indeterminate) else advisories.stamp.made
        return _Opened(
            revision=self._revision(made, now),
            names=names,
            gaps=tuple(gaps),
            advisories=advisories,
            stale=next(iter(notes), None),
        )


def _taken(held: Held[T] | Indeterminate, note: Callable[[Indeterminate], None]) -> T | Indeterminate:
    if isinstance(held, Indeterminate):
        return held
    for each in held.notes:
        note(each)
    return held.feed
