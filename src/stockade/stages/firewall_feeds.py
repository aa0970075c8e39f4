"""Keeps the firewall's advisories fresh: without them no public file could be judged."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from stockade.errors import StockadeError
from stockade.firewall.logs import LOGGER
from stockade.model.events import Event
from stockade.model.policy import Policy
from stockade.model.verdicts import Action
from stockade.ports import Clock, EventSink
from stockade.sources.feeds import FeedName, FeedStore
from stockade.sources.osv import PUBLIC_BULK_ADDRESS

HOURLY = timedelta(hours=1)
RETRY = timedelta(minutes=5)
"""After a failure."""
_log = logging.getLogger(LOGGER)


@dataclass(frozen=True, kw_only=True)
class FeedKeeper:
    """Imports the advisories again when they are older than an hour."""

    feeds: FeedStore
    policy: Policy
    clock: Clock
    sink: EventSink
    address: str = ""
    """Where they come from; the policy's address, else OSV's public one, unless given."""

    async def run(self) -> None:
        """Keep them fresh until cancelled. A failure is logged and tried again; what is held stays."""
        pause = self._age_left()
        while True:
            await asyncio.sleep(max(pause.total_seconds(), 0))
            pause = HOURLY if await asyncio.to_thread(self.update) else RETRY

    def update(self) -> bool:
        """Import once; whether that worked."""
        source = self.address or FeedName.ADVISORIES.address(self.policy.feeds) or PUBLIC_BULK_ADDRESS
        try:
            stamp = self.feeds.import_feed(FeedName.ADVISORIES, source, self.clock)
            self._record("feed.imported", Action.ALLOW, {"source": stamp.source, "sha256": stamp.sha256})
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again; what is held grows stale meanwhile
            text = error.message if isinstance(error, StockadeError) else f"{type(error).__name__}: {error}"
            _log.warning("the advisories could not be brought up to date", extra={"error": text})
            return False
        return True

    def _age_left(self) -> timedelta:
        """How long what is held is good enough."""
        (status,) = (
            each
            for each in self.feeds.status(self.clock.now(), self.policy.feeds)
            if each.feed is FeedName.ADVISORIES
        )
        if status.stamp is None:
            return timedelta(0)
        return HOURLY - (self.clock.now() - status.stamp.imported)

    def _record(self, kind: str, verdict: Action, detail: dict[str, str]) -> None:
        event = Event(
            at=self.clock.now(),
            layer="firewall",
            kind=kind,
            subject=FeedName.ADVISORIES.value,
            verdict=verdict,
            detail=detail,
        )
        self.sink.append([event])
