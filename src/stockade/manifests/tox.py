"""``tox.ini``, ``tox.toml``, ``[tool.tox]`` and tox's sections of ``setup.cfg``: dependencies, variables and
commands of every environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stockade.manifests.commands import CommandDraft
from stockade.manifests.ini_sections import Option, Section, load_ini
from stockade.manifests.lines import Document, Path
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell
from stockade.manifests.text import one_line
from stockade.manifests.toml_lines import load_toml
from stockade.manifests.tox_parts import (
    COMMANDS,
    READ,
    REFERENCE,
    command,
    dependency,
    resolved,
    unconditional,
)
from stockade.manifests.tox_toml import read_tox_tables
from stockade.manifests.urls import index_reference
from stockade.model.requirements import IndexRole, Manifest

_ENVIRONMENT = frozenset({"setenv", "set_env"})
_CORE = frozenset({"tox", "tox:tox"})
_MAX_INSERTED = 2_000
"""Characters of another option that are put into a variable's value."""


def read_tox(path: str, text: str, context: ReadContext) -> Manifest:
    """Read ``tox.ini``, ``tox.toml``, the ``[tool.tox]`` of a ``pyproject.toml`` or the ``[tox:tox]`` and
    ``[testenv]`` of a ``setup.cfg``."""
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
            read_tox_tables(draft, document, table, base)
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
    own = sections
    if draft.path.endswith(".cfg"):  # the other sections of a setup.cfg are not tox's
        own = [section for section in sections if section.name == "tox:tox" or _is_testenv(section)]
    for section in own:
        _follow(draft, section, sections)
    for section in own:
        _read_section(draft, section, sections)


def _is_testenv(section: Section) -> bool:
    return section.name.partition(":")[0] == "testenv"


def _follow(draft: CommandDraft, section: Section, sections: list[Section]) -> None:
    """Put the rows that ``{[section]key}`` names in its place, where they are not read on their own.

    Variables are put in wherever they stand: each environment has its own.
    """
    for option in section.options:
        if option.key not in READ and option.key not in _ENVIRONMENT:
            continue
        seen: set[str] = set()
        pending, option.rows = option.rows[::-1], []
        while pending:
            line, row = pending.pop()
            found = REFERENCE.fullmatch(unconditional(row).lstrip("-!? "))
            if found is None:
                option.rows.append((line, row))
            elif row not in seen:
                seen.add(row)
                target = _option(sections, found["section"].strip(), found["key"].strip().lower())
                if target is None:
                    message = f"{one_line(row, 120)!r} names what is not in this file: it was not judged"
                    draft.defect(line, message)
                elif target.key not in READ or draft.path.endswith(".cfg"):
                    pending += reversed(target.rows)


def _option(sections: list[Section], name: str, key: str) -> Option | None:
    return next((one for section in sections if section.name == name and (one := section.get(key))), None)


def _read_section(draft: CommandDraft, section: Section, sections: list[Section]) -> None:
    group = section.name.rpartition(":")[2]
    for key in ("deps", "requires"):
        option = section.get(key)
        if option is not None and (key == "deps" or section.name in _CORE):
            for line, row in option.rows:
                dependency(draft, row, line, group)
    index_servers = section.get("indexserver")
    for line, row in index_servers.rows if index_servers and section.name in _CORE else ():
        name, _, url = row.partition("=")
        role = IndexRole.PRIMARY if name.strip() == "default" else IndexRole.EXPLICIT
        draft.indexes.append(index_reference(url.strip(), role, draft.at(line), name=name.strip()))
    shell = Shell(draft, _environment(draft, section, sections))
    for key in COMMANDS:
        option = section.get(key)
        for line, row in _joined(option) if option else ():
            command(draft, shell, row, line)


def _environment(draft: CommandDraft, section: Section, sections: list[Section]) -> dict[str, str]:
    """The variables of a section; an environment that sets none has those of ``[testenv]``."""
    options = [option for option in section.options if option.key in _ENVIRONMENT]
    if not options and section.name.startswith("testenv:"):
        inherited = (_option(sections, "testenv", key) for key in sorted(_ENVIRONMENT))
        options = [option for option in inherited if option is not None]
    found: dict[str, str] = {}
    for line, row in (entry for option in options for entry in option.rows):
        name, equals, value = unconditional(row).partition("=")
        if equals:
            found[name.strip()] = value = resolved(_inserted(value.strip(), sections))
            draft.set_variable(name.strip(), value, draft.at(line))
        elif row.startswith("file|"):
            draft.defect(line, f"variables from the file {one_line(row[5:], 120)!r} are not read")
    return found


def _inserted(text: str, sections: list[Section]) -> str:
    """``text`` with short values of other options put in for ``{[section]key}``."""

    def value_of(section: str, key: str) -> str | None:
        option = _option(sections, section.strip(), key.strip().lower())
        value = option.value if option else None
        return value if value is not None and len(value) <= _MAX_INSERTED else None

    return REFERENCE.sub(lambda found: value_of(found["section"], found["key"]) or found[0], text)


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
