"""What a reader of one format is, and the one way in: :func:`read_manifest`, which never raises.

A reader takes a path, text and a :class:`ReadContext` and returns a :class:`Manifest`. It reports
every fault it can get past as a defect, and raises :class:`ReadError` for one that it cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, NoReturn, cast

from stockade.errors import StockadeError
from stockade.manifests.pep508 import requirement_from_pep508
from stockade.manifests.text import MAX_LINE, MAX_NESTING, ReadError, one_line, read_text
from stockade.manifests.urls import redact
from stockade.model.locations import Location
from stockade.model.requirements import (
    Defect,
    IndexReference,
    LockedPackage,
    Manifest,
    ManifestKind,
    Requirement,
    Role,
    Source,
)

__all__ = [
    "MAX_BYTES",
    "MAX_LINE",
    "MAX_NESTING",
    "Draft",
    "EnoughError",
    "Format",
    "ReadContext",
    "ReadError",
    "Reader",
    "inside_root",
    "max_bytes",
    "read_manifest",
    "read_strictly",
]

MAX_BYTES = 4 * 1024 * 1024
"""Bytes of one manifest that a person writes; a larger one is refused unread."""

MAX_LOCK_BYTES = 32 * 1024 * 1024
"""Bytes of one file that a machine writes: lockfiles and notebooks."""

MAX_SOURCE_BYTES = 1024 * 1024
"""Bytes of one Python source: its syntax tree takes a hundred times as much."""

MAX_DEFECTS = 200
"""Defects kept of one file; the last of them says how many more there are."""

ENOUGH_DEFECTS = 2000
"""Defects at which reading stops: what goes on like this is no such file."""

MAX_ENTRIES = 100_000
"""Requirements and locked packages of one file; at one more reading stops, with a defect."""

_LARGE = frozenset(
    {
        ManifestKind.REQUIREMENTS,
        ManifestKind.CONSTRAINTS,
        ManifestKind.PIPFILE_LOCK,
        ManifestKind.UV_LOCK,
        ManifestKind.POETRY_LOCK,
        ManifestKind.PDM_LOCK,
        ManifestKind.PYLOCK,
        ManifestKind.PACKAGE_LOCK,
        ManifestKind.NOTEBOOK,
    }
)
_SOURCES = frozenset({ManifestKind.SETUP_PY, ManifestKind.NOX, ManifestKind.SCRIPT})
_ONE_LONG_LINE = frozenset(
    {
        ManifestKind.PIPFILE_LOCK,
        ManifestKind.PACKAGE_LOCK,
        ManifestKind.PACKAGE_JSON,
        ManifestKind.NOTEBOOK,
    }
)
"""JSON is honestly written in one line, and holds images in one."""

_COOKIES = frozenset(
    {
        ManifestKind.REQUIREMENTS,
        ManifestKind.CONSTRAINTS,
        ManifestKind.SETUP_PY,
        ManifestKind.NOX,
        ManifestKind.SCRIPT,
    }
)
"""Formats whose tools honour an encoding declared in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What a reader knows beside the text."""

    kind: ManifestKind
    role: Role


Reader = Callable[[str, str, ReadContext], Manifest]
"""``(path, text, context)``: the path is POSIX, relative to the assessed root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of file: how to know it and who reads it."""

    kind: ManifestKind
    role: Role
    matches: Callable[[PurePosixPath], bool]
    """Whether a path (relative to the assessed root) is such a file; its content is not looked at."""
    reader: str
    """``module:function`` inside :mod:`stockade.manifests`, imported when the first such file is read."""

    def load(self) -> Reader:
        """The reader itself."""
        module, _, function = self.reader.partition(":")
        return cast("Reader", getattr(import_module(f"stockade.manifests.{module}"), function))


class EnoughError(Exception):
    """Reading of a file ends early; what was gathered is in ``draft``."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("reading stopped")
        self.draft = draft


