"""Reads one record of the OSV schema (1.x) as far as Stockade needs it.

A record is JSON from outside: what does not fit the schema makes it unreadable, and then it is looked
through once more for the projects that it names, so that those projects are not taken for clean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from stockade.errors import InvalidValueError
from stockade.model.names import ProjectName, project_name

ECOSYSTEM = "PyPI"
"""The ecosystem's name in the OSV schema."""

PUBLIC_BULK_ADDRESS = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip"
"""Where OSV documents that it publishes all records of the ecosystem."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
SUMMARY_LENGTH = 300


class Event(msgspec.Struct, frozen=True):
    """One event of a range; a well-formed one has exactly one of these."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class Range(msgspec.Struct, frozen=True):
    """A range of versions or commits."""

    type: str
    events: list[Event] = []


class Package(msgspec.Struct, frozen=True):
    """What a record's entry is about."""

    ecosystem: str
    name: str


class Score(msgspec.Struct, frozen=True):
    """A severity vector."""

    type: str
    score: str


class Affected(msgspec.Struct, frozen=True):
    """One entry of ``affected``."""

    package: Package | None = None
    ranges: list[Range] | None = None
    versions: list[str] | None = None
    severity: list[Score] | None = None


class Record(msgspec.Struct, frozen=True):
    """A whole record."""

    id: str
    modified: str
    published: str | None = None
    withdrawn: str | None = None
    aliases: list[str] | None = None
    summary: str | None = None
    details: str | None = None
    severity: list[Score] | None = None
    affected: list[Affected] | None = None
    database_specific: Any = None

    @property
    def malicious(self) -> bool:
        """The record says that the release is malware."""
        return self.id.startswith("MAL-") or any(a.startswith("MAL-") for a in self.aliases or ())

    @property
    def line(self) -> str:
        """The record's summary as one printable line of at most :data:`SUMMARY_LENGTH` characters."""
        text = self.summary or self.details or ""
        line = " ".join(_CONTROLS.sub(" ", text[: 4 * SUMMARY_LENGTH]).split())
        return line if len(line) <= SUMMARY_LENGTH else line[: SUMMARY_LENGTH - 1] + "…"

    def entries(self) -> Iterator[tuple[ProjectName, Affected]]:
        """The entries about projects of the ecosystem.

        Raises:
            InvalidValueError: a project's name does not parse.
        """
        for entry in self.affected or ():
            if entry.package is not None and _of_ecosystem(entry.package.ecosystem):
                yield project_name(entry.package.name), entry


@dataclass(frozen=True)
class Unreadable:
    """A record that does not fit the schema, and what could still be made out."""

    where: str
    """Its id, or the file or line where it stands."""
    problem: str
    projects: tuple[ProjectName, ...] = field(default=())
    """The projects that it names; empty where not even these could be read."""


_DECODER = msgspec.json.Decoder(Record)


def read_record(data: bytes, where: str) -> Record | Unreadable:
    """Read one record; ``where`` is how a person finds it (a file's name, a line's number)."""
    try:
        record = _DECODER.decode(data)
        _verify(record)
    except (msgspec.MsgspecError, InvalidValueError, RecursionError, UnicodeDecodeError) as error:
        return _salvage(data, where, _first_line(error))
    return record


def parse_moment(text: str | None) -> datetime | None:
    """An RFC 3339 moment as aware UTC; None where there is none, or it has no offset."""
    if not text:
        return None
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)


def _verify(record: Record) -> None:
    if not _ID.fullmatch(record.id):
        raise InvalidValueError(f"its id is not one: {record.id[:60]!r}")
    if parse_moment(record.modified) is None:
        raise InvalidValueError(f"'modified' is not a moment: {record.modified[:60]!r}")
    if record.affected is None and record.withdrawn is None:
        raise InvalidValueError("it has no 'affected'")
    list(record.entries())


def _salvage(data: bytes, where: str, problem: str) -> Unreadable:
    where = _CONTROLS.sub(" ", where)[:200]
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Unreadable(where, problem)
    if not isinstance(raw, dict):
        return Unreadable(where, problem)
    found: dict[ProjectName, None] = {}
    affected = raw.get("affected")
    for entry in affected if isinstance(affected, list) else ():
        package = entry.get("package") if isinstance(entry, dict) else None
        if not isinstance(package, dict) or not _of_ecosystem(str(package.get("ecosystem", ECOSYSTEM))):
            continue
        name = package.get("name")
        if isinstance(name, str):
            try:
                found[project_name(name)] = None
            except InvalidValueError:
                continue
    identity = raw.get("id")
    named = isinstance(identity, str) and _ID.fullmatch(identity) is not None
    return Unreadable(str(identity) if named else where, problem, tuple(found))


def _of_ecosystem(name: str) -> bool:
    return name.partition(":")[0].casefold() == ECOSYSTEM.casefold()


def _first_line(error: Exception) -> str:
    text = error.message if isinstance(error, InvalidValueError) else str(error)
    return _CONTROLS.sub(" ", text)[:200]
