"""One client's connection: HTTP/1.1 as uvicorn speaks it, with an answer from memory before any task is made, reason
phrases, files past this process, and a time within which a client must act."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from stockade.firewall.answers import ready
from stockade.firewall.exchange import EXTENSIONS, Exchange

if TYPE_CHECKING:
    from stockade.firewall.sendfile import FileSender
    from stockade.firewall.server import Settings

HIGH_WATER = 1 << 20
"""Bytes waiting to be written at which whoever writes is asked to wait."""
HEADS = 4096
"""Requests whose parsed heads are remembered."""
HEAD_LENGTH = 2048
"""Longest request in bytes that is remembered."""
Head = tuple[bytes, bytes, dict[bytes, bytes]]
"""Method, target, headers."""
_UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
"""Headers of requests that the fast path does not take."""
_TEXT = ((b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"))
_log = logging.getLogger("stockade.firewall")


class State(ServerState):
    """What all connections of a server share."""

    def __init__(self) -> None:
        super().__init__()
        self.date = b""
        """The ``Date`` header line of this second."""
        self.second = 0
        """Seconds since the server started, counted by its clock's ticks."""
        self.heads: dict[bytes, Head] = {}
        """Requests of the fast path as they came and as the parser read them: a client sends the same bytes again and
        again. Emptied when :data:`HEADS` are known."""


class Reading(IntEnum):
    """How far the parser is. Set by the parser's word alone."""

    NOTHING = 0
    """Between two requests."""
    HEAD = 1
    BODY = 2


