"""The private registry's files: what may be published, which names are one place, the events. Pure."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    canonicalize_version,
    parse_sdist_filename,
    parse_wheel_filename,
)

from stockade.errors import InvalidValueError
from stockade.model.events import Event
from stockade.model.firewall import HostedFile
from stockade.model.firewall_events import LAYER, words
from stockade.model.names import ProjectName

_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a project of the private registry is."""

    project: ProjectName
    claim: str
    """The scope of its first publisher: the only one that may publish it; empty where every scope may that covers it."""
    publisher: str
    at: datetime


class Yanking(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to yank a version, or to take that back."""

    project: ProjectName
    version: str
    by: str
    at: datetime
    reason: str | None
    """Empty for none; None takes the yank back."""


def place_of(file: HostedFile) -> str:
    """The place that a file takes in its project: two files with one place are two names of the same thing.

    A version has one sdist, whatever its compression; and one wheel for each build and set of tags. ``1.0`` and
    ``1.0.0`` are one version.

    Raises:
        InvalidValueError: the name is none of a wheel or an sdist, or not of this project and version.
    """
    try:
        if file.filename.endswith(".whl"):
            name, version, build, tags = parse_wheel_filename(file.filename)
            kind = f"wheel/{'-'.join(map(str, build))}/{'.'.join(sorted(map(str, tags)))}"
        else:
            name, version = parse_sdist_filename(file.filename)
            kind = "sdist"
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        raise InvalidValueError(
            f"neither a wheel's nor an sdist's name: {file.filename[:200]!r}", hint=str(error)
        ) from error
    canonical = canonicalize_version(version)
    if name != canonicalize_name(file.project) or canonical != canonicalize_version(file.version):
        raise InvalidValueError(f"{file.filename[:200]!r} is no file of {file.project} {file.version}")
    return f"{name}/{canonical}/{kind}"


def require_publishable(file: HostedFile) -> str:
    """The file's place, if the file may be recorded.

    Raises:
        InvalidValueError: a digest, a size or a word is none, or the name has no place.
    """
    words("who uploads", file.uploaded_by)
    if file.requires_python:
        words("requires-python", file.requires_python)
    for name, digest, optional in (
        ("sha256", file.sha256, False),
        ("metadata_sha256", file.metadata_sha256, True),
        ("provenance_sha256", file.provenance_sha256, True),
    ):
        if not (_SHA256(digest) or (optional and not digest)):
            raise InvalidValueError(f"{file.filename[:200]!r}: {name} is no digest: {digest[:80]!r}")
    if file.size < 0 or file.uploaded.utcoffset() is None:
        raise InvalidValueError(f"{file.filename[:200]!r}: its size is negative, or its time has no zone")
    return place_of(file)


def published_event(file: HostedFile, claim: str) -> Event:
    """The event of a file that was published."""
    return Event(
        at=file.uploaded,
        layer=LAYER,
        kind="file.published",
        subject=file.filename,
        actor=file.uploaded_by,
        detail={
            "project": file.project,
            "version": file.version,
            "sha256": file.sha256,
            "size": str(file.size),
            "claim": claim,
        },
    )


def claimed_event(claim: Claim) -> Event:
    """The event of a project that got its first file, or another claim."""
    return Event(
        at=claim.at,
        layer=LAYER,
        kind="project.claimed",
        subject=claim.project,
        actor=claim.publisher,
        detail={"claim": claim.claim},
    )


def yanked_event(yanking: Yanking, files: int) -> Event:
    """The event of a version that was yanked, or is no longer."""
    return Event(
        at=yanking.at,
        layer=LAYER,
        kind="release.unyanked" if yanking.reason is None else "release.yanked",
        subject=f"{yanking.project}=={yanking.version}",
        actor=yanking.by,
        detail={"reason": yanking.reason or "", "files": str(files)},
    )


def require_yanking(yanking: Yanking) -> None:
    """Refuse a yank that no event can hold.

    Raises:
        InvalidValueError: nobody who yanks, or a reason that is not one line.
    """
    words("who yanks", yanking.by)
    words("version", yanking.version)
    if yanking.reason:
        words("reason", yanking.reason)
