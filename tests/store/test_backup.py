"""Back-up and restore of a state in SQLite."""

from __future__ import annotations

import shutil
import subprocess  # noqa: TID251 - tests start tools; the ban is for the program
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.postgres import PostgresServer
from tests.store.firewall_samples import LIB, NOON, UPSTREAM, at, decision, sha, wheel
from tests.store.killed import prepare
from tests.store.tampering import unguarded
from tests.store.test_hosted import SDIST, hosted
from tests.store.test_killed import snapshot

from stockade.errors import IncompleteError, UsageError
from stockade.model.eventlog import Anchor
from stockade.store.backup import MANIFEST, backup, restore
from stockade.store.events import EventLog
from stockade.store.state import FirewallState


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a state with something of everything."""
    (tmp_path / "state").mkdir()
    address = f"sqlite:///{tmp_path}/state/events.db"
    with FirewallState.open(address) as state:
        prepare(state)
        state.hosted.publish(hosted(metadata_sha256=sha("m")), "acme-*")
    return address


def test_what_was_backed_up_comes_back(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with FirewallState.open(url) as state:
        before = snapshot(state)
        manifest = backup(url, copy, NOON)
        state.approvals.add(decision("5.0"))  # is not in it
        anchor = state.events.head()
    assert manifest.blobs == tuple(sorted((SDIST.sha256, hosted().sha256, sha("m"))))
    assert Anchor.parse(manifest.anchor).sequence == anchor.sequence - 1
    assert copy.stat().st_mode & 0o777 == 0o600
    elsewhere = f"sqlite:///{tmp_path}/elsewhere.db"
    assert restore(copy, elsewhere) == manifest
    with FirewallState.open(elsewhere) as state:
        assert snapshot(state) == before
        assert state.events.verify(Anchor.parse(manifest.anchor)).intact
        state.approvals.add(decision("6.0"))
        assert state.events.verify().intact
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "copy.db",
        f"copy.db{MANIFEST}",
        "elsewhere.db",
    ]


def test_a_copy_is_one_moment_while_others_write(url: str, tmp_path: Path) -> None:
    """Each approval has its event and its count in every copy."""
    stop = threading.Event()

    def write() -> None:
        with FirewallState.open(url) as state:
            number = 100
            while not stop.is_set():
                number += 1
                state.approvals.add(decision(f"{number}.0"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup(url, tmp_path / f"{number}.db", at(number))
    finally:
        stop.set()
        writer.join(60)
    sizes = []
    for number in range(5):
        place = f"sqlite:///{tmp_path}/back-{number}.db"
        restore(tmp_path / f"{number}.db", place)
        with FirewallState.open(place) as state:
            given = [one for one in state.events.query() if one.event.kind.startswith("approval.")]
            sizes.append(len(state.approvals.listed()))
            assert len(given) == sizes[-1] == state.approvals.revisions().approvals
    assert sizes == sorted(sizes)


def test_nothing_is_overwritten(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(url, copy, NOON)
    with pytest.raises(UsageError, match="there already"):
        backup(url, copy, NOON)
    with pytest.raises(UsageError, match="there already"):
        restore(copy, url)
    (tmp_path / "new.db-wal").write_bytes(b"of another database")
    with pytest.raises(UsageError, match=r"new\.db-wal is there already"):
        restore(copy, f"sqlite:///{tmp_path}/new.db")


def test_a_log_that_was_tampered_with_is_no_backup(url: str, tmp_path: Path) -> None:
    with unguarded(url) as connection:
        connection.exec_driver_sql("UPDATE stockade_events SET actor = 'eve' WHERE sequence = 1")
    with pytest.raises(IncompleteError, match="not intact"):
        backup(url, tmp_path / "copy.db", NOON)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "older", "no manifest", "manifest"])
def test_a_backup_that_is_not_whole_is_not_restored(url: str, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy.db"
    backup(url, copy, NOON)
    beside = copy.with_name(copy.name + MANIFEST)
    if damage == "cut":
        copy.write_bytes(copy.read_bytes()[:-8192])
    elif damage == "flipped":
        data = bytearray(copy.read_bytes())
        data[4096:8192] = b"\xa5" * 4096
        copy.write_bytes(data)
    elif damage == "other":
        copy.unlink()
        EventLog.open(f"sqlite:///{copy}").close()
    elif damage == "older":
        beside.unlink()
        with FirewallState.open(url) as state:
            state.approvals.add(decision("5.0"))
        backup(url, tmp_path / "later.db", NOON)
        shutil.copy(tmp_path / f"later.db{MANIFEST}", beside)
    elif damage == "no manifest":
        beside.unlink()
    else:
        beside.write_text("{}")
    target = tmp_path / "new.db"
    with pytest.raises(IncompleteError):
        restore(copy, f"sqlite:///{target}")
    assert not target.exists()
    assert not list(tmp_path.glob(".*"))


def test_a_place_that_cannot_be_written_is_said(url: str, tmp_path: Path) -> None:
    with pytest.raises(IncompleteError, match="cannot be written"):
        backup(url, tmp_path / "missing" / "copy.db", NOON)
    with pytest.raises(IncompleteError, match="no state"):
        backup(f"sqlite:///{tmp_path}/nowhere.db", tmp_path / "copy.db", NOON)
    with pytest.raises(UsageError, match="pg_dump"):
        backup("postgresql://db.invalid/state", tmp_path / "copy.db", NOON)


def test_a_draft_that_was_left_behind_is_no_hindrance(url: str, tmp_path: Path) -> None:
    (tmp_path / ".copy.db.unfinished").write_bytes(b"half")
    (tmp_path / f"copy.db{MANIFEST}").write_bytes(b"of a copy that never came")
    backup(url, tmp_path / "copy.db", NOON)
    restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/new.db")
    with FirewallState.open(f"sqlite:///{tmp_path}/new.db") as state:
        assert wheel("1.0").filename in state.ledger.observe(LIB, UPSTREAM, [], NOON)


# --- PostgreSQL -------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_dump_of_postgresql_is_a_backup(
    postgres_server: PostgresServer, new_postgres_url: Callable[[], str]
) -> None:
    """The commands of docs/firewall-state.md."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    if not found:
        pytest.skip("no pg_dump (Debian: postgresql-client)")
    tools = found[-1].parent
    url = new_postgres_url()
    name = url.rpartition("%3D")[2]
    with FirewallState.open(url) as state:
        prepare(state)
        before, anchor = snapshot(state), state.events.head()
    server = f"postgresql://stockade:{postgres_server.password}@127.0.0.1:{postgres_server.port}"
    dumped = subprocess.run(  # noqa: S603 - the server's own tools
        [tools / "pg_dump", "--format=custom", f"--schema={name}", f"{server}/postgres"],
        check=True,
        capture_output=True,
    ).stdout
    postgres_server.execute("CREATE DATABASE restored")
    try:
        subprocess.run(  # noqa: S603 - the same
            [
                tools / "pg_restore",
                "--single-transaction",
                "--clean",
                "--if-exists",
                f"--dbname={server}/restored",
            ],
            check=True,
            capture_output=True,
            input=dumped,
        )
        with FirewallState.open(url.replace("/postgres?", "/restored?"), create=False) as state:
            assert snapshot(state) == before
            assert state.events.verify(anchor).intact
            state.approvals.add(decision("5.0"))
            assert state.events.verify(anchor).intact
    finally:
        postgres_server.execute("DROP DATABASE restored")
