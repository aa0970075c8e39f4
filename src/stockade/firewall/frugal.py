"""Settings of the process that keep a server of large pages small and quick."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

RARELY = (50_000, 20, 50)
"""When the collector of cycles looks, as :func:`gc.set_threshold` takes it."""
_ARENAS = -8
"""The C library's ``M_ARENA_MAX``."""


def spare() -> None:
    """Let threads share two arenas of memory; before the first one is started.

    A page passes through several forms of megabytes each, in whatever thread is free: without this, each keeps its own.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library: it does as it likes
            ctypes.CDLL(None).mallopt(_ARENAS, 2)


def give_back() -> None:
    """Give free memory back to the system: what judging a page took. Takes some milliseconds at most."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def settle() -> None:
    """Let the collector of cycles pass over what the program is made of, and look for new ones rarely.

    A page is tens of thousands of objects in no cycle, and each look would go through all that is kept.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)
