"""The life of a worker process of :mod:`stockade.vetter.pool`: shut itself in, judge one input, say so, end.

It answers in lines of JSON, so that whoever listens needs to trust nothing of what comes: neither types nor lengths.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from stockade.report.safe import all_encodable
from stockade.vetter.confine import confine, die_with_parent
from stockade.vetter.judged import Judged

Work = Callable[[Path, str], Judged]
"""Judges what lies at a path, under a name."""

MOST_ANSWER = 64 << 20
"""Bytes of one judgement; a longer one is no judgement."""
GRACE_SECONDS = 2.0
"""Of processor time beyond the wall-clock limit, after which the kernel ends a worker whose parent did not."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What one worker may take."""

    seconds: float = 120.0
    """Wall-clock time of one input."""
    memory: int = 2 << 30
    """Bytes."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What one worker does."""

    work: Work
    source: Path
    """The only file or folder of the user's that it can read."""
    name: str
    """What the input is called."""
    bounds: Bounds


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says of one input."""

    judged: Judged | None = None
    problem: str = ""
    """Why there is no judgement."""


def live(pipe: Connection, other: Connection, task: Task) -> None:
    """Shut this process in, say how, judge one input, say what came of it.

    Args:
        pipe: where it speaks; nothing is read from it.
        other: the listener's end, which is of no use here.
        task: what is to be done.
    """
    other.close()
    _forget(pipe.fileno())
    die_with_parent()
    gc.disable()  # what a judgement makes lives until its end, and so does this process
    _limit_time(task.bounds.seconds)
    _say(pipe, msgspec.json.encode(confine((task.source,), memory=task.bounds.memory)))
    _say(pipe, _judged(task))


def _say(pipe: Connection, line: bytes) -> None:
    rest = memoryview(line + b"\n")
    while rest:
        rest = rest[os.write(pipe.fileno(), rest) :]


def _judged(task: Task) -> bytes:
    judged, problem = None, ""
    try:
        judged = task.work(task.source, task.name)
    except MemoryError:
        problem = "it needs more memory than one input may take"
    except RecursionError:
        problem = "it is nested too deeply"
    except Exception as error:  # noqa: BLE001 - whatever it was, there is no judgement, and that is the result
        problem = f"{type(error).__name__}: {error}"[:500]
    return _encoded(Answer(judged=judged, problem=problem))


def _encoded(answer: Answer) -> bytes:
    try:
        data = _json(answer)
    except (ValueError, TypeError) as error:
        return msgspec.json.encode(Answer(problem=f"its judgement cannot be written: {type(error).__name__}"))
    if len(data) > MOST_ANSWER:
        return msgspec.json.encode(Answer(problem=f"its judgement has {len(data):,} bytes"))
    return data


def _json(answer: Answer) -> bytes:
    """As JSON; bytes of names that are no text (PEP 383) become visible escapes."""
    try:
        return msgspec.json.encode(answer)
    except UnicodeEncodeError:
        return msgspec.json.encode(all_encodable(msgspec.to_builtins(answer)))


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
    """Processor time of all threads together, as the kernel's own limit."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(seconds * (os.cpu_count() or 1) + GRACE_SECONDS) + 1
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
