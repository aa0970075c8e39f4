"""The quick list of slips agrees with the full list of variants."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stockade.model.names import ProjectName, project_name
from stockade.names.kinds import EditClass
from stockade.names.slips import slips
from stockade.names.variants import variants

NAMES = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,6}){0,2}", fullmatch=True).map(ProjectName)
STRONG = {EditClass.TRANSPOSITION, EditClass.REPETITION}


@given(NAMES)
def test_every_slip_is_a_canonical_name_and_a_variant(name: ProjectName) -> None:
    found = slips(name)
    assert len(set(found)) == len(found)
    assert all(project_name(slip) == slip != name for slip in found)
    assert set(found) <= {variant.name for variant in variants(name, limit=100_000)}


@given(NAMES)
def test_no_transposition_or_doubled_letter_is_missing(name: ProjectName) -> None:
    strong = {v.name for v in variants(name, limit=100_000) if v.kind in STRONG}
    assert strong <= set(slips(name))


def test_the_story() -> None:
    assert {"reqeusts", "requestss", "reqests"} <= set(slips(ProjectName("requests")))
