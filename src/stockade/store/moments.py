"""Moments as the database keeps them: microseconds since 1970-01-01 UTC, exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """An aware moment as a number."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """The moment, aware UTC.

    Raises:
        OverflowError: no :class:`datetime` is that far away.
    """
    return _EPOCH + timedelta(microseconds=number)


def microseconds_or_none(moment: datetime | None) -> int | None:
    """The same for a moment that may be missing."""
    return None if moment is None else microseconds(moment)


def moment_or_none(number: int | None) -> datetime | None:
    """The same for a number that may be missing."""
    return None if number is None else moment(number)
