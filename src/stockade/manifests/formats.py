"""Every file that names packages, in the order in which formats are tried: the first match wins."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from stockade.manifests.install_formats import INSTALL_FORMATS
from stockade.manifests.reader import Format
from stockade.model.requirements import ManifestKind, Role

Matcher = Callable[[PurePosixPath], bool]

_REQUIREMENTS = re.compile(r"^(?:.*[-_. +])?(?:requirements?|reqs).*\.(?:txt|in|pip|lock)$", re.IGNORECASE)
_CONSTRAINTS = re.compile(r"^(?:.*[-_. +])?constraints?.*\.(?:txt|in)$", re.IGNORECASE)
_REQUIREMENT_FOLDERS = frozenset({"requirements", "requirement", "reqs"})
_PYLOCK = re.compile(r"^pylock\.(?:[^.]+\.)?toml$", re.IGNORECASE)


def named(*names: str) -> Matcher:
    """Matches files by their whole name, in any case: file systems that ignore case open them so."""
    wanted = frozenset(name.lower() for name in names)
    return lambda path: path.name.lower() in wanted


def _is_constraints(path: PurePosixPath) -> bool:
    return _CONSTRAINTS.match(path.name) is not None


def _is_requirements(path: PurePosixPath) -> bool:
    if _REQUIREMENTS.match(path.name):
        return True
    return (
        path.suffix.lower() in {".txt", ".in", ".lock", ".pip"}
        and path.parent.name.lower() in _REQUIREMENT_FOLDERS
    )


def _is_pylock(path: PurePosixPath) -> bool:
    return _PYLOCK.match(path.name) is not None


FORMATS: tuple[Format, ...] = (
    Format(
        kind=ManifestKind.CONSTRAINTS,
        role=Role.CONSTRAINT,
        matches=_is_constraints,
        reader="requirements_txt:read_requirements",
    ),
    Format(
        kind=ManifestKind.REQUIREMENTS,
        role=Role.DECLARATION,
        matches=_is_requirements,
        reader="requirements_txt:read_requirements",
    ),
    Format(
        kind=ManifestKind.PYPROJECT,
        role=Role.DECLARATION,
        matches=named("pyproject.toml"),
        reader="pyproject:read_pyproject",
    ),
    Format(
        kind=ManifestKind.SETUP_CFG,
        role=Role.DECLARATION,
        matches=named("setup.cfg"),
        reader="setup_cfg:read_setup_cfg",
    ),
    Format(
        kind=ManifestKind.SETUP_PY,
        role=Role.DECLARATION,
        matches=named("setup.py"),
        reader="setup_py:read_setup_py",
    ),
    Format(
        kind=ManifestKind.PIPFILE,
        role=Role.DECLARATION,
        matches=named("Pipfile"),
        reader="pipfile:read_pipfile",
    ),
    Format(
        kind=ManifestKind.PIPFILE_LOCK,
        role=Role.LOCK,
        matches=named("Pipfile.lock"),
        reader="pipfile_lock:read_pipfile_lock",
    ),
    Format(
        kind=ManifestKind.UV_LOCK,
        role=Role.LOCK,
        matches=named("uv.lock"),
        reader="uv_lock:read_uv_lock",
    ),
    Format(
        kind=ManifestKind.POETRY_LOCK,
        role=Role.LOCK,
        matches=named("poetry.lock"),
        reader="poetry_lock:read_poetry_lock",
    ),
    Format(
        kind=ManifestKind.PDM_LOCK,
        role=Role.LOCK,
        matches=named("pdm.lock"),
        reader="pdm_lock:read_pdm_lock",
    ),
    Format(
        kind=ManifestKind.PYLOCK,
        role=Role.LOCK,
        matches=_is_pylock,
        reader="pylock:read_pylock",
    ),
    *INSTALL_FORMATS,
)


def format_of(path: PurePosixPath) -> Format | None:
    """The format of the file at ``path`` (relative to the assessed root); None: it names no packages."""
    return next((fmt for fmt in FORMATS if fmt.matches(path)), None)


def format_for(kind: ManifestKind) -> Format:
    """The first format of this kind: for a file that another one includes under any name."""
    return next(fmt for fmt in FORMATS if fmt.kind is kind)
