"""``[tool.poetry]``: dependencies in Poetry's own words, groups, extras and sources."""

from __future__ import annotations

from typing import Any

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from stockade.manifests.pep508 import ANY, canonical
from stockade.manifests.specifiers import poetry_specifier
from stockade.manifests.tables import Tables
from stockade.manifests.text import ReadError, one_line
from stockade.manifests.urls import direct_reference, index_reference, redact
from stockade.manifests.uv_tables import git_source
from stockade.model.locations import Location
from stockade.model.requirements import INDEX_SOURCE, IndexRole, Requirement, Source, SourceKind

_POETRY = ("tool", "poetry")
_ROLES = {
    "default": IndexRole.PRIMARY,
    "primary": IndexRole.PRIMARY,
    "secondary": IndexRole.EXTRA,
    "supplemental": IndexRole.EXTRA,
    "explicit": IndexRole.EXPLICIT,
}


def read_poetry(tables: Tables) -> str:
    """Add what ``[tool.poetry]`` says; the Python versions that it asks for, as PEP 440."""
    if not tables.table(*_POETRY):
        return ""
    declared = {r.name for r in tables.draft.requirements if r.group != "build-system"}
    python = _dependencies(tables, (*_POETRY, "dependencies"), "", declared)
    _dependencies(tables, (*_POETRY, "dev-dependencies"), "dev", set())
    _dependencies(tables, (*_POETRY, "requires-plugins"), "plugins", set())
    for group in tables.subtables(*_POETRY, "group"):
        _dependencies(tables, (*_POETRY, "group", group, "dependencies"), one_line(group), set())
    _sources(tables)
    return python


def _dependencies(tables: Tables, root: tuple[str, ...], group: str, declared: set[Any]) -> str:
    """Add the dependencies under ``root``; the translated ``python`` among them.

    Those in ``declared`` stand in ``[project]`` already: here Poetry only says where they come from.
    """
    python = ""
    extras = _extras(tables) if not group else {}
    for key, value in tables.table(*root).items():
        line = tables.line(*root, key)
        try:
            if key.lower() == "python":
                python = str(poetry_specifier(value)) if isinstance(value, str) else ""
                continue
            name = canonical(key)
        except ReadError as error:
            tables.draft.refuse(line, error)
            continue
        items = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            here = tables.line(*root, key, index) if isinstance(value, list) else line
            if name in declared:
                _enrich(tables, name, item)
            else:
                _add(tables, key, item, here, group or extras.get(name, ""))
    return python


def _add(tables: Tables, key: str, item: object, line: int, group: str) -> None:
    try:
        tables.draft.requirements.append(poetry_requirement(key, item, tables.draft.at(line), group))
    except ReadError as error:
        tables.draft.refuse(line, error)


def _enrich(tables: Tables, name: str, item: object) -> None:
    """Give the requirement ``name`` of ``[project]`` the source that Poetry's table names."""
    source = poetry_source(item) if isinstance(item, dict) else INDEX_SOURCE
    if source == INDEX_SOURCE:
        return
    found = tables.draft.requirements
    for index, requirement in enumerate(found):
        if requirement.name == name and requirement.source == INDEX_SOURCE:
            found[index] = msgspec.structs.replace(requirement, source=source)


def poetry_requirement(key: str, item: object, location: Location, group: str = "") -> Requirement:
    """One dependency in the words of Poetry and of a Pipfile: a constraint, or a table.

    Raises:
        ReadError: it cannot be read.
    """
    if isinstance(item, str):
        table: dict[str, Any] = {"version": item}
    elif isinstance(item, dict):
        table = item
    else:
        raise ReadError(f"{one_line(key, 80)}: expected a version or a table, got {item!r}")
    version = table.get("version", "*")
    if not isinstance(version, str):
        raise ReadError(f"{one_line(key, 80)}: expected a version in quotes, got {version!r}")
    source = poetry_source(table)
    specifier = poetry_specifier(version) if source.kind is SourceKind.INDEX or version != "*" else ANY
    extras = table.get("extras", [])
    if not isinstance(extras, list) or any(not isinstance(extra, str) for extra in extras):
        raise ReadError(f"{one_line(key, 80)}: expected a list of extras, got {one_line(repr(extras), 80)}")
    hashes = direct_reference(table["url"]).hashes if isinstance(table.get("url"), str) else ()
    return Requirement(
        name=canonical(key),
        spelled=key,
        specifier=specifier,
        location=location,
        text=one_line(redact(f"{key} = {_shown(item)}")),
        extras=tuple(sorted(map(one_line, extras))),
        marker=_marker(table),
        source=source,
        hashes=hashes,
        group=group,
    )


def poetry_source(table: dict[str, Any]) -> Source:
    """Where a dependency's table says that it comes from."""
    texts = {key: value for key, value in table.items() if isinstance(value, str)}
    editable = table.get("develop") is True or table.get("editable") is True
    if git := texts.get("git"):
        revision = next((texts[k] for k in ("rev", "ref", "tag", "branch") if k in texts), "")
        return git_source(git, revision, editable=editable)
    if url := texts.get("url") or texts.get("file"):
        return direct_reference(url).source
    if path := texts.get("path"):
        return Source(kind=SourceKind.PATH, url=one_line(path), editable=editable)
    if index := texts.get("source") or texts.get("index"):
        return Source(index=one_line(index))
    return INDEX_SOURCE


def _marker(table: dict[str, Any]) -> str:
    """The conditions of a dependency's table, as a PEP 508 marker."""
    parts: list[str] = []
    if isinstance(markers := table.get("markers"), str):
        parts.append(one_line(markers))
    if isinstance(python := table.get("python"), str):
        parts.extend(_python_marker(poetry_specifier(python)))
    if isinstance(platform := table.get("platform"), str):
        parts.append(f'sys_platform == "{one_line(platform)}"')
    return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)


def _python_marker(specifier: SpecifierSet) -> list[str]:
    return [f'python_version {one.operator} "{one.version}"' for one in sorted(specifier, key=str)]


def _shown(item: object) -> str:
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key} = {_shown(value)}" for key, value in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(map(_shown, item)) + "]"
    return f'"{item}"' if isinstance(item, str) else str(item).lower()


def _extras(tables: Tables) -> dict[str, str]:
    """The first extra that each optional dependency belongs to."""
    found: dict[str, str] = {}
    for extra in tables.table(*_POETRY, "extras"):
        for _, name in tables.strings(*_POETRY, "extras", extra):
            found.setdefault(canonicalize_name(name), one_line(extra))
    return found


def _sources(tables: Tables) -> None:
    """``[[tool.poetry.source]]``. Of several primary sources the first is asked first, the others beside it."""
    has_primary = False
    for row in tables.rows(*_POETRY, "source"):
        path = (*_POETRY, "source", row)
        name, url = tables.string(*path, "name"), tables.string(*path, "url")
        role = _ROLES.get(tables.string(*path, "priority").lower(), IndexRole.PRIMARY)
        if tables.flag(*path, "secondary"):
            role = IndexRole.EXTRA
        if role is IndexRole.PRIMARY:
            role = IndexRole.EXTRA if has_primary else role
            has_primary = True
        place = tables.draft.at(tables.line(*path))
        if not url and name.lower() != "pypi":
            tables.draft.defect(place.line, f"a source without a url: {one_line(name)!r}")
            continue
        tables.draft.indexes.append(index_reference(url, role, place, name=name))
