"""Files that their publisher has yanked."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import About, Offer, PageFilter
from stockade.firewall.filters.common import severity_for
from stockade.model.findings import Rule, Severity, finding
from stockade.model.stages import Stage
from stockade.model.verdicts import Action

YANKED = Rule(
    id="STK-F011",
    name="yanked-file",
    stage=Stage.FORTIFY,
    title="A file has been yanked by its publisher",
    severity=Severity.LOW,
    why="The publisher says not to use it: it is broken, vulnerable, or was published by mistake or by an intruder.",
    mend="Use a release that is not yanked.",
    references=("PEP 592",),
)


def run(offer: Offer) -> Iterator[About]:
    """One finding for each release and reason, of the severity that the policy's action asks for. It warns by default:
    resolvers pass yanked files over by themselves, and what is pinned to one would otherwise fail."""
    action = offer.policy.firewall.yanked
    if action is Action.ALLOW:
        return
    groups: dict[tuple[str, str], list[str]] = {}
    for file in offer.project.files:
        if file.yanked is not None:
            groups.setdefault((offer.subjects[id(file.version)], file.yanked), []).append(file.filename)
    severity = severity_for(action, offer.policy)
    for (about, reason), names in groups.items():
        said = f"yanked by its publisher: {reason or 'no reason given'}"
        yield About(
            outcome=finding(YANKED, subject=about, message=said, severity=severity), files=tuple(names)
        )


FILTER = PageFilter(name="yanked", rules=(YANKED,), run=run)
