"""The README's figures of the vetter say what the results say."""

from __future__ import annotations

from typing import Any

from tools.build_figures import speed_prose, speed_table, vet_prose, vet_table


def _groups(found: float) -> dict[str, Any]:
    groups: dict[str, Any] = {
        name: {"hits": hits, "found": found, "blocked": 0.5, "clean twins": 10, "stopped": stopped}
        for name, hits, stopped in (("rules", 10, 0.0), ("dev", 20, 0.0), ("heldout", 10, 0.3))
    }
    groups["heldout"]["found"] = 0.5
    return groups | {"missed": ["x"]}


def _of(block: float) -> dict[str, Any]:
    return {
        "review means": "score 5",
        "block means": "score 7",
        "files": 425,
        "block": block,
        "review or block": 0.25,
        "could not judge": 0,
    }


QUALITY: dict[str, Any] = {
    "benign": {
        "files": 425,
        "scanners": {"Stockade 1": _of(0.002), "Stockade 1 on a part": _of(0.0), "Peer 3": _of(0.17)},
    },
    "samples": {"Stockade 1": _groups(1.0), "Peer 3": _groups(0.1)},
    "mutations": {
        "variants": 2380,
        "asked of peers": 300,
        "scanners": {"Stockade 1": {"points lost": -0.9}, "Peer 3": {"points lost": 4.0}},
    },
}
TAKEN = {
    "total, s": 9.96,
    "processor, s": 18.04,
    "median, s": 0.149,
    "p95, s": 0.9,
    "max, s": 1.25,
    "peak of a process, MiB": 120.4,
}
SPEED: dict[str, Any] = {
    "packages": 21,
    "bytes": 1,
    "stockade vet": TAKEN,
    "one small file": {"wall, ms": 200},
    "growth": {
        "rows": [
            {"MB unpacked": 25, "processor, ms a MB": 101.4},
            {"MB unpacked": 200, "processor, ms a MB": 99.5},
        ]
    },
}


def test_a_row_for_each_scanner() -> None:
    rows = vet_table(QUALITY)
    assert rows[2:] == [
        "| Stockade 1: score 5; block: score 7 | 425 | 0.2 % | 25.0 % | 0 | 87.5 % | 50.0 % | 10.0 % | -0.9 points |",
        "| Stockade 1 on a part: score 5; block: score 7 | 425 | 0.0 % | 25.0 % | 0 |  |  |  |  |",
        "| Peer 3: score 5; block: score 7 | 425 | 17.0 % | 25.0 % | 0 | 20.0 % | 50.0 % | 10.0 % | 4.0 points |",
    ]
    assert {row.count("|") for row in rows} == {10}


def test_the_speed_of_each_scanner_and_of_nothing_else() -> None:
    rows = speed_table(SPEED)
    assert rows[2:] == ["| stockade vet | 10.0 s | 18.0 s | 0.15 s | 0.90 s | 1.25 s | 120 MiB |"]
    assert {row.count("|") for row in rows} == {8}


def test_prose_tells_what_was_measured_on() -> None:
    text = " ".join(vet_prose(QUALITY))
    assert "425 files, the newest" in text
    part = {**QUALITY, "benign": {**QUALITY["benign"], "limit, MB": 3.0}}
    assert "425 files up to 3 MB, the newest" in " ".join(vet_prose(part))
    assert "40 inert hits and 30 clean twins" in text
    assert "2,380 mutations of the hits (peers: 300)" in text


def test_growth_is_told_by_its_ends() -> None:
    assert "101 ms of processor a MB at 25 MB, 100 at 200 MB" in speed_prose(SPEED)[0]
