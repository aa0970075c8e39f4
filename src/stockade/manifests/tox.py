"""``tox.ini``, ``tox.toml`` and ``[tool.tox]``: dependencies and commands of every environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.index_variables import variable_indexes
from stockade.manifests.ini_sections import Option, Section, load_ini
from stockade.manifests.lines import Document, Path
from stockade.manifests.package_arguments import add_requirement
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell
from stockade.manifests.text import one_line
from stockade.manifests.toml_lines import load_toml
from stockade.model.requirements import Manifest

_FACTORS = re.compile(r"[\w\s{},.!*+-]+:\s+")
_SUBSTITUTION = re.compile(r"(?<![$\\{])\{([^{}]*)\}")
_REFERENCE = re.compile(r"\{\[(?P<section>[^\]]+)\](?P<key>[^{}]*)\}")
_COMMANDS = ("commands_pre", "commands", "commands_post", "list_dependencies_command")
_READ = frozenset({*_COMMANDS, "install_command", "deps"})
"""Options that are read in whatever section they stand."""

_FOLDERS = frozenset({"toxinidir", "tox_root", "/", "changedir", "change_dir"})


def read_tox(path: str, text: str, context: ReadContext) -> Manifest:
    """Read ``tox.ini``, ``tox.toml``, or the ``[tool.tox]`` of a ``pyproject.toml``."""
    draft = CommandDraft(path, context)
    if path.endswith(".toml"):
        document = load_toml(text)
        table: Any = document.value
        base: Path = ()
        if path.endswith("pyproject.toml"):
            base = ("tool", "tox")
            table = table.get("tool", {}).get("tox", {}) if isinstance(table.get("tool"), dict) else {}
        if isinstance(table, dict):
            _read_legacy(draft, document, table, base, text)
            _read_toml(draft, document, table, base)
    else:
        _read_ini(draft, text, first_line=1)
    return draft.manifest()


def _read_ini(draft: CommandDraft, text: str, first_line: int) -> None:
    sections, faults = load_ini(text)
    for line, message in faults:
        draft.defect(line + first_line - 1, message)
    for section in sections:
        if first_line > 1:
            for option in section.options:
                option.rows = [(line + first_line - 1, row) for line, row in option.rows]
    for section in sections:
        _follow(draft, section, sections)
    for section in sections:
        _read_section(draft, section)


def _follow(draft: CommandDraft, section: Section, sections: list[Section]) -> None:
    """Put the rows that ``{[section]key}`` names in its place, where they are not read on their own."""
    for option in section.options:
        if option.key not in _READ:
            continue
        seen: set[str] = set()
        pending, option.rows = option.rows[::-1], []
        while pending:
            line, row = pending.pop()
            found = _REFERENCE.fullmatch(_unconditional(row).lstrip("-!? "))
            if found is None:
                option.rows.append((line, row))
            elif row not in seen:
                seen.add(row)
                target = _option(sections, found["section"].strip(), found["key"].strip().lower())
                if target is None:
                    message = f"{one_line(row, 120)!r} names what is not in this file: it was not judged"
                    draft.defect(line, message)
                elif target.key not in _READ:
                    pending += reversed(target.rows)


def _option(sections: list[Section], name: str, key: str) -> Option | None:
    return next((one for section in sections if section.name == name and (one := section.get(key))), None)


def _read_section(draft: CommandDraft, section: Section) -> None:
    group = section.name.rpartition(":")[2]
    for key in ("deps", "requires"):
        option = section.get(key)
        if option is not None and (key == "deps" or section.name in {"tox", "tox:tox"}):
            for line, row in option.rows:
                _dependency(draft, row, line, group)
    environment: dict[str, str] = {}
    for key in ("setenv", "set_env"):
        option = section.get(key)
        for line, row in option.rows if option else ():
            name, equals, value = _unconditional(row).partition("=")
            if equals:
                environment[name.strip()] = value.strip()
                draft.indexes.extend(variable_indexes(name.strip(), value.strip(), draft.at(line)))
    shell = Shell(draft, environment)
    for key in (*_COMMANDS, "install_command"):
        option = section.get(key)
        for line, row in _joined(option) if option else ():
            _command(draft, shell, row, line)


def _unconditional(row: str) -> str:
    """A row without the factors that it holds for (``py311: value``)."""
    found = _FACTORS.match(row)
    return row[found.end() :] if found else row


def _joined(option: Option) -> Iterator[tuple[int, str]]:
    """The commands of an option; a line that ends in a backslash goes on in the next."""
    start, gathered = 0, ""
    for line, row in option.rows:
        start = start or line
        if row.endswith("\\"):
            gathered += row[:-1] + " "
            continue
        yield start, gathered + row
        start, gathered = 0, ""
    if gathered:
        yield start, gathered


def _resolved(text: str) -> str:
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


def _dependency(draft: CommandDraft, row: str, line: int, group: str) -> None:
    """One row of ``deps``: a requirement, or an option of a requirements file."""
    text = _resolved(_unconditional(row)).strip()
    if not text or _REFERENCE.fullmatch(text):
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
                [Argument("pip"), Argument("install"), *_words(text, line)], draft.at(line)
            )
        else:
            add_requirement(
                draft, _argument(text[2:].strip(), line), draft.at(line), group=group, editable=True
            )
    else:
        add_requirement(draft, _argument(text, line), draft.at(line), group=group)


def _argument(text: str, line: int) -> Argument:
    unknown = text.find("{")
    return Argument(text, unknown if unknown >= 0 else None, line)


def _words(text: str, line: int) -> list[Argument]:
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    return [_argument(word, line) for word in words]


def _command(draft: CommandDraft, shell: Shell, row: str, line: int) -> None:
    text = _resolved(_unconditional(row)).lstrip("-!? ")
    shell.read_arguments(_words(text, line), draft.at(line), row)


def _read_legacy(
    draft: CommandDraft, document: Document, table: dict[str, Any], base: Path, text: str
) -> None:
    """Read a tox.ini that stands in a string."""
    legacy = table.get("legacy_tox_ini")
    if isinstance(legacy, str):
        line = document.lines.of(*base, "legacy_tox_ini")
        opening = text.split("\n")[line - 1].rstrip()
        # TOML leaves out the line end right after the quotes.
        _read_ini(draft, legacy, first_line=line + opening.endswith(('"""', "'''")))


