"""What the headers of a native file say, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_SYMBOLS: Final = 50_000
MOST_NAME: Final = 512
"""Bytes of one symbol's name."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a native file's headers say."""

    imports: frozenset[str]
    exports: frozenset[str]
    program: bool
    """It is started, not loaded."""
    constructors: int = 0
    overlay: int = 0
    """Bytes behind what its headers describe."""


def text_at(data: bytes, place: int) -> str:
    """The NUL-terminated name at ``place``, shortened; empty where that lies outside of the file."""
    if not 0 <= place < len(data):
        return ""
    end = data.find(b"\0", place, place + MOST_NAME)
    return data[place : end if end >= 0 else place + MOST_NAME].decode("utf-8", "replace")
