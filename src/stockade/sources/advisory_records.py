"""The compact form of advisories: all records of one project together, ready to be judged.

What can be worked out when a feed is imported is: severity, sorted ranges, which records tell of the same
vulnerability. What remains for a look-up is to compare versions.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import msgspec
from packaging.utils import canonicalize_version
from packaging.version import Version

from stockade.model.findings import Severity
from stockade.model.names import ProjectName
from stockade.sources.osv_ranges import (
    NO_MARK,
    Kind,
    MarkEvent,
    contains,
    parsed,
    place_of,
)

SPAN = struct.Struct("<QII")
"""Offset, length and CRC-32 of a project's records."""


class CompactRecord(msgspec.Struct, frozen=True, array_like=True):
    """One OSV record as far as it concerns one project."""

    id: str
    group: int
    """Records of one project with the same number tell of the same vulnerability (shared ids)."""
    malicious: bool
    summary: str
    severity: Severity | None
    score: float | None
    aliases: tuple[str, ...]
    published: datetime | None
    versions: bytes
    """One bit for each entry of the project's table: bit ``i % 8`` of byte ``i // 8``."""
    ranges: tuple[tuple[MarkEvent, ...], ...]
    doubt: str
    """Why the record cannot be judged where nothing of it hits; empty where it can."""


class ProjectRecords(msgspec.Struct, frozen=True, array_like=True):
    """All records of one project."""

    project: ProjectName
    table: tuple[str, ...]
    """The versions that records enumerate, as ``packaging.utils.canonicalize_version`` writes them."""
    marks: tuple[str, ...]
    """The versions in the events of ranges, ascending by PEP 440."""
    records: tuple[CompactRecord, ...]


@dataclass(frozen=True)
class Asked:
    """A version as a project's records see it."""

    entries: tuple[int, ...]
    """The entries of the project's table that stand for it: its own, and its public part's."""
    place: int
    """Its place among the project's marks."""
    public_place: int
    """Its public part's place."""

    @classmethod
    def of(cls, found: ProjectRecords, version: Version) -> Asked:
        """Look ``version`` up in the project's tables."""
        place = place_of(found.marks, version)
        if version.local is None:
            return cls(_entries(found.table, version), place, place)
        public = parsed(version.public)
        entries = _entries(found.table, version) + _entries(found.table, public)
        return cls(entries, place, place_of(found.marks, public))

    @classmethod
    def at_mark(cls, found: ProjectRecords, mark: int) -> Asked:
        """The version of one of the project's marks."""
        version = parsed(found.marks[mark])
        if version.local is not None:
            return cls.of(found, version)
        return cls(_entries(found.table, version), 2 * mark + 1, 2 * mark + 1)


def _entries(table: Sequence[str], version: Version) -> tuple[int, ...]:
    text = canonicalize_version(version)
    entry = bisect_left(table, text)
    return (entry,) if entry < len(table) and table[entry] == text else ()


def matches(record: CompactRecord, asked: Asked) -> bool:
    """Whether the record says that the version is affected: enumerated, or in a range."""
    bits = record.versions
    for entry in asked.entries:
        if entry >> 3 < len(bits) and bits[entry >> 3] >> (entry & 7) & 1:
            return True
    return any(contains(events, asked.place, asked.public_place) for events in record.ranges)


def covers_every_version(record: CompactRecord) -> bool:
    """Whether a range of the record begins before every version and never ends."""
    return any(
        all(kind == Kind.INTRODUCED for kind, _ in events) and contains(events, NO_MARK, NO_MARK)
        for events in record.ranges
    )


def key_of(name: str) -> int:
    """The key under which a project's records are found; a look-up compares the name too."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
