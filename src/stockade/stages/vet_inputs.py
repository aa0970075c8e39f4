"""What is to be vetted, as bytes that lie somewhere on this machine, or as a reason why it does not."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from stockade.manifests.formats import FORMATS
from stockade.model.index import IndexProject
from stockade.model.requirements import LeftOut, ManifestKind, Role
from stockade.model.verdicts import Cause, Indeterminate

DISTRIBUTIONS = (
    *(".whl", ".egg", ".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz"),
    *(".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst"),
)
"""How files of distributions are named. What they are is told by their bytes."""
PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "PKG-INFO", "__init__.py"})
"""A folder that holds one of these is a project or a package, whatever else it holds."""
BUILD_FILES = PROJECT_FILES - {"__init__.py"}
MOST_PROJECTS = 1_000
"""Below one folder that is no project itself."""
MOST_BYTES = 4 << 30
MOST_FILES = 20_000
"""Distributions below one folder."""
CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Input:
    """One thing to judge."""

    shown: str
    """As the user named it, or the file's name on the index."""
    name: str = ""
    """The file's or folder's own name."""
    source: Path | None = None
    """Where its bytes are; None where ``gap`` says why they are not to be had."""
    gap: Indeterminate | None = None
    folder: bool = False
    sha256: str = ""
    """Of a file; empty for a folder, and where the bytes are not to be had."""
    size: int = 0
    page: IndexProject | None = None
    """What the index says of its project, where it came from there."""
    version: str = ""
    """As the index has it; empty for what did not come from one."""
    asked: str = ""
    """What was asked for and came to this file of an index; empty for what did not come from one."""
    reported: bool = True
    """It has a result of its own; else it is judged only to be compared with."""
    before: str = ""
    """``shown`` of the earlier release that it is compared with, another input; empty for none."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a target comes to."""

    found: tuple[Input, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def and_those(self, other: Inputs) -> Inputs:
        """Both, in their order."""
        return Inputs(
            found=self.found + other.found,
            left_out=self.left_out + other.left_out,
            notes=self.notes + other.notes,
        )


NOTHING = Inputs(found=())


def missing(shown: str, cause: Cause, detail: str, mend: str = "") -> Input:
    """An input whose bytes are not to be had."""
    return Input(shown=shown, gap=Indeterminate(cause=cause, subject=shown, detail=detail, mend=mend))


def inputs_at(shown: str) -> Inputs:
    """What lies at a path: a file, each distribution of a folder that holds distributions, or a folder as a project.

    A folder that is no project but holds several is an input, and so is each of them: what runs when is told by a
    project's own files. A list of requirements or a lockfile is a gap: it holds none of the code that it names. Never
    fails: what cannot be opened is an input with the reason.
    """
    path = Path(shown)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return _of_folder(path, shown)
    except (OSError, ValueError) as error:
        return Inputs(found=(_unreadable(shown, error),))
    if stat.S_ISREG(status.st_mode) and _names_packages(path):
        detail = "it names packages and holds none of their code"
        return Inputs(found=(missing(shown, Cause.FACT_MISSING, detail, f"Vet what it names: -r {shown}"),))
    return Inputs(found=(file_input(path, shown),))


def _names_packages(path: Path) -> bool:
    """Whether a file is a list of requirements or a lockfile, by its name."""
    place = PurePosixPath(path.parent.name, path.name)
    found = next((each for each in FORMATS if each.matches(place)), None)
    lists = {ManifestKind.REQUIREMENTS, ManifestKind.CONSTRAINTS}
    return found is not None and (found.kind in lists or found.role is Role.LOCK)


def is_there(target: str) -> bool:
    """Whether something lies at a path; False too for what no path can be."""
    try:
        return Path(target).exists()
    except (OSError, ValueError):
        return False


def file_input(path: Path, shown: str) -> Input:
    """A file with its digest; a gap where it cannot be read, or is a device, a pipe or a socket."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        return _unreadable(shown, error)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return missing(
                shown, Cause.UNREADABLE, "it is neither a file nor a folder", "Name a distribution."
            )
        if status.st_size > MOST_BYTES:
            detail = f"it has {status.st_size:,} bytes, and at most {MOST_BYTES:,} are judged"
            return missing(shown, Cause.UNREADABLE, detail, "Look at it by hand.")
        digest = hashlib.sha256()
        try:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        except OSError as error:
            return _unreadable(shown, error)
    return Input(shown=shown, name=path.name, source=path, sha256=digest.hexdigest(), size=status.st_size)


def _of_folder(path: Path, shown: str) -> Inputs:
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        return Inputs(found=(_unreadable(shown, error),))
    names = {entry.name for entry in entries}
    project = names & PROJECT_FILES or any(
        name.endswith((".py", ".dist-info", ".egg-info")) for name in names
    )
    if project:
        return Inputs(found=(_folder_input(path, shown),))
    found = sorted(_distributions(path))
    inside = sorted(_projects(path))
    for many, most, what in ((found, MOST_FILES, "distributions"), (inside, MOST_PROJECTS, "projects")):
        if len(many) > most:
            detail = f"it holds more than {most:,} {what}"
            return Inputs(found=(missing(shown, Cause.UNREADABLE, detail, "Name fewer at once."),))
    projects = tuple(_folder_input(each, str(each)) for each in inside)
    if not found:
        return Inputs(found=(_folder_input(path, shown), *(projects if len(projects) > 1 else ())))
    return Inputs(
        found=(*(file_input(each, str(each)) for each in found), *projects),
        left_out=tuple(_left_out(entries, (*found, *inside))),
    )


def _left_out(entries: Sequence[Path], judged: Sequence[Path]) -> Iterator[LeftOut]:
    """What lies beside distributions and is none, and folders below which nothing is judged."""
    for entry in entries:
        if entry.is_file():
            if not is_distribution(entry.name):
                yield LeftOut(str(entry), "not named like a distribution")
        elif not any(each.is_relative_to(entry) for each in judged):
            yield LeftOut(str(entry), "no distribution and no project below it")


def _folder_input(path: Path, shown: str) -> Input:
    return Input(shown=shown, name=path.resolve().name, source=path, folder=True)


def _projects(folder: Path) -> Iterator[Path]:
    """The outermost projects below a folder, links not followed, one more than are taken."""
    count = 0
    for root, folders, names in os.walk(folder):
        if not BUILD_FILES.isdisjoint(names):
            folders.clear()
            yield Path(root)
            count += 1
            if count > MOST_PROJECTS:
                return


def is_distribution(name: str) -> bool:
    """Whether a file is named like a distribution."""
    return name.lower().endswith(DISTRIBUTIONS)


def release_of(filename: str) -> tuple[str, str] | None:
    """The project and version that a distribution's file name tells; None for a name that tells none."""
    try:
        if filename.endswith(".whl"):
            wheel = parse_wheel_filename(filename)
            return wheel[0], str(wheel[1])
        name, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    return name, str(version)


def like(filename: str, others: Sequence[str]) -> str:
    """Of the files of another release, the one to compare with: of the same kind and for the same machine."""
    wheel = filename.endswith(".whl")
    same = [each for each in others if each.endswith(".whl") == wheel]
    tagged = [each for each in same if wheel and each.rsplit("-", 3)[1:] == filename.rsplit("-", 3)[1:]]
    return next(iter(tagged or same or others), "")


def _distributions(folder: Path) -> Iterator[Path]:
    """Files named like distributions below a folder, links to folders not followed, one more than are taken."""
    count = 0
    for root, _, names in os.walk(folder):
        for name in names:
            if is_distribution(name):
                yield Path(root, name)
                count += 1
                if count > MOST_FILES:
                    return


def _unreadable(shown: str, error: Exception) -> Input:
    absent = isinstance(error, FileNotFoundError)
    reason = "there is no such file or folder" if absent else f"it cannot be read: {_reason(error)}"
    return missing(shown, Cause.UNREADABLE, reason, "Name a file, a folder, or a project as NAME==VERSION.")


def _reason(error: Exception) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
