"""Reads the words of shell text: quotes, escapes, expansions, templates. See :mod:`~stockade.manifests.shell_lexer`."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from itertools import groupby

from stockade.manifests.shell_tokens import RULES, Dialect, Fault, Part, PartKind, Word

MAX_DEPTH = 24
"""Levels of nested substitutions; what is deeper is not read, and reported."""

_VARIABLE = re.compile(r"\$(?:(?:env:|ENV:|Env:)?([A-Za-z_]\w*)|([0-9@*#?$!-]))")
_BRACED = re.compile(r"\$\{(?:env:)?([A-Za-z_]\w*)(?:\[[@*]\])?(?:(:?[-=])([^{}$`\"'\\]*))?\}")
_PERCENT = re.compile(r"%([A-Za-z_]\w*)(?::[^%\n]*)?%|%%?~?[A-Za-z0-9*]")
_TEMPLATE = re.compile(r"\$?\{\{(?:[^{}\n]|\{(?!\{)|\}(?!\})){0,500}\}\}|\{%[^%\n]{0,500}%\}")
_ANSI_C = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_NUMBERED = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))", re.DOTALL)
PARAMETER = re.compile(r"<<\s*[a-z][\w-]*\.[\w.-]+\s*>>")
"""A parameter of CircleCI's, which a shell would take for a here-document."""
_BRACES = re.compile(r"\$\{[^{}\n]{0,200}(?:\{[^{}\n]{0,200}\}[^{}\n]{0,200}){0,4}\}")
"""``${ … }`` of any form, with braces inside."""
_ARRAY = re.compile(r"[A-Za-z_]\w*\+?=")


