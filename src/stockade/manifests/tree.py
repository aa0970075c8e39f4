"""Walks an assessed folder: which files may be manifests, and what is left out and why.

Nothing outside the root is opened, no link is followed, nothing but regular files is opened.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from stockade.errors import UsageError
from stockade.manifests.formats import format_of
from stockade.manifests.install_formats import PYTHON_ENDINGS, SCRIPT, SCRIPT_MARK, SHELL
from stockade.manifests.reader import Format
from stockade.model.requirements import LeftOut

TIME_OVER = "reading the tree took longer than the policy's reading_seconds"
"""Why what is left is not read."""

MAX_DEPTH = 200
"""Levels of folders that are entered."""

_FOLDERS = {
    **dict.fromkeys((".git", ".hg", ".svn", ".bzr", ".jj"), "data of version control"),
    **dict.fromkeys(
        ("node_modules", "bower_components", "jspm_packages"), "installed packages of JavaScript"
    ),
    **dict.fromkeys(("site-packages", "dist-packages", "__pypackages__"), "installed packages"),
    **dict.fromkeys((".tox", ".nox", ".eggs", ".pixi"), "environments that a tool made"),
    **dict.fromkeys(
        (
            "__pycache__",
            ".mypy_cache",
            ".ruff_cache",
            ".pytest_cache",
            ".hypothesis",
            ".cache",
            ".import_linter_cache",
            ".ipynb_checkpoints",
            ".pytype",
            ".dmypy",
            ".uv-cache",
        ),
        "a cache",
    ),
}
_OF_ENVIRONMENTS = frozenset({"bin", "scripts", "lib", "lib64", "include", "share", "etc", "man", "doc"})
"""Folders that a virtual environment holds. One with others beside them may be a project in disguise."""
_ENDINGS = frozenset(
    """.txt .in .pip .lock .cfg .yml .yaml .sh .bash .zsh .ksh .ps1 .psm1 .bat .cmd .ipynb .mk .just .conf .ini
    .dockerfile .containerfile .mod .toml""".split()  # noqa: SIM905  one list of plain words
)
_NAMES = frozenset(
    """setup.py noxfile.py package.json package-lock.json npm-shrinkwrap.json devcontainer.json
    .devcontainer.json pipfile makefile gnumakefile
    justfile .justfile procfile .pypirc .condarc condarc .bashrc .bash_profile .profile .zshrc .envrc""".split()  # noqa: SIM905  one list of plain words
)
_NO_SCRIPTS = frozenset(
    """license licence readme authors contributors changelog changes news todo copying notice codeowners
    version install history maintainers py.typed""".split()  # noqa: SIM905  one list of plain words
)
_CHUNK = 1024 * 1024
_RUNS_PYTHON = re.compile(rb"python|pypy|uv|pipx|hatch|pdm")
_SHELL_LINE = (b"sh", b"bash", b"zsh", b"dash", b"ksh", b"ash")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that is a manifest by its name."""

    path: str
    """POSIX, relative to the root, as the file system spells it."""
    format: Format


@dataclass(slots=True)
class Walk:
    """What a walk found."""

    candidates: list[Candidate] = field(default_factory=list)
    links: list[Candidate] = field(default_factory=list)
    """Symbolic links to files, named as manifests are."""
    left_out: list[LeftOut] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """``(path, reason)`` of folders and special files where manifests may be that cannot be read."""


def printable(path: str) -> str:
    """``path`` fit for a report: bytes that are no text and control characters are escaped."""
    if path.isprintable():
        return path
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "replace").decode("ascii") for c in path
    )


