"""Pipfile.lock."""

from __future__ import annotations

from stockade.manifests.json_lines import load_json
from stockade.manifests.lock_parts import Table, hashes_of, list_of, text_of
from stockade.manifests.pep508 import canonical, parse_version
from stockade.manifests.pipfile import read_sources
from stockade.manifests.poetry_tables import poetry_source
from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.tables import Tables
from stockade.manifests.text import ReadError, one_line
from stockade.model.requirements import LockedPackage, Manifest, SourceKind


def read_pipfile_lock(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a Pipfile.lock. ``default`` is the main group; ``develop`` and other categories are groups."""
    draft = Draft(path, context)
    document = load_json(text)
    for line, message in document.faults:
        draft.defect(line, message)
    tables = Tables(draft, document)
    if "_meta" not in document.value:
        draft.defect(1, "not a Pipfile.lock: it has no _meta")
    read_sources(tables, ("_meta", "sources"))
    for category in tables.subtables():
        if category == "_meta":
            continue
        for name in tables.subtables(category):
            line = tables.line(category, name)
            try:
                draft.locked.append(_package(draft, name, tables.table(category, name), category, line))
            except ReadError as error:
                draft.refuse(line, error)
    python = tables.string("_meta", "requires", "python_version")
    return draft.manifest(
        requires_python=one_line(f"=={python}.*") if python else "",
        input_digest=one_line(tables.string("_meta", "hash", "sha256")),
    )


def _package(draft: Draft, name: str, table: Table, category: str, line: int) -> LockedPackage:
    version = text_of(table, "version")
    if version and not version.startswith("=="):
        raise ReadError(f"{one_line(name, 80)}: expected a version '==…', got {one_line(version, 80)!r}")
    source = poetry_source(table)
    artifacts = [{"hash": value} for value in list_of(table, "hashes", str)]
    if not artifacts and source.kind in {SourceKind.INDEX, SourceKind.URL}:
        artifacts = [{}]
    hashes, unhashed = hashes_of(artifacts, draft, line)
    group = {"default": "main", "develop": "dev"}.get(category, one_line(category))
    return LockedPackage(
        name=canonical(name),
        version=parse_version(version.lstrip("=")) if version else None,
        location=draft.at(line),
        hashes=hashes,
        unhashed_artifacts=unhashed,
        source=source,
        groups=(group,),
        marker=one_line(text_of(table, "markers")),
    )
