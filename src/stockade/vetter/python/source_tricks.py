"""Source that deceives its reader: statements far off screen, look-alike identifiers, bidirectional controls."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Final

Trick = tuple[str, int, str, str]
"""Kind, line, detail, evidence."""

_FAR: Final = 120
_LEAST_GAP: Final = 100
_GAP: Final = re.compile(rf"(?:^|(?<=\S))[ \t\f\xa0]{{{_LEAST_GAP},}}(?=\S)")
_STYLED_LETTERS: Final = 3
_EVIDENCE: Final = 160
_MOST: Final = 20
_OPENERS: Final = {"\u202a": "pdf", "\u202b": "pdf", "\u202d": "pdf", "\u202e": "pdf"}
_OPENERS.update({"\u2066": "pdi", "\u2067": "pdi", "\u2068": "pdi"})
_CLOSERS: Final = {"\u202c": "pdf", "\u2069": "pdi"}
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FOREIGN: Final = re.compile(r"[^\W\x00-\x7f]+")
_LONGEST_NAME: Final = 80
_WELL_KNOWN: Final = frozenset(
    (*dir(builtins), *keyword.kwlist, *sys.stdlib_module_names, "system", "popen", "environ")
)
# Letters that look like ASCII ones in common fonts. Greek letters of formulas (alpha, nu, rho …) are left out.
_LOOKALIKES: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
    "\u03bf\u039f\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u03a1\u03a4\u03a7"
    "\u0578\u057d\u0585\u0570",
    "aeopcyxijshdqwlABEKMHOPCTXIJSoOABEZHIKMNPTXnsoh",
)


def tricks(text: str, tree: ast.Module) -> Iterator[Trick]:
    """What in the source is made to be overlooked, at most 20 of a kind."""
    yield from off_screen(text, tree)
    if not text.isascii():
        yield from bidi_controls(text)
        yield from homoglyphs(text, tree)


def off_screen(text: str, tree: ast.Module) -> Iterator[Trick]:
    """Statements and calls that begin far to the right, after a hundred blanks or more."""
    gaps: dict[int, list[int]] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > _LEAST_GAP:
            for found in _GAP.finditer(line):
                column = len(line[: found.end()].encode("utf-8", "surrogatepass"))
                if column >= _FAR:
                    gaps.setdefault(number, []).append(column)
    if not gaps:
        return
    told: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt | ast.Call) or node.lineno in told or len(told) >= _MOST:
            continue
        columns = gaps.get(node.lineno, ())
        if any(column <= node.col_offset <= column + 2 for column in columns):
            told.add(node.lineno)
            shown = re.sub(r"\s{20,}", " … ", lines[node.lineno - 1])[:_EVIDENCE]
            yield (
                "off-screen-code",
                node.lineno,
                f"code in column {node.col_offset + 1}, after a run of blanks",
                shown,
            )


def bidi_controls(text: str) -> Iterator[Trick]:
    """Lines whose bidirectional controls reorder code: unbalanced, or spanning a quote or comment sign."""
    told = 0
    if _BIDI.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), 1):
        if _BIDI.search(line) is None or told >= _MOST:
            continue
        if _reorders(line):
            told += 1
            shown = _BIDI.sub(lambda found: f"<U+{ord(found[0]):04X}>", line).strip()[:_EVIDENCE]
            yield (
                "bidi-control",
                number,
                "bidirectional controls show the line in another order than it runs",
                shown,
            )


def _reorders(line: str) -> bool:
    opened: list[tuple[str, int]] = []
    for at, char in enumerate(line):
        if char in _OPENERS:
            opened.append((_OPENERS[char], at))
        elif char in _CLOSERS:
            if not opened or opened[-1][0] != _CLOSERS[char]:
                return True
            _kind, start = opened.pop()
            if re.search(r"[\"'#]", line[start:at]) is not None:
                return True
    return bool(opened)


def _names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for field in ("id", "attr", "arg", "name", "asname", "module"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                for part in value.split("."):
                    yield part, line


def _reads_as_ascii(word: str) -> bool:
    """Whether a word with foreign letters looks like, or is normalised to, one without."""
    return word.translate(_LOOKALIKES).isascii() or unicodedata.normalize("NFKC", word).isascii()


def homoglyphs(text: str, tree: ast.Module) -> Iterator[Trick]:
    """Identifiers that are read as another word: look-alike letters, or styled letters that Python normalises."""
    if not any(
        _reads_as_ascii(word) for word in {word for word, _start in _words_with_foreign_letters(text)}
    ):
        return
    names = list(_names(tree))
    ascii_names = {name for name, _line in names if name.isascii()}
    told: set[str] = set()
    for name, line in names:
        if name.isascii() or name in told or len(told) >= _MOST:
            continue
        skeleton = name.translate(_LOOKALIKES)
        if not skeleton.isascii():
            continue
        mixed = any("a" <= char.lower() <= "z" for char in name)
        if (
            skeleton in _WELL_KNOWN
            or skeleton in ascii_names
            or (mixed and "\u0400" <= max(name) <= "\u052f")
        ):
            told.add(name)
            yield ("homoglyph-identifier", line, f"the identifier {name!a} is read as {skeleton!r}", name)
    yield from _styled(text, ascii_names)


def _words_with_foreign_letters(text: str) -> Iterator[tuple[str, int]]:
    """Identifiers that hold a non-ASCII letter, with their offsets; each run of such letters once."""
    end = 0
    for found in _FOREIGN.finditer(text):
        if found.start() < end:
            continue
        start, end = found.span()
        while (
            start
            and found.start() - start < _LONGEST_NAME
            and (text[start - 1].isalnum() or text[start - 1] == "_")
        ):
            start -= 1
        while (
            end < len(text)
            and end - found.end() < _LONGEST_NAME
            and (text[end].isalnum() or text[end] == "_")
        ):
            end += 1
        yield text[start:end], start


def _styled(text: str, ascii_names: set[str]) -> Iterator[Trick]:
    """Identifiers in styled letters (mathematical, full-width) that NFKC turns into a plain ASCII word."""
    told: set[str] = set()
    for raw, start in _words_with_foreign_letters(text):
        if raw in told or len(told) >= _MOST or len(raw) > _LONGEST_NAME or not raw.isidentifier():
            continue
        plain = unicodedata.normalize("NFKC", raw)
        if not plain.isascii() or plain not in ascii_names:
            continue
        foreign = sum(not char.isascii() for char in raw)
        if foreign >= _STYLED_LETTERS or plain in _WELL_KNOWN:
            told.add(raw)
            line = text.count("\n", 0, start) + 1
            yield ("homoglyph-identifier", line, f"the identifier {raw!a} is Python's {plain!r}", raw)
