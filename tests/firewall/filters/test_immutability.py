"""A file of a name is the same for ever."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.firewall.offers import digest, findings, gaps, make_file, make_offer, run, seen_of

from stockade.firewall.filters.base import About
from stockade.firewall.filters.immutability import CHANGED, FILTER
from stockade.model.findings import Finding, Severity
from stockade.policy.approvals import INCIDENTS

FILE = make_file("demo-1.0.tar.gz")
INCIDENT = [("STK-F016", "demo==1.0", ("demo-1.0.tar.gz",))]


def said(file: Any = FILE, **seen: Any) -> list[About]:
    return run(FILTER, make_offer(file, seen={FILE.filename: seen_of(FILE, **seen)}))


def test_the_same_file_is_no_news() -> None:
    assert said() == []


def test_another_digest_is_an_incident() -> None:
    (about,) = said(sha256=digest("another"))
    assert findings([about]) == INCIDENT
    assert isinstance(about.outcome, Finding)
    assert about.outcome.severity is Severity.CRITICAL
    assert digest("another") in about.outcome.message


def test_another_size_is_an_incident_even_with_the_same_digest() -> None:
    assert findings(said(size=999)) == INCIDENT


def test_both_together_are_two_findings() -> None:
    assert findings(said(size=999, sha256=digest("x"))) == INCIDENT * 2


@pytest.mark.parametrize(("was", "now"), [(None, 1000), (1000, None)])
def test_a_size_that_is_told_on_one_side_only_is_no_change(was: int | None, now: int | None) -> None:
    assert said(msgspec.structs.replace(FILE, size=now), size=was) == []


def test_digests_in_capitals_are_the_same_digests() -> None:
    shouted = msgspec.structs.replace(FILE, hashes={"sha256": FILE.hashes["sha256"].upper()})
    assert said(shouted) == []


@pytest.mark.parametrize("hashes", [{}, {"md5": "0" * 32}, {"sha512": "0" * 128}, {"sha256": ""}])
def test_a_file_without_a_sha256_is_a_gap(hashes: dict[str, str]) -> None:
    assert gaps(said(msgspec.structs.replace(FILE, hashes=hashes))) == [
        ("fact-missing", ("demo-1.0.tar.gz",))
    ]


def test_a_digest_that_is_told_only_later_cannot_be_compared() -> None:
    assert gaps(said(sha256="")) == [("fact-missing", ("demo-1.0.tar.gz",))]


def test_a_file_that_is_not_on_record_is_a_gap() -> None:
    assert gaps(run(FILTER, make_offer(FILE, seen={}))) == [("fact-missing", ("demo-1.0.tar.gz",))]


def test_a_file_listed_twice_is_one_file_only_if_both_are_the_same() -> None:
    assert run(FILTER, make_offer(FILE, FILE)) == []
    copy = msgspec.structs.replace(FILE, url="https://mirror.example/demo-1.0.tar.gz")
    assert run(FILTER, make_offer(FILE, copy)) == []
    other = msgspec.structs.replace(FILE, hashes={"sha256": digest("other")})
    seen = {FILE.filename: seen_of(FILE)}
    assert set(findings(run(FILTER, make_offer(FILE, other, seen=seen)))) == set(INCIDENT)
    assert set(findings(run(FILTER, make_offer(other, FILE, seen=seen)))) == set(INCIDENT)
    weaker = msgspec.structs.replace(FILE, hashes=FILE.hashes | {"md5": "0" * 32})
    (about,) = run(FILTER, make_offer(FILE, weaker, seen=seen))
    assert findings([about]) == INCIDENT
    assert isinstance(about.outcome, Finding)
    assert about.outcome.message == "the page lists demo-1.0.tar.gz twice, as two different files"


def test_an_empty_page_says_nothing() -> None:
    assert run(FILTER, make_offer()) == []


def test_approvals_know_the_incident_by_its_id() -> None:
    assert {CHANGED.id} == INCIDENTS
