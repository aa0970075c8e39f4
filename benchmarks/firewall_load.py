"""Load on servers and what it shows: requests a second by wrk, the time of single answers, and answers under a crowd."""

from __future__ import annotations

import hashlib
import http.client
import math
import random
import re
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.firewall_servers import Side, get, whole_processor

CONNECTIONS = 4
WARM = 20
"""Answers that are not counted."""
_COUNT, _RATE = re.compile(r"(\d+) requests in"), re.compile(r"Requests/sec:\s+([\d.]+)")
_TROUBLE = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")
_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
CROWD = """
local paths = {{ {paths} }}
local at = 0
request = function()
  at = at + 1
  local each = paths[(at % #paths) + 1]
  return wrk.format("GET", each[1], each[2])
end
"""
"""A script of wrk that asks for one path after the other."""


@dataclass(frozen=True)
class Ask:
    """What is asked for."""

    side: Side
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """What wrk told."""

    requests: int
    per_second: float
    socket_errors: int
    other_statuses: int
    """Answers that are neither 2xx nor 3xx."""


def told(text: str) -> Told:
    """Read what wrk printed.

    Raises:
        SystemExit: it holds no figures.
    """
    count, rate = _COUNT.search(text), _RATE.search(text)
    if count is None or rate is None:
        raise SystemExit(f"wrk could not measure:\n{text}")
    trouble, refused = _TROUBLE.search(text), _REFUSED.search(text)
    return Told(
        int(count[1]),
        float(rate[1]),
        sum(map(int, trouble.groups())) if trouble else 0,
        int(refused[1]) if refused else 0,
    )


def wrk(url: str, *options: str, seconds: float, headers: Mapping[str, str] | None = None) -> Told:
    """Run wrk with one thread."""
    named = [part for key, value in (headers or {}).items() for part in ("-H", f"{key}: {value}")]
    command = ["wrk", "-t1", f"-d{seconds:g}s", *named, *options, url]
    return told(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rates(asks: Mapping[str, Ask], *, rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Requests a second, and a processor second of the server, for each ask: medians of alternating rounds.

    Raises:
        SystemExit: an answer was an error.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in asks}
    for _ in range(rounds):
        for name, ask in asks.items():
            before = whole_processor(ask.side.pid)
            run = wrk(
                ask.side.url + ask.path,
                f"-c{CONNECTIONS}",
                "--timeout",
                "60s",
                seconds=seconds,
                headers=ask.headers,
            )
            spent = whole_processor(ask.side.pid) - before
            if run.socket_errors or run.other_statuses:
                raise SystemExit(f"{name} failed under wrk: {run}")
            found[name].append((run.per_second, run.requests / max(spent, 0.01)))
    return {
        name: {
            "per second": round(statistics.median(rate for rate, _ in rounds), 1),
            "per processor second": round(statistics.median(rate for _, rate in rounds), 1),
        }
        for name, rounds in found.items()
    }


def compared(asks: Mapping[str, Ask], *, rounds: int, seconds: float) -> dict[str, object]:
    """:func:`rates` of ``stockade`` and ``nginx``, and their ratios."""
    result: dict[str, object] = {}
    found = rates(asks, rounds=rounds, seconds=seconds)
    for key in ("per second", "per processor second"):
        result[f"ratio, {key}"] = round(found["stockade"][key] / found["nginx"][key], 2)
    return {**found, **result}


def latencies(asks: Mapping[str, Ask], *, requests: int) -> dict[str, dict[str, float]]:
    """Milliseconds of single answers over kept connections, asked for in turn: median and 99th percentile."""
    connections = {name: _connected(ask.side.url) for name, ask in asks.items()}
    spent: dict[str, list[float]] = {name: [] for name in asks}
    for count in range(requests + WARM):
        for name, ask in asks.items():
            began = time.perf_counter()
            connections[name].request("GET", ask.path, headers=dict(ask.headers))
            answer = connections[name].getresponse()
            answer.read()
            if answer.status != HTTPStatus.OK:
                raise SystemExit(f"{name} answered {answer.status} for {ask.path}")
            if count >= WARM:
                spent[name].append(1e3 * (time.perf_counter() - began))
    for each in connections.values():
        each.close()
    return {
        name: {"median, ms": round(quantile(times, 0.5), 3), "p99, ms": round(quantile(times, 0.99), 3)}
        for name, times in spent.items()
    }


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _connected(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    connection.connect()
    return connection


def crowd(
    side: Side, asks: Sequence[tuple[str, Mapping[str, str]]], folder: Path, *, clients: int, seconds: float
) -> dict[str, object]:
    """Many connections at once that ask for paths in turn, while others compare what they get with what they got before."""
    expected = [_digest(side.url, path, headers) for path, headers in asks]
    script = folder / "crowd.lua"
    written = ", ".join(_lua(path, headers) for path, headers in asks)
    script.write_text(CROWD.format(paths=written), encoding="utf-8")
    stop = threading.Event()
    checked: list[int] = []
    wrong: list[str] = []
    checkers = [
        threading.Thread(target=_check, args=(side.url, asks, expected, stop, checked, wrong))
        for _ in range(2)
    ]
    for each in checkers:
        each.start()
    try:
        run = wrk(side.url, f"-c{clients}", "--timeout", "30s", "-s", str(script), seconds=seconds)
    finally:
        stop.set()
        for each in checkers:
            each.join()
    return {
        "clients": clients,
        "seconds": seconds,
        "requests": run.requests,
        "per second": run.per_second,
        "socket errors": run.socket_errors,
        "error statuses": run.other_statuses,
        "answers compared": len(checked),
        "wrong answers": len(wrong),
        "first wrong": wrong[:3],
    }


def _lua(path: str, headers: Mapping[str, str]) -> str:
    fields = ", ".join(f'["{key}"] = [[{value}]]' for key, value in headers.items())
    return f'{{ "{path}", {{ {fields} }} }}'


def _digest(url: str, path: str, headers: Mapping[str, str]) -> str:
    status, body, _ = get(url, path, **headers)
    if status not in {200, 304}:
        raise SystemExit(f"{path} was answered with {status}: {body[:300]!r}")
    return f"{status} {hashlib.sha256(body).hexdigest()}"


def _check(  # noqa: PLR0913, PLR0917 - a thread's arguments
    url: str,
    asks: Sequence[tuple[str, Mapping[str, str]]],
    expected: Sequence[str],
    stop: threading.Event,
    checked: list[int],
    wrong: list[str],
) -> None:
    chance = random.Random(len(asks))  # noqa: S311 - which one is looked at
    while not stop.wait(0.05):
        at = chance.randrange(len(asks))
        path, headers = asks[at]
        try:
            found = _digest(url, path, headers)
        except (OSError, http.client.HTTPException, SystemExit) as error:
            found = f"{type(error).__name__}: {error}"
        checked.append(at)
        if found != expected[at]:
            wrong.append(f"{path}: {found}")
