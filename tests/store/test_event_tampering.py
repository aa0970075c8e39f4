"""Whatever is changed in a log behind the program's back is named, at its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError
from tests.store.samples import event
from tests.store.samples import events as any_event
from tests.store.tampering import connected, unguarded

from stockade.errors import IncompleteError
from stockade.model.eventlog import Anchor, ProblemKind, VerifyResult
from stockade.model.events import Event, chain_hash
from stockade.store.events import EventLog
from stockade.store.schema import events, head

K = ProblemKind


def filled(url: str, count: int = 5) -> Anchor:
    with EventLog.open(url) as log:
        log.append([event(number) for number in range(1, count + 1)])
        return log.head()


def verified(url: str, expect: Anchor | None = None) -> VerifyResult:
    with EventLog.open(url, create=False) as log:
        return log.verify(expect)


def found(url: str, expect: Anchor | None = None) -> list[tuple[int, ProblemKind]]:
    return [(problem.sequence, problem.kind) for problem in verified(url, expect).problems]


def change(url: str, *statements: str) -> None:
    with unguarded(url) as connection:
        for statement in statements:
            connection.execute(text(statement))


def edit(url: str, sequence: int, /, **values: object) -> None:
    with unguarded(url) as connection:
        connection.execute(update(events).where(events.c.sequence == sequence).values(values))


_other = {
    "at_us": st.integers(-(2**62), 2**62),
    "verdict": st.none() | st.sampled_from(["allow", "warn", "quarantine", "block", "Block", "", "0"]),
    "detail": st.sampled_from(["{}", '{"findings":"1"}', '{"findings": "2"}', "", "null", '{"a":1}', "[]"]),
    "sequence": st.integers(-5, 20),
} | dict.fromkeys(
    ("layer", "kind", "subject", "actor", "place", "previous", "hash"), st.text("ab\u0430 0", max_size=3)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(data=st.data(), batch=st.lists(any_event, min_size=1, max_size=4))
def test_any_change_of_one_field_is_detected_at_its_sequence(
    new_url: Callable[[], str], data: st.DataObject, batch: list[Event]
) -> None:
    url = new_url()
    with EventLog.open(url) as log:
        log.append(batch)
        log.append([event(99)])
    victim = data.draw(st.integers(1, len(batch) + 1), label="victim")
    column = data.draw(st.sampled_from(sorted(_other)), label="column")
    with connected(url) as connection:
        rows = {row.sequence: row._mapping[events.c[column]] for row in connection.execute(events.select())}
        taken = set(rows) if column == "sequence" else {rows[victim]}
        value = data.draw(_other[column].filter(lambda new: new not in taken), label="value")
    edit(url, victim, **{column: value})
    assert victim in {problem.sequence for problem in verified(url).problems}


def test_one_edit_is_one_problem(url: str) -> None:
    filled(url)
    change(url, "UPDATE stockade_events SET verdict = 'allow' WHERE sequence = 3")
    assert found(url) == [(3, K.ALTERED)]


def test_a_changed_hash_is_one_problem(url: str) -> None:
    filled(url)
    edit(url, 3, hash="a" * 64)
    assert found(url) == [(3, K.ALTERED)]


def test_an_edit_with_its_hash_made_anew_breaks_the_link_after_it(url: str) -> None:
    filled(url)
    with EventLog.open(url) as log:
        third = next(log.tail(2))
    forged = chain_hash(3, third.previous, event(3, subject="nothing-here"))
    edit(url, 3, subject="nothing-here", hash=forged)
    assert found(url) == [(4, K.UNLINKED)]


def test_a_removed_event_is_a_gap(url: str) -> None:
    filled(url)
    change(url, "DELETE FROM stockade_events WHERE sequence IN (2, 3)")
    (problem,) = verified(url).problems
    assert (problem.sequence, problem.kind) == (2, K.REMOVED)
    assert "events 2 to 3 are missing" in problem.message


def test_a_removed_first_event_is_a_gap(url: str) -> None:
    filled(url)
    change(url, "DELETE FROM stockade_events WHERE sequence = 1")
    assert found(url) == [(1, K.REMOVED)]


def test_a_removed_event_with_the_rest_moved_up_is_detected_from_there_on(url: str) -> None:
    filled(url)
    change(url, "DELETE FROM stockade_events WHERE sequence = 2")
    for at in (3, 4, 5):
        edit(url, at, sequence=at - 1)
    assert found(url) == [(2, K.ALTERED), (3, K.ALTERED), (4, K.ALTERED), (5, K.TRUNCATED)]


def test_two_events_that_changed_places_are_both_named(url: str) -> None:
    filled(url)
    for at, to in ((2, 99), (3, 2), (99, 3)):
        edit(url, at, sequence=to)
    assert [problem for problem in found(url) if problem[1] is K.ALTERED] == [(2, K.ALTERED), (3, K.ALTERED)]


def test_a_cut_tail_is_seen_by_the_head_record(url: str) -> None:
    filled(url)
    change(url, "DELETE FROM stockade_events WHERE sequence > 3")
    result = verified(url)
    assert [(p.sequence, p.kind) for p in result.problems] == [(4, K.TRUNCATED)]
    assert "5 events were recorded" in result.problems[0].message


def test_a_cut_tail_with_the_head_set_back_is_seen_only_by_an_anchor(url: str) -> None:
    anchor = filled(url)
    with EventLog.open(url) as log:
        kept = list(log.tail(0))[2]
    change(url, "DELETE FROM stockade_events WHERE sequence > 3")
    with unguarded(url) as connection:
        connection.execute(update(head).values(sequence=3, hash=kept.hash))
    assert found(url) == []  # the limit that the documentation admits
    assert found(url, anchor) == [(4, K.TRUNCATED)]


def test_a_log_that_was_written_anew_is_seen_only_by_an_anchor(new_url: Callable[[], str]) -> None:
    anchor = filled(new_url())
    other = new_url()
    with EventLog.open(other) as log:
        log.append([event(number, verdict=None) for number in range(1, 8)])
    assert found(other) == []
    assert found(other, anchor) == [(5, K.REWRITTEN)]


def test_an_emptied_log_is_seen(url: str) -> None:
    filled(url)
    change(url, "DELETE FROM stockade_events")
    assert found(url) == [(1, K.TRUNCATED)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM stockade_event_head", (5, K.HEAD)),
        ("UPDATE stockade_event_head SET sequence = 4", (5, K.HEAD)),
        ("UPDATE stockade_event_head SET sequence = 6", (6, K.TRUNCATED)),
        ("UPDATE stockade_event_head SET hash = ''", (5, K.HEAD)),
    ],
)
def test_a_changed_head_record_is_detected_and_gives_no_anchor(
    url: str, statement: str, expected: tuple[int, ProblemKind]
) -> None:
    filled(url)
    change(url, statement)
    assert found(url) == [expected]
    with EventLog.open(url) as log, pytest.raises(IncompleteError, match="contradict"):
        log.head()


def test_nothing_is_recorded_on_a_log_without_its_head_record(url: str) -> None:
    filled(url)
    change(url, "DELETE FROM stockade_event_head")
    with EventLog.open(url) as log, pytest.raises(IncompleteError, match="lost its head record"):
        log.append([event(6)])


def test_a_head_record_set_back_does_not_let_an_event_be_replaced(url: str) -> None:
    filled(url)
    change(url, "UPDATE stockade_event_head SET sequence = 3")
    with EventLog.open(url) as log, pytest.raises(IncompleteError):
        log.append([event(6)])


def test_a_gap_stays_when_the_log_goes_on(url: str) -> None:
    filled(url)
    change(url, "DELETE FROM stockade_events WHERE sequence > 3")
    with EventLog.open(url) as log:
        log.append([event(6)])
    assert found(url) == [(4, K.REMOVED)]


def test_a_row_that_is_no_event_is_named_by_verify_and_refused_by_query(url: str) -> None:
    filled(url)
    change(url, "UPDATE stockade_events SET verdict = 'fine' WHERE sequence = 2")
    assert found(url) == [(2, K.UNREADABLE)]
    with (
        EventLog.open(url) as log,
        pytest.raises(IncompleteError, match=r"event 2 .* cannot be read.*'fine'"),
    ):
        list(log.query())


@pytest.mark.parametrize("value", ["CAST(X'ff' AS TEXT)", "X'00ff'", "1.5", "CAST(X'6100' AS TEXT)"])
@pytest.mark.parametrize("column", ["subject", "detail", "hash", "previous", "at_us", "verdict"])
def test_bytes_that_only_sqlite_can_hold_are_named(sqlite_file: Path, column: str, value: str) -> None:
    url = f"sqlite:///{sqlite_file}"
    filled(url)
    change(url, f"UPDATE stockade_events SET {column} = {value} WHERE sequence = 2")  # noqa: S608 - the test's own words
    assert 2 in [sequence for sequence, _ in found(url)]


def test_many_problems_are_counted_and_the_first_are_listed(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stockade.model.eventlog.MAX_LISTED_PROBLEMS", 2)
    filled(url)
    change(url, "UPDATE stockade_events SET actor = 'somebody else'")
    result = verified(url)
    assert [problem.sequence for problem in result.problems] == [1, 2]
    assert (result.checked, result.unlisted) == (5, 3)


# --- the triggers -----------------------------------------------------------------------------------

REFUSED = [
    "UPDATE stockade_events SET subject = 'other' WHERE sequence = 2",
    "DELETE FROM stockade_events WHERE sequence = 5",
    "DELETE FROM stockade_events",
    "DELETE FROM stockade_event_head",
    "UPDATE stockade_event_head SET sequence = 3",
    "UPDATE stockade_event_head SET hash = ''",
]
REFUSED_BY = {
    "sqlite": [
        "REPLACE INTO stockade_events SELECT * FROM stockade_events WHERE sequence = 2",
        "INSERT OR REPLACE INTO stockade_event_head VALUES (1, 0, '')",
    ],
    "postgresql": [
        "TRUNCATE stockade_events",
        "TRUNCATE stockade_event_head",
        "INSERT INTO stockade_events TABLE stockade_events ON CONFLICT (sequence) DO UPDATE SET actor = 'x'",
    ],
}


def test_the_database_itself_refuses_to_change_the_log(url: str) -> None:
    anchor = filled(url)
    dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
    for statement in [*REFUSED, *REFUSED_BY[dialect]]:
        with (
            pytest.raises(DBAPIError, match="refused: the event log is append-only"),
            connected(url) as connection,
        ):
            connection.execute(text(statement))
    result = verified(url, anchor)
    assert (result.problems, result.head) == ((), anchor)


def test_a_trigger_that_is_gone_is_a_problem(url: str) -> None:
    filled(url)
    sqlite = url.startswith("sqlite")
    name = "stockade_events_no_delete" if sqlite else "stockade_events_append_only"
    with connected(url) as connection:
        connection.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else " ON stockade_events")))
    (problem,) = verified(url).problems
    assert (problem.sequence, problem.kind) == (0, K.UNGUARDED)
    assert problem.message == f"trigger {name} is missing"


def test_a_trigger_that_is_disabled_or_hollow_is_a_problem(url: str) -> None:
    filled(url)
    with connected(url) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER stockade_events_no_update"))
            hollow = "CREATE TRIGGER stockade_events_no_update BEFORE UPDATE ON stockade_events BEGIN SELECT 1; END"
            connection.execute(text(hollow))
        else:
            connection.execute(
                text("ALTER TABLE stockade_events DISABLE TRIGGER stockade_events_append_only")
            )
            body = (
                "CREATE OR REPLACE FUNCTION stockade_refuse_backward() RETURNS trigger LANGUAGE plpgsql AS "
            )
            connection.execute(text(body + "$$ BEGIN RETURN NEW; END $$"))
    result = verified(url)
    assert {problem.kind for problem in result.problems} == {K.UNGUARDED}
    assert all("was changed or disabled" in problem.message for problem in result.problems)


def test_a_trigger_that_swallows_events_is_a_problem(url: str) -> None:
    filled(url)
    with connected(url) as connection:
        if connection.dialect.name == "sqlite":
            swallow = "CREATE TRIGGER quiet BEFORE INSERT ON stockade_events BEGIN SELECT RAISE(IGNORE); END"
            connection.execute(text(swallow))
        else:
            nothing = (
                "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
            )
            connection.execute(text(nothing))
            quiet = "CREATE TRIGGER quiet BEFORE INSERT ON stockade_events FOR EACH ROW EXECUTE FUNCTION nothing()"
            connection.execute(text(quiet))
    assert "trigger quiet is not ours" in [problem.message for problem in verified(url).problems]


def test_an_index_that_lost_rows_is_damage(sqlite_file: Path) -> None:
    url = f"sqlite:///{sqlite_file}"
    filled(url)
    with connected(url) as connection:
        # Rows written while the catalogue does not show the index are not in it.
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        row = connection.exec_driver_sql(
            "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = 'stockade_events_subject'"
        ).one()
        connection.exec_driver_sql("DELETE FROM sqlite_master WHERE name = 'stockade_events_subject'")
    with EventLog.open(url) as log:
        log.append([event(6)])
    with connected(url) as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.exec_driver_sql("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", tuple(row))
    kinds = {problem.kind for problem in verified(url).problems}
    assert kinds == {K.DAMAGED}


def test_the_head_table_holds_one_row(url: str) -> None:
    filled(url)
    with pytest.raises(DBAPIError), connected(url) as connection:
        connection.execute(insert(head).values(id=2, sequence=9, hash=""))
