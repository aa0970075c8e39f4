"""Drift between an environment and the lockfiles: missing, extra, other version, other origin."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from stockade.checks.base import Check, Facts, Result
from stockade.checks.lockfiles import locks_it
from stockade.model.environment import InstalledPackage
from stockade.model.findings import Confidence, Finding, Rule, Severity, finding
from stockade.model.names import ProjectName
from stockade.model.requirements import LockedPackage, Manifest, ManifestKind, Role, SourceKind
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

DRIFT = Rule(
    id="STK-E018",
    name="environment-drift",
    stage=Stage.EVALUATION,
    title="The environment is not what the lockfile says",
    severity=Severity.HIGH,
    why="What runs is not what was reviewed: the discrepancy is how an unexpected package shows itself.",
    mend="Recreate the environment from the lockfile, and find out who changed it.",
    references=("S2C2F AUD-3",),
)
ENVIRONMENT = "environment"
"""The subject of what cannot be said of the environment as a whole."""
_INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv"})
"""Tools that environments bring along without anybody's lock."""
_MAIN = frozenset({"main", "default"})
"""What lockfiles call the group of the main dependencies."""

Locked = dict[ProjectName, list[tuple[Manifest, LockedPackage]]]


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each package that differs; ``fact-missing`` where there is no lock to compare with."""
    if facts.environment is None:
        return
    locked: Locked = {}
    for manifest in facts.inventory.manifests:
        if manifest.role is Role.LOCK:
            for package in manifest.locked:
                locked.setdefault(package.name, []).append((manifest, package))
    if not locked:
        yield Indeterminate(
            cause=Cause.FACT_MISSING,
            subject=ENVIRONMENT,
            detail="there is no lockfile to compare the environment with",
            mend="Lock the project first.",
            needed_by=DRIFT.id,
        )
        return
    for installed in facts.environment:
        found = _installed_otherwise(facts, installed, locked.get(installed.name, []))
        if found is not None:
            yield found
    yield from _missing(facts, locked)


def _missing(facts: Facts, locked: Locked) -> Iterator[Result]:
    installed = {package.name for package in facts.environment or ()}
    wanted = _wanted_everywhere(facts)
    for name, entries in locked.items():
        if name in installed or name in facts.scope.own:
            continue
        location = next((p.location for lock, p in entries if _is_wanted(lock, p, wanted)), None)
        if location is not None:
            yield finding(
                DRIFT,
                subject=name,
                message=f"{name} is locked and not installed",
                location=location,
                severity=Severity.LOW,
                confidence=Confidence.MEDIUM,
                evidence={"kind": "missing"},
            )


def _wanted_everywhere(facts: Facts) -> set[tuple[str, ProjectName]]:
    """The main dependencies that are wanted on every machine, each with the lockfile of its project."""
    return {
        (lock.path, requirement.name)
        for project in facts.projects
        for lock in project.locks
        for requirement in project.direct
        if locks_it(requirement) and not requirement.marker and not requirement.group
    }


def _is_wanted(lock: Manifest, package: LockedPackage, wanted: set[tuple[str, ProjectName]]) -> bool:
    """Whether a locked package belongs into every environment, as far as its lockfile tells.

    A lock for many platforms that says of no package where it is wanted tells it of the main
    dependencies alone: the others may be another platform's.
    """
    if package.own or package.marker:
        return False
    if package.groups:
        return not _MAIN.isdisjoint(package.groups)
    if lock.kind in {ManifestKind.UV_LOCK, ManifestKind.POETRY_LOCK, ManifestKind.PDM_LOCK}:
        return (lock.path, package.name) in wanted
    return True


def _installed_otherwise(
    facts: Facts, package: InstalledPackage, entries: list[tuple[Manifest, LockedPackage]]
) -> Finding | None:
    """What is wrong with an installed package, if anything: not locked, another version, another origin."""
    if not entries:
        if package.name in facts.scope.own or package.name in _INSTALLERS:
            return None
        return finding(
            DRIFT,
            subject=package.name,
            message=f"{package.name} {package.version or 'of unreadable version'} is installed and in no lockfile",
            evidence={
                "kind": "extra",
                "installed by": package.installer or "unknown",
                "metadata": package.location,
            },
        )
    versions = [entry.version for _, entry in entries if entry.version is not None]
    if versions and not any(_fits(package.version, version) for version in versions):
        return finding(
            DRIFT,
            subject=package.name,
            message=f"{package.name} {package.version or 'of unreadable version'} is installed; "
            f"{_listed(versions)} is locked",
            location=entries[0][1].location,
            evidence={"kind": "other-version", "metadata": package.location},
        )
    if package.direct_url and all(e.source.kind is SourceKind.INDEX and not e.own for _, e in entries):
        return finding(
            DRIFT,
            subject=package.name,
            message=f"{package.name} is locked from an index, and was installed from {package.direct_url}",
            location=entries[0][1].location,
            severity=Severity.MEDIUM,
            evidence={
                "kind": "other-origin",
                "origin": package.direct_url,
                "editable": "yes" if package.editable else "no",
                "metadata": package.location,
            },
        )
    return None


def _fits(installed: Version | None, locked: Version) -> bool:
    """PEP 440: a locked version without a local part (``2.0``) is met by one with it (``2.0+cpu``)."""
    if installed is None or installed == locked:
        return installed is not None
    return locked.local is None and Version(installed.public) == locked


def _listed(versions: list[Version]) -> str:
    return " or ".join(str(version) for version in sorted(set(versions)))


CHECK = Check(name="drift", stage=Stage.EVALUATION, rules=(DRIFT,), run=run)
