"""Import names required as if they were project names: ``cv2``, ``sklearn``, ``yaml``."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.scope import Mention
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.names import project_name
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate
from stockade.names.importnames import PROJECT_OF_IMPORT

IMPORT_NAME = Rule(
    id="STK-R002",
    name="import-name-required",
    stage=Stage.RECONNAISSANCE,
    title="An import name is required as if it were a project",
    severity=Severity.HIGH,
    why="The project of that name is somebody else's, or free for anybody to claim; generated code falls for it often.",
    mend="Require the project that provides the import.",
    references=("MITRE ATT&CK T1195.001",),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each place where an import name of another project is required."""
    for mention in facts.scope.mentions:
        target = meant_project(facts, mention)
        if target is None:
            continue
        free = not isinstance(facts.registered, Indeterminate) and mention.name not in facts.registered
        yield finding(
            IMPORT_NAME,
            subject=mention.name,
            message=f"{mention.spelled!r} is what you import; the project that provides it is {target!r}",
            location=mention.location,
            confidence=Confidence.HIGH if free else Confidence.MEDIUM,
            severity=Severity.HIGH if free else Severity.MEDIUM,
            mend=f"Require {target!r} instead; if you mean {mention.spelled!r}, list it under [names] allow.",
            evidence={
                "target": target,
                "registered": "no: anyone can claim it" if free else "yes or unknown",
            },
        )


def meant_project(facts: Facts, mention: Mention) -> str | None:
    """The project that provides the import which a requirement names; None where it is no import name, or is
    allowed by the policy, or is one of your own."""
    if not (mention.direct and mention.from_index):
        return None
    target = PROJECT_OF_IMPORT.get(mention.name)
    if target is None or target == mention.name or facts.scope.is_internal(mention):
        return None
    allowed = any(project_name(name) == mention.name for name in facts.policy.names.allow)
    return None if allowed else target


CHECK = Check(name="import-names", stage=Stage.RECONNAISSANCE, rules=(IMPORT_NAME,), run=run)
