"""Sorted 64-bit keys on disk, looked up without being read into memory."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence


def key_bytes(keys: Iterable[int]) -> bytes:
    """``keys`` as little-endian ``uint64``, in the order given."""
    packed = array("Q", keys)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def keys_of(view: memoryview) -> Sequence[int]:
    """The keys that :func:`key_bytes` wrote; no copy on a little-endian machine."""
    if sys.byteorder == "little":
        return view.cast("Q")
    packed = array("Q", view.tobytes())
    packed.byteswap()
    return packed
