"""Changes a log behind the program's back, as one could who owns the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

from stockade.store import guards
from stockade.store.database import database_url


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A plain connection in a transaction, the triggers at work."""
    engine = create_engine(database_url(url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def unguarded(url: str) -> Iterator[Connection]:
    """A connection on which the triggers do nothing; afterwards they stand as before."""
    with connected(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
            return
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for statement in guards.statements("sqlite"):
            connection.exec_driver_sql(statement)
