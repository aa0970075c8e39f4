"""JavaScript, by its words: only conjunctions that honest scripts do not have become acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint, Taints
from stockade.vetter.files.base import Looked
from stockade.vetter.files.scan import first
from stockade.vetter.package import Oddity
from stockade.vetter.places import COLLECTORS

MOST_BYTES: Final = 16 << 20
_SPAWNS = re.compile(
    r"""require\(\s*['"](?:node:)?child_process['"]\s*\)|from\s+['"](?:node:)?child_process['"]|new\s+ActiveXObject\(\s*['"]WScript\.Shell"""
)
_SENDS = re.compile(
    r"""require\(\s*['"](?:node:)?(?:https?|net|dgram|dns)['"]\s*\)|from\s+['"](?:node:)?(?:https?|net|dgram)['"]|\bfetch\s*\(|\baxios\b|XMLHTTP"""
)
_SPAWNS_HEADS: Final = ("require(", "from", "new")
_SENDS_HEADS: Final = ("require(", "from", "fetch", "axios", "XMLHTTP")
_ENVIRONMENT = re.compile(
    r"JSON\.stringify\(\s*process\.env\s*\)|Object\.(?:entries|keys|assign)\([^)]{0,40}process\.env\b|\.\.\.process\.env\b"
    r"|[:=(]\s*process\.env\s*[,;})]"
)
_DECODED_RUN = re.compile(
    r"""\b(?:eval|Function)\s*\(\s*(?:atob\s*\(|unescape\s*\(|Buffer\.from\([^()]{0,4000},\s*['"](?:base64|hex)['"]|String\.fromCharCode\s*\(\s*(?:\d|\.\.\.))"""
)
_FETCHED_RUN = re.compile(
    r"\b(?:eval|execSync|exec|spawn)\s*\(\s*(?:await\s+)?(?:\(await\s+)?(?:fetch|axios|body|data|res(?:ponse)?\.(?:data|body|text))\b"
)
_QUOTED = re.compile(r"""['"`]([^'"`\n]{0,300})['"`]""")
_NEEDED: Final = (
    b"child_process",
    b"process.env",
    b"eval",
    b"Function(",
    b"WScript.Shell",
    b".ssh",
    b".aws",
    b"Local Storage",
)
"""Without one of these words there is no act."""
_NAMING: Final = (
    ".ssh",
    ".aws",
    ".netrc",
    ".npmrc",
    ".kube",
    ".docker",
    "Login Data",
    "Local Storage",
    "wallet",
    "id.json",
)
_SHORTEST: Final = 4
_TYPES: Final = {
    "credential": Origin.CREDENTIAL,
    "browser or messenger data": Origin.BROWSER,
    "wallet": Origin.WALLET,
}


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What a script does, where its words together tell it: code that is decoded and run, a process and the network and
    secrets in one file. ``javascript-unreadable`` beyond 16 MiB."""
    if len(data) > MOST_BYTES:
        odd = Oddity(
            kind="javascript-unreadable",
            at=Location(path),
            detail=f"more than {MOST_BYTES} bytes",
            phase=phase,
        )
        return Looked(oddities=(odd,))
    if not any(word in data for word in _NEEDED):
        return Looked()
    return Looked(tuple(_acts(data.decode("utf-8", "replace"), path, phase)))


def _acts(text: str, path: str, phase: Phase) -> Iterator[Act]:
    for pattern, heads, origin in (
        (_DECODED_RUN, ("eval", "Function"), Origin.DECODED),
        (_FETCHED_RUN, ("eval", "exec", "spawn"), Origin.FETCHED),
    ):
        found = first(pattern, text, heads)
        if found and (origin is Origin.DECODED or first(_SENDS, text, _SENDS_HEADS)):
            at = _at(text, found.start(), path)
            taint = Taint(origin, found[0][:120], at)
            yield Act(
                kind=Kind.EXECUTE,
                callee="js:eval",
                at=at,
                phase=phase,
                scope=path,
                target=found[0][:300],
                payload=frozenset({taint}),
            )
    sends, spawns = first(_SENDS, text, _SENDS_HEADS), first(_SPAWNS, text, _SPAWNS_HEADS)
    if not sends:
        return
    secrets = _secrets(text, path)
    if not secrets and not spawns:
        return
    collector = next((each for each in places.addresses_in(text) if each.of(COLLECTORS)), None)
    whole = len(secrets) > 1 or any(taint.origin is Origin.ENVIRONMENT for taint in secrets)
    if secrets and (collector is not None or spawns or whole):
        at = _at(text, sends.start(), path)
        target = collector.text if collector is not None else "…"
        yield Act(
            kind=Kind.SEND,
            callee="js:" + sends[0][:40],
            at=at,
            phase=phase,
            scope=path,
            target=target,
            payload=secrets,
        )
    if spawns and collector is not None:
        at = _at(text, spawns.start(), path)
        taint = Taint(Origin.FETCHED, collector.text, at)
        yield Act(
            kind=Kind.SPAWN,
            callee="js:child_process",
            at=at,
            phase=phase,
            scope=path,
            target="…",
            payload=frozenset({taint}),
        )


def _secrets(text: str, path: str) -> Taints:
    """The environment as a whole, and files of secrets, that a script names."""
    taints: set[Taint] = set()
    found = _ENVIRONMENT.search(text)
    if found:
        taints.add(Taint(Origin.ENVIRONMENT, "process.env", _at(text, found.start(), path)))
    for each in _QUOTED.finditer(text) if any(word in text for word in _NAMING) else ():
        named = each[1].startswith(".") or "/" in each[1] or "\\" in each[1]
        if not named or len(each[1]) < _SHORTEST:
            continue
        for kind in places.path(each[1]).kinds:
            if kind in _TYPES and len(taints) < 16:  # noqa: PLR2004 - enough for any report
                taints.add(Taint(_TYPES[kind], each[1], _at(text, each.start(), path)))
    return frozenset(taints)


def _at(text: str, place: int, path: str) -> Location:
    return Location(path, text.count("\n", 0, place) + 1)
