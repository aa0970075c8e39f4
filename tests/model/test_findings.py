"""Findings: what is left out comes from the rule, and a finding keeps its identity while lines move."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.model.findings import Confidence, Finding, Rule, Severity, finding, worst_first
from stockade.model.locations import Location
from stockade.model.stages import Stage

RULE = Rule(
    id="STK-R001",
    name="confusable-name",
    stage=Stage.RECONNAISSANCE,
    title="A name is confusable",
    severity=Severity.HIGH,
    why="Because.",
    mend="Correct it.",
    references=("PEP 503",),
)
FOUND = finding(RULE, subject="reqeusts", message="one edit from requests", location=Location("a.txt", 3))

findings = st.builds(
    finding,
    st.just(RULE),
    subject=st.text(max_size=3),
    message=st.just("seen"),
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    location=st.none() | st.builds(Location, st.sampled_from(["a", "b"]), st.integers(0, 3)),
)


def test_what_is_left_out_comes_from_the_rule() -> None:
    assert (FOUND.rule, FOUND.title, FOUND.stage, FOUND.why) == (RULE.id, RULE.title, RULE.stage, RULE.why)
    assert (FOUND.severity, FOUND.mend, FOUND.references) == (RULE.severity, RULE.mend, RULE.references)
    assert FOUND.confidence is Confidence.HIGH


def test_what_is_given_wins() -> None:
    made = finding(
        RULE, subject="x", message="m", severity=Severity.INFO, mend="Do that.", evidence={"distance": 1}
    )
    assert (made.severity, made.mend, made.evidence) == (Severity.INFO, "Do that.", (("distance", "1"),))


def test_the_fingerprint_survives_moved_lines_other_words_and_another_severity() -> None:
    moved = msgspec.structs.replace(
        FOUND, location=Location("a.txt", 99, 100), message="other words", severity=Severity.LOW
    )
    assert moved.fingerprint == FOUND.fingerprint


@pytest.mark.parametrize(
    "change",
    [{"rule": "STK-R002"}, {"subject": "other"}, {"location": Location("b.txt", 3)}, {"location": None}],
)
def test_another_rule_subject_or_file_is_another_finding(change: dict[str, object]) -> None:
    assert msgspec.structs.replace(FOUND, **change).fingerprint != FOUND.fingerprint


def test_the_fingerprint_is_stable_for_ever() -> None:
    assert FOUND.fingerprint == "1ff1a5fb5e17a16c09cd9eb595cdc7c9"
    assert re.fullmatch("[0-9a-f]{32}", FOUND.fingerprint)


@given(st.lists(findings, max_size=6), st.randoms(use_true_random=False))
def test_worst_first_falls_in_severity_then_confidence_and_forgets_the_order_of_arrival(
    drawn: list[Finding], shuffler: random.Random
) -> None:
    shuffled = list(drawn)
    shuffler.shuffle(shuffled)
    ordered = worst_first(drawn)
    assert sorted(map(repr, ordered)) == sorted(map(repr, drawn))
    assert [f.fingerprint for f in worst_first(shuffled)] == [f.fingerprint for f in ordered]
    for a, b in pairwise(ordered):
        assert (a.severity.rank, a.confidence.rank) >= (b.severity.rank, b.confidence.rank)
