"""Opening the database: its address, its connections, its schema, and its failures as our errors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from stockade.errors import IncompleteError, UsageError
from stockade.model.eventlog import START
from stockade.paths import STATE_VARIABLE, state_dir
from stockade.store import guards, schema

DATABASE_VARIABLE = "STOCKADE_DATABASE"
FILE_NAME = "events.db"

_SCHEMA_LOCK = 0x53544F434B414445  # pg_advisory_xact_lock key: "STOCKADE"
_POSTGRESQL_NAMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_BEGIN = "stockade_begin"
_FLUSH = "PRAGMA synchronous = FULL"  # what was recorded outlives a power cut
_CHECKPOINT = "PRAGMA wal_autocheckpoint = 4000"  # pages; whoever is on when it is due waits for the disk
_NO_LOG = (
    "'stockade check' and 'stockade serve' make it; name another folder in STOCKADE_STATE, or a database in "
    + DATABASE_VARIABLE
)
_HINTS = (
    # What the driver's message holds, and what to do then. The first that fits is shown.
    (("locked", "lock timeout"), "another process holds the log; try again when it is done"),
    (
        ("malformed", "not a database"),
        "keep the damaged file for inquiry, put a backup in its place, and compare it with an anchor that you kept",
    ),
    (
        ("full", "no space", "file too large"),
        "make space where the database lies, then run the command again",
    ),
    (
        ("readonly", "read-only", "permission denied"),
        "the log is not writable for this user; mend its permissions",
    ),
    (("unable to open", "no such file"), f"check the path, or name another database in {DATABASE_VARIABLE}"),
    (
        ("connection", "resolve", "timeout"),
        f"check that the server runs and that {DATABASE_VARIABLE} names it",
    ),
)


def database_url(url: str = "", environ: Mapping[str, str] = os.environ, *, make: bool = False) -> URL:
    """The database's address: ``url``, else ``STOCKADE_DATABASE``, else SQLite in the state folder.

    Accepted are ``sqlite:///PATH`` and ``postgresql://…`` (``postgresql+psycopg://…`` is the same).
    With ``make`` the state folder is made where it is needed.

    Raises:
        UsageError: another kind of address, or PostgreSQL without its driver.
        IncompleteError: the state folder cannot be made.
    """
    named = url or environ.get(DATABASE_VARIABLE, "")
    if not named:
        folder = _made(state_dir(environ)) if make else state_dir(environ)
        return URL.create("sqlite", database=str(folder / FILE_NAME))
    try:
        parsed = make_url(named)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is not None and parsed.drivername == "sqlite" and _is_file(parsed.database or ""):
        return parsed
    if parsed is not None and parsed.drivername in _POSTGRESQL_NAMES:
        if find_spec("psycopg") is None:
            raise UsageError(
                "PostgreSQL needs the psycopg package, which is not installed",
                hint="pip install 'stockade[postgres]'",
            )
        return parsed.set(drivername="postgresql+psycopg")
    # The text itself may hold a password and is not shown.
    got = "an address that does not parse" if parsed is None else f"{parsed.drivername}://"
    raise UsageError(
        f"not a database for the event log: got {got}",
        hint="write sqlite:////absolute/path/events.db or postgresql://USER@HOST/DATABASE",
    )


def _is_file(database: str) -> bool:
    return database not in {"", ":memory:"} and not database.startswith("file:")


def open_engine(url: URL, *, create: bool, busy_seconds: float) -> Engine:
    """An engine on a database whose schema is at our newest revision.

    An older schema is brought there. A database without our schema gets it with ``create``, and is
    refused without.

    Raises:
        IncompleteError: it cannot be opened, is not there, or has a schema that we do not know.
    """
    where = describe(url)
    with translated(where):
        if url.drivername == "sqlite":
            _prepare_file(Path(url.database or ""), create=create)
            engine = create_engine(url, connect_args={"timeout": busy_seconds})
            event.listen(engine, "connect", partial(_set_up_sqlite, write_ahead=create))
            event.listen(engine, "begin", _begin_sqlite)
        else:
            engine = create_engine(
                url, isolation_level="READ COMMITTED", connect_args={"connect_timeout": 10}
            )
        engine.update_execution_options(stockade_busy=busy_seconds)
        try:
            _bring_schema(engine, where, create=create)
        except BaseException:
            engine.dispose()
            raise
    return engine


def describe(url: URL) -> str:
    """The database for messages, without its password."""
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def translated(where: str, what: str = "event log") -> Iterator[None]:
    """Turn the database's failures into :class:`IncompleteError`, with what to do; ``what`` is kept there."""
    try:
        yield
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        cause = getattr(error, "orig", None) or error
        said = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
        low = said.lower()
        hint = next((hint for marks, hint in _HINTS if any(mark in low for mark in marks)), "")
        raise IncompleteError(
            f"{what} {where} failed: {said}",
            hint=hint or "run 'stockade events verify' to see whether the log is intact",
        ) from error


