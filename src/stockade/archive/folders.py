"""A folder read as if it were an archive: regular files in the order of their names, no symbolic link followed out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from stockade.archive.bounds import Scope
from stockade.archive.compressed import STEP, Collector
from stockade.archive.paths import Names, printable
from stockade.archive.types import Member


def read_folder(root: Path, scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
    """Each entry below ``root`` with its content; a link's content is that of a regular file inside ``root``.

    What cannot be read is a fatal problem.

    Raises:
        LimitReachedError: a bound is exceeded.
    """
    names = Names(scope)
    real = Path(os.path.realpath(root))
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            scope.fatal("unreadable", printable(folder), f"{error.strerror or error}")
            continue
        inner = []
        for entry in entries:
            scope.budget.entry()
            place = f"{folder}/{entry.name}" if folder else entry.name
            path = printable(place)
            if entry.is_dir(follow_symlinks=False):
                names.add(path, folder=True)
                inner.append(place)
                yield Member(path=path, raw=path, kind="folder", size=0), None
            else:
                names.add(path)
                yield _entry(real, path, entry, scope)
        waiting.extend(reversed(inner))


def _entry(root: Path, path: str, entry: os.DirEntry[str], scope: Scope) -> tuple[Member, bytes | None]:
    try:
        if entry.is_symlink():
            return _link(root, Path(entry.path), path, scope)
        if not entry.is_file(follow_symlinks=False):
            scope.suspicious("special-file", path, f"{path!a} is a device, a pipe or a socket")
            return Member(path=path, raw=path, kind="other", size=0), None
        return _file(Path(entry.path), path, scope)
    except OSError as error:
        scope.fatal("unreadable", path, f"{error.strerror or error}")
        return Member(path=path, raw=path, kind="other", size=0), None


def _link(root: Path, place: Path, path: str, scope: Scope) -> tuple[Member, bytes | None]:
    shown = printable(str(place.readlink()))
    target = Path(os.path.realpath(place))
    if not target.is_relative_to(root):
        scope.suspicious("link-outside", path, f"{path!a} links to {shown!a}")
    elif target.is_file():
        member, data = _file(target, path, scope)
        return Member(
            path=path, raw=path, kind="symlink", size=member.size, mode=member.mode, link=shown
        ), data
    return Member(path=path, raw=path, kind="symlink", size=0, link=shown), None


def _file(place: Path, path: str, scope: Scope) -> tuple[Member, bytes | None]:
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise OSError("it stopped being a regular file while it was read")
        member = Member(
            path=path, raw=path, kind="file", size=about.st_size, mode=stat.S_IMODE(about.st_mode)
        )
        if not (scope.fits(about.st_size, path) and scope.wants(scope.prefix + path)):
            return member, None
        into = Collector()
        while piece := file.read(STEP):
            into.add(piece)
            scope.took(len(piece))
            scope.budget.gave(len(piece))
            scope.fits(into.size, path)
    return member, into.value()
