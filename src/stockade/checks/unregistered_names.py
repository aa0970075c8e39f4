"""Direct dependencies that no one has registered: free for an attacker to claim."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.import_names import meant_project
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.names import ProjectName, project_name
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Indeterminate

UNREGISTERED = Rule(
    id="STK-R011",
    name="unregistered-name",
    stage=Stage.RECONNAISSANCE,
    title="A required name is not registered on the public index",
    severity=Severity.MEDIUM,
    why="If it is internal, the first to register it publicly is installed; if it is a slip or an invention of "
    "generated code, an attacker can fill it.",
    mend="If it is yours, declare it under [protect] names and bind it to your index; else correct the name.",
    references=("PEP 708",),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each direct, public, unregistered name and manifest, at its first mention there."""
    wanted = facts.scope.public_direct
    if not wanted:
        return
    if isinstance(facts.registered, Indeterminate):
        yield facts.registered
        return
    as_of = facts.registered.stamp.made
    for name in wanted:
        if name in facts.registered or _confused(facts, name):
            continue
        for mention in facts.scope.places(name):
            if meant_project(facts, mention) is not None:
                continue  # the rule of import names says it better
            extra = facts.scope.extra_indexes_near(mention)
            yield finding(
                UNREGISTERED,
                subject=name,
                message=f"nobody has registered {mention.spelled!r}, as of {as_of:%Y-%m-%d}",
                location=mention.location,
                severity=Severity.HIGH if extra else Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                evidence={"extra indexes that may hold it": ", ".join(extra) or "none"},
            )


def _confused(facts: Facts, name: ProjectName) -> bool:
    """Whether the rule of confusable names says it better, and at least as severely."""
    allowed = {project_name(known) for known in facts.policy.names.allow}
    return name not in allowed and facts.names.judge(name).verdict >= Action.QUARANTINE


CHECK = Check(
    name="unregistered-names",
    stage=Stage.RECONNAISSANCE,
    rules=(UNREGISTERED,),
    run=run,
    needs=frozenset({"registered-names", "popularity"}),
)
