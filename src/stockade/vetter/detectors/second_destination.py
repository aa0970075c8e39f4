"""A secret that goes where it belongs, and somewhere else too: the mark of a trojanised client."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import (
    by_phase,
    chain_of,
    collector,
    detect,
    foreign,
    local,
    named_alike,
    of_kind,
    once,
)
from stockade.vetter.package import Package

RULE = Rule(
    id="STK-E118",
    name="second-destination",
    stage=Stage.EVALUATION,
    title="A secret that the user passes goes to a second place",
    severity=Severity.HIGH,
    why="A client needs a password or key for one service; a copy to another host is how trojanised clients steal.",
    mend="Do not use it; change the password or key that was passed to it.",
    references=("MITRE ATT&CK T1056", "T1567"),
)
_SECRETS = frozenset({Origin.SECRET, Origin.WALLET})


def run(package: Package) -> Iterator[Detection]:
    """Detections of the rule."""
    yield from once(_all(package))


def _all(package: Package) -> Iterator[Detection]:
    where: dict[tuple[str, str, int], dict[str, tuple[Act, Taint]]] = {}
    for act in of_kind(package, Kind.SEND):
        if act.phase is Phase.NEVER or local(act.target):
            continue
        for taint in sorted(act.payload, key=lambda each: each.order):
            if taint.origin in _SECRETS:
                if (collector(act.target) and taint not in act.target_taints) or _by_mail(act):
                    yield _told(package, act, taint)
                key = (taint.detail, taint.at.path, taint.at.line)
                where.setdefault(key, {}).setdefault(_site(act.target), (act, taint))
    for sites in where.values():
        known = {site: each for site, each in sites.items() if site}
        if len(known) > 1:
            for act, taint in known.values():
                if foreign(package, act.target) and not named_alike(package, act.target):
                    yield _told(package, act, taint)


def _told(package: Package, act: Act, taint: Taint) -> Detection:
    severity = by_phase(act.phase, running=Severity.CRITICAL, called=Severity.HIGH)
    message = f"{taint.detail} also goes to {act.target or act.callee}"
    return detect(package, RULE, act, message, chain=chain_of(taint, act), severity=severity)


def _site(target: str) -> str:
    """The registered part of a host, roughly: its last two labels."""
    found = places.address(target) if target else None
    if found is None or not found.host or "…" in found.host:
        return ""
    return (
        found.host if found.host.replace(".", "").isdigit() else ".".join(found.host.lower().split(".")[-2:])
    )


def _by_mail(act: Act) -> bool:
    return act.callee.startswith(("smtplib.", "yagmail.")) and act.callee.endswith(
        ("send_message", "sendmail", "send")
    )


DETECTOR = Detector(name="second-destination", rules=(RULE,), run=run)
