"""How events and verifications are written: aligned lines for people, JSON for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Literal

import msgspec

from stockade.cli.output import wants_colour
from stockade.model.eventlog import Anchor, ChainProblem, VerifyResult
from stockade.model.events import ChainedEvent
from stockade.model.verdicts import Action
from stockade.report.safe import json_text, visible

ALIGNED_TOGETHER = 200
"""Lines whose columns are aligned with each other before they are written."""

_STYLES = {
    Action.WARN: "yellow",
    Action.QUARANTINE: "magenta",
    Action.BLOCK: "bold red",
    Action.ALLOW: "green",
}
_WIDEST = 48  # a column that is wider than this does not push the others


class EventRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the log, as JSON: an element of :class:`EventsReport`, or a line of ``jsonl``."""

    schema: Literal["stockade.events/1"] = "stockade.events/1"
    sequence: int
    at: datetime
    layer: str
    kind: str
    subject: str
    actor: str
    place: str
    verdict: Action | None
    detail: dict[str, str]
    previous: str
    hash: str

    @classmethod
    def of(cls, chained: ChainedEvent) -> EventRecord:
        """The record of one event."""
        event = chained.event
        return cls(
            sequence=chained.sequence,
            at=event.at,
            layer=event.layer,
            kind=event.kind,
            subject=event.subject,
            actor=event.actor,
            place=event.place,
            verdict=event.verdict,
            detail=event.detail,
            previous=chained.previous,
            hash=chained.hash,
        )


class EventsReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade events query --format json`` prints; ``tail`` the same."""

    schema: Literal["stockade.events/1"] = "stockade.events/1"
    events: tuple[EventRecord, ...]
    """Oldest first."""
    more: bool
    """Older events match too, but ``--limit`` left them out."""


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade events verify --format json`` prints."""

    schema: Literal["stockade.events/1"] = "stockade.events/1"
    intact: bool
    checked: int
    """Rows read."""
    head: Anchor
    """The newest event."""
    anchor: str
    """``head`` as ``verify --expect`` takes it; empty where the log is not intact."""
    problems: tuple[ChainProblem, ...]
    unlisted: int
    """Problems beyond those listed."""


def as_json(document: msgspec.Struct) -> str:
    """A document as indented JSON that is safe to print."""
    return json_text(msgspec.json.format(msgspec.json.encode(document)).decode())


def as_json_line(chained: ChainedEvent) -> str:
    """One event as one line of JSON that is safe to print."""
    return json_text(msgspec.json.encode(EventRecord.of(chained)).decode())


class EventWriter:
    """Writes events to standard output as they come, as ``text`` or ``jsonl``."""

    def __init__(self, report_format: str) -> None:
        self._format = report_format
        self._widths: list[int] = []
        self._console = None
        if report_format == "text" and wants_colour(sys.stdout, os.environ):
            from rich.console import Console  # noqa: PLC0415 - loaded for a terminal only

            self._console = Console(highlight=False, soft_wrap=True)

    def write(self, events: Iterable[ChainedEvent]) -> int:
        """Write all of ``events`` and flush; how many there were."""
        count, rest = 0, iter(events)
        while batch := list(islice(rest, ALIGNED_TOGETHER)):
            count += len(batch)
            for line in self._lines(batch):
                sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return count

    def _lines(self, batch: Sequence[ChainedEvent]) -> Iterator[str]:
        if self._format == "jsonl":
            yield from map(as_json_line, batch)
            return
        rows = [_cells(chained) for chained in batch]
        self._widths = [
            max(before, *(min(len(cell), _WIDEST) for cell in column))
            for before, column in zip(
                self._widths or [0] * len(rows[0]), zip(*rows, strict=True), strict=True
            )
        ]
        for chained, row in zip(batch, rows, strict=True):
            padded = [cell.ljust(width) for cell, width in zip(row, self._widths, strict=True)]
            yield self._styled(padded, chained.event.verdict)

    def _styled(self, cells: list[str], verdict: Action | None) -> str:
        if self._console is None:
            return "  ".join(cells).rstrip()
        from rich.text import Text  # noqa: PLC0415 - loaded for a terminal only

        line = Text("  ").join(
            [
                Text(cells[0], "dim"),
                Text(cells[1], "dim"),
                Text(cells[2], _STYLES[verdict] if verdict else ""),
                *map(Text, cells[3:]),
            ]
        )
        with self._console.capture() as captured:
            self._console.print(line, end="")
        return captured.get().rstrip()


def _cells(chained: ChainedEvent) -> list[str]:
    event = chained.event
    who = event.actor + (f"@{event.place}" if event.place else "")
    detail = " ".join(f"{key}={_short(key, value)}" for key, value in sorted(event.detail.items()) if value)
    return [
        str(chained.sequence),
        event.at.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z"),
        event.verdict or "-",
        visible(event.layer) or "-",
        visible(event.kind) or "-",
        visible(event.subject) or "-",
        visible(who) or "-",
        visible(detail, 400),
    ]


def _short(key: str, value: str) -> str:
    """A client's agent without the machine that pip and uv describe in it; JSON has all of it."""
    return value.partition(" {")[0] if key == "agent" else value


def verify_report(result: VerifyResult) -> VerifyReport:
    """A verification as the document that is printed."""
    return VerifyReport(
        intact=result.intact,
        checked=result.checked,
        head=result.head,
        anchor=str(result.head) if result.intact else "",
        problems=result.problems,
        unlisted=result.unlisted,
    )


def verify_text(result: VerifyResult, where: str, *, anchored: bool) -> str:
    """A verification as text for a person."""
    name = visible(where)
    events = f"{result.checked} event" + ("" if result.checked == 1 else "s")
    if result.intact:
        seen = "and hold the expected anchor" if anchored else "and were not compared with an anchor"
        lines = [f"intact: {events} in {name} form one chain {seen}", f"  anchor {result.head}"]
        if not anchored:
            lines.append(
                "  keep the anchor elsewhere: 'verify --expect ANCHOR' then shows a cut or rewritten log too"
            )
        return "\n".join(lines)
    count = len(result.problems) + result.unlisted
    lines = [f"NOT intact: {count} problem{'' if count == 1 else 's'}, {events} in {name}"]
    places = [f"event {problem.sequence}" if problem.sequence else "log" for problem in result.problems]
    width, kinds = max(map(len, places)), max(len(problem.kind) for problem in result.problems)
    lines += [
        f"  {place:<{width}}  {problem.kind:<{kinds}}  {visible(problem.message)}"
        for place, problem in zip(places, result.problems, strict=True)
    ]
    if result.unlisted:
        lines.append(f"  and {result.unlisted} more")
    lines.append(
        "  keep a copy of the database for inquiry, and compare it with a backup from before the first problem"
    )
    return "\n".join(lines)
