"""Bounded reading of TOML from files that nobody vouches for, and the lines that its keys stand on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

MAX_BYTES = 1024 * 1024
"""A larger policy file is refused unread."""

MAX_KEY_WORK = 20_000_000
"""``tomllib`` needs time in the square of the dots of a dotted key. The sum over all lines of the
squared number of dots may be so large: about a third of a second."""

MAX_NESTING = 64
"""Levels of nested tables and arrays in what was read."""

Path_ = tuple[str | int, ...]
"""Where a value stands: ``("exceptions", 0, "rule")``."""


class TomlError(Exception):
    """A text that is refused; the message says why, in one line."""


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        TomlError: it is larger than :data:`MAX_BYTES`, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise TomlError(f"cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_BYTES:
        raise TomlError(f"larger than {MAX_BYTES:,} bytes, the most that is read of a policy file")
    return data


def mentions(path: Path, word: bytes) -> bool:
    """Whether a file of any size holds ``word``.

    Raises:
        TomlError: it cannot be read.
    """
    tail = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(MAX_BYTES):
                if word in tail + chunk:
                    return True
                tail = chunk[-len(word) :]
    except OSError as error:
        raise TomlError(f"cannot be read: {error.strerror or error}") from error
    return False


def parse(data: bytes) -> dict[str, Any]:
    """Parse TOML 1.0.

    Raises:
        TomlError: it is not TOML, or too costly or too deep to read.
    """
    if sum(line.count(b".") ** 2 for line in data.split(b"\n")) > MAX_KEY_WORK:
        raise TomlError("a line with thousands of dots; write long lists over several lines")
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TomlError(f"not UTF-8: byte 0x{data[error.start]:02x} (at line {line})") from None
    except RecursionError:
        raise TomlError("nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, and Python's own limit on the digits of an integer
        raise TomlError(f"not valid TOML: {shorten(str(error), 200)}") from None
    if _deeper_than(table, MAX_NESTING):
        raise TomlError(f"nested more than {MAX_NESTING} levels deep")
    return table


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([^\s=#\[\]{},][^=#\[\]{},]*?)\s*=")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)""")


def key_lines(text: str) -> dict[Path_, int]:
    """The 1-based line of each table and of each key that begins a line.

    A scan by lines, not a parser: it is right for files as people write them, and used for messages only.
    """
    lines: dict[Path_, int] = {}
    counts: dict[Path_, int] = {}
    here: Path_ = ()
    quote = ""
    for number, line in enumerate(text.split("\n"), start=1):
        inside, quote = bool(quote), _open_quote(line, quote)
        if inside:
            continue
        if header := _HEADER.match(line):
            here = _split(header[2])
            if header[1] == "[[":
                index = counts[here] = counts.get(here, -1) + 1
                here = (*here, index)
            else:
                here = _in_array(here, counts)
            lines.setdefault(here, number)
        elif key := _KEY.match(line):
            lines.setdefault(here + _split(key[1]), number)
    return lines


def _open_quote(line: str, quote: str) -> str:
    '''The ``"""`` or ``\'\'\'`` that is open at the end of a line; ``quote`` was open at its start.'''
    for mark in re.findall(r'"""|\'\'\'', line):
        if not quote:
            quote = mark
        elif mark == quote:
            quote = ""
    return quote


def _in_array(path: Path_, counts: dict[Path_, int]) -> Path_:
    """``[a.b]`` under ``[[a]]`` belongs to the last item of ``a``."""
    for end in range(len(path) - 1, 0, -1):
        if (index := counts.get(path[:end])) is not None:
            return (*path[:end], index, *path[end:])
    return path


def _split(key: str) -> Path_:
    parts = _PART.findall(key[:400])
    return tuple(first or second or third for first, second, third in parts)


def shorten(text: str, limit: int = 60) -> str:
    """``text`` fit for a message: at most ``limit`` characters, control characters escaped."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return cut if cut.isprintable() else cut.encode("unicode_escape").decode("ascii")
