"""Finds the installer in a command line: behind ``sudo``, ``env``, ``python -m`` and their like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stockade.manifests.install_options import MODULES, PROGRAMS, Grammar

MAX_ARGUMENTS = 20_000
"""Arguments of one command that are looked at."""

_MAX_WRAPPING = 256
"""Arguments of a wrapper that are looked through for the program it starts."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command, after expansion."""

    text: str
    """The value; what is known only at run time stands in it as written."""
    known: int | None = None
    """How many characters from the left are certain; None: all."""
    line: int = 0
    """Its line in the file; 0: that of the command."""

    @property
    def opaque(self) -> bool:
        """A part of it is known only at run time."""
        return self.known is not None

    def after(self, start: int) -> Argument:
        """The argument without its first ``start`` characters."""
        known = None if self.known is None else max(0, self.known - start)
        return Argument(self.text[start:], known, self.line)


@dataclass(frozen=True, slots=True)
class Call:
    """An installer's command line."""

    grammar: Grammar
    arguments: tuple[Argument, ...]
    """What follows the verb, and options that stood before it."""
    assignments: tuple[tuple[str, Argument], ...]
    """``NAME=value`` before the program."""
    from_input: bool = False
    """More arguments come from standard input (``xargs``)."""


SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash", "ksh"})
_POWERSHELLS = frozenset({"pwsh", "powershell"})
_WRAPPERS = frozenset(
    """sudo doas env time timeout nice ionice nohup exec command builtin stdbuf chronic setsid gosu su-exec
    runuser chroot xargs parallel retry travis_retry travis_wait xvfb-run catchsegv arch linux32 linux64
    docker podman docker-compose kubectl ssh conda mamba micromamba uv poetry pipenv pdm hatch rye call start
    if not do then else winpty faketime watch unbuffer script coverage direnv dotenv su flock uvx pipx cmd
    pwsh powershell busybox proot-distro invoke-expression nsenter systemd-run eatmydata""".split()  # noqa: SIM905  one list of plain words
)
"""Programs (and keywords of ``cmd``) that start the program named in their arguments."""

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_PYTHON = re.compile(r"(?:python|pypy|py)[\d.]*[tdw]?")
_PIP = re.compile(r"pip-?[\d.]*")
_LOOKED_UP = re.compile(r"(?:which|command\s+-v|type\s+-[pP])\s+([\w./-]+)")
_NAME_PARTS = re.compile(r"[^a-z0-9]+")
_MODULE_FLAG = re.compile(r"-[bBdEhiIOPqRsSuvVx?]*m(.*)", re.DOTALL)
"""``-m``, with other letters before it and the module behind it."""
_PYTHON_VALUES = frozenset({"-W", "-X", "--check-hash-based-pycs"})


def find_call(argv: Sequence[Argument], functions: frozenset[str] = frozenset()) -> Call | None:
    """The installer that a command starts, or None; ``functions`` may wrap a command in their arguments."""
    arguments = list(argv[:MAX_ARGUMENTS])
    assignments: list[tuple[str, Argument]] = []
    start = _past_assignments(arguments, 0, assignments)
    if start >= len(arguments):
        return None
    found = _program_at(arguments, start)
    if found is None and _wraps(arguments[start], functions):
        for position in range(start + 1, min(len(arguments), start + _MAX_WRAPPING)):
            if _ASSIGNMENT.match(arguments[position].text):
                _past_assignments(arguments, position, assignments, most=1)
            elif found := _program_at(arguments, position):
                break
    if found is None:
        return None
    grammar, rest = found
    from_input = program_name(arguments[start]) in {"xargs", "parallel"}
    return Call(grammar, rest, tuple(assignments), from_input)


def script_argument(argv: Sequence[Argument]) -> Argument | None:
    """The script in a command such as ``bash -c SCRIPT``, ``eval SCRIPT`` or ``su -c SCRIPT``, or None."""
    arguments = list(argv[:MAX_ARGUMENTS])
    start = _past_assignments(arguments, 0, [])
    head = program_name(arguments[start]) if start < len(arguments) else ""
    if head == "eval":
        return _joined(arguments[start + 1 :])
    if head == "trap":
        return next((argument for argument in arguments[start + 1 :] if argument.text != "--"), None)
    if head == "ssh":
        return next((argument for argument in arguments[start + 1 :] if " " in argument.text), None)
    asks = SHELLS | _POWERSHELLS | {"cmd", "su", "runuser", "script", "flock", "sg"}
    for position, argument in enumerate(arguments[start:], start):
        if position > start and head not in _WRAPPERS:
            return None
        name = program_name(argument)
        if name in asks:
            found = _after_script_flag(arguments[position + 1 :], name)
            if found is not None or name in SHELLS:
                return found
    return None


def runs_shell(argv: Sequence[Argument]) -> bool:
    """Whether the command hands its standard input to a shell."""
    arguments = list(argv[:MAX_ARGUMENTS])
    start = _past_assignments(arguments, 0, [])
    names = [program_name(argument) for argument in arguments[start:]]
    if not names:
        return False
    return names[0] in SHELLS or (names[0] in _WRAPPERS and not SHELLS.isdisjoint(names))


