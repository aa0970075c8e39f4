"""Projects without a lockfile, and lockfiles that no longer fit what the project declares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from stockade.checks.base import Check, Facts, Result
from stockade.checks.markers import can_hold
from stockade.checks.origins import is_commit
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

_ONE_PLATFORM = frozenset({ManifestKind.REQUIREMENTS, ManifestKind.PYLOCK, ManifestKind.PIPFILE_LOCK})
"""Locks made for one platform: an absent requirement with a marker is no misfit."""
_MAIN_ONLY = frozenset({ManifestKind.REQUIREMENTS, ManifestKind.PYLOCK})
"""Locks that need not hold the groups and extras."""


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
        message=f"{len(direct)} direct {'dependency' if len(direct) == 1 else 'dependencies'}, no lockfile"
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
    compiled = {_stem(lock): lock for lock in project.locks if lock.kind is ManifestKind.REQUIREMENTS}
    if declaration.kind is ManifestKind.REQUIREMENTS:
        return compiled.get(_stem(declaration))
    if declaration.kind is not ManifestKind.PYPROJECT or len(compiled) != 1:
        return None
    ((stem, lock),) = compiled.items()
    others = (other for other in project.declarations if other.kind is ManifestKind.REQUIREMENTS)
    return None if any(_stem(other) == stem for other in others) else lock


def _stem(manifest: Manifest) -> PurePosixPath:
    """What a requirements file and the file compiled from it have in common: ``requirements/dev``."""
    return PurePosixPath(manifest.path).with_suffix("")


def misfits(declaration: Manifest, lock: Manifest) -> Iterator[tuple[Requirement, str]]:
    """Requirements of ``declaration`` that ``lock`` does not satisfy, each with what was seen there."""
    held: dict[ProjectName, list[LockedPackage]] = {}
    for package in lock.locked:
        held.setdefault(package.name, []).append(package)
    groups = {group for package in lock.locked for group in package.groups}
    direct = [requirement for requirement in declaration.requirements if locks_it(requirement)]
    named = {requirement.name for requirement in direct}
    overridden = {override.name for override in (*declaration.overrides, *lock.overrides)}
    # An override holds instead of what is required of its name; one of what nobody requires may be absent.
    wanted = [requirement for requirement in direct if requirement.name not in overridden]
    for requirement in (*wanted, *declaration.overrides):
        packages = held.get(requirement.name)
        if packages is None:
            if requirement.name in named and _must_be_held(requirement, declaration, lock, groups):
                yield requirement, "does not hold it"
        elif seen := _misfit(requirement, packages):
            yield requirement, seen


def _misfit(requirement: Requirement, packages: list[LockedPackage]) -> str:
    """Why none of the locked packages of its name is what the requirement asks for; empty where one is."""
    if requirement.source.kind is SourceKind.VCS:
        commits = {package.source.revision for package in packages if package.source.kind is SourceKind.VCS}
        if not commits:
            return "takes it from elsewhere"
        wanted = requirement.source.revision
        if is_commit(wanted) and all(map(is_commit, commits)) and wanted not in commits:
            return f"holds the commit {', '.join(sorted(commits))}"
        return ""
    if requirement.source.kind is not SourceKind.INDEX or any(
        p.version is None or requirement.specifier.contains(p.version, prereleases=True) for p in packages
    ):
        return ""
    return f"holds {', '.join(str(p.version) for p in packages)}"


def _must_be_held(requirement: Requirement, declaration: Manifest, lock: Manifest, groups: set[str]) -> bool:
    """Whether the absence of a requirement from a lock means that the lock is stale."""
    if requirement.group and (
        lock.kind in _MAIN_ONLY
        # PDM locks the groups that it is told to, and names them
        or (lock.kind is ManifestKind.PDM_LOCK and groups and requirement.group not in groups)
    ):
        return False
    if not requirement.marker:
        return True
    python = declaration.requires_python or lock.requires_python
    return lock.kind not in _ONE_PLATFORM and can_hold(requirement.marker, python, requirement.group)


def is_locked(project: Project) -> bool:
    """Whether a lockfile covers the project, fresh or not."""
    return any(manifest.role is Role.LOCK for manifest in project.locks)


CHECK = Check(name="lockfiles", stage=Stage.EVALUATION, rules=(NO_LOCK, STALE_LOCK), run=run)
