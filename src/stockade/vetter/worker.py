"""The life of a worker process of :mod:`stockade.vetter.pool`: shut itself in, then judge what it is handed.

It answers in lines of JSON, so that whoever listens needs to trust nothing of what comes: neither types nor lengths.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from stockade.vetter.confine import confine, die_with_parent
from stockade.vetter.judged import Judged

Work = Callable[[Path, str], Judged]
"""Judges what lies at a path, under a name."""

MOST_ANSWER = 64 << 20
"""Bytes of one judgement; a longer one is no judgement."""
FRESH_ABOVE = 384 << 20
"""Bytes of memory at its highest, from which a worker is replaced by a fresh one."""
GRACE_SECONDS = 2.0
"""Of processor time beyond the wall-clock limit, after which the kernel ends a worker whose parent did not."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What one worker may take."""

    seconds: float = 120.0
    """Wall-clock time of one input."""
    memory: int = 2 << 30
    """Bytes."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says of one input."""

    judged: Judged | None = None
    problem: str = ""
    """Why there is no judgement."""
    tired: bool = False
    """It holds so much memory that a fresh one should take its place."""


def live(pipe: Connection, other: Connection, work: Work, readable: Sequence[Path], bounds: Bounds) -> None:
    """The life of a worker: shut itself in, say how, then judge until the pipe ends."""
    other.close()
    _forget(pipe.fileno())
    die_with_parent()
    _say(pipe, msgspec.json.encode(confine(readable, memory=bounds.memory)))
    while True:
        try:
            data = pipe.recv_bytes()
        except EOFError:
            return
        source, name = msgspec.json.decode(data, type=tuple[str, str])
        _limit_time(bounds.seconds)
        _say(pipe, _judged(work, Path(source), name))


def _say(pipe: Connection, line: bytes) -> None:
    rest = memoryview(line + b"\n")
    while rest:
        rest = rest[os.write(pipe.fileno(), rest) :]


def _judged(work: Work, source: Path, name: str) -> bytes:
    tired = False
    try:
        judged, problem = work(source, name), ""
    except MemoryError:
        judged, problem, tired = None, "it needs more memory than one input may take", True
    except RecursionError:
        judged, problem = None, "it is nested too deeply"
    except Exception as error:  # noqa: BLE001 - whatever it was, there is no judgement, and that is the result
        judged, problem = None, f"{type(error).__name__}: {error}"[:500]
    tired = tired or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > FRESH_ABOVE
    return _encoded(Answer(judged=judged, problem=problem, tired=tired))


def _encoded(answer: Answer) -> bytes:
    try:
        data = msgspec.json.encode(answer)
    except (ValueError, TypeError) as error:
        return msgspec.json.encode(Answer(problem=f"its judgement cannot be written: {type(error).__name__}"))
    if len(data) > MOST_ANSWER:
        return msgspec.json.encode(Answer(problem=f"its judgement has {len(data):,} bytes"))
    return data


def _forget(kept: int) -> None:
    """Give up what was inherited: the terminal, open files but the pipe, the environment, interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    os.environ.clear()


def _limit_time(seconds: float) -> None:
    """Processor time until now and for one more input, as the kernel's own limit."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime + seconds * (os.cpu_count() or 1) + GRACE_SECONDS) + 1
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
