"""What is asked of an event log and what its verification answers: pure, without a database.

The log is a hash chain: every event carries the hash of the one before. :class:`ChainVerifier` walks
it, so that every store, fakes included, detects the same things.

Honest limit: who can write to the whole store can cut the newest events off and set the head record
back, or rewrite everything and chain it anew. Only an :class:`Anchor` that is kept elsewhere shows
that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Self

import msgspec

from stockade.errors import IncompleteError, InvalidValueError
from stockade.model.events import GENESIS, ChainedEvent, Event, chain_hash
from stockade.model.verdicts import Action

MAX_LISTED_PROBLEMS = 1000
"""A verification lists this many problems; the rest is counted."""

_HASH = re.compile(r"[0-9a-f]{64}\Z")
_TEXT_FIELDS = ("layer", "kind", "subject", "actor", "place")


class Anchor(msgspec.Struct, frozen=True):
    """A place in a log that can be kept elsewhere: ``SEQUENCE:HASH``."""

    sequence: int
    """The newest event's sequence; 0 for an empty log."""
    hash: str
    """The newest event's hash; :data:`~stockade.model.events.GENESIS` for an empty log."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``SEQUENCE:HASH``.

        Raises:
            InvalidValueError: the text has another form.
        """
        sequence, _, digest = text.strip().partition(":")
        if not (sequence.isascii() and sequence.isdigit() and len(sequence) <= 18 and _HASH.match(digest)):  # noqa: PLR2004 - fits 64 bits
            raise InvalidValueError(
                f"not an anchor: {text[:100]!r}",
                hint="an anchor is SEQUENCE:HASH with 64 lower-case hex digits, as 'stockade events anchor' prints it",
            )
        return cls(int(sequence), digest)

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


START = Anchor(0, GENESIS)
"""The head of an empty log."""


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are asked for; every condition that is given must hold."""

    layer: str | None = None
    kind: str | None = None
    subject: str | None = None
    """A pattern over the whole subject, case-sensitive: ``*`` is any run, ``?`` any one character.
    Nothing else is special, so ``name[extra]`` means itself."""
    since: datetime | None = None
    """Aware; events at this moment are included."""
    until: datetime | None = None
    """Aware; events at this moment are not included."""
    verdict_at_least: Action | None = None
    """Events without a verdict never match."""
    limit: int | None = None
    """At most this many, counted from the newest or the oldest according to ``newest_first``."""
    newest_first: bool = False
    """Falling sequence instead of rising."""

    def __post_init__(self) -> None:
        for name, moment in (("since", self.since), ("until", self.until)):
            if moment is not None and moment.utcoffset() is None:
                raise InvalidValueError(f"{name} must be an aware time, got {moment!r}")
        if self.limit is not None and self.limit < 0:
            raise InvalidValueError(f"limit must not be negative, got {self.limit}")

    def matcher(self) -> Callable[[Event], bool]:
        """A predicate with the meaning of the filter, ``limit`` and order apart."""
        pattern = None if self.subject is None else glob_pattern(self.subject)

        def matches(event: Event) -> bool:
            return (
                (self.layer is None or event.layer == self.layer)
                and (self.kind is None or event.kind == self.kind)
                and (pattern is None or pattern.match(event.subject) is not None)
                and (self.since is None or event.at >= self.since)
                and (self.until is None or event.at < self.until)
                and (
                    self.verdict_at_least is None
                    or (event.verdict is not None and event.verdict >= self.verdict_at_least)
                )
            )

        return matches


def glob_pattern(glob: str) -> re.Pattern[str]:
    """The regular expression of a subject pattern (see :attr:`EventFilter.subject`)."""
    runs = re.sub(r"\*+", "*", glob)
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(char) or re.escape(char) for char in runs) + r"\Z", re.DOTALL)


def require_recordable(event: Event) -> None:
    """Refuse an event that some store could not give back exactly as it was.

    Raises:
        IncompleteError: a text field holds a NUL or an unpaired surrogate (a file name that is not
            UTF-8 has them); ``detail`` may hold a NUL, for it is stored as JSON.
    """
    columns = event.layer + event.kind + event.subject + event.actor + event.place
    if "\0" not in columns and _encodable(columns) and all(map(_encodable, chain(*event.detail.items()))):
        return
    texts = [(name, getattr(event, name)) for name in _TEXT_FIELDS]
    texts += [(f"detail[{key!r}]", (key + value).replace("\0", "")) for key, value in event.detail.items()]
    name, text = next((name, text) for name, text in texts if "\0" in text or not _encodable(text))
    raise IncompleteError(
        f"event {event.kind!r} not recorded: {name} holds a NUL or an unpaired surrogate: {text[:80]!r}",
        hint="escape the text before it becomes part of an event",
    )


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class ProblemKind(StrEnum):
    """What is wrong at a place of a log."""

    ALTERED = "altered"
    """The event is not the one that was hashed at this place: edited, or moved from another place."""
    UNREADABLE = "unreadable"
    """The row is there, but is not an event."""
    REMOVED = "removed"
    """One or more events before the next one are missing."""
    UNLINKED = "unlinked"
    """The event does not carry the hash of the one before: one of both was replaced."""
    TRUNCATED = "truncated"
    """The log ends before the place that the head record or an anchor names."""
    HEAD = "head"
    """The head record is missing, behind the log, or names another hash."""
    REWRITTEN = "rewritten"
    """The event at an anchor's place has another hash than the anchor."""
    UNGUARDED = "unguarded"
    """A trigger that keeps the log append-only is missing or was changed."""
    DAMAGED = "damaged"
    """The database's own check of its file failed: a query may miss events."""


