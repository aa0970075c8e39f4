"""Somebody else's orders: reverse shells, controllers behind sockets and bots."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter.acts import Kind, Origin
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import by_phase, chain_of, detect, of_kind, once, sink_step
from stockade.vetter.package import Package

RULE = Rule(
    id="STK-E106",
    name="remote-control",
    stage=Stage.EVALUATION,
    title="Commands that come over the network are run",
    severity=Severity.CRITICAL,
    why="A shell or a controller's orders over a connection give whoever is at its other end all rights of the user.",
    mend="Do not install it; cut the machine that ran it off the network and look for what was done there.",
    references=("MITRE ATT&CK T1059", "T1071"),
)


def run(package: Package) -> Iterator[Detection]:
    """Detections of the rule."""
    yield from once(_all(package))


def _all(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.SPAWN, Kind.EXECUTE):
        orders = min(
            (t for t in act.payload if t.origin is Origin.RECEIVED), default=None, key=lambda t: t.order
        )
        if orders is not None:
            message = f"what is received from {orders.detail or 'a connection'} is run by {act.callee}"
            yield detect(
                package, RULE, act, message, chain=chain_of(orders, act), severity=_severity(act.phase)
            )
    yield from _wired(package)


def _wired(package: Package) -> Iterator[Detection]:
    """A socket in the place of standard input and output, and a shell behind it."""
    wires = [act for act in of_kind(package, Kind.PATCH) if act.callee == "os.dup2" and act.note == "socket"]
    for wire in wires:
        path = wire.at.path
        shells = [act for act in package.acts if act.kind is Kind.SPAWN and act.at.path == path]
        connects = [act for act in package.acts if act.kind is Kind.CONNECT and act.at.path == path]
        if shells and connects:
            chain = (
                Step(
                    role="source", what=f"connection to {connects[0].target or '…'}", location=connects[0].at
                ),
                Step(role="transformation", what="it becomes standard input and output", location=wire.at),
                sink_step(shells[0]),
            )
            message = f"a shell is wired to {connects[0].target or 'a connection'}"
            yield detect(package, RULE, shells[0], message, chain=chain, severity=_severity(wire.phase))
            return


def _severity(phase: Phase) -> Severity:
    return by_phase(phase, running=Severity.CRITICAL, called=Severity.HIGH, never=Severity.LOW)


DETECTOR = Detector(name="remote-control", rules=(RULE,), run=run)
