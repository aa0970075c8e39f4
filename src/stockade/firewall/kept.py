"""What a process keeps in memory of projects: within bounds, whoever asks for however many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from typing import Generic, Protocol, TypeVar

from stockade.model.names import ProjectName

MOST_KEPT = 4_000
"""Projects that are kept."""
MOST_FILES = 6_000
"""Files that their pages may have together, at 2 KB each: some names have pages of thousands. Pages are kept for longer
(:mod:`stockade.firewall.shown`), so that this bounds what single files are asked of without a project being judged anew."""
MOST_REVIEWED = 50
"""Files of one project whose bytes were found bad, of which its page tells without anybody asking for them."""


class _Sized(Protocol):
    @property
    def files(self) -> Collection[object]:
        """What it weighs."""
        ...


S = TypeVar("S", bound=_Sized)


class Kept(Generic[S]):
    """Projects by name; the longest unused goes first."""

    def __init__(self, most: int = MOST_KEPT, most_files: int = MOST_FILES) -> None:
        self._most = most
        self._most_files = most_files
        self._kept: OrderedDict[ProjectName, S] = OrderedDict()
        self._files = 0

    def get(self, name: ProjectName) -> S | None:
        """The project, if it is kept."""
        return self._kept.get(name)

    def used(self, name: ProjectName) -> None:
        """It was asked for just now."""
        if name in self._kept:
            self._kept.move_to_end(name)

    def put(self, name: ProjectName, project: S) -> None:
        """Keep a project; the newest is kept whatever its size."""
        self.drop(name)
        self._kept[name] = project
        self._files += len(project.files)
        while len(self._kept) > 1 and (len(self._kept) > self._most or self._files > self._most_files):
            self._files -= len(self._kept.popitem(last=False)[1].files)

    def drop(self, name: ProjectName) -> None:
        """Keep it no longer."""
        gone = self._kept.pop(name, None)
        if gone is not None:
            self._files -= len(gone.files)

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()
        self._files = 0

    def __len__(self) -> int:
        return len(self._kept)


class Reviews:
    """The files whose bytes were found bad by this process: their pages must say so."""

    def __init__(self, most: int = MOST_REVIEWED) -> None:
        self._most = most
        self._by_project: OrderedDict[ProjectName, OrderedDict[str, None]] = OrderedDict()

    def add(self, name: ProjectName, filename: str) -> bool:
        """Note a file; whether it was not noted yet."""
        files = self._by_project.setdefault(name, OrderedDict())
        self._by_project.move_to_end(name)
        new = filename not in files
        files[filename] = None
        files.move_to_end(filename)
        while len(files) > self._most:
            files.popitem(last=False)
        while len(self._by_project) > MOST_KEPT:
            self._by_project.popitem(last=False)
        return new

    def of(self, name: ProjectName) -> Iterator[str]:
        """The files of a project, the last noted first."""
        return reversed(self._by_project.get(name, OrderedDict()))
