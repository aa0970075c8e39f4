"""The chain's arithmetic, anchors and filters, without any store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.samples import NOON, event
from tests.store.samples import events as any_event

from stockade.errors import InvalidValueError
from stockade.model.eventlog import START, Anchor, EventFilter, glob_pattern
from stockade.model.events import GENESIS, Event, canonical_bytes, chain_hash
from stockade.model.verdicts import Action

EAST = timezone(timedelta(hours=2))

# Few values a field, so that two events often differ in one field only, or only in where a text stands.
_few = st.sampled_from(["", "a", "b", "ab", '"', '","kind":"', "\\", "null", "é", "\n"])
_close_events = st.builds(
    Event,
    at=st.sampled_from([NOON, NOON + timedelta(microseconds=1), NOON - timedelta(days=365 * 1500)]),
    layer=_few,
    kind=_few,
    subject=_few,
    actor=_few,
    place=_few,
    verdict=st.none() | st.sampled_from(Action),
    detail=st.dictionaries(_few, _few, max_size=2),
)


@given(any_event, any_event)
def test_canonical_bytes_tell_any_two_events_apart(one: Event, other: Event) -> None:
    assert (canonical_bytes(one) == canonical_bytes(other)) is (one == other)


@given(_close_events, _close_events, st.sets(st.sampled_from(Event.__struct_fields__), max_size=2))
def test_canonical_bytes_tell_close_events_apart(one: Event, other: Event, taken: set[str]) -> None:
    near = msgspec.structs.replace(one, **{name: getattr(other, name) for name in taken})
    assert (canonical_bytes(one) == canonical_bytes(near)) is (one == near)


@given(any_event)
def test_canonical_bytes_do_not_depend_on_how_an_event_was_made(one: Event) -> None:
    backwards = dict(reversed(one.detail.items()))
    same = msgspec.structs.replace(
        one, at=one.at.replace(tzinfo=timezone(timedelta(0), "Z")), detail=backwards
    )
    assert canonical_bytes(same) == canonical_bytes(one)


@given(
    any_event, st.integers(1, 10**9), st.integers(1, 10**9), st.sampled_from("abc"), st.sampled_from("abc")
)
def test_the_hash_binds_the_place_and_the_event_before(
    one: Event, first: int, second: int, before: str, other: str
) -> None:
    same = first == second and before == other
    hashes = {chain_hash(first, before * 64, one), chain_hash(second, other * 64, one)}
    assert len(hashes) == (1 if same else 2)


@given(st.integers(0, 10**18 - 1), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_an_anchor_is_read_back_as_written(sequence: int, digest: str) -> None:
    assert Anchor.parse(f" {Anchor(sequence, digest)}\n") == Anchor(sequence, digest)


_HEX = "a" * 64


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "1:", f":{_HEX}", f"1:{_HEX[1:]}", f"1:{_HEX}a", f"1:{_HEX.upper()}", f"-1:{_HEX}"),
        *(f"{'1' * 19}:{_HEX}", f"\u0661:{_HEX}", f"1:{_HEX}\nx", f"1:{'g' * 64}", f"1 :{_HEX}"),
    ],
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="not an anchor"):
        Anchor.parse(text)


def test_the_start_is_an_anchor() -> None:
    assert Anchor.parse(str(START)) == START


@given(st.text("ab*?[", max_size=6), st.text("ab[\n", max_size=6))
def test_a_pattern_matches_as_its_characters_say(glob: str, subject: str) -> None:
    def matches(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(matches(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
        return bool(text) and pattern[0] in {"?", text[0]} and matches(pattern[1:], text[1:])

    assert (glob_pattern(glob).match(subject) is not None) is matches(glob, subject)


def test_a_filter_refuses_times_without_a_zone_and_negative_limits() -> None:
    with pytest.raises(InvalidValueError, match="since must be an aware time"):
        EventFilter(since=datetime(2025, 6, 1))  # noqa: DTZ001 - that is the point
    with pytest.raises(InvalidValueError, match="until must be an aware time"):
        EventFilter(until=datetime(2025, 6, 1))  # noqa: DTZ001 - that is the point
    with pytest.raises(InvalidValueError, match="limit must not be negative, got -1"):
        EventFilter(limit=-1)


def test_a_filter_takes_times_of_any_zone() -> None:
    east = NOON.astimezone(EAST)
    assert EventFilter(since=east, until=east + timedelta(seconds=1)).matcher()(event(0))
    assert not EventFilter(until=east).matcher()(event(0))


def test_an_event_s_time_must_be_utc() -> None:
    for wrong in (datetime(2025, 6, 1), NOON.astimezone(EAST)):  # noqa: DTZ001 - that is the point
        with pytest.raises(InvalidValueError, match="aware UTC"):
            event(at=wrong)
    assert event(at=datetime(2025, 6, 1, tzinfo=UTC)).at.year == 2025


def test_canonical_bytes_are_these() -> None:
    """The form is for ever: a changed byte would break every log that there is."""
    early = event(
        0, at=datetime(1, 2, 3, tzinfo=UTC), verdict=None, subject="é\x1b", detail={"b": "2", "a": '"'}
    )
    assert canonical_bytes(early) == (
        b'{"actor":"ci","at":"0001-02-03T00:00:00.000000Z","detail":{"a":"\\"","b":"2"},'
        b'"kind":"project.assessed","layer":"check","place":"host.example","subject":"\xc3\xa9\\u001b","verdict":null}'
    )
    assert chain_hash(1, GENESIS, early) == "0748aee1639ffb76c16fbc6027884cb87931fe6a2e413e1a39186b8d2cebb057"
