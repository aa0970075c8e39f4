from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest


def test_a_foreign_address_is_refused() -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))


def test_a_foreign_datagram_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        client.sendto(b"x", ("192.0.2.1", 53))


def test_a_foreign_name_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match=r"index\.example"):
        socket.getaddrinfo("index.example", 443)


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        client.sendall(b"x")
        accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(1) == b"x"


def test_the_state_folder_is_the_tests_own() -> None:
    folder = Path(os.environ["STOCKADE_STATE"])
    assert folder.is_dir()
    assert not list(folder.iterdir())
