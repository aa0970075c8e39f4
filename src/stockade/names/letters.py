"""What is known of characters: keyboard neighbours, look-alikes, vowels, bits. Facts only."""

from __future__ import annotations

from itertools import pairwise

NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
"""Every character that a canonical project name may hold."""

VOWELS = frozenset("aeiou")

_ROWS = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, frozenset[str]]:
    """Each key's neighbours on a US keyboard: beside it, and the two it touches in each next row."""
    found: dict[str, set[str]] = {key: set() for row in _ROWS for key in row}
    pairs = [pair for row in _ROWS for pair in pairwise(row)]
    for upper, lower in pairwise(_ROWS):
        pairs += zip(lower, upper, strict=False)
        pairs += zip(lower, upper[1:], strict=False)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return {key: frozenset(keys) for key, keys in found.items()}


KEYBOARD_NEIGHBOURS = _neighbours()

LOOK_ALIKE_PAIRS = ("rn m", "vv w", "cl d", "nn m")
"""Two characters that look like one."""

LOOK_ALIKE_GROUPS = ("li1", "o0", "s5", "e3", "a4", "b8", "g9", "z2", "t7")
"""Characters that are taken for each other; the first stands for the group."""

LOOK_ALIKE_FOLD = str.maketrans({char: group[0] for group in LOOK_ALIKE_GROUPS for char in group[1:]})


def looks_like(one: str, other: str) -> bool:
    """Whether two single characters are taken for each other."""
    return one.translate(LOOK_ALIKE_FOLD) == other.translate(LOOK_ALIKE_FOLD)


def one_bit_apart(one: str, other: str) -> bool:
    """Whether two ASCII characters differ in a single bit, as after a memory or wire error."""
    return (ord(one) ^ ord(other)).bit_count() == 1
