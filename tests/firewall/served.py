"""Runs the firewall's server on loopback for a test, and speaks to it byte by byte."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from stockade.firewall.answers import FastPath
from stockade.firewall.server import Application, Limits, Server, ServerConfig, Settings, listening


@dataclass
class Running:
    server: Server
    address: str
    port: int
    open: list[socket.socket] = field(default_factory=list)

    def connect(self, *, receive_buffer: int = 0) -> Wire:
        wire = socket.socket()
        if receive_buffer:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        wire.settimeout(20)
        self.open.append(wire)
        wire.connect(("127.0.0.1", self.port))
        return Wire(wire)


@dataclass
class Answer:
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection, for requests as they stand on the wire."""

    def __init__(self, wire: socket.socket) -> None:
        self.socket = wire
        self._buffer = b""

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self.socket.sendall(part)

    def closed(self) -> bool:
        """Waits for the end of the connection: nothing more may come before it."""
        try:
            return self._buffer == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def answer(self, *, head: bool = False) -> Answer:
        """The next answer; to HEAD without a body."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        top, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        line, *fields = top.decode("latin-1").split("\r\n")
        version, status, reason = line.split(" ", 2)
        assert version == "HTTP/1.1"
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}
        bodiless = head or status in {"204", "304"}
        if bodiless:
            return Answer(int(status), reason, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Answer(int(status), reason, headers, self._chunks())
        if "content-length" not in headers:
            return Answer(int(status), reason, headers, self._rest())
        return Answer(int(status), reason, headers, self._take(int(headers["content-length"])))

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self._buffer:
                self._more()
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            size = int(line, 16)
            body += self._take(size)
            assert self._take(2) == b"\r\n"
            if size == 0:
                return body

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _rest(self) -> bytes:
        while data := self.socket.recv(1 << 16):
            self._buffer += data
        taken, self._buffer = self._buffer, b""
        return taken

    def _more(self) -> None:
        data = self.socket.recv(1 << 20)
        assert data, f"the connection ended after {self._buffer[:200]!r}"
        self._buffer += data


@contextmanager
def running(
    app: Application, fast: FastPath | None = None, *, limits: Limits | None = None, **options: Any
) -> Iterator[Running]:
    config = ServerConfig(port=0, limits=limits or Limits(), **options)
    started = threading.Event()
    addresses: list[str] = []

    def ready(address: str) -> None:
        addresses.append(address)
        started.set()

    with listening(config) as sock:
        server = Server(Settings(app, config, fast), ready)
        thread = threading.Thread(target=server.run, args=([sock],), name="server")
        thread.start()
        try:
            assert started.wait(20), "the server did not start"
            running = Running(server, addresses[0], sock.getsockname()[1])
            yield running
        finally:
            server.should_exit = True
            thread.join(60)
            for wire in running.open:
                wire.close()
        assert not thread.is_alive()


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to it"
        time.sleep(0.02)
