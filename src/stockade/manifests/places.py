"""From offsets in a piece of text to lines of the file that holds it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """The lines of a text that stands in a file, in one piece or folded."""

    offsets: tuple[int, ...]
    """Ascending, the first is 0: where the text goes on in another line."""
    lines: tuple[int, ...]
    """The 1-based line for each of ``offsets``."""

    def at(self, offset: int) -> int:
        """The 1-based line of the file at ``offset`` of the text."""
        return self.lines[max(0, bisect_right(self.offsets, offset) - 1)]


def places_of(text: str, first_line: int = 1) -> Places:
    """The places of a text whose lines are lines of the file, from ``first_line`` on."""
    offsets = [0]
    position = text.find("\n")
    while position >= 0:
        offsets.append(position + 1)
        position = text.find("\n", position + 1)
    return Places(tuple(offsets), tuple(range(first_line, first_line + len(offsets))))


def mapped(text: str, line_of: Callable[[int], int]) -> Places:
    """The places of a text whose lines are found one by one: ``line_of(n)`` for its line ``n`` from 0."""
    plain = places_of(text)
    return Places(plain.offsets, tuple(line_of(number) for number in range(len(plain.offsets))))
