"""The parts of the firewall's benchmark, each a measurement of its own over the same upstream."""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import firewall_load as load
from benchmarks.firewall_installs import alternating, install
from benchmarks.firewall_load import Ask
from benchmarks.firewall_servers import (
    JSON,
    PEERS,
    Side,
    Started,
    firewall,
    get,
    peer,
    processor,
    resident,
    whole_processor,
)
from benchmarks.firewall_upstream import (
    BIG,
    LARGE_FILES,
    SET,
    SMALL_FILES,
    Shape,
    set_name,
)

PEER_FOLDER = Path(os.environ.get("BENCH_PEERS", Path(__file__).resolve().parents[1] / ".state" / "peers"))
PAGES = {"small": SMALL_FILES, "large": LARGE_FILES}
CODINGS = ("identity", "gzip")
OFTEN = 20
"""Answers after which a page is compressed as well as it will be."""
CLIENTS = 1_000
PEER_SECONDS = 4
"""Of each run of a peer at least: some need a second for a page."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where everything runs."""

    folder: Path
    static: Side
    """Upstream, and what the firewall is compared with."""
    feeds: Path
    policy: Path
    shape: Shape
    asked: argparse.Namespace

    def state(self, name: str) -> Path:
        """A state folder that holds feeds and nothing else."""
        state = self.folder / "states" / name
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True)
        shutil.copytree(self.feeds, state / "feeds")
        return state


