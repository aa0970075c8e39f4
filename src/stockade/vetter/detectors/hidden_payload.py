"""Programs and scripts that lie in files which seem to be text or pictures."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter.acts import Act, Kind
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import at_place, sink_step
from stockade.vetter.detectors.reach import Reach, weighed
from stockade.vetter.package import Oddity, Package

PAYLOAD_RULE = Rule(
    id="STK-E148",
    name="hidden-payload",
    stage=Stage.EVALUATION,
    title="A program or script is hidden in a text or picture",
    severity=Severity.HIGH,
    why="Scanners and reviewers pass data files by; the code that takes the payload out of one may be a line, or come later.",
    mend="Do not install it; find out which code reads the file and what becomes of it.",
    references=("MITRE ATT&CK T1027.003", "T1027.009"),
)
SCRIPT_RULE = Rule(
    id="STK-E149",
    name="shipped-script-runs",
    stage=Stage.EVALUATION,
    title="A script of another language that is shipped steals, or fetches and runs code",
    severity=Severity.HIGH,
    why="One call from Python into a shipped shell, PowerShell or JavaScript file moves the harm out of the Python that is read.",
    mend="Do not install it; read the script, and look for what it left behind where it ran.",
    references=("MITRE ATT&CK T1059",),
)
_SEVERITIES = {
    "payload-encoded": Severity.HIGH,
    "payload-invisible": Severity.MEDIUM,
    "payload-behind": Severity.HIGH,
}
_SCRIPTS = frozenset({"shell", "javascript"})


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules."""
    told = [each for each in package.oddities if each.kind in _SEVERITIES]
    scripts = [path for path, info in package.files.items() if info.kind in _SCRIPTS]
    if not told and not scripts:
        return
    reach = Reach(package)
    for oddity in told:
        yield _payload(package, reach, oddity)
    yield from _scripts(package, reach, set(scripts))


def _payload(package: Package, reach: Reach, oddity: Oddity) -> Detection:
    path = oddity.at.path
    phase = max(oddity.phase, reach.phase(path))
    severity = _SEVERITIES[oddity.kind]
    reader = next(iter(sorted(reach.by_path.get(path, ()), key=lambda act: -act.phase.rank)), None)
    if reader is not None and phase.runs_by_itself:
        severity = Severity.CRITICAL
    chain = (
        (Step(role="source", what=f"{path}: {oddity.detail}", location=oddity.at), sink_step(reader))
        if reader is not None
        else ()
    )
    return at_place(
        package, PAYLOAD_RULE, oddity.at, phase, f"{path} holds {oddity.detail}",
        severity=weighed(package, severity, phase), chain=chain, evidence=(("fact", oddity.kind), ("text", oddity.evidence)),
        confidence=Confidence.MEDIUM if oddity.kind == "payload-invisible" else Confidence.HIGH,
    )  # fmt: skip


def _scripts(package: Package, reach: Reach, scripts: set[str]) -> Iterator[Detection]:
    """Scripts that Python starts by itself, and that do harm."""
    seen: set[str] = set()
    for act in package.acts:
        path = act.at.path
        if path not in scripts or path in seen or act.kind not in _HARM or not act.payload:
            continue
        runner = reach.runs(path)
        if runner is None or not runner.phase.runs_by_itself:
            continue
        seen.add(path)
        yield _script(package, path, act, runner)


_HARM = frozenset({Kind.SEND, Kind.SPAWN, Kind.EXECUTE, Kind.REGISTER})


def _script(package: Package, path: str, act: Act, runner: Act) -> Detection:
    taint = min(act.payload, key=lambda each: each.order)
    start = Step(role="transformation", what=f"started by {runner.callee}", location=runner.at)
    chain = (*taint.chain, start, sink_step(act))
    message = f"{path}, started by {runner.callee}, {act.kind}s {taint.detail}"
    severity = Severity.CRITICAL if runner.phase > Phase.IMPORT else Severity.HIGH
    return at_place(package, SCRIPT_RULE, act.at, runner.phase, message, severity=severity, chain=chain)


DETECTOR = Detector(name="hidden-payload", rules=(PAYLOAD_RULE, SCRIPT_RULE), run=run)
