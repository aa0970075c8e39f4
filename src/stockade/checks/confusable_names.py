"""Requirements whose names are confusable with a popular or an internal one: the typosquat at work."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.scope import Mention
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.names import project_name
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Indeterminate
from stockade.names.engine import EditClass, NameJudgement

CONFUSABLE = Rule(
    id="STK-R001",
    name="confusable-name",
    stage=Stage.RECONNAISSANCE,
    title="A required name is confusable with another project's",
    severity=Severity.CRITICAL,
    why="Typosquats live on one mistyped character: whoever owns that name runs code in every install.",
    mend="Correct the name, or list it under [names] allow if you mean it.",
    references=("S2C2F ING-3", "OSPS VM-05.03", "MITRE ATT&CK T1195.001"),
)

_SEVERITY = {Action.WARN: Severity.MEDIUM, Action.QUARANTINE: Severity.HIGH, Action.BLOCK: Severity.CRITICAL}
_CONFIDENCE = {
    Action.WARN: Confidence.LOW,
    Action.QUARANTINE: Confidence.MEDIUM,
    Action.BLOCK: Confidence.HIGH,
}


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each manifest that names a confusable project, at its first line there."""
    allowed = {project_name(name) for name in facts.policy.names.allow}
    wanted = {m.name for m in facts.scope.mentions if m.from_index} - allowed - facts.scope.declared
    guilty = {judgement.name: judgement for judgement in facts.names.suspects(sorted(wanted))}
    seen = set()
    for mention in facts.scope.mentions:
        judgement = guilty.get(mention.name)
        key = (mention.name, mention.manifest.path)
        if judgement is None or not mention.from_index or key in seen:
            continue
        if judgement.kind is EditClass.IMPORT_NAME:
            continue  # its own rule says it better
        if judgement.kind is EditClass.INTERNAL_PREFIX and facts.scope.is_protected(mention.name):
            continue  # a pattern of the policy says that it is yours
        seen.add(key)
        yield _finding(facts, mention, judgement)


def _finding(facts: Facts, mention: Mention, judgement: NameJudgement) -> Result:
    best = judgement.relations[0]
    internal = best.target_rank is None
    mend = f"Replace {mention.spelled!r} by {best.target!r}; if you mean it, list it under [names] allow."
    if internal and best.target in facts.scope.declared:
        message = f"{mention.spelled!r} looks like your {best.target!r}: {best.evidence}"
    elif internal:
        message = f"{mention.spelled!r} looks like one of yours: {best.evidence}"
        mend = "If it is yours, declare it under [protect] names; else correct it."
    else:
        message = (
            f"{mention.spelled!r} is confusable with the popular {best.target!r} "
            f"(rank {best.target_rank:,}): {best.evidence}"
        )
    return finding(
        CONFUSABLE,
        subject=mention.name,
        message=message,
        location=mention.location,
        severity=_SEVERITY[judgement.verdict],
        confidence=_CONFIDENCE[judgement.verdict],
        mend=mend,
        evidence={
            "target": best.target,
            "class": best.kind.value,
            "score": f"{judgement.score:.3f}",
            "target rank": "internal" if internal else best.target_rank,
            "registered": _registered(facts, mention),
            "brought in by": "a manifest" if mention.direct else "a lockfile",
        },
    )


def _registered(facts: Facts, mention: Mention) -> str:
    if isinstance(facts.registered, Indeterminate):
        return "unknown"
    return "yes" if mention.name in facts.registered else "no: anyone can claim it"


CHECK = Check(
    name="confusable-names",
    stage=Stage.RECONNAISSANCE,
    rules=(CONFUSABLE,),
    run=run,
    needs=frozenset({"popularity"}),
)
