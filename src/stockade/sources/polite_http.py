"""Asks one server over HTTP: few questions at once, patiently, within bounds."""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2

from stockade.errors import StockadeError
from stockade.ports import Clock
from stockade.sources.addresses import is_loopback, origin
from stockade.sources.fetch import MAX_REDIRECTS, auth_for, client_for, next_address
from stockade.sources.index_address import IndexAddress

TOO_MANY = 429
SERVER_ERROR = 500


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How an index is asked."""

    max_age: timedelta = timedelta(minutes=10)
    """An answer younger than this is not asked for again."""
    concurrency: int = 6
    attempts: int = 3
    """How often one thing is asked for where the server fails or is busy."""
    backoff_seconds: float = 0.5
    """Wait before the second attempt; doubled for each further one, with up to as much again at random."""
    max_wait_seconds: float = 30.0
    """A server that asks for a longer pause is taken as unreachable."""
    max_bytes: int = 64 << 20
    """Most bytes of one answer, unpacked."""
    max_seconds: float = 60.0
    """Longest that one answer may take."""
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    """A number in [0, 1)."""


class Unanswered(Exception):  # noqa: N818 - a state of affairs, turned into Indeterminate by its catcher
    """The server did not answer; the text says how."""

    mend: str
    """What to do, in one line."""

    def __init__(self, detail: str, mend: str = "check the network and the index, then try again") -> None:
        super().__init__(detail)
        self.mend = mend


class PoliteClient:
    """Connections to one index, for several threads.

    Args:
        address: the index, with credentials and certificates for its own origin.
        plain_allowed: plain ``http`` is allowed beyond this machine.
        clock: for servers that name the moment at which to ask again.
        manners: limits and pauses.
    """

    def __init__(self, address: IndexAddress, clock: Clock, manners: Manners, *, plain_allowed: bool) -> None:
        self._address = address
        self._clock = clock
        self._manners = manners
        self._plain_allowed = plain_allowed
        self._slots = threading.BoundedSemaphore(manners.concurrency)
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._clients: dict[tuple[str, str, int], httpx2.Client] = {}

    def close(self) -> None:
        """Close the connections; a later question opens new ones."""
        with self._lock:
            self._open.close()
            self._clients.clear()

    def get(self, url: str, headers: dict[str, str]) -> tuple[httpx2.Response, bytes]:
        """Ask, and again where the server fails or is busy. The reply's status is below 500 and not 429.

        Raises:
            Unanswered: it never answered.
        """
        manners = self._manners
        pause, trouble = manners.backoff_seconds, ""
        for attempt in range(1, manners.attempts + 1):
            wait = pause * (1 + manners.jitter())
            try:
                with self._slots:
                    reply, body = self._follow(url, headers)
            except (httpx2.TransportError, httpx2.DecodingError, ssl.SSLError) as error:
                trouble = f"{type(error).__name__}: {error}".rstrip(": ")
            except (httpx2.HTTPError, httpx2.InvalidURL, StockadeError) as error:
                raise Unanswered(error.message if isinstance(error, StockadeError) else str(error)) from error
            else:
                if reply.status_code != TOO_MANY and reply.status_code < SERVER_ERROR:
                    return reply, body
                trouble = refusal(reply)[0]
                wait = max(wait, asked_pause(reply.headers.get("retry-after", ""), self._clock.now()))
            if wait > manners.max_wait_seconds:
                raise Unanswered(f"{trouble}, and it asks for a pause of {wait:.0f} s")
            if attempt < manners.attempts:
                manners.sleep(wait)
            pause *= 2
        raise Unanswered(f"{trouble} ({manners.attempts} attempts)")

    def _follow(self, url: str, headers: dict[str, str]) -> tuple[httpx2.Response, bytes]:
        address = url
        for _ in range(MAX_REDIRECTS + 1):
            if origin(address)[0] == "http" and not self._plain_allowed and not is_loopback(address):
                raise Unanswered(
                    "http is not protected against changes on the way",
                    "use https, or name the host in pip's trusted-host",
                )
            auth = auth_for(address, self._address)
            with self._client(address).stream("GET", address, headers=headers, auth=auth) as reply:
                if reply.has_redirect_location:
                    address = next_address(address, reply.headers["location"])
                    continue
                return reply, self._read(reply)
        raise Unanswered(f"more than {MAX_REDIRECTS} redirects")

    def _read(self, reply: httpx2.Response) -> bytes:
        deadline = time.monotonic() + self._manners.max_seconds
        parts, size = [], 0
        for chunk in reply.iter_bytes():
            size += len(chunk)
            if size > self._manners.max_bytes:
                raise Unanswered(f"the answer is larger than {self._manners.max_bytes:,} bytes")
            if time.monotonic() > deadline:
                raise Unanswered(f"the answer took longer than {self._manners.max_seconds:g} s")
            parts.append(chunk)
        return b"".join(parts)

    def _client(self, address: str) -> httpx2.Client:
        """The client for the address's origin: a client certificate is shown to its own origin only."""
        at = origin(address)
        with self._lock:
            if at not in self._clients:
                self._clients[at] = self._open.enter_context(client_for(address, self._address))
            return self._clients[at]


def asked_pause(text: str, now: datetime) -> float:
    """``Retry-After`` in seconds: a number, or a date; 0 where it is neither."""
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        return 0.0
    return max(0.0, (moment - now).total_seconds())


def refusal(reply: httpx2.Response) -> tuple[str, str]:
    """What a status means, and what mends it."""
    what = f"it answered {reply.status_code} {reply.reason_phrase}".rstrip()
    if reply.status_code in {401, 403, 407}:
        return what, "check the credentials that pip or uv have for this index"
    return what, "check the index, then try again"
