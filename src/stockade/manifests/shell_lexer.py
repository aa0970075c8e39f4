"""Splits shell text into simple commands, with offsets; nothing is expanded or run.

The grammar is POSIX shell with bash's additions, as far as finding commands needs it; PowerShell and
``cmd`` are read by the same rules with their own quoting. Templates that stand in scripts before a
shell sees them (``${{ … }}``, ``{{ … }}``, ``<< parameters.x >>``) count as values known only at run
time. Text that is no shell at all gives nonsense commands, never an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby

MAX_DEPTH = 24
"""Levels of nested substitutions; what is deeper is not read, and reported."""

MAX_SCRIPT = 512 * 1024
"""Characters of one script that are read."""

MAX_COMMANDS = 50_000
"""Commands of one script that are read."""

MAX_FAULTS = 8
"""Constructs without an end that are survived in one text; after that the rest is not read."""


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


@dataclass(frozen=True, slots=True)
class Fault:
    """Something at ``offset`` that kept a part of the text from being read."""

    offset: int
    message: str


_PLAIN = {
    Dialect.POSIX: re.compile(r"""[^\s\\'"`$;&|<>(){]+"""),
    Dialect.POWERSHELL: re.compile(r"""[^\s'"`$;&|<>(){}]+"""),
    Dialect.CMD: re.compile(r"""[^\s"%^&|<>(){]+"""),
}
_IN_QUOTES = {
    Dialect.POSIX: re.compile(r'[^"\\$`{]+'),
    Dialect.POWERSHELL: re.compile(r'[^"$`{]+'),
    Dialect.CMD: re.compile(r'[^"%\n{]+'),
}
_SEPARATORS = {
    Dialect.POSIX: frozenset(";&|()"),
    Dialect.POWERSHELL: frozenset(";&|(){}"),
    Dialect.CMD: frozenset("&|()"),
}
_ESCAPE = {Dialect.POSIX: "\\", Dialect.POWERSHELL: "`", Dialect.CMD: "^"}
_OPERATOR = re.compile(r"&&|\|\||;;&|;;|;&|\|&|[;&|()\n{}]")
_REDIRECTION = re.compile(r"&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||<|>")
_VARIABLE = re.compile(r"\$(?:(?:env:|ENV:|Env:)?([A-Za-z_]\w*)|([0-9@*#?$!-]))")
_BRACED = re.compile(r"\$\{(?:env:)?([A-Za-z_]\w*)(?:\[[@*]\])?(?:(:?[-=])([^{}$`\"'\\]*))?\}")
_PERCENT = re.compile(r"%([A-Za-z_]\w*)(?::[^%\n]*)?%|%%?~?[A-Za-z0-9*]")
_TEMPLATE = re.compile(r"\$?\{\{(?:[^{}\n]|\{(?!\{)|\}(?!\})){0,500}\}\}|\{%[^%\n]{0,500}%\}")
_CIRCLE = re.compile(r"<<\s*[a-z][\w-]*\.[\w.-]+\s*>>")
_BRACES = re.compile(r"\$\{[^{}\n]{0,200}(?:\{[^{}\n]{0,200}\}[^{}\n]{0,200}){0,4}\}")
"""``${ … }`` of any form, with braces inside."""
_ARRAY = re.compile(r"[A-Za-z_]\w*\+?=")
_COMMENT = {
    Dialect.POSIX: re.compile(r"#[^\n]*"),
    Dialect.POWERSHELL: re.compile(r"#[^\n]*"),
    Dialect.CMD: re.compile(r"(?:::|@?rem\b)[^\n]*", re.IGNORECASE),
}


def split_commands(
    text: str, dialect: Dialect = Dialect.POSIX, start: int = 0, end: int | None = None
) -> tuple[list[SimpleCommand], list[Fault]]:
    """The simple commands of ``text[start:end]`` in the order in which they end, and what could not be read.

    A quote or bracket that never closes is a fault; reading goes on in the line after it.
    """
    stop = len(text) if end is None else end
    commands: list[SimpleCommand] = []
    faults: list[Fault] = []
    if stop - start > MAX_SCRIPT:
        stop = start + MAX_SCRIPT
        faults.append(Fault(stop, f"the rest of a script longer than {MAX_SCRIPT:,} characters is not read"))
    while start < stop:
        lexer = Lexer(text, dialect, start, stop)
        lexer.commands_until("")
        faults.extend(lexer.faults)
        if lexer.unclosed is None:
            commands.extend(lexer.commands)
            break
        faults.append(lexer.unclosed)
        opened = lexer.unclosed.offset
        commands.extend(c for c in lexer.commands if c.end <= opened)
        line_end = text.find("\n", opened, stop)
        line_end = stop if line_end < 0 else line_end
        again = Lexer(text, dialect, min(lexer.outermost, opened), line_end)
        again.commands_until("")
        commands.extend(again.commands)
        if len(faults) >= MAX_FAULTS:
            faults.append(Fault(line_end, "the rest of the script is not read: too many unclosed quotes"))
            break
        start = line_end + 1
    if len(commands) > MAX_COMMANDS:
        rest = commands[MAX_COMMANDS].start
        faults.append(
            Fault(rest, f"the rest of a script with more than {MAX_COMMANDS:,} commands is not read")
        )
    return commands[:MAX_COMMANDS], faults


