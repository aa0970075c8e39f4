"""Reads the plain subset of TOML in which resolvers write lockfiles, several times as fast as :mod:`tomllib`.

The subset is made of whole lines: strings with at most quotes escaped, integers, booleans, UTC times,
inline tables in one line, and arrays with one element a line. Everything else (one odd line is enough)
makes :func:`parse_canonical` give up, and the ordinary parser reads the file.
What it does read, it reads exactly as :mod:`tomllib` does; a property test holds it to that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from stockade.manifests.lines import Document, Lines, Path

MIN_SIZE = 32 * 1024
"""Characters below which the ordinary parser is quick enough."""

MAX_KEYS = 8
"""Keys in one header: resolvers write at most four."""

_PLAIN = r'[^"\\\x00-\x08\x0a-\x1f\x7f]*+'
_CHARS = rf'{_PLAIN}(?:\\["\\]{_PLAIN})*+'
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z"
_INTEGER = r"(?:0|[1-9][0-9]{0,17})"
_WORD = rf"{_TIME}|{_INTEGER}|true|false"
_KEY = rf'(?:[A-Za-z0-9_-]++|"{_PLAIN}")'
_STRINGS = rf'\[(?:"{_CHARS}"(?:, "{_CHARS}")*+)?+\]'
_SIMPLE = rf'(?:"{_CHARS}"|{_WORD}|{_STRINGS})'
_FLAT = rf"\{{ ?{_KEY} = {_SIMPLE}(?:, {_KEY} = {_SIMPLE})*+ ?\}}"
_VALUE = rf"(?:{_SIMPLE}|{_FLAT})"
_NESTED = rf"\{{ ?{_KEY} = {_VALUE}(?:, {_KEY} = {_VALUE})*+ ?\}}"

_TABLES = rf"\[{_NESTED}(?:, {_NESTED})*+\]"
_COMMENT = r"(?:[ \t]*+#[^\x00-\x08\x0a-\x1f\x7f]*+)?+"

_HEADER = re.compile(rf"(\[\[?)({_KEY}(?:\.{_KEY})*+)(\]\]?)")
_HEADER_KEY = re.compile(_KEY)
_PAIR = re.compile(rf'({_KEY}) = (?:"({_CHARS})"|({_WORD})){_COMMENT}')
_INLINE_PAIR = re.compile(rf"({_KEY}) = ({_NESTED}|{_STRINGS}|{_TABLES}|\{{\}})")
_OPENING = re.compile(rf"({_KEY}) = \[")
_ELEMENT = re.compile(rf'[ \t]*+(?:"({_CHARS})"|({_NESTED})),?')
_ITEM = re.compile(rf'({_KEY}) = (?:"({_CHARS})"|({_WORD})|({_STRINGS})|({_FLAT}))')
_TEXT = re.compile(rf'"({_CHARS})"')
_TABLE = re.compile(_NESTED)
_ESCAPE = re.compile(r"\\(.)")


class _GiveUpError(Exception):
    """The text is outside the subset, or not TOML at all: the ordinary parser will say."""


def parse_canonical(text: str) -> Document | None:
    """Parse a lockfile; None where it is too small to matter or not wholly inside the subset."""
    if len(text) < MIN_SIZE:
        return None
    try:
        return _Parser().run(text)
    except (_GiveUpError, ValueError):
        return None


class _Parser:
    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self.lines: dict[Path, int] = {}
        self.table = self.root
        self.path: Path = ()
        self.defined: set[Path] = set()
        self.array: list[Any] | None = None
        self.parse_shape: Callable[[str], dict[str, Any] | None] = _no_shape

    def run(self, text: str) -> Document:
        for number, line in enumerate(text.split("\n"), start=1):
            if self.array is not None:
                if line == "]":
                    self.array = None
                else:
                    self.array.append(self._element(line))
            elif pair := _PAIR.fullmatch(line):
                key, string, word = pair.groups()
                self._set(key, _text(string) if word is None else _word(word), number)
            elif line and not line.startswith("#"):
                self._structure(line, number)
        if self.array is not None:
            raise _GiveUpError
        return Document(self.root, Lines(self.lines))

    def _structure(self, line: str, number: int) -> None:
        """A line that opens a table or an array, or holds a whole container."""
        if opening := _OPENING.fullmatch(line):
            self.array = []
            self._set(opening[1], self.array, number)
        elif inline := _INLINE_PAIR.fullmatch(line):
            self._set(inline[1], _container(inline[2]), number)
        elif header := _HEADER.fullmatch(line):
            keys = [_key(key) for key in _HEADER_KEY.findall(header[2])]
            if len(header[1]) != len(header[3]) or len(keys) > MAX_KEYS:
                raise _GiveUpError
            self._open(keys, number, array=len(header[1]) > 1)
        else:
            raise _GiveUpError

    def _set(self, written: str, value: object, number: int) -> None:
        key = _key(written)
        if key in self.table:
            raise _GiveUpError
        self.table[key] = value
        self.lines[(*self.path, key)] = number

    def _open(self, keys: list[str], number: int, *, array: bool) -> None:
        """Enter ``[keys]`` or ``[[keys]]``; only tables that headers made may be passed through."""
        table = self.root
        path: Path = ()
        for key in keys[:-1]:
            table, path = self._step(table, (*path, key), key, number)
        last = keys[-1]
        path = (*path, last)
        if array:
            found = table.setdefault(last, [])
            if path not in self.lines:
                self.lines[path] = number
                self.defined.add(path)
            elif not (isinstance(found, list) and path in self.defined):
                raise _GiveUpError
            path = (*path, len(found))
            table = {}
            found.append(table)
        else:
            if last in table:
                raise _GiveUpError
            table[last] = table = {}
        self.defined.add(path)
        self.lines[path] = number
        self.table, self.path = table, path

    def _step(self, table: dict[str, Any], path: Path, key: str, number: int) -> tuple[dict[str, Any], Path]:
        if key not in table:
            table[key] = {}
            self.defined.add(path)
            self.lines[path] = number
        if path not in self.defined:
            raise _GiveUpError
        inner = table[key]
        if isinstance(inner, list):
            return inner[-1], (*path, len(inner) - 1)
        return inner, path

    def _element(self, line: str) -> object:
        """One line of an array. Such lines repeat one shape: it is compiled and tried first."""
        if (known := self.parse_shape(line)) is not None:
            return known
        found = _ELEMENT.fullmatch(line)
        if found is None:
            raise _GiveUpError
        if found[2] is None:
            return _text(found[1])
        value = _container(found[2])
        self.parse_shape = _shape(line, found[2])
        return value


def _container(text: str) -> object:
    """An array of strings or an inline table."""
    if text.startswith("[{"):
        return [_container(item) for item in _TABLE.findall(text)]
    if text[0] == "[":
        return [_text(item) for item in _TEXT.findall(text)]
    table: dict[str, Any] = {}
    for key, string, word, strings, inner in _ITEM.findall(text):
        name = _key(key)
        if name in table:
            raise _GiveUpError
        if container := strings or inner:
            table[name] = _container(container)
        else:
            table[name] = _word(word) if word else _text(string)
    return table


def _key(text: str) -> str:
    return text[1:-1] if text[0] == '"' else text


def _text(body: str) -> str:
    """The characters between a string's quotes, with its escapes undone."""
    return _ESCAPE.sub(r"\1", body) if "\\" in body else body


