"""Versions in use without the provenance that an earlier release of the project had."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from stockade.checks.base import Check, Facts, Result
from stockade.checks.index_facts import index_pages
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.index import IndexProject
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

LOST = Rule(
    id="STK-E015",
    name="provenance-lost",
    stage=Stage.EVALUATION,
    title="A version in use lacks the provenance that earlier releases had",
    severity=Severity.HIGH,
    why="A project that published attestations and then a release without them was perhaps not published by its own pipeline.",
    mend="Stay on the last attested version until the publisher explains the release.",
    references=("PEP 740", "S2C2F AUD-1"),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each unattested version in use that is newer than an attested one, in each manifest."""
    used = facts.scope.versions
    for page in index_pages(facts, LOST.id):
        if isinstance(page, Indeterminate):
            yield page
            continue
        _, project = page
        if not project.provenance_offered:
            continue  # this index speaks of provenance nowhere, so nothing can have been lost
        for version, mentions in used.get(project.name, {}).items():
            files = project.release(version)
            before = _last_attested(project, version)
            if not files or before is None or any(file.provenance for file in files):
                continue
            for mention in mentions:
                yield finding(
                    LOST,
                    subject=f"{project.name}=={version}",
                    message=f"{project.name} {version} has no provenance; {before} had",
                    location=mention.location,
                    confidence=Confidence.MEDIUM,
                    evidence={"last attested": before},
                )


def _last_attested(project: IndexProject, before: Version) -> Version | None:
    attested = [
        f.version for f in project.files if f.provenance and f.version is not None and f.version < before
    ]
    return max(attested, default=None)


CHECK = Check(name="provenance", stage=Stage.EVALUATION, rules=(LOST,), run=run)
