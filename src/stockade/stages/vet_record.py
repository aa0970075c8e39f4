"""Writes what was vetted to the event log."""

from __future__ import annotations

import getpass
import platform

from stockade.model.events import Event
from stockade.model.vetting import VetReport, VetResult
from stockade.report.safe import visible
from stockade.store.events import EventLog

MOST_REASONS = 20
"""Reasons of one verdict that are recorded, the strictest first; all are counted."""


def events_of(report: VetReport, *, actor: str, place: str) -> list[Event]:
    """One event for each result."""
    return [_event(report, result, actor, place) for result in report.results]


def _event(report: VetReport, result: VetResult, actor: str, place: str) -> Event:
    rules = dict.fromkeys(reason.code for reason in result.reasons)
    return Event(
        at=report.judged_at,
        layer="vet",
        kind="distribution.vetted",
        subject=visible(result.subject or result.path),
        actor=actor,
        place=place,
        verdict=result.verdict,
        detail={
            "path": visible(result.path),
            "sha256": result.sha256,
            "kind": result.kind,
            "score": f"{result.score:.3f}",
            "findings": str(len(result.findings)),
            "accepted": str(len(result.accepted)),
            "incomplete": str(len(result.incomplete)),
            "reasons": ", ".join(list(rules)[:MOST_REASONS]),
            "ruleset": result.ruleset,
            "version": report.version,
        },
    )


def record_vetting(report: VetReport) -> None:
    """Append the report's events to the user's event log.

    Raises:
        IncompleteError: they could not be recorded.
    """
    if not report.results:
        return
    with EventLog.open() as log:
        log.append(events_of(report, actor=_user(), place=platform.node()))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # a container's user id without a name
