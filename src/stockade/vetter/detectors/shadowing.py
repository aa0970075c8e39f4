"""Modules that take the place of the standard library's or of another project's."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.facts import Grade, graded
from stockade.vetter.package import Package

STDLIB = Rule(
    id="STK-E154",
    name="stdlib-shadowed",
    stage=Stage.EVALUATION,
    title="A module has the name of one of the standard library",
    severity=Severity.MEDIUM,
    why="Where the library's own module is missing, or the folder comes first as it does for setup.py, this one is imported.",
    mend="See what the module does; it should be a backport and say so.",
    references=("CWE-427", "MITRE ATT&CK T1574"),
)
PROJECT = Rule(
    id="STK-E155",
    name="project-shadowed",
    stage=Stage.EVALUATION,
    title="A module of another, popular project is installed",
    severity=Severity.MEDIUM,
    why="Two projects write one folder, the last one wins: code that imports the popular project runs this one's files.",
    mend="Do not install both; require the popular project itself, and ask why this one carries its name.",
    references=("CWE-427", "MITRE ATT&CK T1195.002"),
)

_GRADES = {
    "shadows-stdlib": Grade(STDLIB, Severity.MEDIUM),
    "shadows-stdlib-at-build": Grade(STDLIB, Severity.MEDIUM),
    "backport": Grade(STDLIB, Severity.INFO),
    "overlays-project": Grade(PROJECT, Severity.HIGH, Confidence.MEDIUM),
    "shadows-project": Grade(PROJECT, Severity.MEDIUM),
    "likeness-of-project": Grade(PROJECT, Severity.INFO),
}


def run(package: Package) -> Iterator[Detection]:
    """A detection for each top-level name."""
    yield from graded(package, _GRADES)


DETECTOR = Detector(name="shadowing", rules=(STDLIB, PROJECT), run=run)