def program_name(argument: Argument) -> str:
    """The program that an argument names: no folder, no ``.exe``; a variable's name tells too."""
    text = argument.text.lstrip("@")
    if argument.opaque and (looked_up := _LOOKED_UP.search(text)):
        text = looked_up[1]
    name = re.split(r"[/\\]", text)[-1].lower()
    for ending in (".exe", ".cmd", ".bat"):
        name = name.removesuffix(ending)
    if argument.opaque and (argument.known or 0) < len(text) and not _is_known_program(name):
        parts = [part for part in _NAME_PARTS.split(name) if part]
        return next((part for part in parts if _is_known_program(part)), name)
    return name


def _is_known_program(name: str) -> bool:
    return name in PROGRAMS or bool(_PIP.fullmatch(name) or _PYTHON.fullmatch(name))


def _past_assignments(
    arguments: list[Argument], start: int, into: list[tuple[str, Argument]], most: int = MAX_ARGUMENTS
) -> int:
    while start < len(arguments) and most and (found := _ASSIGNMENT.match(arguments[start].text)):
        known = arguments[start].known
        if known is not None and known < found.end():
            break
        into.append((found[1], arguments[start].after(found.end())))
        start += 1
        most -= 1
    return start


def _wraps(argument: Argument, functions: frozenset[str]) -> bool:
    name = program_name(argument)
    return name in _WRAPPERS or argument.text in functions or name.startswith(("retry", "run"))


def _program_at(arguments: list[Argument], position: int) -> tuple[Grammar, tuple[Argument, ...]] | None:
    """The installer that starts at ``position``, and what follows its verb."""
    name = program_name(arguments[position])
    position += 1
    if _PYTHON.fullmatch(name) or arguments[position - 1].opaque:
        module = _module_at(arguments, position)
        if module is not None:
            name, position = module
    if _PIP.fullmatch(name):
        name = "pip"
    name = {"easy_install3": "easy_install"}.get(name, name)
    if name not in PROGRAMS:
        return None
    return _verb_at(name, arguments, position)


def _module_at(arguments: list[Argument], position: int) -> tuple[str, int] | None:
    """The program that ``python [options] -m MODULE`` starts."""
    while position < len(arguments):
        text = arguments[position].text
        position += 1
        if found := _MODULE_FLAG.fullmatch(text):
            module = found[1]
            if not module and position < len(arguments):
                module, position = arguments[position].text, position + 1
            if module == "piptools" and position < len(arguments) and arguments[position].text == "sync":
                return "pip-sync", position + 1
            return (MODULES[module], position) if module in MODULES else None
        if not text.startswith("-"):
            return ("pip", position) if _PIP.fullmatch(program_name(arguments[position - 1])) else None
        if text == "-c":
            return None
        if text in _PYTHON_VALUES:
            position += 1
    return None


def _verb_at(name: str, arguments: list[Argument], start: int) -> tuple[Grammar, tuple[Argument, ...]] | None:
    """The grammar of the verb, and all options and operands around it."""
    program = PROGRAMS[name]
    if "" in program.verbs:
        return program.verbs[""], tuple(arguments[start:])
    before: list[Argument] = []
    words: list[str] = []
    position = start
    while position < len(arguments):
        argument = arguments[position]
        position += 1
        if argument.text.startswith("-"):
            before.append(argument)
            if argument.text in program.globals and position < len(arguments):
                before.append(arguments[position])
                position += 1
            continue
        words.append(argument.text)
        verb = " ".join(words)
        if verb in program.verbs:
            return program.verbs[verb], (*before, *arguments[position:])
        if not any(known.startswith(verb + " ") for known in program.verbs):
            return None
    return None


def _after_script_flag(rest: list[Argument], shell: str) -> Argument | None:
    for position, argument in enumerate(rest):
        text = argument.text.lower()
        if shell == "cmd" and text in {"/c", "/k"}:
            return _joined(rest[position + 1 :])
        if shell in _POWERSHELLS and text in {"-c", "-command"}:
            return _joined(rest[position + 1 :])
        if text.startswith("-") and not text.startswith("--") and text.endswith("c"):
            return rest[position + 1] if position + 1 < len(rest) else None
        if shell in SHELLS and not text.startswith(("-", "+")):
            if position and rest[position - 1].text in {"-o", "+o"}:
                continue
            return None  # a script file
    return None


def _joined(arguments: Sequence[Argument]) -> Argument | None:
    text = " ".join(argument.text for argument in arguments)
    return Argument(text) if text else None


def find_program(argv: Sequence[Argument]) -> tuple[str, Sequence[Argument]]:
    """The name of the program that a command starts, ``python -m`` and variables seen through, and its
    arguments; empty where there is none."""
    arguments = list(argv[:MAX_ARGUMENTS])
    start = _past_assignments(arguments, 0, [])
    if start >= len(arguments):
        return "", ()
    name = program_name(arguments[start])
    while name in {"sudo", "exec", "command", "time"} and start + 1 < len(arguments):
        start += 1
        name = program_name(arguments[start])
    start += 1
    if _PYTHON.fullmatch(name) and (module := _module_at(arguments, start)) is not None:
        name, start = module
    return ("pip" if _PIP.fullmatch(name) else name), arguments[start:]
