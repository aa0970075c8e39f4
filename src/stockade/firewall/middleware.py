"""Around every request: its figures, its line in the log, and what is sent whatever the answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockade.firewall.logs import LOGGER
from stockade.firewall.metrics import Metrics
from stockade.firewall.responses import Phrased

ROUTES = ("simple", "files", "legacy", "api", "healthz", "readyz", "metrics")
"""First parts of paths that have a label of their own; everything else is ``other``, so that strangers make none."""
QUIET = ("healthz", "readyz", "metrics")
"""Asked all the time by machines: not logged unless they fail."""
FAILED = 500
_log = logging.getLogger(LOGGER)


MISDIRECTED = 421
KnownHost = Callable[[bytes], bool]
"""Whether the value of a ``Host`` header is a name of this firewall."""


def local_hosts(address: str = "") -> KnownHost:
    """The names by which a firewall on loopback that asks for no token is known: this machine's, and its own address's.

    A page in a browser on this machine could otherwise read internal packages: its author lets a name of theirs lead
    to 127.0.0.1 after the page was loaded, and the browser takes the firewall for their server.
    """
    own = (urlsplit(address).hostname or "").encode()

    def known(host: bytes) -> bool:
        text = host.strip().lower()
        name = text[1:].partition(b"]")[0] if text.startswith(b"[") else text.partition(b":")[0]
        if not text or name == b"localhost" or (own and name == own):
            return True
        try:
            return ip_address(name.decode("latin-1")).is_loopback
        except ValueError:
            return False

    return known


class KnownHosts:
    """Turns away requests that were meant for somebody else."""

    def __init__(self, app: ASGIApp, known: KnownHost) -> None:
        self._app = app
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or not."""
        if scope["type"] == "http" and not all(
            self._known(value) for name, value in scope["headers"] if name == b"host"
        ):
            why = "this is not the host that was asked for; --address names the firewall's own"
            await Phrased(f"{why}\n".encode(), MISDIRECTED, f"Stockade: {why}")(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Measured:
    """Counts, times and logs requests."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        first = scope["path"].lstrip("/").partition("/")[0]
        route = first if first in ROUTES else "other"
        began, status = time.perf_counter(), FAILED

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.latency.labels(route).observe(seconds)
            if status >= FAILED or route not in QUIET:
                self._note(scope, status, seconds)

    @staticmethod
    def _note(scope: Scope, status: int, seconds: float) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
        _log.log(
            logging.ERROR if status >= FAILED else logging.INFO,
            "answered",
            extra={
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "milliseconds": round(1000 * seconds, 2),
                "address": address,
                "agent": agent.decode("latin-1"),
            },
        )
