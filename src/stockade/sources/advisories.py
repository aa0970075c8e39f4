"""The advisories feed: built from OSV records, looked up by project and version."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Collection
from pathlib import Path

import msgspec
from packaging.version import Version

from stockade.model.advisories import Advisory, FeedStamp
from stockade.model.names import ProjectName
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.advisory_records import (
    SPAN,
    Asked,
    CompactRecord,
    ProjectRecords,
    covers_every_version,
    key_of,
    matches,
)
from stockade.sources.keys import keys_of
from stockade.sources.osv_ranges import NO_MARK, Kind
from stockade.sources.pack import Pack, PackError

_DECODER = msgspec.msgpack.Decoder(ProjectRecords)


class PackedAdvisories:
    """An imported advisories feed; an :class:`~stockade.ports.AdvisoryFeed`."""

    def __init__(self, path: Path) -> None:
        """Open the feed's file.

        Raises:
            FileNotFoundError: there is none.
            PackError: it is damaged.
        """
        self._pack = Pack(path)
        self.header = self._pack.header
        self._keys = keys_of(self._pack.section("keys"))
        self._spans = self._pack.section("spans")
        self._records = self._pack.section("records", verify=False)  # each record has its own checksum

    @property
    def stamp(self) -> FeedStamp:
        """Source and age of the data."""
        return self.header.stamp

    def affecting(
        self, packages: Collection[tuple[ProjectName, Version]]
    ) -> dict[tuple[ProjectName, Version], tuple[Advisory, ...] | Indeterminate]:
        """See :meth:`stockade.ports.AdvisoryFeed.affecting`.

        Where some record hits, one that cannot be judged is reported as hitting too, and its summary says
        so; where none hits, it makes the entry ``Indeterminate``. A local version (``2.0+cpu``) is also
        affected where the enumerated versions have its public part.
        """
        known: dict[ProjectName, ProjectRecords | Indeterminate | None] = {}
        answer: dict[tuple[ProjectName, Version], tuple[Advisory, ...] | Indeterminate] = {}
        for name, version in packages:
            if name not in known:
                known[name] = self._project(name)
            found = known[name]
            if found is None:
                answer[name, version] = ()
            elif isinstance(found, Indeterminate):
                answer[name, version] = found
            else:
                answer[name, version] = judge(found, version)
        return answer

    def condemned(self, names: Collection[ProjectName]) -> dict[ProjectName, Advisory | Indeterminate]:
        """See :meth:`stockade.ports.AdvisoryFeed.condemned`."""
        answer: dict[ProjectName, Advisory | Indeterminate] = {}
        for name in names:
            found = self._project(name)
            if isinstance(found, Indeterminate):
                answer[name] = found
            elif found is not None:
                whole = [r for r in found.records if r.malicious and covers_every_version(r)]
                if whole:
                    answer[name] = _advisory(found, whole, Asked((), NO_MARK, NO_MARK))
        return answer

    def _project(self, name: ProjectName) -> ProjectRecords | Indeterminate | None:
        key = key_of(name)
        place = bisect_left(self._keys, key)
        while place < len(self._keys) and self._keys[place] == key:
            try:
                found = self._decode(place)
            except PackError as error:
                return Indeterminate(
                    cause=Cause.UNREADABLE, subject=name, detail=error.message, mend=error.hint
                )
            if found.project == name:
                return found
            place += 1
        return None

    def _decode(self, place: int) -> ProjectRecords:
        offset, length, checksum = SPAN.unpack_from(self._spans, place * SPAN.size)
        blob = self._records[offset : offset + length]
        if len(blob) != length or zlib.crc32(blob) != checksum:
            raise self._pack.damaged(f"the checksum of record {place} is wrong")
        return _DECODER.decode(blob)


def judge(found: ProjectRecords, version: Version) -> tuple[Advisory, ...] | Indeterminate:
    """The advisories among a project's records that hit ``version``, worst first."""
    asked = Asked.of(found, version)
    hits = [record for record in found.records if matches(record, asked)]
    groups = {record.group for record in hits}
    doubtful = [record for record in found.records if record.doubt and record.group not in groups]
    if not hits and doubtful:
        first = doubtful[0]
        more = f", and {len(doubtful) - 1} more" if len(doubtful) > 1 else ""
        return Indeterminate(
            cause=Cause.UNREADABLE,
            subject=f"{found.project}=={version}",
            detail=f"advisory {first.id} is about {found.project}, but {first.doubt}{more}",
            mend="read the advisory and judge this version yourself, or update the feed",
        )
    advisories = [_advisory(found, [r for r in hits if r.group == group], asked) for group in groups]
    advisories += [_doubtful_advisory(found, record) for record in doubtful]
    return tuple(sorted(advisories, key=_worst_first))


def _worst_first(advisory: Advisory) -> tuple[bool, int, float, str]:
    rank = -1 if advisory.severity is None else advisory.severity.rank
    return not advisory.malicious, -rank, -(advisory.score or 0.0), advisory.id


def _advisory(found: ProjectRecords, hits: list[CompactRecord], asked: Asked) -> Advisory:
    """One advisory of records that tell of the same vulnerability."""
    best = min(
        hits, key=lambda r: (not r.malicious, -(r.severity.rank if r.severity else -1), -(r.score or 0), r.id)
    )
    names = {name for record in hits for name in (record.id, *record.aliases)}
    published = [record.published for record in hits if record.published is not None]
    return Advisory(
        id=best.id,
        project=found.project,
        malicious=any(record.malicious for record in hits),
        summary=best.summary or next((record.summary for record in hits if record.summary), ""),
        severity=best.severity,
        score=best.score,
        aliases=tuple(sorted(names - {best.id})),
        fixed=_fixed(found, hits, asked),
        published=min(published, default=None),
    )


def _doubtful_advisory(found: ProjectRecords, record: CompactRecord) -> Advisory:
    return Advisory(
        id=record.id,
        project=found.project,
        malicious=record.malicious,
        summary=f"may affect this version: {record.doubt}"
        + (f" ({record.summary})" if record.summary else ""),
        severity=record.severity,
        score=record.score,
        aliases=record.aliases,
        published=record.published,
    )


def _fixed(found: ProjectRecords, hits: list[CompactRecord], asked: Asked) -> tuple[str, ...]:
    """The versions named as fixes that come after the one asked and that no hitting record affects."""
    named = {
        mark
        for record in hits
        for events in record.ranges
        for kind, mark in events
        if kind == Kind.FIXED and 2 * mark + 1 > asked.place
    }
    fixes = []
    for mark in sorted(named):
        fix = Asked.at_mark(found, mark)
        if not any(matches(record, fix) for record in hits):
            fixes.append(found.marks[mark])
    return tuple(fixes)
