"""Approvals and denials, the queue of held files, and the counters by which other instances notice changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, insert, select, update

from stockade.errors import UsageError
from stockade.model.events import Event
from stockade.model.firewall import Approval, Scope
from stockade.model.firewall_events import (
    ID_BYTES,
    approval_events,
    new_approval,
    revocation_event,
    words,
)
from stockade.model.firewall_state import Asked, Asker, Decision, Held, Revisions, who
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action, Reason
from stockade.store import schema
from stockade.store.base import Store, bump, count, revisions
from stockade.store.events import append_within
from stockade.store.moments import microseconds, microseconds_or_none, moment, moment_or_none

_APPROVALS, _HELD, _ASKERS = schema.approvals, schema.held, schema.held_askers
_reasons = msgspec.json.Decoder(tuple[Reason, ...])


class ApprovalStore(Store):
    """Approvals in a database; a :class:`~stockade.ports.Approvals`.

    A change and its events are in one transaction: either all is there, or nothing.
    """

    def __init__(self, engine: Engine, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        super().__init__(engine)
        self._random = random

    def add(self, decision: Decision) -> Approval:
        """Approve what the decision's scope names.

        Raises:
            InvalidValueError: see :func:`stockade.model.firewall_events.new_approval`.
        """
        return self._record(new_approval("approve", decision, self._random(ID_BYTES)))

    def deny(self, decision: Decision) -> Approval:
        """Refuse what the decision's scope names. Errors as for :meth:`add`."""
        return self._record(new_approval("deny", decision, self._random(ID_BYTES)))

    def revoke(self, approval: str, *, by: str, at: datetime) -> Approval:
        """Take back an approval or denial, by its id; one that is revoked already stays as it is.

        Raises:
            UsageError: there is none with this id.
        """
        words("who revokes", by)
        changed = update(_APPROVALS).where(_APPROVALS.c.id == approval, _APPROVALS.c.revoked_us.is_(None))
        with self._writing() as connection:
            new = connection.execute(changed.values(revoked_us=microseconds(at), revoked_by=by)).rowcount
            found = self._read(connection, select(_APPROVALS).where(_APPROVALS.c.id == approval))
            if not found:
                raise UsageError(
                    f"no approval {approval[:40]!r}", hint="'stockade quarantine list' shows the ids"
                )
            if new:
                bump(connection, "approvals")
                append_within(connection, [revocation_event(found[0])], self.where)
        return found[0]

    def get(self, approval: str) -> Approval | None:
        """One approval or denial, by its id; None where there is none."""
        with self._reading() as connection:
            found = self._read(connection, select(_APPROVALS).where(_APPROVALS.c.id == approval))
        return found[0] if found else None

    def listed(self) -> tuple[Approval, ...]:
        """Every approval and denial, expired and revoked ones too, the newest first."""
        wanted = select(_APPROVALS).order_by(_APPROVALS.c.at_us.desc(), _APPROVALS.c.id)
        with self._reading() as connection:
            return self._read(connection, wanted)

    def for_project(self, project: ProjectName) -> tuple[Approval, ...]:
        """What is not revoked of a project, oldest first; whether it holds depends on the moment."""
        wanted = (
            select(_APPROVALS)
            .where(_APPROVALS.c.project == project, _APPROVALS.c.revoked_us.is_(None))
            .order_by(_APPROVALS.c.at_us, _APPROVALS.c.id)
        )
        with self._reading() as connection:
            return self._read(connection, wanted)

    def held(self, asked: Sequence[Asked], at: datetime, events: Sequence[Event] = ()) -> None:
        """Queue files that were asked for and refused; ``events`` are recorded with them, or neither."""
        if not asked and not events:
            return
        with self._writing() as connection:
            # Always in one order, so that instances on PostgreSQL never wait for each other in a circle.
            for each in sorted(asked, key=lambda each: (each.ruling.code, who(each.client))):
                _queue(connection, each, microseconds(at))
            append_within(connection, events, self.where)

    def queue(self, project: ProjectName | None = None) -> tuple[Held, ...]:
        """The files that were asked for and refused, the last asked first."""
        wanted = select(_HELD).order_by(_HELD.c.last_us.desc(), _HELD.c.code)
        if project is not None:
            wanted = wanted.where(_HELD.c.project == project)
        with self._reading() as connection:
            return self._held(connection, wanted)

    def by_code(self, code: str) -> Held | None:
        """The refused file of a ruling's code; None where nobody asked for one."""
        with self._reading() as connection:
            found = self._held(connection, select(_HELD).where(_HELD.c.code == code))
        return found[0] if found else None

    def revisions(self) -> Revisions:
        """The counters of changes, at the price of one small query."""
        with self._reading() as connection:
            return revisions(connection)

    def revision(self) -> int:
        """One number that rises with every change of approvals, tokens and hosted files."""
        return self.revisions().total

    def _record(self, approval: Approval) -> Approval:
        with self._writing() as connection:
            connection.execute(insert(_APPROVALS).values(_to_row(approval)))
            bump(connection, "approvals")
            append_within(connection, approval_events(approval), self.where)
        return approval

    def _read(self, connection: Connection, wanted: Select[Any]) -> tuple[Approval, ...]:
        rows = connection.execute(wanted).all()
        with self._intact("an approval"):
            return tuple(map(_from_row, rows))

    def _held(self, connection: Connection, wanted: Select[Any]) -> tuple[Held, ...]:
        rows = connection.execute(wanted).all()
        codes = wanted.with_only_columns(_HELD.c.code).order_by(None)
        asked = (
            select(_ASKERS).where(_ASKERS.c.code.in_(codes)).order_by(_ASKERS.c.last_us.desc(), _ASKERS.c.who)
        )
        askers: dict[str, list[Asker]] = {row.code: [] for row in rows}
        with self._intact("the queue of held files"):
            for row in connection.execute(asked):
                askers[row.code].append(
                    Asker(who=row.who, first=moment(row.first_us), last=moment(row.last_us), times=row.times)
                )
            return tuple(_held_from_row(row, askers[row.code]) for row in rows)


