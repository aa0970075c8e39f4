"""Runs one peer over many distributions; started by that peer's own interpreter, so it imports nothing of ours.

    PEER/bin/python benchmarks/peer_driver.py guarddog|hexora WORKERS < paths > answers

One path a line comes in. One JSON object a line goes out: ``path``, ``seconds``, ``level`` (0 to 1), ``labels``,
``peak_mib`` of the process so far, ``error``. In the peers' favour, their start is not counted, and they run as a
library in a process that stays.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import resource
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

Answer = dict[str, Any]
HEXORA_NOISE = frozenset({"HX5020", "HX5030", "HX5040", "HX5050", "HX5060"})
"""The codes that hexora's own manual leaves out when whole environments are scanned."""
CONFIDENCES = ("", "very_low", "low", "medium", "high", "very_high")

PATIENCE = 5.0
"""Seconds after which it is asked whether a worker died."""


def extracted(path: Path, folder: Path) -> None:
    """Unpack a distribution; a folder is linked instead."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)  # noqa: S202 - files of the corpus, by digest, and our own samples
    else:
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")


def guarddog() -> Callable[[Path], Answer]:
    """GuardDog: ``level`` is its score from 0 to 10 as a share, ``labels`` its own word for it."""
    importlib.import_module("guarddog.cli")
    ecosystem = importlib.import_module("guarddog.ecosystems").ECOSYSTEM.PYPI
    scanner = importlib.import_module("guarddog.scanners").get_package_scanner(ecosystem)
    unpack = importlib.import_module("guarddog.utils.archives").safe_extract

    def scan(path: Path) -> Answer:
        with tempfile.TemporaryDirectory() as folder:
            unpack(str(path), folder)
            found = scanner.scan_local(folder)
        risk = found["risk_score"]
        return {
            "level": risk["score"] / 10,
            "labels": [risk["label"], *sorted(rule for rule, hits in found["results"].items() if hits)],
            "error": "; ".join(map(str, found.get("errors", {}).values())),
        }

    return scan


def hexora() -> Callable[[Path], Answer]:
    """Hexora: ``level`` is the highest score that its model gives a file; ``labels`` has the highest confidence."""
    module = importlib.import_module("hexora")

    def scan(path: Path) -> Answer:
        with tempfile.TemporaryDirectory() as folder:
            extracted(path, Path(folder))
            files = module.audit_path(folder)
        items = [item for file in files for item in file["items"] if item["rule"] not in HEXORA_NOISE]
        highest = max((CONFIDENCES.index(item["confidence"]) for item in items), default=0)
        return {
            "level": max((file["score"] or 0.0 for file in files), default=0.0),
            "labels": [CONFIDENCES[highest], *sorted({item["rule"] for item in items})],
            "error": "",
        }

    return scan


PEERS: dict[str, Callable[[], Callable[[Path], Answer]]] = {"guarddog": guarddog, "hexora": hexora}


def answer(scan: Callable[[Path], Answer], path: str) -> Answer:
    """What the peer says of one distribution, and what that took."""
    started = time.perf_counter()
    try:
        found = scan(Path(path))
    except Exception as error:  # noqa: BLE001 - whatever a peer trips over is its answer
        found = {"level": 0.0, "labels": [], "error": f"{type(error).__name__}: {error}"}
    seconds = round(time.perf_counter() - started, 4)
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return {"path": path, "seconds": seconds, "peak_mib": peak, **found}


def work(
    peer: str, queue: multiprocessing.Queue[str | None], out: multiprocessing.Queue[Answer | None]
) -> None:
    """One worker: a path at a time, until there is no more."""
    scan = PEERS[peer]()
    for path in iter(queue.get, None):
        out.put(answer(scan, path))
    out.put(None)


def main() -> int:
    """Hand the paths to the workers, the largest first, and print what they answer."""
    peer, workers = sys.argv[1], int(sys.argv[2])
    paths = sorted(sys.stdin.read().splitlines(), key=lambda path: -Path(path).stat().st_size)
    queue: multiprocessing.Queue[str | None] = multiprocessing.Queue()
    out: multiprocessing.Queue[Answer | None] = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(target=work, args=(peer, queue, out), daemon=True) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    for path in [*paths, *([None] * workers)]:
        queue.put(path)
    running = workers
    while running:
        try:
            found = out.get(timeout=PATIENCE)
        except Empty:
            if any(process.exitcode for process in processes):
                return 1
            continue
        running -= found is None
        if found is not None:
            print(json.dumps(found), flush=True)
    for process in processes:
        process.join()  # so that their processor time counts as this process's children's
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