@dataclass(slots=True)
class Draft:
    """Gathers what one file says, while it is read."""

    path: str
    context: ReadContext
    requirements: list[Requirement] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    overrides: list[Requirement] = field(default_factory=list)
    """Those that hold instead of what is required of their names."""
    locked: list[LockedPackage] = field(default_factory=list)
    indexes: list[IndexReference] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    constraint_includes: list[str] = field(default_factory=list)
    """Those of ``includes`` that only constrain."""
    stopped: tuple[Defect, ...] = ()
    """Why reading ended before the file did."""

    def at(self, line: int, end_line: int = 0) -> Location:
        """The place of a line of this file."""
        return Location(path=self.path, line=line, end_line=end_line if end_line > line else 0)

    def defect(self, line: int, message: str, hint: str = "") -> None:
        """Report what cannot be read at ``line`` (0: the file as a whole).

        Raises:
            EnoughError: there were :data:`ENOUGH_DEFECTS` before it.
        """
        if len(self.defects) >= ENOUGH_DEFECTS:
            self.stop(line, f"reading stopped at this line, after {ENOUGH_DEFECTS:,} defects")
        self.defects.append(Defect(location=self.at(line), message=one_line(redact(message)), hint=hint))

    def stop(self, line: int, message: str) -> NoReturn:
        """End the reading of this file here; what was gathered is kept."""
        self.stopped = (*self.stopped, Defect(location=self.at(line), message=message))
        raise EnoughError(self)

    def check_room(self, line: int) -> None:
        """Call before a requirement or package is added.

        Raises:
            EnoughError: the file holds :data:`MAX_ENTRIES` already.
        """
        if len(self.requirements) + len(self.constraints) + len(self.locked) >= MAX_ENTRIES:
            self.stop(line, f"reading stopped at this line: more than {MAX_ENTRIES:,} entries in one file")

    def refuse(self, line: int, error: Exception) -> None:
        """Report an error met at ``line``; its own line counts where it has one."""
        if isinstance(error, ReadError):
            self.defect(error.line or line, error.message, error.hint)
        elif isinstance(error, StockadeError):
            self.defect(line, error.message, error.hint)
        else:
            self.defect(line, str(error) or type(error).__name__)

    def require(  # noqa: PLR0913  each is a field of the requirement that only the caller knows
        self,
        spec: str,
        line: int,
        *,
        group: str = "",
        source: Source | None = None,
        text: str = "",
        editable: bool = False,
        constrains: bool = False,
    ) -> None:
        """Add the requirement ``spec`` (PEP 508 or an address); a faulty one becomes a defect."""
        self.check_room(line)
        try:
            found = requirement_from_pep508(
                spec, self.at(line), group=group, source=source, text=text, editable=editable
            )
        except ReadError as error:
            self.refuse(line, error)
        else:
            (self.constraints if constrains else self.requirements).append(found)

    def override(self, spec: str, line: int) -> None:
        """Add a constraint that holds instead of what is required of its name."""
        before = len(self.constraints)
        self.require(spec, line, constrains=True)
        self.overrides += self.constraints[before:]

    def include(self, line: int, target: str, *, constrains: bool = False) -> None:
        """Note an included file, ``target`` as written: relative to this file's folder."""
        target = redact(target)
        if "${" in target:
            self.defect(line, f"includes {target!r}: which file that is depends on the environment")
            return
        path = inside_root(self.path, target)
        if path is None:
            self.defect(
                line,
                f"includes {target!r}, which is outside the assessed root and was not read",
                "assess a folder that holds both files",
            )
            return
        self.includes.append(path)
        if constrains:
            self.constraint_includes.append(path)

    def manifest(self, **more: Any) -> Manifest:
        """What was gathered; ``more`` are further fields of :class:`Manifest`."""
        fields: dict[str, Any] = {
            "role": self.context.role,
            "requirements": tuple(self.requirements),
            "constraints": tuple(self.constraints),
            "overrides": tuple(self.overrides),
            "locked": tuple(self.locked),
            "indexes": tuple(self.indexes),
            "includes": tuple(dict.fromkeys(self.includes)),
            "constraint_includes": tuple(dict.fromkeys(self.constraint_includes)),
            "defects": self._bounded_defects(),
        }
        return Manifest(path=self.path, kind=self.context.kind, **(fields | more))

    def _bounded_defects(self) -> tuple[Defect, ...]:
        found = tuple(dict.fromkeys(self.defects))
        room = MAX_DEFECTS - len(self.stopped)
        if len(found) > room:
            more = Defect(location=self.at(0), message=f"{len(found) - room + 1:,} more defects in this file")
            found = (*found[: room - 1], more)
        return found + self.stopped


def inside_root(path: str, target: str) -> str | None:
    """``target``, as the file ``path`` names it, relative to the root; None where it lies outside.

    Purely by the words: a symbolic link is the business of whoever opens the file.
    """
    words = target.replace("\\", "/")
    if words.startswith(("/", "~")) or words[1:2] == ":" or "://" in words or "\0" in words:
        return None
    parts = list(PurePosixPath(path).parent.parts)
    for part in words.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."


def max_bytes(kind: ManifestKind) -> int:
    """The size above which a file of this kind is refused unread."""
    if kind in _SOURCES:
        return MAX_SOURCE_BYTES
    return MAX_LOCK_BYTES if kind in _LARGE else MAX_BYTES


def read_manifest(fmt: Format, path: str, data: bytes) -> Manifest:
    """Read one file. Never raises: what cannot be read is a defect of the manifest, with its line."""
    try:
        return read_strictly(fmt, path, data)
    except ReadError as error:
        fault = (error.line, error.message, error.hint)
    except RecursionError:
        fault = (0, f"nested deeper than the {MAX_NESTING} levels that are read", "")
    except Exception as error:  # noqa: BLE001  the last guard: a hostile file costs a defect, never the run
        fault = (0, f"could not be read: {type(error).__name__}: {error}", "")
    draft = Draft(path, ReadContext(kind=fmt.kind, role=fmt.role))
    draft.defect(*fault)
    return draft.manifest()


def read_strictly(fmt: Format, path: str, data: bytes) -> Manifest:
    """Read one file.

    Raises:
        ReadError: the file as a whole cannot be read.
        RecursionError: it is nested too deep.
    """
    limit = max_bytes(fmt.kind)
    if len(data) > limit:
        raise ReadError(f"{len(data):,} bytes refused: at most {limit:,} of such a file are read")
    text = read_text(
        data, cookie=fmt.kind in _COOKIES, max_line=None if fmt.kind in _ONE_LONG_LINE else MAX_LINE
    )
    try:
        return fmt.load()(path, text, ReadContext(kind=fmt.kind, role=fmt.role))
    except EnoughError as enough:
        return enough.draft.manifest()
