"""Where an upstream may lead us: a public index sends nobody to this machine or into the local network."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from stockade.sources.addresses import origin, shown
from stockade.sources.polite_http import Unanswered

KEPT_SECONDS = 60.0
"""How long an answer of the name service is kept."""
KEPT_HOSTS = 1024

_NAT64 = IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The IP addresses of a host. Raises ``OSError``."""


class Place(Enum):
    """Where an IP address lies."""

    PUBLIC = "the public network"
    PRIVATE = "a private network"
    LOOPBACK = "this machine"
    NOWHERE = "an address that is nobody's"
    """Link-local, which also leads to clouds' metadata services; multicast; unspecified; reserved."""


def place_of(address: str) -> Place:
    """Where an IP address lies."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or (IPv4Address(ip.packed[-4:]) if ip in _NAT64 else ip)
    if ip.is_loopback:
        return Place.LOOPBACK
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return Place.NOWHERE
    if ip.is_global:
        return Place.PUBLIC
    # Before is_reserved: 240.0.0.0/4 is both, and inside companies it is used.
    return Place.PRIVATE


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system's name service."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Destinations:
    """Judges addresses that an index named.

    The index's own host is where its operator says. From there it goes outwards only: from this machine anywhere, from a
    private network to private networks and the public one, from the public network to itself.

    Args:
        home: the index's address.
        resolve: the name service.
        proxied: a proxy connects for us. It sees names that we may not, so only addresses in numbers are judged.
    """

    def __init__(self, home: str, resolve: Resolve = resolve, *, proxied: bool = False) -> None:
        self._home = origin(home)
        self._resolve = resolve
        self._proxied = proxied
        self._known: dict[str, tuple[float, frozenset[Place]]] = {}

    async def require(self, address: str) -> None:
        """Refuse an address before it is asked.

        Raises:
            Unanswered: it leads where it must not, or nowhere.
        """
        _, host, port = origin(address)
        if host == self._home[1]:
            return
        self._judge(address, await self._places(host, port), await self._allowed())

    async def require_peer(self, address: str, peer: str) -> None:
        """Refuse an answer from another place than the name service said a moment ago.

        Raises:
            Unanswered: ``peer`` (an IP address) lies where it must not.
        """
        if origin(address)[1] != self._home[1] and not self._proxied:
            self._judge(address, frozenset({place_of(peer)}), await self._allowed())

    def _judge(self, address: str, places: frozenset[Place], allowed: frozenset[Place]) -> None:
        for place in places - allowed:
            raise Unanswered(
                f"it leads to {shown(address)}, which is on {place.value}",
                "ask whoever runs the index; only a private one may lead to a private network",
            )

    async def _allowed(self) -> frozenset[Place]:
        home = await self._places(self._home[1], self._home[2])
        if Place.LOOPBACK in home:
            return frozenset({Place.LOOPBACK, Place.PRIVATE, Place.PUBLIC})
        return frozenset({Place.PRIVATE, Place.PUBLIC} if Place.PRIVATE in home else {Place.PUBLIC})

    async def _places(self, host: str, port: int) -> frozenset[Place]:
        try:
            return frozenset({place_of(host)})
        except ValueError:  # a name
            pass
        if self._proxied:
            return frozenset()
        now = time.monotonic()
        kept = self._known.get(host)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            places = frozenset(place_of(address) for address in await self._resolve(host, port))
        except OSError as error:
            raise Unanswered(f"the host {host} is not found: {error}") from error
        if len(self._known) >= KEPT_HOSTS:
            self._known.clear()
        self._known[host] = now, places
        return places
