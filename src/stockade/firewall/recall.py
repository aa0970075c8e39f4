"""What was served and is refused by now: looked for whenever feeds, approvals or the policy have changed.

Nothing can be taken back from whoever has it; but somebody must be told, and what they need to know is who got what.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from stockade.firewall.core import Firewall
from stockade.firewall.logs import LOGGER
from stockade.firewall.projects import Judged
from stockade.model.events import Event
from stockade.model.firewall import Ruling
from stockade.model.firewall_state import Delivery, who
from stockade.model.names import ProjectName

MOST_NAMED = 50
"""Clients that one event names."""
KIND = "file.recalled"
_log = logging.getLogger(LOGGER)


class Recall:
    """Judges anew what was served. One event tells of a file once, as long as the reason stays the same."""

    def __init__(self, firewall: Firewall) -> None:
        self._firewall = firewall
        self._told: set[tuple[str, str]] = set()
        """Digest and code of what was told."""
        self._looked: tuple[object, ...] | None = None
        """The revision at which the last look began."""

    async def watch(self, pause: float) -> None:
        """Look after every change, until cancelled."""
        while True:
            revision = self._firewall.projects.revision
            if self._firewall.healthy and revision != self._looked:
                try:
                    await self.look()
                    self._looked = revision
                except Exception as error:  # noqa: BLE001 - whatever it is, the next change is looked at again
                    text = f"{type(error).__name__}: {error}"
                    _log.error("what was served could not be judged anew", extra={"error": text})
            await asyncio.sleep(pause)

    async def look(self) -> list[Event]:
        """Judge every project of which something was served; the events that were recorded.

        Raises:
            IncompleteError: the state cannot be read or written.
        """
        parts = self._firewall.parts
        deliveries = await asyncio.to_thread(parts.served.served_of)
        by_project: dict[ProjectName, list[Delivery]] = {}
        for each in deliveries:
            by_project.setdefault(each.project, []).append(each)
        events = []
        for project, served in by_project.items():
            judged = await self._firewall.projects.judged(project)
            if isinstance(judged, Judged):
                events += self._of(judged, served)
        if events:
            await asyncio.to_thread(parts.sink.append, events)
        return events

    def _of(self, judged: Judged, served: Sequence[Delivery]) -> list[Event]:
        by_file: dict[tuple[str, str], list[Delivery]] = {}
        for each in served:
            by_file.setdefault((each.filename, each.sha256), []).append(each)
        events = []
        for (filename, sha256), deliveries in by_file.items():
            ruling = judged.rulings.get(filename)
            # Another file under the name is refused for being another: what was served is the first one.
            if ruling is None or not ruling.refused or ruling.sha256 != sha256:
                continue
            if (sha256, ruling.code) not in self._told:
                self._told.add((sha256, ruling.code))
                events.append(self._event(ruling, deliveries))
        return events

    def _event(self, ruling: Ruling, deliveries: Sequence[Delivery]) -> Event:
        clients = list(dict.fromkeys(who(each.client) or "somebody" for each in deliveries))
        more = f", and {len(clients) - MOST_NAMED} more" if len(clients) > MOST_NAMED else ""
        return Event(
            at=self._firewall.parts.clock.now(),
            layer="firewall",
            kind=KIND,
            subject=ruling.filename,
            verdict=ruling.verdict.action,
            detail={
                "project": ruling.project,
                "version": ruling.version,
                "sha256": ruling.sha256,
                "code": ruling.code,
                "reason": f"{ruling.verdict.reasons[0].code}: {ruling.verdict.reasons[0].text}"[:500],
                "served to": ", ".join(clients[:MOST_NAMED]) + more,
                "first": min(each.first for each in deliveries).isoformat(),
                "last": max(each.last for each in deliveries).isoformat(),
            },
        )
