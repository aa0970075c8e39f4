"""Versions in use that are younger than the policy's cooldown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from packaging.version import Version

from stockade.checks.base import Check, Facts, Result
from stockade.checks.index_facts import index_pages
from stockade.checks.scope import Mention
from stockade.model.findings import Rule, Severity, finding
from stockade.model.index import IndexProject
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

TOO_YOUNG = Rule(
    id="STK-E012",
    name="too-young",
    stage=Stage.EVALUATION,
    title="A version in use is younger than the cooldown",
    severity=Severity.MEDIUM,
    why="Most malicious releases are found and removed within days; waiting costs little and avoids them.",
    mend="Lock a version that is older than the cooldown ('uv lock --exclude-newer DATE'), or wait.",
    references=("S2C2F ENF-2",),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each version whose newest file is younger than ``[lock] cooldown_days``, in each manifest.

    Nothing where there is no cooldown: then no date is needed.
    """
    limit = timedelta(days=facts.policy.lock.cooldown_days)
    if not limit:
        return
    used = facts.scope.versions
    for page in index_pages(facts, TOO_YOUNG.id):
        if isinstance(page, Indeterminate):
            yield page
            continue
        _, project = page
        for version, mentions in used.get(project.name, {}).items():
            yield from _judge(facts, project, version, mentions, limit)


def _judge(
    facts: Facts, project: IndexProject, version: Version, mentions: tuple[Mention, ...], limit: timedelta
) -> Iterator[Result]:
    files = project.release(version)
    subject = f"{project.name}=={version}"
    if not files:
        yield Indeterminate(
            cause=Cause.FACT_MISSING,
            subject=subject,
            detail="the index lists no file of this version",
            mend="Lock a version that the index has.",
            needed_by=TOO_YOUNG.id,
        )
        return
    times = [file.uploaded for file in files if file.uploaded is not None]
    if len(times) < len(files):
        yield Indeterminate(
            cause=Cause.FACT_MISSING,
            subject=subject,
            detail="the index gives no upload time for some file of it",
            mend="Use an index that serves upload times (PEP 700).",
            needed_by=TOO_YOUNG.id,
        )
        return
    age = facts.now - max(times)
    if age >= limit:
        return
    days = max(age.days, 0)  # a clock that is behind the index's sees files of the future
    for mention in mentions:
        yield finding(
            TOO_YOUNG,
            subject=subject,
            message=f"{project.name} {version} has a file published {days} day{'' if days == 1 else 's'} ago; "
            f"the cooldown is {facts.policy.lock.cooldown_days:g} days",
            location=mention.location,
            evidence={"published": max(times).isoformat(), "first file": min(times).isoformat()},
        )


CHECK = Check(name="cooldown", stage=Stage.EVALUATION, rules=(TOO_YOUNG,), run=run)
