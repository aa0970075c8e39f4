"""Reads text as a manifest of a kind, and says in short lines what was found."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from stockade.manifests.formats import format_of
from stockade.manifests.reader import read_manifest
from stockade.model.requirements import InstallCommand, Manifest, Requirement

DATA = Path(__file__).parent / "data" / "install"


def read(path: str, text: str) -> Manifest:
    """Read ``text`` as the file ``path``, by the format that its name gives it."""
    fmt = format_of(PurePosixPath(path))
    assert fmt is not None, path
    return read_manifest(fmt, path, text.encode())


def read_data(name: str, path: str = "") -> Manifest:
    """Read a sample file, as if it stood at ``path``."""
    return read(path or name, (DATA / name).read_text(encoding="utf-8"))


def requirement_line(requirement: Requirement) -> str:
    """``LINE NAME[EXTRAS]SPECIFIER (index)``."""
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    where = f" ({requirement.source.index or requirement.source.kind})"
    plain = requirement.source.kind == "index" and not requirement.source.index
    return f"{requirement.location.line} {requirement.name}{extras}{requirement.specifier}{'' if plain else where}"


def command_line(command: InstallCommand) -> str:
    """The command in one line: place, tool, verb, then what it says."""
    last = f"-{command.location.end_line}" if command.location.end_line else ""
    flags = [name for name in ("require_hashes", "locked", "frozen") if getattr(command, name)]
    pieces = [
        f"{command.location.line}{last} {command.tool} {command.verb}",
        *(requirement_line(requirement).partition(" ")[2] for requirement in command.requirements),
        *(f"-r {file}" for file in command.requirement_files),
        *(f"-c {file}" for file in command.constraint_files),
        *(f"{index.role}={index.url}{'!' if index.credentials else ''}" for index in command.indexes),
        *(f"local {path}" for path in command.local),
        *flags,
    ]
    return " | ".join(pieces)


def commands(manifest: Manifest) -> list[str]:
    """Every command in one line each."""
    return [command_line(command) for command in manifest.commands]


def requirements(manifest: Manifest) -> list[str]:
    """Every requirement of the manifest itself."""
    return [requirement_line(requirement) for requirement in manifest.requirements]


def indexes(manifest: Manifest) -> list[str]:
    """``LINE ROLE URL``, with ``!`` where literal credentials stood."""
    return [
        f"{index.location.line} {index.role} {index.url}{'!' if index.credentials else ''}"
        for index in manifest.indexes
    ]


def defects(manifest: Manifest) -> list[str]:
    """``LINE message``."""
    return [f"{defect.location.line} {defect.message}" for defect in manifest.defects]
