"""What ruling on a page of 4,415 files costs the firewall with every filter on, in processor time.

Usage: ``python -m benchmarks.firewall_rulings``. Prints a table and writes ``benchmarks/results/firewall-rulings.json``. The
time of a fixed loop stands beside the figures, since machines differ; each figure is the best of several.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
from benchmarks.measure import save

from stockade.firewall.filters.base import Offer
from stockade.firewall.name_facts import NameJudge
from stockade.firewall.ruling import rule
from stockade.model.advisories import Advisory
from stockade.model.findings import Severity
from stockade.model.firewall import Approval, Origin, Scope, Seen
from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import ProjectName
from stockade.model.policy import Firewall, Policy
from stockade.names.popular import builtin_popularity
from stockade.sources.simple_page import JSON_TYPE, read_page
from stockade.testing.index_pages import json_page

FILES, TRIES, NAMES = 4_415, 15, 2_000
NAME, ADDRESS = ProjectName("numpy"), "https://index.example/simple/numpy/"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def main() -> None:
    """Measure everything, print it, write it down."""
    offer = _usual()
    result: dict[str, object] = {
        "processors": os.cpu_count(),
        "files": FILES,
        "versions": len(offer.releases),
        "fixed loop, ms": _milliseconds(lambda: sum(i * i for i in range(100_000))),
    }
    for title, (each, approvals) in _cases(offer).items():
        rulings = rule(_fresh(each), approvals)
        result[f"{title}, refused"] = sum(ruling.refused for ruling in rulings.values())
        result[f"{title}, ms"] = _milliseconds(partial(_rule, each, approvals))
    names = [ProjectName(f"reqeusts-{number}") for number in range(NAMES)]
    result[f"facts of {NAMES:,} names and the engine for them, ms"] = _milliseconds(partial(_names, names), 3)
    width = max(map(len, result))
    for title, value in result.items():
        print(f"{title:<{width}}  {value}")
    save("firewall-rulings", result)


def _cases(offer: Offer) -> dict[str, tuple[Offer, tuple[Approval, ...]]]:
    files = offer.project.files
    timeless = tuple(msgspec.structs.replace(each, uploaded=None) for each in files)
    today = {name: msgspec.structs.replace(each, first_seen=NOW) for name, each in offer.seen.items()}
    fresh = tuple(
        msgspec.structs.replace(each, uploaded=NOW - timedelta(seconds=place))
        for place, each in enumerate(files)
    )
    hole = Advisory(
        id="GHSA-0000",
        project=NAME,
        malicious=False,
        summary="a hole",
        severity=Severity.HIGH,
        fixed=("99.0",),
    )
    known = {each.version: (hole,) for each in files if each.version}
    strict = Policy(firewall=Firewall(vulnerabilities=Severity.HIGH, require_provenance=(NAME,)))
    approval = Approval(
        id="AP-AAAAAAAAAA", effect="approve", scope=Scope(project=NAME), reason="Known.", by="a", at=NOW
    )
    return {
        "usual": (offer, ()),
        "without upload times": (replace(offer, project=_with(offer, timeless), seen=today), ()),
        "every file too young": (replace(offer, project=_with(offer, fresh)), ()),
        "every version vulnerable": (replace(offer, policy=strict, advisories=known), ()),
        "every version approved": (replace(offer, policy=strict, advisories=known), (approval,)),
    }


def _with(offer: Offer, files: tuple[IndexFile, ...]) -> IndexProject:
    return msgspec.structs.replace(offer.project, files=files)


def _usual() -> Offer:
    """All on record, old, not attested, no advisory."""
    project = read_page(NAME, json_page(NAME, FILES, rich=False), JSON_TYPE, ADDRESS)
    files = tuple(
        msgspec.structs.replace(each, uploaded=NOW - timedelta(days=3000, minutes=-place), yanked=None)
        for place, each in enumerate(project.files)
    )
    seen = {
        each.filename: Seen(
            sha256=each.hashes["sha256"], size=each.size, first_seen=NOW - timedelta(days=30), baseline=True
        )
        for each in files
    }
    return Offer(
        project=msgspec.structs.replace(project, files=files),
        origin=Origin.UPSTREAM,
        now=NOW,
        policy=Policy(),
        advisories={each.version: () for each in files if each.version},
        seen=seen,
    )


def _names(names: list[ProjectName]) -> None:
    """Each name once, by a judge that remembers none of them; its look-up indexes are built once for all."""
    judge = NameJudge(Policy(), builtin_popularity())
    for name in names:
        judge.facts(name)


def _rule(offer: Offer, approvals: tuple[Approval, ...]) -> None:
    rule(_fresh(offer), approvals)


def _fresh(offer: Offer) -> Offer:
    """The same offer, with nothing worked out yet."""
    return replace(offer)


def _milliseconds(work: Callable[[], object], tries: int = TRIES) -> float:
    """The least processor time of several tries."""
    best = float("inf")
    for _ in range(tries):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return round(1e3 * best, 2)


if __name__ == "__main__":
    main()
