"""Native code that does what no library does, and programs that a distribution brings and starts."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import THEFT, at_place, sink_step
from stockade.vetter.detectors.reach import EXTENSION, Reach, weighed
from stockade.vetter.package import Oddity, Package

NATIVE_RULE = Rule(
    id="STK-E140",
    name="native-behaviour",
    stage=Stage.EVALUATION,
    title="Native code names what only malware names, or pretends to be something else",
    severity=Severity.HIGH,
    why="Nobody reads compiled code: a drop address, a download command or a replaced system function hides well in it.",
    mend="Do not load it; have its source and a build of your own, or let a reverse engineer look at it.",
    references=("MITRE ATT&CK T1027", "T1036", "T1574.006"),
)
PROGRAM_RULE = Rule(
    id="STK-E141",
    name="shipped-program-runs",
    stage=Stage.EVALUATION,
    title="A program that the distribution brings along is started when it is installed or imported",
    severity=Severity.HIGH,
    why="A compiled program starts without a call of the user, with all the user's rights, and no source tells what it does.",
    mend="Do not install it before the program's origin and source are known.",
    references=("MITRE ATT&CK T1204.002", "T1059"),
)
_NATIVE = frozenset({"elf", "pe", "macho"})


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules, one a file each."""
    if not any(info.kind in _NATIVE for info in package.files.values()):
        return
    reach = Reach(package)
    oddities: dict[str, dict[str, Oddity]] = {}
    for oddity in package.oddities:
        if oddity.kind.startswith("native-"):
            oddities.setdefault(oddity.at.path, {}).setdefault(oddity.kind, oddity)
    acts: dict[str, list[Act]] = {}
    for act in package.acts:
        if act.callee.startswith("native:"):
            acts.setdefault(act.at.path, []).append(act)
    for path, info in package.files.items():
        if info.kind in _NATIVE:
            found = oddities.get(path, {})
            yield from _file(package, reach, path, found, acts.get(path, []))


def _file(
    package: Package, reach: Reach, path: str, found: dict[str, Oddity], acts: list[Act]
) -> Iterator[Detection]:
    phase = reach.phase(path)
    runner = reach.runs(path)
    judged = _judged(package, found, acts)
    if judged is not None:
        severity, told = judged
        strong = severity >= Severity.HIGH
        if strong and phase.runs_by_itself and (runner is not None or _is_module(path)):
            severity = Severity.CRITICAL
        yield _detection(reach, path, weighed(package, severity, phase), told, acts)
    if runner is not None and runner.kind is Kind.SPAWN and phase.runs_by_itself and not _is_module(path):
        worse = judged is not None and judged[0] >= Severity.HIGH
        yield _started(package, path, runner, Severity.CRITICAL if worse else Severity.HIGH)


def _is_module(path: str) -> bool:
    return bool(EXTENSION.search(path))


def _judged(
    package: Package, found: dict[str, Oddity], acts: list[Act]
) -> tuple[Severity, list[Oddity]] | None:
    """How grave it is that these facts stand together in one file, and which of them count."""
    kinds = found.keys()
    if acts:
        return Severity.HIGH, [each for kind, each in found.items() if kind != "native-executable"]
    for severity, together in _CONJUNCTIONS:
        if together <= kinds:
            return severity, [found[kind] for kind in found if kind in together or kind in _CONTEXT]
    if "native-gpu-library" in found and not package.metadata.name.lower().startswith(
        ("nvidia", "cuda", "triton", "torch")
    ):
        return Severity.MEDIUM, [found["native-gpu-library"]]
    return None


_CONJUNCTIONS: tuple[tuple[Severity, frozenset[str]], ...] = (
    (Severity.HIGH, frozenset({"native-disguised"})),
    (Severity.HIGH, frozenset({"native-address", "native-paths"})),
    (Severity.HIGH, frozenset({"native-address", "native-capabilities"})),
    (Severity.HIGH, frozenset({"native-address", "native-packed"})),
    (Severity.HIGH, frozenset({"native-interposes", "native-capabilities"})),
    (Severity.HIGH, frozenset({"native-interposes", "native-paths"})),
    (Severity.MEDIUM, frozenset({"native-packed"})),
    (Severity.MEDIUM, frozenset({"native-interposes"})),
    (Severity.LOW, frozenset({"native-address"})),
)
"""The gravest first. Single capabilities and paths are no detection: honest libraries have them."""
_CONTEXT = frozenset({"native-capabilities", "native-paths", "native-executable", "native-overlay"})


def _detection(reach: Reach, path: str, severity: Severity, told: list[Oddity], acts: list[Act]) -> Detection:
    words = [each.detail for each in told] + [f"holds the command {act.target[:120]!r}" for act in acts[:2]]
    stolen = [
        taint
        for act in acts
        for taint in sorted(act.payload, key=lambda each: each.order)
        if taint.origin in THEFT or taint.origin is Origin.FETCHED
    ]
    chain: tuple[Step, ...] = ()
    if acts and stolen:
        chain = (*stolen[0].chain, sink_step(acts[0]))
    at = acts[0].at if acts else told[0].at
    evidence = [(each.kind, each.evidence[:300] or each.detail) for each in told]
    runner = reach.runs(path)
    if runner is not None:
        chain = (*chain, sink_step(runner))
    return at_place(
        reach.package,
        NATIVE_RULE,
        at,
        reach.phase(path),
        f"{path}: {'; '.join(words)}",
        severity=severity,
        chain=chain,
        evidence=evidence,
    )


def _started(package: Package, path: str, act: Act, severity: Severity) -> Detection:
    chain = (Step(role="source", what=f"{path}, a program that is shipped", location=act.at), sink_step(act))
    message = f"{path} is started by {act.callee}"
    confidence = Confidence.HIGH if act.phase > Phase.IMPORT else Confidence.MEDIUM
    return at_place(
        package,
        PROGRAM_RULE,
        act.at,
        act.phase,
        message,
        severity=severity,
        chain=chain,
        confidence=confidence,
    )


DETECTOR = Detector(name="native", rules=(NATIVE_RULE, PROGRAM_RULE), run=run)
