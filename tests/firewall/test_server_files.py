"""Files that the server sends past itself, or through TLS."""

from __future__ import annotations

import hashlib
import os
import ssl
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.firewall.applications import GET, PAGE, App, Fast
from tests.firewall.certificate import self_signed
from tests.firewall.served import running, until


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
        until(lambda: not server.server.server_state.tasks and not server.server.server_state.connections)
        assert _descriptors() <= before


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