def _word(text: str) -> object:
    """A boolean, an integer or a UTC time."""
    if text == "true":
        return True
    if text == "false":
        return False
    return datetime.fromisoformat(text) if text.endswith("Z") else int(text)


def _no_shape(_line: str) -> dict[str, Any] | None:
    return None


def _shape(line: str, table: str) -> Callable[[str], dict[str, Any] | None]:
    """A parser for lines with the same keys, in the same order, with plain strings, integers and times for
    values, or tables of those."""
    pattern = _Pattern()
    body = pattern.body(table)
    if body is None:
        return _no_shape
    start, end = line.index("{"), line.rindex("}")
    match = re.compile(re.escape(line[:start]) + body + re.escape(line[end + 1 :])).fullmatch
    keys, words, tables = pattern.keys, pattern.words, pattern.tables

    def parse(candidate: str) -> dict[str, Any] | None:
        found = match(candidate)
        if found is None:
            return None
        value: dict[str, Any] = dict(zip(keys, found.groups(), strict=True))
        for key in words:
            value[key] = _word(value[key])
        for name, inner in tables:
            value[name] = {key: value.pop(f"{name}\n{key}") for key in inner}
        return value

    return parse


class _Pattern:
    """Collects what a shape's expression captures, in order. A key inside a table goes by both names,
    with a line end between: no key of the subset holds one."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.words: list[str] = []
        self.tables: list[tuple[str, list[str]]] = []

    def body(self, table: str, holder: str = "") -> str | None:
        """The expression for tables like ``table``; None where it holds what shapes do not capture."""
        parts: list[str] = []
        names: list[str] = []
        for written, _, word, strings, inner in _ITEM.findall(table):
            key = _key(written)
            names.append(key)
            if inner and not holder:
                nested = self.body(inner, key)
                if nested is None:
                    return None
                parts.append(rf"{re.escape(written)} = {nested}")
                continue
            if inner or strings or word in {"true", "false"}:
                return None
            capture = rf"({_TIME}|{_INTEGER})" if word else rf'"({_PLAIN})"'
            parts.append(rf"{re.escape(written)} = {capture}")
            name = f"{holder}\n{key}" if holder else key
            self.keys.append(name)
            if word:
                self.words.append(name)
        if holder:
            self.tables.append((holder, names))
        opening, closing = ("\\{ ", " \\}") if table.startswith("{ ") else ("\\{", "\\}")
        return opening + ", ".join(parts) + closing