class Excluded:
    """The paths that the user excludes, by patterns as in ``.gitignore``."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Parse the patterns.

        Raises:
            UsageError: one of them is no pattern.
        """
        self._patterns = tuple(patterns)
        self._spec = None
        if patterns:
            import pathspec  # noqa: PLC0415  costs time at start, and most users exclude nothing

            try:
                self._spec = pathspec.GitIgnoreSpec.from_lines(patterns)
            except ValueError as error:
                raise UsageError(
                    f"not an exclude pattern: {error}", hint="patterns are written as in .gitignore"
                ) from None

    def reason(self, path: str) -> str:
        """Why ``path`` is excluded (a folder's ends in ``/``); empty where it is not."""
        if self._spec is None:
            return ""
        found = self._spec.check_file(path)
        if not found.include or found.index is None:
            return ""
        return f"excluded by the pattern {self._patterns[found.index]!r}"


def walk(root: str, excluded: Excluded, expired: Callable[[], bool]) -> Walk:
    """Walk the folder ``root``, in the order of names, until ``expired`` says that the time is over."""
    found = Walk()
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        if expired():
            rest = f" and {len(waiting):,} more folders" if waiting else ""
            found.unreadable.append((folder or ".", f"this folder{rest} was not entered: {TIME_OVER}"))
            break
        folders = _Folder(root, folder, excluded, found).read()
        if depth >= MAX_DEPTH and folders:
            found.unreadable.append(
                (folder, f"folders nested deeper than {MAX_DEPTH} levels are not entered")
            )
            continue
        waiting.extend((path, depth + 1) for path in reversed(folders))
    return found


class _Folder:
    """One folder while it is read."""

    def __init__(self, root: str, path: str, excluded: Excluded, found: Walk) -> None:
        self.root = root
        self.path = path
        self.prefix = f"{path}/" if path else ""
        self.excluded = excluded
        self.found = found

    def read(self) -> list[str]:
        """Sort the entries; the folders to enter."""
        try:
            with os.scandir(os.path.join(self.root, self.path)) as entries:  # noqa: PTH118  a string, for speed
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.found.unreadable.append((self.path or ".", _why(error)))
            return []
        names = {entry.name for entry in listed}
        before = (len(self.found.candidates), len(self.found.left_out))
        folders = [path for entry in listed if (path := self._entry(entry))]
        kind = "pyvenv.cfg" if "pyvenv.cfg" in names else "conda-meta" if "conda-meta" in names else ""
        if kind and self.path and len(self.found.candidates) == before[0]:
            # A project may have its environment around it: then it has a manifest beside.
            own = [path for path in folders if path.rpartition("/")[2].lower() not in _OF_ENVIRONMENTS]
            if not own or kind == "conda-meta":
                self.found.left_out[before[1] :] = [LeftOut(self.path, f"an environment: it holds {kind}")]
                return []
            self.found.left_out.extend(
                LeftOut(path, f"of an environment: beside it stands {kind}")
                for path in folders
                if path not in own
            )
            return own
        return folders

    def _entry(self, entry: os.DirEntry[str]) -> str:
        """Take one entry; the path of a folder to enter, else empty."""
        name = entry.name
        try:
            if entry.is_file(follow_symlinks=False):
                if may_be_manifest(name) or is_python(name):
                    self._file(name, entry)
                return ""
            if entry.is_dir(follow_symlinks=False):
                return self._folder(name)
            if entry.is_symlink():
                self._link(name, entry)
            else:
                self._special(name, entry)
        except OSError as error:
            self.found.unreadable.append((self.prefix + name, _why(error)))
        return ""

    def _file(self, name: str, entry: os.DirEntry[str]) -> None:
        path = self.prefix + name
        fmt = format_of(PurePosixPath(path))
        if fmt is None and "." not in name:
            fmt = _format_of_script(entry.path)
        elif fmt is None and is_python(name) and holds_metadata(entry.path):
            fmt = SCRIPT
        if fmt is None:
            return
        if reason := self.excluded.reason(path):
            self.found.left_out.append(LeftOut(path, reason))
            return
        self.found.candidates.append(Candidate(path, fmt))

    def _folder(self, name: str) -> str:
        path = self.prefix + name
        reason = _FOLDERS.get(name) or self.excluded.reason(path + "/")
        built = self.path.rpartition("/")[2] == "build" and (name == "lib" or name.startswith("bdist."))
        if built:
            reason = "what a build left"
        if reason:
            self.found.left_out.append(LeftOut(path, reason))
            return ""
        return path

    def _link(self, name: str, entry: os.DirEntry[str]) -> None:
        path = self.prefix + name
        if reason := self.excluded.reason(path):
            self.found.left_out.append(LeftOut(path, reason))
            return
        fmt = format_of(PurePosixPath(path)) if may_be_manifest(name) else None
        is_folder = os.path.isdir(entry.path)  # noqa: PTH112  unlike the entry's own test, it does not raise on loops
        if fmt is not None and not is_folder:
            self.found.links.append(Candidate(path, fmt))
            return
        target = os.path.realpath(entry.path)
        where = "to a folder inside the root, which is read there"
        if not inside(self.root, target):
            where = "that leads out of the root"
        elif not is_folder:
            return
        self.found.left_out.append(LeftOut(path, f"a symbolic link {where}"))

    def _special(self, name: str, entry: os.DirEntry[str]) -> None:
        path = self.prefix + name
        kind = file_kind(entry.stat(follow_symlinks=False).st_mode)
        self.found.left_out.append(LeftOut(path, f"{kind}: never opened"))
        if may_be_manifest(name) and format_of(PurePosixPath(path)) is not None:
            self.found.unreadable.append((path, f"named as a manifest, but {kind}: it is never opened"))


