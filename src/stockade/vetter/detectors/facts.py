"""Turns oddities of form into detections: a table says which rule a kind belongs to, and how grave it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.vetting import Detection, Phase
from stockade.vetter.detectors.common import at_place
from stockade.vetter.package import Oddity, Package


@dataclass(frozen=True, slots=True)
class Grade:
    """What an oddity of one kind means."""

    rule: Rule
    severity: Severity
    confidence: Confidence = Confidence.HIGH
    unreached: Severity | None = None
    """Severity where the oddity's phase is ``never``: the file is shipped, nothing installs or runs it. None: it is
    told as it is anywhere."""


def graded(package: Package, grades: Mapping[str, Grade]) -> Iterator[Detection]:
    """A detection for each oddity whose kind is in ``grades``, in the order of the oddities."""
    for oddity in package.oddities:
        if grade := grades.get(oddity.kind):
            yield detection(package, oddity, grade)


def detection(package: Package, oddity: Oddity, grade: Grade) -> Detection:
    """The detection of one oddity. Its evidence is the oddity's kind and its guilty text."""
    asleep = grade.unreached is not None and oddity.phase == Phase.NEVER
    evidence = [("fact", oddity.kind)]
    if oddity.evidence:
        evidence.append(("text", oddity.evidence))
    return at_place(
        package,
        grade.rule,
        oddity.at,
        oddity.phase,
        oddity.detail,
        severity=grade.unreached if asleep else grade.severity,
        confidence=grade.confidence,
        evidence=evidence,
    )
