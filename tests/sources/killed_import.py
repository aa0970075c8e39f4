"""Run in a process of its own by ``test_feeds``: imports a feed and is killed (SIGKILL) at one step."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stockade.sources.feeds import FeedName, FeedStore, ImportOptions
from stockade.testing.fakes import FixedClock


def _die(*_args: Any, **_options: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(call: Callable[..., Any]) -> Callable[..., Any]:
    def then_die(*args: Any, **options: Any) -> Any:
        call(*args, **options)
        _die()

    return then_die


def run(step: str, folder: str, source: str) -> None:
    """Import ``source`` as advisories and die at ``step``."""
    steps: dict[str, Callable[[], None]] = {
        "before the file reaches the disk": lambda: setattr(os, "fsync", _die),
        "before it gets its name": lambda: setattr(Path, "replace", _die),
        "after it has its name": lambda: setattr(Path, "replace", _after(Path.replace)),
        "never": lambda: None,
    }
    steps[step]()
    FeedStore(Path(folder)).import_feed(FeedName.ADVISORIES, source, FixedClock(), ImportOptions())


if __name__ == "__main__":
    run(*sys.argv[1:])
