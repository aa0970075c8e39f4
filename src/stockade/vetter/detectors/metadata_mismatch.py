"""The distribution contradicts itself about its name, its version or what it was built for."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.facts import Grade, graded
from stockade.vetter.package import Package

IDENTITY = Rule(
    id="STK-E158",
    name="identity-contradicted",
    stage=Stage.EVALUATION,
    title="File name, folders and metadata name different projects or versions",
    severity=Severity.HIGH,
    why="Each tool reads another of these names: what was approved, locked or scanned is not what gets installed.",
    mend="Do not install it; fetch the release again and compare its hash with the index's.",
    references=("PEP 427", "PEP 625", "CWE-345"),
)
TAGS = Rule(
    id="STK-E159",
    name="wheel-tags-contradicted",
    stage=Stage.EVALUATION,
    title="The wheel was not built for what it says",
    severity=Severity.LOW,
    why="A wheel that says it is pure Python, or for another platform, was put together by hand or changed after the build.",
    mend="Find out which tool wrote the wheel; look at its native files apart.",
    references=("PEP 427", "PEP 425"),
)

_GRADES = {
    "name-mismatch": Grade(IDENTITY, Severity.HIGH),
    "several-dist-infos": Grade(IDENTITY, Severity.HIGH),
    "metadata-missing": Grade(IDENTITY, Severity.MEDIUM),
    "version-mismatch": Grade(IDENTITY, Severity.MEDIUM),
    "settings-name-mismatch": Grade(IDENTITY, Severity.LOW),
    "wheel-missing": Grade(TAGS, Severity.MEDIUM),
    "tag-mismatch": Grade(TAGS, Severity.LOW),
    "purelib-has-native": Grade(TAGS, Severity.INFO),
}


def run(package: Package) -> Iterator[Detection]:
    """A detection for each contradiction."""
    yield from graded(package, _GRADES)


DETECTOR = Detector(name="metadata-mismatch", rules=(IDENTITY, TAGS), run=run)
