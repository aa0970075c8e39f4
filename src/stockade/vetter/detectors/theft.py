"""Secrets that leave: a secret's origin flows into something that sends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import (
    THEFT,
    VERBS,
    chain_of,
    collector,
    detect,
    drop_place,
    foreign,
    identifies_host,
    local,
    meant_for,
    named_alike,
    of_kind,
    once,
    own_key,
    public_index,
    secret_variable,
    well_known,
)
from stockade.vetter.package import Package

THEFT_RULE = Rule(
    id="STK-E101",
    name="secrets-leave",
    stage=Stage.EVALUATION,
    title="Secrets are read and sent away",
    severity=Severity.CRITICAL,
    why="The code collects credentials, the environment, browser or wallet data and posts them out: theft as soon as it runs.",
    mend="Do not install it; where it was installed, treat every secret that this machine held as stolen and rotate it.",
    references=("MITRE ATT&CK T1552", "T1567"),
)
BEACON_RULE = Rule(
    id="STK-E102",
    name="host-beacon",
    stage=Stage.EVALUATION,
    title="Facts about the machine are sent away when it is installed or imported",
    severity=Severity.CRITICAL,
    why="Host name, user and working folder tell an attacker which company installed it: the first step of dependency confusion.",
    mend="Do not install it; find out which machine did, and why the name was asked of a public index.",
    references=("MITRE ATT&CK T1082", "T1195.002"),
)


def run(package: Package) -> Iterator[Detection]:
    """Detections of both rules."""
    yield from once(_all(package))


def _all(package: Package) -> Iterator[Detection]:
    together = _variables(package)
    for act in of_kind(package, Kind.SEND, Kind.RESOLVE, Kind.SPAWN):
        if local(act.target) or (act.kind is Kind.SPAWN and not _speaks(act.target)):
            continue
        taints = sorted(act.payload, key=lambda taint: taint.order)
        stolen = [
            taint
            for taint in taints
            if taint.origin in THEFT
            or (secret_variable(taint) and not own_key(act, taint))
            or _listened(package, act, taint)
            or _others_file(package, act, taint)
        ]
        if stolen:
            yield _theft(package, act, stolen, together.get((act.at.path, act.at.line), frozenset()))
        tunnelled = [taint for taint in taints if act.kind is Kind.RESOLVE and _encoded(taint)]
        if tunnelled and not stolen:
            held = (taint for taint in tunnelled if taint.origin not in _GIVEN)
            yield _tunnelled(package, act, next(held, tunnelled[0]))
            continue
        host = [taint for taint in taints if identifies_host(taint)]
        if host and not stolen and act.kind is not Kind.SPAWN:
            yield _beacon(package, act, host)


_OTHERS = re.compile(
    r"^(?:~|%(?:appdata|localappdata|userprofile)%)/(?:\.?config/|\.?local/share/|\.cache/"
    r"|library/(?:application support|preferences)/|appdata/(?:roaming|local)/)?\.?([a-z][\w\-]{2,})[/.][^…]*\w$",
    re.IGNORECASE,
)


def _others_file(package: Package, act: Act, taint: Taint) -> bool:
    """Whether it is a named file that another program keeps in the home folder, and goes to neither's own service."""
    found = _OTHERS.match(taint.detail.replace("\\", "/")) if taint.origin is Origin.FILE else None
    if found is None or not foreign(package, act.target) or named_alike(package, act.target):
        return False
    program = found[1].lower().replace("-", "").replace("_", "")
    name = package.metadata.name.lower().replace("-", "").replace("_", "")
    host = _address(act).lower()
    return program not in name and name not in program and program[:_STEM] not in host


_STEM = 6


