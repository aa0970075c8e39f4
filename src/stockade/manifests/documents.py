"""Here-documents that a script or a Dockerfile writes to a file: read as the files that they become."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

import msgspec

from stockade.manifests.formats import format_for, format_of
from stockade.manifests.places import places_of
from stockade.manifests.reader import Format, read_manifest
from stockade.manifests.shell import Shell, mentions_installer
from stockade.manifests.text import one_line
from stockade.model.requirements import (
    Defect,
    IndexReference,
    InstallCommand,
    Manifest,
    ManifestKind,
    Requirement,
)

if TYPE_CHECKING:
    from stockade.manifests.commands import CommandDraft

SEEMS_TO_INSTALL = re.compile(
    r"\b(?:pip3?|uv|pipx|conda|poetry)\b[\s\"',.()\[\]-]+(?:\w+[\s\"',]+)?(?:install|main|add|sync)\b"
)
"""Words of an installer in another language: ``["pip", "install"]``, ``pip.main([…])``."""

_KINDS = frozenset(
    {
        ManifestKind.REQUIREMENTS,
        ManifestKind.CONSTRAINTS,
        ManifestKind.PYPROJECT,
        ManifestKind.SETUP_CFG,
        ManifestKind.SETUP_PY,
        ManifestKind.PIPFILE,
        ManifestKind.CONDA,
        ManifestKind.CLIENT_CONFIG,
        ManifestKind.SHELL,
        ManifestKind.TOX,
        ManifestKind.NOX,
    }
)
_SHELL_LINE = re.compile(r"#!\s*(?:\S*/)?(?:env\s+(?:-S\s+)?)?(?:ba|z|da|k|a)?sh\b")
_PROSE = (
    ".md",
    ".rst",
    ".html",
    ".json",
    ".yml",
    ".yaml",
    ".css",
    ".js",
    ".txt",
    ".conf",
    ".service",
    ".xml",
)

T = TypeVar("T", Requirement, IndexReference, Defect)


@dataclass(frozen=True, slots=True)
class HereDocument:
    """Text that a file holds and that is written to another when it runs."""

    target: str
    """The path that it is written to, as written."""
    text: str
    line: int
    """The line in which ``text`` begins."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return re.split(r"[/\\]", self.target)[-1]


MAX_DOCUMENTS = 200
"""Here-documents of one file that are read as files."""


def add_document(draft: CommandDraft, document: HereDocument) -> None:
    """Keep a document until the file is read; at one too many a defect says so."""
    if len(draft.documents) < MAX_DOCUMENTS:
        draft.documents.append(document)
    elif len(draft.documents) == MAX_DOCUMENTS:
        draft.documents.append(HereDocument("", "", document.line))
        draft.defect(
            document.line,
            f"more than {MAX_DOCUMENTS} here-documents are written to files: not read from here on",
        )


def read_documents(draft: CommandDraft) -> None:
    """Read the draft's here-documents: scripts and configuration as what they are, requirements as those of the
    commands that install from them."""
    documents, draft.documents = draft.documents, []
    for document in documents:
        users = [
            number
            for number, command in enumerate(draft.commands)
            if any(_is_named(document, file) for file in command.requirement_files)
        ]
        fmt = format_for(ManifestKind.REQUIREMENTS) if users else format_of(PurePosixPath(document.name))
        if fmt is None:
            _read_script(draft, document)
        elif fmt.kind in _KINDS:
            _read_file(draft, document, fmt, users)


def note_foreign_script(draft: CommandDraft, text: str, line: int, what: str) -> None:
    """Note a script of no shell that seems to install; ``what`` names it."""
    if found := SEEMS_TO_INSTALL.search(text):
        draft.defect(
            line + text.count("\n", 0, found.start()),
            f"{what} seems to install packages: it is not read",
            "install in a step of its own, run by a shell",
        )


def is_shell_script(text: str) -> bool:
    """Whether a script names no interpreter, or a shell."""
    return not text.startswith("#!") or _SHELL_LINE.match(text) is not None


def _is_named(document: HereDocument, file: str) -> bool:
    return file.rstrip("/") == document.target or PurePosixPath(file).name == document.name


def _read_script(draft: CommandDraft, document: HereDocument) -> None:
    """Read a document whose name tells nothing: a script, unless it says or is named otherwise."""
    name = document.name.lower()
    if not is_shell_script(document.text) or name.endswith(".py"):
        shown = f"a script written to {one_line(document.target, 80)!r}"
        note_foreign_script(draft, document.text, document.line, shown)
    elif not name.endswith(_PROSE) and mentions_installer(document.text):
        Shell(draft).read(document.text, places_of(document.text, document.line))


def _read_file(draft: CommandDraft, document: HereDocument, fmt: Format, users: list[int]) -> None:
    padded = "\n" * (document.line - 1) + document.text
    found = read_manifest(fmt, document.name, padded.encode("utf-8", "surrogatepass"))
    draft.defects += _moved(found.defects, draft.path)
    draft.indexes += _moved(found.indexes, draft.path)
    draft.constraints += _moved(found.constraints, draft.path)
    draft.commands += [_moved_command(command, draft.path) for command in found.commands]
    written = {document.name for document in draft.documents}
    for include in found.includes:
        if include not in written:
            draft.include(document.line, include, constrains=include in found.constraint_includes)
    requirements = _moved(found.requirements, draft.path)
    if not users:
        draft.requirements += requirements
    for number in users:
        draft.commands[number] = _with(draft.commands[number], document, requirements, found)


def _with(
    command: InstallCommand, document: HereDocument, requirements: list[Requirement], found: Manifest
) -> InstallCommand:
    """A command that installs from a document, with what stands there instead of the document's name."""
    rest = tuple(file for file in command.requirement_files if not _is_named(document, file))
    return msgspec.structs.replace(
        command,
        requirement_files=rest,
        requirements=(*command.requirements, *requirements),
        require_hashes=command.require_hashes or found.require_hashes,
    )


def _moved(items: tuple[T, ...], path: str) -> list[T]:
    """The items, at the same lines of the file at ``path``."""
    return [
        msgspec.structs.replace(item, location=msgspec.structs.replace(item.location, path=path))
        for item in items
    ]


def _moved_command(command: InstallCommand, path: str) -> InstallCommand:
    return msgspec.structs.replace(
        command,
        location=msgspec.structs.replace(command.location, path=path),
        requirements=tuple(_moved(command.requirements, path)),
        indexes=tuple(_moved(command.indexes, path)),
    )
