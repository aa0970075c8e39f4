"""Builds the advisories feed from OSV records."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version

from stockade.errors import IncompleteError
from stockade.model.findings import Severity
from stockade.model.names import ProjectName
from stockade.sources.advisory_records import SPAN, CompactRecord, ProjectRecords, key_of
from stockade.sources.build import Built
from stockade.sources.keys import key_bytes
from stockade.sources.osv import Affected, Range, Record, Unreadable, parse_moment, read_record
from stockade.sources.osv_documents import Document
from stockade.sources.osv_ranges import RangeError, VersionEvent, encode, marks_of, parsed, prepare
from stockade.sources.osv_severity import severity_of

FUTURE = timedelta(hours=1)
"""How far ahead of us another clock may be; a record modified later does not vouch for the feed's age."""


def build_advisories(documents: Iterable[Document], now: datetime) -> Built:
    """Turn OSV records into the compact form.

    Withdrawn records are left out, so are those about other ecosystems; of records with the same id the
    one modified last counts. Unreadable records are counted, and make the projects that they name
    unjudgeable.

    Raises:
        IncompleteError: no record about the ecosystem, or none whose ``modified`` can be believed.
    """
    newest: dict[str, Record] = {}
    unreadable: list[Unreadable] = []
    made: datetime | None = None
    for where, data in documents:
        record = read_record(data, where)
        if isinstance(record, Unreadable):
            unreadable.append(record)
            continue
        moment = _moment(record)
        if moment <= now + FUTURE and (made is None or moment > made):
            made = moment
        if record.id not in newest or moment >= _moment(newest[record.id]):
            newest[record.id] = record
    builders: dict[ProjectName, ProjectBuilder] = {}
    entries = sum(_add(builders, record) for record in newest.values())
    for broken in unreadable:
        for name in broken.projects:
            builders.setdefault(name, ProjectBuilder(name)).add_unreadable(broken.where, broken.problem)
    if not entries or made is None:
        raise IncompleteError(
            f"advisories refused: {len(newest)} readable records, {entries} about Python projects, "
            f"{len(unreadable)} unreadable",
            hint="give OSV's bulk data for the PyPI ecosystem",
        )
    return Built(
        entries=entries,
        made=min(made, now),
        sections=_sections(builders),
        unreadable=len(unreadable),
        unattributed=sum(not broken.projects for broken in unreadable),
        notes=tuple(f"{broken.where}: {broken.problem}" for broken in unreadable[:20]),
    )


def _moment(record: Record) -> datetime:
    moment = parse_moment(record.modified)
    if moment is None:
        raise ValueError(f"{record.id} was read without a 'modified'")
    return moment


def _add(builders: dict[ProjectName, ProjectBuilder], record: Record) -> bool:
    """Add a record to the projects that it is about; whether there is one."""
    if record.withdrawn:
        return False
    added = False
    for name, entry in record.entries():
        builders.setdefault(name, ProjectBuilder(name)).add(record, entry)
        added = True
    return added


def _sections(builders: dict[ProjectName, ProjectBuilder]) -> dict[str, bytes]:
    keyed = sorted((key_of(name), name) for name in builders)
    spans, blobs, offset = bytearray(), [], 0
    for _, name in keyed:
        blob = msgspec.msgpack.encode(builders[name].build())
        spans += SPAN.pack(offset, len(blob), zlib.crc32(blob))
        blobs.append(blob)
        offset += len(blob)
    return {"keys": key_bytes([key for key, _ in keyed]), "spans": bytes(spans), "records": b"".join(blobs)}


@dataclass
class _Draft:
    """A record on its way to its compact form."""

    record: Record | None
    doubt: str
    versions: set[str] = field(default_factory=set)
    ranges: list[tuple[VersionEvent, ...]] = field(default_factory=list)
    severity: Severity | None = None
    score: float | None = None
    id: str = ""
    group: int = 0

    def names(self) -> set[str]:
        """Every id of the vulnerability."""
        return {self.id, *((self.record.aliases or ()) if self.record else ())}


