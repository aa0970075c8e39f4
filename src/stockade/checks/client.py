"""Ways round the firewall in what a client's pip and uv are told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from stockade.model.client import ClientProblem, Told
from stockade.model.findings import Severity

TOOLS = ("pip", "uv")
_TRUE = {"1", "on", "true", "yes"}
UNSAFE_STRATEGIES = {"unsafe-first-match", "unsafe-best-match"}


def client_problems(told: Sequence[Told], firewall: str = "") -> tuple[ClientProblem, ...]:
    """Every way round, worst first.

    Args:
        told: what the tools are told, the strongest first.
        firewall: the index address that clients should have; empty where none was named.
    """
    found = [problem for look in _LOOKS for tool in TOOLS for problem in look(tool, told, firewall)]
    return tuple(sorted(found, key=lambda each: (-each.severity.rank, each.kind, each.tool, each.source)))


def first_index(tool: str, told: Sequence[Told]) -> Told | None:
    """Where a tool looks first; None where nothing is configured, so that it asks the public index."""
    return next((each for each in told if each.tool == tool and each.key == "index-url"), None)


def _of(tool: str, key: str, told: Sequence[Told]) -> list[Told]:
    return [each for each in told if each.tool == tool and each.key == key]


def _index(tool: str, told: Sequence[Told], firewall: str) -> Iterator[ClientProblem]:
    first = first_index(tool, told)
    if any(each.value.lower() in _TRUE for each in _of(tool, "no-index", told)):
        return  # it asks no index at all
    if first is None:
        yield ClientProblem(
            kind="public-index",
            severity=Severity.HIGH,
            tool=tool,
            message=f"{tool} is told of no index, so it asks the public one itself",
            source="",
            mend=f"stockade init client --tool {tool} --url ADDRESS shows the settings",
        )
    elif firewall and _plain(first.value) != _plain(firewall):
        yield ClientProblem(
            kind="not-behind-firewall",
            severity=Severity.HIGH,
            tool=tool,
            message=f"{tool} asks {_shown(first.value)}, not the firewall",
            source=first.source,
            mend=f"set it to {_shown(firewall)}",
        )


def _overrides(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    named = _of(tool, "index-url", told)
    files = [each for each in named if not each.variable]
    for each in named:
        if each.variable and files and _plain(each.value) != _plain(files[0].value):
            yield ClientProblem(
                kind="environment-override",
                severity=Severity.MEDIUM,
                tool=tool,
                message=f"{each.source} sends {tool} to {_shown(each.value)} instead of what {files[0].source} says",
                source=each.source,
                mend=f"unset {each.source}",
            )


def _extra(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    for each in _of(tool, "extra-index-url", told):
        yield ClientProblem(
            kind="extra-index",
            severity=Severity.HIGH,
            tool=tool,
            message=f"{tool} also asks {_shown(each.value)}: what the firewall refuses is taken from there, without a word",
            source=each.source,
            mend="remove it; the firewall serves internal packages beside the public ones",
        )


def _links(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    for each in _of(tool, "find-links", told):
        yield ClientProblem(
            kind="find-links",
            severity=Severity.HIGH,
            tool=tool,
            message=f"{tool} also takes files from {_shown(each.value)}, which nothing judges",
            source=each.source,
            mend="remove it, and publish those files to the private registry",
        )


def _trusted(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    for key in ("trusted-host", "allow-insecure-host"):
        for each in _of(tool, key, told):
            if not _is_this_machine(each.value):
                yield ClientProblem(
                    kind="trusted-host",
                    severity=Severity.HIGH,
                    tool=tool,
                    message=f"{tool} does not verify the certificate of {_shown(each.value)}",
                    source=each.source,
                    mend="remove it; give the firewall a certificate, and name its authority in the tool's settings",
                )


def _plain_http(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    first = first_index(tool, told)
    if first is not None and first.value.lower().startswith("http://"):
        host = urlsplit(first.value).hostname or ""
        if not _is_this_machine(host):
            yield ClientProblem(
                kind="plain-http",
                severity=Severity.HIGH,
                tool=tool,
                message=f"{_shown(first.value)} is asked without TLS: anybody on the way can change what comes",
                source=first.source,
                mend="serve the firewall with --certificate, and use https",
            )


def _secrets(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    for each in told:
        if each.tool == tool and not each.variable and "@" in each.value and "://" in each.value:
            yield ClientProblem(
                kind="password-in-file",
                severity=Severity.MEDIUM,
                tool=tool,
                message=f"an address with a password or token stands in {each.source}",
                source=each.source,
                mend="move it to netrc or the keyring, and revoke it if others can read the file",
            )


def _strategy(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    for each in _of(tool, "index-strategy", told):
        if each.value in UNSAFE_STRATEGIES:
            yield ClientProblem(
                kind="index-strategy",
                severity=Severity.HIGH,
                tool=tool,
                message=f"{each.value}: the best version of all indexes wins, so whoever has the higher number does",
                source=each.source,
                mend="remove it; first-index is the safe default",
            )


def _hashes(tool: str, told: Sequence[Told], _firewall: str) -> Iterator[ClientProblem]:
    for each in _of(tool, "no-verify-hashes", told):
        if each.value.lower() in _TRUE:
            yield ClientProblem(
                kind="hashes-off",
                severity=Severity.HIGH,
                tool=tool,
                message=f"{tool} is told not to check hashes",
                source=each.source,
                mend="remove it",
            )


Look = Callable[[str, Sequence[Told], str], Iterator[ClientProblem]]
_LOOKS: tuple[Look, ...] = (
    _index,
    _overrides,
    _extra,
    _links,
    _trusted,
    _plain_http,
    _secrets,
    _strategy,
    _hashes,
)


def _plain(address: str) -> str:
    """An address for comparison: no credentials, no slash at the end, lower-case host."""
    parts = urlsplit(address)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}"


def _shown(address: str) -> str:
    """An address without its credentials."""
    before, at, rest = address.rpartition("@")
    if not at:
        return address
    scheme, sep, _ = before.partition("://")
    return f"{scheme}://{rest}" if sep else rest


def _is_this_machine(host: str) -> bool:
    name = host.partition(":")[0] if host.count(":") == 1 else host.strip("[]")
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
