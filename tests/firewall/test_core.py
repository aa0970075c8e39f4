"""The firewall's one decision, on every path, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from tests.firewall.place import CLIENT, NOW, Place, page

from stockade.firewall.projects import Judged
from stockade.firewall.replies import Absent, DocumentAnswer, FileAnswer, Refused, Unavailable
from stockade.model.findings import Severity
from stockade.model.firewall import Client, Scope
from stockade.model.firewall_state import Decision
from stockade.model.names import project_name
from stockade.model.policy import Policy, Protect
from stockade.model.verdicts import Action, Cause, Indeterminate

T = TypeVar("T")
LIB = project_name("goodlib")
OLD, NEW = "goodlib-1.0-py3-none-any.whl", "goodlib-2.0-py3-none-any.whl"


def run(work: Awaitable[T]) -> T:
    async def main() -> T:
        return await work

    return asyncio.run(main())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.put("goodlib", (OLD, b"old", 400), (NEW, b"new", 1))
    return found


def file(place: Place, filename: str, client: Client = CLIENT) -> FileAnswer | Refused | Absent | Unavailable:
    return run(place.firewall.files.file(LIB, filename, client))


def judged(place: Place) -> Judged:
    found = run(place.firewall.projects.judged(LIB))
    assert isinstance(found, Judged)
    return found


def decide(place: Place, scope: Scope, *, break_glass: bool = False, hours: int = 24) -> str:
    decision = Decision(
        scope=scope,
        reason="looked at it",
        by="ann",
        at=place.clock.now(),
        expires=place.clock.now() + timedelta(hours=hours),
        break_glass=break_glass,
    )
    return place.state.approvals.add(decision).id


def test_a_file_that_is_admitted_is_vetted_recorded_and_sent(place: Place) -> None:
    answer = file(place, OLD)
    assert isinstance(answer, FileAnswer)
    assert (answer.size, answer.ruling.content_judged) == (3, True)
    assert place.vetter.vetted == [OLD]
    assert place.served.rows == [(OLD, "ci")]


def test_the_page_and_the_file_have_one_ruling(place: Place) -> None:
    rulings = judged(place).rulings
    assert {name: ruling.refused for name, ruling in rulings.items()} == {OLD: False, NEW: True}
    refused = file(place, NEW)
    assert isinstance(refused, Refused)
    assert refused.ruling.code == rulings[NEW].code
    for document in (place.firewall.files.metadata, place.firewall.files.provenance):
        other = run(document(LIB, NEW, CLIENT))
        assert isinstance(other, Refused)
        assert other.ruling.code == rulings[NEW].code
    assert not any(NEW in address for address in place.upstream.asked), "not a byte of it was fetched"


def test_bytes_that_are_found_bad_are_refused_and_the_page_says_so_from_then_on(place: Place) -> None:
    place.vetter.finds[OLD] = Severity.CRITICAL
    assert not judged(place).rulings[OLD].refused
    refused = file(place, OLD)
    assert isinstance(refused, Refused)
    assert "STK-E101" in refused.ruling.phrase
    assert place.served.rows == []
    assert judged(place).rulings[OLD].code == refused.ruling.code
    assert isinstance(run(place.firewall.files.metadata(LIB, OLD, CLIENT)), Refused)
    assert place.vetter.vetted == [OLD], "it was judged once"


def test_what_was_refused_waits_for_a_person_with_its_event(place: Place) -> None:
    file(place, NEW)
    (held,) = place.state.approvals.queue()
    assert (held.filename, held.times, held.askers[0].who) == (NEW, 1, "ci")
    kinds = [each.kind for each in place.state.events.events]
    assert "file.refused" in kinds


def test_a_vetter_that_fails_lets_nothing_through(place: Place) -> None:
    place.vetter.crashes = True
    answer = file(place, OLD)
    assert isinstance(answer, Refused | Unavailable)
    assert place.served.rows == []


def test_without_a_record_of_who_gets_it_nothing_is_sent(place: Place) -> None:
    place.served.broken = True
    assert isinstance(file(place, OLD), Unavailable)


def test_a_file_that_is_another_than_its_page_says_is_not_sent(place: Place) -> None:
    place.upstream.files[f"https://files.example/{OLD}"] = b"odd"
    answer = file(place, OLD)
    assert isinstance(answer, Refused | Unavailable)
    assert place.vetter.vetted == []


def test_upstream_that_cannot_be_asked_is_no_empty_page(place: Place) -> None:
    place.upstream.pages["other"] = Indeterminate(
        cause=Cause.SOURCE_UNREACHABLE, subject="other", detail="time-out"
    )
    found = run(place.firewall.projects.judged(project_name("other")))
    assert isinstance(found, Unavailable)
    assert "time-out" in found.phrase
    assert isinstance(run(place.firewall.projects.judged(project_name("absent"))), Absent)


def test_a_page_that_cannot_be_read_is_no_empty_page(place: Place) -> None:
    place.upstream.pages["goodlib"] = page("goodlib", b"{")
    assert isinstance(run(place.firewall.projects.judged(LIB)), Unavailable)


def test_an_internal_name_is_never_asked_upstream(tmp_path: Path) -> None:
    policy = Policy(protect=Protect(names=("acme-corp-utils",), patterns=("acme-internal-*",)))
    place = Place(tmp_path, policy)
    for name in ("acme-corp-utils", "acme-internal-x"):
        place.put(name, (f"{name}-1.0.tar.gz", b"x", 400))
        assert isinstance(run(place.firewall.projects.judged(project_name(name))), Absent)
    assert place.upstream.asked == []


def test_however_many_ask_upstream_is_asked_once_and_the_file_vetted_once(place: Place) -> None:
    async def crowd() -> list[object]:
        return await asyncio.gather(*(place.firewall.files.file(LIB, OLD, CLIENT) for _ in range(50)))

    answers = run(crowd())
    assert all(isinstance(each, FileAnswer) for each in answers)
    assert place.upstream.asked == ["goodlib", f"https://files.example/{OLD}"]
    assert place.vetter.vetted == [OLD]
    assert len(place.served.rows) == 50


def test_a_file_grows_old_enough_by_time_alone(place: Place) -> None:
    until = judged(place).until
    assert until is not None
    assert isinstance(file(place, NEW), Refused)
    place.clock.moment = until
    assert isinstance(file(place, NEW), FileAnswer)


def test_an_approval_lets_in_at_once_and_its_revocation_shuts_again(place: Place) -> None:
    assert isinstance(file(place, NEW), Refused)
    approval = decide(place, Scope(project=LIB, version="2.0"))
    run(place.firewall.look())
    assert isinstance(file(place, NEW), FileAnswer)
    place.state.approvals.revoke(approval, by="ann", at=NOW)
    run(place.firewall.look())
    assert isinstance(file(place, NEW), Refused)


def test_an_approval_ends_at_its_moment(place: Place) -> None:
    decide(place, Scope(project=LIB), hours=1)
    assert isinstance(file(place, NEW), FileAnswer)
    place.clock.moment += timedelta(hours=1)
    assert isinstance(file(place, NEW), Refused)


def test_an_approval_for_one_requester_is_for_nobody_else(place: Place) -> None:
    decide(place, Scope(project=LIB, requester="repo:acme/shop"))
    run(place.firewall.look())
    mine = Client(name="t", identity="repo:acme/shop", address="192.0.2.8")
    assert isinstance(file(place, NEW, mine), FileAnswer)
    assert isinstance(file(place, NEW), Refused)


def test_an_approval_of_other_bytes_is_none(place: Place) -> None:
    decide(place, Scope(project=LIB, filename=NEW, sha256="0" * 64))
    assert isinstance(file(place, NEW), Refused)


def test_a_file_that_vetting_blocks_stays_blocked_without_break_glass(place: Place) -> None:
    place.vetter.finds[OLD] = Severity.CRITICAL
    assert isinstance(file(place, OLD), Refused)
    decide(place, Scope(project=LIB))
    run(place.firewall.look())
    assert isinstance(file(place, OLD), Refused)
    decide(place, Scope(project=LIB), break_glass=True)
    run(place.firewall.look())
    assert isinstance(file(place, OLD), FileAnswer)


def test_a_feed_that_arrives_judges_anew(place: Place) -> None:
    assert isinstance(file(place, OLD), FileAnswer)
    place.knowledge.gap = Indeterminate(cause=Cause.FEED_STALE, subject="advisories", detail="99 days old")
    place.knowledge.generation += 1
    run(place.firewall.look())
    refused = file(place, OLD)
    assert isinstance(refused, Refused)
    assert refused.ruling.verdict.action is Action.BLOCK


def test_nothing_is_answered_while_the_state_cannot_be_read(place: Place) -> None:
    assert isinstance(file(place, OLD), FileAnswer)
    place.approvals.broken = True
    run(place.firewall.look())
    assert not place.firewall.healthy
    assert isinstance(file(place, OLD), Unavailable)
    place.approvals.broken = False
    run(place.firewall.look())
    assert isinstance(file(place, OLD), FileAnswer)


def test_a_file_that_changes_is_refused_for_good(place: Place) -> None:
    assert isinstance(file(place, OLD), FileAnswer)
    place.put("goodlib", (OLD, b"changed", 400))
    place.clock.moment += place.parts.fresh
    refused = file(place, OLD)
    assert isinstance(refused, Refused)
    place.put("goodlib", (OLD, b"old", 400))
    place.clock.moment += place.parts.fresh
    assert isinstance(file(place, OLD), FileAnswer), "the first file is still the right one"


def test_metadata_come_out_of_the_judged_wheel_where_upstream_has_none(tmp_path: Path) -> None:
    from stockade.testing.archives import wheel

    place = Place(tmp_path)
    place.put("goodlib", (OLD, wheel("goodlib", "1.0", {"goodlib.py": b""}), 400))
    answer = run(place.firewall.files.metadata(LIB, OLD, CLIENT))
    assert isinstance(answer, DocumentAnswer)
    assert b"Name: goodlib" in answer.body
