"""What the strings of native code name: addresses, paths, shell commands. One pass finds the signs of all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.files.shell import shell_acts
from stockade.vetter.package import Oddity
from stockade.vetter.places import COLLECTORS, AddressKind, PathKind

if TYPE_CHECKING:
    import yara_x

_MOST_MATCHES: Final = 2_000
_ADDRESS: Final = b"://"
_COMMANDS: Final = (
    b"curl ",
    b"wget ",
    b"/dev/tcp/",
    b"bash -c",
    b"bash -i",
    b"sh -i",
    b"base64 -d",
    b"powershell",
    b"crontab",
    b"schtasks",
)
_PATHS: Final = (
    *(
        b".ssh/",
        b".aws/credentials",
        b".netrc",
        b".pypirc",
        b".kube/config",
        b".docker/config",
        b".git-credentials",
    ),
    *(
        b"/etc/shadow",
        b"authorized_keys",
        b"ld.so.preload",
        b"/etc/cron",
        b"crontabs",
        b".bashrc",
        b"LaunchAgents",
    ),
    *(b"Login Data", b"cookies.sqlite", b"Local State", b"Local Storage", b"wallet.dat", b"exodus.wallet"),
    *(
        b"solana/id.json",
        b"CurrentVersion\\Run",
        b"/etc/systemd/system",
        b"huggingface/token",
        b"/proc/self/environ",
    ),
    b"Start Menu\\Programs\\Startup",
)
_STRING = re.compile(rb"[\x20-\x7e]{4,600}")
_URL = re.compile(rb"[\x21\x23-\x26\x28-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]{1,400}")
_PATH_KINDS: Final = frozenset(
    {PathKind.CREDENTIAL, PathKind.BROWSER, PathKind.WALLET, PathKind.STARTUP, PathKind.LOADER}
)
_WORTH: Final = frozenset({Kind.SPAWN, Kind.EXECUTE, Kind.SEND})
_ORIGINS: Final = frozenset(
    {
        Origin.FETCHED,
        Origin.RECEIVED,
        Origin.DECODED,
        Origin.CREDENTIAL,
        Origin.ENVIRONMENT,
        Origin.WALLET,
        Origin.BROWSER,
    }
)


class Signs:
    """Where signs stand in the bytes of a file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        scanner = _scanner()
        found: dict[bytes, list[int]] = {}
        for rule in scanner.scan(data).matching_rules:
            for pattern in rule.patterns:
                sign = _signs()[int(pattern.identifier.removeprefix("$s"))]
                found[sign] = [match.offset for match in pattern.matches]
        self.found = found

    def texts(self, signs: tuple[bytes, ...], most: int) -> Iterator[str]:
        """Printable texts in which one of ``signs`` stands, at most ``most`` a sign."""
        for sign in signs:
            for place in self.found.get(sign, [])[:most]:
                start = place
                while start > 0 and place - start < 200 and 0x20 <= self.data[start - 1] <= 0x7E:  # noqa: PLR2004 - printable
                    start -= 1
                text = _STRING.match(self.data, start)
                if text is not None:
                    yield text[0].decode("ascii")

    def addresses(self) -> Iterator[places.Address]:
        """Addresses with a scheme."""
        for place in self.found.get(_ADDRESS, []):
            start = place
            while start > max(place - 8, 0) and self.data[start - 1 : start].isalnum():
                start -= 1
            rest = _URL.match(self.data, place + 3)
            if rest is None:
                continue
            found = places.address((self.data[start : place + 3] + rest[0]).decode("ascii", "replace"))
            if found is not None:
                yield found


def _signs() -> tuple[bytes, ...]:
    return (_ADDRESS, *_COMMANDS, *_PATHS)


@lru_cache(maxsize=1)
def _scanner() -> yara_x.Scanner:
    """One compiled set of all signs."""
    import yara_x  # noqa: PLC0415 - heavy, and few packages have native code

    strings = "\n".join(f"$s{number} = {{ {sign.hex(' ')} }}" for number, sign in enumerate(_signs()))
    scanner = yara_x.Scanner(yara_x.compile(f"rule signs {{ strings:\n{strings}\ncondition: any of them }}"))
    scanner.max_matches_per_pattern(_MOST_MATCHES)
    return scanner


def by_strings(signs: Signs, at: Location, *, able: bool) -> Iterator[Oddity]:
    """What the strings name that libraries do not; ``able`` where the code imports what reaches an address."""
    found = [each for each in signs.addresses() if _collects(each)]
    if found:
        shown = ", ".join(dict.fromkeys(each.text[:120] for each in found[:8]))
        kinds = ", ".join(sorted({str(kind) for each in found for kind in each.kinds & COLLECTORS}))
        detail = f"names {kinds}" + ("" if able else ", and imports nothing that reaches it")
        yield Oddity(kind="native-address", at=at, detail=detail, evidence=shown)
    told = {
        what: text
        for text in signs.texts(_PATHS, 4)
        for kind, what in places.path(text).details
        if kind in _PATH_KINDS
    }
    if told:
        shown = ", ".join(text[-120:] for text in list(told.values())[:8])
        yield Oddity(
            kind="native-paths", at=at, detail=f"names {', '.join(sorted(told)[:8])}", evidence=shown
        )


def _collects(address: places.Address) -> bool:
    """Whether data are dropped there."""
    kinds = address.kinds & COLLECTORS
    return bool(kinds - {AddressKind.RAW_IP}) or AddressKind.RAW_IP in kinds


def commands(signs: Signs, path: str, phase: Phase) -> Iterator[Act]:
    """Acts of shell commands among the strings: what fetches and runs, sends secrets, opens a shell to elsewhere."""
    for text in dict.fromkeys(signs.texts(_COMMANDS, 16)):
        for act in shell_acts(text, path, phase):
            foreign = any(each.origin in _ORIGINS for each in act.payload)
            if act.kind in _WORTH and foreign:
                target = act.target if act.kind is Kind.SEND else text
                yield replace(
                    act, at=Location(path), callee=f"native:{act.callee}", target=target, hidden=True
                )
