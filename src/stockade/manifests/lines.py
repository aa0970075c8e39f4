"""Line numbers of the parts of a parsed document, by key path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
"""Keys and array indexes from the root of a document to one of its values."""


@dataclass(slots=True)
class Lines:
    """Where the values of a document begin.

    A value that begins on the line of the value that holds it is not stored: a document written in
    one line costs nothing.
    """

    known: dict[Path, int] = field(default_factory=dict)

    def of(self, *path: str | int) -> int:
        """The 1-based line of a value: that of its key, or of its header for a table; that of the
        nearest value that holds it where the path leads nowhere; 1 for the root."""
        known = self.known
        while path:
            if line := known.get(path):
                return line
            path = path[:-1]
        return 1


@dataclass(slots=True)
class Document:
    """A parsed TOML or JSON document."""

    value: dict[str, Any]
    lines: Lines
    faults: list[tuple[int, str]] = field(default_factory=list)
    """``(line, message)`` of what the parser lets pass but is wrong: a key that stands twice in an
    object of JSON."""
