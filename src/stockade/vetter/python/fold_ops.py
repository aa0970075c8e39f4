"""Operators over constants: arithmetic, comparison, subscripts and slices, each bounded before it is done."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from stockade.vetter.python.fold_format import percent
from stockade.vetter.python.fold_limits import (
    MAX_BITS,
    MAX_PRODUCT_BITS,
    UNKNOWN,
    TooLarge,
    bounded,
    fits,
    fits_bits,
    fits_items,
    shown_size,
)

_TEXT = (str, bytes)
_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
_COMPARISON: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": lambda a, b: a is b if a is None or b is None or isinstance(a, bool) else UNKNOWN,
    "is not": lambda a, b: a is not b if a is None or b is None or isinstance(a, bool) else UNKNOWN,
    "in": lambda a, b: operator.contains(b, a),
    "not in": lambda a, b: not operator.contains(b, a),
}
_UNARY: Final[Mapping[str, Callable[[Any], object]]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": lambda a: operator.invert(int(a) if isinstance(a, bool) else a),
    "not": operator.not_,
}


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 64


def _guard_integers(op: str, a: int, b: int) -> None:
    if op == "**":
        if abs(a) > 1 and b > 0:
            fits_bits(_bits(a) * b if b <= MAX_BITS else MAX_BITS + 1, MAX_PRODUCT_BITS)
        fits_bits(_bits(a), MAX_PRODUCT_BITS)
    elif op == "<<":
        if b > MAX_BITS:
            raise TooLarge("a shift")
        fits_bits(_bits(a) + max(b, 0))
    elif op == "*":
        fits_bits(_bits(a) + _bits(b), MAX_PRODUCT_BITS)
    elif op in {"/", "//", "%"}:
        fits_bits(max(_bits(a), _bits(b)), MAX_PRODUCT_BITS)


def _repeated(sequence: Any, times: int) -> object:
    length = len(sequence) * max(times, 0)
    if isinstance(sequence, _TEXT):
        fits(length)
    else:
        fits_items(length)
    return sequence * times


def apply_binary(op: str, a: Any, b: Any) -> object:
    """``a op b``; raises what the operation raises, and :class:`TooLarge`."""
    if op == "%" and isinstance(a, _TEXT):
        return percent(a, b)
    if op == "*":
        if isinstance(a, int) and isinstance(b, (*_TEXT, list, tuple)):
            a, b = b, a
        if isinstance(b, int) and isinstance(a, (*_TEXT, list, tuple)):
            return _repeated(a, b)
    if op == "+" and isinstance(a, _TEXT) and isinstance(b, _TEXT):
        fits(len(a) + len(b))
    elif op == "+" and isinstance(a, list | tuple) and isinstance(b, list | tuple):
        fits_items(len(a) + len(b))
    elif isinstance(a, int) and isinstance(b, int):
        _guard_integers(op, a, b)
    return bounded(_ARITHMETIC[op](a, b))


def apply_compare(op: str, a: Any, b: Any) -> object:
    """``a op b`` for a comparison; raises what it raises, and :class:`TooLarge` for large nested values."""
    for side in (a, b):
        if isinstance(side, list | tuple | dict | set | frozenset):
            shown_size(side)
    if op in {"==", "!="} and isinstance(a, bytes) is not isinstance(b, bytes) and isinstance(a, _TEXT):
        return op == "!="  # without the interpreter's BytesWarning
    return _COMPARISON[op](a, b)


def apply_unary(op: str, a: Any) -> object:
    """``op a``."""
    return bounded(_UNARY[op](a))


def apply_subscript(obj: Any, index: Any) -> object:
    """``obj[index]``, slices included."""
    if not isinstance(obj, str | bytes | list | tuple | dict | range):
        raise TypeError("no subscript")
    return bounded(obj[index])
