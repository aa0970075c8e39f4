"""Direct dependencies that hang on one person's account."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.index_facts import index_pages
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

SINGLE_OWNER = Rule(
    id="STK-E013",
    name="single-owner",
    stage=Stage.EVALUATION,
    title="A dependency has a single owner who is no organisation",
    severity=Severity.INFO,
    why="One stolen account is enough to publish a malicious release.",
    mend="Know that you depend on it: keep it pinned by hash and under a cooldown.",
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each direct dependency with one owner and no organisation."""
    for page in index_pages(facts, SINGLE_OWNER.id):
        if isinstance(page, Indeterminate):
            yield page
            continue
        if isinstance(facts.index, Indeterminate):
            return  # index_pages has said so
        mention, project = page
        ownership = facts.index.ownership(project.name)
        if isinstance(ownership, Indeterminate):
            if (
                ownership.cause is not Cause.FACT_MISSING
            ):  # most indexes have no such fact; the metric says so
                yield ownership
        elif len(ownership.users) == 1 and not ownership.organization:
            yield finding(
                SINGLE_OWNER,
                subject=project.name,
                message=f"only one account may publish {project.name}, and no organisation stands behind it",
                location=mention.location,
                confidence=Confidence.MEDIUM,
            )


CHECK = Check(name="owners", stage=Stage.EVALUATION, rules=(SINGLE_OWNER,), run=run)
