"""Files that are installed outside the distribution's own: shared top-level names, system folders, others' commands."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.facts import Grade, graded
from stockade.vetter.package import Package

FOREIGN = Rule(
    id="STK-E152",
    name="foreign-files",
    stage=Stage.EVALUATION,
    title="Files are installed outside the project's own folders",
    severity=Severity.MEDIUM,
    why="Data files may land anywhere below the environment: in the configuration of pip, of Python, of the shell or the loader.",
    mend="See what each of these files does; refuse the project where its purpose does not need them.",
    references=("PEP 427", "MITRE ATT&CK T1546", "MITRE ATT&CK T1574"),
)
COMMAND = Rule(
    id="STK-E153",
    name="command-shadowed",
    stage=Stage.EVALUATION,
    title="A command that everybody knows is replaced by one of this project",
    severity=Severity.HIGH,
    why="An active environment comes first on the path: from then on the known name starts this project's code.",
    mend="Do not install it, unless the project is the one that the command belongs to.",
    references=("MITRE ATT&CK T1574.007", "CWE-427"),
)

_GRADES = {
    "foreign-top-level": Grade(FOREIGN, Severity.LOW),
    "data-takes-over": Grade(FOREIGN, Severity.HIGH),
    "data-into-system": Grade(FOREIGN, Severity.MEDIUM),
    "data-into-python": Grade(FOREIGN, Severity.MEDIUM),
    "data-outside": Grade(FOREIGN, Severity.LOW),
    "shadows-command": Grade(COMMAND, Severity.HIGH, Confidence.MEDIUM),
}


def run(package: Package) -> Iterator[Detection]:
    """A detection for each file or command."""
    yield from graded(package, _GRADES)


DETECTOR = Detector(name="foreign-files", rules=(FOREIGN, COMMAND), run=run)
