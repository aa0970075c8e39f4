"""Finds install commands and index addresses in shell text, with the lines they stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from stockade.manifests.command_lines import Argument, find_program, runs_shell, script_argument
from stockade.manifests.commands import CommandDraft, add_command
from stockade.manifests.places import Places, places_of
from stockade.manifests.reader import ReadContext
from stockade.manifests.settings_commands import add_settings
from stockade.manifests.shell_lexer import split_commands
from stockade.manifests.shell_tokens import Dialect, SimpleCommand, Word
from stockade.manifests.shell_values import Variables
from stockade.model.locations import Location
from stockade.model.requirements import Manifest

_RELEVANT = re.compile(r"pip|uv|poetry|pdm|conda|mamba|easy_install|twine|flit", re.IGNORECASE)
_QUOTING = re.compile(r"[\"'\\`^\n$]")
"""What a shell takes out of a word."""
_ESCAPED = re.compile(r"\\(?:x[0-9A-Fa-f]|u[0-9A-Fa-f]{4}|[0-7]{3})")
"""A character written by its number may be any."""
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_POWERSHELL_VARIABLE = re.compile(r"\$(?:env:)?([A-Za-z_]\w*)", re.IGNORECASE)
_OPENING = frozenset({"if", "while", "until", "case", "for", "select"})
_CLOSING = frozenset({"fi", "done", "esac"})
_LEADING = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "coproc"})
_DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly", "set", "setx"})
_INTERPRETER = re.compile(r"(?:python|pypy|node|ruby|perl)[\d.]*")
_TESTS = frozenset({"[", "[[", "test"})
_MAX_SCRIPTS = 6
"""Levels of scripts in arguments of scripts."""

_DIALECTS = {
    ".ps1": Dialect.POWERSHELL,
    ".psm1": Dialect.POWERSHELL,
    ".bat": Dialect.CMD,
    ".cmd": Dialect.CMD,
}


def mentions_installer(text: str) -> bool:
    """Whether the text may hold anything of interest; False saves reading it."""
    if _RELEVANT.search(text) or _ESCAPED.search(text):
        return True
    return _RELEVANT.search(_QUOTING.sub("", text)) is not None


def read_shell(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a script: sh and its kin, PowerShell or ``cmd`` by the file's ending."""
    draft = CommandDraft(path, context)
    if mentions_installer(text):
        dialect = _DIALECTS.get(PurePosixPath(path).suffix.lower(), Dialect.POSIX)
        Shell(draft).read(text, places_of(text), dialect)
    return draft.manifest()


