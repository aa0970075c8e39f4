"""Folding as the interpreter asks for it: by the names of syntax nodes, with what is too large simply unknown.

What a decoder makes of too large an input stays marked as decoded, so nothing is lost but the text itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stockade.vetter.python import fold
from stockade.vetter.python.fold import UNKNOWN, TooLarge

_BINARY = {
    "Add": "+",
    "Sub": "-",
    "Mult": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "LShift": "<<",
    "RShift": ">>",
    "BitAnd": "&",
    "BitOr": "|",
    "BitXor": "^",
}
_COMPARE = {
    "Eq": "==",
    "NotEq": "!=",
    "Lt": "<",
    "LtE": "<=",
    "Gt": ">",
    "GtE": ">=",
    "Is": "is",
    "IsNot": "is not",
    "In": "in",
    "NotIn": "not in",
}
_UNARY = {"USub": "-", "UAdd": "+", "Invert": "~", "Not": "not"}


def call(name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    """A pure function of constants."""
    try:
        return fold.call(name, arguments, keywords)
    except TooLarge:
        return UNKNOWN


def method(base: object, name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    """A pure method of a constant."""
    try:
        return fold.method(base, name, arguments, keywords)
    except TooLarge:
        return UNKNOWN


def binary(operator: str, left: object, right: object) -> object:
    """``left operator right`` by the class name of the operator's node."""
    symbol = _BINARY.get(operator)
    try:
        return fold.binop(symbol, left, right) if symbol is not None else UNKNOWN
    except TooLarge:
        return UNKNOWN


def unary(operator: str, operand: object) -> object:
    """``operator operand``."""
    symbol = _UNARY.get(operator)
    return fold.unary(symbol, operand) if symbol is not None else UNKNOWN


def compare(operator: str, left: object, right: object) -> object:
    """``left operator right``."""
    symbol = _COMPARE.get(operator)
    return fold.compare(symbol, left, right) if symbol is not None else UNKNOWN


def subscript(base: object, index: object) -> object:
    """``base[index]``."""
    try:
        return fold.subscript(base, index)
    except TooLarge:
        return UNKNOWN
