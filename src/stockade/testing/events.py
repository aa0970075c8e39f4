"""An event log in memory that passes the contract tests of the real one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Self

from stockade.errors import IncompleteError
from stockade.model.eventlog import (
    START,
    Anchor,
    ChainVerifier,
    EventFilter,
    VerifyResult,
    require_recordable,
)
from stockade.model.events import ChainedEvent, Event, chain_hash

_EVERYTHING = EventFilter()


class MemoryEventLog:
    """An :class:`~stockade.ports.EventSink` for tests, with the methods of ``store.events.EventLog``.

    Args:
        failure: what every ``append`` raises instead of recording; None to record.
    """

    def __init__(self, *, failure: IncompleteError | None = None) -> None:
        self.failure = failure
        self._chained: list[ChainedEvent] = []
        self._turn = threading.Lock()

    @property
    def events(self) -> tuple[Event, ...]:
        """What was recorded, oldest first."""
        return tuple(one.event for one in self._chained)

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, events: Sequence[Event]) -> tuple[ChainedEvent, ...]:
        """Record all of ``events``, or none.

        Raises:
            IncompleteError: an event cannot be recorded, or the log was made to fail.
        """
        if self.failure is not None:
            raise self.failure
        for event in events:
            require_recordable(event)
        with self._turn:
            before = len(self._chained)
            for event in events:
                place = self._head()
                digest = chain_hash(place.sequence + 1, place.hash, event)
                self._chained.append(
                    ChainedEvent(sequence=place.sequence + 1, event=event, previous=place.hash, hash=digest)
                )
            return tuple(self._chained[before:])

    def query(self, wanted: EventFilter = _EVERYTHING) -> Iterator[ChainedEvent]:
        """The events that match."""
        matches = wanted.matcher()
        chained = list(reversed(self._chained)) if wanted.newest_first else list(self._chained)
        return islice((one for one in chained if matches(one.event)), wanted.limit)

    def tail(self, after_sequence: int) -> Iterator[ChainedEvent]:
        """The events after a place, oldest first."""
        return iter([one for one in self._chained if one.sequence > after_sequence])

    def head(self) -> Anchor:
        """The newest event's place."""
        return self._head()

    def verify(self, expect: Anchor | None = None) -> VerifyResult:
        """Walk the log; compare it with an anchor that was kept."""
        verifier = ChainVerifier(expect)
        for one in self._chained:
            verifier.event(one)
        return verifier.finish(self._head())

    def _head(self) -> Anchor:
        return Anchor(self._chained[-1].sequence, self._chained[-1].hash) if self._chained else START
