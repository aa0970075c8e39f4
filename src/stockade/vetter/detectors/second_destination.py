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
    LEAST_LABEL,
    by_phase,
    chain_of,
    collector,
    detect,
    foreign,
    local,
    named_alike,
    of_kind,
    once,
    own_key,
    well_known,
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
    uses = _uses(package)
    own = _own_services(package)
    for act in of_kind(package, Kind.SEND):
        if act.phase is Phase.NEVER or local(act.target):
            continue
        for taint in sorted(act.payload, key=lambda each: each.order):
            if taint.origin in _SECRETS or _key(taint) in uses:
                secret = taint.origin in _SECRETS
                if secret and ((collector(act.target) and not own_key(act, taint)) or _by_mail(act)):
                    yield _told(package, act, taint)
                where.setdefault(_key(taint), {}).setdefault(_site(act.target), (act, taint))
    for key, sites in where.items():
        known = {site: each for site, each in sites.items() if site}
        others = uses.get(key, [])
        for act, taint in known.values():
            if (
                not foreign(package, act.target)
                or named_alike(package, act.target)
                or _site(act.target) in own
            ):
                continue
            elsewhere = any(not _same_service(act.target, name) for name in others) and not well_known(
                act.target
            )
            if len(known) > 1 or elsewhere:
                yield _told(package, act, taint)
    yield from _mirrored(package)


def _own_services(package: Package) -> frozenset[str]:
    """Sites to which the package speaks in many ways: what its client is for, whatever the project is called."""
    asked: dict[str, set[tuple[str, int, str]]] = {}
    for act in of_kind(package, Kind.SEND, Kind.FETCH):
        if site := _site(act.target):
            asked.setdefault(site, set()).add((act.at.path, act.at.line, act.target))
    return frozenset(site for site, requests in asked.items() if len(requests) >= _MANY_REQUESTS)


_MANY_REQUESTS = 4


def _key(taint: Taint) -> tuple[str, str, int]:
    return taint.detail.partition("[")[0], taint.at.path, taint.at.line


def _uses(package: Package) -> dict[tuple[str, str, int], list[str]]:
    """By secret, the libraries that it is handed to."""
    found: dict[tuple[str, str, int], list[str]] = {}
    for act in of_kind(package, Kind.USE):
        for taint in act.payload:
            found.setdefault(_key(taint), []).append(act.callee)
    return found


def _same_service(target: str, library: str) -> bool:
    """Whether a host is named like a library: its own service."""
    label = _site(target).partition(".")[0].replace("-", "")
    return len(label) >= LEAST_LABEL and label in library.lower().replace("_", "")


_URLS = frozenset({"url", "uri", "request", "prepared", "prepared_request", "req", "href"})


def _mirrored(package: Package) -> Iterator[Detection]:
    """A client that speaks to whatever address it is given, and tells a fixed one what was sent."""
    general: dict[str, list[Act]] = {}
    for act in of_kind(package, Kind.SEND, Kind.FETCH, Kind.CONNECT):
        if act.phase > Phase.NEVER and not _site(act.target) and _given(act):
            general.setdefault(act.at.path, []).append(act)
    for act in of_kind(package, Kind.SEND):
        free = act.phase > Phase.NEVER and bool(_site(act.target)) and act.at.path in general
        if (
            not free
            or not foreign(package, act.target)
            or named_alike(package, act.target)
            or local(act.target)
        ):
            continue
        sent = frozenset().union(*(_origins(each) for each in general[act.at.path]))
        both = sorted((t for t in act.payload if _key(t) in sent), key=lambda each: each.order)
        if both:
            yield _told(package, act, next((t for t in both if t.origin in _SECRETS), both[0]))


def _given(act: Act) -> bool:
    return any(t.origin is Origin.PARAMETER and t.detail in _URLS for t in act.target_taints)


def _origins(act: Act) -> frozenset[tuple[str, str, int]]:
    return frozenset(_key(taint) for taint in act.payload if taint.origin in _MIRRORED)


_MIRRORED = frozenset({Origin.PARAMETER, Origin.SECRET, Origin.WALLET})


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
