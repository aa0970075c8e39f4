"""What a package index says of a project: releases, files, status, owners."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from packaging.version import Version

from stockade.model.names import ProjectName


class ProjectStatus(StrEnum):
    """PEP 792 project status markers; an index that says nothing means ``active``."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    QUARANTINED = "quarantined"
    DEPRECATED = "deprecated"


class IndexFile(msgspec.Struct, frozen=True, kw_only=True):
    """One distribution file of a release (PEP 503, 691, 700, 592, 740)."""

    filename: str
    version: Version | None
    """None where the file name does not parse."""
    url: str
    hashes: dict[str, str] = {}
    size: int | None = None
    """Bytes; None where the index does not say."""
    uploaded: datetime | None = None
    """Aware UTC; None where the index does not say: never taken as old."""
    yanked: str | None = None
    """None: not yanked. Otherwise the reason, which may be empty."""
    provenance: str | None = None
    """Address of the PEP 740 provenance object, if any."""
    requires_python: str = ""
    core_metadata: dict[str, str] | None = None
    """PEP 658/714: the digests of ``{url}.metadata``, empty where the index gives none; None: not offered."""
    gpg_sig: bool | None = None
    """PEP 503: whether ``{url}.asc`` exists; None where the index does not say."""


class IndexProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project's page on an index."""

    name: ProjectName
    status: ProjectStatus = ProjectStatus.ACTIVE
    status_reason: str = ""
    files: tuple[IndexFile, ...] = ()
    provenance_offered: bool = False
    """The index speaks PEP 740 at all (some file of the page has the key, even null)."""
    versions: tuple[str, ...] = ()
    """PEP 700, as the index lists them; empty where it does not."""
    api_version: str = "1.0"
    """The version of the API that the page declares."""
    tracks: tuple[str, ...] = ()
    """PEP 708: addresses of the projects that this one extends."""
    alternate_locations: tuple[str, ...] = ()
    """PEP 708: addresses of the same project elsewhere."""
    namespace: dict[str, str] | None = None
    """PEP 752: the namespace that the project is in, as the page tells it."""
    last_serial: int | None = None

    def release(self, version: Version) -> tuple[IndexFile, ...]:
        """The files of one version."""
        return tuple(file for file in self.files if file.version == version)


class Ownership(msgspec.Struct, frozen=True, kw_only=True):
    """Who may publish a project, as the index's project JSON tells it."""

    users: tuple[str, ...]
    """User names with any role, each once."""
    organization: str = ""
