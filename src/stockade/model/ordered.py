"""String enumerations whose members are ordered as they are written, lowest first."""

from __future__ import annotations

from enum import StrEnum
from functools import cache


class OrderedEnum(StrEnum):
    """A :class:`~enum.StrEnum` compared by the order of definition, not by spelling."""

    @property
    def rank(self) -> int:
        """Position in the order, 0 for the first member."""
        return _ranks(type(self))[self]

    def __lt__(self, other: str) -> bool:
        return self.rank < type(self)(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= type(self)(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > type(self)(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= type(self)(other).rank


@cache
def _ranks(kind: type[OrderedEnum]) -> dict[str, int]:
    """The place of each member of an enumeration."""
    return {member: place for place, member in enumerate(kind)}
