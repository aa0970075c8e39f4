"""Cuts PowerShell text into statements, and puts strings together that were taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_MOST_STATEMENT: Final = 100_000
_BREAK = re.compile(r"[\n;{}'\"#@`]")
_COMMENT = re.compile(r"<#.*?(?:#>|\Z)", re.DOTALL)
_TICK = re.compile(r"`(?![\n0abfnrtv\"'$`])")
_PLUS = re.compile(r"(['\"])\s*\+\s*\1")
_CHARS = re.compile(r"(?:\[char\]\s*\(?\s*(?:0x[0-9a-f]{1,4}|\d{1,5})\s*\)?\s*\+?\s*)+", re.IGNORECASE)
_NUMBER = re.compile(r"0x[0-9a-f]{1,4}|\d{1,5}", re.IGNORECASE)
_FORMAT = re.compile(
    r"\(?\s*[\"']((?:\{\d{1,2}\}|[^\"'{}]){2,400})[\"']\s*-f\s*((?:['\"][^'\"]{0,200}['\"]\s*,?\s*){1,40})\)?",
    re.IGNORECASE,
)
_PIECE = re.compile(r"['\"]([^'\"]*)['\"]")
_REPLACE = re.compile(
    r"['\"]([^'\"]{1,2000})['\"]\)?\s*(?:\.replace\(|-c?replace\s*\(?)\s*['\"]([^'\"]{1,40})['\"]\s*,\s*['\"]([^'\"]{0,40})['\"]\)?",
    re.IGNORECASE,
)


def statements(text: str) -> Iterator[tuple[int, str]]:
    """The statements of a text with their 1-based lines; a quoted newline or separator ends none."""
    text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text.replace("\r\n", "\n"))
    line, start, place = 1, 0, 0
    while found := _BREAK.search(text, place):
        sign, place = found[0], found.end()
        if sign == "`":
            place += 1
        elif sign in "'\"":
            end = text.find(sign, place)
            place = len(text) if end < 0 else end + 1
        elif sign == "@" and text[place : place + 1] in ("'", '"'):
            end = text.find("\n" + text[place] + "@", place)
            place = len(text) if end < 0 else end + 3
        elif sign == "#":
            end = text.find("\n", place)
            stop = len(text) if end < 0 else end
            yield from _piece(line, text[start : found.start()])
            line += text.count("\n", start, stop)
            start = place = stop
        elif sign != "@" and not (
            sign == "\n" and text[start : found.start()].rstrip().endswith(("|", ",", "("))
        ):
            yield from _piece(line, text[start : found.start()])
            line += text.count("\n", start, place)
            start = place
    yield from _piece(line, text[start:])


def _piece(line: int, text: str) -> Iterator[tuple[int, str]]:
    stripped = text.strip()
    if stripped:
        yield line + text[: len(text) - len(text.lstrip())].count("\n"), stripped[:_MOST_STATEMENT]


def joined(text: str) -> str:
    """A statement with its escapes taken out and its constant strings put together."""
    text = _TICK.sub("", text)
    text = _CHARS.sub(_characters, text)
    text = _PLUS.sub("", text)
    text = _FORMAT.sub(_formatted, text)
    return _REPLACE.sub(lambda match: "'" + match[1].replace(match[2], match[3]) + "'", text)


def _characters(match: re.Match[str]) -> str:
    numbers = [
        int(each, 0)
        for each in _NUMBER.findall(match[0])
        if each.lower().startswith("0x") or not each.startswith("0")
    ]
    plus = "+" if match[0].rstrip().endswith("+") else ""
    return "'" + "".join(chr(each) for each in numbers) + "'" + plus


def _formatted(match: re.Match[str]) -> str:
    pieces = _PIECE.findall(match[2])
    return (
        "'"
        + re.sub(
            r"\{(\d+)\}",
            lambda each: pieces[int(each[1])] if int(each[1]) < len(pieces) else each[0],
            match[1],
        )
        + "'"
    )
