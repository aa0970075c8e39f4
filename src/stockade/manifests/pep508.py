"""Requirements as PEP 508 writes them. ``packaging`` decides what is valid; equal texts are parsed once."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from stockade.errors import InvalidValueError
from stockade.manifests.text import ReadError, one_line
from stockade.manifests.urls import direct_reference, redact
from stockade.model.locations import Location
from stockade.model.names import ProjectName, project_name
from stockade.model.requirements import INDEX_SOURCE, Requirement, Source

MAX_REQUIREMENT = 8192
"""Characters of one requirement; markers of real ones reach a few hundred."""

MAX_VERSION = 200
"""Characters of one version."""

ANY = SpecifierSet()
"""Admits every version."""

_MANY_DIGITS = re.compile(r"[0-9]{200}")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_ADDRESS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:(?://|[./])|git\+|\.{1,2}(?:[/\\]|$)|/|~[/\\]|[A-Za-z]:\\"
    r"|[^@\s;\[<>=!~]*(?:[/\\]|\.(?:whl|zip|tgz|tar|tar\.gz|tar\.bz2|tar\.xz)(?:[\s#;\[]|$)))"
)
"""A scheme, a path, or the name of an archive, before any ``@`` or operator that would make it a name."""
_TRAILING_EXTRAS = re.compile(r"\[([A-Za-z0-9._,\s-]*)\]$")
_EGG = re.compile(r"([A-Za-z0-9._-]+)(?:\[([A-Za-z0-9._,\s-]*)\])?$")


def requirement_from_pep508(  # noqa: PLR0913  each is a field of the requirement that only the caller knows
    spec: str,
    location: Location,
    *,
    text: str = "",
    group: str = "",
    hashes: tuple[str, ...] = (),
    source: Source | None = None,
    editable: bool = False,
) -> Requirement:
    """Parse one requirement: PEP 508, or an address as installers take it (``git+https://…``, ``https://….whl``).

    An address is named by its ``#egg=``, by the file's name, or, where it has neither, by the last
    part of its path: nobody but the code behind it knows better.

    Args:
        spec: the requirement itself, without comment and without options.
        location: where it stands.
        text: what to show in reports, when it is not ``spec``.
        group: see :attr:`Requirement.group`.
        hashes: hashes given beside it.
        source: where the manifest takes it from (a named index, a uv source); a direct reference in
            the requirement itself counts before it.
        editable: installed with ``-e``.

    Raises:
        ReadError: it is neither.
    """
    shown = one_line(redact(text or spec))
    if is_address(spec):
        return _from_address(spec, location, shown=shown, group=group, hashes=hashes, editable=editable)
    parsed = parse_pep508(spec)
    reference = direct_reference(parsed.url, editable=editable) if parsed.url else None
    return Requirement(
        name=canonical(parsed.name),
        spelled=parsed.name,
        specifier=parsed.specifier,
        location=location,
        text=shown,
        extras=tuple(sorted(parsed.extras)),
        marker=str(parsed.marker) if parsed.marker else "",
        source=reference.source if reference else source or INDEX_SOURCE,
        hashes=hashes + (reference.hashes if reference else ()),
        group=group,
    )


def is_address(spec: str) -> bool:
    """Whether an installer takes ``spec`` for an address or a path, not for a name."""
    return _ADDRESS.match(spec) is not None


def _from_address(  # noqa: PLR0913  as above
    spec: str, location: Location, *, shown: str, group: str, hashes: tuple[str, ...], editable: bool
) -> Requirement:
    address, separator, marker = spec.partition(" ;") if " ;" in spec else spec.partition("; ")
    parsed_marker = str(_marker(marker.strip())) if separator and marker.strip() else ""
    extras = ""
    if found := _TRAILING_EXTRAS.search(address):
        address, extras = address[: found.start()], found[1]
    reference = direct_reference(address, editable=editable)
    egg = _EGG.match(reference.egg)
    name, version = (egg[1], "") if egg else _name_of_path(reference.source.url)
    extras = extras or (egg[2] or "" if egg else "")
    return Requirement(
        name=canonical(name),
        spelled=name,
        specifier=parse_specifier(f"=={version}") if version else ANY,
        location=location,
        text=shown,
        extras=tuple(sorted({part.strip() for part in extras.split(",")} - {""})),
        marker=parsed_marker,
        source=reference.source,
        hashes=hashes + reference.hashes,
        group=group,
    )


def _marker(text: str) -> Marker:
    try:
        return Marker(text)
    except (InvalidMarker, ValueError):
        raise ReadError(
            f"not a marker: {one_line(text, 120)!r}",
            hint="write it like \"python_version < '3.12'\" (PEP 508)",
        ) from None
    except RecursionError:
        raise ReadError(f"a marker nested too deep refused: {one_line(text, 120)!r}") from None


def _name_of_path(path: str) -> tuple[str, str]:
    """The project and version that the last part of an address names; the version empty where it names none.

    Raises:
        ReadError: it names no project.
    """
    inner = path.partition("://")[2].partition("/")[2] if "://" in path else path
    last = unquote(re.split(r"[?#]", inner)[0].rstrip("/\\").replace("\\", "/").rpartition("/")[2])
    try:
        if last.endswith(".whl"):
            name, version, *_ = parse_wheel_filename(last)
            return name, str(version)
        if last.endswith((".tar.gz", ".zip")):
            sdist, version = parse_sdist_filename(last)
            return sdist, str(version)
    except (InvalidWheelFilename, InvalidSdistFilename, ValueError):
        pass
    stem = re.sub(r"\.(?:git|whl|zip|tgz|tar|tar\.\w+)$", "", last)
    if not _NAME.fullmatch(stem):
        raise ReadError(
            f"a requirement without a name: {one_line(redact(path), 120)!r}",
            hint="write it as 'name @ address'",
        )
    return stem, ""


@lru_cache(maxsize=8192)
def parse_pep508(text: str) -> Pep508:
    """Parse one requirement. The result is shared: do not change it.

    Raises:
        ReadError: it is not a requirement by PEP 508.
    """
    if len(text) > MAX_REQUIREMENT:
        raise ReadError(f"a requirement of {len(text):,} characters refused: at most {MAX_REQUIREMENT:,}")
    if not text.isprintable() and not text.replace("\t", " ").replace("\n", " ").isprintable():
        raise ReadError(f"a requirement with characters that cannot be seen refused: {one_line(text, 120)!r}")
    if _MANY_DIGITS.search(text):
        raise ReadError(f"a requirement with a number of over 200 digits refused: {text[:40]!r}…")
    try:
        return Pep508(text)
    except (InvalidRequirement, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise ReadError(
            f"not a requirement: {_quoted(text)}: {redact(reason)}", hint="write it like 'flask>=3' (PEP 508)"
        ) from None
    except RecursionError:
        raise ReadError(f"a requirement nested too deep refused: {_quoted(text)}") from None


@lru_cache(maxsize=16384)
def parse_version(text: str) -> Version:
    """Parse a version (PEP 440).

    Raises:
        ReadError: it is none.
    """
    if len(text) > MAX_VERSION:
        raise ReadError(f"a version of {len(text):,} characters refused: {text[:40]!r}…")
    try:
        return Version(text)
    except InvalidVersion:
        raise ReadError(
            f"not a version: {one_line(text, 80)!r}", hint="write it like '1.2.3' (PEP 440)"
        ) from None


@lru_cache(maxsize=16384)
def parse_specifier(text: str) -> SpecifierSet:
    """Parse a comma-separated set of version specifiers (PEP 440). The result is shared.

    Raises:
        ReadError: it is none.
    """
    if len(text) > MAX_REQUIREMENT or _MANY_DIGITS.search(text):
        raise ReadError(f"a version specifier of {len(text):,} characters refused: {text[:40]!r}…")
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise ReadError(
            f"not a version specifier: {one_line(text, 80)!r}", hint="write it like '>=1.2,<2' (PEP 440)"
        ) from None


@lru_cache(maxsize=16384)
def canonical(name: str) -> ProjectName:
    """:func:`project_name`, each name once.

    Raises:
        ReadError: it is not a project name.
    """
    try:
        return project_name(name)
    except InvalidValueError as error:
        raise ReadError(error.message, hint=error.hint) from None


def _quoted(text: str) -> str:
    return repr(one_line(redact(text), 120))
