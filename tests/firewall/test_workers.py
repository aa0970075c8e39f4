"""The server as a process: signals, exit status, several workers."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stockade.errors import IncompleteError
from stockade.firewall.answers import FastPath
from stockade.firewall.server import Application, ServerConfig, serve
from stockade.firewall.workers import serve_workers

SPAWN = multiprocessing.get_context("spawn")


async def app(scope: Any, receive: Any, send: Any) -> None:
    del receive
    if scope["type"] != "http":
        return
    body = b"%d" % os.getpid()
    headers = [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def make(mark: str = "") -> tuple[Application, FastPath | None]:
    if mark:
        with Path(mark).open("a") as file:
            file.write(f"{os.getpid()}\n")
        if Path(f"{mark}.broken").exists():
            raise RuntimeError("no such database")
    return app, None


def _one(tell: Connection) -> None:
    serve(app, ServerConfig(port=0, drain_seconds=5), ready=tell.send)


def _many(tell: Connection, mark: str) -> None:
    config = ServerConfig(port=0, workers=2, drain_seconds=5)
    try:
        serve_workers(functools.partial(make, mark), config, ready=tell.send)
    except IncompleteError as error:
        tell.send(error.message)


@contextmanager
def process(target: Any, *arguments: str) -> Iterator[tuple[Any, Any]]:
    here, there = SPAWN.Pipe()
    child = SPAWN.Process(target=target, args=(there, *arguments))
    child.start()
    there.close()
    try:
        yield child, here
    finally:
        if child.is_alive():
            child.terminate()
        child.join(30)
        if child.is_alive():
            child.kill()
            child.join()


def _told(pipe: Connection) -> str:
    assert pipe.poll(60), "the server said nothing"
    return str(pipe.recv())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_with_status_0(number: signal.Signals) -> None:
    with process(_one) as (child, pipe):
        assert httpx2.get(_told(pipe)).text == str(child.pid)
        os.kill(child.pid, number)
        child.join(30)
        assert child.exitcode == 0


def _pids(mark: Path, count: int) -> list[int]:
    deadline = time.monotonic() + 60
    while len(lines := mark.read_text().split() if mark.exists() else []) < count:
        assert time.monotonic() < deadline, lines
        time.sleep(0.05)
    return [int(line) for line in lines]


def _running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_workers_share_the_address_are_replaced_and_end_together(tmp_path: Path) -> None:
    mark = tmp_path / "workers"
    with process(_many, str(mark)) as (child, pipe):
        address = _told(pipe)
        first = _pids(mark, 2)
        assert int(httpx2.get(address, timeout=60).text) in first
        os.kill(first[0], signal.SIGKILL)
        alive = set(_pids(mark, 3)[1:])
        assert int(httpx2.get(address, timeout=60).text) in alive
        os.kill(child.pid, signal.SIGTERM)
        child.join(60)
        assert child.exitcode == 0
    assert not any(_running(pid) for pid in alive)


def test_workers_do_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "workers"
    with process(_many, str(mark)) as (child, pipe):
        address = _told(pipe)
        workers = _pids(mark, 2)
        assert int(httpx2.get(address, timeout=60).text) in workers
        os.kill(child.pid, signal.SIGKILL)
        child.join(30)
        deadline = time.monotonic() + 60
        while any(_running(pid) for pid in workers):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_workers_that_cannot_start_end_the_server(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "workers.broken").touch()
    with process(_many, str(tmp_path / "workers")) as (_, pipe):
        assert _told(pipe).startswith("http://")
        assert "end as soon as they start" in _told(pipe)
    assert "no such database" in capfd.readouterr().err
