"""What the firewall writes down of its decisions, so that whoever repeats a question writes nothing more.

Every decision is recorded; the same decision told to the same client again and again is recorded once a minute, and
what one client may add in an hour has a bound: else anybody who may ask could fill the disk.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from stockade.model.events import Event
from stockade.model.firewall import Client, Origin, Ruling, Seen
from stockade.model.firewall_state import Incident, who
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName

K = TypeVar("K")
V = TypeVar("V")
REPEAT_SECONDS = 60.0
"""The same refusal of the same file to the same client is not recorded again before."""
HOUR_SECONDS = 3_600.0
MOST_AN_HOUR = 1_000
"""Refusals to one client that are recorded in an hour. The client gets its answers all the same."""
REFUSED = "file.refused"
REMEMBERED = 20_000
"""Refusals, and clients, that are remembered."""
PROJECTS = 50_000
"""Projects of which is remembered what was told."""


class Refusals:
    """Says which refusals are recorded.

    Args:
        seconds: counts seconds.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._told: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._counted: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def events(self, ruling: Ruling, client: Client, at: datetime) -> list[Event]:
        """The events of a refusal; none where it is not to be recorded."""
        now, asker = self._seconds(), who(client)
        key = (asker, client.agent, ruling.code)
        last = self._told.get(key)
        if last is not None and now - last < REPEAT_SECONDS:
            return []
        since, count = self._counted.get(asker, (now, 0))
        if now - since >= HOUR_SECONDS:
            since, count = now, 0
        _put(self._counted, asker, (since, count + 1), REMEMBERED)
        if count > MOST_AN_HOUR:
            return []
        if count == MOST_AN_HOUR:
            return [_too_many(client, at)]
        _put(self._told, key, now, REMEMBERED)
        return [_refused(ruling, client, at)]

    def forget(self, ruling: Ruling, client: Client) -> None:
        """It could not be recorded: the next one is."""
        self._told.pop((who(client), client.agent, ruling.code), None)


class ProjectsTold:
    """What was last told of each project, and of which files that they are not what they were."""

    def __init__(self) -> None:
        self._told: OrderedDict[ProjectName, int] = OrderedDict()
        self._incidents: OrderedDict[tuple[ProjectName, str, str, int | None], None] = OrderedDict()

    def events(
        self, project: IndexProject, origin: Origin, rulings: Mapping[str, Ruling], at: datetime
    ) -> list[Event]:
        """The event of a project that was judged; none where the same was told of it last."""
        refused = {each.code: each for each in rulings.values() if each.refused}
        said = hash((origin, frozenset(refused)))
        if self._told.get(project.name) == said:
            return []
        _put(self._told, project.name, said, PROJECTS)
        return [_judged(project, origin, rulings, list(refused.values()), at)]

    def forget(self, name: ProjectName) -> None:
        """What was told of a project could not be recorded: it is told again."""
        self._told.pop(name, None)
        for key in [each for each in self._incidents if each[0] == name]:
            del self._incidents[key]

    def incidents(
        self, project: IndexProject, origin: Origin, seen: Mapping[str, Seen], at: datetime
    ) -> list[tuple[Incident, Seen]]:
        """The files that contradict their first sight, each contradiction once."""
        found = []
        for file in project.files:
            first = seen.get(file.filename)
            if (
                first is not None
                and first.size == file.size
                and first.sha256 == file.hashes.get("sha256", "")
            ):
                continue  # as nearly all are: the way below takes longer
            sha256 = file.hashes.get("sha256", "").lower()
            if first is None or not _contradicts(first, sha256, file.size):
                continue
            key = (project.name, file.filename, sha256, file.size)
            if key in self._incidents:
                continue
            _put(self._incidents, key, None, REMEMBERED)
            incident = Incident(
                project=project.name,
                origin=origin,
                filename=file.filename,
                sha256=sha256,
                size=file.size,
                at=at,
            )
            found.append((incident, first))
        return found


def _contradicts(first: Seen, sha256: str, size: int | None) -> bool:
    other = bool(sha256 and first.sha256) and sha256 != first.sha256.lower()
    return other or (None not in {size, first.size} and size != first.size)


def _judged(
    project: IndexProject,
    origin: Origin,
    rulings: Mapping[str, Ruling],
    refused: list[Ruling],
    at: datetime,
) -> Event:
    verdicts = {
        id(each.verdict): each.verdict.action for each in rulings.values()
    }  # few, for thousands of files
    return Event(
        at=at,
        layer="firewall",
        kind="project.judged",
        subject=project.name,
        verdict=max(verdicts.values(), default=None),
        detail={
            "origin": origin.value,
            "files": str(len(rulings)),
            "refused": str(len(refused)),
            "refused files": ", ".join(f"{each.filename} ({each.code})" for each in refused[:50])[:4_000],
            "reasons": "; ".join(_codes(refused)),
        },
    )


def _codes(refused: Iterable[Ruling]) -> list[str]:
    return sorted({each.verdict.reasons[0].code for each in refused})


def _refused(ruling: Ruling, client: Client, at: datetime) -> Event:
    return Event(
        at=at,
        layer="firewall",
        kind=REFUSED,
        subject=ruling.filename,
        actor=client.identity or client.name,
        place=client.address,
        verdict=ruling.verdict.action,
        detail={
            "project": ruling.project,
            "version": ruling.version,
            "code": ruling.code,
            "sha256": ruling.sha256,
            "agent": client.agent,
            "reasons": "; ".join(f"{each.code}: {each.text}" for each in ruling.verdict.reasons)[:2000],
        },
    )


def _too_many(client: Client, at: datetime) -> Event:
    return Event(
        at=at,
        layer="firewall",
        kind="refusals.many",
        subject=who(client) or "somebody",
        actor=client.identity or client.name,
        place=client.address,
        detail={
            "agent": client.agent,
            "told": f"more than {MOST_AN_HOUR} refusals within an hour; further ones are answered, not recorded",
        },
    )


def _put(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
