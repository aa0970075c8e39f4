"""A single edit is found exactly where the optimal-string-alignment distance is 1."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from tests.names.strategies import names, one_edit

from stockade.names.edits import Operation, align
from stockade.names.targets import edits_of

SHORT = st.text("ab1-", min_size=1, max_size=5)


@given(SHORT, SHORT)
def test_an_edit_is_found_exactly_at_distance_one(name: str, target: str) -> None:
    assert (align(name, target) is not None) == (OSA.distance(name, target) == 1)


@given(st.data(), names())
def test_an_edit_tells_how_to_get_the_name_from_the_target(data: st.DataObject, target: str) -> None:
    name = data.draw(one_edit(target))
    edit = align(name, target)
    if edit is None:
        assert OSA.distance(name, target) != 1
        return
    head, tail = target[: edit.at], target[edit.at :]
    rebuilt = {
        Operation.INSERT: lambda: head + edit.here + tail,
        Operation.DELETE: lambda: head + tail[1:],
        Operation.REPLACE: lambda: head + edit.here + tail[1:],
        Operation.SWAP: lambda: head + tail[1] + tail[0] + tail[2:],
    }
    assert rebuilt[edit.operation]() == name


@given(SHORT)
def test_all_edits_are_at_distance_one_or_the_name_itself(name: str) -> None:
    assert all(OSA.distance(edited, name) <= 1 for edited in edits_of(name))


@given(SHORT, st.text("ab1-", max_size=6))
def test_no_edit_is_forgotten(name: str, other: str) -> None:
    assert (OSA.distance(name, other) == 1) <= (other in set(edits_of(name)))
