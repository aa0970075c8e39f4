"""Pure functions by qualified name: builtins, ``struct``, ``json``, ``operator`` and the decoders."""

from __future__ import annotations

import ast
import binascii
import itertools
import json
import struct
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

from stockade.vetter.python import decoders
from stockade.vetter.python.fold_format import format_value
from stockade.vetter.python.fold_limits import (
    MAX_BITS,
    MAX_ITEMS,
    TooLarge,
    bounded,
    fits,
    fits_bits,
    fits_items,
    items_of,
    repr_of,
    shown_size,
    text_of,
)
from stockade.vetter.python.fold_methods import apply_method
from stockade.vetter.python.fold_ops import apply_binary, apply_compare, apply_subscript, apply_unary
from stockade.vetter.python.marshalled import MarshalledCode, read_marshal

_MAX_LITERAL: Final = 2 << 20
"""Characters that ``ast.literal_eval`` may get (it costs about a hundred bytes each)."""
_MAX_LITERAL_DEPTH: Final = 90
_MAX_MODULAR_BITS: Final = 4_096
_MAX_STRUCT: Final = 1 << 20
_MAX_DIGITS: Final = 400


def _bytes(source: Any = b"", encoding: Any = None, errors: Any = "strict") -> bytes:
    if isinstance(source, str):
        if encoding is None:
            raise TypeError("encoding")
        return cast("bytes", decoders.encode(source, encoding, errors))
    if isinstance(source, int):
        return bytes(fits(source))
    return source if isinstance(source, bytes) else bytes(cast("list[int]", items_of(source)))


def _str(value: Any = "", encoding: Any = None, errors: Any = "strict") -> object:
    if encoding is None:
        return text_of(value)
    return decoders.decode(value, encoding, errors)


def _int(value: Any = 0, base: Any = None) -> int:
    if isinstance(value, str | bytes):
        fits_bits(len(value), MAX_BITS)
        return int(value, 10 if base is None else base)
    if base is not None or not isinstance(value, int | float):
        raise TypeError("int")
    return int(value)


def _round(value: Any, digits: Any = None) -> object:
    if digits is not None and abs(digits) > _MAX_DIGITS:
        raise TooLarge("digits")
    return round(value, digits)


def _radix(name: Callable[[int], str]) -> Callable[[Any], str]:
    def run(value: Any) -> str:
        fits_bits(value.bit_length())
        return name(value)

    return run


def _reversed(value: Any) -> list[object]:
    if isinstance(value, set | frozenset | dict):
        raise TypeError("not reversible")
    return items_of(value)[::-1]


def _sorted(value: Any, *, reverse: object = False) -> list[Any]:
    items: list[Any] = items_of(value)
    if any(isinstance(item, list | tuple) for item in items):
        shown_size(items)
    return sorted(items, reverse=bool(reverse))


def _dict(*args: Any, **kwargs: Any) -> dict[object, object]:
    out: dict[Any, object] = {}
    if args:
        (source,) = args
        pairs = source.items() if isinstance(source, dict) else (items_of(pair) for pair in items_of(source))
        out = {key: value for key, value in pairs}  # noqa: C416 - pairs of any iterable kind, of two elements exactly
    out.update(kwargs)
    return out


def _zip(*sides: Any) -> list[object]:
    lists = [items_of(side) for side in sides]
    return list(zip(*lists, strict=False))


def _enumerate(value: Any, start: int = 0) -> list[object]:
    return list(enumerate(items_of(value), start))


def _sum(value: Any, start: Any = 0) -> object:
    items: list[Any] = items_of(value)
    if isinstance(start, list | tuple):
        flat: list[Any] = list(start)
        for item in items:
            if not isinstance(item, type(start)):
                raise TypeError("sum")
            fits_items(len(flat) + len(item))
            flat.extend(item)
        return flat if isinstance(start, list) else tuple(flat)
    total = start
    for item in items:
        if not isinstance(item, int | float | complex):
            raise TypeError("sum")
        total = apply_binary("+", total, item)
    return total


