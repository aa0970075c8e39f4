"""The members of a distribution as the surface sees them: paths, and bounded, forgiving access to text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.package import Oddity

MAX_TEXT = 2 << 20
"""Bytes of a file of settings or metadata that is read; a larger one becomes an oddity."""

PYTHON = (".py", ".pyw")
MAX_METADATA = 16 << 20
"""Bytes of core metadata; its description may be long."""

_EVIDENCE = 400
DEEP = 8
"""Levels of folders at which settings may name one."""
NESTED = "!/"
"""Stands between a nested archive and its member."""


class Tree:
    """The regular members below one folder of the archive (the project, or the place of installation).

    ``prefix`` is that folder with its slash, or empty. Relative paths are POSIX paths below it.
    """

    def __init__(
        self,
        paths: Iterable[str],
        read: Callable[[str], bytes],
        prefix: str = "",
        oddities: list[Oddity] | None = None,
    ) -> None:
        self.prefix = prefix
        self.read = read
        self.oddities: list[Oddity] = [] if oddities is None else oddities
        self.files: dict[str, str] = {
            path[len(prefix) :]: path for path in paths if path.startswith(prefix) and path != prefix
        }
        """Relative path to path in the archive, sorted."""
        self.folders: set[str] = set()
        """Folders, down to :data:`DEEP` levels."""
        for relative in self.files:
            parts = relative.split("/", DEEP)
            for depth in range(len(parts) - 1, 0, -1):
                folder = "/".join(parts[:depth])
                if folder in self.folders:
                    break
                self.folders.add(folder)

    def below(self, prefix: str) -> Tree:
        """The same members below a deeper folder, oddities shared."""
        return Tree(self.files.values(), self.read, self.prefix + prefix, self.oddities)

    def text(self, relative: str, *, quiet: bool = False, limit: int = MAX_TEXT) -> str | None:
        """A small text file with plain line ends; None where it is not there or was not kept.

        Bytes that are no UTF-8 are read as Latin-1: settings are read for their ASCII part. A file over
        ``limit`` or with NUL bytes is told as ``surface-unreadable``, unless ``quiet``.
        """
        path = self.files.get(relative)
        if path is None:
            return None
        try:
            data = self.read(path)
        except KeyError:
            return None
        if len(data) > limit or b"\0" in data:
            if not quiet:
                self.unreadable(relative, "too large" if len(data) > limit else "holds NUL bytes")
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def unreadable(self, relative: str, why: str) -> None:
        """Note that a file could not be read for the surface."""
        path = self.files.get(relative, self.prefix + relative)
        self.oddities.append(
            Oddity(kind="surface-unreadable", at=Location(path), detail=f"{relative or 'the surface'}: {why}")
        )

    def odd(  # noqa: PLR0913 - a keyword for each field of an oddity
        self,
        kind: str,
        relative: str,
        detail: str,
        *,
        line: int = 0,
        phase: Phase = Phase.NEVER,
        evidence: str = "",
    ) -> None:
        """Note an oddity of the file at ``relative``."""
        at = Location(self.files.get(relative, self.prefix + relative), line)
        self.oddities.append(
            Oddity(kind=kind, at=at, detail=detail, phase=phase, evidence=evidence[:_EVIDENCE])
        )

    def is_package(self, folder: str) -> bool:
        """Whether ``folder`` is a regular package."""
        return f"{folder}/__init__.py" in self.files or f"{folder}/__init__.pyc" in self.files


def module_name(relative: str) -> str:
    """The importable name of a Python file at a path below a folder of the import path.

    Empty where it has none (not Python, or its folders hold dots).
    ``.pyc`` outside ``__pycache__`` counts: it is imported where no source lies beside it.
    """
    stem, dot, extension = relative.rpartition(".")
    if not dot or f".{extension}" not in {*PYTHON, ".pyc"}:
        return ""
    parts = stem.split("/")
    if "__pycache__" in parts or any("." in part or not part for part in parts):
        return ""
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)
