"""What changes while a ruling is made, or after it was: nothing leaves on a word that no longer holds."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from tests.firewall.place import CLIENT, Place

from stockade.errors import IncompleteError
from stockade.firewall.doors import Door, Guest
from stockade.firewall.projects import Judged
from stockade.firewall.replies import DocumentAnswer, FileAnswer, Refused, Unavailable
from stockade.model.findings import Severity
from stockade.model.firewall import Client, Origin, Role, Scope
from stockade.model.firewall_state import Decision
from stockade.model.names import project_name
from stockade.model.policy import Policy, PolicyException
from stockade.model.tokens import Minting
from stockade.model.upstream import Altered, UpstreamPage, Wanted
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.model.vetting import VetResult

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


def file(place: Place, filename: str, client: Client = CLIENT) -> object:
    return run(place.firewall.files.file(LIB, filename, client))


def judged(place: Place) -> Judged:
    found = run(place.firewall.projects.judged(LIB))
    assert isinstance(found, Judged)
    return found


def decision(place: Place, scope: Scope) -> Decision:
    now = place.clock.now()
    return Decision(scope=scope, reason="looked at it", by="ann", at=now, expires=now + timedelta(days=1))


def while_vetting(place: Place, what: Callable[[], object]) -> None:
    """Let something happen while a file's bytes are judged."""
    vet = place.vetter.vet

    def meanwhile(path: Path, name: str) -> VetResult:
        what()
        return vet(path, name)

    place.vetter.vet = meanwhile  # type: ignore[method-assign] # a fake that does more


def test_a_denial_while_the_bytes_are_judged_holds_for_the_one_who_waits(place: Place) -> None:
    while_vetting(place, lambda: place.state.approvals.deny(decision(place, Scope(project=LIB))))
    answer = file(place, OLD)
    assert isinstance(answer, Refused)
    assert place.served.rows == []


def test_an_approval_that_is_revoked_meanwhile_lets_nothing_through(place: Place) -> None:
    approval = place.state.approvals.add(decision(place, Scope(project=LIB)))
    while_vetting(place, lambda: place.state.approvals.revoke(approval.id, by="ann", at=place.clock.now()))
    assert isinstance(file(place, NEW), Refused)
    assert place.served.rows == []


def test_a_feed_that_arrives_meanwhile_is_heeded(place: Place) -> None:
    def arrives() -> None:
        place.knowledge.gap = Indeterminate(cause=Cause.FEED_MISSING, subject="advisories", detail="none")
        place.knowledge.generation += 1

    while_vetting(place, arrives)
    assert isinstance(file(place, OLD), Refused)


def test_a_state_that_changes_all_the_time_ends_in_no_answer_and_no_byte(place: Place) -> None:
    def changes() -> None:
        place.knowledge.generation += 1

    recall = place.state.judgements.recall

    def recalled(*key: Any, **_: Any) -> VetResult | None:
        changes()
        return recall(*key)

    place.state.judgements.recall = recalled  # type: ignore[method-assign] # a fake that does more
    assert isinstance(file(place, OLD), Unavailable)
    assert place.served.rows == []


def test_an_exception_for_what_bytes_hold_ends_at_its_day(tmp_path: Path) -> None:
    exception = PolicyException(
        rule="STK-E101", subject="goodlib*", reason="we read it", expires=date(2026, 11, 1)
    )
    place = Place(tmp_path, Policy(exceptions=(exception,)))
    place.put("goodlib", (OLD, b"old", 400))
    place.vetter.finds[OLD] = Severity.CRITICAL
    assert isinstance(file(place, OLD), FileAnswer)
    assert isinstance(file(place, OLD), FileAnswer)
    place.clock.moment += timedelta(days=1)
    assert isinstance(file(place, OLD), Refused)
    assert judged(place).rulings[OLD].refused


def test_bytes_that_were_never_judged_do_not_leave_even_where_the_gap_is_allowed(tmp_path: Path) -> None:
    place = Place(tmp_path, Policy(indeterminate={Cause.SOURCE_UNREACHABLE: Action.WARN}))
    place.put("goodlib", (OLD, b"old", 400))

    async def stored_by_another_instance(wanted: Wanted) -> int | Indeterminate | Altered:
        path = place.blobs.scratch / "x"
        path.write_bytes(b"old")
        await place.blobs.adopt(path, Origin.UPSTREAM, hashlib.sha256(b"old").hexdigest())
        return Indeterminate(cause=Cause.SOURCE_UNREACHABLE, subject=wanted.subject, detail="slow")

    place.upstream.file = stored_by_another_instance  # type: ignore[method-assign] # a fake that does more
    answer = file(place, OLD)
    assert isinstance(answer, Unavailable)
    assert "not judged" in answer.gap.detail
    assert place.served.rows == []
    assert place.vetter.vetted == []


def test_a_denial_for_a_token_holds_for_the_ci_job_behind_it_too(place: Place) -> None:
    place.state.approvals.deny(decision(place, Scope(project=LIB, requester="runner")))
    job = Client(name="runner", identity="repo:acme/shop", address="192.0.2.8")
    assert isinstance(file(place, OLD, job), Refused)
    assert isinstance(file(place, OLD), FileAnswer)


