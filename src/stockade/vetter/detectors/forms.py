"""Facts of form that are made to deceive: archives that readers read differently, text that is not what it looks like."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import at_place, by_phase, once
from stockade.vetter.package import Oddity, Package

ARCHIVE_RULE = Rule(
    id="STK-E130",
    name="archive-deceives",
    stage=Stage.EVALUATION,
    title="The archive is made so that tools disagree about what it holds",
    severity=Severity.HIGH,
    why="What a scanner reads and what an installer unpacks may then be two different packages.",
    mend="Refuse it; a release built by any usual tool has none of this.",
    references=("CVE-2007-4559",),
)
TRICK_RULE = Rule(
    id="STK-E131",
    name="text-deceives",
    stage=Stage.EVALUATION,
    title="Source text does not read as it runs",
    severity=Severity.HIGH,
    why="Statements far off the screen, letters of other alphabets or reordered text are there to get past a reviewer.",
    mend="Refuse it; look at the line with an editor that wraps lines and shows invisible characters.",
    references=("CVE-2021-42574", "CVE-2021-42694"),
)
_TRICKS = {
    "off-screen-code": Severity.HIGH,
    "bidi-control": Severity.MEDIUM,
    "homoglyph-identifier": Severity.HIGH,
    "encoding-unknown": Severity.LOW,
}


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules."""
    yield from once(_all(package))


def _all(package: Package) -> Iterator[Detection]:
    for oddity in package.oddities:
        if oddity.kind == "archive-suspicious":
            yield _told(package, ARCHIVE_RULE, oddity, Phase.INSTALL, Severity.HIGH)
        elif oddity.kind in _TRICKS:
            info = package.files.get(oddity.at.path)
            phase = info.phase if info is not None else oddity.phase
            worst = _TRICKS[oddity.kind]
            severity = by_phase(phase, running=worst, called=min(worst, Severity.MEDIUM), never=Severity.INFO)
            yield _told(package, TRICK_RULE, oddity, phase, severity)


def _told(package: Package, rule: Rule, oddity: Oddity, phase: Phase, severity: Severity) -> Detection:
    evidence = (("text", oddity.evidence),) if oddity.evidence else ()
    return at_place(
        package,
        rule,
        oddity.at,
        phase,
        f"{oddity.kind}: {oddity.detail}",
        severity=severity,
        evidence=evidence,
    )


DETECTOR = Detector(name="forms", rules=(ARCHIVE_RULE, TRICK_RULE), run=run)
