"""The event log in a database: append-only, chained by hash, SQLite or PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, bindparam, insert, select, text, update

from stockade.errors import IncompleteError, InvalidValueError
from stockade.model.eventlog import (
    Anchor,
    ChainVerifier,
    EventFilter,
    ProblemKind,
    VerifyResult,
    require_recordable,
)
from stockade.model.events import ChainedEvent, Event, chain_hash
from stockade.model.verdicts import Action
from stockade.store import guards, schema
from stockade.store.database import database_url, describe, open_engine, reading, translated, writing
from stockade.store.moments import microseconds, moment

BATCH = 2000
"""Rows held in memory at once while the log is read."""

_LOG, _HEAD = schema.events, schema.head
_EVERYTHING = EventFilter()
# Made once: a firewall appends all the time, and making a statement takes longer than running it.
_LOCK_HEAD = select(_HEAD.c.sequence, _HEAD.c.hash).with_for_update()
_APPEND = insert(_LOG)
_MOVE_HEAD = update(_HEAD).values(sequence=bindparam("to"), hash=bindparam("with"))


class EventLog:
    """An event log in a database; an :class:`~stockade.ports.EventSink` that can be asked.

    Safe for use by several threads and processes at once. Every method raises
    :class:`~stockade.errors.IncompleteError` where the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.where = describe(engine.url)
        """The database for messages, without its password."""

    @classmethod
    def open(cls, url: str = "", *, create: bool = True, busy_seconds: float = 30.0) -> Self:
        """Open the log at ``url``, else at ``STOCKADE_DATABASE``, else in the user's state folder.

        Without ``create`` a log that is not there is refused, so that reading never makes an empty
        one. A writer that finds the log locked waits ``busy_seconds``.

        Raises:
            UsageError: the address is none for an event log.
            IncompleteError: the database cannot be used, or its schema is newer than this program.
        """
        parsed = database_url(url, make=create)
        return cls(open_engine(parsed, create=create, busy_seconds=busy_seconds))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, events: Sequence[Event]) -> tuple[ChainedEvent, ...]:
        """Record all of ``events``, or none, right after the newest one.

        Raises:
            IncompleteError: they could not be recorded.
        """
        for event in events:  # before the database is asked
            require_recordable(event)
        if not events:
            return ()
        with translated(self.where), writing(self._engine) as connection:
            return append_within(connection, events, self.where)

    def query(self, wanted: EventFilter = _EVERYTHING) -> Iterator[ChainedEvent]:
        """The events that match, one batch in memory at a time.

        Events that are appended meanwhile may or may not be among them.

        Raises:
            IncompleteError: also where a row that matches is not an event.
        """
        return self._stream(
            self._conditions(wanted), limit=wanted.limit, newest_first=wanted.newest_first, after=None
        )

    def tail(self, after_sequence: int) -> Iterator[ChainedEvent]:
        """The events after a place that are there now, oldest first. Call again for later ones."""
        return self._stream([], limit=None, newest_first=False, after=after_sequence)

    def head(self) -> Anchor:
        """The newest event's place, to be kept elsewhere as an anchor.

        Raises:
            IncompleteError: also where log and head record contradict each other.
        """
        with translated(self.where), reading(self._engine) as connection:
            recorded = _recorded_head(connection)
            row = connection.execute(
                select(_LOG.c.sequence, _LOG.c.hash).order_by(_LOG.c.sequence.desc()).limit(1)
            ).one_or_none()
        if recorded is None or (recorded != Anchor(*row) if row else recorded.sequence != 0):
            raise IncompleteError(
                f"event log {self.where} and its head record contradict each other: no anchor can be given",
                hint="run 'stockade events verify'",
            )
        return recorded

    def verify(
        self, expect: Anchor | None = None, progress: Callable[[int, int], None] | None = None
    ) -> VerifyResult:
        """Walk the whole log as it is at this moment; compare it with an anchor that was kept.

        ``progress`` is called now and then with the events walked and the events recorded.

        Raises:
            IncompleteError: it could not be read to its end. That is no verdict on it.
        """
        verifier = ChainVerifier(expect)
        with translated(self.where), reading(self._engine) as connection:
            recorded = _recorded_head(connection)
            for walked, row in enumerate(self._rows(connection)):
                if progress and recorded and not walked % BATCH:
                    progress(walked, recorded.sequence)
                try:
                    chained = _from_row(row)
                except ValueError as error:
                    verifier.unreadable(row.sequence, str(row.hash), str(error))
                else:
                    verifier.event(chained)
            for broken in guards.broken_guards(connection):
                verifier.problem(0, ProblemKind.UNGUARDED, broken)
            for damage in _damage(connection):
                verifier.problem(0, ProblemKind.DAMAGED, damage)
            return verifier.finish(recorded)

    def _rows(self, connection: Connection) -> Iterator[Row[Any]]:
        batch = select(_LOG).order_by(_LOG.c.sequence).limit(BATCH)
        rows = connection.execute(batch).all()
        while rows:
            yield from rows
            rows = connection.execute(batch.where(_LOG.c.sequence > rows[-1].sequence)).all()

    def _stream(
        self,
        conditions: list[ColumnElement[bool]],
        *,
        limit: int | None,
        newest_first: bool,
        after: int | None,
    ) -> Iterator[ChainedEvent]:
        place = _LOG.c.sequence
        found = select(_LOG).where(*conditions).order_by(place.desc() if newest_first else place)
        last, left = after, limit
        while left is None or left > 0:
            batch = found.limit(BATCH if left is None else min(BATCH, left))
            if last is not None:
                batch = batch.where(place < last if newest_first else place > last)
            with translated(self.where), reading(self._engine) as connection:
                rows = connection.execute(batch).all()
            yield from map(self._readable, rows)
            if not rows:
                return
            last = rows[-1].sequence
            left = None if left is None else left - len(rows)

    def _readable(self, row: Row[Any]) -> ChainedEvent:
        try:
            return _from_row(row)
        except ValueError as error:
            raise IncompleteError(
                f"event {row.sequence} of {self.where} cannot be read: {error}",
                hint="run 'stockade events verify'",
            ) from error

    def _conditions(self, wanted: EventFilter) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if wanted.layer is not None:
            found.append(_LOG.c.layer == wanted.layer)
        if wanted.kind is not None:
            found.append(_LOG.c.kind == wanted.kind)
        if wanted.subject is not None:
            found.append(_subject_like(wanted.subject, self._engine.dialect.name))
        if wanted.since is not None:
            found.append(_LOG.c.at_us >= microseconds(wanted.since))
        if wanted.until is not None:
            found.append(_LOG.c.at_us < microseconds(wanted.until))
        if wanted.verdict_at_least is not None:
            strict = [action.value for action in Action if action >= wanted.verdict_at_least]
            found.append(_LOG.c.verdict.in_(strict))
        return found


