"""Provenance as far as the page tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.firewall.offers import NOW, findings, make_file, make_offer, run, seen_of

from stockade.firewall.filters.attested import FILTER
from stockade.model.firewall import Origin
from stockade.model.index import IndexFile

DAY = timedelta(days=1)


def sdist(version: str, *, attested: bool = False, age: int | None = 100) -> IndexFile:
    uploaded: datetime | None = None if age is None else NOW - age * DAY
    where = f"https://index.example/{version}" if attested else None
    return make_file(f"demo-{version}.tar.gz", uploaded=uploaded, provenance=where)


def ceased(*files: IndexFile, **fields: Any) -> list[str]:
    said = findings(run(FILTER, make_offer(*files, **fields)))
    assert all(rule == "STK-F018" for rule, _, _ in said)
    return [subject for _, subject, _ in said]


def test_nothing_is_asked_of_projects_that_never_attested() -> None:
    assert ceased(sdist("1.0"), sdist("2.0")) == []


def test_a_release_without_provenance_after_one_with_it() -> None:
    assert ceased(sdist("1.0", attested=True, age=20), sdist("1.1", age=10)) == ["demo==1.1"]


def test_releases_from_before_it_began_are_left_alone() -> None:
    assert ceased(sdist("1.0", age=30), sdist("3.0a1", age=25), sdist("2.0", attested=True, age=20)) == []


def test_a_lower_version_that_came_later_is_no_older() -> None:
    assert ceased(sdist("2.0", attested=True, age=20), sdist("1.9.9", age=1)) == ["demo==1.9.9"]


def test_back_dating_does_not_help() -> None:
    files = [sdist("2.0", attested=True, age=20), sdist("1.9", age=300)]
    seen = {each.filename: seen_of(each) for each in files}
    late = seen_of(files[1], baseline=False, absent_at=NOW - DAY, first_seen=NOW)
    assert ceased(*files, seen=seen) == []
    assert ceased(*files, seen=seen | {files[1].filename: late}) == ["demo==1.9"]


def test_without_times_the_versions_tell() -> None:
    files = [sdist("1.0", age=None), sdist("2.0", attested=True, age=None), sdist("3.0", age=None)]
    assert ceased(*files) == ["demo==3.0"]


def test_a_file_without_it_beside_one_with_it() -> None:
    wheel = make_file("demo-1.0-py3-none-any.whl", uploaded=NOW - 101 * DAY)
    said = run(FILTER, make_offer(sdist("1.0", attested=True), wheel))
    assert findings(said) == [("STK-F018", "demo==1.0", (wheel.filename,))]


def test_what_was_verified_once_counts_even_if_the_page_is_silent_now() -> None:
    files = [sdist("1.0", age=20), sdist("1.1", age=10), sdist("0.9", age=30)]
    for spelled in ("1.0", "1.0.0"):
        assert ceased(*files, publishers={spelled: "github:acme/demo/release.yml"}) == [
            "demo==1.0",
            "demo==1.1",
        ]


def test_what_was_verified_of_a_release_that_is_gone_counts_by_its_version() -> None:
    files = [sdist("1.0", age=20), sdist("2.0", age=10)]
    assert ceased(*files, publishers={"1.5": "github:acme/demo/release.yml"}) == ["demo==2.0"]


def test_a_file_whose_name_tells_no_version_is_taken_as_later() -> None:
    odd = make_file("demo-latest.tar.gz", version=None, uploaded=None)
    assert ceased(sdist("1.0", attested=True), odd) == ["demo"]


def test_hosted_files_need_it_only_where_it_is_required() -> None:
    files = [sdist("1.0", attested=True, age=20), sdist("1.1", age=10)]
    assert ceased(*files, origin=Origin.HOSTED) == []
    offer = make_offer(*files, origin=Origin.HOSTED, firewall={"require_provenance": ("demo",)})
    assert findings(run(FILTER, offer)) == [("STK-F017", "demo==1.1", ("demo-1.1.tar.gz",))]


@pytest.mark.parametrize(
    ("patterns", "asked"), [(("demo",), True), (("d*",), True), (("other",), False), ((), False)]
)
def test_required_projects_must_announce_it_on_every_file(patterns: tuple[str, ...], asked: bool) -> None:
    said = run(FILTER, make_offer(sdist("1.0"), sdist("2.0"), firewall={"require_provenance": patterns}))
    assert [rule for rule, _, _ in findings(said)] == (["STK-F017", "STK-F017"] if asked else [])


def test_an_empty_page_says_nothing() -> None:
    assert run(FILTER, make_offer(firewall={"require_provenance": ("demo",)})) == []
