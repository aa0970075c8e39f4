"""What detectors see of a distribution: its files, its surface, its metadata, and what its code does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from stockade.model.locations import Location
from stockade.model.verdicts import Indeterminate
from stockade.model.vetting import Phase
from stockade.vetter.acts import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """A fact of form that is suspicious by itself: two zip entries of one name, an off-screen statement,
    a ``.pth`` that executes, a pickle that imports ``os``. Detectors turn it into a detection."""

    kind: str
    """Kebab-case, one word a fact: ``record-mismatch``, ``pth-executes``, ``pickle-imports``."""
    at: Location
    detail: str
    phase: Phase = Phase.NEVER
    evidence: str = ""
    """The guilty text, shortened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """One regular file of the distribution."""

    path: str
    """POSIX path in the archive, as the archive has it (normalised separators)."""
    size: int
    sha256: str
    kind: str
    """What its bytes are, by content first: ``python``, ``elf``, ``pe``, ``macho``, ``pickle``, ``pyc``, ``shell``,
    ``javascript``, ``notebook``, ``archive``, ``text``, ``data``."""
    phase: Phase = Phase.NEVER
    """The earliest phase in which it runs or is loaded by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The distribution's own metadata (core metadata), as far as it has any."""

    name: str = ""
    version: str = ""
    summary: str = ""
    description: str = ""
    home_pages: tuple[str, ...] = ()
    author: str = ""
    author_email: str = ""
    requires: tuple[str, ...] = ()
    """``Requires-Dist`` lines."""
    addressed: tuple[str, ...] = ()
    """Requirements of the build and dependency links with an address, as ``name @ address``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Everything a detector may know."""

    kind: str
    metadata: Metadata
    files: Mapping[str, FileInfo]
    acts: tuple[Act, ...]
    oddities: tuple[Oddity, ...]
    read: Callable[[str], bytes] = field(repr=False, compare=False)
    """Content of a member that was kept (Python and other text); raises ``KeyError`` for others."""
    incomplete: tuple[Indeterminate, ...] = ()
