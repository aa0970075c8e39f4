"""Follows what manifests include (``-r``, ``-c``, ``include:``) and what commands install from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from stockade.manifests.files import Files
from stockade.manifests.formats import format_for, format_of
from stockade.manifests.install_formats import CI, CONDA
from stockade.manifests.reader import MAX_DEFECTS, Format, inside_root
from stockade.manifests.tree import Candidate, inside, printable
from stockade.model.locations import Location
from stockade.model.requirements import Defect, InstallCommand, LeftOut, Manifest, ManifestKind, Role

_EXPORT = re.compile(
    r"\b(?:uv|poetry|pdm|pipenv)(?:[\s\"',]+-\S+)*[\s\"',]+(?:export|requirements|lock|pip[\s\"',]+compile)\b|\bpip-compile\b"
)
_FILE_NAME = re.compile(r"[^\s/\\'\"=,:;]+")


class Includes:
    """Reads included files that are no manifests by their names, and reports includes that fail."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._faults: dict[int, list[Defect]] = {}
        """By the place of the manifest in ``files.manifests``."""
        self._lines_of = ""
        self._lines: dict[str, int] = {}
        """The first line of each file name in the manifest ``_lines_of``."""
        self._all_names: set[str] = set()
        self._named = 0
        self._exporting: dict[str, bool] = {}

    def follow(self) -> None:
        """Read the files that manifests include and that are no manifests by their names; note cycles."""
        position = 0
        while position < len(self._files.manifests):
            manifest = self._files.manifests[position]
            for include in manifest.includes:
                self._include(position, include)
            for command in manifest.commands:
                for file in command.requirement_files:
                    if not self._installed_from(manifest, command, file):
                        self._unseen(position, command, file)
            position += 1
        self._cycles()
        self._give_faults()

    def _include(self, position: int, include: str) -> None:
        manifest = self._files.manifests[position]
        fmt = _included_format(manifest, include)
        if self._files.has(Candidate(include, fmt)):
            return
        full = os.path.join(self._files.root, include)  # noqa: PTH118  as above
        target = os.path.realpath(full)
        if reason := self._files.excluded.reason(include):
            self._files.left_out.append(LeftOut(include, reason))
        elif not inside(self._files.root, target):
            self._fault(position, include, f"includes {include!r}, which leads out of the assessed root")
        elif not os.path.lexists(full):
            self._fault(position, include, f"includes {include!r}, which is not there")
        elif os.path.isdir(target):  # noqa: PTH112  as above
            self._fault(position, include, f"includes {include!r}, which is a folder")
        else:
            inner = os.path.relpath(target, self._files.root)
            self._files.add(Candidate(inner, fmt))
            self._files.read.setdefault(include, self._files.read.get(inner, position))

    def _installed_from(self, manifest: Manifest, command: InstallCommand, file: str) -> bool:
        """Read what a command installs from, where it is in the tree; its working folder is not known.

        Returns:
            Whether it is in the tree, or a file of its name is that a manifest was read from.
        """
        for path in _places(manifest.path, file):
            candidate = Candidate(path, _installed_format(command, path))
            if self._files.has(candidate):
                return True
            full = os.path.join(self._files.root, path)  # noqa: PTH118  as above
            if not os.path.isfile(full):  # noqa: PTH113  as above
                continue
            target = os.path.realpath(full)
            if reason := self._files.excluded.reason(path):
                self._files.left_out.append(LeftOut(path, reason))
            elif not inside(self._files.root, target):
                return False
            else:
                inner = os.path.relpath(target, self._files.root)
                self._files.add(Candidate(inner, candidate.format))
                self._files.read.setdefault(path, self._files.read.get(inner, 0))
            return True
        return "://" not in file and _last_part(file) in self._names()

    def _names(self) -> set[str]:
        """The names of all files that were read, without their folders."""
        if len(self._files.read) != self._named:
            self._named = len(self._files.read)
            self._all_names = {_last_part(path) for path in self._files.read}
        return self._all_names

    def _unseen(self, position: int, command: InstallCommand, file: str) -> None:
        """Note that a command installs what cannot be seen, unless a lock is exported into that file."""
        manifest = self._files.manifests[position]
        if "://" not in file and self._exports(manifest):
            return
        self._faults.setdefault(position, []).append(
            Defect(
                location=command.location,
                message=printable(
                    f"installs from {file!r}, which is not in the assessed tree: it was not judged"
                ),
                hint="install from a file of the tree, or assess the folder that holds it",
            )
        )

    def _exports(self, manifest: Manifest) -> bool:
        """Whether a file runs a tool that writes a lockfile's content as a requirements file."""
        if manifest.path not in self._exporting:
            full = os.path.join(self._files.root, manifest.path)  # noqa: PTH118  as above
            try:
                text = Path(full).read_bytes().decode("utf-8", "replace")
            except (OSError, ValueError):
                text = ""
            self._exporting[manifest.path] = _EXPORT.search(text) is not None
        return self._exporting[manifest.path]

    def _fault(self, position: int, include: str, message: str) -> None:
        """Note a defect at the line of the file that names ``include``."""
        manifest = self._files.manifests[position]
        place = Location(path=manifest.path, line=self._line_of(manifest, include))
        hint = "correct the path, or exclude the file"
        self._faults.setdefault(position, []).append(
            Defect(location=place, message=printable(message), hint=hint)
        )

    def _give_faults(self) -> None:
        """Add the defects to the manifests that they stand in."""
        for position, faults in self._faults.items():
            manifest = self._files.manifests[position]
            if len(faults) > MAX_DEFECTS:
                more = f"{len(faults) - MAX_DEFECTS + 1:,} more includes that could not be followed"
                faults[MAX_DEFECTS - 1 :] = [Defect(location=Location(path=manifest.path), message=more)]
            defects = (*manifest.defects, *faults)
            self._files.manifests[position] = msgspec.structs.replace(manifest, defects=defects)

    def _line_of(self, manifest: Manifest, include: str) -> int:
        """The first line of a manifest that names the last part of an include's path; 0: not found."""
        if self._lines_of != manifest.path:
            self._lines_of, self._lines = manifest.path, {}
            full = os.path.join(self._files.root, manifest.path)  # noqa: PTH118  as above
            try:
                text = Path(full).read_bytes().decode("utf-8", "replace")
            except (OSError, ValueError):
                text = ""
            for number, line in enumerate(text.splitlines(), start=1):
                for word in _FILE_NAME.findall(line):
                    self._lines.setdefault(word, number)
        return self._lines.get(PurePosixPath(include).name, 0)

    def _cycles(self) -> None:
        """Note files that include themselves, through others or not: installers refuse or follow them for ever."""
        done: set[int] = set()
        for start in range(len(self._files.manifests)):
            if start in done or not self._files.manifests[start].includes:
                continue
            path: dict[int, None] = {}
            stack: list[tuple[int, Iterator[str]]] = []
            self._enter(start, path, stack)
            while stack:
                position, rest = stack[-1]
                include = next(rest, None)
                if include is None:
                    stack.pop()
                    del path[position]
                    done.add(position)
                    continue
                target = self._files.read.get(include)
                if target in path:
                    self._fault(position, include, f"includes {include!r}, which includes this file again")
                elif target is not None and target not in done:
                    self._enter(target, path, stack)

    def _enter(self, position: int, path: dict[int, None], stack: list[tuple[int, Iterator[str]]]) -> None:
        path[position] = None
        stack.append((position, iter(self._files.manifests[position].includes)))


