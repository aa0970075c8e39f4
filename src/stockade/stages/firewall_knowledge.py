"""Feeds and the name engine as the firewall asks them: opened once, and again when a feed is imported or grows stale."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
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
    made: Mapping[FeedName, datetime]
    """When those that could be opened were made."""
    hosted: frozenset[ProjectName]
    """The projects of the private registry, which the names are compared with."""
    names: NameJudge
    gaps: tuple[Indeterminate, ...]
    """What keeps the popularity list from being complete."""
    advisories: AdvisoryFeed | Indeterminate
    stale: Indeterminate | None
    """Why what the advisories do not say proves nothing."""


class LocalKnowledge:
    """The feeds of this machine; a :class:`~stockade.firewall.parts.Knowledge`. Safe for several threads.

    Args:
        feeds: where they are.
        policy: how old they may be, and which names are yours.
        clock: tells how old they are.
        hosted: tells the projects of the private registry: a pattern protects names, but only a name can be mistaken.
    """

    def __init__(
        self,
        feeds: FeedStore,
        policy: Policy,
        clock: Clock,
        hosted: Callable[[], Iterable[ProjectName]] = tuple,
    ) -> None:
        self._feeds = feeds
        self._hosted = hosted
        self._policy = policy
        self._clock = clock
        self._lock = threading.Lock()
        self._held: _Opened | None = None

    def revision(self) -> str:
        """See :meth:`stockade.firewall.parts.Knowledge.revision`."""
        held = self._held
        return self._revision(self._files(), {} if held is None else held.made, self._clock.now())

    def _files(self) -> str:
        """Which files of feeds there are."""
        parts = []
        for feed in FeedName:
            try:
                about = self._feeds.path(feed).stat()
                parts.append(f"{feed}:{about.st_ino}:{about.st_mtime_ns}:{about.st_size}")
            except FileNotFoundError:
                parts.append(f"{feed}:absent")
            except OSError as error:
                parts.append(f"{feed}:unreadable ({error.errno})")
        return ";".join(parts)

    def _revision(self, files: str, made: Mapping[FeedName, datetime], now: datetime) -> str:
        """Which files there are, and which of the feeds made at ``made`` are stale by now."""
        limits = self._policy.feeds
        ages = [
            f"{feed} {'stale' if now - when > feed.max_age(limits) else 'fresh'}"
            for feed, when in made.items()
        ]
        return ";".join([files, *ages])

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
        hosted = frozenset(self._hosted())
        with self._lock:
            held = self._held
            if held is None or held.revision != self.revision() or held.hosted != hosted:
                held = self._held = self._open(now, hosted)
            return held

    def _open(self, now: datetime, hosted: frozenset[ProjectName]) -> _Opened:
        files = self._files()  # before they are opened: one may be replaced meanwhile
        limits = self._policy.feeds
        gaps: list[Indeterminate] = []
        popularity = _taken(self._feeds.popularity(now, limits), gaps.append)
        notes: list[Indeterminate] = []
        advisories = _taken(self._feeds.advisories(now, limits), notes.append)
        names = NameJudge(
            self._policy, popularity, hosted
        )  # not warmed: 50 MB, to save half a millisecond a project
        opened = ((FeedName.ADVISORIES, advisories), (FeedName.POPULARITY, popularity))
        made = {name: feed.stamp.made for name, feed in opened if not isinstance(feed, Indeterminate)}
        return _Opened(
            revision=self._revision(files, made, now),
            made=made,
            hosted=hosted,
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
