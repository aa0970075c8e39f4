"""Machine code that is put into memory and run, without a file that anybody could look at."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.model.findings import Rule, Severity
from stockade.model.stages import Stage
from stockade.model.vetting import Detection
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.common import by_phase, detect, of_kind, once, sink_step
from stockade.vetter.package import Package

RULE = Rule(
    id="STK-E115",
    name="code-in-memory",
    stage=Stage.EVALUATION,
    title="Machine code is written into memory and run",
    severity=Severity.CRITICAL,
    why="Shellcode, or a program that exists only in memory, leaves nothing on the disk for a scanner to find.",
    mend="Do not install it; treat the process and the machine that ran it as taken over.",
    references=("MITRE ATT&CK T1055", "T1620"),
)
_PLACES = frozenset({"VirtualAlloc", "mmap", "VirtualProtect", "mprotect"})
_STARTS = frozenset(
    {"CreateThread", "CreateRemoteThread", "NtCreateThreadEx", "QueueUserAPC", "RtlMoveMemory", "CFUNCTYPE"}
)


def run(package: Package) -> Iterator[Detection]:
    """Detections of the rule."""
    yield from once(_all(package))


def _all(package: Package) -> Iterator[Detection]:
    by_file: dict[str, list[Act]] = {}
    for act in of_kind(package, Kind.LOAD):
        if act.note == "memory":
            by_file.setdefault(act.at.path, []).append(act)
    for acts in by_file.values():
        placed = [act for act in acts if act.target in _PLACES]
        started = [act for act in acts if act.target in _STARTS]
        if placed and started:
            called = Severity.HIGH if _grave(placed, started) else Severity.MEDIUM
            severity = by_phase(
                started[0].phase, running=Severity.CRITICAL, called=called, never=Severity.LOW
            )
            chain = (sink_step(placed[0]), sink_step(started[-1]))
            message = f"code is placed by {placed[0].target} and started by {started[-1].target}"
            yield detect(package, RULE, started[0], message, chain=chain, severity=severity)
    for act in of_kind(package, Kind.SPAWN, Kind.LOAD):
        if "/proc/self/fd/" in act.target and any(
            each.note == "memfd" and each.at.path == act.at.path for each in package.acts
        ):
            severity = by_phase(
                act.phase, running=Severity.CRITICAL, called=Severity.HIGH, never=Severity.LOW
            )
            yield detect(
                package,
                RULE,
                act,
                f"a program that exists only in memory is started: {act.target}",
                severity=severity,
            )


def _grave(placed: list[Act], started: list[Act]) -> bool:
    """Whether called code is more than a compiler of its own, which calls what it wrote by a pointer: it starts a thread, or
    what it runs was hidden or fetched."""
    origins = {taint.origin for act in (*placed, *started) for taint in act.payload}
    return bool(origins & _BROUGHT) or any(act.target != "CFUNCTYPE" for act in started)


_BROUGHT = frozenset(
    {Origin.DECODED, Origin.DECRYPTED, Origin.FETCHED, Origin.RECEIVED, Origin.OWN_FILE, Origin.FILE}
)


DETECTOR = Detector(name="memory", rules=(RULE,), run=run)
