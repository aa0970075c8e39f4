"""The machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Tells the machine's time; a :class:`~stockade.ports.Clock`."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return datetime.now(UTC)
