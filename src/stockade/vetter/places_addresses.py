"""Parses and classifies addresses: whole or partial URLs, hosts, IP addresses in any spelling."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from stockade.vetter import places_hosts as hosts
from stockade.vetter.places_kinds import AddressKind

UNKNOWN: Final = "…"
"""Stands for a part of a text that is not known."""
_LONGEST: Final = 2_048
_MOST: Final = 256
_MOST_TEXT: Final = 4 << 20

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.\-]{1,15}):(?://|(?=\\\\))")
_HOST = re.compile(r"(?:[a-z0-9_…](?:[a-z0-9_…\-]{0,62})\.){0,20}[a-z0-9_…\-]{1,63}\.?")
_IP_NUMBER = re.compile(r"(?:0x[0-9a-f]{1,8}|[0-9]{1,11})(?:\.(?:0x[0-9a-f]{1,8}|[0-9]{1,11})){0,3}")
_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9+.\-])"
    r"(?:h(?:tt|xx)ps?|ftps?|wss?|tcp|udp|ssh|socks[45]h?|stratum\+(?:tcp|ssl))://[^\s\"'<>`|^\x00-\x1f]{1,2048}",
    re.IGNORECASE,
)
_BARE_HOST = re.compile(
    r"(?<![\w.@/\-…])(?:[a-z0-9_…](?:[a-z0-9_…\-]{0,62})\.){1,10}[a-z]{2,24}(?![\w\-])(?::\d{1,5})?(?:/[^\s\"'<>`|^]{0,2048})?",
    re.IGNORECASE,
)
_BARE_IP = re.compile(
    r"(?<![\w.\-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.\-]*\.\d)(?::\d{1,5})?(?:/[^\s\"'<>`|^]{0,2048})?"
)
_DOC_NETS = tuple(
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
_LAST_ARC: Final = 2
_ARC_WIDTH: Final = 40
"""Object identifiers begin with 0 to 2, then a number below 40."""
_LOW_OCTET: Final = 32
"""Four numbers below this are rather a version than an address."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address and what it is."""

    text: str
    """As it stood, shortened to 2,048 characters."""
    host: str
    """Lower case, without port, user and brackets; ``…`` where parts of it are unknown."""
    port: int = 0
    """0 where none is given."""
    path: str = ""
    """Path, query and fragment, as they stand."""
    scheme: str = ""
    """Lower case; empty where none is given."""
    kinds: frozenset[AddressKind] = frozenset()

    @property
    def known(self) -> bool:
        """Whether enough of the host is known to say who owns it: its last two labels."""
        return UNKNOWN not in ".".join(self.host.split(".")[-2:])

    def of(self, kinds: frozenset[AddressKind]) -> bool:
        """Whether it is of any of ``kinds``."""
        return not kinds.isdisjoint(self.kinds)


@lru_cache(maxsize=4_096)
def address(text: str) -> Address | None:
    """The address that ``text`` is: a URL, ``host``, ``host:port`` or ``host/path``, whole or partial.

    ``hxxp`` counts as ``http``; an IP address may be spelled as one number, in hexadecimal or octal.
    None where ``text`` is none: a file's name, a path, a word, or nothing known of the host or scheme.
    """
    text = text[:_LONGEST].strip().strip("\"'<>")
    found = _SCHEME.match(text)
    scheme = found[1].lower().replace("hxxp", "http") if found else ""
    rest = text[found.end() :] if found else text.removeprefix("//")
    cut = re.search(r"[/?#\\]", rest)
    authority, tail = (rest[: cut.start()], rest[cut.start() :]) if cut else (rest, "")
    host, port = _host_and_port(authority.rpartition("@")[2])
    if scheme == "file" or not host or not (scheme or _looks_like_host(host, port)):
        return None
    return Address(text, host, port, tail, scheme, _kinds(host, tail, scheme))


def addresses_in(text: str) -> tuple[Address, ...]:
    """All addresses in a text, in their order, each once; at most 256, of the first 4 MiB.

    URLs of every host; without a scheme only hosts of a known kind, and IP addresses that do not look
    like a version number. Time is linear in the length of the text.
    """
    text = text[:_MOST_TEXT]
    found: dict[Address, int] = {}
    for place, each in _candidates(text):
        if len(found) >= _MOST:
            break
        if each not in found:
            found[each] = place
    return tuple(sorted(found, key=found.__getitem__))


def _candidates(text: str) -> Iterator[tuple[int, Address]]:
    covered: list[tuple[int, int]] = []
    for match in _IN_TEXT.finditer(text):
        each = address(match[0].rstrip(".,;:)]}"))
        covered.append(match.span())
        if each is not None:
            yield match.start(), each
    spans = iter(covered)
    here = next(spans, None)
    bare = sorted(chain(_BARE_HOST.finditer(text), _BARE_IP.finditer(text)), key=lambda match: match.start())
    for match in bare:
        while here is not None and here[1] <= match.start():
            here = next(spans, None)
        if here is not None and here[0] <= match.start():
            continue
        each = address(match[0].rstrip(".,;:)]}"))
        if each is not None and _worth_telling(each):
            yield match.start(), each


