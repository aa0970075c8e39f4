"""The server's answers on the wire: status lines, fast answers, pipelining, bodies."""

from __future__ import annotations

import os

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.firewall.applications import GET, PAGE, App, Fast
from tests.firewall.served import running, until

from stockade.firewall.answers import field_lines, ready, status_line
from stockade.firewall.connection import Connection


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


def test_an_application_that_fails_before_it_sends_anything_gets_an_error_sent_and_later_is_cut_off() -> None:
    with running(App()) as server:
        wire = server.connect()
        wire.send(GET % (b"/fails", b""))
        answer = wire.answer()
        assert (answer.status, answer.headers["connection"], "x-secret" in answer.headers) == (
            500,
            "close",
            False,
        )
        assert wire.closed()
        for target, received in ((b"/fails?after", b"ab"), (b"/fails?short", b"")):
            wire = server.connect()
            wire.send(GET % (target, b""))
            data = b""
            while more := wire.socket.recv(1000):
                data += more
            assert b"content-length: 5" in data or b" 500 " in data
            assert data.partition(b"\r\n\r\n")[2] == received or b" 500 " in data


@pytest.mark.parametrize("asked_for_more", [False, True])
def test_the_application_is_told_that_the_connection_is_lost(*, asked_for_more: bool) -> None:
    app = App()
    with running(app) as server:
        wire = server.connect()
        wire.send(GET % (b"/listens", b""))
        assert app.entered.wait(10)
        if asked_for_more:  # which waits, and is not told
            (connection,) = server.server.server_state.connections
            assert isinstance(connection, Connection)
            wire.send(GET % (b"/plain", b""))
            until(lambda: connection.pipeline)
            connection.loop.call_soon_threadsafe(connection.transport.abort)
        else:
            wire.socket.close()
        assert app.release.wait(10)
        until(lambda: not server.server.server_state.tasks)
    assert app.asked == ["GET /listens?"]


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
