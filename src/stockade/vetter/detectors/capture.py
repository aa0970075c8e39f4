"""Keys, screens and clipboards, and addresses that are swapped in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Step
from stockade.vetter.acts import Act, Kind
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import by_phase, detect, of_kind, once, sink_step
from stockade.vetter.package import Package

RULE = Rule(
    id="STK-E112",
    name="clipboard-swap",
    stage=Stage.EVALUATION,
    title="What is copied is replaced by something else",
    severity=Severity.CRITICAL,
    why="A watcher that puts its own wallet address into the clipboard sends the user's payment to somebody else.",
    mend="Do not install it; check where payments made since then went.",
    references=("MITRE ATT&CK T1115", "T1565"),
)
CAPTURE_RULE = Rule(
    id="STK-E113",
    name="input-capture",
    stage=Stage.EVALUATION,
    title="Keys are recorded as soon as it is installed or imported",
    severity=Severity.HIGH,
    why="A library that listens to the keyboard before anybody asked it to records passwords.",
    mend="Do not install it unless recording input is what it is for, and then start it yourself.",
    references=("MITRE ATT&CK T1056.001",),
)
_ADDRESS = re.compile(
    r"(?:0x[0-9a-fA-F]{40}|bc1[0-9a-z]{20,62}|[13LMT][1-9A-HJ-NP-Za-km-z]{25,40}|[1-9A-HJ-NP-Za-km-z]{43,95})"
)


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules."""
    yield from once(_swapped(package))
    yield from once(_captured(package))


def _swapped(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.WRITE):
        if act.callee != "clipboard":
            continue
        read = next((each for each in of_kind(package, Kind.CAPTURE) if _same(each, act)), None)
        if read is not None and (_ADDRESS.search(act.content) or not act.payload):
            severity = by_phase(
                act.phase, running=Severity.CRITICAL, called=Severity.HIGH, never=Severity.LOW
            )
            chain = (Step(role="source", what="the clipboard is read", location=read.at), sink_step(act))
            message = f"the clipboard is read and replaced by {act.content[:60] or 'a fixed value'}"
            yield detect(package, RULE, act, message, chain=chain, severity=severity)


def _same(read: Act, written: Act) -> bool:
    return read.target == "clipboard" and read.at.path == written.at.path


def _captured(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.CAPTURE):
        if act.target == "keys":
            severity = by_phase(act.phase, running=Severity.HIGH, called=Severity.LOW, never=Severity.INFO)
            yield detect(package, CAPTURE_RULE, act, f"keys are recorded by {act.callee}", severity=severity)


DETECTOR = Detector(name="capture", rules=(RULE, CAPTURE_RULE), run=run)
