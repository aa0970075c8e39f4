"""The one edit between two names: optimal string alignment at distance exactly 1."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Operation(Enum):
    """What was done to the target to get the name."""

    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    SWAP = "swap"


class Edit(NamedTuple):
    """How ``name`` comes from ``target`` by one operation."""

    name: str
    target: str
    operation: Operation
    at: int
    """0-based: where both part. In a run of equal letters that is the run's end."""

    @property
    def there(self) -> str:
        """The target's character that was deleted or replaced."""
        return self.target[self.at]

    @property
    def here(self) -> str:
        """The name's character that was inserted or put in place."""
        return self.name[self.at]

    @property
    def at_edge(self) -> bool:
        """At the very start or end of the name."""
        return self.at == 0 or self.at >= max(len(self.name), len(self.target)) - 1


def align(name: str, target: str) -> Edit | None:
    """The single edit that makes ``name`` of ``target``; None where they are equal or further apart."""
    longer = len(name) - len(target)
    if name == target or not -1 <= longer <= 1:
        return None
    shorter = min(len(name), len(target))
    at = 0
    while at < shorter and name[at] == target[at]:
        at += 1
    if longer == 1:
        same = name[at + 1 :] == target[at:]
        return Edit(name, target, Operation.INSERT, at) if same else None
    if longer == -1:
        same = name[at:] == target[at + 1 :]
        return Edit(name, target, Operation.DELETE, at) if same else None
    if name[at + 1 :] == target[at + 1 :]:
        return Edit(name, target, Operation.REPLACE, at)
    crossed = name[at : at + 2] == target[at : at + 2][::-1]
    if crossed and name[at + 2 :] == target[at + 2 :]:
        return Edit(name, target, Operation.SWAP, at)
    return None
