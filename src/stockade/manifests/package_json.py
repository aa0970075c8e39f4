"""``package.json``: names for the footprint, and install commands in its scripts."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.manifests.commands import CommandDraft
from stockade.manifests.json_lines import load_json
from stockade.manifests.lines import Document
from stockade.manifests.places import Places
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell, mentions_installer
from stockade.manifests.urls import redact
from stockade.model.requirements import ForeignDependency, Manifest

_SECTIONS = (
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
)


def read_package_json(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a ``package.json``."""
    draft = CommandDraft(path, context)
    document = load_json(text)
    for line, message in document.faults:
        draft.defect(line, message)
    for section in _SECTIONS:
        draft.foreign.extend(_dependencies(draft, document, section))
    scripts = document.value.get("scripts")
    if isinstance(scripts, dict):
        shell = Shell(draft)
        for name, script in scripts.items():
            if isinstance(script, str) and mentions_installer(script):
                shell.read(script, Places((0,), (document.lines.of("scripts", name),)))
    name = document.value.get("name")
    return draft.manifest(
        project=name if isinstance(name, str) else "",
        project_private=document.value.get("private") is True,
    )


def _dependencies(draft: CommandDraft, document: Document, section: str) -> Iterator[ForeignDependency]:
    table = document.value.get(section)
    if table is None:
        return
    if not isinstance(table, dict):
        line = document.lines.of(section)
        draft.defect(line, f"{section} is no object of names and versions: it is not read")
        return
    for name, version in table.items():
        line = document.lines.of(section, name)
        if isinstance(version, str):
            yield ForeignDependency(
                ecosystem="npm", name=name, version=redact(version), location=draft.at(line)
            )
        else:
            draft.defect(line, f"the version of {name!r} is no string: it is not read")
