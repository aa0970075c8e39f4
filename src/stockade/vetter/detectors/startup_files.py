"""Files that run at every start of the interpreter: ``.pth``, ``.start``, ``sitecustomize``, ``usercustomize``."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.facts import Grade, graded
from stockade.vetter.package import Package

STARTUP = Rule(
    id="STK-E156",
    name="start-up-file",
    stage=Stage.EVALUATION,
    title="The distribution installs code that every start of Python runs",
    severity=Severity.MEDIUM,
    why="It runs in every program of the environment, pip's own next run included, whether the project is imported or not.",
    mend="Read the line and the module that it imports; refuse the project where its purpose does not need it.",
    references=("PEP 829", "MITRE ATT&CK T1546"),
)
HIDDEN = Rule(
    id="STK-E157",
    name="start-up-file-hidden",
    stage=Stage.EVALUATION,
    title="A start-up line of Python decodes what it runs",
    severity=Severity.CRITICAL,
    why="No tool writes such a line: it is there to run in every program without being read.",
    mend="Do not install it; where it was installed, treat what the environment could reach as known to others.",
    references=("MITRE ATT&CK T1546", "MITRE ATT&CK T1027"),
)

_NOTHING = Severity.INFO
_GRADES = {
    "pth-hidden-code": Grade(HIDDEN, Severity.CRITICAL, unreached=Severity.MEDIUM),
    "pth-computed-code": Grade(STARTUP, Severity.HIGH, unreached=Severity.LOW),
    "pth-reaches-out": Grade(STARTUP, Severity.HIGH, unreached=Severity.LOW),
    "pth-unreadable": Grade(STARTUP, Severity.HIGH, Confidence.MEDIUM, unreached=_NOTHING),
    "pth-executes": Grade(STARTUP, Severity.MEDIUM, unreached=_NOTHING),
    "pth-foreign-path": Grade(STARTUP, Severity.MEDIUM, unreached=_NOTHING),
    "pth-imports-own": Grade(STARTUP, Severity.LOW, unreached=_NOTHING),
    "start-calls-own": Grade(STARTUP, Severity.LOW, unreached=_NOTHING),
    "start-calls-other": Grade(STARTUP, Severity.MEDIUM, unreached=_NOTHING),
    "pth-namespace": Grade(STARTUP, Severity.INFO),
    "startup-module": Grade(STARTUP, Severity.HIGH),
}


def run(package: Package) -> Iterator[Detection]:
    """A detection for each start-up line or module, graded by how far a reader sees what it does."""
    yield from graded(package, _GRADES)


DETECTOR = Detector(name="startup-files", rules=(STARTUP, HIDDEN), run=run)
