"""The triggers that keep the event log append-only, and the check that they are still there.

They stop mistakes and injected SQL, not an owner of the database, who can drop them: that is what
the hash chain and anchors are for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, text

from stockade.store.schema import events, head

_LOG, _HEAD = events.name, head.name

_SQLITE = MappingProxyType(
    {
        "stockade_events_no_update": """CREATE TRIGGER stockade_events_no_update BEFORE UPDATE ON stockade_events
BEGIN SELECT RAISE(ABORT, 'UPDATE refused: the event log is append-only'); END""",
        "stockade_events_no_delete": """CREATE TRIGGER stockade_events_no_delete BEFORE DELETE ON stockade_events
BEGIN SELECT RAISE(ABORT, 'DELETE refused: the event log is append-only'); END""",
        # INSERT OR REPLACE deletes without firing the delete trigger.
        "stockade_events_no_replace": """CREATE TRIGGER stockade_events_no_replace BEFORE INSERT ON stockade_events
WHEN EXISTS (SELECT 1 FROM stockade_events WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'REPLACE refused: the event log is append-only'); END""",
        "stockade_event_head_forward": """CREATE TRIGGER stockade_event_head_forward BEFORE UPDATE ON stockade_event_head
WHEN NEW.id <> OLD.id OR NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'UPDATE refused: the event log is append-only'); END""",
        "stockade_event_head_no_delete": """CREATE TRIGGER stockade_event_head_no_delete BEFORE DELETE ON stockade_event_head
BEGIN SELECT RAISE(ABORT, 'DELETE refused: the event log is append-only'); END""",
        "stockade_event_head_no_replace": """CREATE TRIGGER stockade_event_head_no_replace BEFORE INSERT ON stockade_event_head
WHEN EXISTS (SELECT 1 FROM stockade_event_head)
BEGIN SELECT RAISE(ABORT, 'REPLACE refused: the event log is append-only'); END""",
    }
)

_REFUSE_BODY = """
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
    MESSAGE = TG_OP || ' refused: the event log is append-only', TABLE = TG_TABLE_NAME;
END
"""
_FORWARD_BODY = """
BEGIN
  IF NEW.id <> OLD.id OR NEW.sequence <= OLD.sequence THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
      MESSAGE = TG_OP || ' refused: the event log is append-only', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END
"""
_POSTGRESQL = (
    f"CREATE FUNCTION stockade_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${_REFUSE_BODY}$$",
    f"CREATE FUNCTION stockade_refuse_backward() RETURNS trigger LANGUAGE plpgsql AS $${_FORWARD_BODY}$$",
    """CREATE TRIGGER stockade_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stockade_events
FOR EACH STATEMENT EXECUTE FUNCTION stockade_refuse_change()""",
    """CREATE TRIGGER stockade_event_head_keep BEFORE DELETE OR TRUNCATE ON stockade_event_head
FOR EACH STATEMENT EXECUTE FUNCTION stockade_refuse_change()""",
    """CREATE TRIGGER stockade_event_head_forward BEFORE UPDATE ON stockade_event_head
FOR EACH ROW EXECUTE FUNCTION stockade_refuse_backward()""",
)
# pg_trigger.tgtype: 1 for each row, 2 before, 8 delete, 16 update, 32 truncate.
_POSTGRESQL_SHAPE = MappingProxyType(
    {
        "stockade_events_append_only": (2 + 8 + 16 + 32, _REFUSE_BODY),
        "stockade_event_head_keep": (2 + 8 + 32, _REFUSE_BODY),
        "stockade_event_head_forward": (1 + 2 + 16, _FORWARD_BODY),
    }
)


def statements(dialect: str) -> tuple[str, ...]:
    """The statements that make the guards, for ``sqlite`` or ``postgresql``."""
    return tuple(_SQLITE.values()) if dialect == "sqlite" else _POSTGRESQL


def broken_guards(connection: Connection) -> list[str]:
    """What is wrong with the triggers of the log's tables, one line each; empty if they stand.

    A trigger too many counts as well: one that swallows inserts would lose events.
    """
    if connection.dialect.name == "sqlite":
        wanted: Mapping[str, object] = {name: _folded(sql) for name, sql in _SQLITE.items()}
        found: Mapping[str, object] = _sqlite_triggers(connection)
    else:
        wanted, found = _POSTGRESQL_SHAPE, _postgresql_triggers(connection)
    missing = [f"trigger {name} is missing" for name in wanted if name not in found]
    changed = [
        f"trigger {name} was changed or disabled"
        for name in wanted
        if name in found and found[name] != wanted[name]
    ]
    foreign = [f"trigger {name} is not ours" for name in sorted(found) if name not in wanted]
    return missing + changed + foreign


def _sqlite_triggers(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) IN (:log, :head)"
        ),
        {"log": _LOG, "head": _HEAD},
    )
    return {name: _folded(sql) for name, sql in rows}


def _folded(sql: str) -> str:
    return " ".join(sql.split())


def _postgresql_triggers(connection: Connection) -> dict[str, tuple[int, str]]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, t.tgtype, t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL, p.prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgrelid IN (to_regclass(:log), to_regclass(:head))"
        ),
        {"log": _LOG, "head": _HEAD},
    )
    return {name: (kind if works else 0, body) for name, kind, works, body in rows}
