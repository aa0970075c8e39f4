"""Run as a process: ``appender.py URL NAME COUNT`` appends COUNT events one by one; COUNT 0 goes on until killed."""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime

from stockade.model.events import Event
from stockade.store.events import EventLog


def main(url: str, name: str, count: int) -> None:
    """Append, and say so once the first event is in."""
    with EventLog.open(url) as log:
        for number in itertools.count(1):
            log.append(
                [Event(at=datetime.now(UTC), layer="test", kind="thing.done", subject=f"{name}-{number}")]
            )
            if number == 1:
                print("started", flush=True)  # noqa: T201 - a process of its own
            if number == count:
                return


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