class ChainProblem(msgspec.Struct, frozen=True):
    """One thing that verification found."""

    sequence: int
    """Where; the first missing sequence of a gap; 0 for the log as a whole."""
    kind: ProblemKind
    message: str
    """What was seen, in one line."""


class VerifyResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification saw."""

    checked: int
    """How many rows were read."""
    head: Anchor
    """The newest event of the log; :data:`START` where it has none. Worth keeping only if intact."""
    problems: tuple[ChainProblem, ...]
    """In the order of the log; at most :data:`MAX_LISTED_PROBLEMS`."""
    unlisted: int = 0
    """How many more problems there are."""

    @property
    def intact(self) -> bool:
        """No problem was found."""
        return not self.problems


class ChainVerifier:
    """Walks a log in rising sequence and collects what is wrong with it."""

    def __init__(self, expect: Anchor | None = None) -> None:
        self._expect = expect
        self._checked = 0
        self._sequence = 0
        self._links = frozenset({GENESIS})  # the hashes that the next event may name as the previous one
        self._hash = GENESIS
        self._problems: list[ChainProblem] = []
        self._unlisted = 0

    def event(self, chained: ChainedEvent) -> None:
        """Take the next event that could be read."""
        expected = chain_hash(chained.sequence, chained.previous, chained.event)
        followed = self._arrive(chained.sequence, chained.hash)
        if chained.hash != expected:
            self.problem(
                chained.sequence,
                ProblemKind.ALTERED,
                f"event {chained.sequence} was edited or moved: its content hashes to {expected}, "
                f"it carries {chained.hash}",
            )
        elif followed and chained.previous not in self._links:
            self.problem(
                chained.sequence,
                ProblemKind.UNLINKED,
                f"event {chained.sequence} names {chained.previous} as the one before, "
                f"but event {chained.sequence - 1} is {' or '.join(sorted(self._links))}",
            )
        # One edit is one problem: the next event may name what this one carries or what it should carry.
        self._links = frozenset({chained.hash, expected})

    def unreadable(self, sequence: int, digest: str, reason: str) -> None:
        """Take the next row where it is not an event."""
        self._arrive(sequence, digest)
        self.problem(sequence, ProblemKind.UNREADABLE, f"event {sequence} cannot be read: {reason}")
        self._links = frozenset({digest})

    def problem(self, sequence: int, kind: ProblemKind, message: str) -> None:
        """Note a problem that the walk itself does not see."""
        if len(self._problems) < MAX_LISTED_PROBLEMS:
            self._problems.append(ChainProblem(sequence, kind, message))
        else:
            self._unlisted += 1

    def finish(self, head: Anchor | None) -> VerifyResult:
        """Compare the end with the store's head record (None: it is missing) and with the anchor."""
        last = Anchor(self._sequence, self._hash)
        self._judge_head(head, last)
        expect = self._expect
        if expect is not None and expect.sequence > last.sequence:
            self.problem(
                last.sequence + 1,
                ProblemKind.TRUNCATED,
                f"the log ends at event {last.sequence}, but the expected anchor is event {expect.sequence}",
            )
        if expect is not None and expect.sequence == 0 and expect != START:
            self.problem(
                0, ProblemKind.REWRITTEN, f"the anchor of an empty log is {START}, expected {expect}"
            )
        return VerifyResult(
            checked=self._checked, head=last, problems=tuple(self._problems), unlisted=self._unlisted
        )

    def _arrive(self, sequence: int, digest: str) -> bool:
        """Move to ``sequence``; whether it follows the last one without a gap."""
        followed = sequence == self._sequence + 1
        if not followed:
            first, last = self._sequence + 1, sequence - 1
            missing = f"event {first} is" if first == last else f"events {first} to {last} are"
            if sequence <= self._sequence:
                missing = f"sequence {sequence} after {self._sequence}: events are"
            self.problem(first, ProblemKind.REMOVED, f"{missing} missing")
        if self._expect is not None and self._expect.sequence == sequence and self._expect.hash != digest:
            self.problem(
                sequence,
                ProblemKind.REWRITTEN,
                f"event {sequence} carries {digest}, but the expected anchor is {self._expect.hash}",
            )
        self._checked += 1
        self._sequence, self._hash = sequence, digest
        return followed

    def _judge_head(self, head: Anchor | None, last: Anchor) -> None:
        if head is None:
            self.problem(last.sequence, ProblemKind.HEAD, "the head record is missing")
        elif head.sequence > last.sequence:
            self.problem(
                last.sequence + 1,
                ProblemKind.TRUNCATED,
                f"the log ends at event {last.sequence}, but {head.sequence} events were recorded",
            )
        elif head.sequence < last.sequence:
            self.problem(
                head.sequence + 1,
                ProblemKind.HEAD,
                f"the log has {last.sequence} events, but its head record names {head.sequence}",
            )
        elif head.hash != last.hash:
            self.problem(
                last.sequence,
                ProblemKind.HEAD,
                f"the newest event carries {last.hash}, but the head record names {head.hash}",
            )
