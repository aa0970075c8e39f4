"""Direct dependencies that their index marks as archived, deprecated or quarantined."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.index_facts import index_pages
from stockade.model.findings import Rule, Severity, finding
from stockade.model.index import ProjectStatus
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

STATUS = Rule(
    id="STK-E011",
    name="project-status",
    stage=Stage.EVALUATION,
    title="A dependency is archived, deprecated or quarantined on its index",
    severity=Severity.MEDIUM,
    why="Archived projects get no fixes; quarantined ones are under investigation for malware.",
    mend="Replace it; if it is quarantined, treat machines that installed it as suspect.",
    references=("PEP 792",),
)
_SEVERITY = {
    ProjectStatus.QUARANTINED: Severity.CRITICAL,
    ProjectStatus.ARCHIVED: Severity.MEDIUM,
    ProjectStatus.DEPRECATED: Severity.LOW,
}


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each direct dependency that is not active and each manifest that requires it."""
    for page in index_pages(facts, STATUS.id):
        if isinstance(page, Indeterminate):
            yield page
            continue
        _, project = page
        if project.status is ProjectStatus.ACTIVE:
            continue
        said = f": {project.status_reason}" if project.status_reason else ""
        for mention in facts.scope.places(project.name):
            yield finding(
                STATUS,
                subject=project.name,
                message=f"{project.name} is {project.status.value}{said}",
                location=mention.location,
                severity=_SEVERITY[project.status],
                evidence={"status": project.status.value},
            )


CHECK = Check(name="project-status", stage=Stage.EVALUATION, rules=(STATUS,), run=run)
