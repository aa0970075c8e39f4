"""What the server refuses, whom it cuts off, and how it ends."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from tests.firewall.applications import GET, App, Fast
from tests.firewall.served import Running, running, until

from stockade.errors import UsageError
from stockade.firewall.answers import ready
from stockade.firewall.server import Limits, ServerConfig, listening, serve


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.whl"
    path.write_bytes(os.urandom((9 << 20) + 17))
    return path


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
        until(lambda: not server.server.server_state.connections)


@pytest.mark.parametrize("target", [b"/file", b"/stream", b"/simple/known/"])
def test_a_client_that_does_not_take_its_answer_is_cut_off(file: Path, target: bytes) -> None:
    fast = Fast()
    fast.page = ready(200, [], b"x" * (8 << 20))
    with running(App(file), fast, limits=LIMITS) as server:
        wire = server.connect(receive_buffer=4096)
        wire.send(GET % (target, b""))
        until(lambda: bool(server.server.server_state.connections))
        until(lambda: not server.server.server_state.connections)


def test_a_client_that_waits_for_the_application_is_not_cut_off() -> None:
    app = App()
    with running(app, limits=LIMITS) as server:
        wire = server.connect()
        wire.send(GET % (b"/slow", b""))
        app.entered.wait(10)
        start = server.server.server_state.second
        until(lambda: server.server.server_state.second > start + 3)
        app.release.set()
        assert wire.answer().body == b"slow/slow"


def test_more_connections_than_allowed_are_told_so() -> None:
    with running(App(), limits=Limits(max_connections=2)) as server:
        statuses = []
        for _ in range(3):
            wire = server.connect()
            wire.send(GET % (b"/plain", b""))
            statuses.append(wire.answer().status)
        assert statuses == [200, 200, 503]


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
            until(lambda: not _connects(server))
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