@contextmanager
def writing(engine: Engine, *, flush: bool = True) -> Iterator[Connection]:
    """A transaction that will write: on SQLite it holds the write lock from the start.

    Without ``flush`` its end does not wait until the disk has it: it outlives the process, but not a power cut (on
    PostgreSQL: not a crash of the server) in the moments after. The next transaction that is flushed takes it along.
    """
    with engine.connect() as connection:
        connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        with _flushing(connection, flush=flush), connection.begin():
            if connection.dialect.name == "postgresql":
                milliseconds = int(connection.get_execution_options()["stockade_busy"] * 1000)
                unflushed = "" if flush else "; SET LOCAL synchronous_commit = off"
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}{unflushed}")
            yield connection


@contextmanager
def _flushing(connection: Connection, *, flush: bool) -> Iterator[None]:
    """On SQLite the flushing belongs to the connection, and can be changed between transactions only."""
    if flush or connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - for the type checker
    driver.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        driver.execute(_FLUSH)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment of the database throughout."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def _prepare_file(path: Path, *, create: bool) -> None:
    if create:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    elif not path.is_file():
        raise IncompleteError(f"there is no event log at {path}", hint=_NO_LOG)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object, *, write_ahead: bool) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    # A row that was tampered with must be readable enough to be named.
    connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    if write_ahead:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Readers then wait for writers; nothing else changes. The next process tries again.
            if "locked" not in str(error):
                raise
    connection.execute(_FLUSH)
    connection.execute(_CHECKPOINT)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _bring_schema(engine: Engine, where: str, *, create: bool) -> None:
    with engine.connect() as connection:
        if _known(_revision(connection), where, create=create) == schema.REVISIONS[-1]:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
        revision = _revision(connection)  # again: another process may have been faster
        if revision is None:
            create_schema(connection)
        elif revision != schema.REVISIONS[-1]:
            from stockade.store.migrations import upgrade  # noqa: PLC0415 - alembic takes as long as all the rest

            upgrade(connection)


def _revision(connection: Connection) -> str | None:
    """The schema's revision; "" before the first one, None where there is no schema of ours."""
    if not inspect(connection).has_table(schema.version.name):
        return None
    rows = connection.execute(select(schema.version.c.version_num)).scalars().all()
    return " and ".join(sorted(rows))


def _known(revision: str | None, where: str, *, create: bool) -> str | None:
    if revision is None and not create:
        raise IncompleteError(f"{where} holds no event log", hint=_NO_LOG)
    if revision and revision not in schema.REVISIONS:
        raise IncompleteError(
            f"{where} has schema {revision!r}, which this Stockade does not know (newest known: {schema.REVISIONS[-1]!r})",
            hint="a newer Stockade made it: upgrade this one",
        )
    return revision


def create_schema(connection: Connection) -> None:
    """Make the newest schema in a database that has none of it, and stamp it."""
    schema.metadata.create_all(connection, checkfirst=False)
    for statement in guards.statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    connection.execute(insert(schema.head).values(id=1, sequence=START.sequence, hash=START.hash))
    connection.execute(insert(schema.revisions), [{"topic": topic, "value": 0} for topic in schema.TOPICS])
    schema.version.create(connection)
    connection.execute(insert(schema.version).values(version_num=schema.REVISIONS[-1]))


def _made(folder: Path) -> Path:
    """``folder``, made for its user only where it is not there."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise IncompleteError(
            f"state folder {folder} cannot be used: {error.strerror}",
            hint=f"name a folder that you may write to in {STATE_VARIABLE}",
        ) from error
    return folder