class WordReader(ABC):
    """Reads words at a position of ``text[:end]``. A construct that does not close ends at ``end``."""

    def __init__(self, text: str, dialect: Dialect, start: int, end: int) -> None:
        self.text = text
        self.dialect = dialect
        self.rules = RULES[dialect]
        self.posix = dialect is Dialect.POSIX
        self.pos = start
        self.end = end
        self.faults: list[Fault] = []
        self.unclosed: Fault | None = None
        """The outermost construct that does not close, once the end is reached."""
        self.depth = 0
        """How many substitutions the position is in."""
        self._absent: set[str] = set()
        self._closers: list[str] = []
        self._in_array = False

    @abstractmethod
    def commands_until(self, closer: str) -> bool:
        """Read commands up to an unbalanced ``closer`` (empty: to the end); whether it was found."""

    def find(self, closer: str) -> int:
        """Where ``closer`` stands next, or -1; what is absent once is not looked for again."""
        if closer in self._absent:
            return -1
        found = self.text.find(closer, self.pos, self.end)
        if found < 0:
            self._absent.add(closer)
        return found

    def skip_comment(self, *, first: bool) -> bool:
        """Pass a comment at the position, if there is one; ``first``: no word of the command stands yet."""
        if self.text.startswith("<#", self.pos) and self.dialect is Dialect.POWERSHELL:
            close = self.find("#>")
            if close >= 0:
                self.pos = close + 2
                return True
        if self.dialect is Dialect.CMD and not first:
            return False
        comment = self.rules.comment.match(self.text, self.pos, self.end)
        if comment is None:
            return False
        self.pos = comment.end()
        return True

    def word(self) -> Word:
        """Read the word at the position; it holds at least one character."""
        start = self.pos
        parts: list[Part] = []
        plain = self.rules.plain
        while self.pos < self.end:
            if match := plain.match(self.text, self.pos, self.end):
                parts.append(Part(match[0]))
                self.pos = match.end()
                continue
            char = self.text[self.pos]
            if self._ends_word(char, start):
                break
            if char == "(":
                array = self._array(parts)
                return Word(tuple(parts), start, array)
            self._special(char, parts)
        return Word(_merged(parts), start)

    def _ends_word(self, char: str, start: int) -> bool:
        if char.isspace() or (char == "`" and self._closers[-1:] == ["`"]):
            return True
        if char == "(" and self.posix and not self._in_array and _ARRAY.fullmatch(self.text, start, self.pos):
            return False
        if char in "<>":
            if self.text.startswith(("<(", ">("), self.pos):
                return False
            return PARAMETER.match(self.text, self.pos, self.end) is None
        return char in self.rules.separators and self.pos > start

    def _special(self, char: str, parts: list[Part]) -> None:
        """Read one quoted string, escape or expansion."""
        if char == self.rules.escape:
            self._escape(parts)
        elif char == "'" and self.dialect is not Dialect.CMD:
            self._single(parts)
        elif char == '"':
            self._double(parts)
        elif char == "`" and self.posix:
            self._substitution(parts, "`", 1, "`")
        elif char == "$":
            self._dollar(parts, quoted=False)
        elif char == "%" and self.dialect is Dialect.CMD:
            self._percent(parts, quoted=False)
        elif char in "<>" and self.text.startswith("(", self.pos + 1):
            self._substitution(parts, ")", 2, char + "(")
        elif found := (_TEMPLATE if char == "{" else PARAMETER).match(self.text, self.pos, self.end):
            self._take(parts, found.end(), PartKind.OPAQUE, quoted=False)
        else:
            self._take(parts, self.pos + 1, PartKind.LITERAL, quoted=False)

    def _take(self, parts: list[Part], to: int, kind: PartKind, *, quoted: bool) -> None:
        parts.append(Part(self.text[self.pos : to], kind, quoted))
        self.pos = to

    def _escape(self, parts: list[Part]) -> None:
        following = self.text[self.pos + 1 : self.pos + 2] if self.pos + 1 < self.end else ""
        self.pos = min(self.pos + 2, self.end)
        if following != "\n":
            parts.append(Part(following or self.rules.escape, quoted=True))

    def _single(self, parts: list[Part]) -> None:
        close = self.text.find("'", self.pos + 1, self.end)
        if close < 0:
            self._never_closed(self.pos, "a quote ' opened here is never closed")
            close = self.end
        parts.append(Part(self.text[self.pos + 1 : close], quoted=True))
        self.pos = min(close + 1, self.end)

    def _double(self, parts: list[Part]) -> None:
        start = self.pos
        self.pos += 1
        parts.append(Part("", quoted=True))
        plain = self.rules.quoted
        while self.pos < self.end:
            if match := plain.match(self.text, self.pos, self.end):
                parts.append(Part(match[0], quoted=True))
                self.pos = match.end()
                continue
            char = self.text[self.pos]
            if char == '"':
                self.pos += 1
                return
            if char == "\n":  # only cmd stops here: its strings end with the line
                return
            self._inside(char, parts)
        if self.dialect is not Dialect.CMD:
            self._never_closed(start, 'a quote " opened here is never closed')

    def _inside(self, char: str, parts: list[Part]) -> None:
        """Read one escape or expansion between double quotes."""
        if char == "\\" and self.text[self.pos + 1 : self.pos + 2] not in set('$`"\\\n'):
            self._take(parts, self.pos + 1, PartKind.LITERAL, quoted=True)
        elif char == self.rules.escape:
            self._escape(parts)
        elif char == "`":
            self._substitution(parts, "`", 1, "`")
        elif char == "$":
            self._dollar(parts, quoted=True)
        elif char == "%":
            self._percent(parts, quoted=True)
        elif template := _TEMPLATE.match(self.text, self.pos, self.end):
            self._take(parts, template.end(), PartKind.OPAQUE, quoted=True)
        else:
            self._take(parts, self.pos + 1, PartKind.LITERAL, quoted=True)

    def _percent(self, parts: list[Part], *, quoted: bool) -> None:
        found = _PERCENT.match(self.text, self.pos, self.end)
        if found is None:
            self._take(parts, self.pos + 1, PartKind.LITERAL, quoted=quoted)
        elif found[1]:
            parts.append(Part(found[0], PartKind.VARIABLE, quoted, name=found[1]))
            self.pos = found.end()
        else:
            self._take(parts, found.end(), PartKind.OPAQUE, quoted=quoted)

    def _dollar(self, parts: list[Part], *, quoted: bool) -> None:
        """Read the expansion at a dollar sign."""
        text, pos, end = self.text, self.pos, self.end
        if template := _TEMPLATE.match(text, pos, end):
            self._take(parts, template.end(), PartKind.OPAQUE, quoted=quoted)
        elif text.startswith("$((", pos) and (close := self.find("))")) >= 0:
            self._take(parts, close + 2, PartKind.OPAQUE, quoted=quoted)
        elif text.startswith("$(", pos):
            self._substitution(parts, ")", 2, "$(")
        elif braced := _BRACED.match(text, pos, end):
            default = braced[3] if braced[2] else None
            parts.append(Part(braced[0], PartKind.VARIABLE, quoted, braced[1], default))
            self.pos = braced.end()
        elif braces := _BRACES.match(text, pos, end):
            self._take(parts, braces.end(), PartKind.OPAQUE, quoted=quoted)
        elif (found := _VARIABLE.match(text, pos, end)) and found[1]:
            parts.append(Part(found[0], PartKind.VARIABLE, quoted, name=found[1]))
            self.pos = found.end()
        elif found:
            self._take(parts, found.end(), PartKind.OPAQUE, quoted=quoted)
        elif not quoted and (ansi := _ANSI_C.match(text, pos, end)):
            parts.append(Part(_NUMBERED.sub(_numbered, ansi[1]), quoted=True))
            self.pos = ansi.end()
        elif text.startswith(("$'", '$"'), pos) and not quoted:
            self.pos += 1  # bash's own quotes: the quote itself comes next
        else:
            self._take(parts, pos + 1, PartKind.LITERAL, quoted=quoted)

    def _substitution(self, parts: list[Part], closer: str, skip: int, opener: str) -> None:
        """Read the commands of a substitution; the word gets an opaque part."""
        start = self.pos
        self.pos += skip
        if self.depth >= MAX_DEPTH:
            self.faults.append(Fault(start, f"commands nested deeper than {MAX_DEPTH} levels are not read"))
            parts.append(Part(opener, PartKind.OPAQUE))
            self.pos = self.end
            return
        self.depth += 1
        self._closers.append(closer)
        closed = self.commands_until(closer)
        self._closers.pop()
        self.depth -= 1
        if not closed:
            self._never_closed(start, f"{opener} opened here is never closed")
        parts.append(Part(self.text[start : self.pos], PartKind.OPAQUE))

    def _array(self, parts: list[Part]) -> tuple[Word, ...]:
        """Read the elements of ``NAME=( … )``; the position is at the bracket."""
        start = self.pos
        self.pos += 1
        words: list[Word] = []
        self._in_array = True
        while self.pos < self.end:
            char = self.text[self.pos]
            if char == ")":
                self.pos += 1
                self._in_array = False
                return tuple(words)
            if char.isspace() or char in ";&|<>(":
                self.pos += 1
            elif char == "`" and self._closers[-1:] == ["`"]:
                break
            elif not self.skip_comment(first=False):
                words.append(self.word())
        self._in_array = False
        self._never_closed(start, "( opened here is never closed")
        parts.append(Part("", PartKind.OPAQUE))
        return tuple(words)

    def _never_closed(self, offset: int, message: str) -> None:
        self.unclosed = Fault(offset, message)  # an outer construct overwrites an inner one


def _numbered(found: re.Match[str]) -> str:
    """The character that an escape of ``$'…'`` stands for; of those by letter only quotes stay as they are."""
    digits = found[1] or found[2]
    if digits or found[3]:
        return chr(int(digits, 16) if digits else int(found[3], 8))
    return {"n": "\n", "t": "\t", "r": "\r"}.get(found[4], found[4])


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """``parts`` with literals of the same quoting that stand side by side joined."""
    merged: list[Part] = []
    for (literal, quoted), group in groupby(parts, key=lambda p: (p.kind is PartKind.LITERAL, p.quoted)):
        if literal:
            merged.append(Part("".join(part.text for part in group), quoted=quoted))
        else:
            merged.extend(group)
    return tuple(merged)
