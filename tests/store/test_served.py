"""Deliveries: SQLite, PostgreSQL and the fake alike; and the group commit behind them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress

import msgspec
import pytest
from sqlalchemy import Connection, event, text
from tests.store.conftest import AnyState
from tests.store.firewall_samples import LIB, NOON, OTHER, RUNNER, at, decision, sha
from tests.store.tampering import connected

from stockade.errors import IncompleteError
from stockade.model.firewall import Client
from stockade.model.firewall_state import Delivery, Served
from stockade.ports import ServedFiles
from stockade.store.group import MOST, GroupCommit
from stockade.store.state import FirewallState

STRANGER = Client(address="192.0.2.9", agent="uv/0.13")


def served(number: int = 0, **fields: object) -> Served:
    plain: dict[str, object] = {
        "sha256": sha("a"),
        "filename": "acme_lib-1.0-py3-none-any.whl",
        "project": LIB,
        "version": "1.0",
        "client": RUNNER,
        "at": at(number),
    }
    return Served(**{**plain, **fields})  # type: ignore[arg-type]  # the caller names fields of Served


def delivery(first: int, last: int, times: int, **fields: object) -> Delivery:
    plain = msgspec.structs.asdict(served(**fields))  # type: ignore[arg-type]  # the same
    plain.pop("at")
    return Delivery(**plain, first=at(first), last=at(last), times=times)


def test_a_delivery_is_recorded_with_its_event(state: AnyState) -> None:
    log: ServedFiles = state.served
    asyncio.run(log.record(served()))
    assert log.served_of() == (delivery(0, 0, 1),)
    (recorded,) = [one.event for one in state.events.query()]
    assert (recorded.layer, recorded.kind, recorded.subject) == ("firewall", "file.served", "acme-lib==1.0")
    assert (recorded.actor, recorded.place, recorded.at) == (RUNNER.identity, RUNNER.address, NOON)
    assert recorded.detail == {
        "filename": served().filename,
        "sha256": sha("a"),
        "token": "ci",
        "agent": "pip/26.3",
    }


def test_who_got_what_is_found_by_digest_and_by_project(state: AnyState) -> None:
    log: ServedFiles = state.served
    log.write([served(5), served(1, client=STRANGER), served(2), served(3, sha256=sha("b"), project=OTHER)])
    log.write([])
    own, strange = delivery(2, 5, 2), delivery(1, 1, 1, client=STRANGER)
    other = delivery(3, 3, 1, sha256=sha("b"), project=OTHER)
    assert log.served_of() == (own, other, strange)
    assert log.served_of(sha256=sha("a")) == log.served_of(project=LIB) == (own, strange)
    assert log.served_of(project=OTHER) == (other,)
    assert log.served_of(sha256=sha("a"), project=OTHER) == ()
    assert state.events.verify().checked == 4


def test_many_at_once_are_all_recorded(state: AnyState) -> None:
    async def many() -> None:
        await asyncio.gather(
            *(state.served.record(served(number, sha256=sha(str(number)))) for number in range(300))
        )

    asyncio.run(many())
    assert len(state.served.served_of()) == 300
    assert state.events.verify().checked == 300
    assert state.events.verify().intact


def test_a_delivery_that_no_event_can_hold_spoils_no_other(state: AnyState) -> None:
    async def both() -> list[object]:
        bad = served(client=Client(agent="caf\udce9"))
        waiting = (state.served.record(served()), state.served.record(bad))
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    good, bad = asyncio.run(both())
    assert good is None
    assert isinstance(bad, IncompleteError)
    assert len(state.served.served_of()) == 1


def test_after_the_end_nothing_is_taken(state: AnyState) -> None:
    asyncio.run(state.served.record(served()))
    state.served.close()
    with pytest.raises(IncompleteError, match="no"):
        asyncio.run(state.served.record(served()))
    assert len(state.served.served_of()) == 1


# --- the database -----------------------------------------------------------------------------------


def test_those_that_wait_share_a_transaction(url: str) -> None:
    with FirewallState.open(url) as state:
        commits: list[object] = []
        event.listen(state.engine, "commit", commits.append)

        async def many() -> None:
            await asyncio.gather(*(state.served.record(served(number)) for number in range(200)))

        asyncio.run(many())
        assert state.events.verify().checked == 200
        assert 1 <= len([each for each in commits if each]) < 20


@pytest.mark.parametrize("flush", [False, True])
def test_only_deliveries_may_be_spared_the_wait_for_the_disk(url: str, flush: bool) -> None:
    with FirewallState.open(url, flush_deliveries=flush) as state:
        setting = "PRAGMA synchronous" if state.engine.dialect.name == "sqlite" else "SHOW synchronous_commit"
        at_commit: list[object] = []

        def ask(connection: Connection) -> None:
            at_commit.append(connection.exec_driver_sql(setting).scalar())

        event.listen(state.engine, "commit", ask)
        for _ in range(2):
            asyncio.run(state.served.record(served()))
            state.approvals.add(decision())
        waits = [each in {2, "on"} for each in at_commit]
        assert len(waits) == 4
        assert waits == [flush, True] * 2


def test_a_database_that_stays_locked_serves_nobody(url: str) -> None:
    with FirewallState.open(url, busy_seconds=0.2) as state:
        asyncio.run(state.served.record(served()))
        with connected(url) as connection:
            connection.execute(text("UPDATE stockade_event_head SET sequence = 5"))

            async def several() -> list[object]:
                return await asyncio.gather(
                    *(state.served.record(served(number)) for number in range(3)), return_exceptions=True
                )

            assert all(isinstance(each, IncompleteError) for each in asyncio.run(several()))
            connection.rollback()
        asyncio.run(state.served.record(served(7)))
        assert state.served.served_of() == (delivery(0, 7, 2),)
        assert state.events.verify().intact


# --- the group --------------------------------------------------------------------------------------


class Kept:
    """A place to commit to that can be held up, or made to fail."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = threading.Event()
        self.go.set()
        self.busy = threading.Event()
        self.failure: Exception | None = None

    def commit(self, batch: Sequence[int]) -> None:
        self.busy.set()
        self.go.wait(30)
        if self.failure:
            raise self.failure
        self.batches.append(list(batch))


