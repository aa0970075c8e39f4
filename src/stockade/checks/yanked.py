"""Pinned or locked versions that their publisher has yanked."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.index_facts import index_pages
from stockade.model.findings import Rule, Severity, finding
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

YANKED = Rule(
    id="STK-E010",
    name="yanked-version",
    stage=Stage.EVALUATION,
    title="A version in use has been yanked by its publisher",
    severity=Severity.MEDIUM,
    why="The publisher says not to use it: it is broken, vulnerable, or was published by mistake or by an intruder.",
    mend="Move to a version that is not yanked, and lock again.",
    references=("PEP 592",),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each yanked version of a direct dependency and each manifest that names it."""
    used = facts.scope.versions
    for page in index_pages(facts, YANKED.id):
        if isinstance(page, Indeterminate):
            yield page
            continue
        _, project = page
        for version, mentions in used.get(project.name, {}).items():
            files = project.release(version)
            if not files or any(file.yanked is None for file in files):
                continue
            reason = next((file.yanked for file in files if file.yanked), "no reason given")
            for mention in mentions:
                yield finding(
                    YANKED,
                    subject=f"{project.name}=={version}",
                    message=f"{project.name} {version} is yanked: {reason}",
                    location=mention.location,
                    evidence={"reason": reason},
                )


CHECK = Check(name="yanked", stage=Stage.EVALUATION, rules=(YANKED,), run=run)
