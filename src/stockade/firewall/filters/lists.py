"""The operator's own lists: projects that are refused, and projects that alone are let through."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import ALL, About, Offer, PageFilter
from stockade.firewall.filters.common import matches
from stockade.model.findings import Rule, Severity, finding
from stockade.model.firewall import Origin
from stockade.model.stages import Stage

DENIED = Rule(
    id="STK-F001",
    name="denied-project",
    stage=Stage.FORTIFY,
    title="The policy refuses this project",
    severity=Severity.CRITICAL,
    why="Somebody decided that nobody here installs it.",
    mend="Use another project, or take its pattern out of [firewall] deny.",
    references=("S2C2F ENF-2",),
)
UNLISTED = Rule(
    id="STK-F002",
    name="unlisted-project",
    stage=Stage.FORTIFY,
    title="The project is not among those that the policy lets through",
    severity=Severity.CRITICAL,
    why="Where only known projects are let through, a name that nobody has looked at is kept out.",
    mend="Have it reviewed, then add it to [firewall] only.",
    references=("S2C2F ING-1", "S2C2F ENF-2"),
)


def run(offer: Offer) -> Iterator[About]:
    """A finding about the whole project. ``deny`` also holds for hosted projects, ``only`` does not."""
    name, policy = offer.project.name, offer.policy.firewall
    if matches(name, policy.deny):
        yield About(outcome=finding(DENIED, subject=name, message="it is on the deny list"), files=ALL)
    if policy.only and offer.origin is Origin.UPSTREAM and not matches(name, policy.only):
        said = "it is not on the list of projects that are let through"
        yield About(outcome=finding(UNLISTED, subject=name, message=said), files=ALL)


FILTER = PageFilter(name="lists", rules=(DENIED, UNLISTED), run=run)