def _extreme(pick: Callable[..., Any]) -> Callable[..., object]:
    def run(*args: Any, default: Any = None) -> object:
        items: list[Any] = items_of(args[0]) if len(args) == 1 else list(args)
        if any(isinstance(item, list | tuple) for item in items):
            shown_size(items)
        return pick(items, default=default) if default is not None else pick(items)

    return run


def _pow(base: Any, exponent: Any, modulus: Any = None) -> object:
    if modulus is None:
        return apply_binary("**", base, exponent)
    for part in (base, exponent, modulus):
        fits_bits(part.bit_length(), _MAX_MODULAR_BITS)
    return pow(base, exponent, modulus)


def _ascii(value: Any) -> str:
    return repr_of(value).encode("ascii", "backslashreplace").decode("ascii")


def _format(value: Any, spec: Any = "") -> str:
    return format_value(value, spec)


def _range(*args: Any) -> range:
    return range(*args)


def _from_bytes(data: Any, byteorder: Any = "big", *, signed: object = False) -> int:
    if not isinstance(data, bytes):
        data = _bytes(items_of(data))
    fits_bits(8 * len(data))
    return int.from_bytes(data, byteorder, signed=bool(signed))


def _to_bytes(value: Any, *args: Any, **kwargs: Any) -> object:
    return apply_method(value, "to_bytes", list(args), kwargs)


def _literal(text: Any) -> object:
    if not isinstance(text, str | bytes):
        raise TypeError("text")
    if len(text) > _MAX_LITERAL:
        raise TooLarge("a literal")
    source = text.decode() if isinstance(text, bytes) else text
    depth = deepest = 0
    for char in source:
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]}":
            depth -= 1
    if deepest > _MAX_LITERAL_DEPTH or max(map(source.count, "-+~")) > MAX_ITEMS // 1_000:
        raise TooLarge("a nested literal")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bounded(ast.literal_eval(source))


def _json(text: Any) -> object:
    if not isinstance(text, str | bytes):
        raise TypeError("text")
    fits(len(text))
    fits_items(text.count("[") if isinstance(text, str) else text.count(b"["))
    return json.loads(text)


def _struct_format(shape: Any) -> str:
    text = shape.decode("ascii") if isinstance(shape, bytes) else shape
    if not isinstance(text, str) or struct.calcsize(text) > _MAX_STRUCT:
        raise TooLarge("a structure")
    return text


def _unpack(shape: Any, data: Any) -> tuple[object, ...]:
    return struct.unpack(_struct_format(shape), data)


def _unpack_from(shape: Any, data: Any, offset: int = 0) -> tuple[object, ...]:
    return struct.unpack_from(_struct_format(shape), data, offset)


def _pack(shape: Any, *values: Any) -> bytes:
    return struct.pack(_struct_format(shape), *values)


def _marshal(data: Any) -> MarshalledCode:
    if not isinstance(data, bytes):
        raise TypeError("bytes")
    code = read_marshal(data)
    if code is None:
        raise ValueError("no code object")
    return code


def _maketrans(*args: Any) -> object:
    return str.maketrans(*args)


def _bytes_maketrans(source: Any, target: Any) -> bytes:
    return bytes.maketrans(source, target)


def _chain(*parts: Any) -> list[object]:
    out: list[object] = []
    for part in parts:
        out.extend(items_of(part))
        fits_items(len(out))
    return out


def _cycle_join(text: Any, *parts: Any) -> object:
    return apply_method(text, "join", list(parts), {})


def _islice(value: Any, *bounds: Any) -> list[object]:
    return list(itertools.islice(cast("Iterable[object]", items_of(value)), *bounds))


def _unbound(kind: type, name: str) -> Callable[..., object]:
    """``str.join(', ', parts)``: the method with its object as first argument."""

    def run(obj: Any, *args: Any, **kwargs: Any) -> object:
        if not isinstance(obj, kind):
            raise TypeError(name)
        return apply_method(obj, name, list(args), kwargs)

    return run


