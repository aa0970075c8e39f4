"""Reads the files of an assessed tree, each once: regular ones only, within their limits, inside the root."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import PurePosixPath

from stockade.errors import UsageError
from stockade.manifests.formats import format_for, format_of
from stockade.manifests.install_formats import HATCH, SCRIPT, SCRIPT_MARK, TOX
from stockade.manifests.reader import Draft, Format, ReadContext, max_bytes, read_manifest
from stockade.manifests.tree import (
    TIME_OVER,
    Candidate,
    Excluded,
    Walk,
    file_kind,
    holds_metadata,
    inside,
    is_python,
    printable,
)
from stockade.model.requirements import LeftOut, Manifest, ManifestKind

MAX_MANIFESTS = 20_000
"""Manifests of one tree that are read."""


class Files:
    """Reads files once each, and follows what they include."""

    def __init__(self, root: str, excluded: Excluded, expired: Callable[[], bool]) -> None:
        self.root = root
        self.expired = expired
        """Whether the time for reading is over."""
        self.excluded = excluded
        self.manifests: list[Manifest] = []
        self.left_out: list[LeftOut] = []
        self.read: dict[str, int] = {}
        """Paths that were read, as the file system spells them, with their place in ``manifests``."""
        self._beyond = 0
        self._late: dict[str, None] = {}
        """Paths that were not read because the time was over."""

    def tree(self, found: Walk) -> None:
        """Read what a walk found."""
        self.left_out.extend(found.left_out)
        for path, reason in found.unreadable:
            self.left_out.append(LeftOut(path, reason))
            self._broken(path, _format_or_settings(path), reason)
        for candidate in found.candidates:
            self.add(candidate)
        for link in found.links:
            self._link(link)

    def named(self, name: str) -> None:
        """Read the one file that the user named."""
        fmt = format_of(PurePosixPath(name))
        if fmt is None and is_python(name) and holds_metadata(os.path.join(self.root, name)):  # noqa: PTH118  as below
            fmt = SCRIPT
        if fmt is None:
            raise UsageError(
                f"not a manifest by its name: {printable(name)}",
                hint="name a requirements file, lockfile, pyproject.toml … or the project's folder",
            )
        self.add(Candidate(name, fmt))

    def add(self, candidate: Candidate) -> None:
        """Read one file, and besides what else it holds: tox's part of a pyproject.toml, a script's metadata.

        A file that was read is not read again, unless it was taken for something else before: a script
        that is installed from with ``-r`` is a requirements file too.
        """
        if self.has(candidate):
            return
        if self.expired():
            self._late.setdefault(candidate.path)
            return
        if len(self.manifests) >= MAX_MANIFESTS:
            self._beyond += 1
            return
        self.read[candidate.path] = len(self.manifests)
        shown = printable(candidate.path)
        data = self._bytes(candidate)
        if data is None:
            return
        manifest = read_manifest(candidate.format, shown, data)
        self.manifests.append(manifest)
        self.left_out.extend(manifest.left_out)
        for mark, inner in _INSIDE.get(candidate.format.kind, ()):
            if mark not in data:
                continue
            also = read_manifest(inner, shown, data)
            told = also.defects and manifest.defects  # the same fault need not be told twice
            says = also.defects or also.requirements or also.commands or also.includes or also.indexes
            if says and not told:
                self.manifests.append(also)

    def has(self, candidate: Candidate) -> bool:
        """Whether a file was read as what ``candidate`` takes it for."""
        position = self.read.get(candidate.path)
        if position is None:
            return False
        found = self.manifests[position]
        return (
            candidate.format.kind is not ManifestKind.REQUIREMENTS
            or found.kind not in _NO_REQUIREMENTS
            or found.path != printable(candidate.path)
        )

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
        self.read[path] = len(self.manifests)
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
        self.add(Candidate(inner, link.format))
        self.left_out.append(LeftOut(link.path, reason))

    def finish(self) -> None:
        """Say how many manifests beyond the bounds were not read."""
        if self._late:
            named = ", ".join(printable(path) for path in list(self._late)[:5])
            rest = f" and {len(self._late) - 5:,} more" if len(self._late) > 5 else ""  # noqa: PLR2004  those named
            self._broken(".", _SETTINGS, f"{named}{rest} not read: {TIME_OVER}")
        if self._beyond:
            self._broken(
                ".", _SETTINGS, f"{self._beyond:,} more manifests: at most {MAX_MANIFESTS:,} are read"
            )


_INSIDE: dict[ManifestKind, tuple[tuple[bytes, Format], ...]] = {
    ManifestKind.PYPROJECT: ((b"tox", TOX), (b"hatch", HATCH)),
    ManifestKind.SETUP_CFG: ((b"testenv", TOX),),
    ManifestKind.NOX: ((SCRIPT_MARK, SCRIPT),),
    ManifestKind.SETUP_PY: ((SCRIPT_MARK, SCRIPT),),
}
"""What files of one kind may hold besides, and the word without which they do not."""

_NO_REQUIREMENTS = frozenset(
    {
        ManifestKind.CI,
        ManifestKind.CLIENT_CONFIG,
        ManifestKind.CONDA,
        ManifestKind.DOCKERFILE,
        ManifestKind.GO_MOD,
        ManifestKind.SHELL,
        ManifestKind.TOX,
    }
)
"""Kinds whose readers pass over the lines of a requirements file without a word."""

_SETTINGS = format_for(ManifestKind.CLIENT_CONFIG)


def _format_or_settings(path: str) -> Format:
    return format_of(PurePosixPath(path)) or _SETTINGS
