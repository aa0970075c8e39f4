"""What holds for every test: no network but loopback, no user state, golden files, one hypothesis profile."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the files under tests/golden/ anew; look at the difference before you commit it",
    )


class NetworkBlockedError(RuntimeError):
    """A test that is not marked ``online`` tried to leave the machine."""


def _loopback(host: object) -> bool:
    if host is None or host in {"", b"", "localhost", b"localhost"}:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    raise NetworkBlockedError(
        f"a test tried to reach {host!r}: only loopback is allowed; mark the test 'online' if it must"
    )


@pytest.fixture(autouse=True)
def _only_loopback(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse names and addresses that are not loopback, and every datagram that leaves the machine."""
    if request.node.get_closest_marker("online"):
        return

    def guard(name: str, address_at: int) -> None:
        original: Callable[..., Any] = getattr(socket.socket, name)

        def guarded(self: socket.socket, *args: Any) -> Any:
            address = args[address_at]
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _loopback(address[0]):
                _refuse(address[0])
            return original(self, *args)

        monkeypatch.setattr(socket.socket, name, guarded)

    for name in ("connect", "connect_ex"):
        guard(name, 0)
    guard("sendto", -1)
    resolve = socket.getaddrinfo

    def guarded_resolve(host: Any, *args: Any, **options: Any) -> Any:
        if not _loopback(host):
            _refuse(host)
        return resolve(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


@pytest.fixture(autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test an empty state folder of its own, so that none touches the user's."""
    monkeypatch.setenv("STOCKADE_STATE", str(tmp_path_factory.mktemp("state")))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file below ``tests/golden/``; ``--update-golden`` writes the file instead."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
            return
        if not path.is_file():
            pytest.fail(f"{name} is not there: write it with 'pytest --update-golden' and look at it")
        with path.open(encoding="utf-8", newline="") as file:
            expected = file.read()
        assert text == expected, f"{name} differs: 'pytest --update-golden' writes it anew"

    return compare
