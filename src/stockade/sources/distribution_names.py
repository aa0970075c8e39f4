"""What file names on an index's page tell, and which are refused. Fast for pages of thousands of files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from stockade.model.names import ProjectName

LONGEST_NAME = 512
"""Characters; no file system takes more than 255 bytes."""
MOST_TAGS = 1_000
"""A compressed tag set stands for the product of its parts; larger ones are no wheel's."""
COMPANIONS: Final = (".metadata", ".provenance", ".asc")
"""Endings of what lies beside a file: a file of such a name could pass for another file's metadata."""
_SDIST_ENDINGS: Final = (".tar.gz", ".zip")


def refused_name(names: Sequence[str]) -> str | None:
    """The first file name that cannot be taken, if any.

    Refused are names that are empty, a path, longer than :data:`LONGEST_NAME`, not printable, or that end like a
    companion of another file.
    """
    together = " ".join(names)
    if (
        together.isprintable()
        and "/" not in together
        and "\\" not in together
        and not any(each in together for each in COMPANIONS)
        and all(names)
        and "." not in names
        and ".." not in names
        and len(max(names, key=len, default="")) <= LONGEST_NAME
    ):
        return None
    return next((each for each in names if _is_refused(each)), None)


def _is_refused(name: str) -> bool:
    return (
        name in {"", ".", ".."}
        or len(name) > LONGEST_NAME
        or not name.isprintable()
        or "/" in name
        or "\\" in name
        or name.endswith(COMPANIONS)
    )


def version_of(filename: str, name: ProjectName) -> Version | None:
    """The version in a wheel's or sdist's file name; None where it does not parse or names another project.

    :mod:`packaging` decides what parses. A name is taken apart first, so that each distinct part is parsed once.
    """
    if filename.endswith(".whl"):
        project, _, rest = filename.partition("-")
        version, _, tags = rest.partition("-")
        if _wheel_project(project) != name or not _tags_fit(tags):
            return None
        return parsed_version(version)
    for ending in _SDIST_ENDINGS:
        if filename.endswith(ending):
            project, _, version = filename.removesuffix(ending).rpartition("-")
            return parsed_version(version) if _sdist_project(project) == name else None
    return None


def parsed_version(text: str) -> Version | None:
    """A version as an index writes it; None where it is none."""
    return _version(text) if len(text) <= LONGEST_NAME else None


@lru_cache(maxsize=16_384)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


@lru_cache(maxsize=4_096)
def _wheel_project(text: str) -> str | None:
    try:
        return parse_wheel_filename(f"{text}-0-py3-none-any.whl")[0]
    except (InvalidWheelFilename, InvalidVersion):
        return None


@lru_cache(maxsize=4_096)
def _sdist_project(text: str) -> str | None:
    try:
        return parse_sdist_filename(f"{text}-0.zip")[0]
    except (InvalidSdistFilename, InvalidVersion):
        return None


@lru_cache(maxsize=16_384)
def _tags_fit(text: str) -> bool:
    """Whether the end of a wheel's name, from its build tag on, parses."""
    count = 1
    for part in text.removesuffix(".whl").split("-")[-3:]:
        count *= part.count(".") + 1
    if count > MOST_TAGS:
        return False
    try:
        parse_wheel_filename(f"x-0-{text}")
    except (InvalidWheelFilename, InvalidVersion):
        return False
    return True
