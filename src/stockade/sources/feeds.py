"""The local store of feeds: imported, verified, swapped in atomically, and judged by age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from stockade.model.advisories import FeedStamp
from stockade.model.policy import Feeds
from stockade.model.verdicts import Cause, Indeterminate
from stockade.paths import state_dir
from stockade.ports import AdvisoryFeed, Clock, NameRegister, PopularityList
from stockade.sources.advisories import PackedAdvisories
from stockade.sources.pack import Header, Pack, PackError
from stockade.sources.popularity import PackedPopularity
from stockade.sources.registered import PackedRegister

if TYPE_CHECKING:
    from stockade.sources.index_address import IndexAddress

T = TypeVar("T", AdvisoryFeed, NameRegister, PopularityList)

ABANDONED_SECONDS = 86_400
"""A part of a file that a killed import left behind is removed when it is older."""

ROOT_ACCEPT = "application/vnd.pypi.simple.v1+json, application/json;q=0.5, text/plain;q=0.5, text/html;q=0.1, */*;q=0.01"


class FeedName(StrEnum):
    """The feeds."""

    ADVISORIES = "advisories"
    REGISTERED_NAMES = "registered-names"
    POPULARITY = "popularity"

    def max_age(self, feeds: Feeds) -> timedelta:
        """How old the feed may be under the policy."""
        days = {
            FeedName.ADVISORIES: feeds.advisories_max_age_days,
            FeedName.REGISTERED_NAMES: feeds.registered_names_max_age_days,
            FeedName.POPULARITY: feeds.popularity_max_age_days,
        }
        return timedelta(days=days[self])

    def address(self, feeds: Feeds) -> str:
        """Where the policy says that it is fetched; empty where it is silent."""
        addresses = {
            FeedName.ADVISORIES: feeds.advisories_url,
            FeedName.REGISTERED_NAMES: feeds.registered_names_url,
            FeedName.POPULARITY: feeds.popularity_url,
        }
        return addresses[self]


@dataclass(frozen=True)
class Held(Generic[T]):
    """A feed that is there, and what keeps its answers from being complete.

    The feed is useful either way: what it finds is true. But where ``notes`` is not empty, what it does
    *not* find proves nothing, so the caller passes the notes on (into ``Facts.notes``).
    """

    feed: T
    notes: tuple[Indeterminate, ...] = ()
    """Stale (``feed-stale``), or entries of it that could not be read (``unreadable``)."""

    @property
    def stale(self) -> Indeterminate | None:
        """The note that says how old it is; None where it is fresh."""
        return next((note for note in self.notes if note.cause is Cause.FEED_STALE), None)


class FeedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed stands."""

    feed: FeedName
    present: bool
    """It is there and can be opened."""
    stale: bool = False
    stamp: FeedStamp | None = None
    age_days: float | None = None
    limit_days: float
    unreadable: int = 0
    """Entries of the source that could not be read."""
    notes: tuple[str, ...] = ()
    """What was wrong with the source, a line each (the first 20)."""
    problem: str = ""
    """Why it cannot be used; empty where it can."""

    @property
    def usable(self) -> bool:
        """Present and fresh."""
        return self.present and not self.stale


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """How strict an import is."""

    sha256: str = ""
    """The digest (hex) that the source must have; empty for any."""
    force: bool = False
    """Take a feed that has lost more than half of its entries, or advisories older than those held."""
    insecure: bool = False
    """Plain ``http`` is allowed beyond this machine."""
    account: IndexAddress | None = field(default=None, repr=False)
    """Credentials and certificates, used with their own origin only."""
    progress: Callable[[int, int | None], None] | None = field(default=None, repr=False)
    """Called while fetching, with the bytes so far and all bytes where known."""


