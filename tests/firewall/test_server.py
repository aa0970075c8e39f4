"""The server on the wire: status lines, fast answers, pipelining, limits, files, TLS, draining."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.firewall.certificate import self_signed
from tests.firewall.served import Running, running

from stockade.errors import UsageError
from stockade.firewall.answers import Ready, field_lines, ready, status_line
from stockade.firewall.server import Limits, ServerConfig, listening, serve

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


def test_the_reason_phrase_is_the_applications_and_cannot_end_the_line() -> None:
    with running(App()) as server:
        wire = server.connect()
        wire.send(GET % (b"/refused?held:%20five%C3%A9%0D%0AX-Evil:%201", b""))
        answer = wire.answer()
        assert (answer.status, answer.reason, answer.body) == (403, "held: five???X-Evil: 1", b"no")
        assert "x-evil" not in answer.headers
        wire.send(GET % (b"/plain", b""))
        assert wire.answer().reason == "OK"


@given(st.text(max_size=400))
def test_no_text_makes_a_second_line_of_a_status_line(reason: str) -> None:
    line = status_line(403, reason)
    assert line.endswith(b"\r\n")
    assert not set(line[:-2]) - set(range(0x20, 0x7F))


@pytest.mark.parametrize(
    "header",
    [(b"a b", b"c"), (b"", b"c"), (b"a:", b"c"), (b"a", b"c\r\nd: e"), (b"a", b"\0"), (b"a\n", b"b")],
)
def test_what_is_no_header_is_refused(header: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="header"):
        field_lines([header])
    with pytest.raises(ValueError, match="no body"):
        ready(304, [], b"body")


def test_an_application_that_splits_its_answer_gets_an_error_sent_instead() -> None:
    with running(App()) as server:
        wire = server.connect()
        wire.send(GET % (b"/split", b""))
        answer = wire.answer()
        assert answer.status == 500
        assert "set-cookie" not in answer.headers


def test_known_pages_are_answered_without_the_application() -> None:
    app, fast = App(), Fast()
    with running(app, fast) as server:
        wire = server.connect()
        for _ in range(3):
            wire.send(GET % (b"/simple/known/", b"Accept: */*\r\n"))
            answer = wire.answer()
            assert (answer.status, answer.body, answer.headers["etag"]) == (200, PAGE.body, '"1"')
            assert answer.headers["date"].endswith("GMT")
        wire.send(GET % (b"/simple/known/", b'If-None-Match: "1"\r\n'))
        assert (wire.answer().status, app.asked) == (304, [])
        wire.send(b"HEAD /simple/known/ HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = wire.answer(head=True)
        assert (answer.status, answer.headers["content-length"]) == (200, str(len(PAGE.body)))
        wire.send(GET % (b"/simple/other/", b""))
        assert (wire.answer().body, app.asked) == (b"/simple/other/", ["GET /simple/other/?"])
    assert fast.asked[0] == (b"GET", b"/simple/known/", {b"host": b"index.example", b"accept": b"*/*"})
    assert fast.asked[0] == fast.asked[2]


def test_the_answer_is_looked_up_anew_for_a_request_that_is_known() -> None:
    fast = Fast()
    with running(App(), fast) as server:
        wire = server.connect()
        wire.send(GET % (b"/simple/known/", b""))
        assert wire.answer().body == PAGE.body
        fast.page = ready(403, [], b"no more")
        wire.send(GET % (b"/simple/known/", b""))
        assert (wire.answer().status, len(fast.asked)) == (403, 2)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /simple/known/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        GET % (b"/simple/known/", b"Content-Length: 2\r\n") + b"ab",
        GET % (b"/simple/known/", b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n",
        GET % (b"/simple/known/", b"Accept: a\r\nAccept: b\r\n"),
        GET % (b"/simple/crash/", b""),
        b"GET /simple/known/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /simple/known/ HTTP/1.0\r\nHost: a\r\n\r\n",
    ],
)
def test_unusual_requests_go_to_the_application(request_bytes: bytes) -> None:
    app = App()
    with running(app, Fast()) as server:
        wire = server.connect()
        wire.send(request_bytes)
        answer = wire.answer()
        assert answer.status == 200
        assert answer.body.startswith(b"/simple/")
        assert len(app.asked) == 1
        if b"close" in request_bytes or b"HTTP/1.0" in request_bytes:
            assert answer.headers["connection"] == "close"
            assert wire.closed()


def test_pipelined_requests_are_answered_in_their_order() -> None:
    app = App()
    with running(app, Fast()) as server:
        wire = server.connect()
        known, slow, plain = (GET % (path, b"") for path in (b"/simple/known/", b"/slow", b"/plain"))
        wire.send(known + known + slow + known + plain + known)
        assert [wire.answer().body for _ in range(2)] == [PAGE.body] * 2
        assert app.entered.wait(10)
        app.release.set()
        bodies = [wire.answer().body for _ in range(4)]
        assert bodies == [b"slow/slow", b"/simple/known/", b"/plain", b"/simple/known/"]


def test_a_request_in_pieces_is_one_request() -> None:
    fast = Fast()
    with running(App(), fast) as server:
        wire = server.connect()
        for byte in GET % (b"/simple/known/", b"Accept: text/html\r\n"):
            wire.send(bytes([byte]))
        assert wire.answer().body == PAGE.body
        assert fast.asked == [
            (b"GET", b"/simple/known/", {b"host": b"index.example", b"accept": b"text/html"})
        ]


def test_the_end_of_a_body_does_not_teach_the_server_how_to_read_a_request() -> None:
    """A body that ends in half a request, and the other half after it, are bytes that mean another request elsewhere."""
    app, fast = App(), Fast()
    tail = b"GET /evil HTTP/1.1\r\nX: "
    whole = tail + GET % (b"/simple/known/", b"")
    with running(app, fast) as server:
        wire = server.connect()
        wire.send(b"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(tail))
        assert wire.answer().status == 413  # before the body is there, so that the next request is a fast one
        wire.send(whole)
        assert wire.answer().body == PAGE.body
        other = server.connect()
        other.send(whole)
        assert other.answer().body == b"/evil"


def test_an_upload_is_streamed_in() -> None:
    app, body = App(), os.urandom(3 << 20)
    with running(app) as server:
        answer = httpx2.post(f"{server.address}/upload", content=body)
        assert answer.text == str(len(body))
        answer = httpx2.post(f"{server.address}/early", content=b"x" * 1000)
        assert answer.status_code == 413
    assert app.bodies == [body]


def test_a_client_may_ask_before_it_sends_a_body() -> None:
    with running(App()) as server:
        wire = server.connect()
        wire.send(b"POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert wire.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.send(b"abc")
        assert wire.answer().body == b"3"


def test_a_stream_is_sent_in_chunks_or_to_the_end_of_an_old_clients_connection() -> None:
    expected = b"".join(b"%09d\n" % number * 1000 for number in range(300))
    with running(App()) as server:
        wire = server.connect()
        wire.send(GET % (b"/stream", b""), GET % (b"/plain", b""))
        assert wire.answer().body == expected
        assert wire.answer().body == b"/plain"
        old = server.connect()
        old.send(b"GET /stream HTTP/1.0\r\n\r\n")
        assert old.answer().body == expected


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.whl"
    path.write_bytes(os.urandom((9 << 20) + 17))
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return self_signed(tmp_path)


@pytest.mark.parametrize("tls", [False, True])
def test_files_arrive_whole_in_parts_and_after_other_answers(
    file: Path, certificate: tuple[Path, Path], *, tls: bool
) -> None:
    content = file.read_bytes()
    options: dict[str, Any] = {"certificate": certificate[0], "key": certificate[1]} if tls else {}
    with running(App(file), Fast(), **options) as server:
        context = ssl.create_default_context(cafile=str(certificate[0]))
        with httpx2.Client(
            verify=context, base_url=server.address.replace("127.0.0.1", "localhost")
        ) as client:
            for _ in range(2):
                assert client.get("/simple/known/").content == PAGE.body
                assert client.get("/file").content == content
            assert client.get("/file?5000000-1234567").content == content[5000000:6234567]
            assert client.head("/file").headers["content-length"] == str(len(content))
            assert client.get("/file?0-0").content == b""
            assert client.get("/stream").status_code == 200


def test_files_are_sent_to_pipelining_clients_and_slow_ones(file: Path) -> None:
    content = file.read_bytes()
    with running(App(file), Fast()) as server:
        wire = server.connect(receive_buffer=4096)
        wire.send((GET % (b"/file", b"") + GET % (b"/simple/known/", b"")) * 2)
        time.sleep(0.3)
        for _ in range(2):
            assert hashlib.sha256(wire.answer().body).digest() == hashlib.sha256(content).digest()
            assert wire.answer().status == 200


def test_a_file_that_is_not_there_or_too_short_is_never_a_whole_answer(file: Path) -> None:
    with running(App(file)) as server:
        wire = server.connect()
        wire.send(GET % (b"/gone", b""))
        assert wire.answer().status == 500
        wire = server.connect()
        wire.send(GET % (b"/file?%d-100" % (file.stat().st_size - 10), b""))
        received = b""
        try:
            while data := wire.socket.recv(1 << 16):
                received += data
        except ConnectionResetError:
            pass
        assert len(received.partition(b"\r\n\r\n")[2]) <= 10


def test_a_client_that_leaves_during_a_file_leaves_nothing_behind(file: Path) -> None:
    with running(App(file)) as server:
        before = _descriptors()
        for _ in range(5):
            wire = server.connect(receive_buffer=4096)
            wire.send(GET % (b"/file", b""))
            wire.socket.recv(100)
            wire.socket.close()
        _until(lambda: not server.server.server_state.tasks and not server.server.server_state.connections)
        assert _descriptors() <= before


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _until(true: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to it"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"no request at all\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (GET % (b"/" + b"x" * 5000, b""), 431),
        (GET % (b"/x", b"X: " + b"y" * 5000 + b"\r\n"), 431),
        (b"GET /x HTTP/1.1\r\n" + b"X: y\r\n" * 3000, 431),
    ],
)
def test_bad_and_long_requests_are_refused(request_bytes: bytes, status: int) -> None:
    app = App()
    with running(app, limits=Limits(max_head=4096)) as server:
        wire = server.connect()
        wire.send(request_bytes)
        assert wire.answer().status == status
    assert app.asked == []


LIMITS = Limits(head_seconds=1, body_seconds=1, write_seconds=1, keep_alive_seconds=1, min_rate=1 << 16)


@pytest.mark.parametrize(
    "begun", [b"", b"GET /x HTTP/1.1\r\nHo", b"POST /upload HTTP/1.1\r\nContent-Length: 9\r\n\r\nab"]
)
def test_a_client_that_dawdles_is_cut_off(begun: bytes) -> None:
    with running(App(), Fast(), limits=LIMITS) as server:
        wire = server.connect()
        wire.send(begun)
        received = b""
        try:
            while data := wire.socket.recv(1 << 16):
                received += data
        except ConnectionResetError:
            pass
        assert received.startswith(b"HTTP/1.1 408 ") or begun != b"GET /x HTTP/1.1\r\nHo"
        _until(lambda: not server.server.server_state.connections)


@pytest.mark.parametrize("target", [b"/file", b"/stream", b"/simple/known/"])
def test_a_client_that_does_not_take_its_answer_is_cut_off(file: Path, target: bytes) -> None:
    fast = Fast()
    fast.page = ready(200, [], b"x" * (8 << 20))
    with running(App(file), fast, limits=LIMITS) as server:
        wire = server.connect(receive_buffer=4096)
        wire.send(GET % (target, b""))
        _until(lambda: bool(server.server.server_state.connections))
        _until(lambda: not server.server.server_state.connections)


def test_a_client_that_waits_for_the_application_is_not_cut_off() -> None:
    app = App()
    with running(app, limits=LIMITS) as server:
        wire = server.connect()
        wire.send(GET % (b"/slow", b""))
        app.entered.wait(10)
        start = server.server.server_state.second
        _until(lambda: server.server.server_state.second > start + 3)
        app.release.set()
        assert wire.answer().body == b"slow/slow"


def test_more_connections_than_allowed_are_told_so() -> None:
    with running(App(), limits=Limits(max_connections=2)) as server:
        wires = [server.connect() for _ in range(3)]
        for wire in wires[:2]:
            wire.send(GET % (b"/plain", b""))
            wire.answer()
        wires[2].send(GET % (b"/plain", b""))
        assert wires[2].answer().status == 503


def test_running_answers_are_drained_when_the_server_stops() -> None:
    app = App()
    with running(app) as server:
        waiting, idle = server.connect(), server.connect()
        idle.send(GET % (b"/plain", b""))
        idle.answer()
        waiting.send(GET % (b"/slow", b""))
        assert app.entered.wait(10)
        server.server.should_exit = True
        assert idle.closed()
        with pytest.raises(ConnectionRefusedError):
            _until(lambda: not _connects(server))
        app.release.set()
        answer = waiting.answer()
        assert (answer.body, answer.headers["connection"]) == (b"slow/slow", "close")


def _connects(server: Running) -> bool:
    server.connect()
    return True


def test_answers_that_do_not_end_are_cut_when_draining_is_over() -> None:
    app = App()
    with running(app, drain_seconds=1) as server:
        wire = server.connect()
        wire.send(GET % (b"/slow", b""))
        assert app.entered.wait(10)
        server.server.should_exit = True
        received = wire.socket.recv(1000)
        assert b" 200 " not in received


def test_what_cannot_be_listened_on_is_a_usage_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port}"),
            listening(ServerConfig(port=port)),
        ):
            pass
    (tmp_path / "broken.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="cannot be used"):
        serve(App(), ServerConfig(port=0, certificate=tmp_path / "broken.pem"))
