"""How long ``uv pip install`` of a set of packages takes through the firewall and straight from a static index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.firewall_upstream import SET, set_name

UV = Path(__file__).resolve().parents[1] / ".tools" / "uv" / "bin" / "uv"
ROOTS = tuple(set_name(each) for each in range(SET // 6))


def install(index: str, folder: Path) -> float:
    """Install the set once, with an empty cache, into an empty folder; the seconds that it took.

    Raises:
        SystemExit: it failed, or something of the set is missing.
    """
    for name in ("cache", "target"):
        shutil.rmtree(folder / name, ignore_errors=True)
    python = str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")
    command = [str(UV), "pip", "install", "--quiet", "--python", python, "--target", str(folder / "target")]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(folder / "cache"),
    }
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "--default-index", f"{index}/simple/", *ROOTS],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    seconds = time.perf_counter() - began
    installed = {each.name for each in (folder / "target").glob("quorvane_*-*.dist-info")}
    if done.returncode or len(installed) != SET:
        raise SystemExit(
            f"uv installed {len(installed)} of {SET}, status {done.returncode}:\n{done.stderr[-2000:]}"
        )
    return seconds


def alternating(sides: dict[str, Callable[[], float]], rounds: int) -> dict[str, object]:
    """Medians and least of several rounds (seconds), and the ratio of each side to ``straight``."""
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            spent[name].append(work())
    result: dict[str, object] = {"rounds": rounds}
    for name, seconds in spent.items():
        result[f"{name}, s"] = round(median(seconds), 3)
        result[f"{name}, least, s"] = round(min(seconds), 3)
        if name != "straight":
            pairs = [mine / other for mine, other in zip(seconds, spent["straight"], strict=True)]
            result[f"{name}, ratio"] = round(median(pairs), 2)
    return result
