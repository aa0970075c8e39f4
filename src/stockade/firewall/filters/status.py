"""Projects that their index marks as quarantined, archived or deprecated (PEP 792)."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import ALL, About, Offer, PageFilter
from stockade.firewall.filters.common import severity_for
from stockade.model.findings import Rule, Severity, finding
from stockade.model.index import ProjectStatus
from stockade.model.policy import Policy
from stockade.model.stages import Stage
from stockade.model.verdicts import Action

MARKED = Rule(
    id="STK-F012",
    name="marked-project",
    stage=Stage.FORTIFY,
    title="The index marks the project as quarantined, archived or deprecated",
    severity=Severity.CRITICAL,
    why="Quarantined projects are under investigation for malware; archived and deprecated ones get no fixes.",
    mend="Use another project; if this one is quarantined, treat machines that installed it as suspect.",
    references=("PEP 792",),
)


def run(offer: Offer) -> Iterator[About]:
    """A finding about the whole project. A quarantined one is always refused, and so is a status that is not known."""
    status = offer.project.status
    action = _action(status, offer.policy)
    if action is Action.ALLOW:
        return
    severity = MARKED.severity if action is Action.BLOCK else severity_for(action, offer.policy)
    reason = f": {offer.project.status_reason}" if offer.project.status_reason else ""
    said = " ".join(f"its index marks it as {status}{reason}".split())
    found = finding(MARKED, subject=offer.project.name, message=said, severity=severity)
    yield About(outcome=found, files=ALL)


def _action(status: ProjectStatus, policy: Policy) -> Action:
    match status:
        case ProjectStatus.ACTIVE:
            return Action.ALLOW
        case ProjectStatus.ARCHIVED:
            return policy.firewall.archived
        case ProjectStatus.DEPRECATED:
            return policy.firewall.deprecated
        case _:
            return Action.BLOCK


FILTER = PageFilter(name="status", rules=(MARKED,), run=run)
