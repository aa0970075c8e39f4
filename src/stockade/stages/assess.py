"""Runs the checks of the chosen stages over gathered facts and makes the assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from stockade import __version__
from stockade.checks.base import Check, Facts
from stockade.checks.lockfiles import STALE_LOCK, locks_it
from stockade.checks.metrics import evaluation, reconnaissance
from stockade.checks.metrics.base import MetricSpec, Outcome
from stockade.checks.registry import CHECKS
from stockade.manifests.projects import Project
from stockade.model.advisories import FeedStamp
from stockade.model.assessment import Accepted, Assessment, Extent, LockState, ProjectSummary
from stockade.model.findings import Finding, Rule, worst_first
from stockade.model.metrics import Metric
from stockade.model.requirements import Role
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate
from stockade.policy.engine import Evidence, Settled, decide, exit_code, settle

STAGES: tuple[Stage, ...] = (Stage.RECONNAISSANCE, Stage.EVALUATION)
"""The stages that ``check`` assesses in this version."""

DEFECT = "This is a defect of Stockade: please report it with the file that causes it."

METRICS: tuple[MetricSpec, ...] = (*reconnaissance.METRICS, *evaluation.METRICS)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run of checks brought to light, before the policy has spoken."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    indeterminate: tuple[Indeterminate, ...]


@dataclass(frozen=True, kw_only=True)
class Vetted:
    """What the vetter found in locked distributions, before the policy has spoken."""

    findings: tuple[Finding, ...] = ()
    incomplete: tuple[Indeterminate, ...] = ()
    rules: tuple[Rule, ...] = ()
    """Every rule that could have found something."""


def run_checks(facts: Facts, stages: Iterable[Stage]) -> Run:
    """Run every check of ``stages``. A check that crashes is an ``Indeterminate``, never a pass."""
    chosen = set(stages)
    checks = tuple(check for check in CHECKS if check.stage in chosen)
    findings: list[Finding] = []
    unknown: list[Indeterminate] = [_wanted(note, checks) for note in facts.notes]
    for check in checks:
        for result in _guarded(check, facts):
            if isinstance(result, Indeterminate):
                unknown.append(result)
            else:
                findings.append(result)
    return Run(checks=checks, findings=tuple(findings), indeterminate=_merged(unknown))


def _wanted(note: Indeterminate, checks: tuple[Check, ...]) -> Indeterminate:
    """``note``, with the rules of the checks that rest on the feed that it is about."""
    rules = ", ".join(rule.id for check in checks if note.subject in check.needs for rule in check.rules)
    return note if note.needed_by or not rules else msgspec.structs.replace(note, needed_by=rules)


def _guarded(check: Check, facts: Facts) -> Iterator[Finding | Indeterminate]:
    rules = ", ".join(rule.id for rule in check.rules)
    try:
        for result in check.run(facts):
            if isinstance(result, Indeterminate) and not result.needed_by:
                yield msgspec.structs.replace(result, needed_by=rules)
            else:
                yield result
    except Exception as error:  # noqa: BLE001 - whatever it was, the check did not finish, and that is its result
        yield Indeterminate(
            cause=Cause.CHECK_FAILED,
            subject=f"check {check.name}",
            detail=f"{type(error).__name__}: {error}",
            mend=DEFECT,
            needed_by=rules,
        )


def _merged(unknown: Iterable[Indeterminate]) -> tuple[Indeterminate, ...]:
    """One entry for each thing that could not be judged, with all that wanted it."""
    groups: dict[tuple[Cause, str, str], tuple[Indeterminate, list[str]]] = {}
    for item in unknown:
        _, wanted = groups.setdefault((item.cause, item.subject, item.detail), (item, []))
        wanted += [rule for rule in item.needed_by.split(", ") if rule and rule not in wanted]
    return tuple(msgspec.structs.replace(item, needed_by=", ".join(by)) for item, by in groups.values())


def assess(
    facts: Facts,
    *,
    stages: Iterable[Stage],
    stamps: tuple[FeedStamp, ...] = (),
    vetted: Vetted | None = None,
) -> Assessment:
    """Run the checks, let the policy decide, compute the metrics.

    Args:
        facts: everything that may be known.
        stages: the stages to assess; those without checks assess nothing.
        stamps: the feeds that the facts rest on.
        vetted: what the vetter found in locked distributions, where it was asked.
    """
    ordered = tuple(stage for stage in STAGES if stage in set(stages))
    run = run_checks(facts, ordered)
    today = facts.now.date()
    beside = vetted or Vetted()
    findings = (*run.findings, *beside.findings)
    settled = settle(findings, facts.policy, today)
    rules = (*(rule for check in run.checks for rule in check.rules), *beside.rules)
    metrics, failed = _measured(
        facts, Outcome(findings=run.findings, indeterminate=run.indeterminate), ordered
    )
    unknown = (*run.indeterminate, *failed, *beside.incomplete)
    evidence = Evidence(
        judged_by=frozenset(rule.id for rule in rules), findings=findings, indeterminate=unknown
    )
    kept = worst_first(list(settled.kept))
    return Assessment(
        version=__version__,
        root=facts.inventory.root,
        assessed_at=facts.now,
        stages=ordered,
        extent=_extent(facts),
        projects=tuple(_summary(project, run.findings) for project in facts.projects),
        findings=tuple(kept),
        verdict=decide(facts.inventory.root, evidence, facts.policy, today),
        exit_code=int(exit_code(settled.kept, unknown, facts.policy.fail_on)),
        fail_on=facts.policy.fail_on,
        rules=rules,
        accepted=tuple(
            Accepted(finding=found, reason=why.reason, expires=why.expires, approved_by=why.approved_by)
            for found, why in settled.accepted
        ),
        incomplete=unknown,
        metrics=metrics,
        left_out=facts.inventory.left_out,
        feeds=stamps,
        notes=(*_notes(facts), *_exception_notes(settled)),
    )


def _measured(
    facts: Facts, outcome: Outcome, stages: tuple[Stage, ...]
) -> tuple[tuple[Metric, ...], tuple[Indeterminate, ...]]:
    """The metrics of the stages. One that crashes has no value, and is an ``Indeterminate``."""
    measured: list[Metric] = []
    failed: list[Indeterminate] = []
    for spec in METRICS:
        if spec.stage not in stages:
            continue
        try:
            measured.append(spec.measure(facts, outcome))
        except Exception as error:  # noqa: BLE001 - whatever it was, there is no figure, and that is the result
            detail = f"{type(error).__name__}: {error}"
            failed.append(
                Indeterminate(
                    cause=Cause.CHECK_FAILED,
                    subject=f"metric {spec.id}",
                    detail=detail,
                    mend=DEFECT,
                )
            )
            measured.append(spec.without_value(detail))
    return tuple(measured), tuple(failed)


def _extent(facts: Facts) -> Extent:
    manifests = facts.inventory.manifests
    return Extent(
        projects=len(facts.projects),
        manifests=len(manifests),
        requirements=sum(len(m.requirements) for m in manifests if m.role is not Role.LOCK),
        locked=sum(len(m.locked) for m in manifests),
    )


def _summary(project: Project, findings: tuple[Finding, ...]) -> ProjectSummary:
    direct = [requirement for requirement in project.direct if locks_it(requirement)]
    stale = {dict(found.evidence).get("lockfile") for found in findings if found.rule == STALE_LOCK.id}
    if not project.locks:
        unread = any(manifest.defects for manifest in project.declarations)
        state = LockState.UNLOCKED if direct else LockState.UNCHECKED if unread else LockState.NOTHING
    elif any(lock.path in stale for lock in project.locks):
        state = LockState.STALE
    elif any(manifest.defects for manifest in (*project.declarations, *project.locks)):
        state = LockState.UNCHECKED
    else:
        state = LockState.LOCKED
    return ProjectSummary(
        root=project.root,
        lock=state,
        name=next((manifest.project for manifest in project.manifests if manifest.project), ""),
        manifests=len(project.manifests),
        direct=len(direct),
        locked=sum(len(lock.locked) for lock in project.locks),
    )


def _notes(facts: Facts) -> tuple[str, ...]:
    notes = []
    if not facts.index_asked and Cause.OFFLINE not in facts.policy.indeterminate:
        notes.append(
            "offline: whether direct dependencies are yanked, archived, too young, unmaintained or without "
            "their provenance was left out on purpose"
        )
    if not facts.policy.protect.names and not facts.policy.protect.patterns:
        notes.append(
            "no internal names are declared: list yours under [protect] to have their squats watched"
        )
    return tuple(notes)


def _exception_notes(settled: Settled) -> tuple[str, ...]:
    expired = (f"the exception of {e.rule} for {e.subject!r} expired on {e.expires}" for e in settled.expired)
    unused = (
        f"the exception of {e.rule} for {e.subject!r} covers nothing: remove it" for e in settled.unused
    )
    return (*expired, *unused)
