"""A progress bar on standard error, for what takes long, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

PATIENCE_SECONDS = 2.0
"""Nothing is shown before so long."""
_BAR = 30


@contextmanager
def index_progress(label: str = "asking the index") -> Iterator[Callable[[int, int], None] | None]:
    """Gives a function ``(done, total)`` that draws the bar; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    started = time.monotonic()
    shown = False

    def draw(done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - started < PATIENCE_SECONDS or not total:
            return
        shown = True
        filled = _BAR * done // total
        click.echo(f"\r{label} [{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total}", err=True, nl=False)

    try:
        yield draw
    finally:
        if shown:
            click.echo("\r\033[K", err=True, nl=False)
