"""Hatch: dependencies, commands and variables of its environments, dependencies of builds and hooks.

They stand in ``[tool.hatch]`` of a pyproject.toml, or at the top level of a ``hatch.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stockade.manifests.places import places_of
from stockade.manifests.reader import ReadContext
from stockade.manifests.tables import Tables
from stockade.manifests.text import one_line
from stockade.manifests.toml_lines import load_toml
from stockade.model.requirements import Manifest

if TYPE_CHECKING:
    from stockade.manifests.shell import Shell

Root = tuple[str, ...]

_DEPENDENCIES = ("dependencies", "extra-dependencies")
_ARGUMENTS = re.compile(r"\{args(?::([^{}]*))?\}")
_FIELD = re.compile(r"\{[a-z_]+(?::[^{}]*)?\}")
_COMMANDS = ("pre-install-commands", "post-install-commands")


def read_hatch(tables: Tables, root: Root) -> None:
    """Take the dependencies of environments, builds and hooks of the table at ``root``."""
    for env in tables.subtables(*root, "envs"):
        path = (*root, "envs", env)
        for key in _DEPENDENCIES:
            for line, spec in tables.strings(*path, key):
                tables.draft.require(spec, line, group=one_line(env))
        _overrides(tables, (*path, "overrides"), one_line(env))
    for line, spec in tables.strings(*root, "env", "requires"):
        tables.draft.require(spec, line, group="plugins")
    for place in _builds(tables, root):
        for line, spec in tables.strings(*place, "dependencies"):
            tables.draft.require(spec, line, group="build-system")


def _builds(tables: Tables, root: Root) -> Iterator[Root]:
    """The tables that may hold dependencies of builds."""
    targets = (*root, "build", "targets")
    owners = [(*root, "build"), (*root, "metadata")]
    owners += [(*targets, target) for target in tables.subtables(*targets)]
    for owner in owners:
        if owner[-1] != "metadata":
            yield owner
        for hook in tables.subtables(*owner, "hooks"):
            yield (*owner, "hooks", hook)


def _overrides(tables: Tables, root: Root, group: str) -> None:
    """Dependencies under a condition: ``overrides.SOURCE.CONDITION.dependencies``, strings or tables with a
    ``value``."""
    for source in tables.subtables(*root):
        for condition in tables.subtables(*root, source):
            place = (*root, source, condition)
            for key in tables.table(*place):
                if key.removeprefix("set-") in _DEPENDENCIES:
                    _conditional(tables, (*place, key), group)


def _conditional(tables: Tables, path: Root, group: str) -> None:
    for number, item in enumerate(tables.array(*path)):
        spec = item.get("value") if isinstance(item, dict) else item
        if isinstance(spec, str):
            tables.draft.require(spec, tables.line(*path, number), group=group)
        else:
            tables.draft.defect(tables.line(*path, number), f"not a requirement: {item!r}")


def read_hatch_commands(path: str, text: str, context: ReadContext) -> Manifest:
    """Read the commands and variables of a pyproject.toml's environments, or all of a ``hatch.toml``."""
    from stockade.manifests.command_lines import Argument  # noqa: PLC0415  most pyproject.toml have no commands
    from stockade.manifests.commands import CommandDraft  # noqa: PLC0415  the same
    from stockade.manifests.shell import Shell  # noqa: PLC0415  the same

    draft = CommandDraft(path, context)
    tables = Tables(draft, load_toml(text))
    root: Root = ("tool", "hatch") if path.endswith("pyproject.toml") else ()
    if not root:
        read_hatch(tables, root)
    for env in tables.subtables(*root, "envs"):
        place = (*root, "envs", env)
        shell = Shell(draft)
        for name in tables.table(*place, "env-vars"):
            line = tables.line(*place, "env-vars", name)
            value = tables.string(*place, "env-vars", name)
            if "{" not in value:
                shell.variables.set(name, [Argument(value)])
            draft.set_variable(name, value, draft.at(line))
        for key in _COMMANDS:
            _run(shell, tables.strings(*place, key))
        for script in tables.table(*place, "scripts"):
            _run(shell, tables.string_or_strings(*place, "scripts", script))
    return draft.manifest()


def _run(shell: Shell, commands: Iterator[tuple[int, str]]) -> None:
    """Read commands; what Hatch puts in when it runs them is not known, but for defaults of arguments."""
    for line, command in commands:
        text = _ARGUMENTS.sub(lambda found: found[1] or "", command.removeprefix("- "))
        text = _FIELD.sub("$HATCH_FIELD", text).replace("\n", " ")
        shell.fork().read(text, places_of(text, line))
