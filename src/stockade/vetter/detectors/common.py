"""What detectors share: which origins are secrets, which acts belong together, how a detection is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.locations import Location
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.package import Package

NETWORK = frozenset({Kind.SEND, Kind.FETCH, Kind.CONNECT, Kind.RESOLVE})
THEFT = frozenset(
    {
        Origin.ENVIRONMENT,
        Origin.CREDENTIAL,
        Origin.BROWSER,
        Origin.WALLET,
        Origin.METADATA_SERVICE,
        Origin.CLIPBOARD,
        Origin.KEYS,
        Origin.SCREEN,
        Origin.CODE,
    }
)
"""Origins that nobody's library sends away by itself."""
VERBS = {
    Kind.SEND: "is sent to",
    Kind.RESOLVE: "is put into the DNS name",
    Kind.EXECUTE: "is executed by",
    Kind.SPAWN: "starts",
    Kind.WRITE: "is written to",
}


def secret_variable(taint: Taint) -> bool:
    """Whether it is one environment variable that holds a secret."""
    return taint.origin is Origin.VARIABLE and places.variable(taint.detail) is not None


def identifies_host(taint: Taint) -> bool:
    """Whether it tells who or where the victim is; the bare platform does not."""
    return taint.origin is Origin.HOST and not taint.detail.startswith("platform")


def collector(target: str) -> bool:
    """Whether an address is one where stolen data are dropped without a name of one's own."""
    where = places.address(target) if target else None
    return where is not None and bool(where.kinds & places.COLLECTORS)


def dropper(target: str) -> bool:
    """Whether an address is one from which nobody's library fetches a program: a bare address, a paste, a file host."""
    where = places.address(target) if target else None
    return where is not None and bool(where.kinds & (places.DROPPERS - {places.AddressKind.RAW_CODE}))


def own_key(act: Act, taint: Taint) -> bool:
    """Whether it is the key by which a bot or webhook is spoken to: the part of its address that is not known, or that a
    library's table of addresses names in braces."""
    where = places.address(act.target)
    if where is None:
        return False
    if places.AddressKind.BOT in where.kinds and taint in act.target_taints:
        return _KEY_GAP.search(where.path.lower()) is not None
    blanks = _BLANKS.search(where.path.lower())
    words = (word for word in re.findall(r"\w+", taint.detail.lower()) if len(word) >= LEAST_LABEL)
    return blanks is not None and any(word in blanks[1] for word in words)


_KEY_GAP = re.compile(r"/bot(?:…|none)")
_BLANKS = re.compile(r"/webhooks?((?:/\{\w+\})+)(?:/messages|/github|/slack|$)")
"""A webhook's address of which neither the box nor its key is fixed."""


def drop_place(target: str) -> bool:
    """Whether an address is one where stolen data are dropped, free app hosts included."""
    where = places.address(target) if target else None
    return where is not None and bool(where.kinds & (places.COLLECTORS | {places.AddressKind.PAAS}))


def well_known(target: str) -> bool:
    """Whether an address is a service that many honest libraries speak to."""
    where = places.address(target) if target else None
    return where is not None and places.AddressKind.WELL_KNOWN in where.kinds


_INDEX = "a4aa2ac280bb8d1a0ce7a1be5a7bfb10292b49fe9435ad5cff19f421f3c70e41"


def public_index(target: str) -> bool:
    """Whether an address is at the public package index. Nobody but the index reads what is asked of it; its name stands
    nowhere in this tree, so the digest of its host does."""
    where = places.address(target) if target else None
    return where is not None and hashlib.sha256(where.host.lower().encode()).hexdigest() == _INDEX


_FORGES = ("github.com", "gitlab.com", "githubusercontent.com", "sourceforge.net", "bitbucket.org")
"""Where honest projects publish what they build."""


def forge(target: str) -> bool:
    """Whether an address is at a well-known forge."""
    where = places.address(target) if target else None
    return where is not None and where.host.lower().endswith(_FORGES)


def local(target: str) -> bool:
    """Whether an address is this machine, its private network or its cloud's metadata."""
    where = places.address(target) if target else None
    return where is not None and bool(
        where.kinds & {places.AddressKind.LOCAL, places.AddressKind.METADATA_SERVICE}
    )


_VAGUE = frozenset(
    {
        "token",
        "secret",
        "key",
        "id",
        "access",
        "api",
        "url",
        "uri",
        "password",
        "passwd",
        "pass",
        "user",
        "username",
        "auth",
    }
    | {
        "private",
        "client",
        "app",
        "account",
        "session",
        "default",
        "region",
        "name",
        "value",
        "config",
        "file",
        "path",
    }
)
_ALIASES = {
    "hf": "huggingface",
    "gh": "github",
    "gl": "gitlab",
    "aws": "amazon",
    "gcp": "google",
    "az": "azure",
    "ci": "gitlab",
}


def foreign(package: Package, target: str) -> bool:
    """Whether an address is known and is not one of the project's own: neither of its home pages nor of its name."""
    where = places.address(target) if target else None
    if where is None or not where.host:
        return False
    host = (
        where.host.lower().rpartition("…")[2].lstrip(".")
    )  # the last labels tell, where only the first are unknown
    if "." not in host:
        return False
    for page in package.metadata.home_pages:
        own = places.address(page)
        if own is not None and _domain(own.host) == _domain(host) and not own.kinds & places.COLLECTORS:
            return False
    return True


