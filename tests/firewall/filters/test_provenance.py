"""Verified provenance, and the publisher that is remembered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.firewall.offers import NOW, make_file, make_offer

from stockade.firewall.attestations import LibraryMissing, Refused, Verified
from stockade.firewall.filters import provenance as module
from stockade.firewall.filters.base import Content, Outcome
from stockade.firewall.filters.provenance import FILTER
from stockade.model.findings import Finding, Severity
from stockade.model.firewall import Origin
from stockade.model.index import IndexFile
from stockade.model.verdicts import Cause, Indeterminate

OURS = "github:acme/demo/release.yml"
THEIRS = "github:evil/demo/release.yml"
DAY = timedelta(days=1)
REQUIRED: dict[str, Any] = {"require_provenance": ("demo",)}
GAP = Indeterminate(cause=Cause.SOURCE_UNREACHABLE, subject="demo", detail="no answer")


def sdist(version: str, age: int | None) -> IndexFile:
    return make_file(
        f"demo-{version}.tar.gz",
        uploaded=None if age is None else NOW - age * DAY,
        provenance="https://index.example/provenance",
    )


PAGE = (sdist("1.0", 30), sdist("2.0", 20), sdist("3.0", 10))


def judged(
    file: IndexFile,
    given: bytes | Indeterminate | None = b"{}",
    *,
    page: tuple[IndexFile, ...] = PAGE,
    **fields: Any,
) -> list[Outcome]:
    content = Content(path=Path("unused"), sha256=file.hashes["sha256"], size=1000, provenance=given)
    return list(FILTER.run(make_offer(*page, **fields), file, content))


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Any:
    def become(answer: object) -> None:
        monkeypatch.setattr(module, "verify", lambda *_: answer)

    return become


def told(said: list[Outcome]) -> list[tuple[str, Severity]]:
    assert all(isinstance(each, Finding) for each in said)
    return [(each.rule, each.severity) for each in said if isinstance(each, Finding)]


def test_genuine_provenance_says_nothing(verified: Any) -> None:
    verified(Verified(OURS))
    assert judged(PAGE[0]) == []
    assert judged(PAGE[2], publishers={"1.0": OURS, "2.0": OURS}) == []


def test_a_forgery_is_held_back(verified: Any) -> None:
    verified(Refused("it does not verify"))
    (found,) = judged(PAGE[0])
    assert isinstance(found, Finding)
    assert (found.rule, found.severity, found.subject) == ("STK-F019", Severity.HIGH, "demo==1.0")
    assert found.message == "the provenance of demo-1.0.tar.gz: it does not verify"


def test_the_file_is_bound_by_its_name_and_the_digest_of_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, str, str]] = []

    def verify(provenance: bytes, filename: str, sha256: str) -> Verified:
        asked.append((provenance, filename, sha256))
        return Verified(OURS)

    monkeypatch.setattr(module, "verify", verify)
    judged(PAGE[0], b"raw")
    assert asked == [(b"raw", "demo-1.0.tar.gz", PAGE[0].hashes["sha256"])]


class TestPublisher:
    """Remembered by release."""

    def test_a_later_release_by_another_publisher_is_held_back(self, verified: Any) -> None:
        verified(Verified(THEIRS))
        (found,) = judged(PAGE[2], publishers={"1.0": OURS})
        assert isinstance(found, Finding)
        assert (found.rule, found.severity) == ("STK-F020", Severity.HIGH)
        assert found.message == f"published by {THEIRS}; 1.0 was published by {OURS}"

    def test_a_file_of_the_same_release_by_another_publisher_is_held_back(self, verified: Any) -> None:
        verified(Verified(THEIRS))
        assert told(judged(PAGE[1], publishers={"2.0.0": OURS})) == [("STK-F020", Severity.HIGH)]
        assert told(judged(PAGE[1], publishers={"1.0": THEIRS, "2.0": OURS})) == [("STK-F020", Severity.HIGH)]

    def test_after_a_move_the_last_publisher_counts(self, verified: Any) -> None:
        moved = {"1.0": THEIRS, "2.0": OURS}
        verified(Verified(OURS))
        assert judged(PAGE[2], publishers=moved) == []
        verified(Verified(THEIRS))
        assert told(judged(PAGE[2], publishers=moved)) == [("STK-F020", Severity.HIGH)]

    def test_a_lower_version_that_came_later_is_no_older(self, verified: Any) -> None:
        verified(Verified(THEIRS))
        late = sdist("1.5", 1)
        said = judged(late, page=(*PAGE, late), publishers={"2.0": OURS})
        assert told(said) == [("STK-F020", Severity.HIGH)]

    def test_what_is_older_than_all_that_is_remembered_only_warns(self, verified: Any) -> None:
        verified(Verified(THEIRS))
        assert told(judged(PAGE[0], publishers={"2.0": OURS})) == [("STK-F020", Severity.MEDIUM)]
        assert judged(PAGE[0], publishers={"2.0": OURS, "3.0": THEIRS}) == []

    def test_without_times_the_versions_tell(self, verified: Any) -> None:
        verified(Verified(THEIRS))
        page = (sdist("1.0", None), sdist("2.0", None))
        assert told(judged(page[1], page=page, publishers={"1.0": OURS})) == [("STK-F020", Severity.HIGH)]
        assert told(judged(page[0], page=page, publishers={"2.0": OURS})) == [("STK-F020", Severity.MEDIUM)]

    def test_a_remembered_release_that_is_gone_counts_by_its_version(self, verified: Any) -> None:
        verified(Verified(THEIRS))
        assert told(judged(PAGE[2], publishers={"2.5": OURS})) == [("STK-F020", Severity.HIGH)]

    def test_hosted_files_are_not_compared(self, verified: Any) -> None:
        verified(Verified(THEIRS))
        assert judged(PAGE[2], publishers={"1.0": OURS}, origin=Origin.HOSTED) == []


class TestGaps:
    """What cannot be verified."""

    def test_what_is_not_announced_is_left_to_the_page(self) -> None:
        bare = make_file("demo-1.0.tar.gz")
        assert judged(bare, None, page=(bare,), firewall=REQUIRED) == []

    def test_what_was_not_fetched_is_a_gap_where_it_is_required(self) -> None:
        assert judged(PAGE[0], None) == []
        (gap,) = judged(PAGE[0], None, firewall=REQUIRED)
        assert isinstance(gap, Indeterminate)
        assert gap.cause is Cause.CHECK_FAILED

    def test_what_could_not_be_fetched_is_a_gap(self) -> None:
        assert judged(PAGE[0], GAP) == [GAP]

    def test_without_the_library_only_what_is_required_or_remembered_is_a_gap(self, verified: Any) -> None:
        verified(LibraryMissing())
        assert judged(PAGE[0]) == []
        for fields in ({"firewall": REQUIRED}, {"publishers": {"1.0": OURS}}):
            (gap,) = judged(PAGE[0], **fields)
            assert isinstance(gap, Indeterminate)
            assert gap.cause is Cause.CHECK_FAILED
            assert "stockade[provenance]" in gap.mend

    def test_a_gap_of_the_verifier_passes_through(self, verified: Any) -> None:
        verified(GAP)
        assert judged(PAGE[0]) == [GAP]
