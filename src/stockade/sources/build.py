"""What building a feed yields, whichever feed it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Built:
    """A feed's compact form before it has a place on disk."""

    entries: int
    sections: Mapping[str, bytes]
    made: datetime | None
    """The newest moment that the data vouch for; None where they vouch for none."""
    unreadable: int = 0
    unattributed: int = 0
    notes: tuple[str, ...] = ()
    salt: str = ""
