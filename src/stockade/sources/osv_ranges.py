"""Decides whether a version lies in a range of the OSV schema, by PEP 440's order.

The algorithm is the schema's: go through the events in the order of their versions; ``introduced``
switches on, ``fixed`` and what lies beyond ``last_affected`` switch off; ``limit`` bounds the whole range.
``introduced: "0"`` stands before every version.

A project's records share one sorted list of all versions in their events, its *marks*. A version's
*place* among them is ``2 * i + 1`` where it equals mark ``i``, and ``2 * i`` where it lies just before it. So
a look-up parses only as many versions as a bisection meets, and ranges are judged on integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from stockade.sources.osv import Event


class Kind(IntEnum):
    """What an event does."""

    INTRODUCED = 0
    FIXED = 1
    LAST_AFFECTED = 2
    LIMIT = 3


VersionEvent = tuple[Kind, Version | None]
"""None stands before every version in ``introduced``, and for no limit in ``limit``."""

MarkEvent = tuple[int, int]
"""A :class:`Kind` and the index of its mark; :data:`NO_MARK` for None in :data:`VersionEvent`."""

NO_MARK = -1


class RangeError(ValueError):
    """A range that cannot be judged."""


@lru_cache(maxsize=65_536)
def parsed(text: str) -> Version:
    """Parse a version, remembered: feeds repeat them."""
    return Version(text)


def prepare(events: Sequence[Event]) -> tuple[VersionEvent, ...]:
    """Check and sort a range's events.

    Events of one version keep their order, but for ``last_affected``, which comes after the others: what
    is introduced in the last affected version is affected in it alone.

    Raises:
        RangeError: an event has no version, two, or one that is not PEP 440; or nothing is introduced.
    """
    found = [_parse(event) for event in events]
    if not any(kind is Kind.INTRODUCED for kind, _ in found):
        raise RangeError("a range without 'introduced'")
    return tuple(sorted(found, key=_order))


def marks_of(ranges: Iterable[Sequence[VersionEvent]]) -> list[Version]:
    """The versions in all events of ``ranges``, ascending, each once."""
    return sorted({version for events in ranges for _, version in events if version is not None})


def encode(events: Sequence[VersionEvent], marks: Sequence[Version]) -> tuple[MarkEvent, ...]:
    """The events with indices into ``marks`` for versions."""
    index = {version: place for place, version in enumerate(marks)}
    return tuple((int(kind), NO_MARK if version is None else index[version]) for kind, version in events)


def place_of(marks: Sequence[str], version: Version) -> int:
    """Where ``version`` stands among ``marks``, as the module defines it."""
    low, high = 0, len(marks)
    while low < high:
        middle = (low + high) // 2
        mark = parsed(marks[middle])
        if mark == version:
            return 2 * middle + 1
        if mark < version:
            low = middle + 1
        else:
            high = middle
    return 2 * low


def contains(events: Sequence[MarkEvent], place: int, public_place: int) -> bool:
    """Whether the version at ``place`` lies in the range.

    ``public_place`` is the place of its public part: a local build (``2.0+cpu``) of the last affected
    version is affected.
    """
    inside, bounded, below_limit = False, False, False
    for kind, mark in events:
        at = 2 * mark + 1
        if kind == Kind.INTRODUCED:
            inside = inside or place >= at
        elif kind == Kind.FIXED:
            inside = inside and place < at
        elif kind == Kind.LAST_AFFECTED:
            inside = inside and (place <= at or public_place == at)
        else:
            bounded = True
            below_limit = below_limit or mark == NO_MARK or place < at
    return inside and (below_limit or not bounded)


def _parse(event: Event) -> VersionEvent:
    given = [
        (Kind.INTRODUCED, event.introduced),
        (Kind.FIXED, event.fixed),
        (Kind.LAST_AFFECTED, event.last_affected),
        (Kind.LIMIT, event.limit),
    ]
    present = [(kind, text) for kind, text in given if text is not None]
    if len(present) != 1:
        raise RangeError(f"an event with {len(present)} versions")
    kind, text = present[0]
    if (kind is Kind.INTRODUCED and text == "0") or (kind is Kind.LIMIT and text == "*"):
        return kind, None
    try:
        return kind, parsed(text)
    except InvalidVersion:
        raise RangeError(f"{text[:60]!r} is not a version") from None


def _order(event: VersionEvent) -> tuple[bool, Version, bool]:
    kind, version = event
    return version is not None, version or parsed("0"), kind is Kind.LAST_AFFECTED
