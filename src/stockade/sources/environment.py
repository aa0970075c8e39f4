"""What is installed in a Python environment, read from outside: nothing of it is run or imported."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from pathlib import Path

import msgspec
from packaging.version import InvalidVersion, Version

from stockade.errors import IncompleteError, InvalidValueError, UsageError
from stockade.manifests.text import one_line
from stockade.manifests.urls import MAX_ADDRESS, strip_credentials
from stockade.model.environment import InstalledPackage
from stockade.model.names import project_name


def read_environment(prefix: Path) -> tuple[InstalledPackage, ...]:
    """The packages installed below ``prefix`` (a venv, or a ``site-packages`` folder), by name.

    Raises:
        UsageError: there is no environment at ``prefix``.
        IncompleteError: some installed package's metadata cannot be read.
    """
    folders = _site_packages(prefix)
    if not folders:
        raise UsageError(
            f"no Python environment at {prefix}",
            hint="name the folder of a virtual environment (it holds pyvenv.cfg), or a site-packages folder",
        )
    found = [_package(dist) for folder in folders for dist in distributions(path=[str(folder)])]
    return tuple(sorted(found, key=lambda package: (package.name, package.location)))


def _site_packages(prefix: Path) -> list[Path]:
    if prefix.name in {"site-packages", "dist-packages"} and prefix.is_dir():
        return [prefix]
    patterns = (
        "lib/python3*/site-packages",
        "lib64/python3*/site-packages",
        "lib/pypy3*/site-packages",
        "Lib/site-packages",
    )
    folders = {path.resolve() for pattern in patterns for path in prefix.glob(pattern) if path.is_dir()}
    return sorted(folders)


def _package(dist: Distribution) -> InstalledPackage:
    location = str(getattr(dist, "_path", ""))
    try:
        metadata = dist.metadata
        name = project_name(metadata["Name"] or "")
    except (InvalidValueError, OSError, UnicodeError, TypeError, KeyError) as error:
        raise IncompleteError(
            f"an installed package has unreadable metadata: {location or 'unknown place'} ({error})",
            hint="reinstall it, or recreate the environment",
        ) from error
    try:
        version = Version(metadata["Version"] or "")
    except InvalidVersion:
        version = None
    origin = _direct_url(dist)
    address, _ = strip_credentials(origin.url)
    return InstalledPackage(
        name=name,
        version=version,
        location=location,
        editable=origin.dir_info.editable,
        direct_url=one_line(address, MAX_ADDRESS),
        installer=one_line(_text(dist, "INSTALLER") or ""),
    )


class _DirInfo(msgspec.Struct, frozen=True):
    editable: bool = False


class _Origin(msgspec.Struct, frozen=True):
    """PEP 610 ``direct_url.json``, as far as it matters here."""

    url: str = ""
    dir_info: _DirInfo = _DirInfo()


_UNREADABLE = _Origin(url="an unreadable direct_url.json")
"""It came from somewhere else than an index, or somebody meddled with it: either is drift."""


def _direct_url(dist: Distribution) -> _Origin:
    text = _text(dist, "direct_url.json")
    if not text:
        return _Origin() if text is not None else _UNREADABLE
    try:
        return msgspec.json.decode(text, type=_Origin)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError):
        return _UNREADABLE


def _text(dist: Distribution, name: str) -> str | None:
    """A file beside the metadata; empty where it is not there, None where it is no text."""
    try:
        return dist.read_text(name) or ""
    except UnicodeError:
        return None
