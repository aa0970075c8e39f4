"""How fast the whole firewall is, beside nginx on the same bytes and beside other index proxies, in the same run.

    python -m benchmarks.firewall_speed [--rounds 5] [--seconds 2] [--crowd 60] [--quick]

``stockade serve`` runs on its embedded defaults with its whole policy on: feeds imported, protected names, vetting. Upstream
is an index of static files that nginx serves on loopback. Each server has one process that answers, wrk four connections but
where it says otherwise; sides are asked in alternating rounds, medians are kept. Requests a processor second
are kept beside those a second: on a machine that others use they say more. The other proxies are installed by
``tools/firewall_peers.sh`` below ``BENCH_PEERS``; one that is not there, or does not run, is named in the result.
Needs Linux, nginx, wrk and uv. Writes ``benchmarks/results/firewall-speed.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.firewall_installs import UV
from benchmarks.firewall_parts import PARTS, Place, fsync_times
from benchmarks.firewall_servers import (
    missing_programs,
    nginx,
)
from benchmarks.firewall_upstream import (
    BIG,
    LARGE_FILES,
    POLICY,
    SMALL_FILES,
    Shape,
    import_feeds,
    make_upstream,
    package_set,
)
from benchmarks.measure import save

PEER_FOLDER = Path(os.environ.get("BENCH_PEERS", Path(__file__).resolve().parents[1] / ".state" / "peers"))
PAGES = {"small": SMALL_FILES, "large": LARGE_FILES}
CODINGS = ("identity", "gzip")
OFTEN = 20
"""Answers after which a page is compressed as well as it will be."""
CLIENTS = 1_000

Json = dict[str, Any]


def main() -> int:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="whole ones, of each run of wrk")
    parser.add_argument("--crowd", type=float, default=60, help="seconds of 1,000 clients at once")
    parser.add_argument("--quick", action="store_true", help="see that it runs; its figures mean little")
    parser.add_argument(
        "--only", default="", help="parts to measure, by comma; the result is then only printed"
    )
    asked = parser.parse_args()
    if asked.quick:
        asked.rounds, asked.seconds, asked.crowd = 1, 1, 3
    missing = missing_programs() + ([] if UV.is_file() else ["uv"])
    if missing:
        print(f"firewall_speed: needs {', '.join(missing)}", file=sys.stderr)
        return 3
    _raise_file_limit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # who ends it ends its servers too
    result = measure(asked)
    if not asked.only:
        save("firewall-speed", result)
    return 0


def _raise_file_limit() -> None:
    """A thousand connections need as many descriptors, in wrk and nginx too."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def measure(asked: argparse.Namespace) -> Json:
    """Every part in its turn, printed as it is there."""
    shape = Shape(cold=2 if asked.quick else 8, many=60 if asked.quick else 2_000)
    result: Json = {
        "rounds": asked.rounds,
        "seconds": asked.seconds,
        "load before": round(os.getloadavg()[0], 2),
    }
    with tempfile.TemporaryDirectory(prefix="stockade-bench-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        make_upstream(folder / "www", shape)
        (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
        result["feeds"] = import_feeds(folder / "imported", sorted({*package_set(), BIG}))
        result["fsync, ms"] = fsync_times(folder)
        with nginx(folder) as static:
            place = Place(folder, static, folder / "imported" / "feeds", folder / "policy.toml", shape, asked)
            for name, part in PARTS.items():
                if asked.only and name not in asked.only.split(","):
                    continue
                began = time.perf_counter()
                result[name] = part(place)
                print(
                    f"== {name} ({time.perf_counter() - began:.0f} s)\n{json.dumps(result[name], indent=1)}",
                    flush=True,
                )
    result["load after"] = round(os.getloadavg()[0], 2)
    return result


if __name__ == "__main__":
    sys.exit(main())
