"""The algebra of verdicts: joining takes the stricter, keeps every reason, and never turns unknown into clean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.model.verdicts import Action, Cause, Indeterminate, Reason, Verdict, join_all

reasons = st.builds(
    Reason, st.sampled_from(["STK-R001", "STK-E010", "judged"]), st.text(max_size=5), st.sampled_from(Action)
)
verdicts = st.lists(reasons, min_size=1, max_size=5).map(lambda drawn: Verdict.of(*drawn))
unknowns = st.builds(
    Indeterminate, cause=st.sampled_from(Cause), subject=st.text(max_size=5), detail=st.text(max_size=5)
)


@given(verdicts, verdicts)
def test_joining_is_commutative(a: Verdict, b: Verdict) -> None:
    assert a.join(b) == b.join(a)


@given(verdicts, verdicts, verdicts)
def test_joining_is_associative(a: Verdict, b: Verdict, c: Verdict) -> None:
    assert a.join(b).join(c) == a.join(b.join(c)) == join_all([c, a, b])


@given(verdicts)
def test_joining_is_idempotent(a: Verdict) -> None:
    assert a.join(a) == a


@given(verdicts, verdicts)
def test_joining_is_monotone_and_takes_the_stricter(a: Verdict, b: Verdict) -> None:
    joined = a.join(b)
    assert joined.action >= a.action
    assert joined.action >= b.action
    assert joined.action in {a.action, b.action}


@given(verdicts, verdicts)
def test_joining_keeps_every_reason_once(a: Verdict, b: Verdict) -> None:
    joined = a.join(b).reasons
    assert set(joined) == {*a.reasons, *b.reasons}
    assert len(joined) == len(set(joined))


@given(verdicts)
def test_the_action_is_that_of_the_strictest_reason(a: Verdict) -> None:
    assert a.action is max((reason.action for reason in a.reasons), key=lambda action: action.rank)
    assert a.reasons[0].action is a.action


def test_a_verdict_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one reason"):
        Verdict.of()


def test_joining_nothing_is_an_error_not_a_pass() -> None:
    with pytest.raises(ValueError, match="an empty rule set is an error, not a pass"):
        join_all([])


@given(unknowns, st.sampled_from([action for action in Action if action is not Action.ALLOW]))
def test_an_unknown_gets_the_action_that_it_is_given(unknown: Indeterminate, action: Action) -> None:
    assert unknown.as_verdict(action).action is action


@given(unknowns)
def test_an_unknown_blocks_where_nothing_else_is_said(unknown: Indeterminate) -> None:
    verdict = unknown.as_verdict()
    assert verdict.action is Action.BLOCK
    assert verdict.reasons[0].code == f"indeterminate:{unknown.cause}"


@given(unknowns)
def test_an_unknown_is_never_allowed(unknown: Indeterminate) -> None:
    with pytest.raises(ValueError, match="unknown is never clean"):
        unknown.as_verdict(Action.ALLOW)
