"""TOML with line numbers. :mod:`tomllib` decides what is valid and what the values are; this module
finds the lines, and keeps hostile input away from it.

:func:`line_map` is a tokenizer that runs in linear time without recursion and refuses keys and
containers nested deeper than :data:`MAX_NESTING`, which cost :mod:`tomllib` quadratic time or the
stack. It accepts some texts that are not TOML, never the reverse.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from stockade.manifests.lines import Document, Lines, Path
from stockade.manifests.text import MAX_NESTING, ReadError, one_line
from stockade.manifests.toml_fast import parse_canonical

_BLANK = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_BARE = re.compile(r"[A-Za-z0-9_-]++")
_STRING = re.compile(
    r'"""(?s:[^"\\]++|\\.|""?(?!"))*+"{3,5}'
    r"|'''(?:[^']++|''?(?!'))*+'{3,5}"
    r'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
    r"|'[^'\n]*+'"
)
_SCALAR = re.compile(r"[^\s,\[\]{}#\"'=]++(?: [0-9][^\s,\[\]{}#\"'=]*+)?+")
_ESCAPED = re.compile(r"\\")
_FAULT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def load_toml(text: str) -> Document:
    """Parse a TOML document.

    Raises:
        ReadError: it is not TOML, or it is nested too deep.
    """
    if (fast := parse_canonical(text)) is not None:
        return fast
    try:
        lines = line_map(text)
    except _LexicalError as error:
        # What stands before the fault is within bounds, so tomllib may say what is wrong, in its words.
        end = text.find("\n", error.position)
        _parse(text if end < 0 else text[:end])
        raise ReadError(f"not TOML: {error.message}", line=error.line) from None
    return Document(_parse(text), lines)


def line_map(text: str) -> Lines:
    """The line of every key, table and array element of a TOML document.

    Raises:
        ReadError: a lexical fault, or nesting deeper than :data:`MAX_NESTING`.
    """
    return _Tokenizer(text).run()


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _FAULT_LINE.search(message)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise ReadError(
            f"not TOML: {one_line(message[: place.start()] if place else message)}", line=line
        ) from None
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not TOML that can be read: {error}") from None


class _LexicalError(ReadError):
    """The tokenizer met what cannot be TOML at ``position``."""

    def __init__(self, message: str, *, line: int, position: int) -> None:
        super().__init__(message, line=line)
        self.position = position


