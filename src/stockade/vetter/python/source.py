"""From the bytes of a Python file to its syntax tree, whatever the bytes are.

``ast.parse`` first; what it refuses (Python 2, syntax newer than this interpreter, truncated or damaged files,
nesting beyond its stack) is read by tree-sitter into the same kind of tree. Nothing is ever compiled or run.
"""

from __future__ import annotations

import ast
import re
import string
import warnings
from dataclasses import dataclass
from typing import Final, Literal

from stockade.model.locations import Location
from stockade.vetter.package import Oddity
from stockade.vetter.python.source_shape import MANY_TERMS, balance_sums
from stockade.vetter.python.source_text import decode
from stockade.vetter.python.source_tricks import tricks

Mode = Literal["strict", "tolerant", "failed"]

MAX_SOURCE: Final = 32 << 20
"""Bytes of one file that are parsed."""
_EVIDENCE: Final = 120
_MOST_ERRORS: Final = 5
_MANY_DOTS: Final = 1_000
_DOTTED: Final = re.compile(r"(?<![\w.])(?:\w{1,200}[ \t\\\n]{0,20}\.[ \t\\\n]{0,20}){1000}")
"""A name of a thousand parts: the interpreter's parser takes quadratic time and memory for it in an import."""
_MUCH_PUNCTUATION: Final = 250_000
_MOST_PUNCTUATION: Final = 2_000_000
_WORDS: Final = (
    bytes(range(128, 256)) + (string.whitespace + string.ascii_letters + string.digits + "_#'\"\\").encode()
)
_REFUSALS: Final = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A Python file as a tree."""

    tree: ast.Module
    """Standard ``ast`` nodes with true lines; empty in mode ``failed``."""
    text: str
    """The decoded source, line ends as ``\\n``: line ``n`` of the tree is ``text.split("\\n")[n - 1]``."""
    mode: Mode
    """``strict``: as Python reads it. ``tolerant``: Python refuses it, the tree holds what could be read.
    ``failed``: nothing of it is Python, or it is too large: the file is not judged."""
    problems: tuple[Oddity, ...]
    """Facts of form: ``encoding-*``, ``nul-bytes``, ``syntax`` (where the tolerant reading met errors),
    ``too-deep`` and ``too-large`` (something was not read: never clean), ``not-python``, ``off-screen-code``,
    ``bidi-control``, ``homoglyph-identifier``."""


def _strict(text: str) -> ast.Module | None:
    if text.count(".") > _MANY_DOTS and _DOTTED.search(text) is not None:
        return None
    with warnings.catch_warnings():  # warnings about somebody else's source
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except _REFUSALS:
            return None


def _too_large(path: str, detail: str) -> Oddity:
    return Oddity(kind="too-large", at=Location(path), detail=detail)


def _is_dense(data: bytes) -> bool:
    """Whether the file may have more syntax than fits in memory as a tree; the bytes only tell roughly."""
    signs = 0 if len(data) <= _MUCH_PUNCTUATION else len(data.translate(None, _WORDS))
    if signs <= _MUCH_PUNCTUATION or signs > _MOST_PUNCTUATION:
        return signs > _MOST_PUNCTUATION
    from stockade.vetter.python.tolerant import count_nodes  # noqa: PLC0415 - loads tree-sitter: only when needed

    return count_nodes(data) is None


def _has_content(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n"))


def _tolerant(text: str, path: str) -> tuple[ast.Module, Mode, list[Oddity]]:
    from stockade.vetter.python.tolerant import read_tolerantly  # noqa: PLC0415 - loads tree-sitter: only when needed

    read = read_tolerantly(text)
    problems: list[Oddity] = []
    if read.tree is None:
        problems.append(_too_large(path, "more syntax than is parsed"))
        return ast.Module(body=[], type_ignores=[]), "failed", problems
    lines = text.split("\n")
    for line in sorted(set(read.errors))[:_MOST_ERRORS]:
        shown = lines[line - 1].strip()[:_EVIDENCE] if line <= len(lines) else ""
        where = Location(path, line)
        problems.append(
            Oddity(kind="syntax", at=where, detail="this line is no valid Python", evidence=shown)
        )
    if read.too_deep:
        detail = "nested too deeply: a part was not read"
        problems.append(Oddity(kind="too-deep", at=Location(path, read.too_deep), detail=detail))
    if not read.tree.body and _has_content(text):
        problems.append(Oddity(kind="not-python", at=Location(path), detail="nothing in the file is Python"))
        return read.tree, "failed", problems
    return read.tree, "tolerant", problems


def _may_sum(text: str) -> bool:
    """Whether lines one after another, each with a sign of addition, may hold a long sum."""
    terms = 0
    for line in text.split("\n"):
        signs = line.count("+")
        terms = terms + signs if signs else 0
        if terms > MANY_TERMS:
            return True
    return False


def parse(data: bytes, path: str) -> Parsed:
    """The tree of a Python file; it never raises on any input.

    ``path`` only names the file in the problems. Trees in mode ``tolerant`` nest less than 300 levels. In mode
    ``strict`` long sums are balanced; anything else may nest as deep as ``ast.parse`` allows (about 100 blocks, 200
    brackets, but thousands of chained calls or attributes).
    """
    if len(data) > MAX_SOURCE or _is_dense(data):
        too_large = _too_large(path, f"{len(data)} bytes of source: more than are parsed")
        return Parsed(ast.Module(body=[], type_ignores=[]), "", "failed", (too_large,))
    source = decode(data)
    text = source.text
    problems = [Oddity(kind=kind, at=Location(path), detail=detail) for kind, detail in source.facts]
    tree = _strict(text)
    mode: Mode = "strict"
    if tree is None:
        tree, mode, more = _tolerant(text, path)
        problems.extend(more)
    if text.count("+") > MANY_TERMS and _may_sum(text):
        balance_sums(tree)
    for kind, line, detail, evidence in tricks(text, tree):
        problems.append(Oddity(kind=kind, at=Location(path, line), detail=detail, evidence=evidence))
    return Parsed(tree, text, mode, tuple(problems))
