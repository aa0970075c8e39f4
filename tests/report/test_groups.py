from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.report.sample import ADVISORY, SQUAT, UNPINNED

from stockade.model.findings import Confidence, Finding, Severity, finding, worst_first
from stockade.model.locations import Location
from stockade.model.verdicts import Cause, Indeterminate
from stockade.report.groups import FOLD_FROM, grouped, grouped_gaps

RULES = (SQUAT, UNPINNED, ADVISORY)

findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(RULES),
        subject=st.sampled_from(["a", "b", "c"]),
        message=st.sampled_from(["seen", "seen too"]),
        location=st.none() | st.builds(Location, st.sampled_from(["x", "y"]), st.integers(0, 3)),
        severity=st.sampled_from(Severity),
        confidence=st.sampled_from(Confidence),
        mend=st.sampled_from(["", "mend a", "mend b", "other"]),
    ),
    max_size=40,
)


def _identities(found: list[Finding]) -> list[int]:
    return sorted(map(id, found))


@given(findings)
def test_no_finding_is_lost_or_doubled(found: list[Finding]) -> None:
    shown = [one for group in grouped(found, RULES) for one in group.findings]
    assert _identities(shown) == _identities(found)
    assert sum(len(at) for group in grouped(found, RULES) for at in group.places().values()) == len(found)


@given(findings)
def test_groups_stay_worst_first(found: list[Finding]) -> None:
    ranks = [group.first.severity.rank for group in grouped(worst_first(found), RULES)]
    assert ranks == sorted(ranks, reverse=True)


@given(findings)
def test_a_group_is_alike_and_never_small(found: list[Finding]) -> None:
    for group in grouped(found, RULES):
        assert len({(one.rule, one.severity, one.confidence) for one in group.findings}) == 1
        assert len(group.findings) == 1 or len(group.findings) >= FOLD_FROM


def _loose(names: str, mend: str) -> list[Finding]:
    return [
        finding(UNPINNED, subject=name, message=f"{name} is loose", mend=mend.format(name)) for name in names
    ]


def test_mends_that_differ_by_the_subject_become_the_rules() -> None:
    (group,) = grouped(_loose("wxyz", "pin {}"), RULES)
    assert group.mend == UNPINNED.mend
    assert group.message == UNPINNED.title
    assert group.example == "w is loose"


def test_a_common_mend_is_kept() -> None:
    (group,) = grouped(_loose("wxyz", "pin them"), RULES)
    assert group.mend == "pin them"


def test_other_mends_do_not_fold() -> None:
    found = [*_loose("wx", "pin {}"), *_loose("yz", "drop {}")]
    assert len(grouped(found, RULES)) == 4


def test_one_subject_in_many_places_is_named_once() -> None:
    found = [
        finding(UNPINNED, subject="x", message="loose", location=Location("r.txt", at)) for at in range(1, 5)
    ]
    (group,) = grouped(found, RULES)
    assert group.subject == "x"
    assert group.message == "loose"
    assert group.example == ""


def test_gaps_fold_where_only_the_subject_differs() -> None:
    def gap(subject: str, mend: str = "Declare it.") -> Indeterminate:
        return Indeterminate(cause=Cause.FACT_MISSING, subject=subject, detail="not asked", mend=mend)

    groups = grouped_gaps([gap("a"), gap("b", mend="Correct it."), gap("c")])
    assert [(group.first.mend, group.subjects) for group in groups] == [
        ("Declare it.", ("a", "c")),
        ("Correct it.", ("b",)),
    ]
