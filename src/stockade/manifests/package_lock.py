"""``package-lock.json`` and ``npm-shrinkwrap.json``, versions 1 to 3: names for the footprint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stockade.manifests.commands import CommandDraft
from stockade.manifests.json_lines import load_json
from stockade.manifests.lines import Document, Path
from stockade.manifests.reader import ReadContext
from stockade.model.requirements import ForeignDependency, Manifest

_FOLDER = "node_modules/"


def read_package_lock(path: str, text: str, context: ReadContext) -> Manifest:
    """Read an npm lockfile; the project itself and links to its workspaces are left out."""
    draft = CommandDraft(path, context)
    document = load_json(text)
    for line, message in document.faults:
        draft.defect(line, message)
    packages = document.value.get("packages")
    if isinstance(packages, dict):
        draft.foreign.extend(_packages(draft, document, packages))
    elif isinstance(document.value.get("dependencies"), dict):
        draft.foreign.extend(_dependencies(draft, document))
    elif document.value.get("lockfileVersion") is None:
        draft.defect(0, "neither 'packages' nor 'dependencies': this is no lockfile of npm")
    name = document.value.get("name")
    return draft.manifest(project=name if isinstance(name, str) else "")


def _packages(
    draft: CommandDraft, document: Document, packages: dict[str, Any]
) -> Iterator[ForeignDependency]:
    """Versions 2 and 3: one flat object, by folder."""
    for folder, entry in packages.items():
        if _FOLDER not in folder:
            continue  # the project or a member of its workspace
        line = document.lines.of("packages", folder)
        if not isinstance(entry, dict):
            draft.defect(line, f"the entry of {folder!r} is no object: it is not read")
            continue
        if entry.get("link") is True:
            continue
        name = entry.get("name") or folder.rpartition(_FOLDER)[2]
        yield _locked(draft, str(name), entry.get("version"), line)


def _dependencies(draft: CommandDraft, document: Document) -> Iterator[ForeignDependency]:
    """Version 1: objects in objects."""
    waiting: list[tuple[Path, dict[str, Any]]] = [(("dependencies",), document.value["dependencies"])]
    while waiting:
        path, table = waiting.pop()
        for name, entry in table.items():
            line = document.lines.of(*path, name)
            if not isinstance(entry, dict):
                draft.defect(line, f"the entry of {name!r} is no object: it is not read")
                continue
            yield _locked(draft, name, entry.get("version"), line)
            inner = entry.get("dependencies")
            if isinstance(inner, dict):
                waiting.append(((*path, name, "dependencies"), inner))


def _locked(draft: CommandDraft, name: str, version: object, line: int) -> ForeignDependency:
    return ForeignDependency(
        ecosystem="npm",
        name=name,
        version=version if isinstance(version, str) else "",
        location=draft.at(line),
        locked=True,
    )
