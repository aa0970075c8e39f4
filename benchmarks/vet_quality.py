"""How well ``stockade vet`` tells harm from innocence, beside its peers on the same files.

    python -m benchmarks.vet_quality [CORPUS] [--variants 20] [--peer-variants 3] [--seed 1]
        [--limit 20] [--slow-limit 5] [--only stockade]

False alarms are counted on the benign corpus (:mod:`benchmarks.corpus`), recall on the project's own inert samples
and on their mutations (:mod:`benchmarks.mutate`). A sample counts as found at quarantine or above; what reaches
"block" is told beside it. The peers' levels are those at which they change their own word, see
:mod:`benchmarks.scanners`; they are asked about fewer mutations, since they take seconds each. A slow peer may be asked about
the innocent files up to a size only (``--slow-limit``, MB); then Stockade's figures on those same files stand beside.
``--limit`` leaves larger files out for all, where the machine has no hours to spare; the result names both.

What a peer answered is kept beside it (``BENCH_PEERS``, else ``.state/peers``) by its version and the file's digest: it
depends on nothing else, so a later run asks about new files only. Stockade keeps its judgements there too, by its rules.
Writes ``benchmarks/results/vet-quality.json``. Recall on real malware is measured elsewhere, on packages not seen here.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.corpus import corpus_folder, present
from benchmarks.measure import save
from benchmarks.mutate import turned
from benchmarks.samples import Sample, families, recorded, rule_samples, write_packed
from benchmarks.scanners import Said, Scanner, scanners, share

REVIEW, BLOCK = 1, 2
MEGABYTE = 1_000_000
RULES_OF_FORM = "STK-E140"
"""From here on the harm in a rule's sample is no Python (binaries, metadata, RECORD), so there is nothing to rewrite."""
COMBINATIONS = 8
"""Of two or three mutations, beside the single ones, from which a sample's variants are taken in turn."""
SHOWN = 3
"""Reasons told for each false alarm."""

Json = dict[str, Any]


def main() -> int:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", help="the folder of the benign corpus")
    parser.add_argument("--variants", type=int, default=20, help="mutations of each sample")
    parser.add_argument(
        "--peer-variants",
        type=int,
        default=3,
        help="of those, how many the peers are asked about; with 0 they are asked about innocent files only",
    )
    parser.add_argument("--limit", type=float, default=float("inf"), help="MB of the largest innocent file")
    parser.add_argument(
        "--slow-limit", type=float, default=float("inf"), help="MB of a file that a slow peer is asked about"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="the scanners whose name begins so; nothing is saved")
    asked = parser.parse_args()
    benign = [
        path for path in present(corpus_folder(asked.corpus)) if path.stat().st_size <= asked.limit * MEGABYTE
    ]
    chosen = [each for each in scanners() if each.name.lower().startswith((asked.only or "").lower())]
    result: Json = {"benign": benign_part(chosen, benign, asked.slow_limit * MEGABYTE)}
    if asked.limit < float("inf"):
        result["benign"]["limit, MB"] = asked.limit
    with tempfile.TemporaryDirectory(prefix="stockade-bench-") as scratch:
        result |= samples_part(chosen, Path(scratch), asked.variants, asked.peer_variants, asked.seed)
    print(json.dumps(result, indent=1))
    if not asked.only:
        save("vet-quality", result)
    return 0


def benign_part(chosen: Sequence[Scanner], paths: Sequence[Path], limit: float) -> Json:
    """False alarms on innocent files, each listed for Stockade. A slow scanner gets those of at most ``limit`` bytes; then
    Stockade's figures on the same files are told too."""
    small = [path for path in paths if path.stat().st_size <= limit]
    found: Json = {"files": len(paths), "scanners": {}}
    for scanner in chosen:
        said = scanner.scan(small if scanner.slow else paths)
        found["scanners"][scanner.name] = told(scanner, said)
        if scanner.name.startswith("Stockade"):
            found["alarms"] = alarms(said)
            if len(small) < len(paths) and any(each.slow for each in chosen):
                part = {path: said[path] for path in small}
                found["scanners"][f"{scanner.name} on files up to {limit / MEGABYTE:g} MB"] = told(
                    scanner, part
                )
    return found


def told(scanner: Scanner, said: Mapping[Path, Said]) -> Json:
    """Shares of innocent files, by what the scanner said of them."""
    return {
        "review means": scanner.review,
        "block means": scanner.block,
        "files": len(said),
        "block": share(said.values(), BLOCK),
        "review or block": share(said.values(), REVIEW),
        "warned": round(sum(each.warned for each in said.values()) / len(said), 4) if said else 0.0,
        "could not judge": sum(bool(each.error) for each in said.values()),
    }


def alarms(said: Mapping[Path, Said]) -> list[Json]:
    """The innocent files that are not let through, worst first."""
    bad = sorted(
        ((path, each) for path, each in said.items() if each.level),
        key=lambda pair: (-pair[1].level, pair[0]),
    )
    return [
        {
            "file": path.name,
            "verdict": "block" if each.level == BLOCK else "quarantine",
            "why": list(each.why[:SHOWN]),
            **({"not judged": each.error[:300]} if each.error else {}),
        }
        for path, each in bad
    ]


