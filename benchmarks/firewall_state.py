"""What the firewall's state costs: first sights of a page of 4,400 files, and deliveries that share transactions.

Usage: ``python -m benchmarks.firewall_state [URL]`` with the address of an empty PostgreSQL database; SQLite in a folder that
goes away where none is given. Prints a table and writes ``benchmarks/results/firewall-state.json``. Times are of the
processor, this process alone, unless the line says otherwise. A machine that does other work shows in the figures: the time of a
fixed loop stands beside them.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from benchmarks.measure import save
from packaging.version import Version

from stockade.model.firewall import Client, Origin
from stockade.model.firewall_state import Served
from stockade.model.index import IndexFile
from stockade.model.names import ProjectName
from stockade.store.state import FirewallState

FILES, REPEATS = 4_400, 25
WAITING, DELIVERIES = 64, 4_096
START = datetime(2026, 1, 1, tzinfo=UTC)
LIB = ProjectName("acme-lib")


def main(url: str) -> None:
    """Measure everything, print it, write it down."""
    with (
        tempfile.TemporaryDirectory() as folder,
        FirewallState.open(url or f"sqlite:///{folder}/events.db") as state,
    ):
        result = {
            "database": state.engine.dialect.name,
            "processors": os.cpu_count(),
            "fixed loop, ms": _best(lambda: sum(i * i for i in range(100_000))),
            **_first_sights(state),
            **asyncio.run(_deliveries(state)),
        }
    width = max(map(len, result))
    for title, value in result.items():
        print(f"{title:<{width}}  {value}")
    save("firewall-state", result)


def _first_sights(state: FirewallState) -> dict[str, float]:
    page = [_file(number) for number in range(FILES)]
    ledger, numbers = state.ledger, count()
    ledger.observe(LIB, Origin.UPSTREAM, page, START)

    def new_project() -> None:
        ledger.observe(ProjectName(f"acme-{next(numbers)}"), Origin.UPSTREAM, page, START)

    def one_more() -> None:
        page.append(_file(FILES + next(numbers)))
        ledger.observe(LIB, Origin.UPSTREAM, page, START + timedelta(hours=next(numbers)))

    return {
        f"page of {FILES} files, all new, ms": _best(new_project),
        "the same, nothing new, ms": _best(lambda: ledger.observe(LIB, Origin.UPSTREAM, page, START)),
        "the same, one new, ms": _best(one_more),
    }


async def _deliveries(state: FirewallState) -> dict[str, float]:
    numbers = count()

    async def record() -> None:
        number = next(numbers)
        client = Client(name="ci", identity="repo:acme/shop", address="192.0.2.7", agent="pip/26.3")
        await state.served.record(
            Served(
                sha256=hashlib.sha256(str(number).encode()).hexdigest(),
                filename=_file(number).filename,
                project=LIB,
                version="1.0",
                client=client,
                at=START,
            )
        )

    async def caller(times: int) -> None:
        for _ in range(times):
            await record()

    await caller(50)
    alone = []
    for _ in range(200):
        began = time.perf_counter()
        await record()
        alone.append(time.perf_counter() - began)
    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller(DELIVERIES // WAITING) for _ in range(WAITING)))
    took, used = time.perf_counter() - began, time.process_time() - used
    return {
        "one delivery by itself, median wall, ms": round(1e3 * sorted(alone)[len(alone) // 2], 2),
        f"deliveries/s, {WAITING} callers (wall)": round(DELIVERIES / took),
        "processor a delivery then, us": round(1e6 * used / DELIVERIES),
    }


def _file(number: int) -> IndexFile:
    name = f"acme_lib-{number // 30}.{number % 30}-cp311-cp311-manylinux_2_17_x86_64.whl"
    return IndexFile(
        filename=name,
        version=Version("1.0"),
        url=f"https://files.index.example/{name}",
        hashes={"sha256": hashlib.sha256(name.encode()).hexdigest()},
        size=1_000 * number,
    )


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return round(1e3 * min(times), 2)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
