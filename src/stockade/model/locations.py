"""Where in the assessed tree something stands."""

from __future__ import annotations

import msgspec


class Location(msgspec.Struct, frozen=True, order=True):
    """A place in a file, as a person or a SARIF viewer finds it."""

    path: str
    """POSIX path relative to the assessed root; ``.`` for the root itself."""
    line: int = 0
    """1-based first line; 0 means the file as a whole."""
    end_line: int = 0
    """1-based last line; 0 means the same as ``line``."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path