def _variables(package: Package) -> dict[tuple[str, int], frozenset[str]]:
    """By place, the variables with secrets that are sent there, in one turn of a loop or in several."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for act in of_kind(package, Kind.SEND, Kind.RESOLVE, Kind.SPAWN):
        key = (act.at.path, act.at.line)
        names = frozenset(taint.detail for taint in act.payload if secret_variable(taint))
        found[key] = found.get(key, frozenset()) | names
    return found


def _listened(package: Package, act: Act, taint: Taint) -> bool:
    """Whether it is what others pass to a library, and goes to a fixed address that is not the project's own."""
    return (
        taint.origin is Origin.INTERCEPTED
        and foreign(package, act.target)
        and not named_alike(package, act.target)
    )


_LABELS = frozenset({"hex", "base32", "base64", "base16"})


def _encoded(taint: Taint) -> bool:
    """Whether data were made fit for a label of a DNS name."""
    known = taint.origin not in {Origin.DECODED, Origin.DECRYPTED, Origin.FETCHED, Origin.OWN_FILE}
    return known and any(word in step.what for step in taint.via for word in _LABELS)


def _tunnelled(package: Package, act: Act, taint: Taint) -> Detection:
    vague = taint.origin in {Origin.PARAMETER, Origin.HOST}
    severity = Severity.CRITICAL if act.phase.runs_by_itself else Severity.HIGH
    zoneless = not any(
        letter.isalnum() for letter in act.target
    )  # the caller says whose zone it is, if anybody's
    passed = zoneless and (
        vague or taint.origin is Origin.SECRET
    )  # somebody else's name and data: a resolver
    if passed or ((vague or zoneless) and not act.phase.runs_by_itself):
        severity = Severity.MEDIUM
    if act.phase is Phase.NEVER:
        severity = Severity.LOW
    message = f"{taint.detail} is encoded into a DNS name: {act.target}"
    return detect(package, THEFT_RULE, act, message, chain=chain_of(taint, act), severity=severity)


_GIVEN = frozenset({Origin.PARAMETER, Origin.SECRET})
"""What a caller passes, if anybody does: of several origins the others say more."""


def _theft(package: Package, act: Act, stolen: list[Taint], variables: frozenset[str]) -> Detection:
    taint = max(stolen, key=lambda each: _severity(package, act, each))
    severity = _severity(package, act, taint)
    if len(variables) > 1 and act.phase.runs_by_itself and foreign(package, _address(act)):
        severity = Severity.CRITICAL  # one token may be meant for its service, several are collected
    names = sorted({each.detail for each in stolen} - {taint.detail})
    others = f" (and {', '.join(names[:4])})" if names else ""
    message = f"{taint.detail}{others} {VERBS[act.kind]} {act.target or act.callee}"
    return detect(package, THEFT_RULE, act, message, chain=chain_of(taint, act), severity=severity)


def _severity(package: Package, act: Act, taint: Taint) -> Severity:
    """By phase, by what is stolen, and by how strange the place is to which it goes."""
    if act.phase is Phase.NEVER:
        return Severity.LOW
    target = _address(act)
    elsewhere = foreign(package, target)
    alike = named_alike(package, target)
    odd = elsewhere and secret_variable(taint) and not meant_for(taint, target) and not alike
    if act.phase.runs_by_itself:
        quiet = secret_variable(taint) and act.phase is Phase.IMPORT and act.kind is not Kind.RESOLVE
        if quiet and not collector(target):
            return Severity.HIGH if odd else Severity.MEDIUM
        return Severity.CRITICAL
    if _beyond_doubt(package, act, taint):
        return Severity.CRITICAL
    stolen = (
        (collector(target) and not meant_for(taint, target))
        or (taint.origin in _ALWAYS and not _for_callers(act))
        or (taint.origin in _NEVER_SENT and elsewhere and not _signs_in(act, taint, alike=alike))
    )
    return Severity.HIGH if stolen or odd else Severity.MEDIUM


