"""Drift between an environment and the lockfiles: missing, extra, other version."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from stockade.checks.base import Check, Facts, Result
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.names import ProjectName
from stockade.model.requirements import LockedPackage, Role
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
_INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv"})
"""Tools that environments bring along without anybody's lock."""


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each package that differs; ``fact-missing`` where there is no lock to compare with."""
    if facts.environment is None:
        return
    locked: dict[ProjectName, list[LockedPackage]] = {}
    own = facts.scope.own
    for manifest in facts.inventory.manifests:
        if manifest.role is Role.LOCK:
            for package in manifest.locked:
                locked.setdefault(package.name, []).append(package)
    if not locked:
        yield Indeterminate(
            cause=Cause.FACT_MISSING,
            subject="environment",
            detail="there is no lockfile to compare the environment with",
            mend="Lock the project first.",
            needed_by=DRIFT.id,
        )
        return
    yield from _installed_otherwise(facts, locked, own)
    installed = {package.name for package in facts.environment}
    for name, packages in locked.items():
        if (
            name not in installed
            and not all(p.own or p.marker or p.groups for p in packages)
            and name not in own
        ):
            yield finding(
                DRIFT,
                subject=name,
                message=f"{name} is locked and not installed",
                location=packages[0].location,
                severity=Severity.LOW,
                confidence=Confidence.MEDIUM,
                evidence={"kind": "missing"},
            )


def _installed_otherwise(
    facts: Facts, locked: dict[ProjectName, list[LockedPackage]], own: frozenset[ProjectName]
) -> Iterator[Result]:
    for package in facts.environment or ():
        entries = locked.get(package.name)
        if entries is None:
            if package.name not in own and package.name not in _INSTALLERS:
                yield finding(
                    DRIFT,
                    subject=package.name,
                    message=f"{package.name} {package.version or ''} is installed and in no lockfile",
                    evidence={
                        "kind": "extra",
                        "installed by": package.installer or "unknown",
                        "metadata": package.location,
                    },
                )
            continue
        versions = [entry.version for entry in entries if entry.version is not None]
        if versions and package.version not in versions:
            yield finding(
                DRIFT,
                subject=package.name,
                message=f"{package.name} {package.version or 'of unreadable version'} is installed; "
                f"{_listed(versions)} is locked",
                location=entries[0].location,
                evidence={"kind": "other-version", "metadata": package.location},
            )


def _listed(versions: list[Version]) -> str:
    return " or ".join(str(version) for version in sorted(versions))


CHECK = Check(name="drift", stage=Stage.EVALUATION, rules=(DRIFT,), run=run)
