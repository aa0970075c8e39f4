"""Instructions for AI agents and editors that turn them against their user."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Origin
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import at_place, chain_of, detect
from stockade.vetter.package import Oddity, Package
from stockade.vetter.places import PathKind

WORDS_RULE = Rule(
    id="STK-E146",
    name="agent-injection",
    stage=Stage.EVALUATION,
    title="Text in the distribution turns AI agents against their user",
    severity=Severity.HIGH,
    why="Agents read what packages ship: a sentence is enough to make one leak secrets, run code, or call the package safe.",
    mend="Keep agents away from it, and read the passage; honest documents do not speak to a model like that.",
    references=("OWASP LLM01", "MITRE ATLAS AML.T0051"),
)
COMMANDS_RULE = Rule(
    id="STK-E147",
    name="agent-commands",
    stage=Stage.EVALUATION,
    title="Settings for agents or editors run foreign code or send secrets",
    severity=Severity.HIGH,
    why="Tasks, hooks and tool servers run as soon as the folder is opened, with the rights of the developer.",
    mend="Do not open it in an editor or agent; take the setting out, and look for what it ran.",
    references=("MITRE ATT&CK T1546", "MITRE ATLAS AML.T0051"),
)
_LEAVES = frozenset({Origin.CREDENTIAL, Origin.ENVIRONMENT, Origin.WALLET, Origin.BROWSER, Origin.VARIABLE})


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules."""
    grouped: dict[str, list[Oddity]] = {}
    for oddity in package.oddities:
        if oddity.kind == "agent-injection":
            grouped.setdefault(oddity.at.path, []).append(oddity)
    for path, found in grouped.items():
        yield _words(package, path, found)
    seen: set[str] = set()
    for act in package.acts:
        if act.callee.startswith("agent:") and act.at.path not in seen:
            seen.add(act.at.path)
            yield _command(package, act)


def _words(package: Package, path: str, found: list[Oddity]) -> Detection:
    """Two kinds of such words, or one in a file that agents read by themselves, are no accident."""
    kinds = list(dict.fromkeys(each.detail for each in found))
    read_by_agents = PathKind.AGENT in places.path(path)
    grave = (
        "tells an agent to send secrets" in kinds or "tells an agent to call this package harmless" in kinds
    )
    severity = Severity.MEDIUM if len(kinds) > 1 or (grave and read_by_agents) else Severity.LOW
    if grave and len(kinds) > 1:
        severity = Severity.HIGH
    message = f"{path} {', and '.join(kinds)}"
    return at_place(
        package, WORDS_RULE, found[0].at, found[0].phase, message, severity=severity,
        confidence=Confidence.HIGH if severity >= Severity.HIGH else Confidence.MEDIUM,
        evidence=[("text", each.evidence) for each in found[:4]],
    )  # fmt: skip


def _command(package: Package, act: Act) -> Detection:
    taint = min(act.payload, key=lambda each: (each.origin not in _LEAVES, each.order))
    autorun = any(each.kind == "agent-autorun" and each.at.path == act.at.path for each in package.oddities)
    severity = Severity.HIGH if autorun or taint.origin in _LEAVES else Severity.MEDIUM
    if act.phase is Phase.NEVER and package.kind == "sdist" and not autorun:
        severity = Severity.MEDIUM
    message = f"{act.at.path} makes a tool run {act.target[:160]!r}"
    return detect(package, COMMANDS_RULE, act, message, chain=chain_of(taint, act), severity=severity)


DETECTOR = Detector(name="agent-instructions", rules=(WORDS_RULE, COMMANDS_RULE), run=run)
