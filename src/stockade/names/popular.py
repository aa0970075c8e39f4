"""The popularity list in the wheel: the most downloaded projects, in order."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from stockade.errors import IncompleteError
from stockade.model.advisories import FeedStamp
from stockade.model.names import ProjectName


class BuiltInPopularity:
    """A :class:`~stockade.ports.PopularityList` that is read from the wheel when first asked.

    The file is gzipped text: ``# made YYYY-MM``, then a canonical name a line, most downloaded first.
    ``tools/build_popularity.py`` writes it.
    """

    @cached_property
    def _packed(self) -> bytes:
        return (Path(__file__).parent / "data" / "popular.txt.gz").read_bytes()

    @cached_property
    def _lines(self) -> list[str]:
        try:
            return gzip.decompress(self._packed).decode("ascii").split()
        except (OSError, EOFError, ValueError) as error:
            raise IncompleteError(
                f"the built-in popularity list cannot be read: {error}", hint="install stockade again"
            ) from error

    @property
    def names(self) -> Sequence[ProjectName]:
        """Canonical names; the rank of ``names[0]`` is 1."""
        return self._names

    @cached_property
    def _names(self) -> tuple[ProjectName, ...]:
        return tuple(map(ProjectName, self._lines[3:]))

    @cached_property
    def stamp(self) -> FeedStamp:
        """Source and age: the first day of the month in which the list was made."""
        made = datetime.strptime(self._lines[2], "%Y-%m").replace(tzinfo=UTC)
        return FeedStamp(
            feed="popularity",
            source="built in",
            sha256=hashlib.sha256(self._packed).hexdigest(),
            made=made,
            imported=made,
            entries=len(self._names),
        )


_BUILT_IN = BuiltInPopularity()


def builtin_popularity() -> BuiltInPopularity:
    """The list of the wheel. Nothing is read until it is asked for names or its stamp."""
    return _BUILT_IN
