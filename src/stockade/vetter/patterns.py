"""The first pass over a Python file: can it do harm at all, or hold data for what does?

Words are found by cutting the file into identifiers once and intersecting them with the tables: no engine, no
dependency, and the time does not grow with the number of words. Only hot and warm files are parsed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stockade.vetter.patterns_words import CONFIRMED, HOT_MODULES, HOT_WORDS, WARM_WORDS, module_pattern


class Level(StrEnum):
    """What a file is worth."""

    HOT = "hot"
    """It has a word without which no sink exists."""
    WARM = "warm"
    """It has sources, decoders, hidden or constant data that a hot file may use, or is so small that parsing it
    costs nothing."""
    COLD = "cold"
    """Neither."""


@dataclass(frozen=True, slots=True)
class Grade:
    """The judgement of the first pass."""

    level: Level
    groups: tuple[str, ...] = ()
    """Names of the groups of words that matched, sorted: ``decoders``, ``network`` …"""


SMALL: Final = 3_000
"""Bytes up to which every file with content is at least warm: helpers and constants that others import."""
_CHUNK: Final = 1 << 18
_LONG_RUN: Final = 200
_RUN: Final = 64
_MANY_RUNS: Final = 4
_MANY_NUMBERS: Final = 50
_NAME: Final = 40
_MOST_LINES: Final = 400
_WINDOW: Final = 400

_LETTERS: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_" + bytes(range(128, 256))
_IDENTIFIERS: Final = bytes(code if code in _LETTERS else 32 for code in range(256))
_DIGITS: Final = bytes(
    97 if chr(code).isascii() and (chr(code).isalnum() or code in b"+/") else 32 for code in range(256)
)
_RUNS: Final = re.compile(rb"[A-Za-z0-9+/]{%d,}" % _RUN)
_NUMBERS: Final = b"0123456789xXabcdefABCDEF \t\r\n"
_REVERSED: Final = re.compile(
    rb"(?:[\"']|\b(?:join|decode|read|encode|replace|hex|str|b64\w+|fromhex|decompress)\s*\([^\n]*\))\s*\[\s*(?:-1)?\s*:\s*:\s*-\s*1\s*\]"
)
_XOR: Final = re.compile(rb"\^[^\n]*\b(?:for|ord|chr|bytes|zip)\b|\b(?:ord|chr|bytes|bytearray)\b[^\n]*\^")
_STYLED: Final = re.compile(
    rb"\xef[\xac\xb8-\xbd]|\xf0\x9d[\x90-\x9f]|\xe2(?:\x81[\xb1\xbf]|\x82[\x90-\x9c]|\x84[\x80-\xa1\xa3-\xbf]|[\x85\xb1])"
    rb"|\xe1[\xb4-\xb6]|\xc2[\xaa\xba]|\xc4[\xb2\xb3]|\xc5\xbf|\xc7[\x84-\x8c\xb1-\xb3]|\xca[\xb0-\xb8]|\xcb[\xa1-\xa3]"
)
"""First bytes of the letters that NFKC turns into ASCII ones."""
_ADDRESS: Final = re.compile(
    rb"^\w+\s*=\s*[(\[{]?\s*f?[\"'](?:https?|wss?|ftp|tcp)://(?!www\.w3\.org|docs\.|schemas?\.)"
)
_PLAIN_CODING: Final = re.compile(
    rb"(?:utf-?8(?:-sig|-unix)?|u8|us-ascii|ascii|latin-?1|l1|iso-?(?:8859)?-?\d+(?:-\d+)?|cp125\d|windows-125\d|koi8-[ru]|gb\w+|big5\w*"
    rb"|euc[-_]?\w+|shift[-_]?jis|cp9\d\d|mac-?\w+)\Z",
    re.IGNORECASE,
)
_CODING: Final = re.compile(rb"(?m)\A(?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def _table(words: dict[str, str]) -> dict[bytes, str]:
    return {word.encode(): group for group, line in words.items() for word in line.split()}


_HOT: Final = _table(HOT_WORDS)
_WARM: Final = _table(WARM_WORDS)
_CHECKS: Final = {
    **{
        word: ("hot", group, module_pattern(word))
        for word, group in _table(HOT_MODULES).items()
        if word not in _HOT
    },
    **{word.encode(): (level, group, re.compile(text.encode())) for word, level, group, text in CONFIRMED},
}
_BYTES_WORDS: Final = frozenset((b"bytes", b"bytearray", b"ord", b"chr"))
_WORDS: Final = frozenset((*_HOT, *_WARM, *_CHECKS, *_BYTES_WORDS))


def _found(data: bytes) -> set[bytes]:
    """Words of the tables that stand in the file as identifiers, chunk by chunk to spare memory."""
    found: set[bytes] = set()
    at = 0
    while at < len(data):
        end = min(at + _CHUNK, len(data))
        piece = data[at:end].translate(_IDENTIFIERS)
        if end < len(data):
            cut = piece.rfind(b" ")
            if cut <= 0:  # one run of letters across the chunk: take it to its end
                rest = re.compile(rb"[^A-Za-z0-9_\x80-\xff]").search(data, end)
                end = len(data) if rest is None else rest.start()
                piece = data[at:end].translate(_IDENTIFIERS)
            else:
                end = at + cut
                piece = piece[:cut]
        found |= _WORDS.intersection(piece.split())
        at = end if end > at else end + 1
    return found


def _foreign(data: bytes) -> set[bytes]:
    """Words written in letters that Python normalises to ASCII (full-width, mathematical)."""
    out: set[bytes] = set()
    if _STYLED.search(data) is None:
        return out
    pieces: set[bytes] = set()
    for found in re.finditer(rb"[\x80-\xff]+", data):
        piece = data[max(found.start() - _NAME, 0) : min(found.end(), found.start() + _NAME) + _NAME]
        if _STYLED.search(piece) is not None:
            pieces.add(piece)
    for piece in pieces:
        plain = unicodedata.normalize("NFKC", piece.decode("utf-8", "replace")).encode("utf-8", "replace")
        out |= _WORDS.intersection(plain.translate(_IDENTIFIERS).split())
    return out


def _hidden(data: bytes) -> bool:
    """Whether it has long runs of base64 or hexadecimal digits."""
    flat = data.translate(_DIGITS)
    if b"a" * _RUN not in flat:
        return False
    return b"a" * _LONG_RUN in flat or len(_RUNS.findall(data)) >= _MANY_RUNS


def _odd_encoding(data: bytes) -> bool:
    """Whether the text is not readable as bytes: UTF-16, NULs, or a codec under which words look otherwise."""
    if b"\0" in data:
        return True
    head = data[:1_000]
    if b"coding" not in head:
        return False
    found = _CODING.search(head)
    return found is not None and _PLAIN_CODING.match(found[1]) is None


def _on_a_line(data: bytes, word: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern holds on a line that has the word; very many such lines count as one that does."""
    at = data.find(word)
    for _ in range(_MOST_LINES):
        if at < 0:
            return False
        start = max(data.rfind(b"\n", 0, at) + 1, at - _WINDOW)
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        if pattern.search(data[start : min(end, at + _WINDOW)]) is not None:
            return True
        at = data.find(word, min(end, at + _WINDOW))
    return True


