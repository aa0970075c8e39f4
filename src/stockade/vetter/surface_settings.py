"""What a source tree says of its packaging, as far as it is static: the result of all its readers."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from stockade.vetter.surface_metadata import EntryPoint


@dataclass(frozen=True, slots=True)
class Hook:
    """Code of the tree that the build runs."""

    why: str
    """``hatch build hook``, ``cmdclass`` …"""
    path: str = ""
    """Its file, relative to the project; or empty where ``module`` names it."""
    module: str = ""
    function: str = ""
    """The function that is called; empty where only the top level is known to run."""


@dataclass(slots=True)
class Settings:
    """The static settings of pyproject.toml, setup.cfg and setup.py together."""

    name: str = ""
    version: str = ""
    summary: str = ""
    requires: list[str] = field(default_factory=list)
    addressed: list[str] = field(default_factory=list)
    """Requirements with an address that only the build reads, as ``name @ address``."""
    roots: list[str] = field(default_factory=list)
    """Folders whose content is importable after installation, relative to the project; ``""`` is its root."""
    package_dirs: dict[str, str] = field(default_factory=dict)
    """Dotted package to the folder that it lies in."""
    packages: set[str] = field(default_factory=set)
    """Dotted names that are installed; only with ``complete`` is nothing else installed."""
    complete: bool = False
    """Whether ``packages`` (and ``modules``) are a list that was wholly understood."""
    finds_all: bool = False
    """Whether every package of the tree is installed (``find_packages()``), tests and tools too."""
    modules: set[str] = field(default_factory=set)
    """Top-level modules (``py_modules``)."""
    entry_points: list[EntryPoint] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    """Files that are installed as commands."""
    data_files: list[tuple[str, str]] = field(default_factory=list)
    """``(path below the prefix, file)``"""
    placed: dict[str, str] = field(default_factory=dict)
    """File or folder of the project to the path that it is installed at in the import path."""
    hooks: list[Hook] = field(default_factory=list)
    backend: str = ""
    backend_paths: list[str] = field(default_factory=list)
    builds_with: set[str] = field(default_factory=set)
    """Build files that the backend runs: ``meson.build``, ``CMakeLists.txt``, ``build.rs``."""


def clean_folder(text: str) -> str:
    """A folder as settings write it (``./src/``, ``.``), relative to the project; empty for its root."""
    folder = posixpath.normpath(text.strip().replace("\\", "/") or ".").lstrip("/")
    return "" if folder == "." else folder
