"""How long ``stockade vet`` takes, and how much memory, beside its peers on the same 21 popular packages.

    python -m benchmarks.vet_speed [CORPUS] [--rounds 3] [--largest 200]

Whole processes on two workers, start included; then each package by itself in a process that is warm. The
peers run as libraries in processes that stay, which is faster than their command lines. Growth with size is
shown on sdists made of the corpus's own sources, up to ``--largest`` MB unpacked. Writes
``benchmarks/results/vet-speed.json``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.corpus import corpus_folder, present
from benchmarks.measure import save, tool
from benchmarks.scanners import peer_version, raw_answers

from stockade.cli.vet import load_core
from stockade.vetter.pool import Job, judge_all

SDISTS = (
    *("attrs", "boto3", "celery", "click", "django", "fastapi", "flask", "httpx", "huggingface-hub"),
    *("jinja2", "paramiko", "pytest", "requests", "rich", "setuptools", "tqdm", "urllib3"),
)
WHEELS = ("numpy", "scipy", "pip", "pydantic-core")
WORKERS = 2
INCOMPLETE = 3
"""The exit code of what could not be judged to its end."""
MB = 1_000_000
STEPS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
LOOP = 3_000_000
"""Turns of the loop that tells how fast the machine is just now."""

Json = dict[str, Any]


def main() -> int:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", help="the folder of the benign corpus")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--largest", type=int, default=200, help="MB of the largest sdist made")
    asked = parser.parse_args()
    corpus = present(corpus_folder(asked.corpus))
    paths = listed(corpus)
    result: Json = {"packages": len(paths), "bytes": sum(path.stat().st_size for path in paths)}
    result["a fixed loop before, processor s"] = fixed_loop()
    with tempfile.TemporaryDirectory(prefix="stockade-bench-") as scratch:
        folder = Path(scratch)
        result["stockade vet"] = whole_runs(paths, folder, asked.rounds) | each_alone(paths)
        for name in ("guarddog", "hexora"):
            result[f"{name} {peer_version(name)}"] = of_peer(name, paths)
        result["one small file"] = first_answer(folder, asked.rounds)
        result["growth"] = growth(corpus, folder, asked.largest)
    result["a fixed loop after, processor s"] = fixed_loop()
    print(json.dumps(result, indent=1))
    save("vet-speed", result)
    return 0


def listed(corpus: Sequence[Path]) -> list[Path]:
    """The 21 files of the list.

    Raises:
        SystemExit: the corpus lacks one.
    """
    found = []
    for folder, names in (("sdists", SDISTS), ("wheels", WHEELS)):
        for name in names:
            fits = [path for path in corpus if path.parent.name == folder and project(path) == name]
            if len(fits) != 1:
                raise SystemExit(f"the corpus has {len(fits)} files for {name}, expected one of its {folder}")
            found += fits
    return found


def project(path: Path) -> str:
    """The project of a file of the corpus."""
    stem = path.name.partition("-")[0] if path.suffix == ".whl" else path.name.rpartition("-")[0]
    return stem.lower().replace("_", "-").replace(".", "-")


@dataclass(frozen=True)
class Run:
    """What one command took, its children included."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    """Of the largest process."""
    exit_code: int


def run(command: Sequence[str], env: Mapping[str, str]) -> Run:
    """Run a command to its end, its report thrown away.

    Raises:
        SystemExit: it ended with an exit code that no judgement has (0, 1 and 3 are).
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1, 3}:
        raise SystemExit(f"{' '.join(command[:3])} ended with {process.returncode}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


def fixed_loop() -> float:
    """Processor seconds of a loop of plain Python: figures of two runs compare by it, where the machine's speed varies."""
    started = time.process_time()
    table: dict[int, tuple[int, int]] = {}
    total = 0
    for turn in range(LOOP):
        total += turn & 7
        table[turn & 1023] = (total, turn)
    return round(time.process_time() - started, 3)


def vet(paths: Sequence[Path], *options: str) -> list[str]:
    """The command line that vets these files."""
    common = ["--offline", "--format", "json", "--jobs", str(WORKERS)]
    return [tool("stockade"), "vet", *common, *options, *map(str, paths)]


def whole_runs(paths: Sequence[Path], folder: Path, rounds: int) -> Json:
    """All packages in one command: without a cache, and once more with one that knows them."""
    env = {"STOCKADE_STATE": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
    cold = [run(vet(paths, "--no-cache"), env) for _ in range(rounds)]
    run(vet(paths), env)
    warm = [run(vet(paths), env) for _ in range(rounds)]
    return {
        "total, s": round(statistics.median(each.wall_s for each in cold), 2),
        "processor, s": round(statistics.median(each.cpu_s for each in cold), 2),
        "total, judged before, s": round(statistics.median(each.wall_s for each in warm), 2),
        "peak of a process, MiB": round(max(each.peak_mib for each in cold), 1),
    }


def each_alone(paths: Sequence[Path]) -> Json:
    """Each package by itself, one after another in one confined worker that is warm."""
    core = load_core()
    if core.warm is not None:
        core.warm()
    jobs = [Job(source=path, name=path.name, size=path.stat().st_size) for path in paths]
    largest_first = sorted(jobs, key=lambda job: -job.size)
    moments: list[float] = []
    small = min(jobs, key=lambda job: job.size)
    judge_all(
        [Job(source=small.source, name=small.name, size=1 << 60), *jobs],
        core.work,
        workers=1,
        progress=lambda _done, _all: moments.append(time.perf_counter()),
    )
    taken = [after - before for before, after in pairwise(moments)]
    by_name = {job.source.name: round(seconds, 3) for job, seconds in zip(largest_first, taken, strict=True)}
    return {**spread(taken), "each, s": by_name}


def spread(seconds: Sequence[float]) -> Json:
    """Median, 95th percentile (nearest rank) and maximum."""
    ordered = sorted(seconds)
    return {
        "median, s": round(statistics.median(ordered), 3),
        "p95, s": round(ordered[-(-95 * len(ordered) // 100) - 1], 3),
        "max, s": round(ordered[-1], 3),
    }


def of_peer(name: str, paths: Sequence[Path]) -> Json:
    """The same packages by a peer with as many workers, its start included in the total."""
    started = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = list(raw_answers(name, paths, WORKERS))
    total = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if len(answers) != len(paths):
        raise SystemExit(f"{name} answered for {len(answers)} of {len(paths)} files")
    return {
        "total, s": round(total, 2),
        "processor, s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "peak of a process, MiB": max(answer["peak_mib"] for answer in answers),
        **spread([answer["seconds"] for answer in answers]),
        "errors": sum(bool(answer["error"]) for answer in answers),
    }


def first_answer(folder: Path, rounds: int) -> Json:
    """A whole process for one file of one line."""
    path = folder / "one.py"
    path.write_text("print('one')\n", encoding="utf-8")
    taken = [run(vet([path], "--no-cache"), {}).wall_s for _ in range(max(rounds, 3))]
    return {"wall, ms": round(1000 * statistics.median(taken))}


def growth(corpus: Sequence[Path], folder: Path, largest: int) -> Json:
    """Time by size, on sdists made of sources of the corpus, up to ``largest`` MB unpacked."""
    rows = []
    for step in STEPS:
        path = folder / f"grown-{step}-1.0.tar.gz"
        size = make_sdist(path, corpus, int(largest * MB * step))
        taken = run(vet([path], "--no-cache", "--timeout", "900"), {})
        rows.append(
            {
                "MB unpacked": round(size / MB),
                "s": round(taken.wall_s, 2),
                "processor, ms a MB": round(1000 * taken.cpu_s / (size / MB), 1),
                "peak of a process, MiB": round(taken.peak_mib, 1),
                "told as incomplete": taken.exit_code == INCOMPLETE,
            }
        )
        path.unlink()
    slopes = [row["processor, ms a MB"] for row in rows]
    return {"rows": rows, "slowest to fastest a MB": round(max(slopes) / min(slopes), 2)}


def make_sdist(path: Path, corpus: Sequence[Path], size: int) -> int:
    """Write an sdist whose members are sources of the corpus's sdists, ``size`` bytes in all; the bytes written."""
    written = 0
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        add(archive, "grown-1.0/PKG-INFO", b"Metadata-Version: 2.1\nName: grown\nVersion: 1.0\n")
        add(
            archive,
            "grown-1.0/setup.py",
            b"from setuptools import setup\nsetup(name='grown', version='1.0')\n",
        )
        add(archive, "grown-1.0/grown/__init__.py", b"")
        for number, data in enumerate(sources(corpus)):
            if written >= size:
                return written
            add(archive, f"grown-1.0/grown/part{number // 200}/module{number}.py", data)
            written += len(data)
    raise SystemExit(f"the corpus has {written} bytes of sources only, wanted {size}")


def sources(corpus: Sequence[Path]) -> Iterator[bytes]:
    """The Python files of the corpus's sdists but for their tests, which nobody installs, in the order of the list."""
    for path in corpus:
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    wanted = member.name.endswith(".py") and "test" not in member.name
                    file = archive.extractfile(member) if wanted else None
                    if file is not None:
                        yield file.read()


def add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add a file to a tar archive."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


if __name__ == "__main__":
    sys.exit(main())