def test_an_approval_for_one_does_not_lift_a_denial_for_all(place: Place) -> None:
    place.state.approvals.deny(decision(place, Scope(project=LIB)))
    place.state.approvals.add(decision(place, Scope(project=LIB, requester="ci")))
    assert isinstance(file(place, OLD), Refused)


def test_a_clock_that_is_set_back_makes_nothing_hold_longer(place: Place) -> None:
    place.clock.moment += timedelta(days=365)
    assert not judged(place).rulings[NEW].refused, "old enough by then"
    place.clock.moment -= timedelta(days=365)
    assert isinstance(file(place, NEW), Refused)


def test_a_vetter_that_failed_once_is_asked_again(place: Place) -> None:
    place.vetter.crashes = True
    assert isinstance(file(place, OLD), Refused)
    assert not judged(place).rulings[OLD].refused, "the page does not repeat what may be over"
    place.vetter.crashes = False
    place.clock.moment += timedelta(minutes=1)
    assert isinstance(file(place, OLD), FileAnswer)


def test_a_page_does_not_wait_for_files_that_somebody_was_refused(place: Place) -> None:
    assert isinstance(file(place, NEW), Refused)
    until = judged(place).until
    assert until is not None
    place.clock.moment = until
    assert not judged(place).rulings[NEW].refused
    assert place.vetter.vetted == [], "its bytes are looked at when somebody asks for them"


def test_a_judgement_that_cannot_be_read_is_no_crash_and_no_pass(place: Place) -> None:
    def damaged(*_: Any, **__: Any) -> VetResult | None:
        raise IncompleteError("the judgement is damaged")

    place.state.judgements.recall = damaged  # type: ignore[method-assign] # a fake that fails
    answer = file(place, OLD)
    assert isinstance(answer, Unavailable)
    assert "damaged" in answer.gap.detail


def test_a_failure_of_any_kind_while_judging_is_an_answer(place: Place) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise OSError("the feed is gone")

    place.knowledge.condemned = broken  # type: ignore[method-assign] # a fake that fails
    assert isinstance(run(place.firewall.projects.judged(LIB)), Unavailable)
    assert isinstance(file(place, OLD), Unavailable)


def test_a_watch_survives_any_failure_and_trusts_nothing_meanwhile(place: Place) -> None:
    revision = place.knowledge.revision

    def unreadable() -> str:
        raise PermissionError("the folder of feeds cannot be read")

    async def main() -> tuple[bool, bool]:
        await place.firewall.projects.judged(LIB)
        place.knowledge.revision = unreadable  # type: ignore[method-assign] # a fake that fails
        await place.firewall.look()
        lost = place.firewall.healthy or place.firewall.projects.ready(LIB) is not None
        place.knowledge.revision = revision  # type: ignore[method-assign]
        await place.firewall.look()
        return lost, place.firewall.healthy

    assert run(main()) == (False, True)


def test_a_revoked_token_is_shut_out_whatever_else_is_asked_meanwhile(place: Place) -> None:
    """A page that is judged between two looks learns of the change first."""
    tokens = place.state.tokens
    door = Door(tokens, place.clock, anonymous=False)
    place.firewall.changed = door.forget
    now = place.clock.now()
    minted = tokens.mint(Minting(name="laptop", role=Role.INSTALL, at=now, by="ann"))

    async def main() -> tuple[object, object]:
        await place.firewall.look()
        before = await door.enter(f"Bearer {minted.text}", "192.0.2.7", "pip")
        tokens.revoke(minted.token.id, by="ann", at=now)
        await place.firewall.projects.judged(project_name("some-other-name"))
        await place.firewall.look()
        return before, await door.enter(f"Bearer {minted.text}", "192.0.2.7", "pip")

    before, after = run(main())
    assert isinstance(before, Guest)
    assert not isinstance(after, Guest)


def test_a_file_that_changes_is_an_incident_once(place: Place) -> None:
    judged(place)
    place.put("goodlib", (OLD, b"other", 400))
    place.clock.moment += timedelta(minutes=10)
    for _ in range(3):
        place.firewall.projects.forget(LIB)
        judged(place)
    (incident,) = place.state.ledger.incidents()
    assert (incident.filename, incident.sha256) == (OLD, hashlib.sha256(b"other").hexdigest())
    assert [each.kind for each in place.state.events.events].count("file.changed") == 1


def test_bytes_that_are_found_bad_shut_their_metadata_too(place: Place) -> None:
    url = f"https://files.example/{OLD}.metadata"
    place.upstream.files[url] = b"Metadata-Version: 2.1\n"
    place.vetter.finds[OLD] = Severity.CRITICAL
    assert isinstance(file(place, OLD), Refused)
    assert not isinstance(run(place.firewall.files.metadata(LIB, OLD, CLIENT)), DocumentAnswer)


def test_an_upstream_that_is_silent_for_a_day_is_not_believed_any_longer(place: Place) -> None:
    """Whoever keeps the firewall from its upstream keeps yanks and takedowns from it."""
    judged(place)
    said = place.upstream.pages["goodlib"]
    assert isinstance(said, UpstreamPage)
    place.upstream.pages["goodlib"] = msgspec.structs.replace(said, trouble="it does not answer")
    place.clock.moment += timedelta(hours=23)
    assert isinstance(file(place, OLD), FileAnswer)
    place.clock.moment += timedelta(hours=2)
    answer = file(place, OLD)
    assert isinstance(answer, Unavailable)
    assert "does not answer" in answer.phrase
