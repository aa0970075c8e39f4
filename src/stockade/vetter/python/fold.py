"""Constant folding: pure functions over Python constants, bounded, and never ``eval``.

A constant is ``str``, ``bytes``, ``int``, ``float``, ``complex``, ``bool``, ``None``, ``range``, or a ``list``,
``tuple``, ``dict``, ``set`` or ``frozenset`` of constants; a bytearray is ``bytes`` here, and an iterator a list.
Nothing is mutated. Every function returns :data:`UNKNOWN` where an argument is not known or the operation would
raise where it runs, and raises :class:`TooLarge` where a result is above a cap: 8 MiB of text or bytes, 2**20
elements, 2**20 bits (2**16 of a product or power). Time is about linear in the arguments and the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stockade.vetter.python import fold_format
from stockade.vetter.python.decoders import Decompressor, is_decoder
from stockade.vetter.python.fold_calls import FUNCTIONS
from stockade.vetter.python.fold_code import looks_like_code
from stockade.vetter.python.fold_limits import (
    FAILURES,
    MAX_ITEMS,
    MAX_RESULT,
    UNKNOWN,
    TooLarge,
    Unknown,
    bounded,
)
from stockade.vetter.python.fold_methods import apply_method, operator_of
from stockade.vetter.python.fold_ops import apply_binary, apply_compare, apply_subscript, apply_unary
from stockade.vetter.python.marshalled import MarshalledCode

__all__ = [
    "MAX_ITEMS",
    "MAX_RESULT",
    "UNKNOWN",
    "Decompressor",
    "MarshalledCode",
    "TooLarge",
    "Unknown",
    "binop",
    "call",
    "compare",
    "fstring",
    "is_decoder",
    "knows",
    "looks_like_code",
    "method",
    "percent",
    "subscript",
    "unary",
]


def _attempt(run: Callable[..., object], *args: Any, **kwargs: Any) -> object:
    if any(value is UNKNOWN for value in args) or any(value is UNKNOWN for value in kwargs.values()):
        return UNKNOWN
    try:
        return bounded(run(*args, **kwargs))
    except FAILURES:
        return UNKNOWN


def knows(name: str) -> bool:
    """Whether :func:`call` can fold the function of this qualified name."""
    return name.removeprefix("builtins.") in FUNCTIONS


def call(name: str, args: Sequence[object], kwargs: Mapping[str, object] | None = None) -> object:
    """``name(*args, **kwargs)`` for a pure function by its qualified name (builtins without a module).

    Raises:
        TooLarge: the result, or the work, is above a cap.
    """
    run = FUNCTIONS.get(name.removeprefix("builtins."))
    return UNKNOWN if run is None else _attempt(run, *args, **(kwargs or {}))


def method(
    obj: object, name: str, args: Sequence[object], kwargs: Mapping[str, object] | None = None
) -> object:
    """``obj.name(*args, **kwargs)`` for a pure method of a constant (``join``, ``replace``, ``decode`` …).

    Raises:
        TooLarge: the result, or the work, is above a cap.
    """
    if obj is UNKNOWN or any(value is UNKNOWN for value in (kwargs or {}).values()):
        return UNKNOWN
    symbol = operator_of(name)
    if symbol is not None and len(args) == 1:
        return subscript(obj, args[0]) if symbol == "subscript" else binop(symbol, obj, args[0])
    if any(value is UNKNOWN for value in args):
        return UNKNOWN
    return _attempt(lambda: apply_method(obj, name, list(args), kwargs or {}))


def binop(op: str, a: object, b: object) -> object:
    """``a op b``; ``op`` is Python's symbol: ``+ - * / // % ** << >> & | ^``.

    Raises:
        TooLarge: the result is above a cap.
    """
    return _attempt(apply_binary, op, a, b)


def unary(op: str, a: object) -> object:
    """``op a``; ``op`` is ``-``, ``+``, ``~`` or ``not``."""
    return _attempt(apply_unary, op, a)


def compare(op: str, a: object, b: object) -> object:
    """``a op b``; ``op`` is ``== != < <= > >= in``, ``not in``, ``is``, ``is not`` (with ``None`` and booleans)."""
    return _attempt(apply_compare, op, a, b)


def subscript(obj: object, index: object) -> object:
    """``obj[index]``; ``index`` may be a ``slice`` of constants, negative steps included."""
    if isinstance(index, slice) and any(part is UNKNOWN for part in (index.start, index.stop, index.step)):
        return UNKNOWN
    return _attempt(apply_subscript, obj, index)


def fstring(parts: Sequence[tuple[object, str | None, str]]) -> object:
    """An f-string from its parts: ``(value, conversion or None, format spec)``; a literal is ``(text, None, "")``.

    Raises:
        TooLarge: the result is above a cap.
    """
    if any(value is UNKNOWN for value, _conversion, _spec in parts):
        return UNKNOWN
    return _attempt(fold_format.fstring, parts)


def percent(template: object, value: object) -> object:
    """``template % value`` for text and bytes.

    Raises:
        TooLarge: the result is above a cap.
    """
    if not isinstance(template, str | bytes):
        return UNKNOWN
    return _attempt(fold_format.percent, template, value)