def append_within(connection: Connection, events: Sequence[Event], where: str) -> tuple[ChainedEvent, ...]:
    """Record ``events`` as part of a transaction that writes; they are there if and only if it is committed.

    It takes the chain's lock, on PostgreSQL until the transaction ends: let it be the last thing in there, so that
    locks are always taken in one order.

    Raises:
        IncompleteError: they cannot be recorded. The transaction must be given up.
    """
    for event in events:
        require_recordable(event)
    if not events:
        return ()
    # The row lock makes writers on PostgreSQL take turns; SQLite's transaction does so itself.
    row = connection.execute(_LOCK_HEAD).one_or_none()
    if row is None:
        raise IncompleteError(
            f"event log {where} has lost its head record; nothing was recorded",
            hint="run 'stockade events verify'; keep the database for inquiry and start a new one",
        )
    chained = _chain(Anchor(*row), events)
    connection.execute(_APPEND, [_to_row(one) for one in chained])
    newest = chained[-1]
    connection.execute(_MOVE_HEAD, {"to": newest.sequence, "with": newest.hash})
    return chained


def _chain(head: Anchor, events: Sequence[Event]) -> tuple[ChainedEvent, ...]:
    chained: list[ChainedEvent] = []
    for sequence, event in enumerate(events, start=head.sequence + 1):
        previous = chained[-1].hash if chained else head.hash
        digest = chain_hash(sequence, previous, event)
        chained.append(ChainedEvent(sequence=sequence, event=event, previous=previous, hash=digest))
    return tuple(chained)


def _recorded_head(connection: Connection) -> Anchor | None:
    row = connection.execute(select(_HEAD.c.sequence, _HEAD.c.hash)).one_or_none()
    return None if row is None else Anchor(*row)


def _damage(connection: Connection) -> list[str]:
    """What SQLite's own check finds; PostgreSQL has none that a client may call."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(text("PRAGMA integrity_check(10)")).scalars()
    return [line for line in found if line != "ok"]


def _subject_like(glob: str, dialect: str) -> ColumnElement[bool]:
    subject = _LOG.c.subject
    if not set("*?") & set(glob):
        return subject == glob
    runs = re.sub(r"\*+", "*", glob)
    if dialect == "sqlite":  # its LIKE ignores case
        return subject.op("GLOB", is_comparison=True)(runs.replace("[", "[[]"))
    for char in "\\%_":
        runs = runs.replace(char, "\\" + char)
    return subject.like(runs.replace("*", "%").replace("?", "_"), escape="\\")


def _detail_text(detail: dict[str, str]) -> str:
    return msgspec.json.encode(detail, order="sorted").decode()


def _to_row(chained: ChainedEvent) -> dict[str, object]:
    event = chained.event
    return {
        "sequence": chained.sequence,
        "at_us": microseconds(event.at),
        "layer": event.layer,
        "kind": event.kind,
        "subject": event.subject,
        "actor": event.actor,
        "place": event.place,
        "verdict": None if event.verdict is None else event.verdict.value,
        "detail": _detail_text(event.detail),
        "previous": chained.previous,
        "hash": chained.hash,
    }


def _from_row(row: Row[Any]) -> ChainedEvent:
    """Read a row exactly: what :func:`_to_row` would write otherwise is refused.

    Raises:
        ValueError: the row is no event of ours, and why.
    """
    sequence, at_us, layer, kind, subject, actor, place, verdict, detail, previous, digest = tuple(row)
    if not all(isinstance(part, str) for part in (layer, kind, subject, actor, place, previous, digest)):
        raise ValueError("a text column holds no text")
    try:
        event = Event(
            at=moment(at_us),
            layer=layer,
            kind=kind,
            subject=subject,
            actor=actor,
            place=place,
            verdict=None if verdict is None else Action(verdict),
            detail=msgspec.json.decode(detail, type=dict[str, str]),
        )
        require_recordable(event)
    except (IncompleteError, InvalidValueError) as error:
        raise ValueError(error.message) from error
    except (TypeError, OverflowError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error
    (previous + digest).encode()  # bytes that are not UTF-8 were read as unpaired surrogates
    if detail != _detail_text(event.detail):
        raise ValueError("detail is not written as this program writes it")
    return ChainedEvent(sequence=sequence, event=event, previous=previous, hash=digest)
