"""Other packages that a package brings in from where nobody looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.locations import Location
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter import places
from stockade.vetter.acts import Kind
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import at_place, by_phase, detect, dropper, of_kind, once
from stockade.vetter.package import Package

RULE = Rule(
    id="STK-E116",
    name="installs-others",
    stage=Stage.EVALUATION,
    title="It installs further packages by itself",
    severity=Severity.HIGH,
    why="What an install script or an import fetches with pip is in no lock, and may come from an index of the attacker.",
    mend="Do not install it; a dependency belongs into the metadata, where it can be locked and judged.",
    references=("MITRE ATT&CK T1195.001",),
)
DIRECT_RULE = Rule(
    id="STK-E117",
    name="direct-dependency",
    stage=Stage.EVALUATION,
    title="A dependency comes from an address instead of an index",
    severity=Severity.HIGH,
    why="Whoever owns the address decides what is installed; indexes refuse such metadata in what they publish.",
    mend="Replace it by a released version from an index, pinned by hash.",
    references=("PEP 440", "PEP 508"),
)
_PIP = re.compile(
    r"(?:^|[\s/;&|\"'])(?:pip[0-9.]*|uv|pipx|conda|easy_install)(?:\s+pip)?\s+(?:install|add)\b|-m\s+pip\s+install\b"
)
_ELSEWHERE = re.compile(r"--(?:extra-)?index-url|--trusted-host|--find-links|\s-i\s|git\+|https?://")
_FORGES = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules."""
    yield from once(_installs(package))
    yield from _direct(package)


def _installs(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.SPAWN):
        if not _PIP.search(act.target):
            continue
        elsewhere = _ELSEWHERE.search(act.target) is not None
        running = Severity.HIGH if elsewhere else Severity.MEDIUM
        if any(dropper(each.text) for each in places.addresses_in(act.target)):
            running = Severity.CRITICAL
        severity = by_phase(act.phase, running=running, called=Severity.LOW)
        yield detect(package, RULE, act, f"runs {act.target[:160]}", severity=severity)


def _direct(package: Package) -> Iterator[Detection]:
    for line in (*package.metadata.requires, *package.metadata.addressed):
        name, at, address = line.partition("@")
        if not at or "://" not in address:
            continue
        text = address.strip().removeprefix("git+")
        found = places.address(text)
        known = found is not None and found.host.lower() in _FORGES
        link = name.strip() == "dependency link"  # which today's installers do not follow
        severity = Severity.MEDIUM if known or link else Severity.HIGH
        if dropper(text):
            severity = Severity.CRITICAL
        message = f"{name.strip()} is installed from {address.strip().split(';')[0].strip()}"
        yield at_place(package, DIRECT_RULE, Location("."), Phase.INSTALL, message, severity=severity)


DETECTOR = Detector(name="dependencies", rules=(RULE, DIRECT_RULE), run=run)
