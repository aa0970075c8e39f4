"""The squats to expect of internal names and direct dependencies, and which of them exist already."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from stockade.checks.base import Check, Facts, Result
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.names import ProjectName
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate
from stockade.names.slips import slips
from stockade.names.variants import variants

INTERNAL_LIMIT = 500
"""Variants foreseen for each internal name."""
_SHOWN = 10

SQUAT_REGISTERED = Rule(
    id="STK-R008",
    name="squat-registered",
    stage=Stage.RECONNAISSANCE,
    title="A likely squat of an internal name is registered on the public index",
    severity=Severity.MEDIUM,
    why="Someone owns a name that your developers will mistype sooner or later.",
    mend="Look at who owns it and report it if it imitates yours; block it in the firewall or constraints.",
    references=("S2C2F ING-3",),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each internal name with registered squats."""
    if not facts.scope.internal:
        return
    if isinstance(facts.registered, Indeterminate):
        yield facts.registered
        return
    for name in facts.scope.internal:
        taken = [s for s in _variants(name) if s in facts.registered and not facts.scope.is_protected(s)]
        if taken:
            yield finding(
                SQUAT_REGISTERED,
                subject=name,
                message=f"{len(taken)} likely squat(s) of {name!r} are registered: {_list(taken)}",
                confidence=Confidence.MEDIUM,
                evidence={"registered squats": ", ".join(taken)},
            )


def foreseen(facts: Facts) -> dict[ProjectName, tuple[ProjectName, ...]]:
    """The squats to expect: of internal names in every class, of direct dependencies the likeliest slips."""
    found = {name: _variants(name) for name in facts.scope.internal}
    found |= {name: slips(name) for name in facts.scope.public_direct if name not in found}
    protected = facts.scope.is_protected
    return {name: tuple(s for s in squats if not protected(s)) for name, squats in found.items()}


@lru_cache(maxsize=1_000)
def _variants(name: ProjectName) -> tuple[ProjectName, ...]:
    return tuple(variant.name for variant in variants(name, limit=INTERNAL_LIMIT))


def _list(names: list[ProjectName]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


CHECK = Check(name="squats", stage=Stage.RECONNAISSANCE, rules=(SQUAT_REGISTERED,), run=run)
