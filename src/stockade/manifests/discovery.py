"""Finds and reads every manifest below a folder, and what manifests include."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from stockade.errors import UsageError
from stockade.manifests.formats import format_for, format_of
from stockade.manifests.install_formats import CI, CONDA, TOX
from stockade.manifests.reader import Draft, Format, ReadContext, inside_root, max_bytes, read_manifest
from stockade.manifests.tree import (
    Candidate,
    Excluded,
    Walk,
    file_kind,
    inside,
    printable,
    sorted_left_out,
    walk,
)
from stockade.model.locations import Location
from stockade.model.requirements import (
    Defect,
    Inventory,
    LeftOut,
    Manifest,
    ManifestKind,
    Role,
)

MAX_MANIFESTS = 20_000
"""Manifests of one tree that are read."""


def discover(root: Path, *, exclude: Sequence[str] = ()) -> Inventory:
    """Find and read the manifests below ``root``, a folder or one file. Never leaves the root's folder.

    Left out, each with its reason: data of version control, environments, installed packages, caches,
    what ``exclude`` names (patterns as in ``.gitignore``, relative to the root), symbolic links, and
    files that are not regular ones. Files that git ignores are read: they can be installed from.

    A manifest that cannot be read is in the inventory, with a defect. So is a folder that cannot be
    read, as a manifest of settings.

    Raises:
        UsageError: there is no such path, or a pattern is none.
    """
    excluded = Excluded(exclude)
    real = os.path.realpath(root)
    try:
        mode = os.stat(real).st_mode  # noqa: PTH116  the path as the file system has it
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no such file or folder: {printable(str(root))}", hint="name a project's folder or one manifest"
        ) from error
    search = _Search(real, excluded)
    if stat.S_ISDIR(mode):
        search.tree(walk(real, excluded))
    else:
        folder, name = os.path.split(real)
        search = _Search(folder, excluded)
        search.named(name)
    search.follow()
    return Inventory(
        root=printable(str(root)),
        manifests=tuple(sorted(search.manifests, key=lambda found: (found.path, found.kind))),
        left_out=sorted_left_out(search.left_out),
    )


class _Search:
    """Reads files once each, and follows what they include."""

    def __init__(self, root: str, excluded: Excluded) -> None:
        self.root = root
        self.excluded = excluded
        self.manifests: list[Manifest] = []
        self.left_out: list[LeftOut] = []
        self._read: dict[str, int] = {}
        """Paths that were read, as the file system spells them, with their place in ``manifests``."""
        self._beyond = 0

    # -- files ------------------------------------------------------------------------------------

    def tree(self, found: Walk) -> None:
        """Read what a walk found."""
        self.left_out.extend(found.left_out)
        for path, reason in found.unreadable:
            self.left_out.append(LeftOut(path, reason))
            self._broken(path, _format_or_settings(path), reason)
        for candidate in found.candidates:
            self._add(candidate)
        for link in found.links:
            self._link(link)

    def named(self, name: str) -> None:
        """Read the one file that the user named."""
        fmt = format_of(PurePosixPath(name))
        if fmt is None:
            raise UsageError(
                f"not a manifest by its name: {printable(name)}",
                hint="name a requirements file, lockfile, pyproject.toml … or the project's folder",
            )
        self._add(Candidate(name, fmt))

    def _add(self, candidate: Candidate) -> None:
        """Read one file, and ``[tool.tox]`` in a pyproject.toml besides."""
        if candidate.path in self._read:
            return
        if len(self.manifests) >= MAX_MANIFESTS:
            self._beyond += 1
            return
        self._read[candidate.path] = len(self.manifests)
        shown = printable(candidate.path)
        data = self._bytes(candidate)
        if data is None:
            return
        manifest = read_manifest(candidate.format, shown, data)
        self.manifests.append(manifest)
        if candidate.format.kind is ManifestKind.PYPROJECT and b"[tool.tox" in data:
            tox = read_manifest(TOX, shown, data)
            if not (tox.defects and manifest.defects):  # the same fault need not be told twice
                self.manifests.append(tox)

    def _bytes(self, candidate: Candidate) -> bytes | None:
        """The content of a regular file within its limit; else None, and a manifest with the defect."""
        full = os.path.join(self.root, candidate.path)  # noqa: PTH118  bytes that are no text stay as they are
        limit = max_bytes(candidate.format.kind)
        try:
            handle = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._broken(candidate.path, candidate.format, f"could not be read: {reason}")
            return None
        with open(handle, "rb") as file:  # noqa: PTH123  a descriptor, not a path
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                self._broken(
                    candidate.path, candidate.format, f"{file_kind(found.st_mode)}: it is never read"
                )
                return None
            if found.st_size > limit:
                self._broken(
                    candidate.path,
                    candidate.format,
                    f"{found.st_size:,} bytes refused: at most {limit:,} of such a file are read",
                )
                return None
            try:
                return file.read(limit + 1)
            except OSError as error:
                self._broken(candidate.path, candidate.format, f"could not be read: {error.strerror}")
                return None

    def _broken(self, path: str, fmt: Format, message: str) -> None:
        draft = Draft(printable(path), ReadContext(kind=fmt.kind, role=fmt.role))
        draft.defect(0, message)
        self._read[path] = len(self.manifests)
        self.manifests.append(draft.manifest())

    def _link(self, link: Candidate) -> None:
        """A link whose name is a manifest's: what it leads to is read once, and only inside the root."""
        full = os.path.join(self.root, link.path)  # noqa: PTH118  as above
        target = os.path.realpath(full)
        if not inside(self.root, target):
            reason = "a symbolic link that leads out of the root"
            self.left_out.append(LeftOut(link.path, reason))
            self._broken(link.path, link.format, f"{reason}: it is not read")
            return
        inner = os.path.relpath(target, self.root)
        if not os.path.exists(target):  # noqa: PTH110  as above
            self._broken(link.path, link.format, f"a symbolic link to nothing: {printable(inner)}")
            return
        reason = f"a symbolic link to {printable(inner)}, which is read there"
        if inner not in self._read:
            self._add(Candidate(inner, link.format))
        self.left_out.append(LeftOut(link.path, reason))

    # -- includes ---------------------------------------------------------------------------------

    def follow(self) -> None:
        """Read the files that manifests include and that are no manifests by their names; note cycles."""
        position = 0
        while position < len(self.manifests):
            manifest = self.manifests[position]
            for include in manifest.includes:
                self._include(position, include)
            for file in (f for command in manifest.commands for f in command.requirement_files):
                self._installed_from(manifest, file)
            position += 1
        self._cycles()
        if self._beyond:
            self._broken(
                ".", _SETTINGS, f"{self._beyond:,} more manifests: at most {MAX_MANIFESTS:,} are read"
            )

    def _include(self, position: int, include: str) -> None:
        if include in self._read:
            return
        manifest = self.manifests[position]
        full = os.path.join(self.root, include)  # noqa: PTH118  as above
        target = os.path.realpath(full)
        if reason := self.excluded.reason(include):
            self.left_out.append(LeftOut(include, reason))
        elif not inside(self.root, target):
            self._fault(position, include, f"includes {include!r}, which leads out of the assessed root")
        elif not os.path.lexists(full):
            self._fault(position, include, f"includes {include!r}, which is not there")
        elif os.path.isdir(target):  # noqa: PTH112  as above
            self._fault(position, include, f"includes {include!r}, which is a folder")
        else:
            inner = os.path.relpath(target, self.root)
            if inner not in self._read:
                self._add(Candidate(inner, _included_format(manifest, include)))
            self._read.setdefault(include, self._read.get(inner, position))

    def _installed_from(self, manifest: Manifest, file: str) -> None:
        """Read what a command installs from, where it is in the tree; its working folder is not known."""
        for candidate in _places(manifest.path, file):
            if candidate in self._read:
                return
            full = os.path.join(self.root, candidate)  # noqa: PTH118  as above
            if not os.path.isfile(full):  # noqa: PTH113  as above
                continue
            target = os.path.realpath(full)
            if inside(self.root, target) and not self.excluded.reason(candidate):
                inner = os.path.relpath(target, self.root)
                yaml = inner.endswith((".yml", ".yaml"))
                self._add(Candidate(inner, CONDA if yaml else _requirements_format(inner)))
                self._read.setdefault(candidate, self._read.get(inner, 0))
            return

    def _fault(self, position: int, include: str, message: str) -> None:
        """Add a defect at the line of the file that names ``include``."""
        manifest = self.manifests[position]
        place = Location(path=manifest.path, line=self._line_of(manifest, include))
        defect = Defect(
            location=place, message=printable(message), hint="correct the path, or exclude the file"
        )
        self.manifests[position] = msgspec.structs.replace(manifest, defects=(*manifest.defects, defect))

    def _line_of(self, manifest: Manifest, include: str) -> int:
        """The first line of a manifest that names the last part of an include's path; 0: not found."""
        name = PurePosixPath(include).name
        full = os.path.join(self.root, manifest.path)  # noqa: PTH118  as above
        try:
            text = Path(full).read_bytes().decode("utf-8", "replace")
        except (OSError, ValueError):
            return 0
        return next((n for n, line in enumerate(text.splitlines(), 1) if name in line), 0)

    def _cycles(self) -> None:
        """Note files that include themselves, through others or not: installers refuse or follow them for ever."""
        done: set[int] = set()
        for start in range(len(self.manifests)):
            if start in done or not self.manifests[start].includes:
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
                target = self._read.get(include)
                if target in path:
                    self._fault(position, include, f"includes {include!r}, which includes this file again")
                elif target is not None and target not in done:
                    self._enter(target, path, stack)

    def _enter(self, position: int, path: dict[int, None], stack: list[tuple[int, Iterator[str]]]) -> None:
        path[position] = None
        stack.append((position, iter(self.manifests[position].includes)))


_SETTINGS = format_for(ManifestKind.CLIENT_CONFIG)


def _format_or_settings(path: str) -> Format:
    return format_of(PurePosixPath(path)) or _SETTINGS


def _included_format(manifest: Manifest, include: str) -> Format:
    """The format of an included file: by its name, else by what includes it."""
    if manifest.kind is ManifestKind.CI:
        return CI
    if include in manifest.constraint_includes:
        return format_for(ManifestKind.CONSTRAINTS)
    return _requirements_format(include)


def _requirements_format(path: str) -> Format:
    fmt = format_of(PurePosixPath(path))
    if fmt is not None and fmt.role in {Role.DECLARATION, Role.LOCK, Role.CONSTRAINT}:
        return fmt
    return format_for(ManifestKind.REQUIREMENTS)


def _places(path: str, file: str) -> Iterator[str]:
    """Where a command in ``path`` may find ``file``: from its folder, and from each folder above."""
    if any(sign in file for sign in "$%{*") or "://" in file:
        return
    folder = PurePosixPath(path).parent
    for base in (folder, *folder.parents):
        found = inside_root(str(base / "x"), file)
        if found is not None and found != ".":
            yield found
