"""Tells linear from quadratic growth on a machine that is busy with other things."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

FACTOR = 8
"""How much larger the larger input is: a linear cost grows eightfold, a quadratic one sixty-fourfold."""
LIMIT = 3 * FACTOR
TRIES = 5
FLOOR = 0.002
"""Seconds: less than this is noise."""


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """Whether ``work(n)`` costs about eight times as much for ``8 * size`` as for ``size``.

    Processor time, without cycle collections, whose cost is that of the objects that other tests left. Noise only
    adds, and may hit either measurement, so the best of several tries of each counts.
    """
    small = large = float("inf")
    for _ in range(TRIES):
        small = min(small, _seconds(work, size))
        large = min(large, _seconds(work, FACTOR * size))
        if large < LIMIT * max(small, FLOOR):
            return True
    return False


def _seconds(work: Callable[[int], object], size: int) -> float:
    was_on = gc.isenabled()
    gc.disable()
    try:
        began = time.process_time()
        work(size)
        return time.process_time() - began
    finally:
        if was_on:
            gc.enable()