class Connection(HttpToolsProtocol):
    """One connection."""

    config: Settings
    state: State

    def __init__(
        self,
        config: Settings,
        server_state: State,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.state = server_state
        self.sender: FileSender | None = None
        self._running: RequestResponseCycle | None = None
        self._fast = config.fast
        self._limits = config.limits
        self._reading = Reading.NOTHING
        self._since = server_state.second
        self._head_bytes = 0
        self._body_bytes = 0
        self._plain = True
        self._answered = False
        self._received = b""
        self._written = 0
        self._taken = 0
        self._slow = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See :class:`asyncio.Protocol`."""
        super().connection_made(transport)  # type: ignore[arg-type] # a stream's transport, by contract
        self.transport.set_write_buffer_limits(high=HIGH_WATER)

    def connection_lost(self, exc: Exception | None) -> None:
        """See :class:`asyncio.Protocol`."""
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()
        if self.sender is not None:
            self.sender.hang_up()

    def data_received(self, data: bytes) -> None:
        """See :class:`asyncio.Protocol`."""
        before = self._reading
        if before is Reading.NOTHING:
            head = self.state.heads.get(data)
            if head is not None and self._free() and self._answer_at_once(head):
                self._since = self.state.second
                return
            self._received = data
        else:
            self._received = b""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # answered as any other request, and the connection ends with it
        except httptools.HttpParserError:
            self._refuse(400, "the request is not HTTP/1.1 as it should be\n")
            return
        self._received = b""
        if self._reading is Reading.HEAD:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.max_head:
                self._refuse(431, "the request's head is too long\n")

    def on_message_begin(self) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        self.url = b""
        self.headers = []
        self._plain = True
        self._answered = False
        self._head_bytes = self._body_bytes = 0
        self._reading = Reading.HEAD
        self._since = self.state.second

    def on_header(self, name: bytes, value: bytes) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        name = name.lower()
        if name in _UNUSUAL:
            self._plain = False
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        if self.transport.is_closing():
            return
        parser = self.parser
        method = parser.get_method()
        keep = parser.get_http_version() == "1.1" and parser.should_keep_alive()
        if self._plain and keep and self._free() and method in {b"GET", b"HEAD"}:
            head = (method, self.url, dict(self.headers))
            if len(head[2]) == len(self.headers) and self._answer_at_once(head):
                self._answered = True
                self._remember(head)
                return
        if (
            sum(len(name) + len(value) for name, value in self.headers) + len(self.url)
            > self._limits.max_head
        ):
            self._refuse(431, "the request's head is too long\n")
            return
        self._reading = Reading.BODY
        self._exchange(method, keep=keep and not parser.should_upgrade())

    def _busy(self) -> bool:
        """Whether a request is being answered by the application."""
        return not getattr(self.cycle, "response_complete", True)  # before the first request it is None

    def _free(self) -> bool:
        """Whether nothing is being answered or waits to be written, so that an answer may go out at once."""
        return not self.flow.write_paused and not self._busy()

    def _answer_at_once(self, head: Head) -> bool:
        """Answer from memory, if that knows an answer."""
        if self._fast is None:
            return False
        try:
            found = self._fast(*head)
        except Exception:  # noqa: BLE001 - the application decides then, as it would have without
            _log.exception("the fast path failed")
            return False
        if found is None:
            return False
        first = b"".join((found.status, self.state.date, found.fields))
        self.write((first,) if head[0] == b"HEAD" or not found.body else (first, found.body))
        self.state.total_requests += 1
        return True

    def _remember(self, head: Head) -> None:
        """Keep how the parser read what came between two requests, if it was this request, whole, and nothing else."""
        data = self._received
        whole = (
            data.startswith(head[0] + b" ") and data.endswith(b"\r\n\r\n") and data.count(b"\r\n\r\n") == 1
        )
        if whole and len(data) <= HEAD_LENGTH:
            heads = self.state.heads
            if len(heads) >= HEADS:
                heads.clear()
            heads[data] = head

    def _exchange(self, method: bytes, *, keep: bool) -> None:
        """Hand the request to the application, now or after those before it."""
        app = self.app
        limit = self.limit_concurrency
        if limit is not None and (len(self.connections) > limit or len(self.tasks) >= limit):
            app = service_unavailable
        expects = (b"expect", b"100-continue") in [(name, value.lower()) for name, value in self.headers]
        cycle = Exchange(
            scope=self._make_scope(method),  # type: ignore[arg-type] # a dictionary of ASGI's keys
            transport=self.transport,
            flow=self.flow,
            logger=_log,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=expects,
            keep_alive=keep,
            on_response=self.on_response_complete,
        )
        cycle.connection = self
        if self._busy():
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, app))
        else:
            self._run(cycle, app)
        self.cycle = cycle

    def _run(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        self._start_asgi_task(cycle, app)

    def _make_scope(self, method: bytes) -> dict[str, Any]:
        address = httptools.parse_url(self.url)
        raw_path = address.path or b"/"
        return {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": self.parser.get_http_version(),
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "method": method.decode("ascii"),
            "root_path": self.root_path,
            "path": self.root_path + unquote(raw_path.decode("ascii")),
            "raw_path": self.root_path.encode("ascii") + raw_path,
            "query_string": address.query or b"",
            "headers": self.headers,
            "state": self.app_state.copy(),
            "extensions": EXTENSIONS,
        }

    def on_body(self, body: bytes) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        self._body_bytes += len(body)
        if not self._answered and not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """See :class:`httptools.HttpRequestParser`."""
        self._reading = Reading.NOTHING
        self._since = self.state.second
        if not self._answered and not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The application has given its answer: on to the next request."""
        self.state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self._reading is Reading.NOTHING:
            self._since = self.state.second
        if self.pipeline:
            self._run(*self.pipeline.pop())

    def shutdown(self) -> None:
        """The server stops: end as soon as what runs is answered."""
        if self._busy():
            self.cycle.keep_alive = False  # the last of those that wait: all are answered
        else:
            self.transport.close()

    def write(self, parts: Sequence[bytes]) -> None:
        """Send bytes, in order and by one call of the kernel, so that the client wakes once."""
        for part in parts:
            self._written += len(part)
        self.transport.writelines(parts)

    def count(self, size: int) -> None:
        """So many bytes were sent past the transport."""
        self._written += size

    async def drained(self) -> None:
        """Wait until the transport has nothing left to write, or is closed."""
        if self.transport.get_write_buffer_size():
            self.transport.set_write_buffer_limits(high=0)
            await self.flow.drain()
            if not self.transport.is_closing():
                self.transport.set_write_buffer_limits(high=HIGH_WATER)

    def sweep(self) -> None:
        """Once a second: end the connection of a client that keeps nobody busy but us."""
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            return
        limits, age = self._limits, self.state.second - self._since
        waiting = self.transport.get_write_buffer_size()
        taken = self._written - waiting
        if waiting or self.sender is not None:
            self._slow = 0 if taken - self._taken >= limits.min_rate else self._slow + 1
            self._taken = taken
            if self._slow > limits.write_seconds:
                self.transport.abort()
            return
        self._slow, self._taken = 0, taken
        if self._reading is Reading.BODY:
            if self.flow.read_paused:
                self._since += 1  # the application makes it wait
            elif age > limits.body_seconds + self._body_bytes // limits.min_rate:
                self.transport.abort()
        elif self._busy():
            return  # the application works
        elif self._reading is Reading.HEAD and age > limits.head_seconds:
            self._refuse(408, "the request took too long\n")
        elif self._reading is Reading.NOTHING and age > limits.keep_alive_seconds:
            self.transport.close()

    def _refuse(self, status: int, text: str) -> None:
        """Answer what is no request, and end; after an answer that still runs, only end."""
        if self.transport.is_closing():
            return
        if not self._busy():
            answer = ready(status, _TEXT, text.encode())
            self.write((answer.status + self.state.date + answer.fields, answer.body))
            self.transport.close()
        else:
            self.transport.abort()
