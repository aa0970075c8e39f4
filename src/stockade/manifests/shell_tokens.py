"""What shell text is made of: words and their parts, commands, faults; and the rules of each dialect."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum


class Dialect(Enum):
    """Whose quoting and continuation rules hold."""

    POSIX = "posix"
    POWERSHELL = "powershell"
    CMD = "cmd"


class PartKind(Enum):
    """What a piece of a word is."""

    LITERAL = "literal"
    VARIABLE = "variable"
    """The value of one variable."""
    OPAQUE = "opaque"
    """The output of a command, arithmetic, a template: known only at run time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word."""

    text: str
    """The literal text with its quotes removed, or the piece as written."""
    kind: PartKind = PartKind.LITERAL
    quoted: bool = False
    name: str = ""
    """The variable's name."""
    default: str | None = None
    """The value where the variable is not set (``${NAME:-value}``)."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command, unexpanded."""

    parts: tuple[Part, ...]
    start: int
    array: tuple[Word, ...] | None = None
    """The elements, where the word is an array assignment ``NAME=( … )``."""

    @property
    def text(self) -> str:
        """The word with quotes removed and expansions as written."""
        return "".join(part.text for part in self.parts)

    @property
    def plain(self) -> str:
        """The word where it is one unquoted literal, else empty: only such a word is a keyword."""
        if len(self.parts) == 1 and self.parts[0].kind is PartKind.LITERAL and not self.parts[0].quoted:
            return self.parts[0].text
        return ""


@dataclass(slots=True)
class SimpleCommand:
    """The words between two operators; they may begin with keywords such as ``if``."""

    words: list[Word]
    start: int
    end: int
    before: str
    """The operator that stands before it: empty, ``;``, newline, ``&&``, ``||``, ``|``, ``(``, ``)`` …"""
    after: str = ""
    """The operator that ends it."""
    nested: int = 0
    """How many substitutions it stands in."""
    documents: list[tuple[int, int]] = field(default_factory=list)
    """Offsets of the here-documents that it reads."""
    outputs: list[str] = field(default_factory=list)
    """The files that it writes to, as written."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something at ``offset`` that kept a part of the text from being read."""

    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Rules:
    """How a dialect quotes, separates and comments."""

    plain: re.Pattern[str]
    """Characters of a word that stand for themselves."""
    quoted: re.Pattern[str]
    """The same between double quotes."""
    separators: frozenset[str]
    comment: re.Pattern[str]
    escape: str


RULES = {
    Dialect.POSIX: Rules(
        plain=re.compile(r"""[^\s\\'"`$;&|<>(){]+"""),
        quoted=re.compile(r'[^"\\$`{]+'),
        separators=frozenset(";&|()"),
        comment=re.compile(r"#[^\n]*"),
        escape="\\",
    ),
    Dialect.POWERSHELL: Rules(
        plain=re.compile(r"""[^\s'"`$;&|<>(){}]+"""),
        quoted=re.compile(r'[^"$`{]+'),
        separators=frozenset(";&|(){}"),
        comment=re.compile(r"#[^\n]*"),
        escape="`",
    ),
    Dialect.CMD: Rules(
        plain=re.compile(r"""[^\s"%^&|<>(){]+"""),
        quoted=re.compile(r'[^"%\n{]+'),
        separators=frozenset("&|()"),
        comment=re.compile(r"(?:::|@?rem\b)[^\n]*", re.IGNORECASE),
        escape="^",
    ),
}
