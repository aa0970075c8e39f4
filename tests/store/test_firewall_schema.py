"""From revision 0001 on: a database with a log gets the firewall's tables and keeps its events."""

from __future__ import annotations

from collections.abc import Callable

from alembic.command import upgrade
from tests.store.samples import event
from tests.store.tampering import connected
from tests.store.test_database import catalogue

from stockade.store.events import EventLog
from stockade.store.migrations import config
from stockade.store.state import FirewallState


def at_revision(url: str, revision: str) -> None:
    """A database as an older Stockade left it."""
    with connected(url) as connection:
        upgrade(config(connection), revision)


def test_a_log_of_revision_0001_is_brought_up_and_goes_on(new_url: Callable[[], str]) -> None:
    old, new = new_url(), new_url()
    at_revision(old, "0001")
    with connected(old) as connection:
        names = {row[1] for row in catalogue(old)}
        assert not any("ledger" in str(name) for name in names)
        # Two events as that program wrote them, without the tables of this one.
        from stockade.store.events import append_within

        append_within(connection, [event(1), event(2)], old)
    with EventLog.open(old, create=False) as log:
        anchor = log.head()
        assert anchor.sequence == 2
        assert log.verify().intact
    with FirewallState.open(old) as state:
        assert state.approvals.revision() == 0
        assert state.approvals.listed() == ()
        assert state.events.verify(anchor).intact
    FirewallState.open(new).close()
    assert catalogue(old) == catalogue(new)
