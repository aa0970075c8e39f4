"""What approvals and denials make of a verdict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.model.firewall import Approval, Scope
from stockade.model.names import project_name
from stockade.model.verdicts import Action, Reason, Verdict
from stockade.policy.approvals import INCIDENTS, apply, fits

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEMO = project_name("demo")
SHA = "ab" * 32
ASKED = Scope(project=DEMO, version="1.0", filename="demo-1.0.tar.gz", sha256=SHA, requester="ci")
(INCIDENT,) = INCIDENTS


def approval(**fields: Any) -> Approval:
    known: dict[str, Any] = {
        "id": "AP-AAAAAAAAAA",
        "effect": "approve",
        "scope": Scope(project=DEMO),
        "reason": "Read it.",
        "by": "alice",
        "at": NOW - timedelta(days=1),
    }
    return Approval(**(known | fields))


def verdict(*actions: Action, code: str = "STK-F006") -> Verdict:
    return Verdict.of(*(Reason(code, f"reason {n}", action) for n, action in enumerate(actions)))


HELD = verdict(Action.QUARANTINE)
BLOCKED = verdict(Action.BLOCK)


def test_an_approval_lifts_a_quarantine_and_keeps_its_words() -> None:
    lifted = apply(HELD, [approval(expires=NOW + timedelta(days=1))], ASKED, NOW)
    assert lifted.action is Action.ALLOW
    (reason,) = lifted.reasons
    assert reason.code == "approval:AP-AAAAAAAAAA"
    assert reason.text == ("STK-F006: reason 0 (approved by alice until 2026-11-23 12:00 UTC: Read it.)")


def test_an_approval_does_not_lift_a_block_and_break_glass_does() -> None:
    assert apply(BLOCKED, [approval()], ASKED, NOW) == BLOCKED
    lifted = apply(BLOCKED, [approval(break_glass=True)], ASKED, NOW)
    assert lifted.action is Action.ALLOW
    assert "break-glass by alice" in lifted.reasons[0].text


def test_what_only_warns_goes_on_warning() -> None:
    mixed = verdict(Action.WARN, Action.QUARANTINE)
    lifted = apply(mixed, [approval()], ASKED, NOW)
    assert lifted.action is Action.WARN
    assert Reason("STK-F006", "reason 0", Action.WARN) in lifted.reasons


def test_a_denial_blocks_whatever_else_is_said() -> None:
    allowed = verdict(Action.ALLOW)
    both = [approval(break_glass=True), approval(id="AP-B", effect="deny", reason="No.")]
    for order in (both, both[::-1]):
        denied = apply(allowed, order, ASKED, NOW)
        assert denied.action is Action.BLOCK
        assert denied.reasons[0] == Reason("denial:AP-B", "denied by alice: No.", Action.BLOCK)
    assert apply(HELD, both, ASKED, NOW).reasons[1:] == HELD.reasons


@pytest.mark.parametrize("action", [Action.QUARANTINE, Action.BLOCK])
def test_an_incident_is_lifted_by_break_glass_alone(action: Action) -> None:
    changed = verdict(action, code=INCIDENT)
    assert apply(changed, [approval()], ASKED, NOW) == changed
    assert (
        apply(changed, [approval(), approval(id="AP-B", break_glass=True)], ASKED, NOW).action is Action.ALLOW
    )


@pytest.mark.parametrize(
    "scope",
    [
        {"version": "1.0"},
        {"version": "1.0.0"},
        {"version": "v1.0"},
        {"filename": "demo-1.0.tar.gz"},
        {"sha256": SHA.upper()},
        {"requester": "ci"},
        {"version": "1", "filename": "demo-1.0.tar.gz", "sha256": SHA, "requester": "ci"},
    ],
)
def test_a_scope_that_fits(scope: dict[str, str]) -> None:
    assert fits(Scope(project=DEMO, **scope), ASKED)


@pytest.mark.parametrize(
    "scope",
    [
        {"version": "1.1"},
        {"version": "1!1.0"},
        {"version": "1.0+local"},
        {"version": "not a version"},
        {"filename": "demo-1.0-py3-none-any.whl"},
        {"sha256": "cd" * 32},
        {"requester": "alice"},
        {"version": "1.0", "requester": "alice"},
    ],
)
def test_a_scope_that_does_not(scope: dict[str, str]) -> None:
    assert not fits(Scope(project=DEMO, **scope), ASKED)


def test_a_scope_of_another_project_never_fits() -> None:
    assert not fits(Scope(project=project_name("other")), ASKED)


@pytest.mark.parametrize("part", ["version", "filename", "sha256", "requester"])
def test_what_is_not_known_fits_no_scope_that_names_it(part: str) -> None:
    named = {"version": "1.0", "filename": "demo-1.0.tar.gz", "sha256": SHA, "requester": "ci"}[part]
    asked = Scope(project=DEMO)
    assert not fits(Scope(project=DEMO, **{part: named}), asked)


def test_epochs_and_locals_are_told_apart() -> None:
    asked = Scope(project=DEMO, version="1!1.0+cpu")
    assert fits(Scope(project=DEMO, version="1!1.0.0+CPU"), asked)
    assert not fits(Scope(project=DEMO, version="1.0+cpu"), asked)


def test_it_ends_at_its_very_moment() -> None:
    ends = approval(expires=NOW)
    assert apply(HELD, [ends], ASKED, NOW) == HELD
    assert apply(HELD, [ends], ASKED, NOW - timedelta(microseconds=1)).action is Action.ALLOW


reasons = st.builds(
    Reason,
    st.sampled_from(["STK-F006", INCIDENT, "indeterminate:fact-missing"]),
    st.sampled_from(["one", "two"]),
    st.sampled_from(Action),
)
verdicts = st.lists(reasons, min_size=1, max_size=4).map(lambda drawn: Verdict.of(*drawn))
scopes = st.builds(
    Scope,
    project=st.sampled_from([DEMO, DEMO, DEMO, project_name("other")]),
    version=st.sampled_from(["", "1.0", "1.0.0", "2.0"]),
    filename=st.sampled_from(["", "demo-1.0.tar.gz", "demo-2.0.tar.gz"]),
    sha256=st.sampled_from(["", SHA, "cd" * 32]),
    requester=st.sampled_from(["", "ci", "alice"]),
)
approvals = st.builds(
    Approval,
    id=st.sampled_from(["AP-A", "AP-B", "AP-C"]),
    effect=st.sampled_from(["approve", "deny"]),
    scope=scopes,
    reason=st.just("Because."),
    by=st.sampled_from(["alice", "bob"]),
    at=st.just(NOW - timedelta(days=1)),
    expires=st.none() | st.integers(-2, 2).map(lambda hours: NOW + timedelta(hours=hours)),
    break_glass=st.booleans(),
    revoked_at=st.none() | st.none() | st.just(NOW - timedelta(hours=1)),
)
many = st.lists(approvals, max_size=5, unique_by=lambda each: each.id)


@given(verdicts, many, st.randoms())
def test_the_order_never_matters(given_verdict: Verdict, drawn: list[Approval], random: Any) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert apply(given_verdict, shuffled, ASKED, NOW) == apply(given_verdict, drawn, ASKED, NOW)


@given(verdicts, many)
def test_without_a_denial_nothing_gets_stricter_and_with_one_all_is_blocked(
    given_verdict: Verdict, drawn: list[Approval]
) -> None:
    result = apply(given_verdict, drawn, ASKED, NOW)
    if any(each.effect == "deny" and each.holds(NOW) and fits(each.scope, ASKED) for each in drawn):
        assert result.action is Action.BLOCK
    else:
        assert result.action <= given_verdict.action
        lifted = [each.action for each in given_verdict.reasons if each.action < Action.QUARANTINE]
        assert result.action >= max(lifted, default=Action.ALLOW)


@given(verdicts, many)
def test_what_has_expired_or_was_revoked_never_counts(given_verdict: Verdict, drawn: list[Approval]) -> None:
    valid = [each for each in drawn if each.holds(NOW)]
    assert apply(given_verdict, drawn, ASKED, NOW) == apply(given_verdict, valid, ASKED, NOW)


@given(verdicts, many, approvals)
def test_one_more_approval_never_makes_it_stricter_and_one_more_denial_never_laxer(
    given_verdict: Verdict, drawn: list[Approval], one: Approval
) -> None:
    before = apply(given_verdict, drawn, ASKED, NOW).action
    after = apply(given_verdict, [*drawn, one], ASKED, NOW).action
    assert after <= before if one.effect == "approve" else after >= before


@given(verdicts, many)
def test_applying_twice_changes_nothing_more(given_verdict: Verdict, drawn: list[Approval]) -> None:
    once = apply(given_verdict, drawn, ASKED, NOW)
    assert apply(once, drawn, ASKED, NOW) == once


@given(verdicts, many, st.sampled_from(["", "cd" * 32]))
def test_an_approval_of_other_bytes_never_counts(
    given_verdict: Verdict, drawn: list[Approval], other: str
) -> None:
    asked = Scope(project=DEMO, version="1.0", filename="demo-1.0.tar.gz", sha256=other, requester="ci")
    bound = [each for each in drawn if each.scope.sha256 == SHA]
    assert apply(given_verdict, bound, asked, NOW) == given_verdict