def named_alike(package: Package, target: str) -> bool:
    """Whether the host's own label is in the project's name, or the other way round: likely its own service."""
    where = places.address(target) if target else None
    if where is None:
        return False
    label = _domain(where.host.rpartition("…")[2]).partition(".")[0].replace("-", "")
    name = package.metadata.name.lower().replace("-", "").replace("_", "").replace(".", "")
    return min(len(label), len(name)) >= LEAST_LABEL and (label in name or name in label)


LEAST_LABEL = 4
"""Letters from which a likeness of names means something."""


def _domain(host: str) -> str:
    """The last two labels of a host."""
    return ".".join(host.lower().split(".")[-2:])


def meant_for(taint: Taint, target: str) -> bool:
    """Whether a secret variable is named after the service that it is sent to (``GITHUB_TOKEN`` to a GitHub host)."""
    words = [
        word
        for word in taint.detail.lower().replace("-", "_").split("_")
        if len(word) > 1 and word not in _VAGUE
    ]
    names = {*words, *(_ALIASES[word] for word in words if word in _ALIASES)}
    where = places.address(target) if target else None
    if where is None:
        return any(name in target.lower() for name in names)
    host = where.host.lower()
    real = where.kinds & {places.AddressKind.WELL_KNOWN, places.AddressKind.WEBHOOK, places.AddressKind.BOT}
    return any(name in host and (bool(real) or name not in _BRANDS) for name in names)


_BRANDS = frozenset({"aws", "amazon", "azure", "google", "github", "gitlab", "openai", "anthropic"}) | {
    *("huggingface", "slack", "discord", "telegram", "stripe", "docker")
}
"""Services whose hosts are known: another host that has the name in it is not theirs."""


def by_phase(
    phase: Phase, *, running: Severity, called: Severity, never: Severity = Severity.INFO
) -> Severity:
    """A severity by when the code runs."""
    if phase.runs_by_itself:
        return running
    return called if phase > Phase.NEVER else never


def sink_step(act: Act) -> Step:
    """The last step of a chain."""
    shown = f"{act.callee}({act.target[:120]})" if act.target else act.callee
    return Step(role="sink", what=f"{act.kind}: {shown}", location=act.at)


def chain_of(taint: Taint, act: Act) -> tuple[Step, ...]:
    """Source, transformations, sink."""
    return (*taint.chain, sink_step(act))


def detect(  # noqa: PLR0913 - a keyword for each field that a detector may set
    package: Package,
    rule: Rule,
    act: Act,
    message: str,
    *,
    chain: tuple[Step, ...] = (),
    severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
    decoded: str = "",
    evidence: Iterable[tuple[str, str]] = (),
) -> Detection:
    """A detection at an act."""
    return at_place(
        package,
        rule,
        act.at,
        act.phase,
        message,
        chain=chain or (sink_step(act),),
        severity=severity,
        confidence=confidence,
        decoded=decoded or (act.content if act.hidden else ""),
        evidence=(*evidence, *((("target", act.target[:200]),) if act.target else ())),
    )


def at_place(  # noqa: PLR0913 - a keyword for each field that a detector may set
    package: Package,
    rule: Rule,
    at: Location,
    phase: Phase,
    message: str,
    *,
    chain: tuple[Step, ...] = (),
    severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
    decoded: str = "",
    evidence: Iterable[tuple[str, str]] = (),
) -> Detection:
    """A detection at a place."""
    return Detection(
        rule=rule.id,
        title=rule.title,
        stage=rule.stage,
        severity=severity or rule.severity,
        confidence=confidence,
        subject=subject_of(package),
        message=message,
        mend=mend_of(rule, severity),
        why=rule.why,
        location=at,
        evidence=tuple(evidence),
        references=rule.references,
        phase=phase,
        chain=chain,
        excerpt=excerpt(package, at),
        decoded=decoded[:600],
    )


def mend_of(rule: Rule, severity: Severity | None) -> str:
    """What to do. A finding that weighs so much less than its rule that it only warns asks to look first."""
    if severity is None or severity >= min(rule.severity, Severity.HIGH):
        return rule.mend
    rest = rule.mend[:1].lower() + rule.mend[1:]
    return f"Read this place: honest tools do so too when they are asked to. Where it is not what the project is for: {rest}"


def subject_of(package: Package) -> str:
    """``name==version``, as far as the distribution says."""
    metadata = package.metadata
    if metadata.name and metadata.version:
        return f"{metadata.name}=={metadata.version}"
    return metadata.name or "distribution"


def excerpt(package: Package, at: Location) -> tuple[tuple[int, str], ...]:
    """The guilty line with its neighbours."""
    if at.line <= 0:
        return ()
    try:
        lines = _lines(package.read(at.path))
    except KeyError:
        return ()
    first = max(at.line - 2, 0)
    last = max(at.end_line, at.line) + 1
    return tuple(
        (number + 1, lines[number][:240]) for number in range(first, min(last, len(lines), first + 6))
    )


@lru_cache(maxsize=4)
def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()


def of_kind(package: Package, *kinds: Kind) -> Iterator[Act]:
    """The acts of some kinds, strongest phase first."""
    wanted = frozenset(kinds)
    yield from sorted(
        (act for act in package.acts if act.kind in wanted), key=lambda act: (-act.phase.rank, act.at)
    )


def once(detections: Iterable[Detection]) -> Iterator[Detection]:
    """Each rule once a place: the worst of it."""
    best: dict[tuple[str, str, int], Detection] = {}
    for each in detections:
        where = each.location or Location("")
        key = (each.rule, where.path, where.line)
        if key not in best or (each.severity, each.confidence) > (best[key].severity, best[key].confidence):
            best[key] = each
    yield from best.values()
