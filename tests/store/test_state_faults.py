"""A disk that is full, a database that is locked or goes away: a change is there whole, or not, and whoever made it knows."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, text
from tests.postgres import PostgresServer
from tests.store.firewall_samples import LIB, NOON, RUNNER, UPSTREAM, decision, ruling, sha, wheel
from tests.store.killed import THINGS, prepare
from tests.store.samples import event as some_event
from tests.store.tampering import connected
from tests.store.test_hosted import hosted
from tests.store.test_killed import snapshot
from tests.store.test_served import served
from tests.store.test_tokens import for_ci

from stockade.errors import IncompleteError
from stockade.model.firewall_state import Asked
from stockade.model.names import ProjectName
from stockade.store.state import FirewallState

CHANGES = [name for name in THINGS if name != "observe"]
"""Those that are one transaction, the chain's lock included."""
MOST = 5000


def attempt(change: Callable[[], object]) -> bool:
    """Whether a change was acknowledged."""
    try:
        change()
    except IncompleteError:
        return False
    return True


# --- the disk ---------------------------------------------------------------------------------------


def approve(state: FirewallState, number: int) -> None:
    state.approvals.add(decision(f"{number}.0"))


def publish(state: FirewallState, number: int) -> None:
    state.hosted.publish(hosted(f"acme_lib-{number}.0.tar.gz", version=f"{number}.0"), None)


def hold(state: FirewallState, number: int) -> None:
    state.approvals.held([Asked(ruling=ruling(f"{number}.0"), client=RUNNER)], NOON, [some_event(number)])


def record(state: FirewallState, number: int) -> None:
    asyncio.run(state.served.record(served(number, sha256=sha(str(number)))))


def mint(state: FirewallState, number: int) -> None:
    state.tokens.mint(for_ci(name=f"job-{number}"))


KEPT: dict[Callable[[FirewallState, int], None], tuple[Callable[[FirewallState], int], int]] = {
    approve: (lambda state: len(state.approvals.listed()), 1),
    publish: (lambda state: len(state.hosted.files(LIB)), 1),
    hold: (lambda state: len(state.approvals.queue()), 1),
    record: (lambda state: len(state.served.served_of()), 1),
    mint: (lambda state: len(state.tokens.listed()), 1),
}
"""For each change how many of them are kept, and how many events each one makes."""


def bounded(state: FirewallState, more_pages: int) -> None:
    """Let the database of a state grow by so many pages only."""

    def bound(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + more_pages}")

    state.engine.dispose()
    event.listen(state.engine, "connect", bound)


@pytest.mark.parametrize("change", list(KEPT))
def test_what_was_acknowledged_before_the_disk_was_full_is_there_and_nothing_else(
    tmp_path: Path, change: Callable[[FirewallState, int], None]
) -> None:
    url = f"sqlite:///{tmp_path}/events.db"
    count, events = KEPT[change]
    with FirewallState.open(url) as state:
        change(state, 0)
        before = len(list(state.events.query()))
        bounded(state, 8)
        tried = [attempt(partial(change, state, number)) for number in range(1, 200)]
        assert 1 <= sum(tried) < len(tried)
        assert count(state) == 1 + sum(tried)
    with FirewallState.open(url) as state:
        assert count(state) == 1 + sum(tried)
        assert len(list(state.events.query())) == before + events * sum(tried)
        assert state.events.verify().intact
        change(state, MOST)
        assert count(state) == 2 + sum(tried)


def test_first_sights_that_were_told_before_the_disk_was_full_are_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/events.db"
    told = {}
    with FirewallState.open(url) as state:
        bounded(state, 8)
        for number in range(200):
            project = ProjectName(f"acme-{number}")
            files = [wheel(f"{number}.{each}") for each in range(20)]
            if attempt(partial(state.ledger.observe, project, UPSTREAM, files, NOON)):
                told[project] = dict(state.ledger.observe(project, UPSTREAM, files, NOON))
    assert 1 <= len(told) < 200
    with FirewallState.open(url) as state:
        for project, seen in told.items():
            assert state.ledger.observe(project, UPSTREAM, [], NOON) == seen


# --- locks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", CHANGES)
def test_a_lock_that_stays_refuses_a_change_and_lets_reading_go_on(url: str, what: str) -> None:
    with FirewallState.open(url, busy_seconds=0.2) as state:
        prepare(state)
        before = snapshot(state)
        with connected(url) as connection:
            connection.execute(text("UPDATE stockade_event_head SET sequence = sequence + 1"))
            assert not attempt(partial(THINGS[what], state))
            reads = snapshot_of_reads(state)
            assert reads == {name: before[name] for name in reads}
            connection.rollback()
        assert snapshot(state) == before
        THINGS[what](state)
        assert snapshot(state) != before


def snapshot_of_reads(state: FirewallState) -> dict[str, object]:
    """What can be asked without writing."""
    return {
        "queue": state.approvals.queue(),
        "hosted": state.hosted.files(LIB),
        "served": state.served.served_of(),
        "revisions": state.approvals.revisions(),
    }


# --- the server -------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("what", ["approve", "publish", "record"])
def test_a_server_that_goes_away_at_any_statement_leaves_nothing_half(
    postgres_server: PostgresServer, new_postgres_url: Callable[[], str], what: str
) -> None:
    gone = 0
    for number in itertools.count(1):
        url = new_postgres_url()
        with FirewallState.open(url) as state:
            prepare(state)
            before = snapshot(state)
            moments = itertools.count(1)

            def leave(*_: object, moments: itertools.count[int] = moments, number: int = number) -> None:
                if next(moments) == number:
                    postgres_server.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                    )

            event.listen(state.engine, "after_cursor_execute", leave)
            acknowledged = attempt(partial(THINGS[what], state))
            event.remove(state.engine, "after_cursor_execute", leave)
            after = snapshot(state)
        assert (after != before) == acknowledged
        gone += not acknowledged
        if acknowledged:
            break
    assert gone >= 4
