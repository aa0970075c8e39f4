"""Unpinned, floor-only and open-ended requirements of projects that no lockfile fixes."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from stockade.checks.base import Check, Facts, Result
from stockade.checks.lockfiles import is_locked, locks_it
from stockade.manifests.projects import Project
from stockade.model.findings import Rule, Severity, finding
from stockade.model.requirements import Requirement, SourceKind
from stockade.model.stages import Stage


class Looseness(StrEnum):
    """How far a requirement leaves the version open."""

    PINNED = "pinned"
    """Exactly one version."""
    BOUNDED = "bounded"
    """An upper limit of some kind (``<``, ``<=``, ``~=``, ``==1.*``)."""
    FLOOR_ONLY = "floor-only"
    """Only a lower limit: any future release is welcome."""
    UNPINNED = "unpinned"
    """No version at all, or only exclusions."""


UNPINNED = Rule(
    id="STK-E003",
    name="unpinned-requirement",
    stage=Stage.EVALUATION,
    title="A requirement names no version, and no lockfile fixes it",
    severity=Severity.MEDIUM,
    why="Whatever was published last is installed, a minute-old takeover included; a wrong name looks like its neighbours.",
    mend="Pin it, and lock the project with hashes.",
    references=("S2C2F AUD-3",),
)
FLOOR_ONLY = Rule(
    id="STK-E004",
    name="floor-only-requirement",
    stage=Stage.EVALUATION,
    title="A requirement has only a lower limit, and no lockfile fixes it",
    severity=Severity.MEDIUM,
    why="'>=' accepts every future release, so the installed version drifts from the one that was reviewed.",
    mend="Lock the project with hashes; the lower limit may then stay as it is.",
    references=("S2C2F AUD-3",),
)


def looseness(requirement: Requirement) -> Looseness:
    """How far ``requirement`` leaves its version open; URLs and VCS sources count as pinned here."""
    if requirement.source.kind is not SourceKind.INDEX or requirement.pinned is not None:
        return Looseness.PINNED
    operators = {specifier.operator for specifier in requirement.specifier}
    if operators & {"<", "<=", "~=", "==", "==="}:
        return Looseness.BOUNDED
    return Looseness.FLOOR_ONLY if operators & {">", ">="} else Looseness.UNPINNED


def direct_requirements(project: Project) -> tuple[Requirement, ...]:
    """The requirements that count: declared, resolved by a Python installer, not build tools."""
    return tuple(requirement for requirement in project.direct if locks_it(requirement))


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each loose requirement of a project without a lockfile."""
    for project in facts.projects:
        if is_locked(project):
            continue
        for requirement in direct_requirements(project):
            rule = {Looseness.UNPINNED: UNPINNED, Looseness.FLOOR_ONLY: FLOOR_ONLY}.get(
                looseness(requirement)
            )
            if rule is not None:
                yield finding(
                    rule,
                    subject=requirement.name,
                    message=f"{requirement.text!r} admits every future release",
                    location=requirement.location,
                )


CHECK = Check(name="loose-requirements", stage=Stage.EVALUATION, rules=(UNPINNED, FLOOR_ONLY), run=run)
