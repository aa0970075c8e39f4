"""Pickles and model files that run code when they are loaded."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter.acts import Act
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import at_place, sink_step
from stockade.vetter.detectors.reach import Reach, lowered, weighed
from stockade.vetter.package import Oddity, Package

PICKLE_RULE = Rule(
    id="STK-E142",
    name="pickle-runs-code",
    stage=Stage.EVALUATION,
    title="A pickle or model file runs code when it is loaded",
    severity=Severity.HIGH,
    why="Loading a pickle calls whatever it names: one that names a shell, the network or exec is a program, not data.",
    mend="Do not load it; ask for the model as safetensors, or for the data in a format that holds no code.",
    references=("CWE-502", "MITRE ATT&CK T1059.006"),
)
UNKNOWN_RULE = Rule(
    id="STK-E143",
    name="pickle-unclear",
    stage=Stage.EVALUATION,
    title="A pickle is broken, or a model holds code that cannot be judged",
    severity=Severity.LOW,
    why="Opcodes behind a break, or a layer of marshalled code, run before the error shows: readers of pickles stop earlier.",
    mend="Load it only where it may do harm to nothing, or ask its makers for another format.",
    references=("CWE-502",),
)
_UNCLEAR = {
    "pickle-malformed": Severity.LOW,
    "pickle-unreadable": Severity.INFO,
    "model-lambda": Severity.LOW,
}


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules."""
    told = [each for each in package.oddities if each.kind == "pickle-imports" or each.kind in _UNCLEAR]
    if not told:
        return
    reach = Reach(package)
    acts: dict[str, list[Act]] = {}
    for act in package.acts:
        if act.callee.startswith("pickle:"):
            acts.setdefault(act.at.path, []).append(act)
    for oddity in told:
        phase = max(oddity.phase, reach.phase(oddity.at.path))
        if oddity.kind == "pickle-imports":
            yield _code(package, reach, oddity, acts.get(oddity.at.path, []), phase)
        else:
            yield at_place(
                package, UNKNOWN_RULE, oddity.at, phase, f"{oddity.at.path}: {oddity.detail}",
                severity=_UNCLEAR[oddity.kind], confidence=Confidence.MEDIUM, evidence=(("fact", oddity.kind),),
            )  # fmt: skip


def _code(package: Package, reach: Reach, oddity: Oddity, acts: list[Act], phase: Phase) -> Detection:
    """A dangerous global: gravest where it is called, and the file is loaded without a call of the user."""
    runner = reach.runs(oddity.at.path)
    severity = Severity.HIGH if acts else Severity.MEDIUM
    if acts and phase.runs_by_itself:
        severity = Severity.CRITICAL
    severity = weighed(package, severity, phase)
    if phase is Phase.NEVER and _is_fixture(oddity.at.path):
        severity = lowered(severity, 1)
    chain: tuple[Step, ...] = (Step(role="source", what=f"{oddity.at.path}, a pickle", location=oddity.at),)
    if runner is not None:
        chain = (*chain, Step(role="transformation", what=f"loaded by {runner.callee}", location=runner.at))
    if acts:
        chain = (*chain, sink_step(acts[0]))
    message = f"{oddity.at.path} names {oddity.detail}"
    return at_place(
        package,
        PICKLE_RULE,
        oddity.at,
        phase,
        message,
        severity=severity,
        chain=chain if len(chain) > 1 else (),
        decoded=oddity.evidence,
        evidence=(("calls", oddity.evidence[:300]),) if oddity.evidence else (),
    )


def _is_fixture(path: str) -> bool:
    """Whether an unreached file lies among tests: tools that look for such pickles ship some."""
    return not {"tests", "test", "testing", "fixtures", "testdata"}.isdisjoint(path.lower().split("/")[:-1])


DETECTOR = Detector(name="pickles", rules=(PICKLE_RULE, UNKNOWN_RULE), run=run)
