"""What an attacker sees of you: the Reconnaissance metrics of both battlecards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from stockade.checks.base import Facts
from stockade.checks.confusable_names import CONFUSABLE
from stockade.checks.dependency_confusion import BOTH_SIDES, EXTRA_INDEX
from stockade.checks.import_names import IMPORT_NAME
from stockade.checks.internal_exposure import INDEX_EXPOSED, NAME_EXPOSED, VERSION_EXPOSED
from stockade.checks.metrics.base import Figure, MetricSpec, Outcome, count, unknown
from stockade.model.names import ProjectName
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate


def _repositories(facts: Facts, _outcome: Outcome) -> Figure:
    roots = {
        PurePosixPath(o.path).parent for o in facts.inventory.left_out if PurePosixPath(o.path).name == ".git"
    }
    holding = {_repository_of(PurePosixPath(m.path), roots) for m in facts.inventory.manifests}
    return count(len(holding), len(roots | holding))


def _repository_of(path: PurePosixPath, roots: set[PurePosixPath]) -> PurePosixPath:
    """The innermost repository that holds ``path``; the assessed root where there is none."""
    return next((folder for folder in path.parents if folder in roots), PurePosixPath())


def _manifests(facts: Facts, _outcome: Outcome) -> Figure:
    return count(len(facts.inventory.manifests), len(facts.inventory.manifests))


def _names_exposed(facts: Facts, outcome: Outcome) -> Figure:
    if not facts.scope.internal and not facts.policy.protect.patterns:
        return unknown(0, "no internal names are declared under [protect]")
    return count(len(outcome.subjects(NAME_EXPOSED)), len(facts.scope.internal))


def _versions_exposed(facts: Facts, outcome: Outcome) -> Figure:
    if not facts.scope.internal and not facts.policy.protect.patterns:
        return unknown(0, "no internal names are declared under [protect]")
    return count(len(outcome.subjects(VERSION_EXPOSED)), len(facts.scope.internal))


def _indexes_exposed(facts: Facts, outcome: Outcome) -> Figure:
    addresses = {reference.url for manifest in facts.inventory.manifests for reference in manifest.indexes}
    addresses |= {i.url for _, command in facts.scope.commands for i in command.indexes}
    return count(len(outcome.subjects(INDEX_EXPOSED)), len(addresses))


def _mistyped(facts: Facts, outcome: Outcome) -> Figure:
    names = {mention.name for mention in facts.scope.mentions if mention.from_index}
    if not facts.names.popular.ranks:
        return unknown(len(names), "there is no list of popular names to compare with")
    return count(len(outcome.subjects(CONFUSABLE, IMPORT_NAME)), len(names))


def _confusion(facts: Facts, outcome: Outcome) -> Figure:
    """Evaluated: every manifest for its indexes, every internal name for its twin on the public index."""
    manifests, names = len(facts.inventory.manifests), len(facts.scope.internal)
    found = len(outcome.of(EXTRA_INDEX, BOTH_SIDES))
    if names and isinstance(facts.registered, Indeterminate):
        return Figure(value=found, evaluated=manifests, skipped=names, reason=facts.registered.detail)
    return count(found, manifests + names)


def _unregistered(facts: Facts, _outcome: Outcome) -> Figure:
    names = len(facts.scope.public_direct)
    if isinstance(facts.registered, Indeterminate):
        return unknown(names, facts.registered.detail)
    return count(sum(name not in facts.registered for name in facts.scope.public_direct), names)


def _squats(facts: Facts, _outcome: Outcome) -> Figure:
    return count(len(_foreseen(facts)), len(facts.scope.squats))


def _foreseen(facts: Facts) -> set[ProjectName]:
    return {name for names in facts.scope.squats.values() for name in names}


def _squats_registered(facts: Facts, _outcome: Outcome) -> Figure:
    if isinstance(facts.squats_taken, Indeterminate):
        return unknown(len(_foreseen(facts)), facts.squats_taken.detail)
    return count(len(facts.squats_taken), len(_foreseen(facts)))


def _squats_free(facts: Facts, _outcome: Outcome) -> Figure:
    if isinstance(facts.squats_taken, Indeterminate):
        return unknown(len(_foreseen(facts)), facts.squats_taken.detail)
    return count(len(_foreseen(facts) - facts.squats_taken), len(_foreseen(facts)))


def _metric(slug: str, title: str, compute: Callable[[Facts, Outcome], Figure]) -> MetricSpec:
    stage = Stage.RECONNAISSANCE
    return MetricSpec(id=f"{stage}.{slug}", title=title, stage=stage, unit="count", compute=compute)


METRICS: tuple[MetricSpec, ...] = (
    _metric("repositories", "Repositories that hold dependency manifests", _repositories),
    _metric("manifests", "Dependency manifests", _manifests),
    _metric("internal-names-exposed", "Internal project names readable in manifests", _names_exposed),
    _metric(
        "internal-versions-exposed", "Internal projects whose exact version is readable", _versions_exposed
    ),
    _metric("private-indexes-exposed", "Private index addresses readable in manifests", _indexes_exposed),
    _metric("mistyped-names", "Required names that are confusable or import names", _mistyped),
    _metric("confusion-hazards", "Hazards of dependency confusion", _confusion),
    _metric("unregistered-names", "Direct dependencies that nobody has registered", _unregistered),
    _metric("squats-foreseen", "Likely squats of internal names and direct dependencies", _squats),
    _metric("squats-registered", "Likely squats that are registered already", _squats_registered),
    _metric("squats-free", "Likely squats that anyone can still register", _squats_free),
)
"""In the order of the battlecards."""
