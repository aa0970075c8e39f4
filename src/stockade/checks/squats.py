"""The squats to expect of internal names and direct dependencies, and which of them exist already."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.names import ProjectName
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

_SHOWN = 10

SQUAT_REGISTERED = Rule(
    id="STK-R008",
    name="squat-registered",
    stage=Stage.RECONNAISSANCE,
    title="A likely squat of an internal name is registered on the public index",
    severity=Severity.MEDIUM,
    why="Someone owns a name that your developers will mistype sooner or later.",
    mend="Look at who owns it; report it if it imitates yours, and refuse the name on your own index.",
    references=("S2C2F ING-3",),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each internal name with registered squats."""
    if not facts.scope.internal:
        return
    registered = facts.squats_taken
    if isinstance(registered, Indeterminate):
        yield registered
        return
    for name, mention in facts.scope.internal.items():
        taken = [squat for squat in facts.scope.squats[name] if squat in registered]
        if taken:
            yield finding(
                SQUAT_REGISTERED,
                subject=name,
                message=f"{len(taken)} likely squat(s) of {name!r} are registered: {_list(taken)}",
                location=mention.location if mention else None,
                confidence=Confidence.MEDIUM,
                evidence={"registered squats": ", ".join(taken)},
            )


def _list(names: list[ProjectName]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


CHECK = Check(
    name="squats",
    stage=Stage.RECONNAISSANCE,
    rules=(SQUAT_REGISTERED,),
    run=run,
    needs=frozenset({"registered-names"}),
)