def _more(data: bytes, words: set[bytes]) -> dict[str, str]:
    """Groups that are no words: level by group."""
    out: dict[str, str] = {}
    if _odd_encoding(data):
        out["encoding"] = "hot"
    of_bytes = not words.isdisjoint(_BYTES_WORDS)
    if _hidden(data) or (of_bytes and b"," * _MANY_NUMBERS in data.translate(None, _NUMBERS)):
        out["literals"] = "warm"
    if _on_a_line(data, b"-1]", _REVERSED) or (of_bytes and _on_a_line(data, b"^", _XOR)):
        out["decoders"] = "warm"
    if _on_a_line(data, b"://", _ADDRESS):
        out["addresses"] = "warm"
    return out


def grade(data: bytes) -> Grade:
    """Whether the bytes of a Python file can hold a sink (hot), matter to one (warm), or neither (cold)."""
    words = _found(data)
    groups = _more(data, words)
    for word in () if data.isascii() else _foreign(data):
        level, group = _CHECKS[word][:2] if word in _CHECKS else ("hot", _HOT.get(word, "execute"))
        groups[group] = "hot" if groups.get(group) == "hot" else level
    for word in words:
        if word in _HOT:
            groups[_HOT[word]] = "hot"
        elif word in _WARM:
            groups.setdefault(_WARM[word], "warm")
        elif word in _CHECKS:
            level, group, pattern = _CHECKS[word]
            if groups.get(group) != "hot" and _on_a_line(data, word, pattern):
                groups[group] = level if level == "hot" else groups.get(group, level)
    names = tuple(sorted(groups))
    if "hot" in groups.values():
        return Grade(Level.HOT, names)
    if names or (len(data) <= SMALL and data.strip()):
        return Grade(Level.WARM, names)
    return Grade(Level.COLD)


def hot_lines(data: bytes, most: int = 50) -> tuple[int, ...]:
    """Lines (1-based, at most ``most``) that hold a hot word, for showing."""
    places: list[int] = []
    for word in _found(data).intersection(_HOT):
        at = data.find(word)
        while at >= 0:
            end = at + len(word)
            if (not at or data[at - 1] not in _LETTERS) and (end == len(data) or data[end] not in _LETTERS):
                places.append(at)
            at = data.find(word, end)
    out: list[int] = []
    line, last = 1, 0
    for place in sorted(places):
        line += data.count(b"\n", last, place)
        last = place
        if not out or out[-1] != line:
            if len(out) >= most:
                break
            out.append(line)
    return tuple(out)
