"""How fast names are judged, beside a naive scan of the popular list with rapidfuzz, in the same run.

Usage: ``python -m benchmarks.names_speed [FOLDER]`` with the folder of development data. Prints a table and
writes ``benchmarks/results/names-speed.json``. A machine that does other work shows in the figures: the
time of a fixed loop stands beside them.
"""

from __future__ import annotations

import gzip
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import data_folder, run_once, save, tool
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from stockade.model.names import ProjectName
from stockade.names.engine import Engine
from stockade.names.popular import builtin_popularity
from stockade.names.variants import variants

SAMPLE, NAIVE_SAMPLE, REPEATS = 2_000, 50, 5
MANY_REPEATS = 60
"""Short work, often: the best is then one that nothing interrupted."""


def main(folder: Path) -> None:
    """Measure everything, print it, write it down."""
    with gzip.open(folder / "pypi-names.txt.gz", "rt", encoding="ascii") as file:
        index = [ProjectName(line.rstrip("\n")) for line in file]
    sample = random.Random(1).sample(index, SAMPLE)  # noqa: S311 - the same names each run
    popular = builtin_popularity().names
    engine = Engine.build(popular)
    building = _best(lambda: Engine.build(popular).warm())
    engine.warm()
    few = sample[:NAIVE_SAMPLE]
    result = {
        "processors": os.cpu_count(),
        "fixed loop, ms": round(1e3 * _best(lambda: sum(i * i for i in range(100_000))), 2),
        "stockade, us a name": _microseconds(lambda: list(engine.judge_many(sample)), SAMPLE, MANY_REPEATS),
        "naive rapidfuzz OSA <= 1, us a name": _microseconds(
            lambda: [extractOne(n, popular, scorer=OSA.distance, score_cutoff=1) for n in few], NAIVE_SAMPLE
        ),
        "warming, s": round(building, 3),
        "whole index, s": round(_whole_index(index), 2),
        "names": len(index),
        "first answer, ms": round(1e3 * _best(lambda: _run("names", "check", "reqeusts"), 10), 1),
        "python -c pass, ms": round(1e3 * _best(lambda: run_once([sys.executable, "-c", "pass"]), 10), 1),
        "500 variants, ms": round(1e3 * _best(lambda: variants(ProjectName("acme-corp-utils"))), 2),
    }
    width = max(map(len, result))
    for title, value in result.items():
        print(f"{title:<{width}}  {value}")
    save("names-speed", result)


def _whole_index(index: list[ProjectName]) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "names.txt"
        path.write_text("\n".join(index) + "\n")
        return _best(lambda: _run("names", "scan", str(path), "--format", "jsonl"), 2)


def _run(*arguments: str) -> None:
    """Run the program; anything but clean or findings is an error."""
    code = run_once([tool("stockade"), *arguments]).exit_code
    if code not in {0, 1}:
        raise SystemExit(f"stockade {' '.join(arguments)} ended with {code}")


def _best(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The least of several wall times, in seconds: what the work takes without others' interruptions."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def _microseconds(work: Callable[[], object], count: int, repeats: int = REPEATS) -> float:
    return round(1e6 * _best(work, repeats) / count, 2)


if __name__ == "__main__":
    main(data_folder(sys.argv[1:]))
