"""Opening the database, its schema, and its failures."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from tests.postgres import PostgresServer
from tests.store.samples import event
from tests.store.tampering import connected

from stockade.errors import IncompleteError, UsageError
from stockade.model.eventlog import START
from stockade.store import schema
from stockade.store.database import create_schema, database_url, describe
from stockade.store.events import EventLog

# --- addresses --------------------------------------------------------------------------------------


def test_the_default_is_sqlite_in_the_state_folder(tmp_path: Path) -> None:
    url = database_url(environ={"STOCKADE_STATE": str(tmp_path / "state")}, make=True)
    assert (url.drivername, url.database) == ("sqlite", f"{tmp_path}/state/events.db")
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_reading_does_not_make_the_state_folder(tmp_path: Path) -> None:
    database_url(environ={"STOCKADE_STATE": str(tmp_path / "state")})
    assert not (tmp_path / "state").exists()


def test_the_environment_names_a_database_and_an_argument_beats_it() -> None:
    environ = {"STOCKADE_DATABASE": "sqlite:////srv/log.db"}
    assert database_url(environ=environ).database == "/srv/log.db"
    assert database_url("sqlite:////other.db", environ).database == "/other.db"


@pytest.mark.parametrize("prefix", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_spoken_with_psycopg(prefix: str) -> None:
    url = database_url(f"{prefix}://me:secret@db.invalid:5433/logs?sslmode=require", {})
    assert url.drivername == "postgresql+psycopg"
    assert url.query == {"sslmode": "require"}
    assert describe(url) == "postgresql+psycopg://me:***@db.invalid:5433/logs"


@pytest.mark.parametrize(
    "wrong",
    [
        "mysql://me:secret@db.invalid/logs",
        "postgresql+psycopg2://me:secret@db.invalid/logs",
        "/var/secret.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:secret.db?mode=ro&uri=true",
        "postgresql://me:secret@db.invalid:port/logs",
    ],
)
def test_another_address_is_refused_without_showing_its_password(wrong: str) -> None:
    with pytest.raises(UsageError, match="not a database for the event log") as caught:
        EventLog.open(wrong)
    assert "secret" not in str(caught.value)


def test_postgresql_without_its_driver_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockade.store.database.find_spec", {}.get)
    with pytest.raises(UsageError, match=r"psycopg package[\s\S]*stockade\[postgres\]"):
        EventLog.open("postgresql://db.invalid/logs")


# --- what is there ----------------------------------------------------------------------------------


def test_a_new_file_is_only_the_user_s_and_survives_in_wal_mode(sqlite_file: Path) -> None:
    with EventLog.open(f"sqlite:///{sqlite_file}") as log:
        log.append([event(1)])
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in sqlite_file.parent.iterdir())
    with connected(f"sqlite:///{sqlite_file}") as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_reading_does_not_make_a_log(url: str) -> None:
    with pytest.raises(IncompleteError, match="no event log"):
        EventLog.open(url, create=False)
    with EventLog.open(url) as log:
        assert log.head() == START
    with EventLog.open(url, create=False) as log:
        assert log.head() == START


def test_an_empty_file_holds_no_log(sqlite_file: Path) -> None:
    sqlite_file.touch()
    with pytest.raises(IncompleteError, match="holds no event log"):
        EventLog.open(f"sqlite:///{sqlite_file}", create=False)


def test_a_database_of_another_program_is_shared(url: str) -> None:
    with connected(url) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    with EventLog.open(url) as log:
        log.append([event(1)])
        assert log.verify().intact
    with connected(url) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [
            "theirs"
        ]


def test_foreign_tables_with_our_names_are_refused(url: str) -> None:
    with connected(url) as connection:
        connection.execute(text("CREATE TABLE stockade_events (note TEXT)"))
    with pytest.raises(IncompleteError, match="already exists"):
        EventLog.open(url)


@pytest.mark.parametrize("create", [True, False])
def test_a_newer_schema_is_refused(url: str, create: bool) -> None:
    EventLog.open(url).close()
    with connected(url) as connection:
        connection.execute(text("UPDATE stockade_schema SET version_num = '9999'"))
    with pytest.raises(IncompleteError, match=r"schema '9999'[\s\S]*upgrade"):
        EventLog.open(url, create=create)


# --- the schema -------------------------------------------------------------------------------------


POSTGRESQL_CATALOGUE = (
    """SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default,
    character_maximum_length FROM information_schema.columns WHERE table_schema = :here""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = to_regnamespace(:here)""",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = :here",
    """SELECT tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    WHERE relnamespace = to_regnamespace(:here)""",
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = to_regnamespace(:here)",
)


def catalogue(url: str) -> list[tuple[object, ...]]:
    """Everything that the database knows of our tables, its own numbers and the schema's name apart."""
    with connected(url) as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(
                text("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")
            )
            return [(kind, name, table, " ".join((sql or "").split())) for kind, name, table, sql in rows]
        here = str(connection.execute(text("SELECT current_schema()")).scalar())
        found: list[tuple[object, ...]] = []
        for query in POSTGRESQL_CATALOGUE:
            rows = connection.execute(text(query), {"here": here})
            found += sorted(tuple(str(part).replace(here, "HERE") for part in row) for row in rows)
        return found


