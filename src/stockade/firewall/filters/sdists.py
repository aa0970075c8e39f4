"""Source distributions: installing one runs its build code on the client."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import About, Offer, PageFilter
from stockade.firewall.filters.common import severity_for
from stockade.firewall.filters.file_types import type_of
from stockade.model.findings import Rule, Severity, finding
from stockade.model.policy import FileType
from stockade.model.stages import Stage
from stockade.model.verdicts import Action

RUNS_CODE = Rule(
    id="STK-F013",
    name="source-distribution",
    stage=Stage.FORTIFY,
    title="Installing a file runs its build code",
    severity=Severity.LOW,
    why="A source distribution's setup.py or build backend runs with the user's rights before anything is installed.",
    mend="Install a wheel (pip --only-binary, uv --no-build), or build it once in a sandbox and publish the wheel.",
    references=("PEP 517", "MITRE ATT&CK T1195.002"),
)


def run(offer: Offer) -> Iterator[About]:
    """One finding for each release, of the severity that the policy's action asks for.

    It warns by default: many projects have no wheel, or none for every platform, so holding all of them back would
    stop installs that nothing is wrong with. What the build code does is judged when the file is vetted, before it
    is first served.
    """
    action = offer.policy.firewall.sdists
    if action is Action.ALLOW:
        return
    severity = severity_for(action, offer.policy)
    for release in offer.releases:
        others = [name for name in release.files if not name.endswith(".whl")]
        names = tuple(name for name in others if type_of(name) is FileType.SDIST)
        if names:
            found = finding(
                RUNS_CODE,
                subject=release.subject,
                message="a source distribution: installing it runs its build code",
                severity=severity,
            )
            yield About(outcome=found, files=names)


FILTER = PageFilter(name="sdists", rules=(RUNS_CODE,), run=run)
