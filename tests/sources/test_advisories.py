"""Which advisories hit a version: built from OSV records, written, read back and asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from stockade.errors import IncompleteError
from stockade.model.advisories import Advisory
from stockade.model.findings import Severity
from stockade.model.names import ProjectName
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.advisories import PackedAdvisories
from stockade.sources.advisory_build import build_advisories
from stockade.sources.pack import Header, write_pack
from stockade.testing.fakes import NOON, stamp
from stockade.testing.osv import Json, affected, ecosystem_range, malicious, record

FROM_THE_START = {"introduced": "0"}
CVSS3 = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
CVSS4 = {"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N"}
CVSS2 = {"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:C/I:C/A:C"}


def feed(folder: Path, *records: Json | bytes) -> PackedAdvisories:
    raw = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in records]
    built = build_advisories([(f"line {n}", data) for n, data in enumerate(raw, 1)], NOON)
    header = Header(stamp=stamp("advisories", built.entries), unreadable=built.unreadable)
    write_pack(folder / "advisories.feed", header, built.sections)
    return PackedAdvisories(folder / "advisories.feed")


def ask(opened: PackedAdvisories, name: str, version: str) -> tuple[Advisory, ...] | Indeterminate:
    package = (ProjectName(name), Version(version))
    return opened.affecting([package])[package]


def hits(opened: PackedAdvisories, name: str, version: str) -> list[str]:
    found = ask(opened, name, version)
    assert isinstance(found, tuple), found
    return [advisory.id for advisory in found]


def one(opened: PackedAdvisories, name: str, version: str) -> Advisory:
    found = ask(opened, name, version)
    assert isinstance(found, tuple), found
    assert len(found) == 1, found
    return found[0]


def test_versions_and_ranges_add_up(tmp_path: Path) -> None:
    entry = affected(
        "Acme_Lib", versions=["0.9"], ranges=[ecosystem_range({"introduced": "1.0"}, {"fixed": "1.2"})]
    )
    opened = feed(tmp_path, record("PYSEC-1", entry))
    for version, expected in {"0.9": 1, "0.9.0": 1, "0.8": 0, "1.0": 1, "1.1.9": 1, "1.2": 0}.items():
        assert len(hits(opened, "acme-lib", version)) == expected, version
    assert hits(opened, "acme", "1.0") == []


def test_enumerated_versions_that_are_not_pep_440_are_passed_over(tmp_path: Path) -> None:
    opened = feed(tmp_path, record("PYSEC-1", affected("pytz", versions=["2004d", "2005"])))
    assert hits(opened, "pytz", "2005") == ["PYSEC-1"]
    assert hits(opened, "pytz", "2004") == []


def test_a_local_build_is_affected_where_its_release_is_listed(tmp_path: Path) -> None:
    opened = feed(tmp_path, record("PYSEC-1", affected("torch", versions=["2.0"])))
    assert hits(opened, "torch", "2.0+cu118") == ["PYSEC-1"]
    assert hits(opened, "torch", "2.0.1+cu118") == []


def test_withdrawn_and_foreign_records_hit_nothing(tmp_path: Path) -> None:
    everything = [ecosystem_range(FROM_THE_START)]
    opened = feed(
        tmp_path,
        record("PYSEC-1", affected("a", ranges=everything), withdrawn="2026-01-01T00:00:00Z"),
        record("GHSA-1", affected("a", ranges=everything, ecosystem="npm")),
        record("GHSA-2", affected("b", ranges=everything)),
    )
    assert hits(opened, "a", "1.0") == []
    assert opened.stamp.entries == 1


def test_the_copy_of_a_record_that_was_modified_last_counts(tmp_path: Path) -> None:
    old = record("PYSEC-1", affected("a", versions=["1"]), modified="2026-01-01T00:00:00Z")
    new = record("PYSEC-1", affected("a", versions=["2"]), modified="2026-02-01T00:00:00Z")
    opened = feed(tmp_path, new, old)
    assert hits(opened, "a", "1") == []
    assert hits(opened, "a", "2") == ["PYSEC-1"]


def test_records_of_one_vulnerability_are_one_advisory_that_keeps_every_id(tmp_path: Path) -> None:
    pysec = record(
        "PYSEC-2026-1",
        affected("a", ranges=[ecosystem_range(FROM_THE_START, {"fixed": "2.0"})]),
        aliases=["CVE-2026-1"],
        details="Long text.\nMore.",
        published="2026-01-02T00:00:00Z",
    )
    ghsa = record(
        "GHSA-aaaa",
        affected("a", ranges=[ecosystem_range(FROM_THE_START, {"fixed": "2.1"})]),
        aliases=["CVE-2026-1"],
        summary="Short text",
        severity=[CVSS3],
        published="2026-01-05T00:00:00Z",
    )
    opened = feed(tmp_path, pysec, ghsa)
    both = one(opened, "a", "1.0")
    assert (both.id, both.aliases) == ("GHSA-aaaa", ("CVE-2026-1", "PYSEC-2026-1"))
    assert (both.severity, both.score, both.summary) == (Severity.CRITICAL, 9.8, "Short text")
    assert both.published == datetime(2026, 1, 2, tzinfo=UTC)
    assert both.fixed == ("2.1",), "2.0 is still affected by the other record"
    alone = one(opened, "a", "2.0")
    assert (alone.id, alone.aliases) == ("GHSA-aaaa", ("CVE-2026-1",))


def test_fixes_are_those_after_the_version_in_order_of_versions(tmp_path: Path) -> None:
    branches = [{"introduced": "1.0"}, {"fixed": "1.9"}, {"introduced": "1.10"}, {"fixed": "1.11"}]
    opened = feed(tmp_path, record("PYSEC-1", affected("a", ranges=[ecosystem_range(*branches)])))
    assert one(opened, "a", "1.5").fixed == ("1.9", "1.11")
    assert one(opened, "a", "1.10.1").fixed == ("1.11",)


def test_worst_first(tmp_path: Path) -> None:
    everything = [ecosystem_range(FROM_THE_START)]
    opened = feed(
        tmp_path,
        record("GHSA-unknown", affected("a", ranges=everything)),
        record("GHSA-low", affected("a", ranges=everything), database_specific={"severity": "LOW"}),
        record("GHSA-critical", affected("a", ranges=everything), severity=[CVSS3]),
        record("GHSA-moderate", affected("a", ranges=everything), database_specific={"severity": "moderate"}),
        malicious("a", number="2026-9"),
    )
    order = ["MAL-2026-9", "GHSA-critical", "GHSA-moderate", "GHSA-low", "GHSA-unknown"]
    assert hits(opened, "a", "1.0") == order


@pytest.mark.parametrize(
    ("fields", "severity", "score"),
    [
        ({"severity": [CVSS3]}, Severity.CRITICAL, 9.8),
        ({"severity": [CVSS4]}, Severity.MEDIUM, 6.9),
        ({"severity": [CVSS2]}, Severity.CRITICAL, 10.0),
        ({"severity": [CVSS2, CVSS4]}, Severity.MEDIUM, 6.9),
        ({"severity": [{"type": "CVSS_V3", "score": "nonsense"}]}, None, None),
        (
            {"severity": [{"type": "Ubuntu", "score": "high"}], "database_specific": {"severity": "HIGH"}},
            Severity.HIGH,
            None,
        ),
        ({"database_specific": {"severity": "odd"}}, None, None),
        ({}, None, None),
    ],
)
def test_severity(tmp_path: Path, fields: Json, severity: Severity | None, score: float | None) -> None:
    opened = feed(tmp_path, record("GHSA-1", affected("a", versions=["1"]), **fields))
    found = one(opened, "a", "1")
    assert (found.severity, found.score) == (severity, score)


def test_malware_is_critical_and_bound_to_its_versions(tmp_path: Path) -> None:
    opened = feed(
        tmp_path, malicious("evil", number="2026-1"), malicious("hijacked", "1.2.3", number="2026-2")
    )
    everywhere = one(opened, "evil", "0.0.1")
    assert everywhere.malicious
    assert everywhere.severity is Severity.CRITICAL
    assert hits(opened, "hijacked", "1.2.3") == ["MAL-2026-2"]
    assert hits(opened, "hijacked", "1.2.4") == []


def test_a_range_that_cannot_be_read_leaves_the_version_unjudged_unless_another_hits(tmp_path: Path) -> None:
    broken = ecosystem_range(FROM_THE_START, {"fixed": "2004d"})
    good = ecosystem_range({"introduced": "3"}, {"fixed": "4"})
    opened = feed(tmp_path, record("PYSEC-1", affected("a", ranges=[broken, good])))
    assert hits(opened, "a", "3.1") == ["PYSEC-1"]
    unjudged = ask(opened, "a", "1.0")
    assert isinstance(unjudged, Indeterminate)
    assert unjudged.cause is Cause.UNREADABLE
    assert "PYSEC-1" in unjudged.detail
    assert "2004d" in unjudged.detail


def test_an_unjudgeable_record_beside_a_hit_is_reported_as_possible(tmp_path: Path) -> None:
    broken = ecosystem_range(FROM_THE_START, {"fixed": "what"})
    opened = feed(
        tmp_path,
        record("PYSEC-1", affected("a", ranges=[broken]), severity=[CVSS3]),
        record("PYSEC-2", affected("a", versions=["1"])),
    )
    found = ask(opened, "a", "1")
    assert isinstance(found, tuple)
    assert [advisory.id for advisory in found] == ["PYSEC-1", "PYSEC-2"]
    assert found[0].summary.startswith("may affect this version")


def test_commits_alone_prove_nothing_and_semver_is_read_as_pep_440(tmp_path: Path) -> None:
    commits = {"type": "GIT", "repo": "https://forge.example/a", "events": [FROM_THE_START, {"fixed": "abc"}]}
    semver = {"type": "SEMVER", "events": [FROM_THE_START, {"fixed": "1.5.0"}]}
    opened = feed(
        tmp_path,
        record("PYSEC-1", affected("commits", ranges=[commits])),
        record("PYSEC-2", affected("semver", ranges=[semver, commits])),
        record("PYSEC-3", affected("listed", ranges=[commits, semver], versions=["2.0"])),
        record("PYSEC-4", affected("nothing")),
    )
    assert isinstance(ask(opened, "commits", "1.0"), Indeterminate)
    assert isinstance(ask(opened, "nothing", "1.0"), Indeterminate)
    assert hits(opened, "semver", "1.4") == ["PYSEC-2"]
    assert hits(opened, "semver", "1.5") == []
    assert hits(opened, "listed", "1.0") == []


def test_an_unreadable_record_makes_the_projects_that_it_names_unjudgeable(tmp_path: Path) -> None:
    nameless = b'{"id": "PYSEC-3", "modified": 7'
    broken = {"id": "PYSEC-2", "modified": 7, "affected": [affected("Named_One", versions=["1"])]}
    opened = feed(tmp_path, record("PYSEC-1", affected("a", versions=["1"])), nameless, broken)
    assert opened.header.unreadable == 2
    unjudged = ask(opened, "named-one", "5")
    assert isinstance(unjudged, Indeterminate)
    assert "PYSEC-2" in unjudged.detail
    assert hits(opened, "a", "1") == ["PYSEC-1"]


def test_a_text_from_outside_cannot_draw_on_the_terminal(tmp_path: Path) -> None:
    nasty = "innocent\x1b[2J\u202egnp.exe\nsecond line"
    found = one(feed(tmp_path, record("GHSA-1", affected("a", versions=["1"]), summary=nasty)), "a", "1")
    assert found.summary == "innocent [2J gnp.exe second line"


def test_the_age_is_that_of_the_newest_record_and_a_date_ahead_of_us_does_not_count() -> None:
    def built(*moments: str) -> datetime | None:
        records = [
            record(f"PYSEC-{n}", affected("a", versions=["1"]), modified=m) for n, m in enumerate(moments)
        ]
        return build_advisories([("", json.dumps(item).encode()) for item in records], NOON).made

    assert built("2026-11-01T00:00:00Z", "2026-11-20T00:00:00.5Z", "2099-01-01T00:00:00Z") == datetime(
        2026, 11, 20, 0, 0, 0, 500_000, tzinfo=UTC
    )
    with pytest.raises(IncompleteError):
        built("2099-01-01T00:00:00Z")


@st.composite
def _records(draw: st.DrawFn) -> list[Json]:
    """Records of one project with ranges and lists, some of which share aliases."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        low, high = sorted(
            draw(st.lists(st.sampled_from(SAMPLE), min_size=2, max_size=2, unique=True)), key=Version
        )
        end = draw(st.sampled_from(["fixed", "last_affected"]))
        ranges = [ecosystem_range({"introduced": low}, {end: high})] if draw(st.booleans()) else []
        versions = draw(st.lists(st.sampled_from(SAMPLE), min_size=not ranges, max_size=4))
        aliases = draw(st.lists(st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]), max_size=2))
        found.append(
            record(f"PYSEC-{number}", affected("a", ranges=ranges, versions=versions), aliases=aliases)
        )
    return found


