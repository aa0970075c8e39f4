"""Projects without a lockfile, and lockfiles that no longer fit what the project declares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from stockade.checks.base import Check, Facts, Result
from stockade.checks.scope import CONDA_PREFIX
from stockade.manifests.projects import Project
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.locations import Location
from stockade.model.names import ProjectName
from stockade.model.requirements import LockedPackage, Manifest, ManifestKind, Requirement, Role, SourceKind
from stockade.model.stages import Stage

NO_LOCK = Rule(
    id="STK-E001",
    name="no-lockfile",
    stage=Stage.EVALUATION,
    title="A project with dependencies has no lockfile",
    severity=Severity.MEDIUM,
    why="Each install resolves anew: a malicious release, or a typosquat's dependency, arrives without any change of yours.",
    mend="Lock it with hashes: 'uv lock', or 'uv pip compile --generate-hashes requirements.in -o requirements.txt'.",
    references=("PEP 751", "S2C2F AUD-3"),
)
STALE_LOCK = Rule(
    id="STK-E002",
    name="stale-lockfile",
    stage=Stage.EVALUATION,
    title="The lockfile does not fit what the project declares",
    severity=Severity.MEDIUM,
    why="Installers either ignore a stale lock or resolve anew, so what runs is not what was reviewed.",
    mend="Lock again, review the difference, and install with a flag that fails on a stale lock ('uv sync --locked').",
    references=("S2C2F UPD-3",),
)

_ONE_PLATFORM = frozenset({ManifestKind.REQUIREMENTS, ManifestKind.PIPFILE_LOCK})
"""Locks made for one platform and the main dependencies: absent markers and groups are no drift."""


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each project without a lock, or for each requirement that its lock does not fit."""
    for project in facts.projects:
        if not project.locks:
            yield from _unlocked(project)
        for declaration in project.declarations:
            lock = lock_of(declaration, project)
            if (
                lock is not None and not lock.defects
            ):  # what a broken lock holds is not known: STK-R010 says so
                for requirement, seen in misfits(declaration, lock):
                    yield finding(
                        STALE_LOCK,
                        subject=requirement.name,
                        message=f"{requirement.text!r} is declared, and {lock.path} {seen}",
                        location=requirement.location,
                        evidence={"lockfile": lock.path},
                    )


def _unlocked(project: Project) -> Iterator[Result]:
    direct = [r for r in project.direct if locks_it(r)]
    if not direct:
        return
    pinned = sum(1 for r in direct if r.pinned)
    all_pinned = pinned == len(direct)
    yield finding(
        NO_LOCK,
        subject=project.root,
        message=f"{len(direct)} direct dependencies, no lockfile"
        + (": the direct ones are pinned, what they bring is not" if all_pinned else f" ({pinned} pinned)"),
        location=Location(direct[0].location.path),
        confidence=Confidence.HIGH,
        evidence={"direct": len(direct), "pinned": pinned},
    )


def locks_it(requirement: Requirement) -> bool:
    """Whether a Python lockfile is to hold this requirement (not conda's, not build tools')."""
    return requirement.group != "build-system" and not requirement.source.index.startswith(CONDA_PREFIX)


def lock_of(declaration: Manifest, project: Project) -> Manifest | None:
    """The lockfile that is to fit a declaration; None where there is none or it is ambiguous."""
    native = {
        ManifestKind.PYPROJECT: {
            ManifestKind.UV_LOCK,
            ManifestKind.POETRY_LOCK,
            ManifestKind.PDM_LOCK,
            ManifestKind.PYLOCK,
        },
        ManifestKind.PIPFILE: {ManifestKind.PIPFILE_LOCK},
        ManifestKind.SETUP_CFG: {ManifestKind.UV_LOCK, ManifestKind.PYLOCK},
        ManifestKind.SETUP_PY: {ManifestKind.UV_LOCK, ManifestKind.PYLOCK},
    }.get(declaration.kind, set())
    for lock in project.locks:
        if lock.kind in native:
            return lock
    compiled = [lock for lock in project.locks if lock.kind is ManifestKind.REQUIREMENTS]
    if declaration.kind is ManifestKind.REQUIREMENTS:
        stem = PurePosixPath(declaration.path).with_suffix("")
        return next((lock for lock in compiled if PurePosixPath(lock.path).with_suffix("") == stem), None)
    return compiled[0] if declaration.kind is ManifestKind.PYPROJECT and len(compiled) == 1 else None


def misfits(declaration: Manifest, lock: Manifest) -> Iterator[tuple[Requirement, str]]:
    """Requirements of ``declaration`` that ``lock`` does not satisfy, each with what was seen there."""
    held: dict[ProjectName, list[LockedPackage]] = {}
    for package in lock.locked:
        held.setdefault(package.name, []).append(package)
    one_platform = lock.kind in _ONE_PLATFORM
    for requirement in declaration.requirements:
        if not locks_it(requirement) or (one_platform and (requirement.marker or requirement.group)):
            continue
        packages = held.get(requirement.name)
        if packages is None:
            yield requirement, "does not hold it"
        elif requirement.source.kind is SourceKind.INDEX and not any(
            p.version is None or requirement.specifier.contains(p.version, prereleases=True) for p in packages
        ):
            versions = ", ".join(str(p.version) for p in packages)
            yield requirement, f"holds {versions}"


def is_locked(project: Project) -> bool:
    """Whether a lockfile covers the project, fresh or not."""
    return any(manifest.role is Role.LOCK for manifest in project.locks)


CHECK = Check(name="lockfiles", stage=Stage.EVALUATION, rules=(NO_LOCK, STALE_LOCK), run=run)
