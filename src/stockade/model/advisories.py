"""Advisories (OSV schema 1.x) and which of them hit a version."""

from __future__ import annotations

from datetime import datetime

import msgspec

from stockade.model.findings import Severity
from stockade.model.names import ProjectName


class Advisory(msgspec.Struct, frozen=True, kw_only=True):
    """One OSV record as far as it concerns one project at one version."""

    id: str
    project: ProjectName
    malicious: bool
    """A ``MAL-`` record: the release is malware, not merely vulnerable."""
    summary: str
    severity: Severity | None
    """From the record's CVSS vector or the database's own word; None where it gives neither."""
    score: float | None = None
    """CVSS base score, 0-10."""
    aliases: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    """Versions that fix it, ascending (PEP 440); empty where none is known."""
    published: datetime | None = None
    withdrawn: bool = False


class FeedStamp(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed is made of and how old it is."""

    feed: str
    """``popularity``, ``registered-names``, ``advisories``."""
    source: str
    """Where it came from, credentials removed: an address, a file, ``built in``."""
    sha256: str
    made: datetime
    """The newest moment that the data itself vouches for; aware UTC. Age is counted from here."""
    imported: datetime
    entries: int