def _worth_telling(each: Address) -> bool:
    """Whether an address without a scheme is one beyond doubt."""
    if AddressKind.RAW_IP in each.kinds or AddressKind.LOCAL in each.kinds:
        parts = each.host.split(".")
        low = all(part.isdecimal() and int(part) < _LOW_OCTET for part in parts)
        return bool(each.port or each.path) or (not each.host.startswith("0") and not low)
    return bool(each.kinds - {AddressKind.SUSPICIOUS_TLD, AddressKind.WELL_KNOWN, AddressKind.RESERVED}) or (
        AddressKind.RESERVED in each.kinds and bool(each.port or each.path)
    )


def _host_and_port(authority: str) -> tuple[str, int]:
    authority = authority.strip().lower()
    if authority.startswith("["):
        host, _, after = authority[1:].partition("]")
        return host, _port(after.removeprefix(":"))
    if authority.count(":") > 1:
        return (authority, 0) if _ip(authority) else ("", 0)
    host, _, port = authority.partition(":")
    return (host.rstrip("."), _port(port)) if _HOST.fullmatch(host) else ("", 0)


def _port(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else 0  # noqa: PLR2004 - 65535


def _looks_like_host(host: str, port: int) -> bool:
    """Whether a text without a scheme is a host."""
    if host == "localhost" or _by_host(host):
        return True
    labels = host.split(".")
    if ":" in host or all(label.isdecimal() for label in labels):
        return _ip(host) is not None and (":" in host or _is_quad(labels, port))
    if labels[-1] == "invalid":
        return len(labels) > 1
    if len(labels) < 2 or not labels[-1].isalpha() or len(labels[-1]) < 2:  # noqa: PLR2004 - a name and its TLD
        return False
    return bool(port) or labels[-1] not in hosts.FILE_SUFFIXES


def _is_quad(labels: list[str], port: int) -> bool:
    """Whether four numbers are an address and no object identifier (``2.5.29.9``)."""
    if len(labels) != 4:  # noqa: PLR2004 - a dotted quad
        return False
    return bool(port) or int(labels[0]) > _LAST_ARC or int(labels[1]) >= _ARC_WIDTH


@lru_cache(maxsize=4_096)
def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is, in any of the spellings that the C library takes."""
    if ":" in host:
        try:
            return ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return None
    if not _IP_NUMBER.fullmatch(host):
        return None
    parts = [_number(part) for part in host.split(".")]
    value = 0
    for part in parts[:-1]:
        if part is None or part > 255:  # noqa: PLR2004 - one byte
            return None
        value = value << 8 | part
    last, bits = parts[-1], 8 * (5 - len(parts))
    if last is None or last >> bits:
        return None
    return ipaddress.IPv4Address(value << bits | last)


def _number(text: str) -> int | None:
    try:
        if text.startswith("0x"):
            return int(text, 16)
        return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text)
    except ValueError:
        return None


def _by_host(host: str) -> frozenset[AddressKind]:
    """The table's kinds of a host: of the longest of its own name and its parents that stands there."""
    labels = host.split(".")
    for start in range(len(labels)):
        kinds = hosts.BY_HOST.get(".".join(labels[start:]))
        if kinds:
            return kinds
    return frozenset()


def _kinds(host: str, tail: str, scheme: str) -> frozenset[AddressKind]:
    kinds = {AddressKind.PLAIN_HTTP} if scheme == "http" else set()
    ip = _ip(host)
    if ip is not None:
        return frozenset(kinds | _ip_kinds(ip))
    kinds |= _by_host(host)
    lowered = tail.lower()
    for name, part, kind in hosts.BY_PATH:
        if (host == name or host.endswith("." + name)) and part in lowered:
            kinds = (kinds - {AddressKind.WELL_KNOWN}) | {kind}
    kinds |= {kind for pattern, kind in hosts.BY_FORM if pattern.search(lowered)}
    return frozenset(kinds | _name_kinds(host))


def _name_kinds(host: str) -> set[AddressKind]:
    """What the labels of a name tell."""
    last = host.rpartition(".")[2]
    if last == "onion":
        return {AddressKind.ONION}
    if host == "localhost" or last in ("localhost", "local", "lan", "internal", "localdomain"):
        return set() if _by_host(host) else {AddressKind.LOCAL}
    if last in hosts.RESERVED_TLDS or ".".join(host.split(".")[-2:]) in hosts.RESERVED_HOSTS:
        return {AddressKind.RESERVED}
    return {AddressKind.SUSPICIOUS_TLD} if last in hosts.SUSPICIOUS_TLDS and "." in host else set()


def _ip_kinds(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> set[AddressKind]:
    if str(ip) in hosts.METADATA_ADDRESSES:
        return {AddressKind.METADATA_SERVICE}
    if str(ip) in hosts.RESOLVERS:
        return {AddressKind.DNS_RESOLVER}
    if any(ip in net for net in _DOC_NETS if net.version == ip.version):
        return {AddressKind.RAW_IP, AddressKind.RESERVED}
    if ip.is_loopback or ip.is_private or ip.is_link_local or ip.is_unspecified or ip.is_multicast:
        return {AddressKind.LOCAL}
    return {AddressKind.RAW_IP}
