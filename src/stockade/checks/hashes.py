"""Locked packages without a hash: the lock says what to install, not which bytes."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.origins import is_commit
from stockade.model.findings import Rule, Severity, finding
from stockade.model.requirements import LockedPackage, Manifest, Role, SourceKind
from stockade.model.stages import Stage

UNHASHED = Rule(
    id="STK-E005",
    name="unhashed-package",
    stage=Stage.EVALUATION,
    title="A locked package has no hash",
    severity=Severity.MEDIUM,
    why="A swapped file, on the index or on the way, installs without a word.",
    mend="Lock again with hashes: 'uv lock', or '--generate-hashes' for requirements files.",
    references=("S2C2F AUD-3", "PEP 751"),
)
_WEAK = frozenset({"md5", "sha1"})
_SHOWN = 5


def is_hashed(package: LockedPackage) -> bool:
    """Whether every artifact of a locked package is fixed by a strong hash, a commit, or is a local path."""
    if package.source.kind is SourceKind.PATH:
        return True
    if package.source.kind is SourceKind.VCS:
        return is_commit(package.source.revision)
    strong = [h for h in package.hashes if h.partition(":")[0] not in _WEAK]
    return bool(strong) and package.unhashed_artifacts == 0


def unhashed(lock: Manifest) -> tuple[LockedPackage, ...]:
    """The packages of a lockfile that are not fixed by hash."""
    return tuple(package for package in lock.locked if not package.own and not is_hashed(package))


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each lockfile with unhashed packages, at the first of them."""
    if not facts.policy.lock.require_hashes:
        return
    for manifest in facts.inventory.manifests:
        missing = unhashed(manifest) if manifest.role is Role.LOCK else ()
        if missing:
            names = ", ".join(package.name for package in missing[:_SHOWN])
            more = " …" if len(missing) > _SHOWN else ""
            held = sum(not package.own for package in manifest.locked)
            yield finding(
                UNHASHED,
                subject=manifest.path,
                message=f"{len(missing)} of {held} locked packages have no strong hash: {names}{more}",
                location=missing[0].location,
                evidence={"packages": ", ".join(package.name for package in missing)},
            )


CHECK = Check(name="hashes", stage=Stage.EVALUATION, rules=(UNHASHED,), run=run)