SAMPLE = ["0.1", "1.0a1", "1.0", "1.0.post1", "1.1", "1.10", "2.0", "1!0.5"]


def _hit(item: Json, version: str) -> bool:
    """The schema's rule, read off a record directly."""
    (entry,) = item["affected"]
    if any(Version(listed) == Version(version) for listed in entry.get("versions", [])):
        return True
    for given_range in entry.get("ranges", []):
        first, last = given_range["events"]
        if Version(version) >= Version(first["introduced"]) and (
            Version(version) < Version(last["fixed"])
            if "fixed" in last
            else Version(version) <= Version(last["last_affected"])
        ):
            return True
    return False


@given(records=_records(), version=st.sampled_from([*SAMPLE, "1.0.0", "3.0"]))
def test_a_version_is_hit_exactly_by_the_records_that_say_so(
    records: list[Json], version: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = ask(feed(tmp_path_factory.mktemp("any"), *records), "a", version)
    assert isinstance(found, tuple)
    expected = [item for item in records if _hit(item, version)]
    ids = [name for advisory in found for name in (advisory.id, *advisory.aliases)]
    assert {name for name in ids if name.startswith("PYSEC")} == {item["id"] for item in expected}
    assert len(ids) == len(set(ids)), "no id stands in two advisories"
    for advisory in found:
        merged = [item for item in expected if item["id"] in {advisory.id, *advisory.aliases}]
        for fix in advisory.fixed:
            assert Version(fix) > Version(version)
            assert not any(_hit(item, fix) for item in merged)


def test_a_feed_about_nothing_of_ours_is_refused() -> None:
    foreign = record("GHSA-1", affected("a", versions=["1"], ecosystem="npm"))
    for documents in ([], [("", json.dumps(foreign).encode())], [("", b"not json")]):
        with pytest.raises(IncompleteError, match="advisories refused"):
            build_advisories(documents, NOON)