class Shell:
    """Reads scripts that share their variables, such as the steps of one job."""

    def __init__(self, draft: CommandDraft, variables: Mapping[str, str] | None = None) -> None:
        self.draft = draft
        self.variables = Variables(dict(variables or {}))
        self._functions: set[str] = set()

    def fork(self) -> Shell:
        """A shell of its own that knows our variables and functions, for a step that cannot change ours."""
        other = Shell(self.draft)
        other.variables = self.variables.copy()
        other._functions = set(self._functions)
        return other

    def read(self, text: str, places: Places, dialect: Dialect = Dialect.POSIX, depth: int = 0) -> None:
        """Add what a script installs and sets to the draft."""
        commands, faults = split_commands(text, dialect)
        self._run(_Script(text, places, dialect, depth), commands)
        for fault in faults:
            self.draft.defect(places.at(fault.offset), fault.message)

    def read_arguments(self, argv: list[Argument], place: Location, text: str = "") -> None:
        """Add what a command installs that is given as a list of words, no shell between."""
        if self._inner(argv, Dialect.POSIX, 0):
            return
        environment = self.variables.plain()
        if not add_command(self.draft, argv, place=place, text=text, environment=environment):
            add_settings(self.draft, argv, place)

    def _run(self, script: _Script, commands: list[SimpleCommand]) -> None:
        compound = 0
        tested = False
        for number, command in enumerate(commands):
            words, change = _without_keywords(command.words)
            compound = max(0, compound + change)
            certain = compound == 0 and command.before != "||" and not (command.before == "&&" and tested)
            head = words[0].plain if words else ""
            tested = head in _TESTS or (tested and command.before in {"&&", "||"})
            if len(words) == 1 and command.after == "(":
                self._functions.add(head)
            elif head == "function" and len(words) > 1:
                self._functions.add(words[1].plain)
                body, _ = _without_keywords(words[2:])
                if body:
                    self._command(script, command, body, certain=False)
            elif head in {"for", "select"}:
                self._loop(script, words)
            elif words and head != "case":
                self._command(script, command, words, certain=certain)
            reader, writer = words, command
            if command.documents and command.after == "|" and number + 1 < len(commands):
                writer = commands[number + 1]
                reader = _without_keywords(writer.words)[0]
            for start, end in command.documents:
                self._document(script, reader, start, end)
                self._written(script, writer, reader, start, end)

    def _loop(self, script: _Script, words: list[Word]) -> None:
        if len(words) > 2 and words[2].plain == "in":  # noqa: PLR2004  for NAME in …
            fields = [argument for word in words[3:] for argument in self._expand(script, word)]
            self.variables.set(words[1].plain, fields, listed=True)

    def _expand(self, script: _Script, word: Word) -> list[Argument]:
        return self.variables.expand(word, script.places.at)

    def _command(self, script: _Script, command: SimpleCommand, words: list[Word], *, certain: bool) -> None:
        if self._assigns(script, words, certain=certain):
            return
        argv = [argument for word in words for argument in self._expand(script, word)]
        if not argv:
            return
        place = script.location(self.draft.path, words[0].start, command.end)
        if script.depth < _MAX_SCRIPTS and self._inner(argv, script.dialect, script.depth):
            return
        text = script.text[words[0].start : command.end]
        found = add_command(
            self.draft,
            argv,
            place=place,
            text=text,
            environment=self.variables.plain(),
            functions=frozenset(self._functions),
        )
        if not found:
            add_settings(self.draft, argv, place)

    def _inner(self, argv: list[Argument], dialect: Dialect, depth: int) -> bool:
        """Read a script that is an argument (``bash -c "…"``); whether there is one."""
        inner = script_argument(argv)
        if inner is not None and mentions_installer(inner.text):
            self.fork().read(inner.text, places_of(inner.text, inner.line or 1), dialect, depth + 1)
        return inner is not None

    def _written(
        self, script: _Script, command: SimpleCommand, words: list[Word], start: int, end: int
    ) -> None:
        """Take a here-document that goes into a file, or that another interpreter runs."""
        from stockade.manifests.documents import (  # noqa: PLC0415  it reads by means of this class
            HereDocument,
            add_document,
            note_foreign_script,
        )

        program, arguments = find_program([a for word in words for a in self._expand(script, word)])
        text, line = script.text[start:end], script.places.at(start)
        targets = list(command.outputs)
        if program == "tee":
            targets += [argument.text for argument in arguments if not argument.text.startswith("-")]
        if _INTERPRETER.fullmatch(program):
            note_foreign_script(self.draft, text, line, f"a here-document for {program}")
        elif targets and not runs_shell([Argument(program)]):
            add_document(self.draft, HereDocument(targets[-1], text, line))

    def _document(self, script: _Script, words: list[Word], start: int, end: int) -> None:
        """Read a here-document that a shell reads."""
        argv = [argument for word in words for argument in self._expand(script, word)]
        if not argv or not runs_shell(argv) or not mentions_installer(script.text[start:end]):
            return
        commands, faults = split_commands(script.text, script.dialect, start, end)
        if script.depth < _MAX_SCRIPTS:
            deeper = _Script(script.text, script.places, script.dialect, script.depth + 1)
            self._run(deeper, commands)
        for fault in faults:
            self.draft.defect(script.places.at(fault.offset), fault.message)

    def _assigns(self, script: _Script, words: list[Word], *, certain: bool) -> bool:
        """Take a command that only sets variables; whether it was one."""
        if script.dialect is Dialect.POWERSHELL and len(words) > 2 and words[1].plain == "=":  # noqa: PLR2004  NAME = value
            found = _POWERSHELL_VARIABLE.fullmatch(words[0].text)
            if found:
                self._set(script, found[1], self._expand(script, words[2]), words[0].start, certain=certain)
            return found is not None
        declares = words[0].plain.lower() in _DECLARING
        rest = [word for word in words[1:] if not word.text.startswith("-")] if declares else words
        found_all = [_ASSIGNMENT.match(word.text) for word in rest]
        if not rest or not all(found_all):
            return declares
        for word, found in zip(rest, found_all, strict=True):
            if found is None:
                continue
            if word.array is not None:
                fields = [a for element in word.array for a in self._expand(script, element)]
                self._set(script, found[1], fields, word.start, certain=certain and not found[2], listed=True)
                continue
            expanded = [argument.after(found.end()) for argument in self._expand(script, word)]
            self._set(script, found[1], expanded, word.start, certain=certain and not found[2])
        return True

    def _set(  # noqa: PLR0913  an assignment has this many sides
        self,
        script: _Script,
        name: str,
        fields: list[Argument],
        offset: int,
        *,
        certain: bool,
        listed: bool = False,
    ) -> None:
        self.variables.set(name, fields, listed=listed, certain=certain)
        if not listed and fields:
            place = script.location(self.draft.path, offset, offset)
            self.draft.set_variable(name, fields[0].text, place)


class _Script:
    """One text and its place in the file."""

    __slots__ = ("depth", "dialect", "places", "text")

    def __init__(self, text: str, places: Places, dialect: Dialect, depth: int) -> None:
        self.text = text
        self.places = places
        self.dialect = dialect
        self.depth = depth

    def location(self, path: str, start: int, end: int) -> Location:
        first = self.places.at(start)
        last = self.places.at(max(start, end - 1))
        return Location(path=path, line=first, end_line=last if last > first else 0)


def _without_keywords(words: list[Word]) -> tuple[list[Word], int]:
    """The words without leading keywords, and how many compound commands they open less those they close."""
    change = 0
    start = 0
    while start < len(words):
        keyword = words[start].plain
        change += (keyword in _OPENING) - (keyword in _CLOSING)
        if keyword not in _LEADING and keyword not in _CLOSING and keyword != "}":
            break
        start += 1
    return words[start:], change
