"""Splits shell text (POSIX shells, ``cmd.exe``) into commands and what joins them. Linear, bounded, never fails."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

LITERAL_DOLLAR: Final = "\uf8ff"
"""Stands in a word for a dollar sign that begins no variable."""
SUBSTITUTION: Final = "…"
"""Stands in a word for what a command substitution yields."""
MOST_EVENTS: Final = 20_000

Style = Literal["sh", "cmd"]
_OPERATOR = re.compile(r"\d?(?:>>|>&|&>>?|>\||<<<|<<-?|<&|<>|[<>])(?:\d(?!\w)|-(?=\s|$))?")
_PLAIN: Final = {
    "sh": re.compile(r"[^\s|&;()<>\\\"'`$#]+"),
    "cmd": re.compile(r"[^\s|&()<>^\"]+"),
}
_VARIABLE = re.compile(r"\$(?:\{[!#]?[\w@*#?]+|[A-Za-z_]\w*|[\d@*#?!$-])")
_SPECIAL = re.compile(r"[\\$`]")
_OPENING: Final = frozenset({"if", "for", "while", "until", "case", "select", "{"})
_CLOSING: Final = frozenset({"fi", "done", "esac", "}"})
_DROPPED: Final = frozenset({"then", "else", "elif", "do", "!", "time", "function", "coproc"})


@dataclass(slots=True)
class Word:
    """One word of a command after quotes are taken off."""

    text: str = ""
    """``$NAME`` where a variable is put in, ``…`` where the output of a command is."""
    inner: list[str] = field(default_factory=list)
    """The commands of its substitutions, in order."""
    quoted: bool = False
    parts: list[str] = field(default_factory=list, repr=False)
    """The text while it is put together."""


@dataclass(slots=True)
class Redirect:
    """A redirection."""

    operator: str
    """With the descriptor before it and after it: ``2>&1``, ``>>``, ``<<``."""
    word: Word


@dataclass(slots=True)
class Command:
    """A simple command: words and redirections."""

    line: int
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Joint:
    """What stands between commands: ``|``, ``;`` (all that end a command), ``(`` and ``)`` (groups)."""

    sign: Literal["|", ";", "(", ")"]


Event = Command | Joint


class Lexer:
    """One walk over a text."""

    def __init__(self, text: str, style: Style) -> None:
        self.text = text
        self.style = style
        self.at = 0
        self.line = 1
        self.events: list[Event] = []
        self.command = Command(1)
        self.word: Word | None = None
        self.waiting: list[tuple[Redirect, bool]] = []
        self.redirect: str | None = None
        self.inside = 0

    def run(self) -> list[Event]:
        """The commands and joints of the text, at most 20,000."""
        text, size = self.text, len(self.text)
        step = self.sh if self.style == "sh" else self.cmd
        while self.at < size and len(self.events) < MOST_EVENTS:
            plain = _PLAIN[self.style].match(text, self.at)
            if plain:
                self.add(plain[0])
                self.at = plain.end()
                continue
            step(text[self.at])
        self.end_command(";")
        return self.events

    def sh(self, sign: str) -> None:
        """One sign that means something to a POSIX shell."""
        if sign == "\n":
            self.newline()
        elif sign.isspace():
            self.end_word()
            self.at += 1
        elif sign == "\\":
            following = self.text[self.at + 1 : self.at + 2]
            self.at += 2
            if following == "\n":
                self.line += 1
            else:
                self.add(following.replace("$", LITERAL_DOLLAR))
        elif sign == "'":
            self.single_quoted(self.at + 1)
        elif sign == '"':
            self.double_quoted()
        elif sign in "`$":
            self.dollar()
        elif sign == "#" and self.word is None:
            self.to_end_of_line()
        elif sign == "#":
            self.add("#")
            self.at += 1
        else:
            self.operator(sign)

    def cmd(self, sign: str) -> None:
        """One sign that means something to ``cmd.exe``."""
        if sign == "\n":
            self.newline()
        elif sign.isspace():
            self.end_word()
            self.at += 1
        elif sign == "^":
            following = self.text[self.at + 1 : self.at + 2]
            self.at += 2
            self.line += following == "\n"
            self.add("" if following in "\r\n" else following)
        elif sign == '"':
            end = self.text.find('"', self.at + 1)
            end = len(self.text) if end < 0 else end
            self.add(self.text[self.at + 1 : end].replace("$", LITERAL_DOLLAR), quoted=True)
            self.line += self.text.count("\n", self.at, end)
            self.at = end + 1
        elif sign in "()" and (self.word is not None or self.command.words) and (sign == "(" or self.inside):
            self.inside += 1 if sign == "(" else -1
            self.add(sign)
            self.at += 1
        else:
            self.operator(sign)

    def add(self, text: str, *, quoted: bool = False) -> None:
        """Put text to the current word."""
        if self.word is None:
            self.word = Word()
        self.word.parts.append(text)
        self.word.quoted = self.word.quoted or quoted

    def newline(self) -> None:
        """The end of a line: here-documents stand below it. A pipe at its end goes on."""
        if self.word is not None or self.command.words or self.events[-1:] != [Joint("|")]:
            self.end_command(";")
        self.at += 1
        self.line += 1
        for redirect, stripped in self.waiting:
            self.here_document(redirect, stripped=stripped)
        self.waiting.clear()
        self.command.line = self.line

    def here_document(self, redirect: Redirect, *, stripped: bool) -> None:
        """Take the lines up to the delimiter."""
        delimiter, start = redirect.word.text, self.at
        quoted, end, lines = redirect.word.quoted, len(self.text), 0
        place = start
        while place < len(self.text):
            stop = self.text.find("\n", place)
            stop = len(self.text) if stop < 0 else stop
            lines += 1
            row = self.text[place:stop]
            if (row.lstrip("\t") if stripped else row).rstrip("\r") == delimiter:
                end = place
                break
            place = stop + 1
        body = self.text[start:end]
        self.at = min(
            place if end == len(self.text) else self.text.find("\n", end) + 1 or len(self.text),
            len(self.text),
        )
        self.line += lines
        redirect.word = Word(body.replace("$", LITERAL_DOLLAR), quoted=True) if quoted else quoted_word(body)

    def single_quoted(self, start: int) -> None:
        """``'…'``."""
        end = self.text.find("'", start)
        end = len(self.text) if end < 0 else end
        self.add(self.text[start:end].replace("$", LITERAL_DOLLAR), quoted=True)
        self.line += self.text.count("\n", start, end)
        self.at = end + 1

    def double_quoted(self) -> None:
        """``"…"`` with its substitutions."""
        start = self.at + 1
        end = closing_quote(self.text, start)
        inner = quoted_word(self.text[start:end])
        self.add(inner.text, quoted=True)
        if self.word is not None:
            self.word.inner += inner.inner
        self.line += self.text.count("\n", start, end)
        self.at = end + 1

    def dollar(self) -> None:
        """``$NAME``, ``${…}``, ``$(…)``, backticks, ``$'…'``."""
        if self.text.startswith("$'", self.at):
            end = self.text.find("'", self.at + 2)
            end = len(self.text) if end < 0 else end
            self.add(_escapes(self.text[self.at + 2 : end]), quoted=True)
            self.at = end + 1
            return
        text, inner, end = substitution(self.text, self.at)
        self.add(text)
        if self.word is not None and inner is not None:
            self.word.inner.append(inner)
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def operator(self, sign: str) -> None:
        """Pipes, separators, groups, redirections."""
        if self.style == "sh" and self.text.startswith(("<(", ">("), self.at):
            end = closing_parenthesis(self.text, self.at + 2)
            self.add(SUBSTITUTION)
            if self.word is not None:
                self.word.inner.append(self.text[self.at + 2 : end])
            self.line += self.text.count("\n", self.at, end)
            self.at = end + 1
            return
        found = _OPERATOR.match(self.text, self.at)
        if found:
            descriptor = (
                "".join(self.word.parts) if self.word is not None and len(self.word.parts) == 1 else ""
            )
            descriptor = descriptor if descriptor.isdecimal() else ""
            if descriptor:
                self.word = None
            self.end_word()
            self.at = found.end()
            if found[0][-1:].isdigit() or found[0].endswith("&-"):
                self.command.redirects.append(Redirect(descriptor + found[0], Word()))
            else:
                self.redirect = descriptor + found[0]
            return
        double = self.text.startswith(("||", "&&", ";;"), self.at)
        self.at += 2 if double or self.text.startswith("|&", self.at) else 1
        if sign == "|" and not double:
            self.end_command("|")
        elif sign in "()":
            self.end_command(";" if sign == ")" or self.command.words else None)
            self.events.append(Joint("(" if sign == "(" else ")"))
        else:
            self.end_command(";")

    def to_end_of_line(self) -> None:
        """A comment."""
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def end_word(self) -> None:
        """A word is complete: it belongs to the command or to a redirection."""
        word, self.word = self.word, None
        if word is None:
            return
        word.text = "".join(word.parts)
        word.parts.clear()
        if self.redirect is not None:
            redirect = Redirect(self.redirect, word)
            self.command.redirects.append(redirect)
            if self.redirect.endswith(("<<", "<<-")):
                self.waiting.append((redirect, self.redirect.endswith("-")))
            self.redirect = None
        elif not self.command.words and not word.quoted and self.style == "sh" and self.keyword(word.text):
            return
        else:
            self.command.words.append(word)

    def keyword(self, text: str) -> bool:
        """Whether a first word is a word of the grammar, and what it opens or closes."""
        if text in _CLOSING:
            self.events.append(Joint(")"))
        elif text in _OPENING:
            self.events.append(Joint("("))
            return text in ("if", "while", "until", "{")
        return text in _CLOSING or text in _DROPPED

    def end_command(self, sign: Literal["|", ";"] | None) -> None:
        """A command is complete."""
        self.end_word()
        self.inside = 0
        if self.command.words or self.command.redirects:
            self.events.append(self.command)
        self.command = Command(self.line)
        self.redirect = None
        if sign is not None and self.events and self.events[-1] != Joint(";"):
            self.events.append(Joint(sign))


def lex(text: str, style: Style) -> list[Event]:
    """The commands and joints of ``text``."""
    return Lexer(text.replace("\r\n", "\n"), style).run()


def quoted_word(text: str) -> Word:
    """The word that text between double quotes, or a here-document, is."""
    word, start = Word(quoted=True), 0
    parts: list[str] = []
    while start < len(text):
        found = _SPECIAL.search(text, start)
        place = found.start() if found else len(text)
        parts.append(text[start:place])
        if place >= len(text):
            break
        if text[place] == "\\":
            following = text[place + 1 : place + 2]
            kept = following if following in '$`"\\' else "" if following == "\n" else "\\" + following
            parts.append(kept.replace("$", LITERAL_DOLLAR))
            start = place + 2
            continue
        piece, inner, start = substitution(text, place)
        parts.append(piece)
        if inner is not None:
            word.inner.append(inner)
    word.text = "".join(parts)
    return word


def substitution(text: str, start: int) -> tuple[str, str | None, int]:
    """What begins at a dollar sign or backtick: the text for it, the command in it, where it ends."""
    if text[start] == "`":
        end = text.find("`", start + 1)
        end = len(text) if end < 0 else end
        return SUBSTITUTION, text[start + 1 : end], end + 1
    if text.startswith("$((", start):
        return SUBSTITUTION, None, closing_parenthesis(text, start + 2) + 1
    if text.startswith("$(", start):
        end = closing_parenthesis(text, start + 2)
        return SUBSTITUTION, text[start + 2 : end], end + 1
    found = _VARIABLE.match(text, start)
    if not found:
        return LITERAL_DOLLAR, None, start + 1
    if not found[0].startswith("${"):
        return found[0], None, found.end()
    end = text.find("}", found.end())
    return "$" + found[0][2:].lstrip("!#"), None, (len(text) if end < 0 else end + 1)


def closing_quote(text: str, start: int) -> int:
    """Where the double quote that was opened before ``start`` closes; the end of the text where it does not."""
    place = start
    while place < len(text):
        sign = text[place]
        if sign == '"':
            return place
        if sign == "\\":
            place += 2
        elif text.startswith("$(", place):
            place = closing_parenthesis(text, place + 2) + 1
        else:
            place += 1
    return len(text)


def closing_parenthesis(text: str, start: int) -> int:
    """Where the parenthesis that was opened before ``start`` closes; the end of the text where it does not."""
    depth, place = 1, start
    while place < len(text):
        sign = text[place]
        if sign == "'":
            end = text.find("'", place + 1)
            place = len(text) if end < 0 else end
        elif sign == "\\":
            place += 1
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if not depth:
                return place
        place += 1
    return len(text)


_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_NAMED: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


def _escapes(text: str) -> str:
    """``$'…'``: escapes as in C."""
    return _ESCAPE.sub(_escape, text).replace("$", LITERAL_DOLLAR)


def _escape(match: re.Match[str]) -> str:
    body = match[1]
    if body[0] == "x" and len(body) > 1:
        return chr(int(body[1:], 16))
    return chr(int(body, 8)) if body[0] in "01234567" else _NAMED.get(body, body)