class Lexer:
    """One pass over ``text[start:end]``. A construct that does not close ends at ``end``."""

    def __init__(self, text: str, dialect: Dialect, start: int, end: int) -> None:
        self.text = text
        self.dialect = dialect
        self._plain = _PLAIN[dialect]
        self._quoted = _IN_QUOTES[dialect]
        self._separators = _SEPARATORS[dialect]
        self._comment = _COMMENT[dialect]
        self._escape_sign = _ESCAPE[dialect]
        self._continuation = self._escape_sign + "\n"
        self._posix = dialect is Dialect.POSIX
        self.pos = start
        self.end = end
        self.commands: list[SimpleCommand] = []
        self.faults: list[Fault] = []
        self.unclosed: Fault | None = None
        """The outermost construct that does not close, once the end is reached."""
        self.outermost = start
        """Where the command of the outermost level begins that was read last."""
        self._depth = 0
        self._pending: list[tuple[SimpleCommand, str, bool, int]] = []
        self._lost_documents = 0
        self._absent: set[str] = set()
        self._closers: list[str] = []
        self._in_array = False

    # -- commands -----------------------------------------------------------------------------------

    def commands_until(self, closer: str) -> bool:
        """Read commands up to an unbalanced ``closer`` (empty: to the end); whether it was found."""
        level, before = 0, ""
        command = self._begin(before)
        while self.pos < self.end and len(self.commands) <= MAX_COMMANDS:
            char = self.text[self.pos]
            if char == closer and level <= 0:
                self._finish(command, closer)
                self.pos += 1
                return True
            if char == "\n" or (char in self._separators and not self._is_redirection()):
                level += (char == "(") - (char == ")")
                before = self._operator()
                self._finish(command, before)
                if before == "\n":
                    self._read_documents()
                command = self._begin(before)
            elif char.isspace():
                self.pos += 1
            elif self.text.startswith(self._continuation, self.pos):
                self.pos += 2
            elif not self._skip_comment(first=not command.words):
                self._argument(command)
        self._finish(command, "")
        return False

    def _begin(self, before: str) -> SimpleCommand:
        if self._depth == 0:
            self.outermost = self.pos
        return SimpleCommand(words=[], start=self.pos, end=self.pos, before=before, nested=self._depth)

    def _finish(self, command: SimpleCommand, operator: str) -> None:
        if command.words or command.documents:
            command.start = command.words[0].start if command.words else command.start
            command.after = operator
            self.commands.append(command)

    def _skip_comment(self, *, first: bool) -> bool:
        """Pass a comment at the position, if there is one; ``first``: no word of the command stands yet."""
        if self.text.startswith("<#", self.pos) and self.dialect is Dialect.POWERSHELL:
            close = self._find("#>")
            if close >= 0:
                self.pos = close + 2
                return True
        if self.dialect is Dialect.CMD and not first:
            return False
        comment = self._comment.match(self.text, self.pos, self.end)
        if comment is None:
            return False
        self.pos = comment.end()
        return True

    def _find(self, closer: str) -> int:
        """Where ``closer`` stands next, or -1; what is absent once is not looked for again."""
        if closer in self._absent:
            return -1
        found = self.text.find(closer, self.pos, self.end)
        if found < 0:
            self._absent.add(closer)
        return found

    def _operator(self) -> str:
        found = _OPERATOR.match(self.text, self.pos, self.end)
        operator = found[0] if found else self.text[self.pos]
        self.pos += len(operator)
        return operator

    def _is_redirection(self) -> bool:
        return self.text.startswith("&>", self.pos) and self._posix

    def _argument(self, command: SimpleCommand) -> None:
        """Read one word or redirection into ``command``."""
        start = self.pos
        if self.text.startswith("((", start) and not command.words:
            close = self._find("))")
            if close >= 0:
                self.pos = close + 2
                return
        template = _CIRCLE.match(self.text, start, self.end) if self.text[start] == "<" else None
        process = self.text.startswith(("<(", ">("), start)
        redirection = _REDIRECTION.match(self.text, start, self.end)
        if redirection and not template and not process:
            self.pos = redirection.end()
            self._redirect(command, redirection[0], start)
            return
        word = self.word()
        if self.pos < self.end and self.text[self.pos] in "<>" and word.plain.isdigit():
            return  # a file descriptor: the redirection itself comes next
        command.words.append(word)
        command.end = self.pos

    def _redirect(self, command: SimpleCommand, operator: str, start: int) -> None:
        self._blanks()
        if self.pos >= self.end or self.text[self.pos] == "\n":
            return
        if self.text[self.pos] in self._separators:
            self.pos += operator in {"<&", ">&"} and self.text[self.pos] == "-"
            return
        target = self.word().text
        if operator in {"<<", "<<-"} and self._posix:
            self._pending.append((command, target, operator == "<<-", start))
        command.end = self.pos

    def _blanks(self) -> None:
        while self.pos < self.end and self.text.startswith((" ", "\t", self._continuation), self.pos):
            self.pos += 2 if self.text[self.pos] == self._escape_sign else 1

    def _read_documents(self) -> None:
        """Read the here-documents that begin in the line just ended."""
        pending, self._pending = self._pending, []
        for command, delimiter, tabs, offset in pending:
            if self._lost_documents > MAX_FAULTS:
                return
            line = rf"^{chr(9) + '*' if tabs else ''}{re.escape(delimiter)}[ \t]*$"
            close = re.compile(line, re.MULTILINE).search(self.text, self.pos, self.end)
            if close is None:
                self._lost_documents += 1
                self.faults.append(
                    Fault(offset, f"a here-document whose end {delimiter!r} is not in the script")
                )
                continue
            command.documents.append((self.pos, close.start()))
            self.pos = min(close.end() + 1, self.end)

    # -- words --------------------------------------------------------------------------------------

    def word(self) -> Word:
        """Read the word at the position; it holds at least one character."""
        start = self.pos
        parts: list[Part] = []
        plain = self._plain
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
        if (
            char == "("
            and self._posix
            and not self._in_array
            and _ARRAY.fullmatch(self.text, start, self.pos)
        ):
            return False
        if char in "<>":
            if self.text.startswith(("<(", ">("), self.pos):
                return False
            return _CIRCLE.match(self.text, self.pos, self.end) is None
        return char in self._separators and self.pos > start

    def _special(self, char: str, parts: list[Part]) -> None:
        """Read one quoted string, escape or expansion."""
        if char == self._escape_sign:
            self._escape(parts)
        elif char == "'" and self.dialect is not Dialect.CMD:
            self._single(parts)
        elif char == '"':
            self._double(parts)
        elif char == "`" and self._posix:
            self._substitution(parts, "`", 1, "`")
        elif char == "$":
            self._dollar(parts, quoted=False)
        elif char == "%" and self.dialect is Dialect.CMD:
            self._percent(parts, quoted=False)
        elif char in "<>" and self.text.startswith("(", self.pos + 1):
            self._substitution(parts, ")", 2, char + "(")
        elif found := (_TEMPLATE if char == "{" else _CIRCLE).match(self.text, self.pos, self.end):
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
            parts.append(Part(following or self._escape_sign, quoted=True))

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
        plain = self._quoted
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
        elif char == self._escape_sign:
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
        elif text.startswith("$((", pos) and (close := self._find("))")) >= 0:
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
        elif text.startswith(("$'", '$"'), pos) and not quoted:
            self.pos += 1  # bash's own quotes: the quote itself comes next
        else:
            self._take(parts, pos + 1, PartKind.LITERAL, quoted=quoted)

    def _substitution(self, parts: list[Part], closer: str, skip: int, opener: str) -> None:
        """Read the commands of a substitution; the word gets an opaque part."""
        start = self.pos
        self.pos += skip
        if self._depth >= MAX_DEPTH:
            self.faults.append(Fault(start, f"commands nested deeper than {MAX_DEPTH} levels are not read"))
            parts.append(Part(opener, PartKind.OPAQUE))
            self.pos = self.end
            return
        self._depth += 1
        pending, self._pending = self._pending, []
        self._closers.append(closer)
        closed = self.commands_until(closer)
        self._closers.pop()
        self._pending = pending
        self._depth -= 1
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
            elif not self._skip_comment(first=False):
                words.append(self.word())
        self._in_array = False
        self._never_closed(start, "( opened here is never closed")
        parts.append(Part("", PartKind.OPAQUE))
        return tuple(words)

    def _never_closed(self, offset: int, message: str) -> None:
        self.unclosed = Fault(offset, message)  # an outer construct overwrites an inner one


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """``parts`` with literals of the same quoting that stand side by side joined."""
    merged: list[Part] = []
    for (literal, quoted), group in groupby(parts, key=lambda p: (p.kind is PartKind.LITERAL, p.quoted)):
        if literal:
            merged.append(Part("".join(part.text for part in group), quoted=quoted))
        else:
            merged.extend(group)
    return tuple(merged)
