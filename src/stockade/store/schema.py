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
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

REVISIONS = ("0001", "0002")
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


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _key(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[Column[int]]:
    """Counts, sizes, and moments (``…_us``: microseconds since 1970-01-01 UTC)."""
    return [Column(name, BigInteger, nullable=nullable) for name in names]


revisions = Table("stockade_revisions", metadata, *_key("topic"), *_numbers("value"))
"""One row for each of :data:`TOPICS`: how often something of that kind was changed."""

TOPICS = ("approvals", "hosted", "tokens")

ledger = Table(
    "stockade_ledger",
    metadata,
    *_key("project", "origin"),
    *_numbers("revision", "first_us", "last_us"),
    Column("files", LargeBinary, nullable=False),  # see stockade.store.packing
    *_texts("digest"),
)
"""One row a project and origin: what its files were when they were first seen."""

incidents = Table(
    "stockade_incidents",
    metadata,
    *_key("project", "origin", "filename", "sha256"),
    Column("size", BigInteger, primary_key=True, autoincrement=False),  # -1 where the page told none
    *_numbers("at_us"),
)
"""What a file was said to be that contradicts its first sight, each once."""

judgements = Table(
    "stockade_judgements",
    metadata,
    *_key("sha256", "filename", "ruleset"),
    *_numbers("at_us"),
    Column("result", LargeBinary, nullable=False),  # a VetResult as JSON
)

made_metadata = Table(
    "stockade_made_metadata",
    metadata,
    *_key("project", "sha256"),
    *_texts("metadata_sha256"),
    *_numbers("at_us"),
)
"""Core metadata that were read out of a wheel, which the index does not offer by themselves."""

publishers = Table(
    "stockade_publishers", metadata, *_key("project", "version"), *_texts("identity"), *_numbers("at_us")
)

approvals = Table(
    "stockade_approvals",
    metadata,
    *_key("id"),
    *_texts("effect"),
    Column("project", Text, nullable=False, index=True),
    *_texts("version", "filename", "sha256", "requester", "reason", "author"),
    *_numbers("at_us"),
    *_numbers("expires_us", nullable=True),
    Column("break_glass", Integer, nullable=False),
    *_numbers("revoked_us", nullable=True),
    *_texts("revoked_by"),
)

held = Table(
    "stockade_held",
    metadata,
    *_key("code"),
    Column("project", Text, nullable=False, index=True),
    *_texts("version", "filename", "sha256", "action", "reasons"),
    *_numbers("first_us", "last_us", "times"),
)
"""One row a ruling code: a file that was asked for and refused."""

held_askers = Table(
    "stockade_held_askers", metadata, *_key("code", "who"), *_numbers("first_us", "last_us", "times")
)

served = Table(
    "stockade_served",
    metadata,
    Column("id", _Big, primary_key=True, autoincrement=True),
    *_numbers("at_us"),
    Column("sha256", Text, nullable=False, index=True),
    Column("project", Text, nullable=False, index=True),
    *_texts("filename", "version", "client", "identity", "address", "agent"),
)
"""One row a file that left, written before its first byte did."""

tokens = Table(
    "stockade_tokens",
    metadata,
    *_key("id"),
    *_texts("name", "role", "projects", "identity", "secret_sha256"),
    *_numbers("created_us"),
    *_numbers("expires_us", "revoked_us", nullable=True),
)

used_once = Table(
    "stockade_used_once",
    metadata,
    *_key("issuer", "mark"),
    Column("expires_us", BigInteger, nullable=False, index=True),
)
"""Identity tokens of CI systems that were exchanged, until they expire by themselves."""

hosted = Table(
    "stockade_hosted",
    metadata,
    *_key("place"),  # the same for two names of one file; see stockade.model.hosted
    Column("project", Text, nullable=False, index=True),
    *_texts("version", "filename", "sha256"),
    *_numbers("size", "uploaded_us"),
    *_texts("uploaded_by", "requires_python", "metadata_sha256", "provenance_sha256"),
    Column("yanked", Text, nullable=True),
)

hosted_projects = Table(
    "stockade_hosted_projects",
    metadata,
    *_key("project"),
    *_texts("claim", "publisher"),
    *_numbers("at_us"),
)
"""Who published a project's first file, and under which scope."""

version = Table(
    "stockade_schema",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="stockade_schema_pkc"),
)
"""Alembic's version table as alembic makes it, under a name of our own: other programs that use
alembic may share the database."""
