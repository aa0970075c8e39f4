"""What could not be read in manifests: a finding each, and an incomplete result."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.model.findings import Rule, Severity, finding
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

UNREADABLE = Rule(
    id="STK-R010",
    name="manifest-unreadable",
    stage=Stage.RECONNAISSANCE,
    title="A manifest, or a part of it, could not be read",
    severity=Severity.MEDIUM,
    why="What cannot be read cannot be judged, and an installer may still read it.",
    mend="Correct the file, or exclude it by the policy's exclude list if it is not meant to be read.",
)


def run(facts: Facts) -> Iterator[Result]:
    """A finding for each defect, and one ``unreadable`` for each file with defects."""
    for manifest in facts.inventory.manifests:
        for defect in manifest.defects:
            yield finding(
                UNREADABLE,
                subject=manifest.path,
                message=defect.message,
                location=defect.location,
                mend=_sentence(defect.hint),
            )
        if manifest.defects:
            count = len(manifest.defects)
            yield Indeterminate(
                cause=Cause.UNREADABLE,
                subject=manifest.path,
                detail=f"{count} defect{'' if count == 1 else 's'}; first: {manifest.defects[0].message}",
                mend=UNREADABLE.mend,
                needed_by=UNREADABLE.id,
            )


def _sentence(hint: str) -> str:
    return f"{hint[:1].upper()}{hint[1:]}{'' if hint.endswith('.') else '.'}" if hint else UNREADABLE.mend


CHECK = Check(name="unreadable-manifests", stage=Stage.RECONNAISSANCE, rules=(UNREADABLE,), run=run)
