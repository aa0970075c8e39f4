"""Events for tests, made plainly and by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from stockade.model.events import Event
from stockade.model.verdicts import Action

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def event(number: int = 0, **fields: object) -> Event:
    """The ``number``-th of a row of events, a minute apart."""
    plain: dict[str, object] = {
        "at": NOON + timedelta(minutes=number, microseconds=number),
        "layer": "check",
        "kind": "project.assessed",
        "subject": f"shop-{number}",
        "actor": "ci",
        "place": "host.example",
        "verdict": Action.WARN,
        "detail": {"findings": str(number)},
    }
    return Event(**{**plain, **fields})  # type: ignore[arg-type]  # the caller names fields of Event


# Text that every store can hold: no unpaired surrogates, and no NUL where it is a column of its own.
_json_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)

events = st.builds(
    Event,
    at=st.datetimes(timezones=st.just(UTC)),
    layer=_text,
    kind=_text,
    subject=_text,
    actor=_text,
    place=_text,
    verdict=st.none() | st.sampled_from(Action),
    detail=st.dictionaries(_json_text, _json_text, max_size=4),
)
