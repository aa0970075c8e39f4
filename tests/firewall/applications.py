"""Applications and a fast path for tests of the server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from stockade.firewall.answers import Ready, ready

GET = b"GET %b HTTP/1.1\r\nHost: index.example\r\n%b\r\n"
PAGE = ready(200, [(b"content-type", b"text/plain"), (b"etag", b'"1"')], b"a page of the cache")
SAME = ready(304, [(b"etag", b'"1"')])


class App:
    """An application whose routes are told by the path; it remembers what it was asked."""

    def __init__(self, file: Path | None = None) -> None:
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.file = file
        self.release = threading.Event()
        self.entered = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asked.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}")
        route = scope["path"].strip("/").split("/")[0]
        await getattr(self, f"_{route}", self._plain)(scope, receive, send)

    async def _plain(self, scope: Any, receive: Any, send: Any) -> None:
        del receive
        await _answer(send, 200, scope["path"].encode())

    async def _refused(self, scope: Any, receive: Any, send: Any) -> None:
        del receive
        start = {
            "type": "http.response.start",
            "status": 403,
            "reason": unquote(scope["query_string"].decode()),
        }
        await send(start | {"headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"no"})

    async def _slow(self, scope: Any, receive: Any, send: Any) -> None:
        del receive
        self.entered.set()
        while not self.release.is_set():  # noqa: ASYNC110 - it is set in the test's thread
            await asyncio.sleep(0.01)
        await _answer(send, 200, b"slow" + scope["path"].encode())

    async def _upload(self, scope: Any, receive: Any, send: Any) -> None:
        del scope
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message["body"], message["more_body"]
        self.bodies.append(body)
        await _answer(send, 200, b"%d" % len(body))

    async def _early(self, scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await _answer(send, 413, b"too large")

    async def _stream(self, scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number in range(300):
            await send({"type": "http.response.body", "body": b"%09d\n" % number * 1000, "more_body": True})
        await send({"type": "http.response.body"})

    async def _file(self, scope: Any, receive: Any, send: Any) -> None:
        del receive
        assert self.file is not None
        asked = scope["query_string"].decode()
        part: dict[str, Any] = {}
        size = self.file.stat().st_size
        if asked:
            first, _, count = asked.partition("-")
            part = {"offset": int(first), "count": int(count)}
            size = part["count"]
        headers = [(b"content-length", b"%d" % size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.pathsend", "path": str(self.file), **part})

    async def _gone(self, scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.pathsend", "path": "/nowhere/at/all"})

    async def _fails(self, scope: Any, receive: Any, send: Any) -> None:
        del receive
        headers = [(b"content-length", b"5"), (b"x-secret", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if scope["query_string"]:
            await send(
                {"type": "http.response.body", "body": b"ab", "more_body": scope["query_string"] != b"short"}
            )
        raise RuntimeError("a bug")

    async def _listens(self, scope: Any, receive: Any, send: Any) -> None:
        del scope, send
        await receive()
        self.entered.set()
        assert (await receive())["type"] == "http.disconnect"
        self.release.set()

    async def _split(self, scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await _answer(send, 200, b"", [(b"x-evil", b"a\r\nset-cookie: b")])


async def _answer(
    send: Any, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    fields = [*(headers or []), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


class Fast:
    """A fast path that knows one page, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, bytes, dict[bytes, bytes]]] = []
        self.page = PAGE

    def __call__(self, method: bytes, target: bytes, headers: Mapping[bytes, bytes]) -> Ready | None:
        self.asked.append((method, target, dict(headers)))
        if target == b"/simple/crash/":
            raise KeyError("a bug")
        if target != b"/simple/known/":
            return None
        return SAME if headers.get(b"if-none-match") == b'"1"' else self.page
