"""A real PostgreSQL server for the test session, from Debian's binaries, on loopback, in a folder that goes away.

Import ``postgres_server`` and ``new_postgres_url`` into a ``conftest.py`` to use them, and mark the
tests ``postgres``.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess  # noqa: TID251 - tests start a server; the ban is for the program
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 60
STOP_SECONDS = 20
_OWNER = "postgres"  # initdb refuses to run as root


class PostgresServer:
    """A running server; every database is reached as its superuser."""

    def __init__(self, port: int, password: str) -> None:
        self.port = port
        self.password = password
        self._schemas = count(1)

    def url(self, *, schema: str = "public", user: str = "stockade", password: str = "") -> str:
        """The address of a schema of the server's database."""
        who = f"{user}:{password or self.password}"
        return f"postgresql://{who}@127.0.0.1:{self.port}/postgres?options=-csearch_path%3D{schema}"

    def execute(self, *statements: str) -> None:
        """Run statements as superuser, each by itself."""
        import psycopg

        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="stockade",
            password=self.password,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def new_schema(self) -> str:
        """Make an empty schema and name it."""
        name = f"log_{next(self._schemas)}"
        self.execute(f"CREATE SCHEMA {name}")
        return name


def missing_for_postgres() -> str:
    """Why no server can be started here; empty where it can."""
    if _binaries() is None:
        return "no PostgreSQL server binaries below /usr/lib/postgresql (Debian: apt-get install postgresql)"
    if find_spec("psycopg") is None:
        return "the psycopg package is not installed"
    if shutil.which("setpriv") is None:
        return "no setpriv command (Debian: util-linux)"
    return ""


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Start a server, and stop it and remove its folder whatever happens.

    It also ends when this process is killed.
    """
    binaries = _binaries()
    assert binaries is not None, missing_for_postgres()
    folder = Path(tempfile.mkdtemp(prefix="stockade-postgres-"))
    try:
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, _OWNER, _OWNER)
        data = folder / "data"
        access = ["-U", "stockade", "-A", "scram-sha-256", "--pwfile", folder / "password"]
        initdb = [binaries / "initdb", "-D", data, "--no-sync", "-E", "UTF8", "--locale=C", *access]
        _run_as_owner(initdb, folder)
        with _started(binaries / "postgres", folder, data) as port:
            server = PostgresServer(port, password)
            yield server
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _as_owner(command: list[Any]) -> list[str]:
    """The command as the owner, ended together with this process."""
    identity = [f"--reuid={_OWNER}", f"--regid={_OWNER}", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *identity, "--pdeathsig=INT", *map(str, command)]


def _run_as_owner(command: list[Any], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603 - a fixed command
        _as_owner(command), cwd=folder, check=False, capture_output=True, text=True, timeout=START_SECONDS
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}{done.stderr}"


@contextmanager
def _started(binary: Path, folder: Path, data: Path) -> Iterator[int]:
    """Run the server on a free port; another process may take the port first, so try again."""
    for attempt in range(3):
        port = _free_port()
        command = [binary, "-D", data, "-p", port, "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"]
        with (folder / "log").open("ab") as log:
            server = subprocess.Popen(_as_owner(command), cwd=folder, stdout=log, stderr=log)  # noqa: S603 - a fixed command
        try:
            if _accepts(server, port):
                yield port
                return
        finally:
            _stop(server)
        if attempt == 2:
            pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _accepts(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server takes logins; False where it ended or never does."""
    import psycopg

    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="nobody", dbname="postgres", connect_timeout=2)
        except psycopg.OperationalError as error:
            if "password" in str(error):
                return True
        time.sleep(0.05)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # fast shutdown
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)  # immediate, children included
            server.wait(STOP_SECONDS)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's server; skips, with the reason, where none can be started."""
    if reason := missing_for_postgres():
        pytest.skip(reason)
    with running_server() as server:
        yield server


@pytest.fixture
def new_postgres_url(postgres_server: PostgresServer) -> Iterator[Callable[[], str]]:
    """Gives the address of a new, empty schema at each call; they are dropped after the test."""
    schemas: list[str] = []

    def make() -> str:
        schemas.append(postgres_server.new_schema())
        return postgres_server.url(schema=schemas[-1])

    yield make
    postgres_server.execute(
        "SET client_min_messages = error", *(f"DROP SCHEMA {name} CASCADE" for name in schemas)
    )
