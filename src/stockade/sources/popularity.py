"""The popularity feed: the most downloaded projects, most downloaded first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stockade.model.advisories import FeedStamp
from stockade.model.names import ProjectName
from stockade.sources.pack import Pack


class PackedPopularity:
    """An imported popularity feed; a :class:`~stockade.ports.PopularityList`."""

    def __init__(self, path: Path) -> None:
        """Open and read the feed's file.

        Raises:
            FileNotFoundError: there is none.
            PackError: it is damaged.
        """
        pack = Pack(path)
        self.header = pack.header
        text = bytes(pack.section("names")).decode()
        self._names = tuple(ProjectName(name) for name in text.split("\n"))

    @property
    def stamp(self) -> FeedStamp:
        """Source and age of the data."""
        return self.header.stamp

    @property
    def names(self) -> Sequence[ProjectName]:
        """Canonical names; the rank of ``names[0]`` is 1."""
        return self._names
