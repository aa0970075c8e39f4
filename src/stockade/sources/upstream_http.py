"""Asks an upstream index and its file hosts over HTTP, without blocking: the manners of :mod:`.polite_http` for servers
that serve others meanwhile."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.request import getproxies

import httpx2

from stockade.errors import StockadeError
from stockade.ports import Clock
from stockade.sources.addresses import is_loopback, origin
from stockade.sources.circuit import Circuit
from stockade.sources.destinations import Destinations, Resolve, resolve
from stockade.sources.fetch import (
    CONNECT_SECONDS,
    MAX_REDIRECTS,
    READ_SECONDS,
    USER_AGENT,
    auth_for,
    next_address,
    tls_for,
)
from stockade.sources.index_address import IndexAddress
from stockade.sources.polite_http import SERVER_ERROR, TOO_MANY, Unanswered, asked_pause, refusal

T = TypeVar("T")
Take = Callable[[httpx2.Response, str], Awaitable[T]]
"""Takes an answer, whose body is still to come, and the address that gave it."""
UNPACK_STEP = 1 << 20
"""Bytes that are unpacked at once."""
MOST_ATTEMPTS = 20
"""How often one thing is asked for at most, even if each attempt gets on."""


@dataclass(frozen=True, kw_only=True)
class UpstreamManners:
    """How an upstream index is asked."""

    revalidate: timedelta = timedelta(minutes=5)
    """A page younger than this is not asked for again."""
    refetch: timedelta = timedelta(days=1)
    """A page is fetched whole when it is older, even if the index says that nothing changed since."""
    missing: timedelta = timedelta(minutes=1)
    """For so long a project that does not exist is not asked for again."""
    pages_at_once: int = 32
    files_at_once: int = 16
    attempts: int = 3
    """How often one thing is asked for where the server fails or is busy and it does not get on."""
    backoff_seconds: float = 0.3
    """Wait before the second attempt; doubled for each further one, with up to as much again at random."""
    max_wait_seconds: float = 5.0
    """A server that asks for a longer pause is taken as unreachable: a client waits for the answer."""
    page_bytes: int = 64 << 20
    """Most bytes of a page, unpacked."""
    page_seconds: float = 60.0
    patience_seconds: float = 10.0
    """How long the index may take over a page that is kept already; then that one is handed out."""
    file_bytes: int = 4 << 30
    """Most bytes of a file."""
    unsized_bytes: int = 4 << 30
    """Most bytes of a file of which the page tells no size, so that nobody could refuse it before it is fetched."""
    file_seconds: float = 3600.0
    least_rate: int = 8 << 10
    """Bytes a second; a slower transfer is broken off once it has lasted for half a minute."""
    circuit_failures: int = 5
    """So many failures in a row, and a server is left alone for :attr:`circuit_seconds` and longer."""
    circuit_seconds: float = 15.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    """A number in [0, 1)."""
    monotonic: Callable[[], float] = time.monotonic
    resolve: Resolve = resolve


class UpstreamClient:
    """Connections to an index and to whom it leads. Belongs to one event loop.

    Args:
        address: the index, with credentials and certificates for its own origin.
        clock: for servers that name the moment at which to ask again.
        manners: limits and pauses.
        plain_hosts: hosts to which plain ``http`` is allowed, beyond this machine.
    """

    def __init__(
        self, address: IndexAddress, clock: Clock, manners: UpstreamManners, plain_hosts: frozenset[str]
    ) -> None:
        self.address = address
        self._clock = clock
        self._manners = manners
        self._plain_hosts = plain_hosts
        proxied = not is_loopback(address.url) and bool(set(getproxies()) & {"http", "https", "all"})
        self._destinations = Destinations(address.url, manners.resolve, proxied=proxied)
        self._open = AsyncExitStack()
        self._clients: dict[tuple[str, str, int], httpx2.AsyncClient] = {}
        self._circuits: dict[tuple[str, str, int], Circuit] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._open.aclose()
        self._clients.clear()

    async def ask(
        self,
        url: str,
        headers: Callable[[], dict[str, str]],
        take: Take[T],
        progressed: Callable[[], bool] = lambda: False,
    ) -> T:
        """Ask, and again where the server fails or is busy.

        Args:
            url: what is asked for.
            headers: makes the headers of each attempt.
            take: gets every answer with a status below 500 that is not 429. What it raises of the connection's errors
                counts as the server's failure.
            progressed: whether the last attempt got on; it is then not counted.

        Raises:
            Unanswered: it never answered.
        """
        manners = self._manners
        circuit = self._circuit(url)
        pause, tried = manners.backoff_seconds, 0
        for _ in range(MOST_ATTEMPTS):
            circuit.require_closed()
            wait = pause * (1 + manners.jitter())
            try:
                taken = await self._follow(url, headers(), take)
            except (httpx2.TransportError, ssl.SSLError) as error:
                trouble = f"{type(error).__name__}: {error}".rstrip(": ")
            except _Busy as busy:
                trouble, wait = str(busy), max(wait, busy.pause)
            except (httpx2.HTTPError, httpx2.InvalidURL, StockadeError) as error:
                raise Unanswered(error.message if isinstance(error, StockadeError) else str(error)) from error
            else:
                circuit.succeeded()
                return taken
            if progressed():
                pause, tried = manners.backoff_seconds, 0
            else:
                circuit.failed(trouble)
            tried += 1
            if tried >= manners.attempts:
                break
            if wait > manners.max_wait_seconds:
                raise Unanswered(f"{trouble}, and it asks for a pause of {wait:.0f} s")
            await manners.sleep(wait)
            pause *= 2
        raise Unanswered(f"{trouble} ({tried} attempts)")

    async def _follow(self, url: str, headers: dict[str, str], take: Take[T]) -> T:
        address = url
        for _ in range(MAX_REDIRECTS + 1):
            self._require_protected(address)
            await self._destinations.require(address)
            auth = auth_for(address, self.address)
            async with self._client(address).stream("GET", address, headers=headers, auth=auth) as reply:
                await self._require_peer(address, reply)
                if reply.has_redirect_location:
                    address = next_address(address, reply.headers["location"])
                    continue
                if reply.status_code == TOO_MANY or reply.status_code >= SERVER_ERROR:
                    raise _Busy(
                        refusal(reply)[0],
                        asked_pause(reply.headers.get("retry-after", ""), self._clock.now()),
                    )
                return await take(reply, address)
        raise Unanswered(f"more than {MAX_REDIRECTS} redirects")

    def _require_protected(self, address: str) -> None:
        scheme, host, _ = origin(address)
        if scheme == "https" or (origin(self.address.url)[0] == "http" and host in self._plain_hosts):
            return
        if not is_loopback(address):
            raise Unanswered(
                "http is not protected against changes on the way",
                "use https, or name the host in pip's trusted-host",
            )

    async def _require_peer(self, address: str, reply: httpx2.Response) -> None:
        stream = reply.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer:
            await self._destinations.require_peer(address, str(peer[0]))

    def _client(self, address: str) -> httpx2.AsyncClient:
        """The client for the address's origin: a client certificate is shown to its own origin only."""
        at = origin(address)
        if at not in self._clients:
            client = httpx2.AsyncClient(
                verify=tls_for(address, self.address),
                trust_env=not is_loopback(address),
                headers={"User-Agent": USER_AGENT},
                timeout=httpx2.Timeout(
                    READ_SECONDS, connect=CONNECT_SECONDS, pool=self._manners.file_seconds
                ),
                limits=httpx2.Limits(
                    max_connections=self._manners.pages_at_once + self._manners.files_at_once
                ),
                follow_redirects=False,
            )
            self._open.push_async_callback(client.aclose)
            self._clients[at] = client
        return self._clients[at]

    def _circuit(self, address: str) -> Circuit:
        manners = self._manners
        return self._circuits.setdefault(
            origin(address), Circuit(manners.circuit_failures, manners.circuit_seconds, manners.monotonic)
        )


