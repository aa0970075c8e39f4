"""A web server on loopback, for tests of whatever speaks HTTP: it answers, errs, dawdles and remembers."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

BOMB_BYTES = 96 << 20
_LONG = 3600.0
_DRIP = 0.02


class Fault(Enum):
    """What goes wrong with an answer."""

    ERROR = "500 for an answer"
    BUSY = "429 with Retry-After"
    TRUNCATED = "the connection ends in the middle of the body"
    DROPPED = "the connection ends before an answer"
    SLOW = "the answer comes late"
    WRONG_TYPE = "the right body under another content type"
    GARBAGE = "the right content type over a body that is none"
    RESET = "the connection is reset in the middle of the body"
    STALLED = "the body stops in the middle, and the connection stays open"
    DRIPPING = "the body comes byte by byte"
    ENDLESS = "the body does not end"
    LONGER = "more bytes than there are in the file, honestly announced"
    SHORTER = "fewer bytes than there are in the file, honestly announced"
    ALTERED = "one byte of the body is another one"
    BOMB = "a packed body that unpacks to a thousand times its size"
    UNCHANGED = "304, whatever was asked"
    LOOP = "a redirect to the same address"


@dataclass(frozen=True)
class Seen:
    """A request that came in."""

    method: str
    path: str
    """With the query."""
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass(frozen=True)
class Reply:
    """An answer."""

    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True
    """Send an ETag of the body, 304 to who has it, and parts of it to who asks for them."""


@dataclass
class _Trouble:
    fault: Fault
    times: int
    seconds: float


class LoopbackServer:
    """Serves :class:`Reply` objects by path on a port of 127.0.0.1, a free one unless it is named.

    Use it as a context manager. A subclass that makes its answers overrides :meth:`answer`.
    """

    def __init__(self, port: int = 0) -> None:
        self.seen: list[Seen] = []
        """Every request so far."""
        self.credentials: tuple[str, str] | None = None
        """User and password that every request needs; None for anybody."""
        self._replies: dict[str, Reply] = {}
        self._troubles: dict[str, _Trouble] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="loopback")

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def serve(self, path: str, reply: Reply) -> str:
        """Answer ``path`` with ``reply``; returns the address."""
        self._replies[path] = reply
        return self.origin + path

    def fail(self, path: str, fault: Fault, *, times: int = 1_000_000, seconds: float = 0) -> None:
        """Let ``path`` go wrong ``times`` times: ``seconds`` late (SLOW), or to be retried after (BUSY)."""
        self._troubles[path] = _Trouble(fault, times, seconds)

    def asked(self, path: str) -> int:
        """How often ``path`` was asked for."""
        return sum(urlsplit(seen.path).path == path for seen in self.seen)

    def answer(self, seen: Seen) -> Reply:
        """The answer to a request, before anything goes wrong with it."""
        return self._replies.get(urlsplit(seen.path).path) or Reply(b"not found\n", status=404, etag=False)

    def handle(self, seen: Seen) -> tuple[Reply, Fault | None]:
        """Take a request: remember it, judge its credentials, make the answer, and let it go wrong."""
        with self._lock:
            self.seen.append(seen)
            trouble = self._troubles.get(urlsplit(seen.path).path)
            if trouble is not None and trouble.times > 0:
                trouble.times -= 1
            else:
                trouble = None
        if not self._admitted(seen):
            return Reply(
                b"who are you\n", status=401, headers={"WWW-Authenticate": "Basic"}, etag=False
            ), None
        if trouble is None:
            return self.answer(seen), None
        instead = _instead(trouble, seen)
        if instead is not None:
            return instead, None
        if trouble.fault is Fault.SLOW:
            self.wait(trouble.seconds)
        return _spoilt(self.answer(seen), trouble.fault), trouble.fault

    def wait(self, seconds: float) -> None:
        """Let time pass, but no longer than the server runs."""
        self._stopping.wait(seconds)

    def _admitted(self, seen: Seen) -> bool:
        if self.credentials is None:
            return True
        expected = "Basic " + base64.b64encode(":".join(self.credentials).encode()).decode()
        return seen.headers.get("authorization") == expected


def _instead(trouble: _Trouble, seen: Seen) -> Reply | None:
    """What is answered instead of the answer."""
    match trouble.fault:
        case Fault.ERROR:
            return Reply(b"broken\n", status=500, etag=False)
        case Fault.BUSY:
            retry = {"Retry-After": f"{trouble.seconds:g}"}
            return Reply(b"busy\n", status=429, headers=retry, etag=False)
        case Fault.UNCHANGED:
            return Reply(status=304, etag=False)
        case Fault.LOOP:
            return Reply(status=302, headers={"Location": seen.path}, etag=False)
    return None


def _spoilt(reply: Reply, fault: Fault) -> Reply:
    """The answer with another body."""
    body = reply.body
    if fault is Fault.WRONG_TYPE:
        return replace(reply, content_type="application/octet-stream")
    if fault is Fault.BOMB:
        packed = {**reply.headers, "Content-Encoding": "gzip"}
        return replace(reply, body=_bomb(), headers=packed)
    other = {
        Fault.GARBAGE: b"\x00{]",
        Fault.LONGER: body + b"and more",
        Fault.SHORTER: body[: len(body) // 2],
        Fault.ALTERED: bytes((body[0] ^ 1,)) + body[1:] if body else b"x",
    }
    return replace(reply, body=other.get(fault, body))


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES))


def _part(asked: Mapping[str, str], etag: str, size: int) -> range | None:
    """The part of a body that a request is for (RFC 9110, from a byte on); None for all of it."""
    found = re.fullmatch(r"bytes=(\d+)-", asked.get("range", ""))
    if found is None or asked.get("if-range", etag) != etag:
        return None
    return range(int(found[1]), size)


def _as_asked(reply: Reply, asked: Mapping[str, str]) -> tuple[bytes, int, dict[str, str]]:
    """Body, status and headers, by the conditions and the range of the request."""
    headers, body = dict(reply.headers), reply.body
    if not reply.etag:
        return body, reply.status, headers
    etag = headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    if asked.get("if-none-match") == etag:
        return b"", 304, headers
    part = _part(asked, etag, len(body))
    if part is None or reply.status != 200:  # noqa: PLR2004 - parts are of whole files
        return body, reply.status, headers
    if not part:
        return b"", 416, headers | {"Content-Range": f"bytes */{len(body)}"}
    where = f"bytes {part.start}-{part.stop - 1}/{len(body)}"
    return body[part.start :], 206, headers | {"Content-Range": where}


class _Server(ThreadingHTTPServer):
    owner: LoopbackServer
    daemon_threads = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.append(connection)
        return connection, address

    def hang_up(self) -> None:
        """End the connections that clients keep open, so that their threads end."""
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        asked = {name.lower(): value for name, value in self.headers.items()}
        reply, fault = self.server.owner.handle(Seen(self.command, self.path, asked))
        if fault is Fault.DROPPED:
            self.close_connection = True
            return
        body, status, headers = _as_asked(reply, asked)
        if fault is Fault.ENDLESS:
            self._go_on_for_ever(reply)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:  # noqa: PLR2004 - RFC 9110: "not modified" has no body
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault in {Fault.TRUNCATED, Fault.RESET, Fault.STALLED}:
            body, self.close_connection = body[: len(body) // 2], True
        if fault is Fault.DRIPPING:
            self._drip(body)
        elif self.command != "HEAD":
            self.wfile.write(body)
        if fault is Fault.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif fault is Fault.STALLED:
            self.server.owner.wait(_LONG)

    def _drip(self, body: bytes) -> None:
        self.close_connection = True
        with suppress(OSError):
            for byte in body:
                self.wfile.write(bytes((byte,)))
                self.server.owner.wait(_DRIP)

    def _go_on_for_ever(self, reply: Reply) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", reply.content_type)
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(bytes(1 << 16))

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Requests are remembered in ``seen``, not printed."""
