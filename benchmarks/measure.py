"""Whole-process measurements, in alternating rounds, so that a noisy machine hurts all sides alike."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"
"""Where results are kept, as JSON, one file a benchmark."""


@dataclass(frozen=True)
class Sample:
    """One finished run."""

    wall_s: float
    cpu_s: float
    exit_code: int


@dataclass(frozen=True)
class Series:
    """What the runs of one command came to (seconds)."""

    wall_min: float
    wall_median: float
    wall_max: float
    cpu_median: float
    exit_code: int
    rounds: int


def run_once(command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Sample:
    """Run ``command`` to its end, output thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        command,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Sample(wall, cpu, done.returncode)


def alternate(
    commands: Mapping[str, Sequence[str]],
    *,
    rounds: int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> dict[str, Series]:
    """Run each command once as a warm-up, then all of them in turn, ``rounds`` times."""
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for count in range(rounds + 1):
        for name, command in commands.items():
            sample = run_once(command, env, cwd)
            if count:
                samples[name].append(sample)
    return {name: series(found) for name, found in samples.items()}


def series(samples: Sequence[Sample]) -> Series:
    """Summarise runs; a mixture of exit codes is an error, since the runs did different things."""
    codes = {sample.exit_code for sample in samples}
    if len(codes) != 1:
        raise SystemExit(f"runs ended with different exit codes: {sorted(codes)}")
    walls = sorted(sample.wall_s for sample in samples)
    return Series(
        wall_min=round(walls[0], 4),
        wall_median=round(statistics.median(walls), 4),
        wall_max=round(walls[-1], 4),
        cpu_median=round(statistics.median(sample.cpu_s for sample in samples), 4),
        exit_code=codes.pop(),
        rounds=len(walls),
    )


def save(name: str, result: Mapping[str, object]) -> None:
    """Write a benchmark's result with the kind of machine that it was taken on."""
    RESULTS.mkdir(exist_ok=True)
    whole = {
        "benchmark": name,
        "taken": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        },
        **{key: _plain(value) for key, value in result.items()},
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    if isinstance(value, Series):
        return asdict(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def data_folder(arguments: Sequence[str]) -> Path:
    """The folder of development data: the first argument, else ``STOCKADE_SHARED_DATA``, else beside the checkout.

    Raises:
        SystemExit: it is not there. A benchmark that cannot run says so and fails.
    """
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(arguments[0]) if arguments else Path(os.environ.get("STOCKADE_SHARED_DATA", beside))
    if not folder.is_dir():
        print(f"no development data at {folder.name}: name its folder as the argument", file=sys.stderr)
        raise SystemExit(3)
    return folder


def tool(name: str) -> str:
    """The path of a program in the environment that runs this benchmark."""
    return str(Path(sys.executable).parent / name)
