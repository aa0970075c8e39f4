"""Text put together: ``format``, ``str.format``, ``%`` and f-strings, with every width and total bounded."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from stockade.vetter.python.fold_limits import MAX_RESULT, TooLarge, fits, repr_of, text_of

_SPEC: Final = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?([0-9]*)[,_]?(?:\.([0-9]+))?[,_]?[A-Za-z%]?", re.DOTALL)
_DIRECTIVE: Final = re.compile(
    rb"%(?:\(([^)]*)\))?([#0\- +]*)(\*|[0-9]*)(?:\.(\*|[0-9]*))?[hlL]?([A-Za-z%])", re.DOTALL
)
_FIELD: Final = re.compile(r"\A(\w*)((?:\[[^\]]*\])*)\Z")
_MAX_DIRECTIVES: Final = 100_000
_MAX_NESTING: Final = 2

Lookup = Callable[[str], object]


def _number(digits: str) -> int:
    if len(digits) > 7:
        raise TooLarge("a field width")
    return fits(int(digits or "0"))


def format_value(value: object, spec: str) -> str:
    """``format(value, spec)`` for numbers, texts and, without a spec, any constant.

    Raises:
        TooLarge: the result is above the cap.
        ValueError: no such specification.
    """
    if not spec:
        return text_of(value)
    found = _SPEC.fullmatch(spec)
    if found is None or not isinstance(value, int | float | complex | str):
        raise ValueError("format specification")
    room = _number(found[1]) + _number(found[2] or "0")
    if isinstance(value, int) and not isinstance(value, bool):
        room += value.bit_length()
    fits(room)
    text = format(value, spec)
    fits(len(text))
    return text


def _converted(value: object, conversion: str | None) -> object:
    if conversion == "r":
        return repr_of(value)
    if conversion == "s":
        return text_of(value)
    if conversion == "a":
        return repr_of(value).encode("ascii", "backslashreplace").decode("ascii")
    return value


def _field(name: str, lookup: Lookup, auto: list[int]) -> object:
    """The value of ``{name[index]…}``; attribute access is not followed."""
    found = _FIELD.match(name)
    if found is None:
        raise ValueError("field")
    first = found[1]
    if not first:
        first = str(auto[0])
        auto[0] += 1
    value = lookup(first)
    for index in re.findall(r"\[([^\]]*)\]", found[2]):
        if isinstance(value, Mapping):
            value = value[int(index)] if index.isdigit() else value[index]
        elif isinstance(value, str | bytes | Sequence):
            value = value[int(index)]
        else:
            raise TypeError("index")
    return value


def _expand(template: str, lookup: Lookup, auto: list[int], depth: int) -> str:
    if depth > _MAX_NESTING:
        raise ValueError("nesting")
    out: list[str] = []
    room = MAX_RESULT
    for literal, name, spec, conversion in string.Formatter().parse(template):
        piece = literal
        if name is not None:
            value = _converted(_field(name, lookup, auto), conversion)
            piece += format_value(value, _expand(spec or "", lookup, auto, depth + 1))
        room -= len(piece)
        if room < 0:
            raise TooLarge("a formatted text")
        out.append(piece)
    return "".join(out)


def format_text(template: str, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
    """``template.format(*args, **kwargs)``.

    Raises:
        TooLarge: the result is above the cap.
        ValueError | TypeError | LookupError: what ``str.format`` would raise, and attribute access.
    """

    def lookup(name: str) -> object:
        return args[int(name)] if name.isdigit() else kwargs[name]

    return _expand(template, lookup, [0], 0)


def fstring(parts: Sequence[tuple[object, str | None, str]]) -> str:
    """An f-string: for each part its value, its conversion (``r``, ``s``, ``a`` or ``None``), its spec.

    A literal part is ``(text, None, "")``.

    Raises:
        TooLarge: the result is above the cap.
        ValueError | TypeError: a value does not suit its specification.
    """
    out: list[str] = []
    room = MAX_RESULT
    for value, conversion, spec in parts:
        out.append(format_value(_converted(value, conversion), spec))
        room -= len(out[-1])
        if room < 0:
            raise TooLarge("an f-string")
    return "".join(out)


class _Arguments:
    """The right side of ``%``, consumed in order or by name."""

    def __init__(self, value: object, *, text: bool) -> None:
        self.value = value
        self.text = text
        self.queue: list[object] = list(value) if isinstance(value, tuple) else [value]
        self.taken = 0

    def next(self) -> object:
        self.taken += 1
        return self.queue[self.taken - 1]

    def named(self, key: bytes) -> object:
        if not isinstance(self.value, Mapping):
            raise TypeError("a mapping is wanted")
        self.taken = len(self.queue)
        return self.value[key.decode("utf-8", "surrogateescape") if self.text else key]

    def width(self, raw: bytes | None) -> str:
        if raw is None:
            return ""
        if raw != b"*":
            _number(raw.decode())
            return raw.decode()
        value = self.next()
        if not isinstance(value, int):
            raise TypeError("* wants an integer")
        fits(abs(value))
        return str(value)


def percent(template: str | bytes, value: object) -> str | bytes:
    """``template % value``, directive by directive.

    Raises:
        TooLarge: the result is above the cap.
        ValueError | TypeError | LookupError: what ``%`` would raise.
    """
    text = isinstance(template, str)
    raw = template.encode("utf-8", "surrogatepass") if isinstance(template, str) else template
    arguments = _Arguments(value, text=text)
    out: list[bytes] = []
    last, room = 0, MAX_RESULT
    for number, found in enumerate(_DIRECTIVE.finditer(raw)):
        if number > _MAX_DIRECTIVES:
            raise TooLarge("formatting directives")
        if b"%" in raw[last : found.start()]:
            raise ValueError("directive")
        piece = raw[last : found.start()] + _directive(found, arguments, text=text)
        room -= len(piece)
        if room < 0:
            raise TooLarge("a formatted text")
        out.append(piece)
        last = found.end()
    rest = raw[last:]
    if b"%" in rest or (arguments.taken < len(arguments.queue) and isinstance(value, tuple)):
        raise ValueError("directive")
    out.append(rest)
    joined = b"".join(out)
    return joined.decode("utf-8", "surrogatepass") if text else joined


def _directive(found: re.Match[bytes], arguments: _Arguments, *, text: bool) -> bytes:
    key, flags, width, precision, kind = found.groups()
    if kind == b"%":
        return b"%"
    wide = arguments.width(width)
    exact = arguments.width(precision)
    value = arguments.named(key) if key is not None else arguments.next()
    fits(int(wide or "0") + int(exact or "0"))
    shape = f"%{flags.decode()}{wide}" + (f".{exact}" if precision is not None else "") + kind.decode()
    if kind in b"rsa":
        if text:
            value = _converted(value, kind.decode())
            shape = shape[:-1] + "s"
    elif not isinstance(value, int | float | str | bytes):
        raise TypeError("number")
    if text:
        return (shape % (value,)).encode("utf-8", "surrogatepass")
    return shape.encode() % (value,)
