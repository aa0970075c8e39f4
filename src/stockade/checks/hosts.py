"""The hosts of addresses, and what kind of host they are. No name is resolved."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_PRIVATE_DOMAINS = (".internal", ".local", ".corp", ".lan", ".intranet", ".private", ".home.arpa")
_PRIVATE_NETWORKS = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""RFC 1918 and RFC 4193."""


def host_of(address: str) -> str:
    """The host of an address, lower case and without its port; of a bare host (``HOST:PORT``) too.

    Empty where there is none, or where the address does not parse.
    """
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:  # brackets that hold no IPv6 address
        return ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    literal = _literal(host)
    return host == "localhost" if literal is None else literal.is_loopback


def is_private_host(host: str) -> bool:
    """Whether a host is plainly one that the public cannot reach: by its network, or by a name that no
    public DNS serves. A host that stands elsewhere (``${HOST}``) is not, and this machine is not either."""
    if not host or host == "localhost" or any(sign in host for sign in "${}%<>*"):
        return False
    literal = _literal(host)
    if literal is None:
        return "." not in host or host.endswith(_PRIVATE_DOMAINS)
    return any(literal in network for network in _PRIVATE_NETWORKS if literal.version == network.version)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
