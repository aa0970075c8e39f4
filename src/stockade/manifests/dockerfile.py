"""Dockerfiles and Containerfiles: what their build steps install, and the index addresses they set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.documents import HereDocument, add_document, is_shell_script, note_foreign_script
from stockade.manifests.places import Places, places_of
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell, mentions_installer
from stockade.manifests.shell_lexer import split_commands
from stockade.manifests.shell_tokens import Dialect
from stockade.model.requirements import Manifest

_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$")
_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)(?:\s+|$)")
_ONBUILD = re.compile(r"\s*ONBUILD\s+", re.IGNORECASE)
_RUN_OPTION = re.compile(r"(?:\s|\\\n)*--[a-z]+(?:=\S+)?(?=\s|\\\n)")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
_ENV_PAIR = re.compile(r"[A-Za-z_]\w*=")
_MAX_LOST = 8
_POWERSHELL = re.compile(r"powershell|pwsh", re.IGNORECASE)


@dataclass(slots=True)
class _Instruction:
    """One instruction, its continuation lines and here-documents included."""

    keyword: str
    text: str
    """What follows the keyword; comment lines between are blanked, line ends kept."""
    line: int
    """The line in which ``text`` begins."""


def read_dockerfile(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a Dockerfile. ``ARG`` and ``ENV`` values count as the defaults that they are."""
    draft = CommandDraft(path, context)
    if mentions_installer(text):
        _Build(draft).read(text)
    return draft.manifest()


class _Build:
    """The state of a build: variables and the shell in force."""

    def __init__(self, draft: CommandDraft) -> None:
        self.draft = draft
        self.shell = Shell(draft)
        self.dialect = Dialect.POSIX
        self._global: dict[str, str] = {}
        """Arguments before the first ``FROM``."""
        self._staged = False

    def read(self, text: str) -> None:
        escape = _escape(text)
        for instruction in _instructions(text, escape):
            keyword = instruction.keyword
            if keyword == "FROM":
                self._stage()
            elif keyword == "SHELL":
                self.dialect = Dialect.POWERSHELL if _POWERSHELL.search(instruction.text) else Dialect.POSIX
            elif keyword in {"ENV", "ARG"}:
                self._variables(instruction)
            elif keyword in {"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"}:
                self._step(instruction)
            elif keyword in {"COPY", "ADD"} and "<<" in instruction.text:
                self._copy(instruction)

    def _copy(self, instruction: _Instruction) -> None:
        """Take the here-documents of ``COPY <<EOF target``; in a folder they are named as they end."""
        head, _, rest = instruction.text.replace("\\\n", "  ").partition("\n")
        target = head.split()[-1]
        line = instruction.line + 1 + instruction.text.count("\\\n")
        lines = rest.split("\n")
        start = 0
        for found in _HEREDOC.finditer(head):
            end = start
            while end < len(lines) and lines[end].strip() != found[2]:
                end += 1
            name = target + found[2] if target.endswith("/") else target
            text = "\n".join(lines[start:end]) + "\n"
            add_document(self.draft, HereDocument(name, text, line + start))
            start = end + 1
            if start >= len(lines):
                break

    def _stage(self) -> None:
        if not self._staged:
            self._global = self.shell.variables.plain()
        self._staged = True
        self.shell = Shell(self.draft)
        self.dialect = Dialect.POSIX

    def _variables(self, instruction: _Instruction) -> None:
        places = places_of(instruction.text, instruction.line)
        text = instruction.text
        if not _ENV_PAIR.match(text.lstrip()):
            name, _, value = text.strip().partition(" ")
            if instruction.keyword == "ARG" and not value and name in self._global:
                self._set(name, Argument(self._global[name]), instruction.line)
            elif instruction.keyword == "ENV" and value:
                self._set(name, Argument(value.strip()), instruction.line)
            return
        commands, _ = split_commands(text, Dialect.POSIX)
        for command in commands:
            for word in command.words:
                pair = _ENV_PAIR.match(word.text)
                for argument in self.shell.variables.expand(word, places.at) if pair else ():
                    name = word.text[: pair.end() - 1] if pair else ""
                    self._set(name, argument.after(len(name) + 1), argument.line)

    def _set(self, name: str, value: Argument, line: int) -> None:
        self.shell.variables.set(name, [value])
        self.draft.set_variable(name, value.text, self.draft.at(line))

    def _step(self, instruction: _Instruction) -> None:
        text, line = instruction.text, instruction.line
        position = 0
        while option := _RUN_OPTION.match(text, position):
            position = option.end()
        if instruction.keyword == "HEALTHCHECK":
            position = max(position, text.upper().find("CMD") + 3)
        line += text.count("\n", 0, position)
        body = text[position:]
        if self.dialect is Dialect.POWERSHELL:
            body = body.replace("\\\n", "`\n")  # Docker joins lines before the shell sees them
        argv = _exec_form(body)
        # Each step has a shell of its own; only ENV and ARG outlive it.
        shell = self.shell.fork()
        if argv is not None:
            self._exec(argv, body, line, shell)
            return
        script, places = _shell_form(body, line)
        if is_shell_script(script):
            shell.read(script, places, self.dialect)
        else:
            note_foreign_script(self.draft, script, places.at(0), "a step for another interpreter")

    def _exec(self, words: list[str], body: str, line: int, shell: Shell) -> None:
        argv = [Argument(word, line=line) for word in words]
        place = self.draft.at(line, line + body.rstrip().count("\n"))
        shell.read_arguments(argv, place)


