"""What tox.ini and tox.toml have in common: substitutions, dependencies, commands."""

from __future__ import annotations

import re
import shlex

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.package_arguments import add_requirement
from stockade.manifests.shell import Shell

COMMANDS = ("commands_pre", "commands", "commands_post", "list_dependencies_command", "install_command")
READ = frozenset({*COMMANDS, "deps"})
"""Options that are read in whatever section they stand."""

REFERENCE = re.compile(r"\{\[(?P<section>[^\]]+)\](?P<key>[^{}]*)\}")
_FACTORS = re.compile(r"[\w\s{},.!*+-]+:\s+")
_SUBSTITUTION = re.compile(r"(?<![$\\{])\{([^{}]*)\}")
_FOLDERS = frozenset({"toxinidir", "tox_root", "/", "changedir", "change_dir"})


def unconditional(row: str) -> str:
    """A row without the factors that it holds for (``py311: value``)."""
    found = _FACTORS.match(row)
    return row[found.end() :] if found else row


def resolved(text: str) -> str:
    """``text`` with tox's own folders put in, and defaults of variables."""

    def replace(found: re.Match[str]) -> str:
        inner = found[1]
        if inner in _FOLDERS:
            return "." if inner != "/" else "/"
        kind, _, rest = inner.partition(":")
        if kind == "env" and ":" in rest:
            return rest.partition(":")[2]
        if inner in {"envpython", "env_python"}:
            return "python"
        if inner in {"opts", "packages"} or kind == "posargs":
            return rest
        return found[0]

    return _SUBSTITUTION.sub(replace, text)


def dependency(draft: CommandDraft, row: str, line: int, group: str) -> None:
    """One row of ``deps``: a requirement, or an option of a requirements file."""
    text = resolved(unconditional(row)).strip()
    if not text or REFERENCE.fullmatch(text):
        return  # deps of another section, which are read there
    option, _, rest = text.partition(" ")
    if text.startswith(("-r", "-c")) and not text.startswith("--"):
        draft.include(line, (text[2:].strip()), constrains=text.startswith("-c"))
    elif option in {"--requirement", "--constraint"} or option.startswith(
        ("--requirement=", "--constraint=")
    ):
        draft.include(line, rest or option.partition("=")[2], constrains=option.startswith("--c"))
    elif text.startswith("-"):
        if not text.startswith("-e"):
            Shell(draft).read_arguments(
                [Argument("pip"), Argument("install"), *words(text, line)], draft.at(line)
            )
        else:
            add_requirement(
                draft, argument(text[2:].strip(), line), draft.at(line), group=group, editable=True
            )
    else:
        add_requirement(draft, argument(text, line), draft.at(line), group=group)


def argument(text: str, line: int) -> Argument:
    """A word; from its first substitution that is left on it is known only at run time."""
    unknown = text.find("{")
    return Argument(text, unknown if unknown >= 0 else None, line)


def words(text: str, line: int) -> list[Argument]:
    """The words of a command."""
    try:
        found = shlex.split(text)
    except ValueError:
        found = text.split()
    return [argument(word, line) for word in found]


def command(draft: CommandDraft, shell: Shell, row: str, line: int) -> None:
    """One row of ``commands``."""
    text = resolved(unconditional(row)).lstrip("-!? ")
    shell.read_arguments(words(text, line), draft.at(line), row)
