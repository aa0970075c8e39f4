"""Direct dependencies without a release for a long time."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.index_facts import index_pages
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

UNMAINTAINED = Rule(
    id="STK-E014",
    name="unmaintained",
    stage=Stage.EVALUATION,
    title="A dependency has had no release for a long time",
    severity=Severity.INFO,
    why="Poorly kept projects are what account hijackers look for, and their holes stay open.",
    mend="Look whether it is merely finished; otherwise plan its replacement.",
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each direct dependency whose newest file is older than ``[lock] unmaintained_days``."""
    for page in index_pages(facts, UNMAINTAINED.id):
        if isinstance(page, Indeterminate):
            yield page
            continue
        mention, project = page
        times = [file.uploaded for file in project.files if file.uploaded is not None]
        if not times:
            yield Indeterminate(
                cause=Cause.FACT_MISSING,
                subject=project.name,
                detail="the index gives no upload time for it",
                mend="Use an index that serves upload times (PEP 700).",
                needed_by=UNMAINTAINED.id,
            )
            continue
        days = (facts.now - max(times)).days
        if days > facts.policy.lock.unmaintained_days:
            yield finding(
                UNMAINTAINED,
                subject=project.name,
                message=f"the last release of {project.name} is {days:,} days old",
                location=mention.location,
                confidence=Confidence.MEDIUM,
                evidence={"last release": f"{max(times):%Y-%m-%d}"},
            )


CHECK = Check(name="unmaintained", stage=Stage.EVALUATION, rules=(UNMAINTAINED,), run=run)
