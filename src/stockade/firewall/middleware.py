"""Around every request: its figures, its line in the log, and what is sent whatever the answer."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stockade.firewall.logs import LOGGER
from stockade.firewall.metrics import Metrics

ROUTES = ("simple", "files", "legacy", "api", "healthz", "readyz", "metrics")
"""First parts of paths that have a label of their own; everything else is ``other``, so that strangers make none."""
QUIET = ("healthz", "readyz", "metrics")
"""Asked all the time by machines: not logged unless they fail."""
FAILED = 500
_log = logging.getLogger(LOGGER)


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