def fsync_times(folder: Path) -> Json:
    """What this disk takes to keep 4 KiB for good: a delivery is on the disk before its first byte leaves."""
    spent = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(200):
            file.write(b"x" * 4_096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            spent.append(1e3 * (time.perf_counter() - began))
    return {"median": round(load.quantile(spent, 0.5), 3), "p99": round(load.quantile(spent, 0.99), 3)}


def pages(place: Place) -> Json:
    """Warm pages beside nginx with the very same bytes, and 304s beside nginx's whole page."""
    result: Json = {}
    with firewall(place.static.url, place.state("pages"), place.policy) as ours:
        for size in PAGES:
            for coding in CODINGS:
                path, wanted = f"/simple/quorvane-{size}/", accepted(coding)
                body, tag = warm_page(ours, path, wanted)
                written = write_page(place, f"{size}-{coding}", body, coding)
                asks = {"stockade": Ask(ours, path, wanted), "nginx": Ask(place.static, written, wanted)}
                rounds, seconds = place.asked.rounds, place.asked.seconds
                case = {"bytes": len(body), **load.compared(asks, rounds=rounds, seconds=seconds)}
                result[f"{size} {coding}"] = case
                if coding == "identity":
                    asks["stockade"] = Ask(ours, path, {**wanted, "If-None-Match": tag})
                    result[f"{size} 304"] = load.compared(asks, rounds=rounds, seconds=seconds)
    return result


def accepted(coding: str) -> dict[str, str]:
    """The headers of a client that takes JSON in one coding."""
    return {"Accept": JSON, "Accept-Encoding": coding}


def warm_page(side: Side, path: str, wanted: Mapping[str, str]) -> tuple[bytes, str]:
    """A page as it is once it has been asked for often: body and ETag."""
    for _ in range(OFTEN):
        get(side.url, path, **wanted)
    time.sleep(0.3)
    status, body, headers = get(side.url, path, **wanted)
    if status != HTTPStatus.OK or headers.get("content-encoding", "identity") != wanted["Accept-Encoding"]:
        raise SystemExit(f"{path} was answered with {status}, {dict(headers)}: {body[:300]!r}")
    return body, headers["etag"]


def write_page(place: Place, name: str, body: bytes, coding: str) -> str:
    """Let nginx serve the same bytes; its path, where they were compared."""
    folder = place.folder / "www" / "pages"
    if coding == "gzip":
        (folder / f"{name}.json").write_bytes(gzip.decompress(body))
        (folder / f"{name}.json.gz").write_bytes(body)
    else:
        (folder / f"{name}.json").write_bytes(body)
    path = f"/pages/{name}.json"
    _, got, headers = get(place.static.url, path, **accepted(coding))
    if got != body or headers.get("content-encoding", "identity") != coding:
        raise SystemExit(f"nginx does not serve the same bytes for {name}")
    return path


def cold(place: Place) -> Json:
    """Processor time of pages that nobody has asked for, less that of fetching them."""
    result: Json = {"files": LARGE_FILES, "pages": place.shape.cold}
    for kind in ("lean", "rich"):
        names = [f"quorvane-cold-{kind}-{number}" for number in range(place.shape.cold)]
        with firewall(place.static.url, place.state("cold"), place.policy) as ours:
            get(
                ours.url, "/simple/quorvane-small/", **accepted("gzip")
            )  # the feeds are open, the code is there
            time.sleep(3 if place.asked.quick else 5)  # and the vetter's processes
            spent, clock = [], []
            for name in names:
                before, began = processor(ours.pid), time.perf_counter()
                status, body, _ = get(ours.url, f"/simple/{name}/", **accepted("gzip"))
                clock.append(1e3 * (time.perf_counter() - began))
                spent.append(1e3 * (processor(ours.pid) - before))
                if status != HTTPStatus.OK:
                    raise SystemExit(f"{name} was answered with {status}: {body[:300]!r}")
        fetched = fetch_alone(place, [each.replace("cold", "fetched") for each in names])
        whole = round(median(spent), 1)
        result[kind] = {
            "whole, processor ms": whole,
            "least, processor ms": round(min(spent), 1),
            "fetch alone, processor ms": fetched,
            "beyond the fetch, processor ms": round(whole - fetched, 1),
            "clock, ms": round(median(clock), 1),
        }
    return result


def fetch_alone(place: Place, names: Iterable[str]) -> float:
    """Processor milliseconds of fetching a page as the firewall does, and doing nothing with it: the median."""
    from stockade.model.names import project_name  # noqa: PLC0415 - only here
    from stockade.sources.clock import SystemClock  # noqa: PLC0415 - as above
    from stockade.sources.index_address import IndexAddress  # noqa: PLC0415 - as above
    from stockade.sources.upstream import HttpUpstream  # noqa: PLC0415 - as above
    from stockade.store.blobs import open_blobs  # noqa: PLC0415 - as above

    state = place.state("fetch")
    address = IndexAddress.parse(f"{place.static.url}/simple/", came_from="the benchmark")

    async def fetched() -> list[float]:
        blobs = open_blobs(str(state / "blobs"), state, bound=1 << 30)
        upstream = HttpUpstream(address, state / "upstream", blobs, SystemClock())
        spent = []
        await upstream.page(project_name("quorvane-small"))
        for name in names:
            before = time.process_time()
            await upstream.page(project_name(name))
            spent.append(1e3 * (time.process_time() - before))
        await upstream.close()
        return spent

    return round(median(asyncio.run(fetched())), 1)


def files(place: Place) -> Json:
    """A 20 MB wheel, and a small one, beside nginx."""
    big = f"{BIG.replace('-', '_')}-1.0-py3-none-any.whl"
    name = set_name(0)
    small = f"{name.replace('-', '_')}-0.7-py3-none-any.whl"
    rounds, seconds = place.asked.rounds, place.asked.seconds
    with firewall(place.static.url, place.state("files"), place.policy) as ours:
        asks = {
            which: {
                "stockade": Ask(ours, f"/files/{project}/{filename}", {}),
                "nginx": Ask(place.static, f"/packages/{filename}", {}),
            }
            for which, project, filename in (("big", BIG, big), ("small", name, small))
        }
        for each in asks.values():
            if get(ours.url, each["stockade"].path)[1] != get(place.static.url, each["nginx"].path)[1]:
                raise SystemExit("the firewall and nginx serve different files")
        single = load.latencies(asks["small"], requests=100 if place.asked.quick else 1_000)
        added = single["stockade"]["p99, ms"] - single["nginx"]["p99, ms"]
        return {
            "20 MB wheel": load.compared(asks["big"], rounds=rounds, seconds=seconds),
            "small wheel, one client": {**single, "p99 added, ms": round(added, 3)},
            "small wheel": load.compared(asks["small"], rounds=rounds, seconds=seconds),
        }


def memory(place: Place) -> Json:
    """MiB of the serving process after it has served many projects."""
    many = place.shape.many
    with firewall(place.static.url, place.state("memory"), place.policy) as ours:
        result: Json = {"at the start, MiB": resident(ours.pid), "projects": many}
        before, began = whole_processor(ours.pid), time.perf_counter()
        for rank in range(1, many + 1):
            status, body, _ = get(ours.url, f"/simple/quorvane-many-{rank}/", **accepted("gzip"))
            if status != HTTPStatus.OK:
                raise SystemExit(f"project {rank} was answered with {status}: {body[:300]!r}")
        result["seconds for all"] = round(time.perf_counter() - began, 1)
        result["processor ms a project"] = round(1e3 * (whole_processor(ours.pid) - before) / many, 2)
        result["after all, MiB"] = resident(ours.pid)
    return result


def start(place: Place) -> Json:
    """Seconds from the start of the process to readiness: with an empty state, and again with the same one."""
    result: Json = {}
    state = place.state("start")
    first: list[float] = []
    again: list[float] = []
    for _ in range(place.asked.rounds):
        state = place.state("start")
        for into in (first, again):
            with firewall(place.static.url, state, place.policy) as ours:
                into.append(ours.seconds)
    for title, seconds in (("first, s", first), ("again, s", again)):
        result[title] = round(median(seconds), 2)
    return result


def installs(place: Place) -> Json:
    """``uv pip install`` of the set: straight, through a warm firewall, through one that has seen nothing."""
    for name in ("straight", "warm", "cold"):
        (place.folder / name).mkdir(exist_ok=True)
    rounds = 2 if place.asked.quick else max(5, place.asked.rounds)

    def straight() -> float:
        return install(place.static.url, place.folder / "straight")

    with firewall(place.static.url, place.state("warm"), place.policy) as ours:
        install(ours.url, place.folder / "warm")
        straight()
        sides = {"straight": straight, "warm": lambda: install(ours.url, place.folder / "warm")}
        result: Json = {"packages": SET, "warm": alternating(sides, 3 * rounds)}

    def through_cold() -> float:
        with firewall(place.static.url, place.state("cold-install"), place.policy) as fresh:
            time.sleep(2 if place.asked.quick else 5)  # a firewall that runs, not one that starts
            return install(fresh.url, place.folder / "cold")

    result["cold"] = alternating({"straight": straight, "cold": through_cold}, min(3, rounds))
    return result


def crowd(place: Place) -> Json:
    """A thousand clients at once: pages in their codings, 304s and files, every tenth of a second compared."""
    with firewall(place.static.url, place.state("crowd"), place.policy) as ours:
        return load.crowd(ours, crowd_asks(ours), place.folder, clients=CLIENTS, seconds=place.asked.crowd)


def crowd_asks(ours: Started) -> list[tuple[str, dict[str, str]]]:
    """What the crowd asks for: each once for every client in turn."""
    asks: list[tuple[str, dict[str, str]]] = []
    for coding in CODINGS:
        wanted = accepted(coding)
        _, tag = warm_page(ours, "/simple/quorvane-small/", wanted)
        asks += [
            ("/simple/quorvane-small/", wanted),
            ("/simple/quorvane-small/", {**wanted, "If-None-Match": tag}),
        ]
    warm_page(ours, "/simple/quorvane-large/", accepted("gzip"))
    asks.append(("/simple/quorvane-large/", accepted("gzip")))
    for number in range(SET):
        name = set_name(number)
        warm_page(ours, f"/simple/{name}/", accepted("gzip"))
        asks.append((f"/simple/{name}/", accepted("gzip")))
    for number in range(10):
        name = set_name(number)
        asks.append((f"/files/{name}/{name.replace('-', '_')}-0.7-py3-none-any.whl", {}))
    return asks


def peers(place: Place) -> Json:
    """Warm pages of the other proxies."""
    result: Json = {}
    for each in PEERS:
        try:
            with peer(each, PEER_FOLDER, place.folder / "peers" / each.name, place.static.url) as side:
                asks = {}
                for size in PAGES:
                    for coding in CODINGS:
                        path = each.path.format(f"quorvane-{size}")
                        for _ in range(3):
                            get(side.url, path, **accepted(coding))
                        asks[f"{size} {coding}"] = Ask(side, path, accepted(coding))
                result[each.name] = load.rates(asks, rounds=1, seconds=max(PEER_SECONDS, place.asked.seconds))
        except (SystemExit, OSError) as error:
            result[each.name] = {"did not run": str(error)[:300].replace(str(place.folder), "")}
    return result


PARTS = {
    "start": start,
    "pages": pages,
    "cold page": cold,
    "files": files,
    "memory": memory,
    "installs": installs,
    "crowd": crowd,
    "peers": peers,
}
