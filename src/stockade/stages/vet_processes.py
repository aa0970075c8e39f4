"""The vetter in processes of its own, for a program with threads and an event loop, from which nothing should be forked.

Each process is started afresh, loads the analysis once, and forks a confined worker for every file
(:mod:`stockade.vetter.pool`).
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import select
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from stockade.model.policy import Policy
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.model.vetting import VetResult
from stockade.vetter.worker import Bounds

_local: list[object] = []
"""In a process of the pool: its vetter."""


class ProcessVetter:
    """A :class:`~stockade.firewall.parts.ContentVetter`. May be called from several threads.

    Findings keep the severities of their rules: the firewall's policy is applied where it rules.

    Args:
        ruleset: digest of the rules; judgements hold for one.
        processes: how many files are vetted at once.
        bounds: what one file may take.
    """

    def __init__(self, ruleset: str, *, processes: int, bounds: Bounds | None = None) -> None:
        self.ruleset = ruleset
        self._processes = processes
        self._bounds = bounds or Bounds()
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Start every process now, so that the first files need not wait for it. Returns at once."""
        for _ in range(self._processes):
            self._executor().submit(_idle)

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._pool = None

    def vet(self, path: Path, name: str) -> VetResult:
        """See :meth:`stockade.ports.Vetter.vet`. A process that dies costs the judgement, which is then unknown."""
        pool = self._executor()
        try:
            return pool.submit(_vet, str(path), name).result()
        except BrokenProcessPool:
            with self._lock:
                if self._pool is pool:  # else somebody has made a new one already
                    self._pool = None
            return unknown(name, "the process that vets ended before it had judged")

    def _executor(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._processes,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_prepare,
                    initargs=(self._bounds,),
                )
            return self._pool


def unknown(name: str, why: str) -> VetResult:
    """A result that says only that there is none."""
    gap = Indeterminate(cause=Cause.CHECK_FAILED, subject=name, detail=why)
    verdict = gap.as_verdict(Action.BLOCK)
    return VetResult(
        path=name,
        sha256="",
        kind="unknown",
        verdict=verdict.action,
        score=0.0,
        reasons=verdict.reasons,
        incomplete=(gap,),
    )


def _prepare(bounds: Bounds) -> None:
    """Make this process's vetter. The server's end, not a key press, ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    from stockade.sources.clock import SystemClock  # noqa: PLC0415 - in the new process only
    from stockade.stages.vet_core import core, warm  # noqa: PLC0415 - as above
    from stockade.stages.vetter_port import LocalVetter  # noqa: PLC0415 - as above

    warm()
    _local.append(LocalVetter(core=core(), policy=Policy(), clock=SystemClock(), cache=None, bounds=bounds))


def _end_with_parent() -> None:
    """A server that was killed leaves no process behind.

    On Linux the kernel tells of its end by a signal, not a thread that waits for it: a process without threads may be
    forked, and a worker that is forked has the analysis loaded.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        signal.signal(signal.SIGIO, _end)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
        if select.select([parent.sentinel], [], [], 0)[0]:  # it ended before
            _end()
    else:
        threading.Thread(target=lambda: (parent.join(), _end()), name="end with parent", daemon=True).start()


def _end(*_: object) -> None:
    os._exit(1)


def _vet(path: str, name: str) -> VetResult:
    from stockade.stages.vetter_port import LocalVetter  # noqa: PLC0415 - in the new process only

    vetter = _local[0]
    if not isinstance(vetter, LocalVetter):
        raise TypeError("this process was not prepared")
    return vetter.vet(Path(path), name)


def _idle() -> None:
    """Nothing: the process is there."""