class _Busy(Exception):  # noqa: N818 - a state of affairs
    """The server fails for the moment."""

    def __init__(self, what: str, pause: float) -> None:
        super().__init__(what)
        self.pause = pause


async def read_bounded(reply: httpx2.Response, limit: int) -> bytes:
    """The body, unpacked; little more than ``limit`` bytes of it are ever held.

    Raises:
        Unanswered: it is longer, or packed in another way than gzip.
        httpx2.TransportError: it does not come whole.
    """
    encoding = reply.headers.get("content-encoding", "").strip().lower()
    chunks: AsyncIterator[bytes]
    if encoding in {"", "identity"}:
        chunks = reply.aiter_raw()
    elif encoding in {"gzip", "x-gzip"}:
        chunks = _gunzipped(reply)
    else:
        raise Unanswered(f"the answer is packed as {encoding[:40]!r}, and only gzip was asked for")
    parts, size = [], 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise Unanswered(f"the answer is larger than {limit:,} bytes")
        parts.append(chunk)
    return b"".join(parts)


async def _gunzipped(reply: httpx2.Response) -> AsyncIterator[bytes]:
    """Unpacks step by step, so that whoever counts can stop before much is unpacked."""
    unpacker = zlib.decompressobj(31)
    async for chunk in reply.aiter_raw():
        packed = chunk
        while packed:
            if unpacker.eof:  # several members, one after the other, are one stream
                unpacker = zlib.decompressobj(31)
            try:
                yield unpacker.decompress(packed, UNPACK_STEP)
            except zlib.error as error:
                raise Unanswered(f"the answer is not gzip as it says: {error}") from error
            packed = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise httpx2.ReadError("the packed body ends early")
