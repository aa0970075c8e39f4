"""Splits shell text into simple commands, with offsets; nothing is expanded or run.

The grammar is POSIX shell with bash's additions, as far as finding commands needs it; PowerShell and
``cmd`` are read by the same rules with their own quoting. Templates that stand in scripts before a
shell sees them (``${{ … }}``, ``{{ … }}``, ``<< parameters.x >>``) count as values known only at run
time. Text that is no shell at all gives nonsense commands, never an error.
"""

from __future__ import annotations

import re

from stockade.manifests.shell_tokens import Dialect, Fault, SimpleCommand
from stockade.manifests.shell_words import PARAMETER, WordReader

MAX_SCRIPT = 512 * 1024
"""Characters of one script that are read."""

MAX_COMMANDS = 50_000
"""Commands of one script that are read."""

MAX_FAULTS = 8
"""Constructs without an end that are survived in one text; after that the rest is not read."""

_OPERATOR = re.compile(r"&&|\|\||;;&|;;|;&|\|&|[;&|()\n{}]")
_REDIRECTION = re.compile(r"&>>|&>|<<<|<<-|<<|<>|<&|>>|>&|>\||<|>")


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


class Lexer(WordReader):
    """One pass over ``text[start:end]``."""

    def __init__(self, text: str, dialect: Dialect, start: int, end: int) -> None:
        super().__init__(text, dialect, start, end)
        self.commands: list[SimpleCommand] = []
        self.outermost = start
        """Where the command of the outermost level begins that was read last."""
        self._continuation = self.rules.escape + "\n"
        self._pending: list[tuple[SimpleCommand, str, bool, int]] = []
        self._lost_documents = 0

    def commands_until(self, closer: str) -> bool:
        """Read commands up to an unbalanced ``closer`` (empty: to the end); whether it was found."""
        outer, self._pending = self._pending, []
        found = self._commands(closer)
        self._pending = outer
        return found

    def _commands(self, closer: str) -> bool:
        level, before = 0, ""
        command = self._begin(before)
        while self.pos < self.end and len(self.commands) <= MAX_COMMANDS:
            char = self.text[self.pos]
            if char == closer and (level <= 0 or char == "`"):
                self._finish(command, closer)
                self.pos += 1
                return True
            if char == "\n" or (char in self.rules.separators and not self._is_redirection()):
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
            elif not self.skip_comment(first=not command.words):
                self._argument(command)
        self._finish(command, "")
        return False

    def _begin(self, before: str) -> SimpleCommand:
        if self.depth == 0:
            self.outermost = self.pos
        return SimpleCommand(words=[], start=self.pos, end=self.pos, before=before, nested=self.depth)

    def _finish(self, command: SimpleCommand, operator: str) -> None:
        if command.words or command.documents:
            command.start = command.words[0].start if command.words else command.start
            command.after = operator
            self.commands.append(command)

    def _operator(self) -> str:
        found = _OPERATOR.match(self.text, self.pos, self.end)
        operator = found[0] if found else self.text[self.pos]
        self.pos += len(operator)
        return operator

    def _is_redirection(self) -> bool:
        return self.text.startswith("&>", self.pos) and self.posix

    def _argument(self, command: SimpleCommand) -> None:
        """Read one word or redirection into ``command``."""
        start = self.pos
        if self.text.startswith("((", start) and not command.words:
            close = self.find("))")
            if close >= 0:
                self.pos = close + 2
                return
        template = PARAMETER.match(self.text, start, self.end) if self.text[start] == "<" else None
        process = self.text.startswith(("<(", ">("), start)
        redirection = _REDIRECTION.match(self.text, start, self.end)
        if redirection and not template and not process:
            self.pos = redirection.end()
            self._redirect(command, redirection[0], start)
            return
        word = self.word()
        if self.pos == start:
            self.pos += 1  # a sign that is no word of its own here
            return
        if self.pos < self.end and self.text[self.pos] in "<>" and word.plain.isdigit():
            return  # a file descriptor: the redirection itself comes next
        command.words.append(word)
        command.end = self.pos

    def _redirect(self, command: SimpleCommand, operator: str, start: int) -> None:
        self._blanks()
        if self.pos >= self.end or self.text[self.pos] == "\n":
            return
        if self.text[self.pos] in self.rules.separators:
            self.pos += operator in {"<&", ">&"} and self.text[self.pos] == "-"
            return
        target = self.word().text
        if operator in {"<<", "<<-"} and self.posix:
            self._pending.append((command, target, operator == "<<-", start))
        elif operator in {">", ">>", ">|", "&>", "&>>"}:
            command.outputs.append(target)
        command.end = self.pos

    def _blanks(self) -> None:
        while self.pos < self.end and self.text.startswith((" ", "\t", self._continuation), self.pos):
            self.pos += 2 if self.text[self.pos] == self.rules.escape else 1

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
