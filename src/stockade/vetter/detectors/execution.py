"""Code that was hidden, or that comes from outside, and is run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection, Phase
from stockade.vetter import places
from stockade.vetter.acts import WRITTEN, Act, Kind, Origin, Taint
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import by_phase, chain_of, detect, dropper, forge, local, of_kind, once
from stockade.vetter.package import Package

HIDDEN_RULE = Rule(
    id="STK-E103",
    name="hidden-code",
    stage=Stage.EVALUATION,
    title="Code is hidden, decoded and run",
    severity=Severity.CRITICAL,
    why="Code that is stored encoded, encrypted or compressed and run after decoding is kept from reviewers on purpose.",
    mend="Do not install it; read what it decodes to before anything else.",
    references=("MITRE ATT&CK T1027", "T1140"),
)
REMOTE_RULE = Rule(
    id="STK-E104",
    name="remote-code",
    stage=Stage.EVALUATION,
    title="Code is fetched over the network and run",
    severity=Severity.CRITICAL,
    why="What runs is decided by whoever owns the address, after every review, and may differ for each victim.",
    mend="Do not install it; a release that can be judged brings its code along.",
    references=("MITRE ATT&CK T1105", "T1059.006"),
)
DOWNLOAD_RULE = Rule(
    id="STK-E105",
    name="download-and-run",
    stage=Stage.EVALUATION,
    title="A file is downloaded and started",
    severity=Severity.CRITICAL,
    why="A downloaded program runs with all rights of the user, and nobody ever reviewed it.",
    mend="Do not install it; look for the dropped file and its processes where it was.",
    references=("MITRE ATT&CK T1105", "T1204.002"),
)
_HIDDEN = frozenset({Origin.DECODED, Origin.DECRYPTED})
_REMOTE = frozenset({Origin.FETCHED, Origin.RECEIVED})


def run(package: Package) -> Iterator[Detection]:
    """Detections of the three rules."""
    yield from once(_executed(package))
    yield from once(_started(package))


def _executed(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.EXECUTE, Kind.LOAD):
        remote = _first(act, _REMOTE)
        if remote is not None and not local(remote.detail):
            loaded = act.kind is Kind.LOAD  # a model from a hub, say
            called = Severity.MEDIUM if loaded or _elsewhere(act, remote) else Severity.HIGH
            severity = by_phase(act.phase, running=Severity.CRITICAL, called=called, never=Severity.LOW)
            message = f"what comes from {remote.detail or 'the network'} is run by {act.callee}"
            yield detect(package, REMOTE_RULE, act, message, chain=chain_of(remote, act), severity=severity)
            continue
        hidden = _first(act, _HIDDEN) or _unpacked(act)
        if hidden is not None and act.kind is Kind.EXECUTE:
            running = Severity.HIGH if _quiet(package, act) else Severity.CRITICAL
            called = _when_called(package, act, hidden)
            severity = by_phase(act.phase, running=running, called=called, never=Severity.LOW)
            how = ", ".join([hidden.detail, *(step.what for step in hidden.via)])
            message = f"code hidden by {how} is run by {act.callee}"
            yield detect(
                package,
                HIDDEN_RULE,
                act,
                message,
                chain=chain_of(hidden, act),
                severity=severity,
                decoded=act.content,
            )


def _elsewhere(act: Act, remote: Taint) -> bool:
    """Whether a folder is only put on the search path, and what was written below it came by code of another file: two
    calls that a user makes or not (a generator of sources, say)."""
    return act.note == "search path" and remote.at.path != act.at.path


def _started(package: Package) -> Iterator[Detection]:
    for act in of_kind(package, Kind.SPAWN):
        hidden = _first(act, _HIDDEN) or _unpacked(act) or _taken_out(package, act)
        if hidden is not None:
            called = Severity.HIGH if places.addresses_in(act.target) else Severity.MEDIUM
            severity = by_phase(act.phase, running=Severity.CRITICAL, called=called, never=Severity.LOW)
            how = ", ".join([hidden.detail, *(step.what for step in hidden.via)])
            message = f"a command or program hidden by {how} is started by {act.callee}"
            yield detect(
                package,
                HIDDEN_RULE,
                act,
                message,
                chain=chain_of(hidden, act),
                severity=severity,
                decoded=act.content,
            )
        remote = _first(act, frozenset({Origin.FETCHED}))
        if remote is None or local(remote.detail):
            continue
        severity = by_phase(act.phase, running=Severity.CRITICAL, called=Severity.MEDIUM, never=Severity.LOW)
        if (
            not act.phase.runs_by_itself
            and act.phase > Phase.NEVER
            and (dropper(remote.detail) or _SHADY.search(act.target))
        ):
            severity = Severity.HIGH
        published = "/releases/" in remote.detail or "/archive/" in remote.detail
        if act.phase is Phase.INSTALL and published and forge(remote.detail):
            severity = min(severity, Severity.HIGH)
        message = f"what is downloaded from {remote.detail or 'the network'} is started by {act.callee}"
        yield detect(package, DOWNLOAD_RULE, act, message, chain=chain_of(remote, act), severity=severity)


_SHADY = re.compile(
    r"\b(?:wscript|cscript|mshta|regsvr32|rundll32)\b|\.(?:vbs|vbe|hta|scr|jse|wsf)\b|stratum\+|--donate-level|xmrig"
    r"|-e(?:p|xecutionpolicy)\s+bypass",
    re.IGNORECASE,
)
"""Command lines by which no honest tool starts what it downloaded."""


def _taken_out(package: Package, act: Act) -> Taint | None:
    """A file of the distribution that is a picture, a table, anything but a program or a text, written anew and started."""
    found = (
        taint
        for taint in act.payload
        if taint.origin is Origin.OWN_FILE
        and any(step.what == WRITTEN for step in taint.via)
        and (info := package.files.get(taint.detail)) is not None
        and info.kind not in _PROGRAMS
    )
    return min(found, default=None, key=lambda t: t.order)


_PROGRAMS = frozenset(
    {"elf", "pe", "macho", "archive", "python", "shell", "javascript", "text", "notebook", "pyc"}
)


def _unpacked(act: Act) -> Taint | None:
    """Something, a file of the distribution mostly, that is decoded before it is run."""
    found = (
        t
        for t in act.payload
        if _decoded_by(t) and (act.phase.runs_by_itself or _decoded_by(t) - {"marshal"})
    )
    return min(found, default=None, key=lambda t: t.order)


def _when_called(package: Package, act: Act, hidden: Taint) -> Severity:
    """Hidden code that only runs when it is called: what it is known to do decides."""
    if act.content and any(each.kind in _SPEAKING for each in _inside(package, act)):
        return Severity.CRITICAL
    return Severity.HIGH if act.content or hidden.detail.endswith(" of a literal") else Severity.MEDIUM


_SPEAKING = frozenset({Kind.SEND, Kind.FETCH, Kind.CONNECT, Kind.RESOLVE})


def _inside(package: Package, act: Act) -> list[Act]:
    """What hidden code does, as far as it was walked."""
    return [each for each in package.acts if each.hidden and each.at == act.at and each is not act]


def _quiet(package: Package, act: Act) -> bool:
    """Whether the hidden code is known to its end and does nothing to the world when it is run."""
    if not act.content or act.note.startswith("marshal") or act.note in {"nested", "unread"}:
        return False
    return not any(each.kind in _LOUD and each.phase >= act.phase for each in _inside(package, act))


_LOUD = frozenset(
    {
        Kind.SEND,
        Kind.FETCH,
        Kind.CONNECT,
        Kind.RESOLVE,
        Kind.SPAWN,
        Kind.EXECUTE,
        Kind.WRITE,
        Kind.LOAD,
        Kind.IMPORT,
    }
)
_CODECS = frozenset(
    {
        "base64",
        "base32",
        "base16",
        "base85",
        "ascii85",
        "z85",
        "hex",
        "zlib",
        "gzip",
        "bzip2",
        "xz",
        "lzma",
        "rot13",
        "xor",
    }
    | {"reversed", "marshal", "uuencode", "escapes", "punycode", "character codes", "decrypted", "codec"}
)


def _decoded_by(taint: Taint) -> frozenset[str]:
    """The decoders that it went through; a cache of compiled code that is no file of the distribution is none."""
    words = frozenset(step.what for step in taint.via) & _CODECS
    return words - {"marshal"} if taint.origin is Origin.FILE else words


def _first(act: Act, origins: frozenset[Origin]) -> Taint | None:
    return min(
        (taint for taint in act.payload if taint.origin in origins),
        default=None,
        key=lambda t: t.order,
    )


DETECTOR = Detector(name="execution", rules=(HIDDEN_RULE, REMOTE_RULE, DOWNLOAD_RULE), run=run)
