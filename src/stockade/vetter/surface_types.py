"""The execution surface: which file runs when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stockade.model.vetting import Phase
from stockade.vetter.package import Metadata, Oddity


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A place where execution begins."""

    path: str
    """The file in the archive."""
    phase: Phase
    why: str
    """``setup.py``, ``build backend``, ``.pth``, ``entry point NAME``, ``package``, ``module`` …"""
    function: str = ""
    """The function that is called (entry points, backend hooks); empty for the file's top level."""
    code: str = ""
    """The code itself where it is a line of a file and not the file: an executable line of a ``.pth``."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Roots in the order of their phases, the strongest first; the modules that imports resolve to."""

    roots: tuple[Root, ...]
    modules: Mapping[str, str]
    """Importable name (``pkg.sub``) to path, as it will be after installation; for an sdist also what
    ``setup.py`` can import from the source root."""
    phases: Mapping[str, Phase]
    """For every Python file: the phase of its top level by its place alone, before reach is known. Other
    files are in it only where they are roots (scripts, ``.pth``, build files)."""
    metadata: Metadata
    oddities: tuple[Oddity, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    """Path to what it is a part of: ``package``, ``tests``, ``docs``, ``examples``, ``benchmarks``, ``metadata``,
    ``script``, ``other``."""
    records: tuple[str, ...] = ()
    """Every ``RECORD`` of an installation at the top of the archive, for
    :func:`~stockade.vetter.surface_record.check_record`; its paths are relative to the folder above its ``dist-info``."""
