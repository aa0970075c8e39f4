"""Runs Stockade's vetter and its peers over the same distributions and says what each of them said."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import tool

ROOT = Path(__file__).resolve().parents[1]
DRIVER = Path(__file__).resolve().parent / "peer_driver.py"

GUARDDOG_ALARM, GUARDDOG_HIGH = 0.5, 0.7
"""Scores 5 ("suspicious") and 7 ("high risk") of 10, where GuardDog changes its own word."""
HEXORA_SCORE = 0.9
TIME = "3600"
"""Seconds that one distribution may take: a machine that others use too must not make innocent files look unjudged."""
BATCH = 40
"""Paths handed to one process."""


@dataclass(frozen=True)
class Said:
    """What a scanner said of one distribution."""

    level: int
    """0 nothing, 1 a person should look (quarantine, alarm), 2 stop it (block, high)."""
    why: tuple[str, ...] = ()
    """Rules or labels, worst first."""
    error: str = ""
    """Why it could not be judged, wholly or in part."""
    seconds: float = 0.0
    peak_mib: float = 0.0
    warned: bool = False
    rules: frozenset[str] = frozenset()
    """Every rule of Stockade that told something, of whatever severity."""


@dataclass(frozen=True)
class Scanner:
    """One scanner at one setting."""

    name: str
    review: str
    """What counts as level 1, in its own words."""
    block: str
    scan: Callable[[Sequence[Path]], dict[Path, Said]] = field(repr=False)
    slow: bool = False
    """Takes so long over large files that it may be asked about the smaller ones only."""


def stockade(paths: Sequence[Path]) -> dict[Path, Said]:
    """``stockade vet`` on the files. It keeps its judgements beside the peers; they hold for the same rules and analysis
    only, so that a run that broke off goes on, and a change of either judges all files anew.

    Raises:
        SystemExit: it printed no report.
    """
    said: dict[Path, Said] = {}
    env = {**os.environ, "STOCKADE_STATE": str(peers_folder() / "stockade")}
    for batch in batched(paths, BATCH):
        command = [tool("stockade"), "vet", "--offline", "--format", "json", "--timeout", TIME]
        command += map(str, batch)
        done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=env)
        try:
            results = json.loads(done.stdout)["results"]
        except (json.JSONDecodeError, KeyError) as error:
            raise SystemExit(
                f"stockade vet ended with {done.returncode}: {done.stderr.decode()[-2000:]}"
            ) from error
        said |= {Path(result["path"]): _of_result(result) for result in results}
    missing = [path for path in paths if path not in said]
    if missing:
        raise SystemExit(f"stockade vet gave no result for {missing[0].name} and {len(missing) - 1} more")
    return said


LEVELS = {"block": 2, "quarantine": 1}
WORST_FIRST = ("critical", "high", "medium", "low", "info")


def _of_result(result: dict[str, Any]) -> Said:
    findings = sorted(result["findings"], key=lambda each: WORST_FIRST.index(each["severity"]))
    telling = [each for each in findings if each["severity"] in WORST_FIRST[:2]] or findings
    return Said(
        level=LEVELS.get(result["verdict"], 0),
        warned=result["verdict"] == "warn",
        why=tuple(dict.fromkeys(_where(each) for each in telling)),
        error="; ".join(gap["detail"] for gap in result["incomplete"]),
        rules=frozenset(each["rule"] for each in findings),
    )


def _where(finding: dict[str, Any]) -> str:
    at = finding.get("location") or {}
    place = f" {at.get('path', '')}:{at.get('line', '')}" if isinstance(at, dict) else ""
    return f"{finding['rule']} {finding['severity']} {finding.get('phase', '')}{place}".strip()


def peers_folder() -> Path:
    """Where ``tools/peers.sh`` installs the peers, and where their answers are kept."""
    return Path(os.environ.get("BENCH_PEERS") or ROOT / ".state" / "peers")


def peer_python(name: str) -> Path:
    """The peer's interpreter, as ``tools/peers.sh`` installs it.

    Raises:
        SystemExit: it is not installed.
    """
    python = peers_folder() / name / "bin" / "python"
    if not python.is_file():
        raise SystemExit(f"{name} is not installed: run sh tools/peers.sh")
    return python


def peer_version(name: str) -> str:
    """The version of an installed peer."""
    code = f"from importlib.metadata import version; print(version({name!r}))"
    done = subprocess.run([peer_python(name), "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def raw_answers(name: str, paths: Sequence[Path], workers: int) -> Iterator[dict[str, Any]]:
    """What a peer answers for each path, asked anew, as it answers; the fields are those of the driver."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as asked:
        asked.writelines(f"{path}\n" for path in paths)
        asked.seek(0)
        command = [str(peer_python(name)), str(DRIVER), name, str(workers)]
        with subprocess.Popen(
            command, stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            for line in process.stdout or ():
                yield json.loads(line)


class Kept:
    """Answers of peers that need not be asked again: by the peer's version and the file's digest."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = peers_folder() / f"{name}-{peer_version(name)}.jsonl"
        self.answers: dict[str, dict[str, Any]] = {}
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                answer = json.loads(line)
                self.answers[answer["sha256"]] = answer

    def ask(self, paths: Sequence[Path]) -> dict[Path, dict[str, Any]]:
        """The answers for all paths; those that are not kept are asked for, and then kept.

        Raises:
            SystemExit: the peer ended before it had answered.
        """
        digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        wanted = [path for path in paths if digests[path] not in self.answers]
        with self.path.open("a", encoding="utf-8") as file:
            for answer in raw_answers(self.name, wanted, os.cpu_count() or 1) if wanted else ():
                kept = {"sha256": digests[Path(answer.pop("path"))], **answer}
                self.answers[kept["sha256"]] = kept
                file.write(json.dumps(kept) + "\n")
                file.flush()
        silent = [path.name for path in wanted if digests[path] not in self.answers]
        if silent:
            raise SystemExit(f"{self.name} gave no answer for {silent[0]} and {len(silent) - 1} more")
        return {path: self.answers[digests[path]] for path in paths}


def of_guarddog(answer: dict[str, Any]) -> Said:
    """GuardDog's score as a level."""
    level = (answer["level"] >= GUARDDOG_ALARM) + (answer["level"] >= GUARDDOG_HIGH)
    return _said(answer, level)


def of_hexora(answer: dict[str, Any]) -> Said:
    """Hexora's highest confidence as a level."""
    confidence = answer["labels"][0] if answer["labels"] else ""
    return _said(answer, {"very_high": 2, "high": 1}.get(confidence, 0))


def of_hexora_model(answer: dict[str, Any]) -> Said:
    """The score of hexora's model as a level."""
    return _said(answer, (answer["level"] >= 0.5) + (answer["level"] >= HEXORA_SCORE))  # noqa: PLR2004 - even odds


def _said(answer: dict[str, Any], level: int) -> Said:
    return Said(
        level=level,
        why=tuple(answer["labels"]),
        error=answer["error"],
        seconds=answer["seconds"],
        peak_mib=answer["peak_mib"],
    )


def scanners() -> tuple[Scanner, ...]:
    """Stockade and its peers, each at the levels that it documents."""

    def peer(
        name: str, read: Callable[[dict[str, Any]], Said]
    ) -> Callable[[Sequence[Path]], dict[Path, Said]]:
        def scan(paths: Sequence[Path]) -> dict[Path, Said]:
            return {path: read(answer) for path, answer in Kept(name).ask(paths).items()}

        return scan

    return (
        Scanner(f"Stockade {version('stockade')}", "quarantine", "block", stockade),
        Scanner(
            f"GuardDog {peer_version('guarddog')}",
            "score 5 (suspicious)",
            "score 7 (high risk)",
            peer("guarddog", of_guarddog),
            slow=True,
        ),
        Scanner(
            f"hexora {peer_version('hexora')}",
            "confidence high",
            "confidence very high",
            peer("hexora", of_hexora),
        ),
        Scanner(
            f"hexora {peer_version('hexora')}, its model",
            "score 0.5",
            "score 0.9",
            peer("hexora", of_hexora_model),
        ),
    )


def share(said: Iterable[Said], level: int) -> float:
    """The share that reaches a level."""
    levels = [each.level for each in said]
    return round(sum(reached >= level for reached in levels) / len(levels), 4) if levels else 0.0


def batched(paths: Sequence[Path], size: int) -> Iterable[Sequence[Path]]:
    """The paths in runs of at most ``size``."""
    return (paths[at : at + size] for at in range(0, len(paths), size))
