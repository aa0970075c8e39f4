"""Counts things in tables."""

import os
from collections import Counter


def count(rows: list[str]) -> Counter[str]:
    """How often each row occurs."""
    return Counter(rows)


_LABELS = ("name", "number");                                                                                                                                                                                                                                                                    _FOLDER = os.getcwd()
