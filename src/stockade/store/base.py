"""What the firewall's stores share: one database, its failures as our errors, the counters of changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, case, select, update

from stockade.errors import IncompleteError, InvalidValueError
from stockade.model.firewall_state import Revisions
from stockade.store import schema
from stockade.store.database import describe, reading, translated, writing

_WHAT = "firewall state"
_MEND = "keep the damaged database for inquiry and restore a backup (docs/firewall-state.md)"


class Store:
    """A part of the firewall's state in a database.

    Safe for use by several threads and processes at once. Every method raises
    :class:`~stockade.errors.IncompleteError` where the database fails; then nothing of what it was to write is there.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.where = describe(engine.url)
        """The database for messages, without its password."""

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self.where, _WHAT), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self, *, flush: bool = True) -> Iterator[Connection]:
        with translated(self.where, _WHAT), writing(self._engine, flush=flush) as connection:
            yield connection

    @contextmanager
    def _intact(self, what: str) -> Iterator[None]:
        """Turn what cannot be read out of a row into an error: damage is never taken for an empty answer."""
        try:
            yield
        except (ValueError, TypeError, OverflowError, msgspec.MsgspecError, InvalidValueError) as error:
            raise IncompleteError(f"{what} in {self.where} is damaged: {error}", hint=_MEND) from error


def add_new(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless one with its key is there; whether it was inserted."""
    key = next(iter(table.primary_key))
    # Not the row count: PostgreSQL's driver tells none where SQLAlchemy asks for a key by itself.
    added = _insert(connection, table).values(row).on_conflict_do_nothing().returning(key)
    return connection.execute(added).first() is not None


def put(connection: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Insert a row, or put it in the place of the one with its key."""
    statement = _insert(connection, table).values(row)
    others = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=others))


def count(connection: Connection, table: Table, row: Mapping[str, object], at_us: int) -> None:
    """Insert a row with ``first_us``, ``last_us`` and ``times``, or count one more in the one with its key."""
    statement = _insert(connection, table).values(first_us=at_us, last_us=at_us, times=1, **row)
    last = case((table.c.last_us > at_us, table.c.last_us), else_=at_us)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={"times": table.c.times + 1, "last_us": last}
        )
    )


def _insert(connection: Connection, table: Table) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT; both dialects write it alike, with types of their own."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - only the dialect that is used is loaded

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - the same

    return postgresql.insert(table)


def lock(connection: Connection, topic: str) -> None:
    """Take the lock of a topic's changes until the transaction ends, whether it changes something or not."""
    table = schema.revisions
    connection.execute(select(table.c.value).where(table.c.topic == topic).with_for_update())


def bump(connection: Connection, topic: str) -> None:
    """Count a change, so that other instances notice. Between the change itself and its events.

    Raises:
        IncompleteError: the counter is not there.
    """
    table = schema.revisions
    counted = connection.execute(
        update(table).where(table.c.topic == topic).values(value=table.c.value + 1)
    ).rowcount
    if counted != 1:
        raise IncompleteError(f"the firewall state has lost its counter of {topic}", hint=_MEND)


def revisions(connection: Connection) -> Revisions:
    """The counters.

    Raises:
        IncompleteError: one is not there.
    """
    rows = connection.execute(select(schema.revisions.c.topic, schema.revisions.c.value)).all()
    found = {topic: value for topic, value in rows}  # noqa: C416 - rows are no pairs to the type checker
    try:
        return Revisions(**{topic: found[topic] for topic in schema.TOPICS})
    except KeyError as error:
        raise IncompleteError(f"the firewall state has lost its counter of {error}", hint=_MEND) from error
