"""Writes to places where they stay, spread, or change what others run."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import by_phase, chain_of, detect, of_kind, once
from stockade.vetter.package import Package
from stockade.vetter.places import PathKind

STARTUP_RULE = Rule(
    id="STK-E107",
    name="start-up-tampering",
    stage=Stage.EVALUATION,
    title="Something is made to run at every start",
    severity=Severity.CRITICAL,
    why="A line in a start-up file, a scheduled job or a service outlives the package: removing it does not help.",
    mend="Do not install it; look for what it left behind before the machine is trusted again.",
    references=("MITRE ATT&CK T1547", "T1053", "T1546"),
)
LOADER_RULE = Rule(
    id="STK-E108",
    name="loader-tampering",
    stage=Stage.EVALUATION,
    title="Libraries, drivers or their loader are tampered with",
    severity=Severity.CRITICAL,
    why="A line for the dynamic loader or a replaced GPU library puts foreign code into every process on the machine.",
    mend="Do not install it; reinstall the driver and its loader configuration from their packages where it ran.",
    references=("MITRE ATT&CK T1574.006", "T1547.006"),
)
TOOLS_RULE = Rule(
    id="STK-E109",
    name="tool-tampering",
    stage=Stage.EVALUATION,
    title="Configuration of package tools, agents or editors is changed",
    severity=Severity.CRITICAL,
    why="A changed index, hook or instruction file makes the developer's own tools fetch or run what the attacker wants.",
    mend="Do not install it; restore pip's, git's and the editor's configuration from a known state where it ran.",
    references=("MITRE ATT&CK T1546", "T1195.001"),
)
_KINDS = (
    (LOADER_RULE, (PathKind.GPU, PathKind.LOADER)),
    (STARTUP_RULE, (PathKind.STARTUP, PathKind.PYTHON_STARTUP)),
    (TOOLS_RULE, (PathKind.PACKAGE_TOOL, PathKind.AGENT, PathKind.CREDENTIAL)),
)
_SCHEDULERS = (
    *(
        "crontab.",
        "sh:crontab",
        "sh:systemctl",
        "sh:schtasks",
        "sh:reg",
        "sh:launchctl",
        "sh:sc",
        "sh:update-rc.d",
    ),
    *("sh:at", "sh:useradd", "ps:registry", "ps:scheduled task"),
)
_REGISTRY_WORDS = (
    *(
        "currentversion\\run",
        "currentversion/run",
        "winlogon",
        "startup",
        "\\shell\\open\\command",
        "delegateexecute",
    ),
    *("image file execution options", "appinit_dlls", "disableantispyware", "disablerealtimemonitoring"),
)


def run(package: Package) -> Iterator[Detection]:
    """Detections of the three rules."""
    yield from once(_writes(package))
    yield from once(_registered(package))


def _writes(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.WRITE):
        kinds = places.path(act.target) if act.target else None
        if not kinds:
            continue
        program = next((kind for kind in (PathKind.BROWSER, PathKind.WALLET) if kind in kinds), None)
        if program is not None and any(taint.origin in _BROUGHT for taint in act.payload):
            yield _written(package, TOOLS_RULE, act, kinds.what(program))
            continue
        for rule, wanted in _KINDS:
            found = next((kind for kind in wanted if kind in kinds), None)
            if found is not None:
                yield _written(package, rule, act, kinds.what(found) or found.value)
                break


_BROUGHT = frozenset({Origin.FETCHED, Origin.DECODED, Origin.OWN_FILE})


def _written(package: Package, rule: Rule, act: Act, what: str) -> Detection:
    severity = by_phase(act.phase, running=Severity.CRITICAL, called=Severity.MEDIUM, never=Severity.LOW)
    brought = any(taint.origin in _BROUGHT for taint in act.payload)
    if act.phase is Phase.IMPORT and rule is TOOLS_RULE and not brought:
        severity = Severity.HIGH
    if "/" not in act.target.replace("\\", "/"):
        severity = min(severity, Severity.MEDIUM)  # beside the build, for the wheel to carry: judged there
    source = min(act.payload, default=None, key=lambda t: (t.origin not in _WORSE, t.order))
    chain = chain_of(source, act) if source is not None else ()
    return detect(package, rule, act, f"{what} is written: {act.target}", chain=chain, severity=severity)


_WORSE = frozenset({Origin.DECODED, Origin.FETCHED, Origin.OWN_FILE})


def _registered(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.REGISTER):
        shown = act.target.lower().replace("\\\\", "\\")
        crontab = act.callee.startswith(_SCHEDULERS)
        if crontab or ("SetValue" in act.callee and any(word in shown for word in _REGISTRY_WORDS)):
            severity = by_phase(
                act.phase, running=Severity.CRITICAL, called=Severity.MEDIUM, never=Severity.LOW
            )
            yield detect(
                package, STARTUP_RULE, act, f"registered to run later: {act.target}", severity=severity
            )


DETECTOR = Detector(name="tampering", rules=(STARTUP_RULE, LOADER_RULE, TOOLS_RULE), run=run)