def test_migrations_and_the_direct_way_give_the_same_schema(new_url: Callable[[], str]) -> None:
    direct, migrated = new_url(), new_url()
    EventLog.open(direct).close()
    with connected(migrated) as connection:  # a database before the first revision, as alembic leaves it
        schema.version.create(connection)
    with EventLog.open(migrated, create=False) as log:
        assert log.head() == START
        log.append([event(1)])
        assert log.verify().intact
    assert len(catalogue(direct)) > 10
    assert catalogue(migrated) == catalogue(direct)


def test_the_version_table_is_as_alembic_makes_it(new_url: Callable[[], str]) -> None:
    from stockade.store.migrations import upgrade

    direct, by_alembic = new_url(), new_url()
    EventLog.open(direct).close()
    with connected(by_alembic) as connection:
        upgrade(connection)
    assert catalogue(by_alembic) == catalogue(direct)


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    from stockade.store.migrations import config

    script = ScriptDirectory.from_config(config())
    assert [revision.revision for revision in script.walk_revisions()] == list(reversed(schema.REVISIONS))


def test_there_is_no_way_back() -> None:
    from stockade.store.migrations import config

    for revision in ScriptDirectory.from_config(config()).walk_revisions():
        with pytest.raises(NotImplementedError):
            revision.module.downgrade()


def test_a_schema_that_fails_to_be_made_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: object) -> None:
        create_schema(connection)  # type: ignore[arg-type]  # what the store passes
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stockade.store.database.create_schema", half)
    with pytest.raises(IncompleteError, match=r"No space left[\s\S]*make space"):
        EventLog.open(url)
    monkeypatch.undo()
    with pytest.raises(IncompleteError, match="no event log"):
        EventLog.open(url, create=False)


# --- failures ---------------------------------------------------------------------------------------


def test_a_log_that_stays_locked_is_said(url: str) -> None:
    with EventLog.open(url, busy_seconds=0.2) as log:
        log.append([event(1)])
        with connected(url) as connection:
            connection.execute(text("UPDATE stockade_event_head SET sequence = 5"))
            with pytest.raises(IncompleteError, match=r"lock[\s\S]*another process holds the log"):
                log.append([event(2)])
            assert [one.sequence for one in log.query()] == [1]
            connection.rollback()
        log.append([event(2)])
        assert log.verify().intact


def intact(path: Path) -> bool:
    try:
        with EventLog.open(f"sqlite:///{path}", create=False) as log:
            return log.verify().intact
    except IncompleteError:
        return False


def test_a_file_that_is_no_database_is_said(sqlite_file: Path) -> None:
    sqlite_file.write_text("no database at all\n" * 100)
    with pytest.raises(IncompleteError, match=r"not a database[\s\S]*keep the damaged file"):
        EventLog.open(f"sqlite:///{sqlite_file}")


