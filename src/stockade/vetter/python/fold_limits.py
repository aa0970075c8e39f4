"""What folding may cost: the sentinel for what is not known, the caps, and the checks that keep them."""

from __future__ import annotations

import binascii
import lzma
import struct
import zlib
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import islice
from typing import Final


class Unknown(Enum):
    """The type of :data:`UNKNOWN`: one member, so that a type checker can narrow on it."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
"""No constant: the value is not known, or the operation would raise where it runs."""

MAX_RESULT: Final = 8 << 20
"""Bytes or characters of one result."""
MAX_ITEMS: Final = 1 << 20
"""Elements of one sequence, and of all that one operation walks through."""
MAX_BITS: Final = 1 << 20
"""Bits of an integer where the work is linear: literals, shifts, xor, ``to_bytes``."""
MAX_PRODUCT_BITS: Final = 1 << 16
"""Bits of a product, quotient or power."""
MAX_DEPTH: Final = 40
"""Nesting of lists and the like."""


class TooLarge(Exception):  # noqa: N818 - the name says what happened; it is no error of the program
    """A result is above a cap: what it is, nobody looked at."""


FAILURES: Final = (
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    EOFError,
    OSError,
    RecursionError,
    MemoryError,
    SyntaxError,
    AssertionError,
    zlib.error,
    lzma.LZMAError,
    binascii.Error,
    struct.error,
)
"""What a pure operation may raise on values that do not suit it."""


def fits(length: int) -> int:
    """``length`` where a text or bytes of it are allowed; :class:`TooLarge` otherwise."""
    if length > MAX_RESULT:
        raise TooLarge(f"a result of {length} bytes")
    return length


def fits_items(count: int) -> int:
    """``count`` where a sequence of it is allowed; :class:`TooLarge` otherwise."""
    if count > MAX_ITEMS:
        raise TooLarge(f"a sequence of {count} elements")
    return count


def fits_bits(bits: int, limit: int = MAX_BITS) -> int:
    """``bits`` where an integer of it is allowed; :class:`TooLarge` otherwise."""
    if bits > limit:
        raise TooLarge(f"an integer of {bits} bits")
    return bits


def bounded(value: object) -> object:
    """``value`` itself where it is within the caps (its first level; elements were results before)."""
    if isinstance(value, str | bytes | bytearray):
        fits(len(value))
        return bytes(value) if isinstance(value, bytearray) else value
    if isinstance(value, int):
        fits_bits(value.bit_length())
    elif isinstance(value, list | tuple | dict | set | frozenset):
        fits_items(len(value))
    return value


def items_of(value: object) -> list[object]:
    """The elements of a constant that can be iterated, at most :data:`MAX_ITEMS`.

    Raises:
        TypeError: it is none.
        TooLarge: it has more.
    """
    if not isinstance(value, str | bytes | list | tuple | dict | set | frozenset | range):
        raise TypeError("not iterable")
    fits_items(len(value))
    return list(value)


def walk(value: object) -> Iterator[object]:
    """All parts of a constant, itself first.

    Raises:
        TooLarge: more than :data:`MAX_ITEMS` parts, or deeper than :data:`MAX_DEPTH`.
    """
    stack = [(value, 0)]
    seen = 0
    while stack:
        part, depth = stack.pop()
        yield part
        if isinstance(part, Mapping):
            children: Iterator[object] = (side for pair in part.items() for side in pair)
        elif isinstance(part, list | tuple | set | frozenset):
            children = iter(part)
        else:
            continue
        if depth >= MAX_DEPTH:
            raise TooLarge("nested too deeply")
        before = len(stack)
        stack.extend((child, depth + 1) for child in islice(children, MAX_ITEMS))
        seen += len(stack) - before
        fits_items(seen)


def shown_size(value: object) -> int:
    """An upper bound of ``len(repr(value))``; :class:`TooLarge` where that is above the cap.

    Raises:
        TypeError: something in it is no constant.
    """
    total = 0
    for part in walk(value):
        if part is None or isinstance(part, bool | float | complex):
            total += 48
        elif isinstance(part, int):
            total += part.bit_length() // 3 + 4
        elif isinstance(part, str):
            total += 10 * len(part) + 4
        elif isinstance(part, bytes):
            total += 4 * len(part) + 5
        elif isinstance(part, list | tuple | dict | set | frozenset | range):
            total += 2 * len(part) + 24 if not isinstance(part, range) else 64
        else:
            raise TypeError("no constant")
    if total > 10 * MAX_RESULT:
        raise TooLarge("a text of a large constant")
    return total


def text_of(value: object) -> str:
    """``str(value)`` within the caps."""
    if isinstance(value, str):
        return value
    shown_size(value)
    text = str(value) if not isinstance(value, bytes) else repr(value)
    fits(len(text))
    return text


def repr_of(value: object) -> str:
    """``repr(value)`` within the caps."""
    shown_size(value)
    text = repr(value)
    fits(len(text))
    return text
