"""The event log and its head record, with the triggers that keep them append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSED = "refused: the event log is append-only"
_SQLITE = (
    f"""CREATE TRIGGER stockade_events_no_update BEFORE UPDATE ON stockade_events
BEGIN SELECT RAISE(ABORT, 'UPDATE {_REFUSED}'); END""",
    f"""CREATE TRIGGER stockade_events_no_delete BEFORE DELETE ON stockade_events
BEGIN SELECT RAISE(ABORT, 'DELETE {_REFUSED}'); END""",
    """CREATE TRIGGER stockade_events_no_replace BEFORE INSERT ON stockade_events
WHEN EXISTS (SELECT 1 FROM stockade_events WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'REPLACE refused: the event log is append-only'); END""",
    f"""CREATE TRIGGER stockade_event_head_forward BEFORE UPDATE ON stockade_event_head
WHEN NEW.id <> OLD.id OR NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'UPDATE {_REFUSED}'); END""",
    f"""CREATE TRIGGER stockade_event_head_no_delete BEFORE DELETE ON stockade_event_head
BEGIN SELECT RAISE(ABORT, 'DELETE {_REFUSED}'); END""",
    """CREATE TRIGGER stockade_event_head_no_replace BEFORE INSERT ON stockade_event_head
WHEN EXISTS (SELECT 1 FROM stockade_event_head)
BEGIN SELECT RAISE(ABORT, 'REPLACE refused: the event log is append-only'); END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION stockade_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
    MESSAGE = TG_OP || ' {_REFUSED}', TABLE = TG_TABLE_NAME;
END
$$""",
    f"""CREATE FUNCTION stockade_refuse_backward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.sequence <= OLD.sequence THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
      MESSAGE = TG_OP || ' {_REFUSED}', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
$$""",
    """CREATE TRIGGER stockade_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stockade_events
FOR EACH STATEMENT EXECUTE FUNCTION stockade_refuse_change()""",
    """CREATE TRIGGER stockade_event_head_keep BEFORE DELETE OR TRUNCATE ON stockade_event_head
FOR EACH STATEMENT EXECUTE FUNCTION stockade_refuse_change()""",
    """CREATE TRIGGER stockade_event_head_forward BEFORE UPDATE ON stockade_event_head
FOR EACH ROW EXECUTE FUNCTION stockade_refuse_backward()""",
)


def upgrade() -> None:
    """Make both tables, their triggers, and the head record of an empty log."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "stockade_events",
        sa.Column("sequence", big, autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("layer", "kind", "subject", "actor", "place")
        ),
        sa.Column("verdict", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("detail", "previous", "hash")),
        sa.PrimaryKeyConstraint("sequence", name="stockade_events_pkey"),
    )
    op.create_index("stockade_events_at_us", "stockade_events", ["at_us"])
    op.create_index("stockade_events_subject", "stockade_events", ["subject"])
    heads = op.create_table(
        "stockade_event_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="stockade_event_head_pkey"),
        sa.CheckConstraint("id = 1", name=op.f("stockade_event_head_single")),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
    op.bulk_insert(heads, [{"id": 1, "sequence": 0, "hash": "0" * 64}])


def downgrade() -> None:
    """Refuse.

    Raises:
        NotImplementedError: always, for going back would remove events.
    """
    raise NotImplementedError("the event log is append-only: there is no way back from its first revision")
