"""Run by alembic for each command: the connection comes from our own program."""

from __future__ import annotations

from alembic import context

from stockade.store import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.version.name,
)
with context.begin_transaction():
    context.run_migrations()
