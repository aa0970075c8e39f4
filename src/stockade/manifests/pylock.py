"""pylock.toml and pylock.*.toml (PEP 751). :mod:`packaging.pylock` decides whether the file is valid."""

from __future__ import annotations

import re

from packaging.pylock import Pylock, PylockValidationError

from stockade.manifests.lock_parts import (
    Table,
    index_source,
    list_of,
    named,
    names_of,
    path_source,
    read_packages,
    table_of,
    text_of,
)
from stockade.manifests.pep508 import parse_version
from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.tables import Tables
from stockade.manifests.text import one_line
from stockade.manifests.toml_lines import load_toml
from stockade.manifests.urls import direct_reference, valid_hash
from stockade.manifests.uv_tables import git_source
from stockade.model.requirements import LockedPackage, Manifest, Source, SourceKind

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def read_pylock(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a pylock.toml. Of an invalid one the packages that can be read are kept beside the defect."""
    draft = Draft(path, context)
    tables = Tables(draft, load_toml(text))
    _validate(tables)

    def read(table: Table, line: int) -> LockedPackage:
        return _package(draft, table, line)

    draft.locked.extend(read_packages(tables, "packages", read))
    return draft.manifest(
        requires_python=one_line(tables.string("requires-python")),
        generated_by=one_line(tables.string("created-by")),
    )


def _validate(tables: Tables) -> None:
    try:
        Pylock.from_dict(tables.document.value)
    except PylockValidationError as error:
        line = tables.line(*_path(error.context or ""))
        tables.draft.defect(line, f"not a valid pylock.toml: {error}", "see PEP 751")


def _path(context: str) -> list[str | int]:
    return [int(index) if index else key for key, index in _STEP.findall(context)]


def _package(draft: Draft, table: Table, line: int) -> LockedPackage:
    version = text_of(table, "version")
    hashes, unhashed = _hashes(draft, table, line)
    return LockedPackage(
        name=named(table),
        version=parse_version(version) if version else None,
        location=draft.at(line),
        hashes=hashes,
        unhashed_artifacts=unhashed,
        source=_source(table),
        dependencies=tuple(dict.fromkeys(names_of(list_of(table, "dependencies", dict)))),
        marker=one_line(text_of(table, "marker")),
        own=text_of(table_of(table, "directory"), "path") == ".",
    )


def _hashes(draft: Draft, table: Table, line: int) -> tuple[tuple[str, ...], int]:
    artifacts: list[Table] = list(list_of(table, "wheels", dict))
    artifacts += [table_of(table, key) for key in ("sdist", "archive") if key in table]
    found: dict[str, None] = {}
    unhashed = 0
    for artifact in artifacts:
        hashes = [f"{name}:{value}".lower() for name, value in table_of(artifact, "hashes").items()]
        valid = [text for text in hashes if valid_hash(text)]
        found.update(dict.fromkeys(valid))
        unhashed += not valid
        if len(valid) < len(hashes):
            draft.defect(line, f"not a hash: {one_line(', '.join(set(hashes) - set(valid)), 100)!r}")
    return tuple(found), unhashed


def _source(table: Table) -> Source:
    if vcs := table_of(table, "vcs"):
        url = text_of(vcs, "url") or text_of(vcs, "path")
        kind = text_of(vcs, "type")
        if kind == "git":
            return git_source(url, text_of(vcs, "commit-id"))
        parsed = direct_reference(url).source
        return Source(
            kind=SourceKind.VCS,
            vcs=one_line(kind),
            url=parsed.url,
            revision=one_line(text_of(vcs, "commit-id")),
            credentials=parsed.credentials,
        )
    if directory := table_of(table, "directory"):
        return path_source(text_of(directory, "path"), editable=directory.get("editable") is True)
    if archive := table_of(table, "archive"):
        url = text_of(archive, "url")
        return direct_reference(url).source if url else path_source(text_of(archive, "path"))
    return index_source(text_of(table, "index"))
