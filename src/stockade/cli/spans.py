"""Spans of time as options: ``12h``, ``30d``, ``8w``, ``never``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from stockade.errors import UsageError

_SPAN = re.compile(r"(\d{1,5})([hdw])", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def end_of(span: str, now: datetime) -> datetime | None:
    """The moment that lies a span ahead; None for ``never``.

    Raises:
        UsageError: it is no span.
    """
    if span == "never":
        return None
    match = _SPAN.fullmatch(span)
    if match is None or not int(match[1]):
        raise UsageError(f"not a span: {span!r}", hint="write 12h, 30d, 8w, or never")
    return now + int(match[1]) * _UNITS[match[2]]
