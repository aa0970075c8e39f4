"""Judges many inputs in confined worker processes, each within its time and memory.

A worker is forked once everything is imported, shuts itself in (:mod:`stockade.vetter.confine`) and then takes one
input after another from its pipe. What comes back is JSON of known types and never a pickle: a worker that was
taken over can lie about the inputs that it is handed, and do nothing else. One that crashes, is killed, or runs out
of its time costs the judgement of that input only.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from stockade.model.verdicts import Cause, Indeterminate
from stockade.vetter.confine import Confinement
from stockade.vetter.judged import Judged
from stockade.vetter.worker import GRACE_SECONDS, MOST_ANSWER, Answer, Bounds, Work, live

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

Progress = Callable[[int, int], None]
"""Called with how many of how many inputs are done."""

START_SECONDS = 30.0
CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Job:
    """One input."""

    source: Path
    name: str
    """What it is called; findings name their places by paths within it."""
    size: int
    """Bytes, for the order: the largest first."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the workers told."""

    results: tuple[Judged | Indeterminate, ...]
    """One for each job, in the order of the jobs."""
    confinement: Confinement
    """What shut in the worker that was shut in the least."""


_ANSWERS = msgspec.json.Decoder(Answer)
_HELLOS = msgspec.json.Decoder(Confinement)


def judge_all(
    jobs: Sequence[Job],
    work: Work,
    *,
    workers: int,
    bounds: Bounds | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Judge every job in at most ``workers`` processes at once, the largest first.

    Args:
        jobs: the inputs. A worker can read these files and folders, and nothing else of the user's.
        work: judges one input. Where other threads run in this process it must be a function of a module.
        workers: how many processes, 1 or more.
        bounds: what each may take.
        progress: called in this thread after each input.
    """
    return _Run(jobs, work, workers, bounds or Bounds(), progress).outcome()


@dataclass
class _Worker:
    process: multiprocessing.process.BaseProcess
    pipe: Connection
    at: int | None = None
    """The index of the job that it holds."""
    deadline: float = 0.0
    ready: bool = False
    """It has said how it is shut in."""
    heard: bytearray = field(default_factory=bytearray)
    """What it has written since its last whole line."""


@dataclass
class _Run:
    """One call of :func:`judge_all`."""

    jobs: Sequence[Job]
    work: Work
    most: int
    bounds: Bounds
    progress: Progress | None
    results: dict[int, Judged | Indeterminate] = field(default_factory=dict)
    shut_in: list[Confinement] = field(default_factory=list)
    alive: list[_Worker] = field(default_factory=list)

    def outcome(self) -> Outcome:
        waiting = deque(sorted(range(len(self.jobs)), key=lambda at: -self.jobs[at].size))
        context = _context()
        try:
            while waiting or any(worker.at is not None for worker in self.alive):
                while waiting and len(self.alive) < self.most:
                    self.alive.append(self._start(context, waiting.popleft()))
                for worker in self._spoken():
                    self._hear(worker)
                    if worker in self.alive and worker.at is None and worker.ready and waiting:
                        self._hand(worker, waiting.popleft())
                self._end_late()
        finally:
            for worker in list(self.alive):
                self._end(worker)
        least = min(self.shut_in, key=lambda each: len(each.held), default=Confinement())
        return Outcome(
            results=tuple(self.results[at] for at in range(len(self.jobs))),
            confinement=least,
        )

    def _start(self, context: BaseContext, at: int) -> _Worker:
        """Start a worker that will hold the job ``at`` from the start."""
        here, there = context.Pipe()
        readable = sorted({job.source.resolve() for job in self.jobs})
        process = context.Process(  # type: ignore[attr-defined]  # every concrete context has it
            target=live, args=(there, here, self.work, readable, self.bounds), daemon=True, name="vetter"
        )
        process.start()
        there.close()
        worker = _Worker(process, here)
        self._hand(worker, at, START_SECONDS)
        return worker

    def _hand(self, worker: _Worker, at: int, more: float = 0.0) -> None:
        worker.at = at
        worker.deadline = time.monotonic() + self.bounds.seconds + more
        job = self.jobs[at]
        with contextlib.suppress(OSError):  # it has ended: reading from it will tell
            worker.pipe.send_bytes(msgspec.json.encode((os.fsdecode(job.source.resolve()), job.name)))

    def _spoken(self) -> list[_Worker]:
        busy = {worker.pipe: worker for worker in self.alive if worker.at is not None}
        first = min((worker.deadline for worker in busy.values()), default=0.0)
        return [
            busy[pipe]
            for pipe in wait(list(busy), max(0.0, first - time.monotonic()))
            if isinstance(pipe, Connection)
        ]

    def _hear(self, worker: _Worker) -> None:
        """Take what a worker has written so far; never wait for more of it."""
        try:
            data = os.read(worker.pipe.fileno(), CHUNK)
        except OSError:
            data = b""
        if not data:
            self._lost(worker, _how_it_ended(worker))
            return
        worker.heard += data
        if len(worker.heard) > MOST_ANSWER:
            self._lost(worker, "the worker's answer is too long")
            return
        if b"\n" not in data:
            return
        *lines, worker.heard = worker.heard.split(b"\n")
        for line in lines:
            if worker in self.alive:
                self._understand(worker, bytes(line))

    def _understand(self, worker: _Worker, line: bytes) -> None:
        try:
            if not worker.ready:
                self.shut_in.append(_HELLOS.decode(line))
                worker.ready = True
                worker.deadline = time.monotonic() + self.bounds.seconds
                return
            answer = _ANSWERS.decode(line)
        except msgspec.MsgspecError:
            self._lost(worker, "the worker's answer cannot be read")
            return
        if answer.judged is None:
            self._settle(worker, self._gap(worker, answer.problem or "it gave no reason"))
        else:
            self._settle(worker, answer.judged)
        if answer.tired:
            self._end(worker)

    def _end_late(self) -> None:
        now = time.monotonic()
        for worker in [each for each in self.alive if each.at is not None and each.deadline <= now]:
            self._lost(worker, f"it took longer than {self.bounds.seconds:g} s")

    def _lost(self, worker: _Worker, detail: str) -> None:
        self._settle(worker, self._gap(worker, detail))
        self._end(worker)

    def _gap(self, worker: _Worker, detail: str) -> Indeterminate:
        name = self.jobs[worker.at].name if worker.at is not None else ""
        return Indeterminate(
            cause=Cause.CHECK_FAILED,
            subject=name,
            detail=detail,
            mend="Look at it by hand: an input that cannot be judged within its bounds is not to be trusted.",
        )

    def _settle(self, worker: _Worker, result: Judged | Indeterminate) -> None:
        if worker.at is None:
            return
        self.results[worker.at] = result
        worker.at = None
        if self.progress is not None:
            self.progress(len(self.results), len(self.jobs))

    def _end(self, worker: _Worker) -> None:
        self.alive.remove(worker)
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()
        worker.process.close()


def _context() -> BaseContext:
    """Fork where nothing else runs in this process: what is imported here is imported there, at once."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    return multiprocessing.get_context("fork" if threading.active_count() == 1 else "forkserver")


def _how_it_ended(worker: _Worker) -> str:
    worker.process.join(GRACE_SECONDS)
    code = worker.process.exitcode
    if code is not None and code < 0:
        return f"the worker was ended by {_signal_name(-code)}"
    return f"the worker ended with status {code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
