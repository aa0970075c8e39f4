"""uv.lock."""

from __future__ import annotations

from packaging.utils import canonicalize_name

from stockade.manifests.lock_parts import (
    Table,
    hashes_of,
    index_source,
    list_of,
    named,
    names_of,
    path_source,
    read_packages,
    table_of,
    text_of,
)
from stockade.manifests.pep508 import parse_version, requirement_from_pep508
from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.tables import Tables
from stockade.manifests.text import ReadError, one_line
from stockade.manifests.toml_lines import load_toml
from stockade.manifests.urls import direct_reference
from stockade.manifests.uv_tables import git_source
from stockade.model.names import ProjectName
from stockade.model.requirements import LockedPackage, Manifest, Source

_LOCAL = ("editable", "virtual", "directory", "path")


def read_uv_lock(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a uv.lock. uv asks indexes in order and stops at the first that has the name."""
    draft = Draft(path, context)
    tables = Tables(draft, load_toml(text))
    if "version" not in tables.document.value:
        draft.defect(1, "not a uv.lock: it has no version")
    reader = _Reader(draft, {canonicalize_name(name) for _, name in tables.strings("manifest", "members")})
    draft.locked.extend(read_packages(tables, "package", reader.package))
    _read_overrides(tables)
    strategy = tables.string("options", "index-strategy")
    return draft.manifest(
        project=reader.root,
        requires_python=one_line(tables.string("requires-python")),
        first_wins=strategy in {"", "first-index"},
    )


def _read_overrides(tables: Tables) -> None:
    """What the lock says that it was made with: ``overrides = [{ name = …, specifier = …, marker = … }]``."""
    for row in tables.rows("manifest", "overrides"):
        place = ("manifest", "overrides", row)
        spec = tables.string(*place, "name") + tables.string(*place, "specifier")
        marker = tables.string(*place, "marker")
        location = tables.draft.at(tables.line(*place))
        try:
            found = requirement_from_pep508(f"{spec} ; {marker}" if marker else spec, location)
        except ReadError as error:
            tables.draft.refuse(location.line, error)
        else:
            tables.draft.overrides.append(found)


class _Reader:
    def __init__(self, draft: Draft, members: set[str]) -> None:
        self.draft = draft
        self.members = members
        self.root = ""

    def package(self, table: Table, line: int) -> LockedPackage:
        """One ``[[package]]``."""
        name = named(table)
        version = text_of(table, "version")
        source_table = table_of(table, "source")
        local = next(
            (text_of(source_table, key) for key in ("editable", "virtual") if key in source_table), None
        )
        if local == ".":
            self.root = text_of(table, "name")
        hashes, unhashed = hashes_of(_artifacts(table, source_table), self.draft, line)
        return LockedPackage(
            name=name,
            version=parse_version(version) if version else None,
            location=self.draft.at(line),
            hashes=hashes,
            unhashed_artifacts=unhashed,
            source=_source(source_table),
            dependencies=_dependencies(table),
            own=local == "." or name in self.members,
        )


def _artifacts(table: Table, source: Table) -> list[Table]:
    artifacts: list[Table] = list_of(table, "wheels", dict)
    sdist = table_of(table, "sdist")
    if sdist:
        return [*artifacts, sdist]
    return artifacts or ([{}] if "url" in source or "registry" in source else [])


def _source(table: Table) -> Source:
    if registry := text_of(table, "registry"):
        return index_source(registry)
    if git := text_of(table, "git"):
        address, _, commit = git.partition("#")
        return git_source(address.partition("?")[0], commit)
    if url := text_of(table, "url"):
        return direct_reference(url).source
    for key in _LOCAL:
        if key in table:
            return path_source(text_of(table, key), editable=key == "editable")
    raise ReadError(f"a source that cannot be read: {one_line(repr(table), 120)}")


def _dependencies(table: Table) -> tuple[ProjectName, ...]:
    found = names_of(list_of(table, "dependencies", dict)) if "dependencies" in table else []
    for key in ("optional-dependencies", "dev-dependencies"):
        if key in table:
            groups = table_of(table, key)
            for group in groups:
                found += names_of(list_of(groups, group, dict))
    return tuple(dict.fromkeys(found))
