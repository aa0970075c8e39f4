"""The firewall as one object: what an index is asked, answered by one decision, without HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from stockade.firewall.files import Files
from stockade.firewall.logs import LOGGER
from stockade.firewall.parts import Parts
from stockade.firewall.projects import Judged, Projects
from stockade.model.names import ProjectName

NOTICE_SECONDS = 0.5
"""How often another process's approvals, uploads and feed imports are looked for."""
_log = logging.getLogger(LOGGER)


class Firewall:
    """Projects and files of one upstream index and one private registry under one policy.

    Args:
        parts: what it is put together from.
        address: where clients reach it, ``https://packages.example``; provenance is announced by whole addresses.
    """

    def __init__(self, parts: Parts, address: str = "") -> None:
        self.parts = parts
        self.projects = Projects(parts, address)
        self.files = Files(parts, self.projects)
        self.changed: Callable[[], None] = lambda: None
        """Called where tokens have changed or the state cannot be read: what was remembered of tokens must go."""
        self.healthy = False
        """The state could be read when it was last looked at; without it nothing is answered."""
        self._noticed = -1
        """How often tokens had been changed at the last look. Not what the projects know: a page that is judged between
        two looks brings that up to date, and whoever remembers tokens must be told nevertheless."""

    async def watch(self) -> None:
        """Look for changes of the state until cancelled. While it cannot be read, nothing that was judged is used."""
        while True:
            await self.look()
            await asyncio.sleep(NOTICE_SECONDS)

    async def look(self) -> None:
        """Look once."""
        try:
            await self.projects.notice()
            self.healthy = True
        except Exception as error:  # noqa: BLE001 - whatever it is: a watch that ended would trust the last look for ever
            if self.healthy:
                _log.error("the state cannot be read", extra={"error": f"{type(error).__name__}: {error}"})
            self.healthy = False
            self.projects.distrust()
        self.projects.tidy()
        if not self.healthy or self.projects.tokens != self._noticed:
            self.changed()
        self._noticed = self.projects.tokens

    async def names(self) -> Sequence[ProjectName]:
        """The projects of the private registry, sorted.

        Not upstream's list: installers never ask for it, and it is some ten megabytes.
        """
        return sorted(await asyncio.to_thread(self.parts.hosted.names))


__all__ = ["Firewall", "Judged"]
