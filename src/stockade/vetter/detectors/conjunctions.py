"""Things that no honest package does together when it is installed or imported, where no single flow is proven.

Words alone run backwards: big honest libraries have more of them. What separates is the place (at install, at
import) and the conjunction in one file: network and process, hidden names and an effect, data and an odd address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import (
    chain_of,
    collector,
    detect,
    dropper,
    foreign,
    forge,
    identifies_host,
    local,
    of_kind,
    once,
    sink_step,
)
from stockade.vetter.package import Package

INSTALL_RULE = Rule(
    id="STK-E119",
    name="network-at-install",
    stage=Stage.EVALUATION,
    title="It speaks to the network while it is installed",
    severity=Severity.HIGH,
    why="Installing needs no network beyond the index; what is sent or fetched there escapes locks and reviews.",
    mend="Install the wheel instead, or build it without network; ask the authors to ship what they fetch.",
    references=("MITRE ATT&CK T1195.002",),
)
TOGETHER_RULE = Rule(
    id="STK-E120",
    name="network-and-process",
    stage=Stage.EVALUATION,
    title="It fetches something and starts a process as soon as it is installed or imported",
    severity=Severity.HIGH,
    why="Together, and unasked, they are what a dropper does.",
    mend="Read both places; do not install it before you know what is started.",
    references=("MITRE ATT&CK T1105", "T1059"),
)
HIDDEN_RULE = Rule(
    id="STK-E111",
    name="hidden-names",
    stage=Stage.EVALUATION,
    title="Names of modules and functions are put together so that nobody finds them",
    severity=Severity.HIGH,
    why="A call that is spelled out in pieces is hidden from readers and scanners; honest code has no reason to.",
    mend="Do not install it before you have read what the names come to.",
    references=("MITRE ATT&CK T1027",),
)
SHELL_RULE = Rule(
    id="STK-E110",
    name="hostile-command",
    stage=Stage.EVALUATION,
    title="A command line does what attackers' do",
    severity=Severity.CRITICAL,
    why="Encoded commands, hidden windows, downloads piped into a shell and shells on sockets have no place in a package.",
    mend="Do not install it; look at what the command left behind where it ran.",
    references=("MITRE ATT&CK T1059", "T1218"),
)
COLLECTOR_RULE = Rule(
    id="STK-E121",
    name="drop-address",
    stage=Stage.EVALUATION,
    title="It speaks unasked to an address that attackers use to collect or to drop",
    severity=Severity.HIGH,
    why="Webhooks, pastes, tunnels, out-of-band test services and bare addresses need no name and leave no owner.",
    mend="Do not install it before you know what is exchanged with that address.",
    references=("MITRE ATT&CK T1567", "T1102"),
)
ADDRESS_RULE = Rule(
    id="STK-E122",
    name="hidden-address",
    stage=Stage.EVALUATION,
    title="It speaks to an address that is hidden in its code",
    severity=Severity.CRITICAL,
    why="Nobody encodes the address of a service that users may know of.",
    mend="Do not install it before you know whose address that is.",
    references=("MITRE ATT&CK T1027", "T1071"),
)
_HOSTILE = re.compile(
    r"-e(?:nc|ncodedcommand|c)?\s+[A-Za-z0-9+/=]{24,}|-w(?:indowstyle)?\s+hidden|downloadstring|downloadfile|\biex\b|invoke-expression"
    r"|certutil.{1,40}(?:-urlcache|-decode)|bitsadmin.{1,40}/transfer|\bmshta\b|regsvr32.{1,40}/i:|rundll32.{1,40}javascript"
    r"|(?:curl|wget)\b[^|;&\n]{1,300}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|base64\s+(?:-d|--decode|-D)[^\n]{0,80}\|\s*(?:ba|z|da)?sh\b"
    r"|/dev/tcp/|\bnc(?:at)?\b.{1,80}\s-e\b|mkfifo.{1,80}\bnc\b|stratum\+tcp|xmrig|minerd"
    r"|(?:set|add)-mppreference\s+-(?:disable|exclusion)|netsh\s+advfirewall\s+set\s+\w+\s+state\s+off"
    r"|vssadmin(?:\.exe)?\s+delete\s+shadows|wevtutil(?:\.exe)?\s+cl\b"
    r"|\b(?:perl|ruby|php|lua|python[\d.]*)\b\s.{0,40}-(?:e|r|c|rsocket)\b.{0,300}(?:socket\(|connect\(|fsockopen\(|tcpsocket).{0,600}"
    r"(?:/bin/(?:ba|z|da)?sh|cmd\.exe|exec\b|pty\.spawn)|socat\b.{1,200}\bexec:|\btelnet\b[^|\n]{1,80}\|\s*(?:/bin/)?(?:ba|z|da)?sh\b"
    r"|git\s+clone\b.{1,300}(?:&&|;)\s*(?:sudo\s+)?(?:python[\d.]*|pythonw|sh|bash|node|\./)\s*\S",
    re.IGNORECASE | re.DOTALL,
)


_NEVER_HONEST = re.compile(
    r"-e(?:nc|ncodedcommand|c)\s+[A-Za-z0-9+/=]{24,}|(?:downloadstring|downloadfile).{0,200}(?:\biex\b|invoke-expression|start-process)"
    r"|certutil.{1,40}-urlcache.{1,200}&|\bmshta\b.{0,8}\s+[\"']?(?:https?|javascript|vbscript):|>&\s*/dev/tcp/|-o\s+\S*stratum\+tcp"
    r"|(?:set|add)-mppreference\s+-(?:disable|exclusion)|vssadmin(?:\.exe)?\s+delete\s+shadows|wevtutil(?:\.exe)?\s+cl\b",
    re.IGNORECASE,
)
"""Of those, what is not done for a user who asks for something either."""


def run(package: Package) -> Iterator[Detection]:
    """Detections of all six rules."""
    yield from once(_commands(package))
    yield from once(_hidden(package))
    yield from once([*_at_install(package), *_fetched_by_command(package)])
    yield from once(_together(package))
    yield from once(_odd_addresses(package))
    yield from once(_hidden_addresses(package))


def _commands(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.SPAWN):
        found = _HOSTILE.search(act.target)
        if found is None or act.phase is Phase.NEVER:
            continue
        called = Severity.HIGH if _NEVER_HONEST.search(act.target) else Severity.MEDIUM
        severity = Severity.CRITICAL if act.phase.runs_by_itself else called
        yield detect(package, SHELL_RULE, act, f"starts {act.target[:160]}", severity=severity)


_EFFECTS = frozenset({Kind.SPAWN, Kind.SEND, Kind.FETCH, Kind.EXECUTE, Kind.CONNECT, Kind.LOAD, Kind.IMPORT})
_DECODED = frozenset({Origin.DECODED, Origin.DECRYPTED})


_TELLING_MODULES = frozenset(
    {
        "os",
        "subprocess",
        "socket",
        "ctypes",
        "builtins",
        "requests",
        "urllib",
        "http",
        "marshal",
        "pickle",
        "winreg",
        "pty",
    }
)


def _hidden(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, *_EFFECTS):
        decoded = act.kind is Kind.IMPORT and any(taint.origin in _DECODED for taint in act.payload)
        if not (act.hidden or decoded) or act.phase is Phase.NEVER:
            continue
        severity = Severity.MEDIUM
        if act.phase.runs_by_itself:
            network = act.kind in {Kind.SEND, Kind.FETCH, Kind.CONNECT}
            severity = Severity.CRITICAL if decoded or network else Severity.HIGH
        if act.kind is Kind.IMPORT and not decoded:
            telling = act.target.partition(".")[0] in _TELLING_MODULES
            severity = min(severity, Severity.HIGH) if telling else Severity.INFO
        yield detect(package, HIDDEN_RULE, act, f"{act.callee} is reached by hidden names", severity=severity)


def _downloads(package: Package) -> frozenset[str]:
    """Addresses of which what they give is only kept in a file."""
    return frozenset(
        taint.detail
        for act in package.acts
        if act.kind is Kind.WRITE
        for taint in act.payload
        if taint.origin is Origin.FETCHED
    )


def _at_install(package: Package) -> Iterator[Detection]:
    kept = _downloads(package)
    for act in of_kind(package, Kind.SEND, Kind.FETCH, Kind.CONNECT):
        if act.phase <= Phase.IMPORT or local(act.target):
            continue
        data = act.kind is Kind.SEND and any(_tells(taint) for taint in act.payload)
        download = act.kind is Kind.FETCH and act.target[:200] in kept and not collector(act.target)
        odd = foreign(package, act.target) and not forge(act.target) and not download
        severity = Severity.HIGH if data or odd else Severity.MEDIUM
        message = f"{act.callee} speaks to {act.target or 'an address that is not known'}"
        yield detect(package, INSTALL_RULE, act, message, severity=severity)


def _tells(taint: Taint) -> bool:
    """Whether data tell something of the machine; for which platform a file is asked does not."""
    return taint.origin not in _OWN and (taint.origin is not Origin.HOST or identifies_host(taint))


_OWN = frozenset({Origin.PARAMETER, Origin.OWN_FILE, Origin.FETCHED})


_CLIENTS = re.compile(r"^(?:\S*/)?(?:curl|wget|git (?:clone|fetch|pull)|scp|rsync|svn)\b")


def _fetched_by_command(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.SPAWN):
        found = places.addresses_in(act.target) if _CLIENTS.match(act.target) else ()
        if found and act.phase > Phase.IMPORT and not local(act.target):
            severity = Severity.MEDIUM if forge(found[0].text) else Severity.HIGH
            message = f"{act.target[:120]} speaks to {found[0].host}"
            yield detect(package, INSTALL_RULE, act, message, severity=severity)


def _together(package: Package) -> Iterator[Detection]:
    running = [act for act in package.acts if act.phase.runs_by_itself]
    fetches: dict[str, Act] = {}
    for act in running:
        outside = foreign(package, act.target) and not forge(act.target)
        if act.kind in {Kind.FETCH, Kind.CONNECT} and not local(act.target) and (outside or not act.target):
            fetches.setdefault(act.at.path, act)
    for act in running:
        fetch = fetches.get(act.at.path)
        if act.kind is Kind.SPAWN and fetch is not None and not act.callee.startswith(("sh:", "ps:")):
            chain = (sink_step(fetch), sink_step(act))
            message = (
                f"{fetch.target or fetch.callee} is asked, and {act.target[:100] or 'a process'} is started"
            )
            confidence = Confidence.HIGH if fetch.target else Confidence.MEDIUM
            severity = Severity.HIGH if fetch.target else Severity.MEDIUM
            yield detect(
                package, TOGETHER_RULE, act, message, chain=chain, severity=severity, confidence=confidence
            )


def _hidden_addresses(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.SEND, Kind.FETCH, Kind.CONNECT):
        hidden = next(
            (t for t in sorted(act.target_taints, key=lambda t: t.order) if t.origin in _DECODED), None
        )
        if hidden is None or act.phase is Phase.NEVER or local(act.target):
            continue
        severity = Severity.CRITICAL if act.phase.runs_by_itself else Severity.HIGH
        if places.address(act.target) is None or act.target.startswith("…"):
            severity = Severity.MEDIUM
        message = (
            f"{act.callee} speaks to an address that was hidden by {hidden.detail}: {act.target or 'unknown'}"
        )
        yield detect(
            package,
            ADDRESS_RULE,
            act,
            message,
            chain=chain_of(hidden, act),
            severity=severity,
            decoded=act.target,
        )


def _odd_addresses(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.SEND, Kind.FETCH, Kind.CONNECT, Kind.RESOLVE):
        if (
            not (collector(act.target) or dropper(act.target))
            or local(act.target)
            or act.phase is Phase.NEVER
        ):
            continue
        severity = Severity.HIGH if act.phase.runs_by_itself else Severity.LOW
        known = (
            act.kind is Kind.SEND and collector(act.target) and bool(act.payload) and act.phase < Phase.IMPORT
        )
        yield detect(
            package,
            COLLECTOR_RULE,
            act,
            f"{act.callee} speaks to {act.target}",
            severity=Severity.MEDIUM if known else severity,
        )


DETECTOR = Detector(
    name="conjunctions",
    rules=(INSTALL_RULE, TOGETHER_RULE, HIDDEN_RULE, SHELL_RULE, COLLECTOR_RULE, ADDRESS_RULE),
    run=run,
)
