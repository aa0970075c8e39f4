"""Stops asking a server that fails, and tries it again after a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from stockade.sources.polite_http import Unanswered


class Circuit:
    """Counts failures in a row.

    Args:
        failures: so many open it.
        seconds: for how long nothing is asked then; doubled with each trial that fails, up to sixteen times as long.
        monotonic: a clock that only goes on, in seconds.
    """

    def __init__(
        self, failures: int = 5, seconds: float = 15.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._seconds = seconds
        self._monotonic = monotonic
        self._failures = 0
        self._openings = 0
        self._until = 0.0
        self._last = ""

    def require_closed(self) -> None:
        """Let a question through. Of those that come when the time is over, the first one is the trial.

        Raises:
            Unanswered: the server failed too often just now.
        """
        if self._failures < self._limit:
            return
        left = self._until - self._monotonic()
        if left > 0:
            raise Unanswered(
                f"it is not asked for another {left:.0f} s, as it failed again and again: {self._last}"
            )
        self._open()

    def succeeded(self) -> None:
        """It answered."""
        self._failures = self._openings = 0

    def failed(self, why: str) -> None:
        """It did not answer."""
        self._failures += 1
        self._last = why
        if self._failures == self._limit:
            self._open()

    def _open(self) -> None:
        self._until = self._monotonic() + self._seconds * 2 ** min(self._openings, 4)
        self._openings += 1
