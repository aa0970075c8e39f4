"""Typosquats: names that may be taken for a popular project's, unless the project has a history of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from stockade.firewall.filters.base import ALL, About, Offer, PageFilter
from stockade.firewall.filters.common import published
from stockade.firewall.filters.internal import RESEMBLES
from stockade.model.findings import Finding, Rule, Severity
from stockade.model.firewall import Origin
from stockade.model.stages import Stage

SQUAT = Rule(
    id="STK-F005",
    name="typosquat",
    stage=Stage.FORTIFY,
    title="A project's name may be taken for a popular one's",
    severity=Severity.CRITICAL,
    why="Typosquats live on one mistyped character: whoever owns that name runs code in every install.",
    mend="Correct the name, or list it under [names] allow if you mean it.",
    references=("S2C2F ING-3", "MITRE ATT&CK T1195.001"),
)

OLD = timedelta(days=730)
"""A project whose first release is younger has no history of its own."""
SETTLED = timedelta(days=365)
RELEASES = 10
"""So many releases must be older than :data:`SETTLED`: a squat may lie in wait, but nobody keeps one up for years."""


def run(offer: Offer) -> Iterator[About]:
    """What the name engine found, about the whole project. With a history of its own it only warns."""
    if offer.origin is Origin.HOSTED:
        return
    for outcome in offer.name.findings:
        if not isinstance(outcome, Finding):
            yield About(outcome=outcome, files=ALL)
        elif outcome.rule != RESEMBLES.id:
            yield About(outcome=_tempered(outcome) if established(offer) else outcome, files=ALL)


def established(offer: Offer) -> bool:
    """Whether a project is old and was kept up, by the moments that can be trusted. Unknown age is not old."""
    first: datetime | None = None
    settled = set()
    for file in offer.project.files:
        moment = published(file, offer.seen.get(file.filename))
        if moment is None or file.version is None or offer.now - moment < SETTLED:
            continue
        settled.add(file.version)
        first = moment if first is None else min(first, moment)
    return first is not None and offer.now - first >= OLD and len(settled) >= RELEASES


def _tempered(found: Finding) -> Finding:
    return msgspec.structs.replace(
        found,
        severity=min(found.severity, Severity.LOW),
        message=f"{found.message}; it has a long history of its own",
    )


FILTER = PageFilter(name="typosquats", rules=(SQUAT,), run=run)