def _included_format(manifest: Manifest, include: str) -> Format:
    """The format of an included file: by its name, else by what includes it."""
    if manifest.kind is ManifestKind.CI:
        return CI
    if include in manifest.constraint_includes:
        return format_for(ManifestKind.CONSTRAINTS)
    return _requirements_format(include)


def _requirements_format(path: str) -> Format:
    fmt = format_of(PurePosixPath(path))
    fits = fmt is not None and fmt.role in {Role.DECLARATION, Role.LOCK, Role.CONSTRAINT}
    return (
        fmt if fmt and fits and fmt.kind is not ManifestKind.CONDA else format_for(ManifestKind.REQUIREMENTS)
    )


def _installed_format(command: InstallCommand, path: str) -> Format:
    """What a command takes the file at ``path`` for."""
    conda = command.tool == "conda" and path.endswith((".yml", ".yaml"))
    return CONDA if conda else _requirements_format(path)


def _last_part(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _places(path: str, file: str) -> Iterator[str]:
    """Where a command in ``path`` may find ``file``: from its folder, and from each folder above."""
    if any(sign in file for sign in "$%{*") or "://" in file:
        return
    folder = PurePosixPath(path).parent
    for base in (folder, *folder.parents):
        found = inside_root(str(base / "x"), file)
        if found is not None and found != ".":
            yield found
