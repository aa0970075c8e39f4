"""Several processes that serve one address together."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from stockade.errors import IncompleteError
from stockade.firewall.answers import FastPath
from stockade.firewall.server import (
    Application,
    Server,
    ServerConfig,
    Settings,
    address_of,
    listening,
    tls_context,
)

Make = Callable[[], tuple[Application, FastPath | None]]
"""Makes the application in the worker's own process. It is pickled: a function of a module, or a partial of one."""
YOUNG_SECONDS = 5.0
"""A worker that dies younger than this most likely cannot start at all."""
YOUNG_DEATHS = 3
"""So many of them in a row end the server."""
EXTRA_SECONDS = 5.0
"""Beyond the draining time, before a worker that does not end is killed."""
_log = logging.getLogger("stockade.firewall")


def serve_workers(make: Make, config: ServerConfig, ready: Callable[[str], None] | None = None) -> None:
    """Serve with :attr:`ServerConfig.workers` processes until SIGTERM or SIGINT, then drain and return.

    The processes accept from one socket. One that dies is replaced. Call it in the main thread.

    Args:
        make: makes the application in each process.
        config: where and how.
        ready: called once with the address when the processes are started; connections wait until one has made its
            application.

    Raises:
        UsageError: the address or the certificate cannot be used.
        IncompleteError: the workers die as soon as they start.
    """
    if config.certificate is not None:
        tls_context(config.certificate, config.key)
    with listening(config) as sock:
        sock.listen(128)
        crew = _Crew(make, config, sock)
        with _stopping(crew):
            crew.start()
            if ready is not None:
                ready(address_of(sock, tls=config.certificate is not None))
            crew.watch()


class _Crew:
    """The workers."""

    def __init__(self, make: Make, config: ServerConfig, sock: socket.socket) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._arguments = (make, config, sock)
        self._count = config.workers
        self._drain = config.drain_seconds + EXTRA_SECONDS
        self._workers: dict[SpawnProcess, float] = {}
        self.stopping = threading.Event()

    def start(self) -> None:
        """Start those that are missing."""
        while len(self._workers) < self._count:
            worker = self._context.Process(target=_work, args=self._arguments, name="stockade worker")
            worker.start()
            self._workers[worker] = time.monotonic()

    def watch(self) -> None:
        """Replace the dead until it is time to stop, then let all end.

        Raises:
            IncompleteError: see :func:`serve_workers`.
        """
        young = 0
        try:
            while not self.stopping.is_set():
                wait([worker.sentinel for worker in self._workers], timeout=0.5)
                for worker in [each for each in self._workers if not each.is_alive()]:
                    lived = time.monotonic() - self._workers.pop(worker)
                    if self.stopping.is_set():
                        break
                    _log.error("a worker ended with status %s after %.0f s", worker.exitcode, lived)
                    young = young + 1 if lived < YOUNG_SECONDS else 0
                    if young >= YOUNG_DEATHS:
                        raise IncompleteError(
                            f"the workers end as soon as they start, the last with status {worker.exitcode}",
                            hint="start with --workers 1 to see why",
                        )
                if not self.stopping.is_set():
                    self.start()
        finally:
            self._end()

    def _end(self) -> None:
        deadline = time.monotonic() + self._drain
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))
            if worker.is_alive():
                worker.kill()
                worker.join()
        self._workers.clear()


@contextmanager
def _stopping(crew: _Crew) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        crew.stopping.set()

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _work(make: Make, config: ServerConfig, sock: socket.socket) -> None:
    """What a worker does. SIGINT is left to the parent: a terminal sends it to both."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    app, fast = make()
    server = Server(Settings(app, config, fast), heed=(signal.SIGTERM,))
    threading.Thread(target=_outlive_nobody, args=(server,), daemon=True).start()
    server.run([sock])


def _outlive_nobody(server: Server) -> None:
    """A worker whose parent was killed drains and ends too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        server.should_exit = True
