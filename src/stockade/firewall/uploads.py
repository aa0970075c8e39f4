"""What the private registry accepts: one distribution, which is what its form and its own metadata say. Pure.

The legacy upload API, as twine, uv, poetry and flit speak it: a form with ``:action=file_upload``, the core metadata as
fields, the file as ``content``, and its digests.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.metadata import Metadata
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from stockade.archive.bounds import UnreadableError
from stockade.archive.reading import open_archive
from stockade.errors import IncompleteError, StockadeError
from stockade.firewall.metadata import MOST, core_metadata
from stockade.model.names import ProjectName, project_name

ACTION, PROTOCOL = "file_upload", "1"
FILETYPES = {"bdist_wheel": ".whl", "sdist": ".tar.gz"}
"""By the form's ``filetype``: the only ending that such a file may have (PEP 427, PEP 625)."""
LONGEST_NAME = 255
_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")
"""Longest file name, and what it is made of: parsers of names let blanks, line ends and slashes pass in parts of it."""
DIGESTS = {"sha256_digest": "sha256", "blake2_256_digest": "blake2b", "md5_digest": "md5"}


class UploadError(StockadeError):
    """The upload is refused; the message goes to whoever publishes."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A distribution that may be published."""

    project: ProjectName
    version: str
    """Normalised."""
    filename: str
    sha256: str
    size: int
    requires_python: str
    metadata: bytes | None
    """The wheel's core metadata; None for an sdist."""


def validate(fields: Mapping[str, str], filename: str, path: Path) -> Upload:
    """Check an upload against itself.

    Args:
        fields: the form's text fields.
        filename: as the form names the file.
        path: where its bytes lie.

    Raises:
        UploadError: with every contradiction at once.
    """
    if fields.get(":action") != ACTION or fields.get("protocol_version", PROTOCOL) != PROTOCOL:
        raise UploadError(f"expected :action={ACTION} with protocol_version={PROTOCOL}")
    name, version = _named(filename)
    problems = [*_about_form(fields, filename, name, version), *_about_digests(fields, path)]
    raw = core_metadata(path, filename) if filename.endswith(".whl") else _pkg_info(path, name, version)
    if raw is None:
        problems.append("the file holds no core metadata of its own that can be read")
    else:
        problems += _about_metadata(raw, name, version, fields)
    if problems:
        raise UploadError(f"{filename} is refused: " + "; ".join(problems))
    return Upload(
        project=name,
        version=str(version),
        filename=filename,
        sha256=_digest(path, "sha256"),
        size=path.stat().st_size,
        requires_python=fields.get("requires_python", ""),
        metadata=raw if filename.endswith(".whl") else None,
    )


def _named(filename: str) -> tuple[ProjectName, Version]:
    """Project and version of a file name, which must be written as the specifications want it."""
    if not _FILENAME.fullmatch(filename) or len(filename) > LONGEST_NAME:
        raise UploadError(f"not the name of a wheel or sdist: {filename[:200]!r}")
    try:
        if filename.endswith(".whl"):
            name, version = parse_wheel_filename(filename)[:2]
        else:
            name, version = parse_sdist_filename(filename)
        return project_name(name), version
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion) as error:
        raise UploadError(f"not the name of a wheel or sdist: {str(error)[:200]}") from None


def _about_form(
    fields: Mapping[str, str], filename: str, name: ProjectName, version: Version
) -> Iterator[str]:
    ending = FILETYPES.get(fields.get("filetype", ""))
    if ending is None:
        yield f"filetype must be one of {', '.join(FILETYPES)}"
    elif not filename.endswith(ending):
        yield f"a file of type {fields['filetype']} must end in {ending}"
    if str(canonicalize_name(fields.get("name", ""))) != str(name):
        yield f"the form names the project {fields.get('name', '')[:80]!r}, the file {name!r}"
    if _version(fields.get("version", "")) != version:
        yield f"the form names the version {fields.get('version', '')[:80]!r}, the file {str(version)!r}"


def _about_digests(fields: Mapping[str, str], path: Path) -> Iterator[str]:
    given = {field: fields[field].lower() for field in DIGESTS if fields.get(field)}
    if not given:
        yield "the form gives no digest of the file"
    for field, expected in given.items():
        if _digest(path, DIGESTS[field]) != expected:
            yield f"{field} is not that of the file"


def _about_metadata(
    raw: bytes, name: ProjectName, version: Version, fields: Mapping[str, str]
) -> Iterator[str]:
    try:
        found = Metadata.from_email(raw, validate=True)
    except ExceptionGroup as group:
        yield from (f"metadata: {' '.join(str(each).split())[:200]}" for each in group.exceptions)
        return
    if str(canonicalize_name(found.name)) != str(name):
        yield f"its metadata name the project {found.name[:80]!r}"
    if found.version != version:
        yield f"its metadata name the version {str(found.version)!r}"
    stated = str(found.requires_python) if found.requires_python is not None else ""
    if _folded(stated) != _folded(fields.get("requires_python", "")):
        yield "requires_python of the form is not that of its metadata"


def _folded(specifiers: str) -> frozenset[str]:
    return frozenset("".join(each.split()) for each in specifiers.split(",") if each.strip())


def _pkg_info(path: Path, name: ProjectName, version: Version) -> bytes | None:
    """``PKG-INFO`` at the top of an sdist (PEP 643, PEP 625), read without unpacking; None where there is not exactly one."""
    found: list[bytes] = []
    try:
        with open_archive(path, f"{name}-{version}.tar.gz") as archive:
            if archive.kind not in {"sdist", "tar"}:
                return None
            for stem in _stems(name, version):
                with suppress(KeyError):
                    found.append(archive.read(f"{stem}/PKG-INFO"))
    except (IncompleteError, UnreadableError):
        return None
    return found[0] if len(found) == 1 and len(found[0]) <= MOST else None


def _stems(name: ProjectName, version: Version) -> Iterator[str]:
    yield from dict.fromkeys((f"{name.replace('-', '_')}-{version}", f"{name}-{version}"))


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _digest(path: Path, algorithm: str) -> str:
    made = (
        hashlib.blake2b(digest_size=32)
        if algorithm == "blake2b"
        else hashlib.new(algorithm, usedforsecurity=False)
    )
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            made.update(chunk)
    return made.hexdigest()
