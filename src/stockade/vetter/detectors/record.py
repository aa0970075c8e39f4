"""``RECORD`` of a wheel, which says every file and its hash, contradicts what the wheel holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.facts import Grade, detection
from stockade.vetter.package import Oddity, Package

MISMATCH = Rule(
    id="STK-E150",
    name="record-mismatch",
    stage=Stage.EVALUATION,
    title="A file of the wheel is not the one that its RECORD describes",
    severity=Severity.HIGH,
    why="Whoever built the wheel hashed another file: this one was changed or put in afterwards, and installers do not look.",
    mend="Do not install it; compare it with the release on the project's own site and ask its maintainers.",
    references=("PEP 427", "PyPA specification: recording installed projects", "CWE-345"),
)
INCOMPLETE = Rule(
    id="STK-E151",
    name="record-incomplete",
    stage=Stage.EVALUATION,
    title="The wheel's RECORD does not account for its files",
    severity=Severity.MEDIUM,
    why="A file that RECORD does not list is installed all the same, and stays behind when the project is uninstalled.",
    mend="Find out which tool wrote the wheel; prefer another release, or build it from the sdist in a sandbox.",
    references=("PEP 427", "PyPA specification: recording installed projects"),
)

_CODE = (".py", ".pyw", ".pyc", ".pth", ".so", ".pyd", ".dll", ".dylib", ".exe", ".sh", ".ps1")
_GRADES = {
    "record-mismatch": Grade(MISMATCH, Severity.HIGH),
    "record-unlisted": Grade(INCOMPLETE, Severity.MEDIUM),
    "record-absent": Grade(INCOMPLETE, Severity.LOW),
    "record-missing": Grade(INCOMPLETE, Severity.MEDIUM),
    "record-malformed": Grade(INCOMPLETE, Severity.LOW),
    "record-unhashed": Grade(INCOMPLETE, Severity.LOW),
    "record-weak": Grade(INCOMPLETE, Severity.INFO),
}


def run(package: Package) -> Iterator[Detection]:
    """A detection for each contradiction; unlisted code weighs more than unlisted data."""
    for oddity in package.oddities:
        if grade := _GRADES.get(oddity.kind):
            yield detection(package, oddity, _weighed(oddity, grade))


def _weighed(oddity: Oddity, grade: Grade) -> Grade:
    if oddity.kind == "record-unlisted" and oddity.at.path.lower().endswith(_CODE):
        return replace(grade, severity=Severity.HIGH, confidence=Confidence.MEDIUM)
    return grade


DETECTOR = Detector(name="record", rules=(MISMATCH, INCOMPLETE), run=run)
