"""One request and its answer, between the application (ASGI) and the connection.

Beyond ASGI's core: the message ``http.response.start`` takes a ``reason``, the status line's reason phrase; and
``http.response.pathsend`` sends a file without passing it through this process, of which ``offset`` and ``count`` (bytes)
may name a part. Both are announced in the scope's ``extensions``, the first as ``stockade.reason``.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from stockade.firewall.answers import field_lines, status_line
from stockade.firewall.sendfile import FileSender

if TYPE_CHECKING:
    from stockade.firewall.connection import Connection

EXTENSIONS: dict[str, dict[str, Any]] = {"http.response.pathsend": {}, "stockade.reason": {}}
READ_CHUNK = 1 << 18
"""Bytes that are read at once from a file that must pass through this process, because of TLS."""


class Exchange(RequestResponseCycle):
    """The server's side of one run of the application."""

    connection: Connection
    head: bytes = b""
    """The answer's head, held until there is a body to go with it; :attr:`response_started` says that it is sent."""
    _silent = False
    """The answer has no body on the wire."""

    async def send(self, message: Any) -> None:
        """Take one message of the application.

        Raises:
            RuntimeError: the message does not come in its turn, or the body's length is not what was announced.
            ValueError: a header would not be one on the wire.
            OSError: the file to be sent cannot be read. Nothing of the answer was sent then.
        """
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        begun = (self.head or self.response_started) and not self.response_complete
        if kind == "http.response.start" and not self.response_started:
            self._start(message)  # one that nothing came of is replaced, by an error's answer as a rule
        elif kind == "http.response.body" and begun:
            self._body(message.get("body", b""), more=message.get("more_body", False))
        elif kind == "http.response.pathsend" and begun:
            await self._file(Path(message["path"]), message.get("offset", 0), message.get("count"))
        else:
            raise RuntimeError(f"the message {kind!r} does not come in its turn")

    def _start(self, message: Any) -> None:
        status = message["status"]
        self.expected_content_length = 0
        headers = [(name.lower(), value) for name, value in message.get("headers", ())]
        named = dict(headers)
        if b"close" in named.get(b"connection", b"").lower():
            self.keep_alive = False
        elif not self.keep_alive:
            headers.append((b"connection", b"close"))
        if b"content-length" in named:
            self.expected_content_length = int(named[b"content-length"])
            self.chunked_encoding = False
        elif status in {204, 304}:
            self.chunked_encoding = False
        elif (
            self.scope["http_version"] == "1.0"
        ):  # it knows no chunks: the end of the connection ends the body
            self.chunked_encoding, self.keep_alive = None, False
        else:
            self.chunked_encoding = True
            if b"transfer-encoding" not in named:
                headers.append((b"transfer-encoding", b"chunked"))
        date = b"" if b"date" in named else self.connection.state.date
        fields = field_lines(headers)
        self.head = b"".join((status_line(status, message.get("reason", "")), date, fields, b"\r\n"))
        self.waiting_for_100_continue = False
        self._silent = self.scope["method"] == "HEAD" or status in {204, 304}

    def _body(self, body: bytes, *, more: bool) -> None:
        if self._silent:
            self.expected_content_length, parts = 0, []
        elif self.chunked_encoding:
            parts = [b"%x\r\n" % len(body), body, b"\r\n"] if body else []
            if not more:
                parts.append(b"0\r\n\r\n")
        else:
            if self.chunked_encoding is False:
                self._count(len(body))
            parts = [body] if body else []
        if not more and self.expected_content_length:
            raise RuntimeError(
                f"the body ends {self.expected_content_length:,} bytes before its Content-Length"
            )
        if self.head:
            parts.insert(0, self._take_head())
        self.connection.write(parts)
        if not more:
            self._end()

    def _take_head(self) -> bytes:
        """The head, which is sent now."""
        head, self.head, self.response_started = self.head, b"", True
        return head

    def _count(self, size: int) -> None:
        if size > self.expected_content_length:
            raise RuntimeError("the body is longer than its Content-Length")
        self.expected_content_length -= size

    def _end(self) -> None:
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    async def _file(self, path: Path, offset: int, count: int | None) -> None:
        file = os.open(path, os.O_RDONLY)
        try:
            length = max(0, os.fstat(file).st_size - offset) if count is None else count
            if self._silent:
                length = self.expected_content_length = 0
            elif self.chunked_encoding is not False or self.expected_content_length != length:
                raise RuntimeError("the file's length is not what Content-Length says")
            if length == 0:
                self._body(b"", more=False)
            elif self.scope["scheme"] == "https":
                await self._through(file, offset, length)
            else:
                await self._past(file, offset, length)
        finally:
            os.close(file)

    async def _past(self, file: int, offset: int, length: int) -> None:
        """By the kernel alone."""
        await self.connection.drained()
        if self.disconnected:
            return
        sender = FileSender(self.transport.get_extra_info("socket").fileno(), self.connection.count)
        self.connection.sender = sender
        try:
            await sender.send(self._take_head(), file, offset, length)
        except OSError:
            self.disconnected = True
            self.transport.abort()
            return
        except BaseException:
            self.transport.abort()  # what was announced cannot be kept; the client must not take it as whole
            raise
        finally:
            self.connection.sender = None
        self.expected_content_length = 0
        self._end()

    async def _through(self, file: int, offset: int, length: int) -> None:
        """By reading it, for TLS."""
        while length and not self.disconnected:
            chunk = await asyncio.to_thread(os.pread, file, min(length, READ_CHUNK), offset)
            if not chunk:
                raise RuntimeError(f"the file ends {length:,} bytes early")
            offset, length = offset + len(chunk), length - len(chunk)
            if self.flow.write_paused:
                await self.flow.drain()
            if not self.disconnected:
                self._body(chunk, more=length > 0)
