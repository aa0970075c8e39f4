"""Pages in memory, bounded by the bytes that they take.

A page that was judged is kept compressed, some hundred bytes a file. What answers for single files (the page as it was
read, its rulings) takes twenty times that, and is kept for few projects (:mod:`stockade.firewall.kept`); for others it is
made again from upstream's page, which lies on the disk.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from stockade.firewall.rendered import Rendered
from stockade.model.names import ProjectName

MOST_PAGES = 4_000
"""Pages that are kept."""
MOST_BYTES = 16 << 20
"""Bytes of pages, in all their representations."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A project's page, and what it rests on."""

    page: Rendered
    revision: tuple[object, ...]
    """What the judgement rests on beside upstream's word."""
    judged_at: datetime
    fresh_until: datetime
    until: datetime | None
    """The moment at which a ruling changes by age alone."""

    def holds(self, at: datetime, revision: tuple[object, ...]) -> bool:
        """Whether it may be used at a moment; not where the clock was set back: it would hold until that has passed."""
        lapsed = self.until is not None and at >= self.until
        return self.judged_at <= at < self.fresh_until and not lapsed and revision == self.revision


class Pages:
    """Pages by project; the one that was used longest ago goes first. Not for several threads."""

    def __init__(self) -> None:
        self._pages: OrderedDict[ProjectName, Shown] = OrderedDict()
        self.grown = False
        """Something was put there since the last :meth:`tidy`."""

    def get(self, name: ProjectName) -> Shown | None:
        """A project's page, which was used by that."""
        found = self._pages.get(name)
        if found is not None:
            self._pages.move_to_end(name)
        return found

    def put(self, name: ProjectName, shown: Shown) -> None:
        """Keep a page."""
        self.grown = True
        self._pages[name] = shown
        self._pages.move_to_end(name)
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)

    def drop(self, name: ProjectName) -> None:
        """Keep it no longer."""
        self._pages.pop(name, None)

    def clear(self) -> None:
        """Keep nothing."""
        self._pages.clear()

    def tidy(self) -> None:
        """Let pages go until they take no more than they may; the one that was used last stays in any case.

        A page grows as clients ask for more of its representations, so this is to be called now and then.
        """
        self.grown = False
        taken = sum(each.page.size for each in self._pages.values())
        while taken > MOST_BYTES and len(self._pages) > 1:
            taken -= self._pages.popitem(last=False)[1].page.size
