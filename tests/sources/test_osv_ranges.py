"""Ranges of the OSV schema, against the schema's own algorithm done naively on versions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from stockade.sources.osv import Event
from stockade.sources.osv_ranges import RangeError, contains, encode, marks_of, place_of, prepare

VERSIONS = [
    "0.dev0",
    "0",
    "0.1",
    "1.0a1",
    "1.0",
    "1.0+cpu",
    "1.0.post1",
    "1.1",
    "2.0rc1",
    "2.0",
    "2.0+cu118",
    "3!0.1",
]


def inside(events: list[Event], version: str) -> bool:
    prepared = prepare(events)
    marks = marks_of([prepared])
    texts = [str(mark) for mark in marks]
    asked = Version(version)
    return contains(encode(prepared, marks), place_of(texts, asked), place_of(texts, Version(asked.public)))


def naive(events: list[Event], version: str) -> bool:
    """The pseudocode of the schema, with versions compared one by one."""
    asked = Version(version)
    limits = [event.limit for event in events if event.limit is not None]
    if limits and "*" not in limits and not any(asked < Version(limit) for limit in limits):
        return False

    def key(event: Event) -> tuple[int, Version, int]:
        text = event.introduced or event.fixed or event.last_affected or ""
        start = event.introduced == "0"
        return (0 if start else 1, Version("0") if start else Version(text), event.last_affected is not None)

    vulnerable = False
    for event in sorted((e for e in events if e.limit is None), key=key):
        if event.introduced is not None and (event.introduced == "0" or asked >= Version(event.introduced)):
            vulnerable = True
        if event.fixed is not None and asked >= Version(event.fixed):
            vulnerable = False
        if event.last_affected is not None:
            last = Version(event.last_affected)
            same_release = last.local is None and Version(asked.public) == last
            if asked > last and not same_release:
                vulnerable = False
    return vulnerable


def _event(kind: str) -> st.SearchStrategy[Event]:
    def make(version: str) -> Event:
        fields: dict[str, Any] = {kind: version}
        return Event(**fields)

    return st.sampled_from(VERSIONS).map(make)


events = st.lists(
    st.one_of(*map(_event, ("introduced", "fixed", "last_affected", "limit")), st.just(Event(limit="*"))),
    max_size=6,
)


@given(first=_event("introduced"), rest=events, version=st.sampled_from(VERSIONS))
def test_contains_agrees_with_the_schemas_algorithm(first: Event, rest: list[Event], version: str) -> None:
    assert inside([first, *rest], version) == naive([first, *rest], version)


@given(marks=st.lists(st.sampled_from(VERSIONS), unique=True), version=st.sampled_from(VERSIONS))
def test_a_place_keeps_the_order_of_versions(marks: list[str], version: str) -> None:
    ordered = sorted(map(Version, marks))
    place = place_of([str(mark) for mark in ordered], Version(version))
    for index, mark in enumerate(ordered):
        assert (place < 2 * index + 1) == (Version(version) < mark)
        assert (place == 2 * index + 1) == (Version(version) == mark)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.9", False),
        ("1.0", True),
        ("1.4.99", True),
        ("1.5", False),
        ("2.0rc1", False),
        ("2.0", True),
        ("2.1", False),
    ],
)
def test_two_branches_are_affected_each_up_to_its_fix(version: str, expected: bool) -> None:
    branches = [Event(fixed="2.1"), Event(introduced="1.0"), Event(introduced="2.0"), Event(fixed="1.5")]
    assert inside(branches, version) is expected


def test_introduced_zero_is_before_every_version() -> None:
    assert inside([Event(introduced="0"), Event(fixed="1.0")], "0.dev0")


def test_a_local_build_of_the_last_affected_version_is_affected() -> None:
    last = [Event(introduced="0"), Event(last_affected="2.0")]
    assert inside(last, "2.0+cu118")
    assert not inside(last, "2.0.post1")


@pytest.mark.parametrize(
    "broken",
    [
        [],
        [Event(fixed="1.0")],
        [Event()],
        [Event(introduced="0", fixed="1")],
        [Event(introduced="0"), Event(fixed="2004d")],
        [Event(introduced="not a version")],
    ],
)
def test_a_malformed_range_is_an_error_not_an_empty_range(broken: list[Event]) -> None:
    with pytest.raises(RangeError):
        prepare(broken)
