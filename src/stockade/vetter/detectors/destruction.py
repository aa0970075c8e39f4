"""Files of the user that are deleted or encrypted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection
from stockade.vetter.acts import Kind, Origin
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import by_phase, chain_of, detect, of_kind, once
from stockade.vetter.package import Package

RULE = Rule(
    id="STK-E114",
    name="destruction",
    stage=Stage.EVALUATION,
    title="Files of the user are deleted or encrypted",
    severity=Severity.CRITICAL,
    why="It destroys or takes hostage what lies in the home folder or on the whole disk.",
    mend="Do not install it; restore from a backup where it ran.",
    references=("MITRE ATT&CK T1485", "T1486"),
)
_ROOTS = frozenset(
    {"~", "/", "/home", "/etc", "/usr", "/var", "c:/", "c:\\", "c:", "%userprofile%", "/*", "~/*", "%home%"}
)


_HOME = re.compile(
    r"(?:~|%userprofile%|/home|/users)(?:/(?:documents|desktop|downloads|pictures))?/…", re.IGNORECASE
)
"""Whatever lies in the home folder: a tool that encrypts is told which files."""


def run(package: Package) -> Iterator[Detection]:
    """Detections of the rule."""
    yield from once(_all(package))


def _all(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.DELETE):
        target = act.target.strip().rstrip("/") or act.target
        if target.lower() in _ROOTS or target.startswith("~/…"):
            severity = by_phase(
                act.phase, running=Severity.CRITICAL, called=Severity.MEDIUM, never=Severity.LOW
            )
            yield detect(package, RULE, act, f"{act.target} is deleted by {act.callee}", severity=severity)
    for act in of_kind(package, Kind.WRITE):
        for taint in sorted(act.payload, key=lambda each: each.order):
            own = taint.origin in {Origin.FILE, Origin.CODE, Origin.CREDENTIAL, Origin.WALLET}
            if own and any(step.what == "encrypted" for step in taint.via):
                fixed = Severity.HIGH if _HOME.match(act.target) else Severity.LOW
                severity = by_phase(act.phase, running=Severity.CRITICAL, called=fixed, never=Severity.INFO)
                message = f"{taint.detail} is encrypted and written to {act.target}"
                yield detect(package, RULE, act, message, chain=chain_of(taint, act), severity=severity)
                break


DETECTOR = Detector(name="destruction", rules=(RULE,), run=run)
