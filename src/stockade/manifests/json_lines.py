"""JSON with line numbers. :mod:`json` decides what the values are; this module finds the lines, reports
keys that stand twice in one object, and keeps nested input from the parser's stack."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from stockade.manifests.lines import Document, Lines, Path
from stockade.manifests.text import MAX_NESTING, ReadError, one_line

_TOKEN = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]++)', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAX_FAULTS = 50


def load_json(text: str) -> Document:
    """Parse a JSON document whose root is an object. Of a key that stands twice the last value counts,
    as for the tools that read such files, and the document's ``faults`` name it.

    Raises:
        ReadError: it is not JSON, its root is no object, it is nested too deep, or it escapes a lone
            surrogate, which is no character.
    """
    document = _walk(text)
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ReadError(f"not JSON: {error.msg}", line=error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not JSON that can be read: {error}") from None
    if not isinstance(value, dict):
        raise ReadError(f"not a JSON object, but {_kind(value)}", line=1)
    document.value = value
    return document


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _walk(text: str) -> Document:
    """The lines and faults of a document, its value still empty. Lenient: :mod:`json` refuses the rest."""
    walk = _Walk()
    counted = 0
    for token in _TOKEN.finditer(text):
        word = token[1]
        if (char := word[0]) in ":,]}":
            walk.close(char)
            continue
        start = token.start(1)
        walk.line += text.count("\n", counted, start)
        counted = start
        if char == '"' and "\\u" in word:
            _check_surrogates(word, walk.line)
        walk.enter(char, word)
    return Document({}, Lines(walk.lines), walk.faults)


class _Walk:
    """The objects and arrays that are open, and the lines found so far."""

    def __init__(self) -> None:
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.faults: list[tuple[int, str]] = []
        self.opened: list[_Container] = []

    def close(self, char: str) -> None:
        """Take ``,``, ``:`` or a closing bracket."""
        if not self.opened or char == ":":
            return
        if char == ",":
            self.opened[-1].next_item()
        else:
            self.opened.pop()

    def enter(self, char: str, word: str) -> None:
        """Take the first token of a key or value, ``char`` being its first character."""
        path: Path = ()
        start = 1
        if self.opened:
            holder = self.opened[-1]
            if holder.waiting and char == '"':
                self._key(holder, word)
                return
            path, start = (*holder.path, holder.key), holder.key_line or self.line
            if start != holder.line:
                self.lines[path] = start
        if char in "[{":
            if len(self.opened) >= MAX_NESTING:
                raise ReadError(f"nested deeper than the {MAX_NESTING} levels that are read", line=self.line)
            self.opened.append(_Container(path, start, is_array=char == "["))

    def _key(self, holder: _Container, word: str) -> None:
        try:
            key: str = json.loads(word) if "\\" in word else word[1:-1]
        except ValueError:
            key = word
        if key in holder.seen and len(self.faults) < _MAX_FAULTS:
            message = f"the key {one_line(key, 80)!r} stands twice in one object: the last value counts"
            self.faults.append((self.line, message))
        holder.seen.add(key)
        holder.key, holder.key_line, holder.waiting = key, self.line, False


class _Container:
    """An object or array that the walk is inside of."""

    __slots__ = ("is_array", "key", "key_line", "line", "path", "seen", "waiting")

    def __init__(self, path: Path, line: int, *, is_array: bool) -> None:
        self.path = path
        self.line = line
        self.is_array = is_array
        self.key: str | int = 0 if is_array else ""
        self.key_line = 0
        self.seen: set[str] = set()
        self.waiting = not is_array
        """The next string is a key."""

    def next_item(self) -> None:
        if self.is_array:
            self.key = int(self.key) + 1
        else:
            self.waiting = True
        self.key_line = 0


def _check_surrogates(word: str, line: int) -> None:
    try:
        decoded = json.loads(word)
    except ValueError:
        return
    if _SURROGATE.search(decoded):
        raise ReadError("an escaped lone surrogate, which is no character", line=line)
