"""Internal namespaces: what is yours never comes from upstream, and nothing may pass itself off as yours."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import ALL, About, Offer, PageFilter
from stockade.firewall.filters.common import is_protected
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.firewall import Origin
from stockade.model.stages import Stage

FROM_UPSTREAM = Rule(
    id="STK-F003",
    name="protected-name-upstream",
    stage=Stage.FORTIFY,
    title="A protected name is offered by the public index",
    severity=Severity.CRITICAL,
    why="Whoever registers an internal name in public is asking for dependency confusion.",
    mend="Publish the project here; find out who owns the public one, and report it if it imitates yours.",
    references=("PEP 708", "S2C2F ENF-2"),
)
RESEMBLES = Rule(
    id="STK-F004",
    name="resembles-protected-name",
    stage=Stage.FORTIFY,
    title="A public project's name may be taken for one of yours",
    severity=Severity.CRITICAL,
    why="Nobody but you uses names so close to yours; one mistyped character would install a stranger's code.",
    mend="Correct the name, or list it under [names] allow if you mean the public project.",
    references=("S2C2F ING-3", "MITRE ATT&CK T1195.001"),
)


def run(offer: Offer) -> Iterator[About]:
    """A finding about the whole project. Hosted projects are yours: they may have such names."""
    if offer.origin is Origin.HOSTED:
        return
    name = offer.project.name
    if is_protected(name, offer.policy):
        said = "it is protected: its files are never taken from the public index"
        yield About(outcome=finding(FROM_UPSTREAM, subject=name, message=said), files=ALL)
        return
    for outcome in offer.name.findings:
        if isinstance(outcome, Finding) and outcome.rule == RESEMBLES.id:
            yield About(outcome=outcome, files=ALL)


FILTER = PageFilter(name="internal", rules=(FROM_UPSTREAM, RESEMBLES), run=run)
