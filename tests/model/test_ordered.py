"""Enumerations that are ordered as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.model.findings import Confidence, Severity
from stockade.model.ordered import OrderedEnum
from stockade.model.verdicts import Action

ENUMS: list[type[OrderedEnum]] = [Action, Severity, Confidence]
members = st.sampled_from(ENUMS).flatmap(lambda kind: st.tuples(*[st.sampled_from(list(kind))] * 3))


@given(members)
def test_the_order_is_total(drawn: tuple[OrderedEnum, OrderedEnum, OrderedEnum]) -> None:
    a, b, c = drawn
    assert (a < b) + (a == b) + (a > b) == 1
    assert (a <= b) == (a < b or a == b)
    assert (a >= b) == (a > b or a == b)
    assert (a < b) == (b > a)
    if a <= b <= c:
        assert a <= c


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Action, "allow warn quarantine block"),
        (Severity, "info low medium high critical"),
        (Confidence, "low medium high"),
    ],
)
def test_the_order_is_that_of_the_definition(kind: type[OrderedEnum], written: str) -> None:
    assert [member.value for member in sorted(kind)] == written.split()
    assert [member.rank for member in kind] == list(range(len(kind)))


def test_a_member_is_compared_with_a_plain_string_of_the_same_kind() -> None:
    assert Severity.LOW < "high"
    assert Severity.LOW >= "low"
    with pytest.raises(ValueError, match="'enormous' is not a valid Severity"):
        _ = Severity.LOW < "enormous"
