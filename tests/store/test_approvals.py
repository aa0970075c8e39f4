"""Approvals, the queue, the counters: SQLite, PostgreSQL and the fake alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import text
from tests.store.conftest import AnyState
from tests.store.firewall_samples import LIB, NOON, OTHER, RUNNER, at, decision, ruling
from tests.store.tampering import connected

from stockade.errors import IncompleteError, InvalidValueError, UsageError
from stockade.model.events import Event
from stockade.model.firewall import Client, Scope
from stockade.model.firewall_state import Asked, Asker
from stockade.model.verdicts import Action
from stockade.ports import Approvals
from stockade.store.state import FirewallState


def kinds(state: AnyState) -> list[str]:
    return [one.event.kind for one in state.events.query()]


def event(subject: str = "acme-lib") -> Event:
    return Event(at=NOON, layer="firewall", kind="file.refused", subject=subject)


# --- approvals --------------------------------------------------------------------------------------


def test_an_approval_comes_back_whole_with_its_event(state: AnyState) -> None:
    approvals: Approvals = state.approvals
    scope = Scope(
        project=LIB,
        version="1.0",
        filename="acme_lib-1.0-py3-none-any.whl",
        sha256="ab" * 32,
        requester="repo:acme/app",
    )
    made = approvals.add(decision(scope=scope, reason="read it; harmless", expires=at(60)))
    assert made.id.startswith("AP-")
    assert len(made.id) == 13
    assert (made.effect, made.scope, made.reason, made.by) == ("approve", scope, "read it; harmless", "ann")
    assert (made.at, made.expires, made.break_glass, made.revoked_at) == (NOON, at(60), False, None)
    assert approvals.get(made.id) == made
    assert approvals.listed() == approvals.for_project(LIB) == (made,)
    (recorded,) = [one.event for one in state.events.query()]
    assert (recorded.layer, recorded.kind, recorded.subject) == (
        "firewall",
        "approval.given",
        scope.filename,
    )
    assert (recorded.actor, recorded.at, recorded.verdict) == ("ann", NOON, Action.ALLOW)
    assert recorded.detail["id"] == made.id
    assert recorded.detail["requester"] == "repo:acme/app"
    assert recorded.detail["expires"] == "2026-11-22T13:00:00+00:00"


def test_a_denial_is_a_word_too(state: AnyState) -> None:
    made = state.approvals.deny(decision("1.0"))
    assert made.effect == "deny"
    assert state.approvals.for_project(LIB) == (made,)
    (recorded,) = [one.event for one in state.events.query()]
    assert (recorded.kind, recorded.subject, recorded.verdict) == (
        "approval.denied",
        "acme-lib==1.0",
        Action.BLOCK,
    )


def test_broken_glass_is_logged_twice(state: AnyState) -> None:
    made = state.approvals.add(decision(break_glass=True))
    assert made.break_glass
    assert kinds(state) == ["approval.given", "glass.broken"]
    with pytest.raises(InvalidValueError, match="breaks no glass"):
        state.approvals.deny(decision(break_glass=True))


def test_a_revoked_approval_is_gone_from_its_project_and_stays_listed(state: AnyState) -> None:
    approvals: Approvals = state.approvals
    first, second = approvals.add(decision("1.0")), approvals.add(decision("2.0", minutes=1))
    gone = approvals.revoke(first.id, by="bo", at=at(2))
    assert (gone.revoked_at, gone.revoked_by) == (at(2), "bo")
    assert approvals.revoke(first.id, by="eve", at=at(3)) == gone
    assert approvals.for_project(LIB) == (second,)
    assert approvals.listed() == (second, gone)
    assert kinds(state) == ["approval.given", "approval.given", "approval.revoked"]
    with pytest.raises(UsageError, match="no approval 'AP-NOBODY'"):
        approvals.revoke("AP-NOBODY", by="bo", at=at(4))


def test_projects_are_apart_and_the_oldest_word_comes_first(state: AnyState) -> None:
    later = state.approvals.add(decision(minutes=5))
    sooner = state.approvals.deny(decision(minutes=1))
    other = state.approvals.add(decision(project=OTHER, minutes=2))
    assert state.approvals.for_project(LIB) == (sooner, later)
    assert state.approvals.for_project(OTHER) == (other,)
    assert state.approvals.listed() == (later, other, sooner)
    assert state.approvals.get("AP-NOBODY") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "  "},
        {"reason": "a\nb"},
        {"reason": "\0"},
        {"reason": "x" * 2001},
        {"by": ""},
        {"by": "caf\udce9"},
        {"expires": NOON},
        {"expires": datetime(2027, 1, 1)},  # noqa: DTZ001 - that is what is refused
        {"scope": Scope(project=LIB, requester="a\x1bb")},
    ],
    ids=repr,
)
def test_a_word_that_is_none_is_refused_and_leaves_nothing(state: AnyState, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValueError):
        state.approvals.add(decision(**wrong))  # type: ignore[arg-type]  # fields of Decision
    assert state.approvals.listed() == ()
    assert kinds(state) == []
    assert state.approvals.revision() == 0


def test_the_counter_rises_with_every_change_and_with_nothing_else(state: AnyState) -> None:
    approvals: Approvals = state.approvals
    assert approvals.revision() == 0
    made = approvals.add(decision())
    approvals.deny(decision())
    approvals.revoke(made.id, by="bo", at=at(1))
    assert approvals.revision() == 3
    assert approvals.revisions().approvals == 3
    approvals.revoke(made.id, by="bo", at=at(1))
    approvals.held([Asked(ruling=ruling(), client=RUNNER)], NOON)
    approvals.listed()
    assert approvals.revision() == 3


def test_threads_lose_no_approval_no_event_and_no_count(state: AnyState) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: state.approvals.add(decision(f"{number}.0")), range(20)))
    assert {each.id for each in state.approvals.listed()} == {each.id for each in made}
    assert len({each.id for each in made}) == 20
    assert state.approvals.revision() == 20
    assert state.events.verify().checked == 20
    assert state.events.verify().intact


def test_another_instance_notices_every_change_at_once(url: str) -> None:
    with FirewallState.open(url) as here, FirewallState.open(url) as there:
        before = there.approvals.revision()
        made = here.approvals.deny(decision())
        assert there.approvals.for_project(LIB) == (made,)
        assert there.approvals.revision() == before + 1
        there.approvals.revoke(made.id, by="bo", at=at(1))
        assert here.approvals.for_project(LIB) == ()
        assert here.approvals.revision() == before + 2


# --- the queue --------------------------------------------------------------------------------------


def test_a_refused_file_is_queued_once_with_who_asked_and_how_often(state: AnyState) -> None:
    approvals: Approvals = state.approvals
    stranger = Client(address="192.0.2.9")
    approvals.held([Asked(ruling=ruling(), client=RUNNER)], NOON, [event()])
    approvals.held([Asked(ruling=ruling(), client=stranger)], at(1))
    approvals.held([Asked(ruling=ruling(), client=RUNNER)] * 2, at(2))
    held = approvals.by_code(ruling().code)
    assert held is not None
    assert (held.project, held.version, held.filename) == (LIB, "1.0", ruling().filename)
    assert (held.sha256, held.action) == (ruling().sha256, Action.QUARANTINE)
    assert held.reasons == ruling().verdict.reasons
    assert (held.first, held.last, held.times) == (NOON, at(2), 4)
    assert held.askers == (
        Asker(who="repo:acme/app:ref:refs/heads/main", first=NOON, last=at(2), times=3),
        Asker(who="192.0.2.9", first=at(1), last=at(1), times=1),
    )
    assert approvals.queue() == (held,)
    assert kinds(state) == ["file.refused"]


def test_the_queue_has_the_last_asked_first_and_tells_projects_apart(state: AnyState) -> None:
    approvals: Approvals = state.approvals
    old, new, other = ruling("1.0"), ruling("2.0", action=Action.BLOCK), ruling("1.0", project=OTHER)
    approvals.held([Asked(ruling=new, client=RUNNER)], at(5))
    approvals.held([Asked(ruling=old, client=RUNNER)], at(1))
    assert [each.code for each in approvals.queue()] == [new.code, old.code]
    assert [each.code for each in approvals.queue(OTHER)] == []
    assert other.code == old.code  # the same file, action and rules
    assert approvals.by_code("SK-NOBODY") is None


def test_a_late_clock_does_not_set_the_queue_back(state: AnyState) -> None:
    state.approvals.held([Asked(ruling=ruling(), client=RUNNER)], at(5))
    state.approvals.held([Asked(ruling=ruling(), client=RUNNER)], at(1))
    held = state.approvals.by_code(ruling().code)
    assert held is not None
    assert (held.last, held.askers[0].last, held.times) == (at(5), at(5), 2)


def test_a_refusal_whose_event_cannot_be_recorded_is_not_queued(state: AnyState) -> None:
    with pytest.raises(IncompleteError, match="not recorded"):
        state.approvals.held([Asked(ruling=ruling(), client=RUNNER)], NOON, [event("a\0b")])
    assert state.approvals.queue() == ()
    assert kinds(state) == []


# --- damage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stockade_approvals SET effect = 'perhaps'",
        "UPDATE stockade_approvals SET break_glass = 2",
        "UPDATE stockade_approvals SET at_us = 9000000000000000000",
    ],
)
def test_a_damaged_approval_is_an_error_never_a_missing_one(url: str, damage: str) -> None:
    with FirewallState.open(url) as state:
        state.approvals.deny(decision())
        with connected(url) as connection:
            connection.execute(text(damage))
        with pytest.raises(IncompleteError, match="damaged"):
            state.approvals.for_project(LIB)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stockade_held SET action = 'perhaps'",
        "UPDATE stockade_held SET reasons = '['",
        "UPDATE stockade_held SET reasons = '[]x'",
    ],
)
def test_a_damaged_queue_is_an_error(url: str, damage: str) -> None:
    with FirewallState.open(url) as state:
        state.approvals.held([Asked(ruling=ruling(), client=RUNNER)], NOON)
        with connected(url) as connection:
            connection.execute(text(damage))
        with pytest.raises(IncompleteError, match="damaged"):
            state.approvals.queue()


def test_a_lost_counter_is_an_error_and_nothing_changes(url: str) -> None:
    with FirewallState.open(url) as state:
        with connected(url) as connection:
            connection.execute(text("DELETE FROM stockade_revisions WHERE topic = 'approvals'"))
        with pytest.raises(IncompleteError, match="counter of approvals"):
            state.approvals.add(decision())
        with pytest.raises(IncompleteError, match="counter of 'approvals'"):
            state.approvals.revision()
        assert state.approvals.listed() == ()
        assert kinds(state) == []