def _signs_in(act: Act, taint: Taint, *, alike: bool) -> bool:
    """Whether it may be what signing in to the project's own service takes. Of the environment, only what comes by way of
    other modules: through settings that many share, everything seems to flow everywhere, into addresses too. Not into that
    of a stranger whose host is written down: no honest program puts the environment there."""
    far = taint.at.path != act.at.path
    if far and taint.origin is Origin.ENVIRONMENT and taint in act.target_taints:
        target = _address(act)
        where = places.address(target) if target else None
        return where is None or "…" in where.host or well_known(target) or public_index(target)
    return alike and (taint.origin is Origin.CREDENTIAL or (taint.origin is Origin.ENVIRONMENT and far))


def _beyond_doubt(package: Package, act: Act, taint: Taint) -> bool:
    """Theft that nobody's code does honestly, whoever calls it: a key that owns funds, or a store of secrets, goes to a
    fixed address that is no service of the project's, where it is dropped, hidden, or of no use but to a thief."""
    target = _address(act)
    where = places.address(target) if target else None
    if where is None or "…" in where.host:
        return False
    if not foreign(package, target) or named_alike(package, target):
        return False
    hidden = any(each.origin in _HIDDEN for each in act.target_taints) or act.hidden
    if taint.origin in _HELD:  # through objects that many modules share, everything flows everywhere
        return taint.at.path == act.at.path and (hidden or drop_place(target))
    return taint.origin is Origin.WALLET and not well_known(target)


_HIDDEN = frozenset({Origin.DECODED, Origin.DECRYPTED})
_HELD = frozenset(
    {
        Origin.ENVIRONMENT,
        Origin.CREDENTIAL,
        Origin.BROWSER,
        Origin.KEYS,
        Origin.METADATA_SERVICE,
        Origin.INTERCEPTED,
    }
)
"""What a machine holds without being asked for it."""


def _for_callers(act: Act) -> bool:
    """Whether a request goes wherever a caller says: a client whose user may well want it to carry cookies."""
    return not act.target and any(
        taint.origin is Origin.PARAMETER for taint in act.payload | act.target_taints
    )


_SPEAKERS = re.compile(
    r"^(?:\S*[/\\])?(?:curl|wget|nc|ncat|netcat|git|ssh|scp|rsync|ftp|powershell|pwsh|http|nslookup|dig|sh|bash)\b"
)


def _speaks(command: str) -> bool:
    """Whether a command line speaks to an address that it names."""
    return _SPEAKERS.match(command) is not None and bool(places.addresses_in(command))


def _address(act: Act) -> str:
    """Where it goes: an act's target, or the address in a command line."""
    if act.kind is not Kind.SPAWN:
        return act.target
    return next((f"{each.scheme}://{each.host}" for each in places.addresses_in(act.target)), "")


_ALWAYS = frozenset({Origin.BROWSER, Origin.KEYS})
"""Nobody's library sends these away, whoever calls it."""
_NEVER_SENT = frozenset(
    {
        Origin.ENVIRONMENT,
        Origin.CREDENTIAL,
        Origin.WALLET,
        Origin.METADATA_SERVICE,
        Origin.CODE,
        Origin.INTERCEPTED,
        Origin.FILE,
    }
)
"""Sent by some honest tools, but then to the service that the project is of. Of other files only those count that another
program keeps."""


def _beacon(package: Package, act: Act, host: list[Taint]) -> Detection:
    facts = sorted({taint.detail for taint in host})
    severity = Severity.LOW
    if act.phase > Phase.IMPORT or (act.phase is Phase.IMPORT and act.callee.startswith(("sh:", "ps:"))):
        severity = Severity.CRITICAL
    elif act.phase is Phase.IMPORT:
        severity = Severity.CRITICAL if len(facts) > 1 or collector(act.target) else Severity.HIGH
    elif act.phase > Phase.NEVER and collector(act.target):
        severity = Severity.HIGH
    message = f"{', '.join(facts)} {VERBS[act.kind]} {act.target or act.callee}"
    return detect(package, BEACON_RULE, act, message, chain=chain_of(host[0], act), severity=severity)


DETECTOR = Detector(name="theft", rules=(THEFT_RULE, BEACON_RULE), run=run)
