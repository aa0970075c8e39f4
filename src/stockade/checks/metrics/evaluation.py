"""How likely the attack is to succeed here: the Evaluation metrics of both battlecards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from stockade.checks.advisories import MALICIOUS, VULNERABLE, open_ended
from stockade.checks.base import Facts
from stockade.checks.drift import DRIFT, ENVIRONMENT
from stockade.checks.hashes import is_hashed, unhashed
from stockade.checks.install_commands import AD_HOC, NOT_ENFORCED
from stockade.checks.lockfiles import STALE_LOCK, is_locked, lock_of
from stockade.checks.loose_requirements import Looseness, direct_requirements, looseness
from stockade.checks.metrics.base import Figure, MetricSpec, Outcome, count, mean, share, unknown
from stockade.checks.owners import SINGLE_OWNER
from stockade.manifests.projects import Project
from stockade.model.findings import Rule
from stockade.model.requirements import Role
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

_NO_PROJECT = "no project declares a dependency"
_NO_OWNER = "the index was not asked, or did not say who owns them"
_NO_FORGE = "needs the review records of the forge, which this version does not read"


def _has_dependencies(project: Project) -> bool:
    return bool(direct_requirements(project) or project.locks)


def _with_dependencies(facts: Facts) -> list[Project]:
    return list(filter(_has_dependencies, facts.projects))


def _readable_only(figure: Figure, facts: Facts) -> Figure:
    """The figure, with the projects of which no requirement could be read as skipped."""
    unread = [
        project
        for project in facts.projects
        if any(declaration.defects for declaration in project.declarations) and not _has_dependencies(project)
    ]
    if not unread:
        return figure
    reason = (
        "what the others require cannot be read" if figure.evaluated else "what they require cannot be read"
    )
    return replace(figure, skipped=figure.skipped + len(unread), reason=reason)


def _locked(facts: Facts, _outcome: Outcome) -> Figure:
    projects = _with_dependencies(facts)
    return _readable_only(share(sum(map(is_locked, projects)), len(projects), _NO_PROJECT), facts)


def _hash_locked(facts: Facts, _outcome: Outcome) -> Figure:
    projects = _with_dependencies(facts)
    hashed = [p for p in projects if is_locked(p) and not any(unhashed(lock) for lock in p.locks)]
    return _readable_only(share(len(hashed), len(projects), _NO_PROJECT), facts)


def _stale(facts: Facts, outcome: Outcome) -> Figure:
    locks = {lock.path for project in facts.projects for lock in project.locks}
    compared = {
        lock.path
        for project in facts.projects
        for declaration in project.declarations
        if (lock := lock_of(declaration, project)) is not None and not lock.defects
    }
    stale = {dict(found.evidence)["lockfile"] for found in outcome.of(STALE_LOCK)}
    if not locks:
        return unknown(0, "no project has a lockfile")
    skipped = len(locks) - len(compared)
    reason = "nothing declares what they lock, or they cannot be read" if skipped else ""
    if not compared:
        return unknown(skipped, reason)
    return Figure(value=len(stale), evaluated=len(compared), skipped=skipped, reason=reason)


def _per_project(*kinds: Looseness) -> Callable[[Facts, Outcome], Figure]:
    def compute(facts: Facts, _outcome: Outcome) -> Figure:
        projects = [p for p in facts.projects if direct_requirements(p)]
        counts = (sum(looseness(r) in kinds for r in direct_requirements(p)) for p in projects)
        return _readable_only(mean(counts, _NO_PROJECT), facts)

    return compute


def _fixed(project: Project) -> Iterator[bool]:
    """For each dependency of a project, as far as it is known, whether its bytes are fixed."""
    locked = [
        package
        for lock in project.locks
        if lock.role is Role.LOCK
        for package in lock.locked
        if not package.own
    ]
    if locked:
        yield from map(is_hashed, locked)
    else:
        yield from (r.pinned is not None and bool(r.hashes) for r in direct_requirements(project))


def _not_fixed(facts: Facts, _outcome: Outcome) -> Figure:
    fixed = [known for project in facts.projects for known in _fixed(project)]
    return _readable_only(share(fixed.count(False), len(fixed), _NO_PROJECT), facts)


def _round_the_lock(facts: Facts, outcome: Outcome) -> Figure:
    places = {found.location for found in outcome.of(NOT_ENFORCED, AD_HOC)}
    commands = [command for _, command in facts.scope.commands]
    return count(sum(command.location in places for command in commands), len(commands))


def _vulnerable(facts: Facts, outcome: Outcome) -> Figure:
    used = {f"{name}=={v}" for name, held in facts.scope.versions.items() for v in held}
    return _advised(facts, outcome, VULNERABLE, used)


def _malicious(facts: Facts, outcome: Outcome) -> Figure:
    used = {f"{name}=={v}" for name, held in facts.scope.versions.items() for v in held}
    return _advised(facts, outcome, MALICIOUS, used | set(open_ended(facts)))


def _advised(facts: Facts, outcome: Outcome, rule: Rule, used: set[str]) -> Figure:
    if isinstance(facts.advisories, Indeterminate):
        return unknown(len(used), facts.advisories.detail)
    hit = {subject.partition(" ")[0] for subject in outcome.subjects(rule)}
    doubtful = {item.subject for item in outcome.indeterminate if rule.id in item.needed_by}
    skipped = {subject for subject in used - hit if not doubtful.isdisjoint({subject, _name_of(subject)})}
    return Figure(
        value=len(hit) if len(used) > len(skipped) or not used else None,
        evaluated=len(used) - len(skipped),
        skipped=len(skipped),
        reason="their advisories cannot be judged" if skipped else "",
    )


def _name_of(subject: str) -> str:
    return subject.partition("==")[0]


def _single_owner(facts: Facts, outcome: Outcome) -> Figure:
    asked = len(facts.scope.public_direct)
    if not facts.index_asked:
        return unknown(asked, "the index was not asked (offline)")
    if isinstance(facts.index, Indeterminate):
        return unknown(asked, facts.index.detail)
    unclear = sum(
        isinstance(facts.index.ownership(name), Indeterminate) for name in facts.scope.public_direct
    )
    if unclear == asked and asked:
        return unknown(asked, _NO_OWNER)
    return Figure(
        value=len(outcome.subjects(SINGLE_OWNER)),
        evaluated=asked - unclear,
        skipped=unclear,
        reason=_NO_OWNER if unclear else "",
    )


def _drifted(facts: Facts, outcome: Outcome) -> Figure:
    gaps = [item.detail for item in outcome.indeterminate if item.subject == ENVIRONMENT]
    if gaps:
        return unknown(len(facts.environment or ()), gaps[0])
    if facts.environment is None:
        return unknown(0, "no environment was named (--env)")
    return count(len(outcome.subjects(DRIFT)), len(facts.environment))


def _unreviewed(_facts: Facts, _outcome: Outcome) -> Figure:
    return unknown(0, _NO_FORGE)


def _metric(slug: str, title: str, unit: str, compute: Callable[[Facts, Outcome], Figure]) -> MetricSpec:
    stage = Stage.EVALUATION
    return MetricSpec(id=f"{stage}.{slug}", title=title, stage=stage, unit=unit, compute=compute)


METRICS: tuple[MetricSpec, ...] = (
    _metric("projects-locked", "Projects with a lockfile", "%", _locked),
    _metric("projects-hash-locked", "Projects whose lockfile hashes everything", "%", _hash_locked),
    _metric("stale-lockfiles", "Lockfiles that no longer fit", "count", _stale),
    _metric("floor-only", "Requirements with only a '>='", "per project", _per_project(Looseness.FLOOR_ONLY)),
    _metric("unpinned", "Requirements without a version", "per project", _per_project(Looseness.UNPINNED)),
    _metric(
        "unbounded",
        "Requirements without an upper limit",
        "per project",
        _per_project(Looseness.FLOOR_ONLY, Looseness.UNPINNED),
    ),
    _metric("not-pinned-and-hashed", "Dependencies not fixed by version and hash", "%", _not_fixed),
    _metric("round-the-lock", "Install commands that go round a lock", "count", _round_the_lock),
    _metric(
        "single-owner", "Direct dependencies with a single, non-organisation owner", "count", _single_owner
    ),
    _metric(
        "vulnerable",
        "Versions in use with a known vulnerability",
        "count",
        _vulnerable,
    ),
    _metric("malicious", "Versions in use that are known malware", "count", _malicious),
    _metric("drift", "Packages of the environment that differ from the lock", "count", _drifted),
    _metric("unreviewed-changes", "Dependency changes merged without a review", "count", _unreviewed),
    _metric("time-to-production", "Time from a dependency's proposal to production", "days", _unreviewed),
)
"""In the order of the battlecards."""