_CONCRETE: Final[Mapping[str, Callable[..., object]]] = {
    "chr": chr,
    "unichr": chr,
    "ord": ord,
    "bytes": _bytes,
    "bytearray": _bytes,
    "memoryview": _bytes,
    "str": _str,
    "unicode": _str,
    "int": _int,
    "long": _int,
    "float": lambda value=0.0: float(value),
    "bool": lambda value=False: bool(value),
    "hex": _radix(hex),
    "oct": _radix(oct),
    "bin": _radix(bin),
    "len": len,
    "abs": lambda value: bounded(abs(value)),
    "round": _round,
    "divmod": lambda a, b: (apply_binary("//", a, b), apply_binary("%", a, b)),
    "pow": _pow,
    "sum": _sum,
    "min": _extreme(min),
    "max": _extreme(max),
    "any": lambda value: any(items_of(value)),
    "all": lambda value: all(items_of(value)),
    "reversed": _reversed,
    "sorted": _sorted,
    "list": lambda value=(): items_of(value),
    "iter": items_of,
    "tuple": lambda value=(): tuple(items_of(value)),
    "set": lambda value=(): set(items_of(value)),
    "frozenset": lambda value=(): frozenset(items_of(value)),
    "dict": _dict,
    "zip": _zip,
    "enumerate": _enumerate,
    "range": _range,
    "xrange": _range,
    "slice": slice,
    "format": _format,
    "ascii": _ascii,
    "repr": repr_of,
    "int.from_bytes": _from_bytes,
    "int.to_bytes": _to_bytes,
    "str.maketrans": _maketrans,
    "string.maketrans": _maketrans,
    "bytes.maketrans": _bytes_maketrans,
    "bytearray.maketrans": _bytes_maketrans,
    "dict.fromkeys": lambda keys, value=None: dict.fromkeys(items_of(keys), value),
    "string.join": lambda parts, sep=" ": _cycle_join(sep, parts),
    "codecs.encode": decoders.encode,
    "base64.b64encode": lambda data: binascii.b2a_base64(data, newline=False),
    "binascii.hexlify": binascii.hexlify,
    "binascii.b2a_hex": binascii.hexlify,
    "json.loads": _json,
    "ast.literal_eval": _literal,
    "struct.unpack": _unpack,
    "struct.unpack_from": _unpack_from,
    "struct.pack": _pack,
    "struct.calcsize": struct.calcsize,
    "marshal.loads": _marshal,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": lambda parts: _chain(*items_of(parts)),
    "itertools.islice": _islice,
    "operator.getitem": apply_subscript,
    "operator.not_": lambda a: apply_unary("not", a),
    "operator.neg": lambda a: apply_unary("-", a),
    "operator.invert": lambda a: apply_unary("~", a),
    "math.floor": lambda value: int(value // 1),
    "math.ceil": lambda value: -int(-value // 1),
}
_BINARY_NAMES: Final[Mapping[str, str]] = {
    "add": "+",
    "concat": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "lshift": "<<",
    "rshift": ">>",
    "and_": "&",
    "or_": "|",
    "xor": "^",
}
_COMPARE_NAMES: Final[Mapping[str, str]] = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
_UNBOUND: Final[Mapping[str, tuple[type, tuple[str, ...]]]] = {
    "str": (
        str,
        ("join", "replace", "split", "strip", "encode", "format", "lower", "upper", "translate", "zfill"),
    ),
    "bytes": (bytes, ("join", "replace", "split", "strip", "decode", "hex", "translate")),
    "bytearray": (bytes, ("join", "replace", "split", "strip", "decode", "hex", "translate")),
    "dict": (dict, ("get", "keys", "values", "items")),
}


def _operator(apply: Callable[[str, Any, Any], object], symbol: str) -> Callable[..., object]:
    return lambda a, b: apply(symbol, a, b)


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    **_CONCRETE,
    **decoders.DECODERS,
    **{f"operator.{name}": _operator(apply_binary, op) for name, op in _BINARY_NAMES.items()},
    **{f"operator.{name}": _operator(apply_compare, op) for name, op in _COMPARE_NAMES.items()},
    **{
        f"{prefix}.{name}": _unbound(kind, name)
        for prefix, (kind, names) in _UNBOUND.items()
        for name in names
    },
}
"""Everything that :func:`stockade.vetter.python.fold.call` can do, by qualified name."""