def _queue(connection: Connection, asked: Asked, at_us: int) -> None:
    ruling = asked.ruling
    row = {
        "code": ruling.code,
        "project": ruling.project,
        "version": ruling.version,
        "filename": ruling.filename,
        "sha256": ruling.sha256,
        "action": ruling.verdict.action.value,
        "reasons": msgspec.json.encode(ruling.verdict.reasons).decode(),
    }
    count(connection, _HELD, row, at_us)
    count(connection, _ASKERS, {"code": ruling.code, "who": who(asked.client)}, at_us)


def _to_row(approval: Approval) -> dict[str, object]:
    scope = approval.scope
    return {
        "id": approval.id,
        "effect": approval.effect,
        "project": scope.project,
        "version": scope.version,
        "filename": scope.filename,
        "sha256": scope.sha256,
        "requester": scope.requester,
        "reason": approval.reason,
        "author": approval.by,
        "at_us": microseconds(approval.at),
        "expires_us": microseconds_or_none(approval.expires),
        "break_glass": int(approval.break_glass),
        "revoked_us": microseconds_or_none(approval.revoked_at),
        "revoked_by": approval.revoked_by,
    }


def _from_row(row: Row[Any]) -> Approval:
    if row.effect not in {"approve", "deny"} or row.break_glass not in {0, 1}:
        raise ValueError(f"{row.id} is neither an approval nor a denial")
    return Approval(
        id=row.id,
        effect=row.effect,
        scope=Scope(
            project=row.project,
            version=row.version,
            filename=row.filename,
            sha256=row.sha256,
            requester=row.requester,
        ),
        reason=row.reason,
        by=row.author,
        at=moment(row.at_us),
        expires=moment_or_none(row.expires_us),
        break_glass=bool(row.break_glass),
        revoked_at=moment_or_none(row.revoked_us),
        revoked_by=row.revoked_by,
    )


def _held_from_row(row: Row[Any], askers: list[Asker]) -> Held:
    return Held(
        code=row.code,
        project=row.project,
        version=row.version,
        filename=row.filename,
        sha256=row.sha256,
        action=Action(row.action),
        reasons=_reasons.decode(row.reasons),
        first=moment(row.first_us),
        last=moment(row.last_us),
        times=row.times,
        askers=tuple(askers),
    )
