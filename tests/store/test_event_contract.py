"""What every event log does: SQLite, PostgreSQL and the fake alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import AnyLog
from tests.store.samples import NOON, event
from tests.store.samples import events as any_event

from stockade.errors import IncompleteError
from stockade.model.eventlog import START, Anchor, EventFilter
from stockade.model.events import GENESIS, ChainedEvent, Event, chain_hash
from stockade.model.verdicts import Action
from stockade.ports import EventSink
from stockade.store import events as store_events

# One log for all examples of a property: it only grows, and that is part of what is tested.
growing = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


def subjects(found: Iterable[ChainedEvent]) -> list[str]:
    return [one.event.subject for one in found]


def test_an_empty_log_is_intact_and_starts_at_genesis(log: AnyLog) -> None:
    result = log.verify()
    assert (result.checked, result.head, result.problems) == (0, START, ())
    assert log.head() == START
    assert list(log.query()) == []


def test_append_chains_from_genesis_and_gives_events_back_unchanged(log: AnyLog) -> None:
    sink: EventSink = log
    first = sink.append([event(1), event(2, verdict=None, detail={"ключ": 'a"b\\\n\0'}, place="")])
    second = sink.append([event(3)])
    stored = list(log.query())
    assert stored == [*first, *second]
    assert [one.sequence for one in stored] == [1, 2, 3]
    assert [one.previous for one in stored] == [GENESIS, stored[0].hash, stored[1].hash]
    assert all(one.hash == chain_hash(one.sequence, one.previous, one.event) for one in stored)
    assert log.head() == Anchor(3, stored[2].hash)


def test_appending_nothing_changes_nothing(log: AnyLog) -> None:
    assert log.append([]) == ()
    assert log.head() == START


@pytest.mark.parametrize(
    "bad",
    [
        {"subject": "a\0b"},
        {"subject": "caf\udce9.txt"},
        {"actor": "\ud800"},
        {"detail": {"file": "caf\udce9.txt"}},
        {"detail": {"\udce9": ""}},
    ],
    ids=repr,
)
def test_an_event_that_cannot_be_given_back_is_refused_with_all_its_batch(
    log: AnyLog, bad: dict[str, object]
) -> None:
    log.append([event(1)])
    with pytest.raises(IncompleteError, match="not recorded"):
        log.append([event(2), event(3, **bad)])
    assert subjects(log.query()) == ["shop-1"]
    assert log.verify().intact


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EventFilter(), [1, 2, 3, 4, 5]),
        (EventFilter(newest_first=True), [5, 4, 3, 2, 1]),
        (EventFilter(limit=2), [1, 2]),
        (EventFilter(limit=2, newest_first=True), [5, 4]),
        (EventFilter(limit=0), []),
        (EventFilter(layer="gate"), [2]),
        (EventFilter(layer="Gate"), []),
        (EventFilter(kind="feed.imported"), [3]),
        (EventFilter(since=NOON + timedelta(minutes=4, microseconds=4)), [4, 5]),
        (EventFilter(since=NOON + timedelta(minutes=4, microseconds=5)), [5]),
        (EventFilter(until=NOON + timedelta(minutes=2, microseconds=2)), [1]),
        (EventFilter(verdict_at_least=Action.ALLOW), [1, 3, 4, 5]),
        (EventFilter(verdict_at_least=Action.QUARANTINE), [4, 5]),
        (EventFilter(subject="Shop[extra]"), [1]),
        (EventFilter(subject="shop[extra]"), []),
        (EventFilter(subject="Shop[*"), [1]),
        (EventFilter(subject="*[extra]"), [1]),
        (EventFilter(subject="100%_a\\b"), [2]),
        (EventFilter(subject="1?0%_a\\*"), [2]),
        (EventFilter(subject="*%*"), [2]),
        (EventFilter(subject="*_*"), [2]),
        (EventFilter(subject="x?y"), [3, 4]),
        (EventFilter(subject="*\n*"), [4]),
        (EventFilter(subject="*"), [1, 2, 3, 4, 5]),
        (EventFilter(subject=""), [5]),
        (EventFilter(layer="check", subject="x*", verdict_at_least=Action.BLOCK, limit=9), [4]),
    ],
    ids=repr,
)
def test_a_filter_finds_exactly_what_it_says(log: AnyLog, wanted: EventFilter, expected: list[int]) -> None:
    log.append(
        [
            event(1, subject="Shop[extra]", verdict=Action.ALLOW),
            event(2, subject="100%_a\\b", layer="gate", verdict=None),
            event(3, subject="x😀y", kind="feed.imported"),
            event(4, subject="x\ny", verdict=Action.BLOCK),
            event(5, subject="", verdict=Action.QUARANTINE),
        ]
    )
    assert [one.sequence for one in log.query(wanted)] == expected


@growing
@given(
    batch=st.lists(any_event, min_size=1, max_size=4),
    glob=st.none() | st.text("aA*?[]%_\\é", max_size=5),
    newest_first=st.booleans(),
    limit=st.none() | st.integers(0, 5),
)
def test_a_query_is_the_filter_s_own_predicate_in_order(
    log: AnyLog, batch: list[Event], glob: str | None, newest_first: bool, limit: int | None
) -> None:
    log.append(batch)
    texts = ["", "a", "A", "aa", "a*", "[a]", "%", "_", "\\", "é", "aé?"]
    log.append([event(number, subject=text) for number, text in enumerate(texts)])
    wanted = EventFilter(subject=glob, newest_first=newest_first, limit=limit)
    matches = wanted.matcher()
    everything = [one for one in log.query() if matches(one.event)]
    ordered = everything[::-1] if newest_first else everything
    assert list(log.query(wanted)) == ordered[:limit]


@growing
@given(batches=st.lists(st.lists(any_event, max_size=4), max_size=3))
def test_any_events_appended_come_back_and_verify(log: AnyLog, batches: list[list[Event]]) -> None:
    before = log.head().sequence
    for batch in batches:
        log.append(batch)
    assert [one.event for one in log.tail(before)] == list(itertools.chain.from_iterable(batches))
    result = log.verify()
    assert result.intact, result.problems
    assert result.head == log.head()


def test_reading_goes_on_over_batches(log: AnyLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_events, "BATCH", 3)
    log.append([event(number) for number in range(1, 11)])
    assert [one.sequence for one in log.query()] == list(range(1, 11))
    assert [one.sequence for one in log.query(EventFilter(newest_first=True, limit=7))] == list(
        range(10, 3, -1)
    )
    assert [one.sequence for one in log.tail(4)] == list(range(5, 11))
    assert log.verify().checked == 10


def test_tail_gives_only_what_came_after(log: AnyLog) -> None:
    log.append([event(1), event(2)])
    assert [one.sequence for one in log.tail(0)] == [1, 2]
    assert [one.sequence for one in log.tail(1)] == [2]
    assert list(log.tail(2)) == []
    log.append([event(3)])
    assert [one.sequence for one in log.tail(2)] == [3]


def test_threads_take_turns(log: AnyLog) -> None:
    def work(name: str) -> None:
        for number in range(10):
            log.append([event(number, subject=f"{name}-{number}"), event(number, subject=f"{name}+{number}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, "abcd"))
    assert log.verify().intact
    found = subjects(log.query())
    assert len(found) == len(set(found)) == 80
    for name in "abcd":  # each batch stands together and in its thread's order
        first = [found.index(f"{name}-{number}") for number in range(10)]
        assert first == sorted(first)
        assert [found[at + 1] for at in first] == [f"{name}+{number}" for number in range(10)]


def test_an_anchor_stays_good_while_the_log_grows(log: AnyLog) -> None:
    log.append([event(1), event(2)])
    anchor = log.head()
    log.append([event(3)])
    assert log.verify(anchor).intact
    assert log.verify(START).intact


def test_an_anchor_of_another_log_is_not_met(log: AnyLog) -> None:
    log.append([event(1), event(2)])
    other = Anchor(2, "f" * 64)
    (problem,) = log.verify(other).problems
    assert (problem.sequence, problem.kind) == (2, "rewritten")
    (problem,) = log.verify(Anchor(7, "f" * 64)).problems
    assert (problem.sequence, problem.kind) == (3, "truncated")
