"""Pure methods of constants, each with its growth bounded before it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from stockade.vetter.python import decoders
from stockade.vetter.python.fold_format import format_text
from stockade.vetter.python.fold_limits import (
    MAX_ITEMS,
    TooLarge,
    bounded,
    fits,
    fits_bits,
    fits_items,
    items_of,
    shown_size,
)

# fmt: off
_SHARED: Final = frozenset((
    "capitalize", "count", "endswith", "find", "index", "isalnum", "isalpha", "isascii", "isdigit",
    "islower", "isspace", "istitle", "isupper", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "rfind", "rindex", "rpartition", "rstrip", "startswith", "strip", "swapcase",
    "title", "upper",
))
# fmt: on
_PLAIN: Final[Mapping[type, frozenset[str]]] = {
    str: _SHARED | {"casefold", "isdecimal", "isidentifier", "isnumeric", "isprintable"},
    bytes: _SHARED | {"hex"},
    list: frozenset({"count", "index", "copy"}),
    tuple: frozenset({"count", "index"}),
    set: frozenset({"issubset", "issuperset", "isdisjoint", "union", "intersection", "difference", "copy"}),
    frozenset: frozenset(
        {"issubset", "issuperset", "isdisjoint", "union", "intersection", "difference", "copy"}
    ),
    dict: frozenset({"get", "copy"}),
    int: frozenset({"bit_length", "bit_count", "conjugate"}),
    bool: frozenset({"bit_length", "bit_count", "conjugate"}),
    float: frozenset({"is_integer", "hex", "as_integer_ratio", "conjugate"}),
    range: frozenset({"count", "index"}),
}


def _join(sep: Any, parts: object) -> object:
    pieces: list[Any] = items_of(parts)
    total = len(sep) * max(len(pieces) - 1, 0)
    for piece in pieces:
        total += len(piece)
    fits(total)
    return sep.join(pieces)


def _replace(obj: Any, old: Any, new: Any, count: int = -1) -> object:
    hits = obj.count(old)
    if count >= 0:
        hits = min(hits, count)
    fits(len(obj) + hits * (len(new) - len(old)))
    return obj.replace(old, new, count)


def _split(obj: Any, sep: Any = None, maxsplit: int = -1) -> object:
    limit = MAX_ITEMS if maxsplit < 0 else min(maxsplit, MAX_ITEMS)
    return obj.split(sep, limit)


def _rsplit(obj: Any, sep: Any = None, maxsplit: int = -1) -> object:
    limit = MAX_ITEMS if maxsplit < 0 else min(maxsplit, MAX_ITEMS)
    return obj.rsplit(sep, limit)


def _splitlines(obj: Any, keepends: object = False) -> object:
    ends = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029" if isinstance(obj, str) else (b"\n", b"\r")
    fits_items(sum(obj.count(end) for end in ends))
    return obj.splitlines(bool(keepends))


def _padded(name: str) -> Callable[..., object]:
    def run(obj: Any, width: int, *fill: object) -> object:
        fits(width)
        return getattr(obj, name)(width, *fill)

    return run


def _expandtabs(obj: Any, tabsize: int = 8) -> object:
    fits(len(obj) + obj.count("\t" if isinstance(obj, str) else b"\t") * max(tabsize, 0))
    return obj.expandtabs(tabsize)


def _translate(obj: Any, table: Any, delete: bytes = b"") -> object:
    if isinstance(obj, bytes):
        return obj.translate(table, delete)
    if isinstance(table, dict):
        widest = max((len(value) for value in table.values() if isinstance(value, str)), default=1)
        if len(obj) * max(widest, 1) > 4 * MAX_ITEMS:
            fits(sum(len(v) if isinstance(v := table.get(ord(c)), str) else 1 for c in obj))
    elif not isinstance(table, str | bytes | list | tuple):
        raise TypeError("table")
    return obj.translate(table)


def _encode(obj: str, encoding: object = "utf-8", errors: object = "strict") -> object:
    return decoders.encode(obj, encoding, errors)


def _str_decode(obj: str, encoding: object = "utf-8", errors: object = "strict") -> object:
    """``str.decode`` of Python 2: a literal there is bytes."""
    decoded = decoders.decode(obj.encode("latin-1"), encoding, errors)
    return decoded.decode("latin-1") if isinstance(decoded, bytes) else decoded


def _format(obj: str, *args: object, **kwargs: object) -> object:
    return format_text(obj, args, kwargs)


def _format_map(obj: str, mapping: Mapping[str, object]) -> object:
    return format_text(obj, (), mapping)


def _to_bytes(obj: int, length: int = 1, byteorder: Any = "big", *, signed: bool = False) -> object:
    fits(length)
    return obj.to_bytes(length, byteorder, signed=signed)


def _hex(obj: bytes, *args: object) -> object:
    fits(3 * len(obj))
    return obj.hex(*args)  # type: ignore[arg-type]  # a wrong argument raises TypeError, which is expected


def _keys(obj: dict[object, object]) -> object:
    return list(obj)


def _values(obj: dict[object, object]) -> object:
    return list(obj.values())


def _items(obj: dict[object, object]) -> object:
    return list(obj.items())


_BOTH: Final[Mapping[str, Callable[..., object]]] = {
    "join": _join,
    "replace": _replace,
    "split": _split,
    "rsplit": _rsplit,
    "splitlines": _splitlines,
    "center": _padded("center"),
    "ljust": _padded("ljust"),
    "rjust": _padded("rjust"),
    "zfill": _padded("zfill"),
    "expandtabs": _expandtabs,
    "translate": _translate,
}
_SPECIAL: Final[Mapping[type, Mapping[str, Callable[..., object]]]] = {
    str: {
        **_BOTH,
        "encode": _encode,
        "decode": _str_decode,
        "format": _format,
        "format_map": _format_map,
    },
    bytes: {**_BOTH, "decode": decoders.decode, "hex": _hex},
    int: {"to_bytes": _to_bytes},
    bool: {"to_bytes": _to_bytes},
    dict: {"keys": _keys, "values": _values, "items": _items},
    decoders.Decompressor: {
        "decompress": lambda obj, data, *_limit: obj.decompress(decoders.as_bytes(data)),
        "flush": lambda _obj, *_length: b"",
    },
}
_OPERATORS: Final[Mapping[str, str]] = {
    "__getitem__": "subscript",
    "__add__": "+",
    "__mul__": "*",
    "__mod__": "%",
    "__xor__": "^",
}
"""Special methods that obfuscated code calls by name, and what they are."""


def operator_of(name: str) -> str | None:
    """``subscript`` or the binary operator that a special method stands for."""
    return _OPERATORS.get(name)


def apply_method(obj: Any, name: str, args: list[Any], kwargs: Mapping[str, Any]) -> object:
    """``obj.name(*args, **kwargs)``.

    Raises:
        TooLarge: the result, or nested data to be compared, is above a cap.
        AttributeError: no pure method of that name.
        Exception: what the method raises.
    """
    kind = type(obj)
    special = _SPECIAL.get(kind, {}).get(name)
    if special is not None:
        return bounded(special(obj, *args, **kwargs))
    if name not in _PLAIN.get(kind, frozenset()):
        raise AttributeError(name)
    if kind in {str, bytes} and len(obj) > MAX_ITEMS and len(args) == 1 and isinstance(args[0], tuple):
        raise TooLarge("many prefixes of a long text")
    if kind in {list, tuple} and args:
        shown_size(obj)
    if kind is int:
        fits_bits(obj.bit_length())
    return bounded(getattr(obj, name)(*args, **kwargs))