def samples_part(chosen: Sequence[Scanner], scratch: Path, count: int, peer_count: int, seed: int) -> Json:
    """Recall on hits, silence on clean twins, and what mutations cost."""
    samples = [*families(), *rule_samples()]
    whole = {
        write_packed(scratch / "whole" / str(number), sample): sample for number, sample in enumerate(samples)
    }
    mutated = mutations(scratch / "mutated", samples, count, seed)
    few = {path: row for path, row in mutated.items() if row[2] < peer_count}
    found: Json = {
        "samples": {},
        "mutations": {"variants": len(mutated), "asked of peers": len(few), "scanners": {}},
    }
    for scanner in chosen:
        own = scanner.name.startswith("Stockade")
        if not own and not peer_count:
            continue
        said = scanner.scan(list(whole))
        found["samples"][scanner.name] = recall(said, whole, listing=own)
        variants_said = scanner.scan(list(mutated if own else few))
        base = {sample.name: said[path].level for path, sample in whole.items()}
        found["mutations"]["scanners"][scanner.name] = cost(variants_said, mutated, base, listing=own)
    return found


def recall(said: Mapping[Path, Said], whole: Mapping[Path, Sample], *, listing: bool) -> Json:
    """Shares found, by group and place; what was missed or wrongly stopped by name.

    Some rules only warn: the hit in a rule's sample is also found where that rule tells it.
    """
    found: Json = {}
    for group in ("rules", "dev", "heldout"):
        bad = [path for path, sample in whole.items() if sample.group == group and sample.bad]
        good = [said[path] for path, sample in whole.items() if sample.group == group and not sample.bad]
        seen = sum(said[path].level >= REVIEW or whole[path].rule in said[path].rules for path in bad)
        found[group] = {
            "hits": len(bad),
            "found": round(seen / len(bad), 4) if bad else 0.0,
            "blocked": share([said[path] for path in bad], BLOCK),
            "clean twins": len(good),
            "stopped": share(good, REVIEW),
        }
    if listing:
        by_place: dict[str, list[Said]] = defaultdict(list)
        for path, sample in whole.items():
            if sample.bad and sample.place:
                by_place[sample.place].append(said[path])
        found["found by place"] = {place: share(each, REVIEW) for place, each in sorted(by_place.items())}
        told = [s.rule in said[path].rules for path, s in whole.items() if s.rule and s.bad]
        wrong = [s.name for path, s in whole.items() if s.rule in said[path].rules and s.rule and not s.bad]
        found["samples of rules"] = {
            "hits that the rule tells": sum(told),
            "of": len(told),
            "clean twins that it tells": wrong,
        }
        found["missed"] = [
            s.name
            for path, s in whole.items()
            if s.bad and said[path].level < REVIEW and s.rule not in said[path].rules
        ]
        found["only quarantined"] = [
            s.name for path, s in whole.items() if s.bad and said[path].level == REVIEW
        ]
        found["clean twins stopped"] = [
            {"name": s.name, "why": list(said[path].why[:SHOWN])}
            for path, s in whole.items()
            if not s.bad and said[path].level >= REVIEW
        ]
    return found


Mutated = dict[Path, tuple[str, str, int]]
"""By path of the packed variant: the sample's name, the mutation's, and which of its sample's variants it is."""


def mutations(folder: Path, samples: Sequence[Sample], count: int, seed: int) -> Mutated:
    """Variants of every hit that holds Python. Which mutations come first differs from sample to sample, by its name: a new
    sample leaves those of the others, and what the peers answered to them, as they are."""
    found: Mutated = {}
    for number, sample in enumerate(samples):
        if sample.bad and sample.rule < RULES_OF_FORM:
            several = turned(sample.tree, seed, COMBINATIONS, zlib.crc32(sample.name.encode()))
            for at, (name, tree) in enumerate(islice(several, count)):
                path = write_packed(folder / f"{number}-{at}", sample, recorded(tree))
                found[path] = (sample.name, name, at)
    return found


def cost(said: Mapping[Path, Said], mutated: Mutated, base: Mapping[str, int], *, listing: bool) -> Json:
    """Recall on variants against that on the samples they come from, weighed alike."""
    rows = [(mutated[path], each) for path, each in said.items()]
    before = [Said(level=base[name]) for (name, _, _), _ in rows]
    after = [each for _, each in rows]
    found: Json = {
        "variants": len(rows),
        "found before": share(before, REVIEW),
        "found after": share(after, REVIEW),
        "points lost": round(100 * (share(before, REVIEW) - share(after, REVIEW)), 1),
        "blocked before": share(before, BLOCK),
        "blocked after": share(after, BLOCK),
    }
    if listing:
        lost = Counter(mutation for (name, mutation, _), each in rows if base[name] >= REVIEW > each.level)
        total = Counter(mutation for (name, mutation, _), _ in rows if base[name] >= REVIEW)
        found["lost by mutation"] = {name: f"{count} of {total[name]}" for name, count in lost.most_common()}
        found["lost"] = sorted(
            f"{name}: {mutation}" for (name, mutation, _), each in rows if base[name] >= REVIEW > each.level
        )
    return found


if __name__ == "__main__":
    sys.exit(main())