class _Tokenizer:
    """Walks once over the text; the open arrays and inline tables are on a list, not on the stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}
        """Arrays of tables: how many elements each has so far."""
        self._line = 1
        self._counted = 0

    def run(self) -> Lines:
        table: Path = ()
        table_line = 1
        while self._skip_blank():
            if self.text.startswith("[", self.position):
                table, table_line = self._header()
            else:
                self._value(*self._assignment(table, table_line))
        return Lines(self.lines)

    def _header(self) -> tuple[Path, int]:
        """``[key]`` or ``[[key]]``: the path that it opens, and its line."""
        line = self.line()
        double = self.text.startswith("[[", self.position)
        self.position += 2 if double else 1
        keys = self._key()
        if not self.text.startswith("]]" if double else "]", self.position):
            raise self._fault("a table header that is not closed")
        self.position += 2 if double else 1
        path: Path = ()
        for key in keys[:-1]:
            path = (*path, key)
            self.lines.setdefault(path, line)
            if count := self.tables.get(path):
                path = (*path, count - 1)
        path = (*path, keys[-1])
        if double:
            self.lines.setdefault(path, line)
            self.tables[path] = count = self.tables.get(path, 0) + 1
            path = (*path, count - 1)
        self.lines[path] = line
        return path, line

    def _assignment(self, table: Path, table_line: int) -> tuple[Path, int]:
        """``key =``: the path that it names, and its line; notes the key and every table it implies."""
        line = self.line()
        path = table
        *implied, last = self._key()
        for key in implied:
            path = (*path, key)
            self.lines.setdefault(path, line)
        path = (*path, last)
        if implied or line != table_line:
            self.lines.setdefault(path, line)
        if len(path) > MAX_NESTING:
            raise ReadError(f"nested deeper than the {MAX_NESTING} levels that are read", line=line)
        if not self.text.startswith("=", self.position):
            raise self._fault("a key without '='")
        self.position += 1
        self._skip_space()
        return path, line

    def _key(self) -> list[str]:
        """A dotted key, and the white space after it."""
        keys: list[str] = []
        while True:
            self._skip_space()
            keys.append(self._key_part())
            self._skip_space()
            if not self.text.startswith(".", self.position):
                return keys
            self.position += 1
            if len(keys) >= MAX_NESTING:
                raise ReadError(f"a key of more than {MAX_NESTING} parts refused", line=self.line())

    def _key_part(self) -> str:
        if bare := _BARE.match(self.text, self.position):
            self.position = bare.end()
            return bare[0]
        start = self.position
        quoted = _STRING.match(self.text, start)
        if quoted is None or self.text.startswith(('"""', "'''"), start):
            raise self._fault("expected a key")
        self.position = quoted.end()
        raw = quoted[0]
        if raw[0] == '"' and _ESCAPED.search(raw):
            return _unescaped(raw, self.line())
        return raw[1:-1]

    def _value(self, path: Path, line: int) -> None:
        """A value of any kind, with all that it holds."""
        opened: list[tuple[Path, int, bool]] = []
        """Containers around the present value: path, line, and whether it is an array."""
        indexes: list[int] = []
        while True:
            opens = self.text.startswith(("[", "{"), self.position)
            if opens and len(path) >= MAX_NESTING:
                raise ReadError(f"nested deeper than the {MAX_NESTING} levels that are read", line=line)
            if opens:
                opened.append((path, line, self.text[self.position] == "["))
                indexes.append(0)
                self.position += 1
            else:
                self._scalar()
            following = self._next_item(opened, indexes)
            if following is None:
                return
            path, line = following

    def _next_item(self, opened: list[tuple[Path, int, bool]], indexes: list[int]) -> tuple[Path, int] | None:
        """Close the containers that end here; the path and line of the value that comes next, or None."""
        while opened:
            holder, holder_line, is_array = opened[-1]
            self._skip_blank()
            if self.text.startswith(",", self.position):
                self.position += 1
                self._skip_blank()
            if self.text.startswith("]" if is_array else "}", self.position):
                self.position += 1
                opened.pop()
                indexes.pop()
                continue
            if self.position >= len(self.text):
                raise self._fault("an array or table that is not closed")
            if not is_array:
                return self._assignment(holder, holder_line)
            path, line = (*holder, indexes[-1]), self.line()
            indexes[-1] += 1
            if line != holder_line:
                self.lines[path] = line
            return path, line
        return None

    def _scalar(self) -> None:
        found = _STRING.match(self.text, self.position) or _SCALAR.match(self.text, self.position)
        if found is None:
            raise self._fault("expected a value")
        self.position = found.end()

    def _skip_blank(self) -> bool:
        """Skip white space, line ends and comments; False at the end of the text."""
        if found := _BLANK.match(self.text, self.position):
            self.position = found.end()
        return self.position < len(self.text)

    def _skip_space(self) -> None:
        if found := _SPACE.match(self.text, self.position):
            self.position = found.end()

    def line(self) -> int:
        """The line of the present position."""
        self._line += self.text.count("\n", self._counted, self.position)
        self._counted = self.position
        return self._line

    def _fault(self, message: str) -> _LexicalError:
        return _LexicalError(message, line=self.line(), position=self.position)


def _unescaped(quoted: str, line: int) -> str:
    """A quoted key with escapes, read by tomllib itself."""
    try:
        (key,) = tomllib.loads(f"{quoted} = 0")
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ReadError(f"not TOML: {one_line(str(error))}", line=line) from None
    return key
