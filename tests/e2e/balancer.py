"""A balancer on loopback: hands each connection to the next instance that answers, as one in front of a cluster does."""

from __future__ import annotations

import itertools
import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

SECONDS = 30.0
CHUNK = 1 << 16


class Balancer:
    """Passes bytes on; knows nothing of HTTP."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._turns = itertools.cycle(ports)
        self._count = len(ports)
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._server.settimeout(0.1)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="balancer")

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._server.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._serve, args=(client,), name="balanced", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            for _ in range(self._count):
                with self._lock:
                    port = next(self._turns)
                try:
                    instance = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
                except OSError:
                    continue
                with instance, suppress(OSError):
                    _join(client, instance)
                return

    def stop(self) -> None:
        """Accept nothing more."""
        self._stopping.set()
        self._thread.join()
        self._server.close()

    def start(self) -> None:
        """Accept."""
        self._thread.start()


def _join(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes both ways until either side ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while ready := selector.select(SECONDS):
            for key, _ in ready:
                source = key.fileobj
                assert isinstance(source, socket.socket)
                data = source.recv(CHUNK)
                if not data:
                    return
                key.data.sendall(data)


@contextmanager
def balancing(ports: Sequence[int]) -> Iterator[Balancer]:
    """A balancer over instances on these ports."""
    balancer = Balancer(ports)
    balancer.start()
    try:
        yield balancer
    finally:
        balancer.stop()
