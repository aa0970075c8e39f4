"""The tables, as they are at the newest revision.

A new database is made from here, without alembic; an older one is brought here by
:mod:`stockade.store.migrations`. A test proves that both ways give the same schema.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

REVISIONS = ("0001",)
"""Every revision that this program knows, oldest first."""

_Big = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ck": "%(table_name)s_%(constraint_name)s",
        "ix": "%(column_0_label)s",
    }
)

events = Table(
    "stockade_events",
    metadata,
    Column("sequence", _Big, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False, index=True),  # microseconds since 1970-01-01 UTC
    Column("layer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("verdict", Text, nullable=True),
    Column("detail", Text, nullable=False),  # a JSON object of strings, keys sorted, no spaces
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
"""One row an event. Triggers refuse to change or remove one."""

head = Table(
    "stockade_event_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
"""One row: the newest event's place. Appending locks it; triggers let it only move forward."""

version = Table(
    "stockade_schema",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="stockade_schema_pkc"),
)
"""Alembic's version table as alembic makes it, under a name of our own: other programs that use
alembic may share the database."""
