"""The README's table of the firewall's speed, from benchmarks/results/firewall-speed.json."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
WHOLE = 100
"""Rates from which on no decimals are told."""

_PAGES = (
    ("small identity", "page of 244 files, JSON"),
    ("small gzip", "the same, gzip"),
    ("small 304", "the same, unchanged (304)"),
    ("large identity", "page of 4,400 files, JSON"),
    ("large gzip", "the same, gzip"),
    ("large 304", "the same, unchanged (304)"),
)
_OF_PEERS = {"small 304": "small identity", "large 304": "large identity"}
"""Peers are not asked for 304s: their whole page stands beside, as nginx's does."""


def firewall_table(found: Json) -> list[str]:
    """Every figure of the firewall beside nginx and the other proxies of the same run."""
    peers = found["peers"]
    rows = [
        f"| `serve`, warm, whole policy on | Stockade | nginx, the same bytes | ratio | {' | '.join(peers)} |",
        f"| --- | --- | --- | --- | {' | '.join('---' for _ in peers)} |",
    ]
    for key, title in _PAGES:
        case = found["pages"][key]
        beside = [_of_peer(peer, _OF_PEERS.get(key, key)) for peer in peers.values()]
        rows.append(f"| {title} | {_sides(case)} | {' | '.join(beside)} |")
    none = " | ".join("" for _ in peers)
    rows += [
        f"| wheel of 20 MB | {_sides(found['files']['20 MB wheel'])} | {none} |",
        f"| wheel of 5 KB | {_sides(found['files']['small wheel'])} | {none} |",
    ]
    return rows


def _sides(case: Json) -> str:
    mine, other = (case[side]["per second"] for side in ("stockade", "nginx"))
    return f"{_rate(mine)} | {_rate(other)} | {case['ratio, per second']:.2f}"


def _of_peer(peer: Json, key: str) -> str:
    return _rate(peer[key]["per second"]) if key in peer else "did not run"


def _rate(value: float) -> str:
    return f"{value:,.0f}/s" if value >= WHOLE else f"{value:,.1f}/s"


def firewall_prose(found: Json) -> list[str]:
    """What the table cannot hold."""
    cold, start, installs, crowd = (found[key] for key in ("cold page", "start", "installs", "crowd"))
    lean, rich = (cold[key]["beyond the fetch, processor ms"] for key in ("lean", "rich"))
    added = found["files"]["small wheel, one client"]["p99 added, ms"]
    memory, warm, fresh = found["memory"], installs["warm"], installs["cold"]
    errors = crowd["socket errors"] + crowd["error statuses"]
    return [
        (
            f"One process each, wrk with four connections, load average {found['load before']} before. A page of "
            f"{cold['files']:,} files that nobody has asked for costs {lean:.0f} ms of processor beyond its fetch"
        ),
        (
            f"({rich:.0f} ms with metadata and provenance at every file): read, judged, rendered, compressed. A small file takes "
            f"{added:.1f} ms longer than from nginx (99th percentile of one client). The process is ready"
        ),
        (
            f"{start['first, s']:.1f} s after its start, and takes {memory['after all, MiB']['rss']:.0f} MiB after "
            f"{memory['projects']:,} projects. `uv pip install` of {installs['packages']} packages takes {warm['warm, s']:.2f} s"
        ),
        (
            f"through a warm firewall, {warm['straight, s']:.2f} s straight from static files (ratio {warm['warm, ratio']:.2f}); "
            f"through one that has seen none of them, and vets each, {fresh['cold, s']:.1f} s."
        ),
        (
            f"{crowd['clients']:,} clients at once for {crowd['seconds']:.0f} s: {crowd['requests']:,} answers, {errors} errors, "
            f"{crowd['wrong answers']} wrong of {crowd['answers compared']:,} compared."
        ),
    ]
