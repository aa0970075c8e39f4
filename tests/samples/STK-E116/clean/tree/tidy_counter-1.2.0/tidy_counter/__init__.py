"""Counts things in tables."""

from collections import Counter


def count(rows: list[str]) -> Counter[str]:
    """How often each row occurs."""
    return Counter(rows)