def test_items_gather_while_a_commit_is_on_its_way_and_keep_their_order() -> None:
    kept = Kept()
    group = GroupCommit(kept.commit, "test")

    async def run() -> None:
        kept.go.clear()
        waiting = [asyncio.ensure_future(group.submit(0))]
        assert await asyncio.to_thread(kept.busy.wait, 30)
        waiting += [asyncio.ensure_future(group.submit(number)) for number in range(1, MOST + 10)]
        await asyncio.sleep(0.01)
        assert not any(each.done() for each in waiting)
        kept.go.set()
        await asyncio.gather(*waiting)

    asyncio.run(run())
    group.close()
    assert [len(batch) for batch in kept.batches] == [1, MOST, 9]
    assert [number for batch in kept.batches for number in batch] == list(range(MOST + 10))


def test_a_failure_reaches_everyone_who_waited_and_the_next_go_on() -> None:
    kept = Kept()
    group = GroupCommit(kept.commit, "test")

    async def run() -> None:
        kept.failure = IncompleteError("gone")
        found = await asyncio.gather(*(group.submit(number) for number in range(3)), return_exceptions=True)
        assert [type(each) for each in found] == [IncompleteError] * 3
        kept.failure = None
        await group.submit(7)

    asyncio.run(run())
    group.close()
    assert kept.batches == [[7]]


def test_several_loops_share_a_group() -> None:
    kept = Kept()
    group = GroupCommit(kept.commit, "test")

    async def several(start: int) -> None:
        await asyncio.gather(*(group.submit(start + number) for number in range(20)))

    threads = [threading.Thread(target=asyncio.run, args=(several(100 * number),)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    group.close()
    assert sorted(number for batch in kept.batches for number in batch) == sorted(
        100 * start + number for start in range(3) for number in range(20)
    )


def test_one_that_gave_up_waiting_keeps_nobody_else() -> None:
    kept = Kept()
    group = GroupCommit(kept.commit, "test")

    async def run() -> None:
        kept.go.clear()
        gone, stays = (asyncio.ensure_future(group.submit(number)) for number in range(2))
        await asyncio.sleep(0.01)
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        kept.go.set()
        await stays

    asyncio.run(run())
    group.close()
    assert sorted(number for batch in kept.batches for number in batch) == [0, 1]


def test_closing_commits_what_waits_even_for_a_loop_that_ended() -> None:
    kept = Kept()
    group = GroupCommit(kept.commit, "test")

    async def leave() -> None:
        kept.go.clear()
        task = asyncio.ensure_future(group.submit(1))
        await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(leave())
    kept.go.set()
    group.close()
    group.close()
    assert kept.batches == [[1]]
    with pytest.raises(IncompleteError, match="shutting down"):
        asyncio.run(group.submit(2))
