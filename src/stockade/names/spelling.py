"""How unusual the letters of a name are, by what the letters of all names of the public index are like.

A name that its author made up of words or syllables is as usual as others; a slip leaves letters together
that hardly stand together anywhere else. The table holds no name: only short sequences that hundreds of names
share, ``tools/build_spelling.py`` counts them.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import repeat
from pathlib import Path

LONGEST = 6
"""Characters in the longest sequence of the table."""
EDGE = "."
"""Stands before and after a name."""
_UNSEEN = 12
"""Bits of a character that the table does not have at all."""
_SKIPPED = 1
"""Bits that each character counts by which the longest known sequence is shorter than it could be."""
_REMEMBERED = 20_000
"""So many names' answers: the targets are asked again and again."""


class Spelling:
    """Sequences of characters, each with how many bits its last character costs after those before it."""

    def __init__(self, bits: Mapping[str, int]) -> None:
        self._bits = {**bits, "": _UNSEEN}
        self.surprise = lru_cache(_REMEMBERED)(self._surprise)
        """How many bits it takes to spell a name: some 4 for each ordinary character, up to 18 for an odd one."""

    def _surprise(self, name: str) -> int:
        known = self._bits.get
        text = f"{EDGE}{name}{EDGE}"
        total = 0
        for end in range(2, len(text) + 1):
            start = max(0, end - LONGEST)
            bits = known(text[start:end])
            while bits is None:
                start += 1
                total += _SKIPPED
                bits = known(text[start:end])
            total += bits
        return total


@cache
def built_in_spelling() -> Spelling:
    """The table of the wheel: gzipped text, a comment first, then a line ``BITS SEQUENCE …`` for each cost."""
    packed = (Path(__file__).parent / "data" / "spelling.txt.gz").read_bytes()
    table: dict[str, int] = {}
    for line in gzip.decompress(packed).decode("ascii").splitlines()[1:]:
        bits, *sequences = line.split()
        table.update(zip(sequences, repeat(int(bits))))
    return Spelling(table)
