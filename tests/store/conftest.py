"""The stores that every event log test runs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.postgres import new_postgres_url, postgres_server

from stockade.store.events import EventLog
from stockade.store.state import FirewallState
from stockade.testing.events import MemoryEventLog
from stockade.testing.memory_state import MemoryState

__all__ = ["new_postgres_url", "postgres_server"]

AnyLog = EventLog | MemoryEventLog
AnyState = FirewallState | MemoryState
_POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", _POSTGRES])
def new_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Gives the address of a database without any log, another one at each call."""
    if request.param == "postgres":
        made: Callable[[], str] = request.getfixturevalue("new_postgres_url")
        return made
    return lambda: f"sqlite:///{tmp_path_factory.mktemp('log')}/events.db"


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """The address of one database without any log."""
    return new_url()


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where a SQLite log may be made."""
    return tmp_path / "events.db"


@pytest.fixture(params=["sqlite", _POSTGRES, "fake"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyLog]:
    """An empty log on every kind of store, the fake included."""
    if request.param == "fake":
        with MemoryEventLog() as fake:
            yield fake
        return
    new = request.getfixturevalue("new_postgres_url") if request.param == "postgres" else None
    address = new() if new else f"sqlite:///{tmp_path}/events.db"
    with EventLog.open(address) as real:
        yield real


@pytest.fixture(params=["sqlite", _POSTGRES, "fake"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyState]:
    """An empty firewall state on every kind of store, the fakes included."""
    if request.param == "fake":
        with MemoryState() as fake:
            yield fake
        return
    new = request.getfixturevalue("new_postgres_url") if request.param == "postgres" else None
    address = new() if new else f"sqlite:///{tmp_path}/events.db"
    with FirewallState.open(address) as real:
        yield real
