"""Searching long texts for patterns whose matches begin with known words: by the words, which is many times quicker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_FOLDED_INTO_ASCII: Final = "\u0130\u0131\u017f\u212a"
"""Letters that a pattern which ignores case takes for ASCII ones, and ``str.lower`` does not."""


def first(
    pattern: re.Pattern[str], text: str, heads: Sequence[str], lower: str | None = None
) -> re.Match[str] | None:
    """What ``pattern.search(text)`` gives, if each match of the pattern begins with one of ``heads``.

    Args:
        pattern: compiled; where it ignores case, ``lower`` must be given.
        text: what is searched.
        heads: the first letters of every match, in lower case where the pattern ignores case.
        lower: see :func:`lowered`; None for a pattern that minds case.
    """
    held = text if lower is None else lower
    best: re.Match[str] | None = None
    for head in heads:
        at = held.find(head)
        while at >= 0 and (best is None or at < best.start()):
            found = pattern.match(text, at)
            if found is not None:
                best = found
                break
            at = held.find(head, at + 1)
    return best


def lowered(text: str) -> str | None:
    """The text in lower case, letter for letter; None where case cannot be told that way."""
    if not text.isascii() and any(letter in text for letter in _FOLDED_INTO_ASCII):
        return None
    lower = text.lower()
    return lower if len(lower) == len(text) else None