class FeedStore:
    """The feeds in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def default(cls) -> FeedStore:
        """The user's feeds: ``feeds/`` in :func:`~stockade.paths.state_dir`."""
        return cls(state_dir() / "feeds")

    def path(self, feed: FeedName) -> Path:
        """The feed's file."""
        return self.folder / f"{feed}.feed"

    def import_feed(
        self, feed: FeedName, source: str | Path, clock: Clock, options: ImportOptions | None = None
    ) -> FeedStamp:
        """Take ``source`` (an address, a file, for advisories also a folder) in place of what is held.

        What is held stays as it is until the new feed is whole on disk, whatever happens.

        Raises:
            UsageError: the source is not there, or its address is refused.
            IncompleteError: it cannot be fetched or read, or is refused: it is not what ``sha256`` says, or
                has lost too much.
        """
        from stockade.sources.feed_import import Importer  # noqa: PLC0415 - look-ups do not need it

        return Importer(self, feed, clock, options or ImportOptions()).run(source)

    def status(self, now: datetime, feeds: Feeds) -> tuple[FeedStatus, ...]:
        """How every feed stands, in the order of :class:`FeedName`."""
        return tuple(self._status(feed, now, feeds) for feed in FeedName)

    def advisories(self, now: datetime, feeds: Feeds) -> Held[AdvisoryFeed] | Indeterminate:
        """The advisories, or why there are none."""
        return _open(PackedAdvisories, self.path(FeedName.ADVISORIES), FeedName.ADVISORIES, now, feeds)

    def register(self, now: datetime, feeds: Feeds) -> Held[NameRegister] | Indeterminate:
        """The registered names, or why there are none."""
        return _open(
            PackedRegister, self.path(FeedName.REGISTERED_NAMES), FeedName.REGISTERED_NAMES, now, feeds
        )

    def popularity(self, now: datetime, feeds: Feeds) -> Held[PopularityList] | Indeterminate:
        """The imported popularity list; else the one built into Stockade."""
        path = self.path(FeedName.POPULARITY)
        if path.exists():
            return _open(PackedPopularity, path, FeedName.POPULARITY, now, feeds)
        built_in = _built_in()
        return Held(built_in, _age_notes(FeedName.POPULARITY, built_in.stamp, now, feeds))

    def _status(self, feed: FeedName, now: datetime, feeds: Feeds) -> FeedStatus:
        limit = feed.max_age(feeds)
        days = limit / timedelta(days=1)
        try:
            header = Pack(self.path(feed)).header
        except FileNotFoundError:
            if feed is not FeedName.POPULARITY:
                return FeedStatus(feed=feed, present=False, limit_days=days, problem="not imported yet")
            header = Header(stamp=_built_in().stamp)
        except PackError as error:
            return FeedStatus(feed=feed, present=False, limit_days=days, problem=error.message)
        age = now - header.stamp.made
        return FeedStatus(
            feed=feed,
            present=True,
            stale=age > limit,
            stamp=header.stamp,
            age_days=round(age / timedelta(days=1), 2),
            limit_days=days,
            unreadable=header.unreadable,
            notes=header.notes,
        )


def _open(
    kind: Callable[[Path], T], path: Path, feed: FeedName, now: datetime, feeds: Feeds
) -> Held[T] | Indeterminate:
    try:
        opened = kind(path)
    except FileNotFoundError:
        return Indeterminate(
            cause=Cause.FEED_MISSING,
            subject=feed.value,
            detail=f"the feed {feed} has not been imported",
            mend=f"stockade feed update {feed}, or stockade feed import {feed} FILE",
        )
    except PackError as error:
        return Indeterminate(
            cause=Cause.UNREADABLE, subject=feed.value, detail=error.message, mend=error.hint
        )
    header = Pack(path).header
    return Held(opened, _age_notes(feed, header.stamp, now, feeds) + _gap_notes(feed, header))


def _age_notes(feed: FeedName, stamp: FeedStamp, now: datetime, feeds: Feeds) -> tuple[Indeterminate, ...]:
    age, limit = now - stamp.made, feed.max_age(feeds)
    if age <= limit:
        return ()
    detail = (
        f"its newest data are of {stamp.made:%Y-%m-%d}, {age.days} days old; the policy allows {limit.days}"
    )
    return (
        Indeterminate(
            cause=Cause.FEED_STALE, subject=feed.value, detail=detail, mend=f"stockade feed update {feed}"
        ),
    )


def _gap_notes(feed: FeedName, header: Header) -> tuple[Indeterminate, ...]:
    """Records whose project is known make that project unjudgeable; the others make the feed incomplete."""
    if not header.unattributed or feed is not FeedName.ADVISORIES:
        return ()
    return (
        Indeterminate(
            cause=Cause.UNREADABLE,
            subject=feed.value,
            detail=f"{header.unattributed} records of the feed {feed} could not be read, and name no project",
            mend="stockade feed status lists them; import a whole copy",
        ),
    )


def _built_in() -> PopularityList:
    from stockade.names.popular import builtin_popularity  # noqa: PLC0415 - not needed where one is imported

    return builtin_popularity()
