"""Compiled Python without its source, or with other content than its source."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter.acts import Act, Kind
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import THEFT, at_place, sink_step
from stockade.vetter.detectors.reach import Reach
from stockade.vetter.files.bytecode import missing_from, source_of
from stockade.vetter.package import Oddity, Package

MISSING_RULE = Rule(
    id="STK-E144",
    name="bytecode-without-source",
    stage=Stage.EVALUATION,
    title="Compiled Python is shipped without its source",
    severity=Severity.MEDIUM,
    why="A compiled module is imported like any other, and every reader of source passes it by.",
    mend="Ask for a release with source; decompile what must be used.",
    references=("MITRE ATT&CK T1027", "PEP 3147"),
)
DIFFERS_RULE = Rule(
    id="STK-E145",
    name="bytecode-differs",
    stage=Stage.EVALUATION,
    title="Compiled Python does something that its source does not",
    severity=Severity.HIGH,
    why="The source that a reviewer reads is not what the interpreter runs where the compiled file is taken as current.",
    mend="Do not install it; compare it with the project's own release.",
    references=("MITRE ATT&CK T1036", "PEP 552"),
)
_LARGEST_SOURCE = 4 << 20


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules, one a compiled file."""
    told = [each for each in package.oddities if each.kind == "pyc"]
    if not told:
        return
    reach = Reach(package)
    acts: dict[str, list[Act]] = {}
    for act in package.acts:
        if act.callee.startswith("pyc:"):
            acts.setdefault(act.at.path, []).append(act)
    for oddity in told:
        source = source_of(oddity.at.path)
        phase = max(oddity.phase, reach.phase(oddity.at.path))
        own = acts.get(oddity.at.path, [])
        if source in package.files:
            yield from _differs(package, oddity, source, own, phase)
        elif "__pycache__" not in oddity.at.path:
            yield _missing(package, oddity, own, phase)


def _missing(package: Package, oddity: Oddity, acts: list[Act], phase: Phase) -> Detection:
    severity = Severity.LOW if phase is Phase.NEVER else Severity.MEDIUM
    steals = _steals(acts)
    if steals:
        severity = Severity.CRITICAL if phase.runs_by_itself else Severity.HIGH
    elif oddity.detail and phase.runs_by_itself and {Kind.SEND, Kind.EXECUTE} <= {act.kind for act in acts}:
        severity = Severity.HIGH
    message = f"{oddity.at.path} is compiled, and its source is not here" + (
        f"; it names {oddity.detail}" if oddity.detail else ""
    )
    chain = _chain(steals)
    return at_place(
        package,
        MISSING_RULE,
        oddity.at,
        phase,
        message,
        severity=severity,
        chain=chain,
        evidence=_names(oddity),
    )


def _differs(
    package: Package, oddity: Oddity, source: str, acts: list[Act], phase: Phase
) -> Iterator[Detection]:
    if package.files[source].size > _LARGEST_SOURCE:
        return
    try:
        text = package.read(source)
    except KeyError:
        return
    telling, much = missing_from(text, oddity.evidence)
    if not telling and not much:
        return
    severity = Severity.HIGH if telling else Severity.INFO
    steals = _steals(acts) if telling else []
    if steals:
        severity = Severity.CRITICAL
    what = (
        f"names {', '.join(telling)}, which {source} does not"
        if telling
        else f"is not compiled from {source}"
    )
    confidence = Confidence.HIGH if telling else Confidence.MEDIUM
    chain = _chain(steals)
    yield at_place(
        package, DIFFERS_RULE, oddity.at, max(phase, package.files[source].phase), f"{oddity.at.path} {what}",
        severity=severity, confidence=confidence, chain=chain, evidence=_names(oddity),
    )  # fmt: skip


def _steals(acts: list[Act]) -> list[Act]:
    """Acts that send what is secret to a known address."""
    return [
        act for act in acts if act.kind is Kind.SEND and any(taint.origin in THEFT for taint in act.payload)
    ]


def _chain(steals: list[Act]) -> tuple[Step, ...]:
    if not steals:
        return ()
    taint = min(
        (each for each in steals[0].payload if each.origin in THEFT),
        key=lambda each: each.order,
    )
    return (*taint.chain, sink_step(steals[0]))


def _names(oddity: Oddity) -> tuple[tuple[str, str], ...]:
    return (("names", oddity.detail[:300]),) if oddity.detail else ()


DETECTOR = Detector(name="bytecode", rules=(MISSING_RULE, DIFFERS_RULE), run=run)
