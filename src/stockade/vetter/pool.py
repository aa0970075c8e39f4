"""Judges many inputs in confined worker processes, each within its time and memory.

Each input has a worker of its own: forked once everything is imported, which costs some ten milliseconds, it shuts
itself in (:mod:`stockade.vetter.confine`), judges, and ends. What comes back is JSON of known types and never a pickle:
a worker that was taken over can lie about its own input, and do nothing else. One that crashes, is killed, or runs out
of its time costs the judgement of that input only.
"""

from __future__ import annotations

import gc
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
from stockade.vetter.worker import GRACE_SECONDS, MOST_ANSWER, Answer, Bounds, Task, Work, live

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

Progress = Callable[[int, int], None]
"""Called with how many of how many inputs are done."""

START_SECONDS = 30.0
BY_HAND = "Look at it by hand: an input that cannot be judged within its bounds is not to be trusted."
MORE_TIME = "Give it more time with --timeout, or look at it by hand: it is not to be trusted unjudged."
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
        jobs: the inputs. A worker can read its own, and nothing else of the user's.
        work: judges one input. Where other threads run in this process it must be a function of a module.
        workers: how many processes, 1 or more.
        bounds: what each may take.
        progress: called in this thread after each input.
    """
    return _Run(jobs, work, workers, bounds or Bounds(), progress).outcome()


@dataclass(kw_only=True)
class _Worker:
    process: multiprocessing.process.BaseProcess
    pipe: Connection
    at: int
    """The index of the job that it holds."""
    deadline: float
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
        context = _context(self.work)
        gc.freeze()  # pages that no collection touches stay shared with the workers
        try:
            while waiting or self.alive:
                while waiting and len(self.alive) < self.most:
                    self.alive.append(self._start(context, waiting.popleft()))
                for worker in self._spoken():
                    self._hear(worker)
                self._end_late()
        finally:
            for worker in list(self.alive):
                self._end(worker)
            gc.unfreeze()
        return Outcome(
            results=tuple(self.results[at] for at in range(len(self.jobs))),
            confinement=min(self.shut_in, key=lambda each: len(each.held), default=Confinement()),
        )

    def _start(self, context: BaseContext, at: int) -> _Worker:
        here, there = context.Pipe()
        job = self.jobs[at]
        task = Task(work=self.work, source=job.source.resolve(), name=job.name, bounds=self.bounds)
        process = context.Process(  # type: ignore[attr-defined]  # every concrete context has it
            target=live, args=(there, here, task), daemon=True, name="vetter"
        )
        process.start()
        there.close()
        deadline = time.monotonic() + START_SECONDS + self.bounds.seconds
        return _Worker(process=process, pipe=here, at=at, deadline=deadline)

    def _spoken(self) -> list[_Worker]:
        """Wait until a worker has written something, has ended, or is late."""
        by_pipe = {worker.pipe: worker for worker in self.alive}
        first = min(worker.deadline for worker in self.alive)
        ready = wait(list(by_pipe), max(0.0, first - time.monotonic()))
        return [by_pipe[pipe] for pipe in ready if isinstance(pipe, Connection)]

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
            self._lost(worker, answer.problem or "it gave no reason")
        else:
            self._settle(worker, answer.judged)

    def _end_late(self) -> None:
        now = time.monotonic()
        for worker in [each for each in self.alive if each.deadline <= now]:
            self._lost(worker, f"it took longer than {self.bounds.seconds:g} s", MORE_TIME)

    def _lost(self, worker: _Worker, detail: str, mend: str = BY_HAND) -> None:
        gap = Indeterminate(
            cause=Cause.CHECK_FAILED,
            subject=self.jobs[worker.at].name,
            detail=detail,
            mend=mend,
        )
        self._settle(worker, gap)

    def _settle(self, worker: _Worker, result: Judged | Indeterminate) -> None:
        self.results[worker.at] = result
        self._end(worker)
        if self.progress is not None:
            self.progress(len(self.results), len(self.jobs))

    def _end(self, worker: _Worker) -> None:
        self.alive.remove(worker)
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()
        worker.process.close()


def _context(work: Work) -> BaseContext:
    """Fork where nothing else runs in this process: what is imported here is imported there, at once."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    if threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.__module__, live.__module__])
    return context


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
