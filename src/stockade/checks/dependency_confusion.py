"""Hazards of dependency confusion: an installer that may take an internal name from the public index."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.requirements import IndexReference
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

EXTRA_INDEX = Rule(
    id="STK-R006",
    name="extra-index",
    stage=Stage.RECONNAISSANCE,
    title="An extra index is asked with the same right as the first",
    severity=Severity.MEDIUM,
    why="pip takes the highest version from any index: a public project with an internal name wins with version 99.",
    mend="Use one index that serves both (a proxy), or bind internal names to theirs (uv: explicit = true).",
    references=("PEP 708", "S2C2F ENF-1"),
)
BOTH_SIDES = Rule(
    id="STK-R007",
    name="internal-name-registered",
    stage=Stage.RECONNAISSANCE,
    title="An internal name is also registered on the public index",
    severity=Severity.HIGH,
    why="Any client that asks the public index for it, even once, installs somebody else's code.",
    mend="Find out who owns it; ask only the private index for it, and reserve or report the public name.",
    references=("PEP 708", "S2C2F ENF-2"),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each extra index, and for each internal name that exists on both sides."""
    for _, reference in facts.scope.extra_indexes:
        yield _extra(facts, reference)
    if not facts.scope.internal:
        return
    if isinstance(facts.registered, Indeterminate):
        yield facts.registered
        return
    for name, mention in facts.scope.internal.items():
        if name in facts.registered:
            yield finding(
                BOTH_SIDES,
                subject=name,
                message=f"internal name {name!r} is registered on the public index",
                location=mention.location if mention else None,
                confidence=Confidence.HIGH if name in facts.scope.declared else Confidence.MEDIUM,
                evidence={"declared": "yes" if name in facts.scope.declared else "by pattern or index"},
            )


def _extra(facts: Facts, reference: IndexReference) -> Result:
    at_stake = list(facts.scope.internal)
    index = reference.url or reference.name  # Poetry knows the public index by its name alone
    named = ", ".join(at_stake[:3]) + (" …" if len(at_stake) > 3 else "")  # noqa: PLR2004 - names shown
    return finding(
        EXTRA_INDEX,
        subject=index,
        message=f"extra index {index}"
        + (
            f" is asked beside the first: either may answer for {named}"
            if at_stake
            else " is asked beside the first"
        ),
        location=reference.location,
        severity=Severity.HIGH if at_stake else Severity.MEDIUM,
        evidence={"internal names at stake": ", ".join(at_stake) or "none declared"},
    )


CHECK = Check(
    name="dependency-confusion",
    stage=Stage.RECONNAISSANCE,
    rules=(EXTRA_INDEX, BOTH_SIDES),
    run=run,
    needs=frozenset({"registered-names"}),
)
