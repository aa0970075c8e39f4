"""Sends a file from the disk's cache to a connection without passing it through this process."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress

STEP = 1 << 20
"""Most bytes that one call of the kernel takes, so that a slow disk holds up other connections for short times only."""
TURN = 4 << 20
"""After so many bytes other connections get their turn."""
_MORE = getattr(socket, "MSG_MORE", 0)
"""To the kernel: the file follows, so do not send the head in a packet of its own."""


class FileSender:
    """Sends one file over the socket of a transport that has nothing left to write itself.

    The event loop does not let a transport's descriptor be watched by others, so a duplicate of it is watched and written
    to. The transport must not be written to meanwhile.

    Args:
        connection: the descriptor of the transport's socket.
        progress: told the number of bytes after each step.
    """

    def __init__(self, connection: int, progress: Callable[[int], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._progress = progress
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._socket: socket.socket | None = None
        self._head = b""
        self._out, self._file, self._offset, self._count = -1, -1, 0, 0

    def hang_up(self) -> None:
        """The connection is lost: whoever waits for it gets ``ConnectionResetError``."""
        if not self._done.done():
            self._done.set_exception(ConnectionResetError("the client is gone"))

    async def send(self, head: bytes, file: int, offset: int, count: int) -> None:
        """Send ``head``, then ``count`` bytes of the descriptor ``file`` from ``offset`` on.

        Raises:
            EOFError: the file is shorter than that.
            OSError: the connection is lost.
        """
        self._head, self._file, self._offset, self._count = head, file, offset, count
        with socket.socket(fileno=os.dup(self._connection)) as self._socket:
            self._out = self._socket.fileno()
            self._pump()
            if self._done.done():
                self._done.result()
                return
            self._loop.add_writer(self._out, self._pump)
            try:
                await self._done
            finally:
                with suppress(OSError, RuntimeError):
                    self._loop.remove_writer(self._out)

    def _pump(self) -> None:
        """Send as much as the connection takes now."""
        if self._done.done():
            return
        turn = TURN
        try:
            while self._head:
                self._send_head()
            while turn > 0 and self._count:
                wanted = min(self._count, STEP)
                sent = self._send_file(wanted)
                turn -= sent
                if sent < wanted:  # the connection is full: to try again would only tell so
                    break
        except BlockingIOError:
            return
        except (OSError, EOFError) as error:
            self._done.set_exception(error)
            return
        if not self._count:
            self._done.set_result(None)

    def _send_head(self) -> None:
        assert self._socket is not None  # noqa: S101 - for the type: send() opens it before
        sent = self._socket.send(self._head, _MORE if self._count else 0)
        self._progress(sent)
        self._head = self._head[sent:]

    def _send_file(self, wanted: int) -> int:
        sent = os.sendfile(self._out, self._file, self._offset, wanted)
        if sent == 0:
            raise EOFError(f"the file ends {self._count:,} bytes early")
        self._progress(sent)
        self._offset += sent
        self._count -= sent
        return sent