def may_be_manifest(name: str) -> bool:
    """A quick test of a file's name alone: False where no format takes it."""
    lower = name.lower()
    dot = lower.rfind(".")
    if dot >= 0 and lower[dot:] in _ENDINGS:
        return True
    if dot < 0:
        return lower not in _NO_SCRIPTS
    return lower in _NAMES or lower.startswith(("dockerfile", "containerfile"))


def is_python(name: str) -> bool:
    """Whether a file is Python source by its name."""
    return name[name.rfind(".") :].lower() in PYTHON_ENDINGS


def holds_metadata(path: str) -> bool:
    """Whether a regular file seems to hold a block of inline script metadata. One that cannot be read does:
    its reader then says why it cannot."""
    found = False
    kept = b""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return True
    try:
        while not found and (chunk := os.read(handle, _CHUNK)):
            found = SCRIPT_MARK in kept + chunk
            kept = chunk[-len(SCRIPT_MARK) :]
    except OSError:
        return True
    finally:
        os.close(handle)
    return found


def _format_of_script(path: str) -> Format | None:
    """The format of a file without an ending: a shell's script, a Python script with metadata, or none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        first = os.read(handle, 128)
    except OSError:
        return None
    finally:
        os.close(handle)
    if not first.startswith(b"#!"):
        return None
    if _names_shell(first):
        return SHELL
    return SCRIPT if _RUNS_PYTHON.search(first.split(b"\n")[0]) and holds_metadata(path) else None


def _names_shell(first: bytes) -> bool:
    words = first[2:].split(b"\n")[0].split()
    names = [word.rpartition(b"/")[2] for word in words[:3]]
    return bool(names) and (names[0] in _SHELL_LINE or (names[0] == b"env" and names[-1] in _SHELL_LINE))


def inside(root: str, path: str) -> bool:
    """Whether the real path ``path`` is the real path ``root`` or below it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def file_kind(mode: int) -> str:
    """What a file is that is not a regular one."""
    kinds = (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a symbolic link"),
    )
    return next((kind for test, kind in kinds if test(mode)), "no regular file")


def _why(error: OSError) -> str:
    return f"could not be read: {error.strerror or type(error).__name__}"


def sorted_left_out(entries: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """The entries by path, each once, their paths fit for a report."""
    return tuple(sorted({LeftOut(printable(entry.path), entry.reason) for entry in entries}))