def _escape(text: str) -> str:
    """The escape character that the parser directives at the top name."""
    for line in text.split("\n", 10)[:10]:
        found = _DIRECTIVE.match(line)
        if found is None:
            break
        if found[1].lower() == "escape" and found[2] in {"`", "\\"}:
            return found[2]
    return "\\"


def _instructions(text: str, escape: str) -> Iterator[_Instruction]:
    lines = text.split("\n")
    number = 0
    lost: list[str] = []
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        first = number
        gathered = [line]
        while number < len(lines) and _continues(gathered[-1], lines[number - 1], escape):
            following = lines[number]
            number += 1
            blank = not following.strip() or following.lstrip().startswith("#")
            gathered.append(escape if blank else following)
        number = _with_documents(gathered, lines, number, lost)
        body = "\n".join(gathered)
        body = re.sub(rf"{re.escape(escape)}[ \t]*$", r"\\", body, flags=re.MULTILINE)
        start = found.end() if (found := _ONBUILD.match(body)) else 0
        keyword = _INSTRUCTION.match(body, start)
        if keyword:
            yield _Instruction(
                keyword[1].upper(), body[keyword.end() :], first + body.count("\n", 0, keyword.end())
            )


def _continues(joined: str, written: str, escape: str) -> bool:
    """Whether a line goes on in the next; a comment or blank line inside an instruction does."""
    return joined == escape or written.rstrip(" \t").endswith(escape)


def _with_documents(gathered: list[str], lines: list[str], number: int, lost: list[str]) -> int:
    """Add the here-documents of an instruction's lines; the number of lines then passed.

    ``lost`` takes those that never end: after a few of them no more are looked for.
    """
    keyword = _INSTRUCTION.match(_ONBUILD.sub("", gathered[0]))
    if keyword is None or keyword[1].upper() not in {"RUN", "COPY", "ADD"}:
        return number
    for found in _HEREDOC.finditer("\n".join(gathered)):
        end = len(lines) if len(lost) > _MAX_LOST else number
        while end < len(lines) and lines[end].strip() != found[2]:
            end += 1
        if end == len(lines):
            lost.append(found[2])  # the shell's reader reports it
            break
        gathered.extend(lines[number : end + 1])
        number = end + 1
    return number


def _exec_form(body: str) -> list[str] | None:
    """The words of ``["program", "argument"]``, or None."""
    if not body.lstrip().startswith("["):
        return None
    try:
        words = json.loads(body.replace("\\\n", "\n"))
    except (ValueError, RecursionError):
        return None  # as Docker does: a list that is no JSON is shell text
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _shell_form(body: str, line: int) -> tuple[str, Places]:
    """The script of a step: ``RUN <<EOF`` alone hands its document to the shell."""
    found = re.match(r"\s*<<-?\s*(['\"]?)([A-Za-z_]\w*)\1[ \t]*\n", body)
    if found is None:
        return body, places_of(body, line)
    script = body[found.end() :]
    end = script.rstrip().rfind("\n")
    return script[: max(0, end)], places_of(script[: max(0, end)], line + body.count("\n", 0, found.end()))
