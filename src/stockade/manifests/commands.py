"""Reads installers' command lines: what they install, from where, how strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stockade.manifests.command_lines import MAX_ARGUMENTS, Argument, Call, find_call
from stockade.manifests.conda_spec import channel_reference
from stockade.manifests.index_variables import INSTALLS, is_on, unread_configuration, variable_indexes
from stockade.manifests.install_options import FLAGS, PROGRAMS, Action, Grammar, Operands
from stockade.manifests.package_arguments import Packages
from stockade.manifests.reader import Draft
from stockade.manifests.text import one_line
from stockade.manifests.urls import index_reference, redact, strip_credentials
from stockade.model.locations import Location
from stockade.model.requirements import (
    ForeignDependency,
    IndexReference,
    IndexRole,
    InstallCommand,
    Manifest,
    Requirement,
)

if TYPE_CHECKING:
    from stockade.manifests.documents import HereDocument

_CONTINUATION = re.compile(r"[\\`^][ \t]*\n")
_OPTIONS_VARIABLE = re.compile(r"opt|arg|flag|index|quiet|verbose", re.IGNORECASE)
_ALL_ARGUMENTS = re.compile(r"\$\{?[@*]")
_UNREADABLE_NAME = re.compile(r"[$%]|\{\{|<<")
_HIDDEN_PART = re.compile(r"[$%{]")
_SECRET = re.compile(
    r"(\b[A-Z0-9_]*(?:TOKEN|PASSW(?:OR)?D|SECRET|API_?KEY|CREDENTIALS?)[A-Z0-9_]*=(?!=)"
    r"|--[a-z-]*(?:token|passw(?:or)?d|secret|api-?key|credentials?)(?:=| +))"
    r"(\"[^\"]*\"|'[^']*'|[^\s;&|\"']+)"
)
"""``TWINE_PASSWORD=…``, ``--token …``."""
_ROLES = {
    Action.PRIMARY: IndexRole.PRIMARY,
    Action.EXTRA: IndexRole.EXTRA,
    Action.FIND_LINKS: IndexRole.FIND_LINKS,
    Action.TRUSTED: IndexRole.TRUSTED_HOST,
}
_MAX_DEPTH = 8
_MAX_SHOWN = 1000


@dataclass(slots=True)
class CommandDraft(Draft):
    """Gathers what a file that holds commands says."""

    commands: list[InstallCommand] = field(default_factory=list)
    foreign: list[ForeignDependency] = field(default_factory=list)
    installing: list[tuple[str, str, Location]] = field(default_factory=list)
    """Variables that were set and that make installers install something: name, value, place."""
    documents: list[HereDocument] = field(default_factory=list)
    """Here-documents that are written to files."""

    def set_variable(self, name: str, value: str, place: Location) -> None:
        """Note what setting an environment variable means to the installers that see it."""
        self.indexes.extend(variable_indexes(name, value, place))
        if name in INSTALLS and value.strip():
            self.installing.append((name, value, place))
        elif unread_configuration(name, value):
            self.defect(
                place.line,
                f"{name} names {one_line(value, 120)!r}, a configuration file that is not read here",
                "give it the usual name, such as pip.conf or uv.toml, so that it is read",
            )

    def manifest(self, **more: Any) -> Manifest:
        """What was gathered; ``more`` are further fields of :class:`Manifest`."""
        if self.documents:
            from stockade.manifests.documents import read_documents  # noqa: PLC0415  it reads by means of this class

            read_documents(self)
        for name, value, place in self.installing:
            _preset(self, name, value, place)
        fields: dict[str, Any] = {
            "commands": tuple(dict.fromkeys(self.commands)),  # an alias in YAML reads the same line again
            "foreign": tuple(self.foreign),
            "indexes": tuple(dict.fromkeys(self.indexes)),
        }
        return Draft.manifest(self, **(fields | more))


def _preset(draft: CommandDraft, name: str, value: str, place: Location) -> None:
    """Read what a variable makes every later ``pip install`` install, unless a command that was read took it."""
    words = value.split()
    if name == "PIP_REQUIREMENT":
        taken = {file for command in draft.commands for file in command.requirement_files}
    else:
        taken = {path for command in draft.commands for path in command.local}
        taken |= {one.text for command in draft.commands for one in command.requirements}
    if taken.issuperset(words):
        return
    option = "-r" if name == "PIP_REQUIREMENT" else "-e"
    argv = [Argument("pip"), Argument("install")]
    for word in words:
        hidden = _HIDDEN_PART.search(word)
        argv += [Argument(option), Argument(word, hidden.start() if hidden else None, place.line)]
    add_command(draft, argv, place=place, text=f"{name}={value}")


def without_credentials(text: str) -> str:
    """``text`` in one line without the credentials of addresses and the values of variables and options that
    are secrets by their names."""
    return one_line(_SECRET.sub(_hidden, redact(_CONTINUATION.sub(" ", text))), _MAX_SHOWN)


def _hidden(found: re.Match[str]) -> str:
    return found[0] if "$" in found[2] or "{{" in found[2] else f"{found[1]}***"


def add_command(  # noqa: PLR0913  what a command needs to be read; all but the first two are named
    draft: CommandDraft,
    argv: Sequence[Argument],
    *,
    place: Location,
    text: str = "",
    environment: Mapping[str, str] | None = None,
    functions: frozenset[str] = frozenset(),
    depth: int = 0,
) -> bool:
    """Add the install command that ``argv`` is, if it is one, and one that it starts in its turn.

    Args:
        draft: takes the command, and a defect where a variable hides what it installs.
        argv: the command's words.
        place: where it stands.
        text: the command as written; else it is put together from ``argv``.
        environment: the variables set for it in the file, as far as their values are known.
        functions: names of functions that may run the command in their arguments.
        depth: how many tools run this one already (``uv run uvx pip …``).

    Returns:
        Whether it installs anything.
    """
    call = find_call(argv, functions)
    if call is None or depth > _MAX_DEPTH:
        return False
    shown = without_credentials(text or " ".join(argument.text for argument in argv))
    reading = _Reading(draft, call, place)
    reading.read(environment or {})
    command = reading.command(shown)
    if len(argv) > MAX_ARGUMENTS:
        draft.defect(
            place.line, f"{len(argv):,} arguments: those after the first {MAX_ARGUMENTS:,} are not read"
        )
    if command is not None:
        draft.commands.append(command)
        reading.report(shown)
    inner = reading.wrapped and add_command(
        draft,
        reading.wrapped,
        place=place,
        text=text,
        environment=environment,
        functions=functions,
        depth=depth + 1,
    )
    return command is not None or bool(inner)


class _Reading:
    """One command line while it is read."""

    def __init__(self, draft: CommandDraft, call: Call, place: Location) -> None:
        self.draft = draft
        self.call = call
        self.grammar: Grammar = call.grammar
        self.place = place
        self.wrapped: Sequence[Argument] = ()
        self.packages = Packages(draft, place, self.grammar)
        self._hidden: list[Argument] = []
        self._hidden_files: list[Argument] = []
        self._channels: list[str] = []
        self._files: list[str] = []
        self._constraints: list[str] = []
        self._indexes: list[IndexReference] = []
        self._seen: set[Action] = set()

    def read(self, environment: Mapping[str, str]) -> None:
        """Take the arguments, and the environment's part."""
        inline = {name: value.text for name, value in self.call.assignments}
        for name, value in inline.items():
            self._indexes.extend(variable_indexes(name, value, self.place))
            if unread_configuration(name, value):
                self.draft.set_variable(name, value, self.place)
        self._take_environment({**environment, **inline})
        operands = list(self._options(list(self.call.arguments), self.grammar.options))
        self.packages.channel = self._channels[0] if self._channels else ""
        self._take_operands(operands)

    def _take_environment(self, environment: Mapping[str, str]) -> None:
        tool = self.grammar.tool
        uv = tool.startswith("uv")
        if tool in {"pip", "pip-sync", "pipx"} or uv:
            prefix = "UV_" if uv else "PIP_"
            if is_on(environment, f"{prefix}REQUIRE_HASHES"):
                self._seen.add(Action.HASHES)
            self._constraints.extend(environment.get(f"{prefix}CONSTRAINT", "").split())
        if tool == "pip":
            self._files.extend(environment.get("PIP_REQUIREMENT", "").split())
            for target in environment.get("PIP_EDITABLE", "").split():
                self._package(Argument(target), editable=True)
        if tool == "uv":
            self._seen |= {Action.LOCKED} if is_on(environment, "UV_LOCKED") else set()
            self._seen |= {Action.FROZEN} if is_on(environment, "UV_FROZEN") else set()

    def _options(self, arguments: list[Argument], options: Mapping[str, Action]) -> Iterator[Argument]:
        """Take the options; yields the operands. Stops at the first where a command of its own follows."""
        position = 0
        while position < len(arguments):
            argument = arguments[position]
            position += 1
            text = argument.text
            if text == "--":
                yield from arguments[position:]
                return
            if not text.startswith("-") or text == "-":
                if self.grammar.operands in {Operands.RUN, Operands.COMMAND}:
                    yield from arguments[position - 1 :]
                    return
                yield argument
            elif text.startswith("--"):
                name, equals, _ = text.partition("=")
                action = self._long(name, options)
                value = argument.after(len(name) + 1) if equals else None
                position += self._take(action, value, arguments, position)
            else:
                position += self._short(argument, arguments, position, options)

    def _long(self, name: str, options: Mapping[str, Action]) -> Action | None:
        if name in options or not self.grammar.flags or name in self.grammar.flags:
            return options.get(name)
        full = {options.get(known) for known in (*options, *self.grammar.flags) if known.startswith(name)}
        return full.pop() if len(full) == 1 else None

    def _short(
        self, argument: Argument, arguments: list[Argument], position: int, options: Mapping[str, Action]
    ) -> int:
        """Take ``-x``, ``-xVALUE`` or ``-xyz``; how many further arguments it took."""
        for index, letter in enumerate(argument.text[1:], start=1):
            action = options.get(f"-{letter}")
            if action is None:
                continue
            if action in FLAGS:
                self._seen.add(action)
                continue
            rest = argument.after(index + 1)
            if rest.text.startswith("="):
                rest = rest.after(1)
            return self._take(action, rest if rest.text else None, arguments, position)
        return 0

    def _take(
        self, action: Action | None, value: Argument | None, arguments: list[Argument], position: int
    ) -> int:
        """Act on an option; how many further arguments it took."""
        if action is None:
            return 0
        if action in FLAGS:
            self._seen.add(action)
            return 0
        if value is not None:
            self._value(action, value)
            return 0
        if position < len(arguments):
            self._value(action, arguments[position])
            return 1
        return 0

    def _value(self, action: Action, value: Argument) -> None:
        self._seen.add(action)
        if action in _ROLES:
            self._index(_ROLES[action], value)
        elif action is Action.FILE:
            self._file(value)
        elif action is Action.CONSTRAINTS:
            self._constraints.append(value.text)
        elif action is Action.EDITABLE:
            self._package(value, editable=True)
        elif action is Action.PACKAGE:
            self._package(value)
        elif action is Action.PACKAGES:
            self._comma_separated(value)
        elif action is Action.CHANNEL:
            self._channel(value)
        elif action is Action.PIP_OPTIONS:
            words = [Argument(word, line=value.line) for word in value.text.split()]
            for _ in self._options(words, PIP_OPTIONS):
                pass  # what is no option there is no package either

    def _index(self, role: IndexRole, value: Argument) -> None:
        text, name = value.text, ""
        if self.grammar.tool.startswith("uv") and "=" in text.partition("://")[0]:
            name, _, text = text.partition("=")
        self._indexes.append(index_reference(text, role, self._at(value), name=name))

    def _channel(self, value: Argument) -> None:
        self._channels.append(value.text.rpartition("/")[2] if "://" in value.text else value.text)
        if "://" in value.text:
            self._indexes.append(channel_reference(value.text, self._at(value)))

    def _file(self, value: Argument) -> None:
        self._files.append(value.text if "://" not in value.text else strip_credentials(value.text)[0])
        if value.opaque and _UNREADABLE_NAME.search(re.split(r"[/\\]", value.text)[-1]):
            self._hidden_files.append(value)

    def _comma_separated(self, value: Argument) -> None:
        start = 0
        for piece in re.split(r"(,(?![^\[]*\])(?!\s*[<>=!~]))", value.text):
            if piece != ",":
                known = (
                    None if value.known is None or value.known >= start + len(piece) else value.known - start
                )
                self._package(Argument(piece, known if known is None else max(0, known), value.line))
            start += len(piece)

    def _take_operands(self, operands: list[Argument]) -> None:
        kind = self.grammar.operands
        if kind is Operands.PACKAGES:
            for operand in operands:
                self._package(operand)
        elif kind is Operands.AFTER_FIRST:
            for operand in operands[1:]:
                self._package(operand)
        elif kind is Operands.FILES:
            for operand in operands:
                self._file(operand)
        elif kind in {Operands.COMMAND, Operands.RUN}:
            self.wrapped = operands
            if kind is Operands.COMMAND and operands and Action.PACKAGE not in self._seen:
                self._package(operands[0])

    def _package(self, argument: Argument, *, editable: bool = False) -> None:
        if not self.packages.add(argument, editable=editable):
            self._hidden.append(argument)

    def _at(self, argument: Argument) -> Location:
        return Location(path=self.place.path, line=argument.line) if argument.line else self.place

    def command(self, text: str) -> InstallCommand | None:
        """What was read; None where the tool installs nothing of its own."""
        requirements: tuple[Requirement, ...] = tuple(self.packages.requirements)
        if self.grammar.operands is Operands.RUN and not (requirements or self._files or self.packages.local):
            return None
        frozen = Action.FROZEN in self._seen
        return InstallCommand(
            tool=self.grammar.tool,
            verb=self.grammar.verb,
            text=text,
            location=self.place,
            requirements=requirements,
            requirement_files=tuple(self._files),
            constraint_files=tuple(dict.fromkeys(self._constraints)),
            indexes=tuple(self._indexes),
            require_hashes=Action.HASHES in self._seen,
            locked=(self.grammar.locked or Action.LOCKED in self._seen) and not frozen,
            frozen=frozen,
            local=tuple(self.packages.local),
        )

    def report(self, text: str) -> None:
        """Note as defects the arguments that hide what is installed."""
        plain = bool(self.packages.requirements or self._files or self.packages.local)
        if (
            not plain
            and not self._hidden
            and self.call.from_input
            and self.grammar.operands is Operands.PACKAGES
        ):
            self._defect(
                self.call.arguments[-1] if self.call.arguments else Argument("xargs"),
                "packages given by standard input",
                text,
            )
        for argument in self._hidden:
            passed_on = _ALL_ARGUMENTS.match(argument.text)
            if _OPTIONS_VARIABLE.search(argument.text) or (passed_on and plain):
                continue  # options, or what a caller adds to what stands here
            self._defect(argument, "package given by a variable", text)
        for argument in self._hidden_files:
            self._defect(argument, "requirements file given by a variable", text)

    def _defect(self, argument: Argument, what: str, text: str) -> None:
        shown = one_line(argument.text, 80)
        self.draft.defect(
            self._at(argument).line,
            f"{what}: {shown} in `{one_line(text, 160)}`",
            "name what is installed in a requirements file or lockfile",
        )


PIP_OPTIONS: Mapping[str, Action] = {
    option: action
    for option, action in PROGRAMS["pip"].verbs["install"].options.items()
    if action in _ROLES or action in FLAGS or action is Action.VALUE
}