def _read_toml(draft: CommandDraft, document: Document, table: dict[str, Any], base: Path) -> None:
    """Read the tables ``env_run_base``, ``env_pkg_base``, ``env.NAME`` and the top level."""
    tables: list[tuple[str, Path, Any]] = [("tox", base, table)]
    tables += [
        (name, (*base, name), table.get(name)) for name in ("env_run_base", "env_pkg_base", "env_base")
    ]
    environments = table.get("env")
    if isinstance(environments, dict):
        tables += [(name, (*base, "env", name), found) for name, found in environments.items()]
    for name, path, found in tables:
        if isinstance(found, dict):
            _read_table(draft, document, path, found, name)


def _read_table(
    draft: CommandDraft, document: Document, path: Path, table: dict[str, Any], group: str
) -> None:
    for key in ("requires", "deps"):
        rows = table.get(key)
        for number, row in enumerate(rows if isinstance(rows, list) else str(rows or "").split("\n")):
            if isinstance(row, str) and row.strip():
                _dependency(draft, row.strip(), document.lines.of(*path, key, number), group)
    settings = table.get("set_env")
    environment = (
        {n: v for n, v in settings.items() if isinstance(v, str)} if isinstance(settings, dict) else {}
    )
    for name, value in environment.items():
        line = document.lines.of(*path, "set_env", name)
        draft.indexes.extend(variable_indexes(name, value, draft.at(line)))
    shell = Shell(draft, environment)
    for key in (*_COMMANDS, "install_command"):
        commands = table.get(key)
        if not isinstance(commands, list):
            continue
        for number, command in enumerate([commands] if key == "install_command" else commands):
            words = command if isinstance(command, list) else []
            line = document.lines.of(*path, key, number)
            argv = [_argument(_resolved(word), line) for word in words if isinstance(word, str)]
            shell.read_arguments([a for a in argv if a.text], draft.at(line))
