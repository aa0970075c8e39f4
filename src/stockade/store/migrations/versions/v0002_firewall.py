"""The state of the index firewall: first sights, judgements, approvals, what was served, tokens, hosted files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _blob(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _table(name: str, columns: list[sa.Column[Any]], key: tuple[str, ...]) -> sa.Table:
    return op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"{name}_pkey"))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"{table}_{column}", table, [column])


def upgrade() -> None:
    """Make the tables, and the counters at nought."""
    revisions = _table("stockade_revisions", [*_texts("topic"), *_numbers("value")], ("topic",))
    op.bulk_insert(revisions, [{"topic": topic, "value": 0} for topic in ("approvals", "hosted", "tokens")])
    _knowledge()
    _decisions()
    _access()


def _knowledge() -> None:
    moments = _numbers("revision", "first_us", "last_us")
    _table(
        "stockade_ledger",
        [*_texts("project", "origin"), *moments, _blob("files"), *_texts("digest")],
        ("project", "origin"),
    )
    key = ("project", "origin", "filename", "sha256", "size")
    size = sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False)
    _table("stockade_incidents", [*_texts(*key[:4]), size, *_numbers("at_us")], key)
    _table(
        "stockade_judgements",
        [*_texts("sha256", "filename", "ruleset"), *_numbers("at_us"), _blob("result")],
        ("sha256", "filename", "ruleset"),
    )
    _table(
        "stockade_made_metadata",
        [*_texts("project", "sha256", "metadata_sha256"), *_numbers("at_us")],
        ("project", "sha256"),
    )
    _table(
        "stockade_publishers",
        [*_texts("project", "version", "identity"), *_numbers("at_us")],
        ("project", "version"),
    )


def _decisions() -> None:
    _table(
        "stockade_approvals",
        [
            *_texts(
                "id", "effect", "project", "version", "filename", "sha256", "requester", "reason", "author"
            ),
            *_numbers("at_us"),
            *_numbers("expires_us", nullable=True),
            sa.Column("break_glass", sa.Integer(), nullable=False),
            *_numbers("revoked_us", nullable=True),
            *_texts("revoked_by"),
        ],
        ("id",),
    )
    _index("stockade_approvals", "project")
    _table(
        "stockade_held",
        [
            *_texts("code", "project", "version", "filename", "sha256", "action", "reasons"),
            *_numbers("first_us", "last_us", "times"),
        ],
        ("code",),
    )
    _index("stockade_held", "project")
    _table(
        "stockade_held_askers",
        [*_texts("code", "who"), *_numbers("first_us", "last_us", "times")],
        ("code", "who"),
    )
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    _table(
        "stockade_served",
        [
            sa.Column("id", big, autoincrement=True, nullable=False),
            *_numbers("at_us"),
            *_texts("sha256", "project", "filename", "version", "client", "identity", "address", "agent"),
        ],
        ("id",),
    )
    _index("stockade_served", "sha256", "project")


def _access() -> None:
    _table(
        "stockade_tokens",
        [
            *_texts("id", "name", "role", "projects", "identity", "secret_sha256"),
            *_numbers("created_us"),
            *_numbers("expires_us", "revoked_us", nullable=True),
        ],
        ("id",),
    )
    _table("stockade_used_once", [*_texts("issuer", "mark"), *_numbers("expires_us")], ("issuer", "mark"))
    _index("stockade_used_once", "expires_us")
    _table(
        "stockade_hosted",
        [
            *_texts("place", "project", "version", "filename", "sha256"),
            *_numbers("size", "uploaded_us"),
            *_texts("uploaded_by", "requires_python", "metadata_sha256", "provenance_sha256"),
            *_texts("yanked", nullable=True),
        ],
        ("place",),
    )
    _index("stockade_hosted", "project")
    _table(
        "stockade_hosted_projects",
        [*_texts("project", "claim", "publisher"), *_numbers("at_us")],
        ("project",),
    )


def downgrade() -> None:
    """Refuse.

    Raises:
        NotImplementedError: always, for going back would forget first sights and approvals.
    """
    raise NotImplementedError("first sights and approvals are kept: there is no way back from revision 0002")
