"""Compiled Python files: their names and strings, without unmarshalling them.

A ``.pyc`` with no source beside it runs unseen by every reader of source; one that differs from its source shows one thing and
runs another. The order of operations is not read, so what it does is told by conjunctions of names and strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.files.base import Looked
from stockade.vetter.package import Oddity
from stockade.vetter.places import PathKind
from stockade.vetter.python.marshalled import MarshalledCode, read_marshal

_MOST_SHOWN: Final = 8
_MOST_LISTED: Final = 4_000
_PEP_552: Final = 3_390
"""Magic numbers from here on have a header of 16 bytes (Python 3.7)."""
_MARSHALLED_SIZE: Final = 3_190
"""Magic numbers from here on have the source's size in the header (Python 3.3)."""
_MADE = re.compile(r"__\w+__$|[.<]")
"""Names that the compiler makes."""
_TAG = re.compile(r"\.(?:cpython|pypy|graalpy)-?\w*(?:\.opt-\d)?\.pyc$")

_GROUPS: Final[tuple[tuple[Kind, frozenset[str], str], ...]] = (
    (
        Kind.SEND,
        frozenset(
            {
                "urlopen",
                "requests",
                "urllib3",
                "httpx",
                "aiohttp",
                "HTTPSConnection",
                "HTTPConnection",
                "sendall",
                "sendto",
            }
        ),
        "speaks to the network",
    ),
    (
        Kind.SPAWN,
        frozenset(
            {
                "Popen",
                "check_output",
                "check_call",
                "execvp",
                "execve",
                "system",
                "popen",
                "subprocess",
                "startfile",
                "spawn",
            }
        ),
        "starts processes",
    ),
    (Kind.EXECUTE, frozenset({"exec", "eval", "compile", "marshal"}), "runs code"),
)
_ENVIRONMENT: Final = frozenset({"environ", "getenv", "environb"})
_HOST: Final = frozenset({"gethostname", "getuser", "uname", "getfqdn", "getnode", "platform"})
_DECODERS: Final = frozenset({"b64decode", "b85decode", "a85decode", "unhexlify", "decompress", "Fernet"})


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What a compiled file is made of.

    Acts where its names and strings together tell a behaviour; an oddity ``pyc`` whose evidence is what
    :func:`missing_from` takes (at most 4,000 names and strings), or ``pyc-unreadable``.
    """
    at = Location(path)
    code = read(data)
    if code is None:
        odd = Oddity(kind="pyc-unreadable", at=at, detail="no header of a code object", phase=phase)
        return Looked(oddities=(odd,))
    told = dict.fromkeys([*_telling(code.names), *(each for each in code.strings if _is_telling(each))])
    names = [each for each in code.names[:_MOST_LISTED] if each and "\n" not in each]
    texts = [each for each in code.strings[:_MOST_LISTED] if _is_telling(each)]
    odd = Oddity(
        kind="pyc",
        at=at,
        detail=", ".join(list(told)[:_MOST_SHOWN]),
        phase=phase,
        evidence="\n".join([*names, "", *texts]),
    )
    return Looked(tuple(_acts(code, at, phase)), (odd,))


def missing_from(source: bytes, evidence: str) -> tuple[tuple[str, ...], bool]:
    """What a compiled file has and its source lacks: the telling names and strings, and whether that is a fifth of all names.

    Args:
        source: the source that stands beside it.
        evidence: of the oddity ``pyc``.
    """
    names, _, texts = f"\n{evidence}".partition("\n\n")  # the list of names may be empty
    every = [each for each in names.splitlines() if each and not _MADE.match(each)]
    missing = [each for each in every if not _stands_in(each, source)]
    telling = [*_telling(missing), *(each for each in texts.splitlines() if not _stands_in(each, source))]
    return tuple(telling[:_MOST_SHOWN]), len(missing) * 5 > len(every) > 4  # noqa: PLR2004 - a fifth; a few prove nothing


def source_of(path: str) -> str:
    """The path at which the source of a compiled file stands: beside it, or above its ``__pycache__``."""
    folder, _, name = path.rpartition("/")
    if folder == "__pycache__" or folder.endswith("/__pycache__"):
        folder = folder.removesuffix("__pycache__").rstrip("/")
        name = _TAG.sub(".pyc", name)
    stem = name.rpartition(".")[0]
    return f"{folder}/{stem}.py" if folder else f"{stem}.py"


def read(data: bytes) -> MarshalledCode | None:
    """The code of a compiled file, whatever version wrote it; None where there is none."""
    magic = int.from_bytes(data[:2], "little")
    sizes = (16, 12, 8) if magic >= _PEP_552 else (12, 8, 16) if magic >= _MARSHALLED_SIZE else (8, 12, 16)
    if data[2:4] != b"\r\n":
        return None
    return next((code for size in sizes if (code := read_marshal(data, size)) is not None), None)


def _stands_in(text: str, source: bytes) -> bool:
    """Whether the source has a name or string: private names are mangled, strings folded and escaped."""
    plain = re.sub(r"^_[A-Za-z]\w*?(?=__\w)", "", text)
    return any(each.encode("utf-8", "surrogatepass") in source for each in (text, plain)) or text.isspace()


def _telling(names: Iterable[str]) -> list[str]:
    every = frozenset().union(*(group for _, group, _ in _GROUPS)) | _ENVIRONMENT | _DECODERS
    return [each for each in names if each in every]


def _is_telling(text: str) -> bool:
    """Whether a string is an address, a path of interest, or a command."""
    if not 6 <= len(text) <= 2_000 or "\n" in text:  # noqa: PLR2004 - what an address may be
        return False
    kinds = places.path(text).kinds
    found = places.address(text) if "://" in text else None
    return (found is not None and found.known) or not kinds.isdisjoint(_PATHS)


_PATHS: Final = frozenset(
    {PathKind.CREDENTIAL, PathKind.BROWSER, PathKind.WALLET, PathKind.STARTUP, PathKind.LOADER}
)


def _acts(code: MarshalledCode, at: Location, phase: Phase) -> Iterator[Act]:
    """Acts by conjunction: sinks among the names, with the origins that stand beside them."""
    names = frozenset(code.names)
    payload = frozenset(_origins(code, names, at))
    addresses = [
        found for text in code.strings[:5_000] if "://" in text for found in places.addresses_in(text[:2_000])
    ]
    target = addresses[0].text if addresses else ""
    for kind, group, why in _GROUPS:
        used = sorted(names & group)
        if not used or (kind is Kind.SEND and not target):
            continue
        yield Act(
            kind=kind,
            callee=f"pyc:{used[0]}",
            at=at,
            phase=phase,
            scope=at.path,
            target=target if kind is Kind.SEND else ", ".join(used),
            payload=payload,
            hidden=True,
            note=f"{why}; read from byte code",
        )


def _origins(code: MarshalledCode, names: frozenset[str], at: Location) -> Iterator[Taint]:
    if names & _ENVIRONMENT:
        yield Taint(Origin.ENVIRONMENT, "os.environ, in byte code", at)
    if names & _HOST:
        yield Taint(Origin.HOST, "host facts, in byte code", at)
    if names & _DECODERS:
        yield Taint(Origin.DECODED, "decoded text, in byte code", at)
    for text in code.strings[:5_000]:
        kinds = places.path(text) if 4 <= len(text) <= 300 else None  # noqa: PLR2004 - what a path may be
        for kind, origin in _BY_PATH:
            if kinds is not None and kind in kinds:
                yield Taint(origin, text, at)


_BY_PATH: Final = (
    (PathKind.CREDENTIAL, Origin.CREDENTIAL),
    (PathKind.BROWSER, Origin.BROWSER),
    (PathKind.WALLET, Origin.WALLET),
)
