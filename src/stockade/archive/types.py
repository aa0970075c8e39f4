"""What reading an archive yields, and its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one distribution; whatever exceeds one is a fatal :class:`Problem`, never a silent cut."""

    total: int = 4 << 30
    """Uncompressed bytes of all members, nested archives included."""
    member: int = 1 << 30
    """Uncompressed bytes of one member."""
    ratio: int = 1_000
    """Uncompressed to compressed, over the whole, once more than 64 MiB came out."""
    members: int = 200_000
    depth: int = 3
    """Archives within archives."""
    seconds: float = 60.0
    """Wall-clock time of the whole reading."""


class Weight(StrEnum):
    """What a problem means."""

    ODD = "odd"
    """Worth telling, all was read."""
    SUSPICIOUS = "suspicious"
    """No honest tool makes it: readers may disagree about the content."""
    FATAL = "fatal"
    """Something could not be read: the distribution cannot be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with the archive itself."""

    kind: str
    """Kebab-case: ``path-traversal``, ``duplicate-name``, ``headers-disagree``, ``trailing-data``, ``truncated`` …"""
    path: str
    """The member, or empty for the archive."""
    detail: str
    weight: Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry."""

    path: str
    """Normalised POSIX path, ``outer.zip!/inner`` for a member of a nested archive."""
    raw: str
    """As the archive spells it."""
    kind: str
    """``file``, ``folder``, ``symlink``, ``hardlink``, ``other``."""
    size: int
    mode: int = 0
    link: str = ""
    """Where a link points."""
