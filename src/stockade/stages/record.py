"""Writes what was judged to the event log."""

from __future__ import annotations

import getpass
import platform
from collections import Counter
from pathlib import Path

from stockade.model.assessment import Assessment
from stockade.model.events import Event
from stockade.model.policy import Thresholds
from stockade.policy.engine import action_for
from stockade.report.safe import visible
from stockade.store.events import EventLog

MOST_FINDINGS = 1_000
"""Findings of one assessment that are recorded one by one; the event of the whole counts them all."""


def events_of(
    assessment: Assessment, root: Path, thresholds: Thresholds, *, actor: str, place: str
) -> list[Event]:
    """One event for the whole assessment, then one for each finding at or above its threshold."""
    severities = Counter(found.severity.value for found in assessment.findings)
    detail = {
        "exit code": str(assessment.exit_code),
        "stages": ", ".join(assessment.stages),
        "findings": str(len(assessment.findings)),
        "accepted": str(len(assessment.accepted)),
        "incomplete": str(len(assessment.incomplete)),
        "version": assessment.version,
        **{f"findings {severity}": str(number) for severity, number in sorted(severities.items())},
    }
    whole = Event(
        at=assessment.assessed_at,
        layer="check",
        kind="project.assessed",
        subject=visible(str(root)),
        actor=actor,
        place=place,
        verdict=assessment.verdict.action,
        detail=detail,
    )
    single = [
        Event(
            at=assessment.assessed_at,
            layer="check",
            kind="finding.reported",
            subject=visible(found.subject),
            actor=actor,
            place=place,
            verdict=action_for(found, thresholds),
            detail={
                "rule": found.rule,
                "severity": found.severity.value,
                "message": visible(found.message),
                "location": visible(str(found.location or "")),
                "fingerprint": found.fingerprint,
                "root": visible(str(root)),
            },
        )
        for found in assessment.failing[:MOST_FINDINGS]
    ]
    return [whole, *single]


def record_assessment(assessment: Assessment, root: Path, thresholds: Thresholds) -> None:
    """Append the assessment's events to the user's event log.

    Raises:
        IncompleteError: they could not be recorded.
    """
    with EventLog.open() as log:
        log.append(events_of(assessment, root, thresholds, actor=_user(), place=platform.node()))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # a container's user id without a name
