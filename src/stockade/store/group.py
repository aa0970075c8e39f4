"""Group commit: many that wait, one transaction."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from stockade.errors import IncompleteError

_T = TypeVar("_T")
_Waiting = tuple[_T, "asyncio.Future[None]"]
MOST = 500
"""Items in one transaction."""


class GroupCommit(Generic[_T]):
    """Takes items from any event loop and commits them in a thread of its own, all that wait in one go.

    While a transaction is on its way the next items gather; nothing ever waits for a timer. Items are committed in the
    order in which they came.

    Args:
        commit: records a batch, all or nothing; called in the thread, one call at a time.
        name: the thread's name.
    """

    def __init__(self, commit: Callable[[Sequence[_T]], object], name: str) -> None:
        self._commit = commit
        self._name = name
        self._waiting: list[_Waiting[_T]] = []
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    async def submit(self, item: _T) -> None:
        """Return when ``item`` is committed.

        A caller that is cancelled does not know whether it was.

        Raises:
            IncompleteError: it was not, or the group is closed.
            Exception: what ``commit`` raised for the batch.
        """
        done = asyncio.get_running_loop().create_future()
        with self._change:
            if self._closed:
                raise IncompleteError("nothing is recorded any more: the firewall is shutting down")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._waiting.append((item, done))
            self._change.notify()
        await done

    def close(self) -> None:
        """Commit what waits, end the thread, and take nothing more. Not to be called from the loop that waits."""
        with self._change:
            self._closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while batch := self._next():
            error: BaseException | None = None
            try:
                self._commit([item for item, _ in batch])
            except BaseException as caught:  # noqa: BLE001 - whoever waits is told, whatever it is
                error = caught
            for loop in {done.get_loop() for _, done in batch}:
                mine = [done for _, done in batch if done.get_loop() is loop]
                with suppress(RuntimeError):  # a loop that is closed waits for nothing
                    loop.call_soon_threadsafe(_settle, mine, error)

    def _next(self) -> list[_Waiting[_T]]:
        """The next batch, waiting for it; empty when all is done and the group is closed."""
        with self._change:
            while not self._waiting and not self._closed:
                self._change.wait()
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            return batch


def _settle(futures: Sequence[asyncio.Future[None]], error: BaseException | None) -> None:
    for done in futures:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
