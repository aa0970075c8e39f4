"""The firewall's advisories are kept fresh, and a failure leaves what is held."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from stockade.model.policy import Policy
from stockade.sources.feeds import FeedName, FeedStore
from stockade.stages.firewall_feeds import FeedKeeper
from stockade.testing.events import MemoryEventLog
from stockade.testing.fakes import FixedClock
from stockade.testing.loopback import LoopbackServer, Reply
from stockade.testing.osv import bulk_zip, malicious


def keeper(folder: Path, address: str, clock: FixedClock, log: MemoryEventLog) -> FeedKeeper:
    return FeedKeeper(feeds=FeedStore(folder), policy=Policy(), clock=clock, sink=log, address=address)


def test_advisories_are_imported_and_recorded(tmp_path: Path) -> None:
    clock, log = FixedClock(), MemoryEventLog()
    with LoopbackServer() as server:
        body = bulk_zip([malicious("evil-tool", modified=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))])
        address = server.serve("/all.zip", Reply(body, "application/zip"))
        kept = keeper(tmp_path, address, clock, log)
        assert kept.update()
        assert [each.kind for each in log.events] == ["feed.imported"]
        server.serve("/all.zip", Reply(b"garbage", "application/zip"))
        assert not kept.update()
    held = kept.feeds.advisories(clock.now(), Policy().feeds)
    assert "evil-tool" in held.feed.condemned(["evil-tool"])  # type: ignore[union-attr,list-item]


def test_what_is_missing_is_fetched_at_once_and_again_after_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FixedClock()
    kept = keeper(tmp_path, "http://127.0.0.1:1/", clock, MemoryEventLog())
    pauses: list[float] = []
    results = iter([False, True, True])

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(FeedKeeper, "update", lambda _: next(results))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(kept.run())
    assert pauses == [0, 300, 3600, 3600]
    assert FeedName.ADVISORIES.max_age(Policy().feeds) > timedelta(hours=1)
