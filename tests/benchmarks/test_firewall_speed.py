"""The pure parts of the firewall's benchmark: what wrk prints, quantiles, the set that is installed, and the README's rows."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from benchmarks.firewall_load import quantile, told
from benchmarks.firewall_upstream import LARGE_FILES, SET, many_files, package_set
from tools.firewall_figures import firewall_prose, firewall_table

GOOD = """Running 2s test @ http://127.0.0.1:8000/
  1 threads and 4 connections
  24046 requests in 2.10s, 2.60GB read
Requests/sec:  11450.51
"""
BAD = """  100 requests in 1.00s, 2.60MB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 7
Requests/sec:    100.00
"""


def test_what_wrk_prints_is_read() -> None:
    good, bad = told(GOOD), told(BAD)
    assert (good.requests, good.per_second, good.socket_errors, good.other_statuses) == (
        24046,
        11450.51,
        0,
        0,
    )
    assert (bad.socket_errors, bad.other_statuses) == (10, 7)


def test_a_run_without_figures_is_none() -> None:
    with pytest.raises(SystemExit, match="could not measure"):
        told("unable to connect to 127.0.0.1:1 Connection refused")


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_quantile_is_the_least_value_that_the_share_does_not_exceed(share: float, value: int) -> None:
    assert quantile(list(range(100, 0, -1)), share) == value


def test_most_projects_are_small_and_none_is_larger_than_the_largest() -> None:
    sizes = [many_files(rank) for rank in range(1, 2_001)]
    assert max(sizes) == LARGE_FILES
    assert sorted(sizes)[1_000] < 60


def test_every_package_of_the_set_is_asked_for_or_needed_by_one_that_is() -> None:
    made = package_set()
    assert len(made) == SET
    needed: set[str] = set()
    for project, files in made.items():
        for filename, content in files.items():
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                core = next(wheel.read(each) for each in wheel.namelist() if each.endswith("/METADATA"))
            lines = [line for line in core.decode().splitlines() if line.startswith("Requires-Dist: ")]
            assert bool(lines) == ("-root-" in project), filename
            needed |= {line.removeprefix("Requires-Dist: ").partition(">")[0] for line in lines}
    assert needed == {name for name in made if "-leaf-" in name}


def _case(mine: float, other: float) -> dict[str, Any]:
    return {
        "stockade": {"per second": mine},
        "nginx": {"per second": other},
        "ratio, per second": round(mine / other, 2),
    }


PAGES = ("small identity", "small gzip", "small 304", "large identity", "large gzip", "large 304")
FOUND: dict[str, Any] = {
    "load before": 0.1,
    "pages": {name: _case(5661, 4461) for name in PAGES},
    "cold page": {
        "files": 4400,
        "lean": {"beyond the fetch, processor ms": 51.4},
        "rich": {"beyond the fetch, processor ms": 81.2},
    },
    "files": {
        "20 MB wheel": _case(15.4, 17.6),
        "small wheel": _case(900, 9000),
        "small wheel, one client": {"p99 added, ms": 1.23},
    },
    "memory": {"projects": 2000, "after all, MiB": {"rss": 123.4}},
    "start": {"first, s": 0.93},
    "installs": {
        "packages": 60,
        "warm": {"warm, s": 0.31, "straight, s": 0.30, "warm, ratio": 1.03},
        "cold": {"cold, s": 2.12},
    },
    "crowd": {
        "clients": 1000,
        "seconds": 60.0,
        "requests": 100_000,
        "socket errors": 0,
        "error statuses": 2,
        "wrong answers": 0,
        "answers compared": 1200,
    },
    "peers": {
        "devpi-server": {name: {"per second": 90.4} for name in PAGES if "304" not in name},
        "proxpi": {"did not run": "why"},
    },
}


def test_the_readme_has_a_row_for_each_page_and_says_which_peer_did_not_run() -> None:
    rows = firewall_table(FOUND)
    assert rows[2] == "| page of 244 files, JSON | 5,661/s | 4,461/s | 1.27 | 90.4/s | did not run |"
    assert rows[4] == "| the same, unchanged (304) | 5,661/s | 4,461/s | 1.27 | 90.4/s | did not run |"
    assert {row.count("|") for row in rows} == {7}


def test_the_readme_tells_errors_as_they_were() -> None:
    text = " ".join(firewall_prose(FOUND))
    assert "1,000 clients at once for 60 s: 100,000 answers, 2 errors, 0 wrong of 1,200 compared" in text
    assert "(ratio 1.03)" in text
    assert "costs 51 ms of processor" in text
