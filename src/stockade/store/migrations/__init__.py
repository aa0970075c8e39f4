"""Alembic migrations of the database, forward only: going back would remove events.

Importing this package loads alembic, which takes long. A new revision is one file in ``versions/``,
its id at the end of :data:`stockade.store.schema.REVISIONS`, and the tables of that module changed
to match; tests compare all three.
"""

from __future__ import annotations

from pathlib import Path

from alembic.command import upgrade as _upgrade
from alembic.config import Config
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ``alembic.ini``; ``connection`` must be in a transaction."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision inside the connection's transaction."""
    _upgrade(config(connection), "head")
