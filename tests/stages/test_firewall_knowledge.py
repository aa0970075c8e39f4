"""What the firewall knows of feeds while they are replaced and grow old under it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stockade.model.advisories import FeedStamp
from stockade.model.firewall import Origin
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.feeds import FeedName, Held
from stockade.stages.firewall_knowledge import LocalKnowledge

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NAME = project_name("goodlib")


@dataclass
class Feed:
    """Both feeds at once: nothing is known, nothing is popular."""

    made: datetime
    names: tuple[str, ...] = ()
    malware: dict[str, Any] = field(default_factory=dict)

    @property
    def stamp(self) -> FeedStamp:
        return FeedStamp(
            feed="test", source="test", sha256="0" * 64, made=self.made, imported=self.made, entries=0
        )

    def affecting(self, wanted: list[Any]) -> dict[Any, Any]:
        return dict.fromkeys(wanted, ())

    def condemned(self, names: list[Any]) -> dict[Any, Any]:
        return {name: self.malware[name] for name in names if name in self.malware}


class Feeds:
    """A folder of feeds whose files a test replaces."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.feeds = {FeedName.ADVISORIES: Feed(NOW), FeedName.POPULARITY: Feed(NOW)}
        self.opening: Callable[[], None] = lambda: None
        for name in FeedName:
            self.path(name).write_bytes(b"1")

    def path(self, feed: FeedName) -> Path:
        return self.folder / feed.value

    def advisories(self, now: datetime, limits: object) -> Held[Any]:
        return self._held(FeedName.ADVISORIES, now, limits)

    def popularity(self, now: datetime, limits: object) -> Held[Any]:
        return self._held(FeedName.POPULARITY, now, limits)

    def _held(self, name: FeedName, now: datetime, limits: Any) -> Held[Any]:
        feed = self.feeds[name]
        if name is FeedName.ADVISORIES:
            self.opening()
        old = now - feed.made > name.max_age(limits)
        gap = Indeterminate(cause=Cause.FEED_STALE, subject=name.value, detail="it is old")
        return Held(feed, (gap,) if old else ())


@dataclass
class Clock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def feeds(tmp_path: Path) -> Feeds:
    return Feeds(tmp_path)


def knowledge(feeds: Feeds, clock: Clock) -> LocalKnowledge:
    return LocalKnowledge(feeds, Policy(), clock)  # type: ignore[arg-type] # a fake of what it asks


def test_a_feed_that_is_replaced_while_it_is_opened_is_opened_again(feeds: Feeds) -> None:
    known = knowledge(feeds, Clock())
    newer = Feed(NOW, malware={NAME: "MAL-1"})

    def replaced() -> None:
        feeds.opening = lambda: None
        feeds.feeds[FeedName.ADVISORIES] = newer
        feeds.path(FeedName.ADVISORIES).write_bytes(b"another file")

    feeds.opening = replaced
    known.advisories(NAME, [], NOW)
    assert str(known.condemned(NAME, NOW)) == "MAL-1"


def test_the_list_of_popular_names_grows_stale_too(feeds: Feeds) -> None:
    feeds.feeds[FeedName.ADVISORIES] = Feed(NOW + timedelta(days=4_000))
    clock = Clock()
    known = knowledge(feeds, clock)
    project = IndexProject(name=NAME, files=(), versions=())
    assert known.name(project, Origin.UPSTREAM, clock.now()).findings == ()
    fresh = known.revision()
    clock.moment += timedelta(days=4_000)
    assert known.revision() != fresh
    gaps = known.name(project, Origin.UPSTREAM, clock.now()).findings
    assert [each.cause for each in gaps if isinstance(each, Indeterminate)] == [Cause.FEED_STALE]


def test_a_feed_that_cannot_be_looked_at_is_another_state_and_no_crash(
    feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = knowledge(feeds, Clock())
    before = known.revision()
    monkeypatch.setattr(feeds, "path", lambda _: Path("/dev/null/feed"))
    assert known.revision() != before


def test_a_name_that_resembles_a_published_one_is_told_from_when_it_is_published(feeds: Feeds) -> None:
    hosted: list[ProjectName] = []
    known = LocalKnowledge(feeds, Policy(), Clock(), lambda: hosted)  # type: ignore[arg-type] # as above
    project = IndexProject(name=project_name("wombatt-payments"), files=(), versions=())
    assert known.name(project, Origin.UPSTREAM, NOW).findings == ()
    hosted.append(project_name("wombat-payments"))
    (found,) = known.name(project, Origin.UPSTREAM, NOW).findings
    assert "wombat-payments" in str(found)