def test_a_damaged_file_is_never_a_pass(sqlite_file: Path, tmp_path: Path) -> None:
    """Every page in turn is overwritten with rubbish."""
    with EventLog.open(f"sqlite:///{sqlite_file}") as log:
        log.append([event(number) for number in range(100)])
    whole = sqlite_file.stat().st_size
    assert intact(sqlite_file)
    for page in range(0, whole, 4096):
        copy = tmp_path / f"damaged-{page}.db"
        shutil.copy(sqlite_file, copy)
        with copy.open("r+b") as file:
            file.seek(page)
            file.write(b"\xa5" * 4096)
        assert not intact(copy), f"page at {page}"


def test_a_file_cut_short_is_never_a_pass(sqlite_file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{sqlite_file}"
    with EventLog.open(url) as log:
        log.append([event(number) for number in range(300)])
    whole = sqlite_file.stat().st_size
    for length in range(1, whole, whole // 12):
        copy = tmp_path / f"cut-{length}.db"
        shutil.copy(sqlite_file, copy)
        with copy.open("r+b") as file:
            file.truncate(length)
        assert not intact(copy), f"cut to {length}"


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError, match="directory"):
        EventLog.open(f"sqlite:///{tmp_path}")


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError, match=r"No such file[\s\S]*check the path"):
        EventLog.open(f"sqlite:///{tmp_path}/missing/events.db")


def test_a_log_that_may_not_be_written_is_said(sqlite_file: Path) -> None:
    url = f"sqlite:///{sqlite_file}"
    with EventLog.open(url) as log:
        raw = log._engine.raw_connection()
        raw.cursor().execute("PRAGMA query_only = ON")
        raw.close()
        with pytest.raises(IncompleteError, match=r"readonly database[\s\S]*not writable"):
            log.append([event(1)])


@pytest.mark.postgres
def test_a_server_that_is_not_there_or_refuses_us_is_said(postgres_server: PostgresServer) -> None:
    with pytest.raises(IncompleteError, match="check that the server runs"):
        EventLog.open("postgresql://me:hidden@127.0.0.1:1/logs")
    with pytest.raises(IncompleteError, match="password authentication failed") as caught:
        EventLog.open(postgres_server.url(password="wrong-one"))
    assert "wrong-one" not in str(caught.value)


@pytest.mark.postgres
def test_a_server_that_goes_away_is_said(
    postgres_server: PostgresServer, new_postgres_url: Callable[[], str]
) -> None:
    with EventLog.open(new_postgres_url()) as log:
        log.append([event(1)])
        postgres_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with pytest.raises(IncompleteError, match="connection"):
            log.append([event(2)])
        log.append([event(2)])  # the next call connects anew
        assert log.verify().checked == 2


@pytest.mark.postgres
def test_a_role_that_may_only_append_is_enough(
    postgres_server: PostgresServer, new_postgres_url: Callable[[], str]
) -> None:
    """The grants that docs/events.md tells."""
    owner = new_postgres_url()
    EventLog.open(owner).close()
    name = owner.rpartition("%3D")[2]
    postgres_server.execute(
        "CREATE ROLE appender LOGIN PASSWORD 'decoy'",
        f"GRANT USAGE ON SCHEMA {name} TO appender",
        f"GRANT SELECT ON {name}.stockade_events, {name}.stockade_event_head, {name}.stockade_schema TO appender",
        f"GRANT INSERT ON {name}.stockade_events TO appender",
        f"GRANT UPDATE (sequence, hash) ON {name}.stockade_event_head TO appender",
    )
    try:
        limited = postgres_server.url(schema=name, user="appender", password="decoy")
        with EventLog.open(limited) as log:
            log.append([event(1)])
            assert log.verify(log.head()).intact
        with pytest.raises(Exception, match="permission denied"), connected(limited) as connection:
            connection.execute(text("DELETE FROM stockade_events"))
    finally:
        postgres_server.execute("DROP OWNED BY appender", "DROP ROLE appender")
