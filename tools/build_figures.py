"""Writes the measured figures into README.md from benchmarks/results, so that no figure there is typed by hand.

python tools/build_figures.py           write what differs
python tools/build_figures.py --check   write nothing; exit 1 where something differs
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, it has its own folder there
from tools.firewall_figures import firewall_prose, firewall_table  # noqa: E402 - needs the line above

README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN = "<!-- begin generated: tools/build_figures.py writes this part from benchmarks/results -->"
END = "<!-- end generated -->"

Json = dict[str, Any]


def result(name: str) -> Json:
    """One benchmark's committed result."""
    found: Json = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def percent(share: float, digits: int = 1) -> str:
    """A share as per cent."""
    return f"{100 * share:.{digits}f} %"


def names_table(quality: Json) -> list[str]:
    """Precision and recall of the name engine beside its baselines."""
    rows = [
        (
            "| rule | squats one slip away, found | all known-malicious, found | index flagged "
            "| top 15,000 flagged | legitimate neighbours flagged |"
        ),
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rule, seen in quality["rules"].items():
        cells = (
            percent(seen["near squats"]),
            percent(seen["all malicious"]),
            percent(seen["index"], 3),
            percent(seen["popular"], 2),
            percent(seen["legitimate neighbours"]),
        )
        rows.append(f"| {rule} | {' | '.join(cells)} |")
    return rows


def names_prose(quality: Json, speed: Json) -> list[str]:
    """What the table cannot hold."""
    pairs, split, held = quality["pairs"], quality["time_split"], quality["held_out_groups"]
    covered, chance = quality["variants"], quality["chance"]
    return [
        (
            f"Data: {quality['data']['index']:,} names of the index, {quality['data']['malicious']:,} known-malicious ones, of "
            f"which {quality['data']['near']:,} lie one edit from a popular name. Those rows judge names that the weights were"
        ),
        (
            f"fitted on; on campaigns left out of the fit, {percent(held['recall at 0.1 % of the index'])} of the near "
            "squats are found at 0.1 % of the index,"
        ),
        (
            f"but only {percent(held['recall of smaller campaigns'])} of the {held['of smaller campaigns']} of them "
            "that are not of the two largest campaigns."
        ),
        (
            f"About {chance['near by chance']:.0f} of the {quality['data']['near']:,} are near by chance, as other names of "
            f"their lengths are: without them {percent(chance['ceiling'])} could be found."
        ),
        (
            f"Fitted on names seen before June 2025 and tested on later ones: {percent(split['recall near'])} of the "
            f"{split['tested on near']} near ones, {percent(split['recall all'])} of all {split['tested on all']}: names alone "
            "do not stop most"
        ),
        (
            "of today's malware. The right target comes first for "
            f"{percent(pairs['right target first'])} of {pairs['pairs']} labelled squats; 500 foreseen variants cover "
            f"{percent(covered['covered by 500'])} of {covered['squats']} known squats."
        ),
        "",
        "| speed of names | Stockade | beside it |",
        "| --- | --- | --- |",
        (
            f"| one name, warm | {speed['stockade, us a name']} µs | naive rapidfuzz scan "
            f"{speed['naive rapidfuzz OSA <= 1, us a name']:,.0f} µs |"
        ),
        f"| all {speed['names']:,} names of the index, two cores | {speed['whole index, s']} s | |",
        (
            f"| first answer, from process start | {speed['first answer, ms']:.0f} ms | an interpreter that does nothing "
            f"{speed['python -c pass, ms']:.0f} ms |"
        ),
    ]


def check_table(check: Json) -> list[str]:
    """How long check takes, and its audit beside pip-audit's."""
    large, start, audit = check["large"]["stockade check"], check["start"], check["audit"]
    mine, theirs = audit["stockade check"], audit["pip-audit"]
    return [
        "| speed of `check`, whole process, median | Stockade | beside it |",
        "| --- | --- | --- |",
        f"| 50 manifests, 3,000 locked packages, offline | {large['wall_median']:.2f} s | |",
        (
            f"| `stockade --help` | {1e3 * start['stockade --help']['wall_median']:.0f} ms | an interpreter that does nothing "
            f"{1e3 * start['python -c pass']['wall_median']:.0f} ms |"
        ),
        (
            f"| {audit['packages']} pins against the same advisories | {mine['wall_median']:.2f} s, "
            f"{audit['stockade: found']} of {audit['listed as vulnerable']} found | pip-audit "
            f"{theirs['wall_median']:.2f} s, {audit['pip-audit: found']} found (ratio {audit['ratio stockade / pip-audit']}) |"
        ),
    ]


def vet_table(quality: Json) -> list[str]:
    """False alarms, recall on the project's own samples, and what mutations cost, a row a scanner."""
    rows = [
        (
            "| vetting, at which level | innocent files | blocked | stopped for review or blocked | not judged "
            "| own hits found | of these held out | clean twins stopped | recall lost by mutation |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    benign, samples, mutated = quality["benign"], quality["samples"], quality["mutations"]["scanners"]
    for name, said in benign["scanners"].items():
        stopped = (
            str(said["files"]),
            percent(said["block"]),
            percent(said["review or block"]),
            str(said["could not judge"]),
        )
        if name not in samples:
            cells: tuple[str, ...] = (*stopped, *[""] * 4)
            rows.append(
                f"| {name}: {said['review means']}; block: {said['block means']} | {' | '.join(cells)} |"
            )
            continue
        groups = [group for group in samples[name].values() if isinstance(group, dict) and "hits" in group]
        cells = (
            *stopped,
            percent(_weighed(groups, "hits", "found")),
            percent(samples[name]["heldout"]["found"]),
            percent(_weighed(groups, "clean twins", "stopped")),
            f"{mutated[name]['points lost']} points",
        )
        rows.append(f"| {name}: {said['review means']}; block: {said['block means']} | {' | '.join(cells)} |")
    return rows


def _weighed(groups: list[Json], count: str, share: str) -> float:
    """A share over several groups, by their sizes."""
    total: int = sum(group[count] for group in groups)
    found: float = sum(group[count] * group[share] for group in groups)
    return found / total if total else 0.0


def vet_prose(quality: Json) -> list[str]:
    """What the table of quality cannot hold."""
    benign, mutated = quality["benign"], quality["mutations"]
    own = next(name for name in quality["samples"] if name.startswith("Stockade"))
    counted = [
        group for group in quality["samples"][own].values() if isinstance(group, dict) and "hits" in group
    ]
    limit = f" up to {benign['limit, MB']:g} MB" if "limit, MB" in benign else ""
    return [
        (
            f"Innocent: {benign['files']} files{limit}, the newest wheel and sdist of popular projects that were chosen to hurt "
            "(benchmarks/benign_corpus.tsv). Own samples: "
            f"{sum(group['hits'] for group in counted)} inert hits"
        ),
        (
            f"and {sum(group['clean twins'] for group in counted)} clean twins; {mutated['variants']:,} mutations of the hits "
            f"(peers: {mutated['asked of peers']:,}). They are our own, so they say little of unseen malware,"
        ),
        "which is measured elsewhere.",
    ]


def speed_prose(speed: Json) -> list[str]:
    """How time grows with size."""
    rows = speed["growth"]["rows"]
    return [
        (
            f"Time grows with size: {rows[0]['processor, ms a MB']:.0f} ms of processor a MB at {rows[0]['MB unpacked']} MB, "
            f"{rows[-1]['processor, ms a MB']:.0f} at {rows[-1]['MB unpacked']} MB unpacked."
        )
    ]


def speed_table(speed: Json) -> list[str]:
    """The 21 packages, a row a scanner."""
    rows = [
        (
            f"| speed of vetting, {speed['packages']} packages, two workers | in all | processor time "
            "| median | 95th percentile | longest | peak of a process |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, taken in speed.items():
        if isinstance(taken, dict) and "total, s" in taken:
            cells = (
                f"{taken['total, s']:.1f} s",
                f"{taken['processor, s']:.1f} s",
                f"{taken['median, s']:.2f} s",
                f"{taken['p95, s']:.2f} s",
                f"{taken['max, s']:.2f} s",
                f"{taken['peak of a process, MiB']:.0f} MiB",
            )
            rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def vetting() -> list[list[str]]:
    """The vetter's parts, of those of its benchmarks that have been run: they take the benign corpus and the peers."""
    parts: list[list[str]] = []
    if (RESULTS / "vet-quality.json").is_file():
        quality = result("vet-quality")
        parts += [[""], vet_table(quality), [""], vet_prose(quality)]
    if (RESULTS / "vet-speed.json").is_file():
        speed = result("vet-speed")
        parts += [[""], speed_table(speed), [""], speed_prose(speed)]
    return parts


def firewall() -> list[list[str]]:
    """The firewall's part, once its benchmark has been run: it takes nginx, wrk and the other proxies."""
    if not (RESULTS / "firewall-speed.json").is_file():
        return []
    found = result("firewall-speed")
    return [[""], firewall_table(found), [""], firewall_prose(found)]


def figures() -> str:
    """The generated part of the README, without its markers."""
    quality, speed, check = result("names-quality"), result("names-speed"), result("check-speed")
    machine = check["machine"]
    head = [
        f"Taken on {check['taken']} on {machine['cores']} shared cores, Python {machine['python']}; peers in the same run.",
        "",
    ]
    parts = (
        head,
        names_table(quality),
        [""],
        names_prose(quality, speed),
        [""],
        check_table(check),
        *vetting(),
        *firewall(),
    )
    return "\n".join(line for part in parts for line in part)


def with_figures(readme: str) -> str:
    """The README with current figures.

    Raises:
        SystemExit: its markers are missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{README.name} lacks the markers of generated figures")
    return f"{before}{BEGIN}\n{figures()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write or check."""
    readme = README.read_text(encoding="utf-8")
    current = with_figures(readme)
    if readme == current:
        return 0
    if "--check" in arguments:
        print("README.md does not quote the figures of benchmarks/results: run python tools/build_figures.py")
        return 1
    README.write_text(current, encoding="utf-8")
    print("written: README.md")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