class ProjectBuilder:
    """Gathers one project's records while a feed is imported."""

    def __init__(self, project: ProjectName) -> None:
        self._project = project
        self._drafts: dict[str, _Draft] = {}

    def add(self, record: Record, entry: Affected) -> None:
        """Add what ``entry`` of ``record`` says; several entries of a record add up."""
        draft = self._drafts.get(record.id)
        if draft is None or draft.record is None:
            draft = self._drafts[record.id] = _Draft(record, "", id=record.id)
        versions, ranges, doubt = _evidence(entry)
        draft.versions |= versions
        draft.ranges += ranges
        draft.doubt = draft.doubt or doubt
        severity, score = severity_of(record, entry)
        if draft.severity is None or (severity is not None and severity > draft.severity):
            draft.severity, draft.score = severity, score

    def add_unreadable(self, where: str, problem: str) -> None:
        """Note that a record about the project could not be read."""
        self._drafts.setdefault(where, _Draft(None, f"it could not be read: {problem}", id=where))

    def build(self) -> ProjectRecords:
        """The compact form, in the order of ids."""
        drafts = [self._drafts[key] for key in sorted(self._drafts)]
        _group(drafts)
        table = tuple(sorted({version for draft in drafts for version in draft.versions}))
        marks = marks_of(events for draft in drafts for events in draft.ranges)
        records = tuple(_compact(draft, table, marks) for draft in drafts)
        return ProjectRecords(self._project, table, tuple(map(str, marks)), records)


def _evidence(entry: Affected) -> tuple[set[str], list[tuple[VersionEvent, ...]], str]:
    """Enumerated versions, ranges, and what is in doubt.

    Commit ranges (``GIT``) say nothing of releases, and ``SEMVER`` does not order Python's versions: they
    are passed over where there is better. Where there is not, ``SEMVER`` is read as PEP 440, and commits
    alone leave a doubt.
    """
    versions = {_canonical(text) for text in entry.versions or ()}
    given = entry.ranges or []
    wanted = [item for item in given if item.type == "ECOSYSTEM"]
    if not wanted and not versions:
        wanted = [item for item in given if item.type == "SEMVER"]
    if not wanted and not versions:
        return set(), [], "it enumerates no versions" + (" but only commits" if given else "")
    ranges, doubt = _ranges(wanted)
    return versions - {""}, ranges, doubt


def _ranges(given: Iterable[Range]) -> tuple[list[tuple[VersionEvent, ...]], str]:
    ranges, doubt = [], ""
    for item in given:
        try:
            ranges.append(prepare(item.events))
        except RangeError as error:
            doubt = doubt or f"its version range cannot be read: {error}"
    return ranges, doubt


def _canonical(text: str) -> str:
    """The version as the table has it; empty where it is not PEP 440, for no release asked can equal it."""
    try:
        return canonicalize_version(parsed(text))
    except InvalidVersion:
        return ""


def _group(drafts: list[_Draft]) -> None:
    """Number the drafts so that those which share an id, also through others, have the same number."""
    leader = list(range(len(drafts)))
    owner: dict[str, int] = {}

    def find(place: int) -> int:
        while leader[place] != place:
            place = leader[place]
        return place

    for place, draft in enumerate(drafts):
        for name in draft.names():
            leader[find(owner.setdefault(name, place))] = find(place)
    for place, draft in enumerate(drafts):
        draft.group = find(place)


def _compact(draft: _Draft, table: Sequence[str], marks: Sequence[Version]) -> CompactRecord:
    place = {version: bisect_left(table, version) for version in draft.versions}
    bits = bytearray((max((place[v] for v in draft.versions), default=-1) >> 3) + 1)
    for version in draft.versions:
        bits[place[version] >> 3] |= 1 << (place[version] & 7)
    record = draft.record
    return CompactRecord(
        id=draft.id,
        group=draft.group,
        malicious=record.malicious if record else draft.id.startswith("MAL-"),
        summary=record.line if record else "",
        severity=draft.severity,
        score=draft.score,
        aliases=tuple(sorted(draft.names() - {draft.id})),
        published=parse_moment(record.published) if record else None,
        versions=bytes(bits),
        ranges=tuple(encode(events, marks) for events in draft.ranges),
        doubt=draft.doubt,
    )
