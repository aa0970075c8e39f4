"""Malware and vulnerabilities, by the advisories."""

from __future__ import annotations

from typing import Any

import pytest
from packaging.version import Version
from tests.firewall.offers import findings, gaps, make_file, make_offer, run

from stockade.firewall.filters import malware, vulnerabilities
from stockade.firewall.filters.base import Offer, PageFilter
from stockade.model.advisories import Advisory
from stockade.model.findings import Finding, Severity
from stockade.model.firewall import Origin
from stockade.model.names import project_name
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.policy.engine import action_for

ONE = make_file("demo-1.0.tar.gz")
WHEEL = make_file("demo-1.0-py3-none-any.whl")
TWO = make_file("demo-2.0.tar.gz")
STALE = Indeterminate(cause=Cause.FEED_STALE, subject="advisories", detail="9 days old")
BOTH = [malware.FILTER, vulnerabilities.FILTER]


def advisory(id: str = "MAL-2026-1", **fields: Any) -> Advisory:  # noqa: A002 - the record's own word
    known: dict[str, Any] = {
        "id": id,
        "project": project_name("demo"),
        "malicious": id.startswith("MAL-"),
        "summary": "it steals",
        "severity": None,
    }
    return Advisory(**(known | fields))


def offered(known: dict[str, Any] | Indeterminate, **fields: Any) -> Offer:
    if not isinstance(known, Indeterminate):
        known = {Version("1.0"): (), Version("2.0"): ()} | {Version(key): hits for key, hits in known.items()}
    return make_offer(ONE, WHEEL, TWO, advisories=known, **fields)


LEAST: dict[str, Any] = {"vulnerabilities": Severity.HIGH}


class TestMalware:
    """Only what the records name."""

    def test_only_the_malicious_version_is_refused(self) -> None:
        said = run(malware.FILTER, offered({"1.0": (advisory(),)}))
        assert findings(said) == [("STK-F009", "demo==1.0", (ONE.filename, WHEEL.filename))]
        assert isinstance(said[0].outcome, Finding)
        assert said[0].outcome.message == "MAL-2026-1: it steals"

    def test_a_condemned_project_is_refused_as_a_whole(self) -> None:
        said = run(malware.FILTER, offered({}, condemned=advisory()))
        assert findings(said) == [("STK-F009", "demo", None)]

    @pytest.mark.parametrize("spelled", ["1", "1.0", "1.0.0"])
    def test_versions_are_compared_not_spelled(self, spelled: str) -> None:
        known = {Version(spelled): (advisory(),), Version("2.0"): ()}
        said = run(malware.FILTER, make_offer(ONE, TWO, advisories=known))
        assert findings(said) == [("STK-F009", "demo==1.0", (ONE.filename,))]

    def test_epochs_and_locals_are_other_versions(self) -> None:
        files = [make_file("demo-1!1.0.tar.gz"), make_file("demo-1.0+cpu-py3-none-any.whl"), ONE]
        known = {file.version: () for file in files} | {Version("1!1.0"): (advisory(),)}
        said = run(malware.FILTER, make_offer(*files, advisories=known))
        assert findings(said) == [("STK-F009", "demo==1!1.0", ("demo-1!1.0.tar.gz",))]

    def test_a_vulnerability_is_no_malware(self) -> None:
        assert run(malware.FILTER, offered({"1.0": (advisory("GHSA-1"),)})) == []

    def test_a_stale_feed_is_a_gap_about_everything(self) -> None:
        assert gaps(run(malware.FILTER, offered(STALE))) == [("feed-stale", None)]

    def test_ranges_that_cannot_be_judged_are_a_gap_about_their_version(self) -> None:
        said = run(malware.FILTER, offered({"1.0": STALE}))
        assert gaps(said) == [("feed-stale", (ONE.filename, WHEEL.filename))]

    def test_whether_all_is_condemned_may_be_unknown(self) -> None:
        assert gaps(run(malware.FILTER, offered({}, condemned=STALE))) == [("feed-stale", None)]

    def test_a_version_that_was_not_looked_up_is_a_gap(self) -> None:
        said = run(malware.FILTER, make_offer(ONE, TWO, advisories={Version("1.0"): ()}))
        assert gaps(said) == [("fact-missing", (TWO.filename,))]
        assert gaps(run(malware.FILTER, make_offer(ONE, advisories={}))) == [
            ("fact-missing", (ONE.filename,))
        ]

    @pytest.mark.parametrize("name", ["demo-latest.tar.gz", "other-1.0.tar.gz", "demo-1.0-py3.egg", "demo"])
    def test_a_file_whose_name_tells_no_version_is_a_gap(self, name: str) -> None:
        odd = make_file(name, version=None)
        assert gaps(run(malware.FILTER, make_offer(ONE, odd))) == [("fact-missing", (name,))]


class TestVulnerabilities:
    """From the severity on that the policy names."""

    def test_nothing_is_held_back_unless_the_policy_says_so(self) -> None:
        assert run(vulnerabilities.FILTER, offered({"1.0": (advisory("GHSA-1"),)})) == []

    @pytest.mark.parametrize(
        ("given", "least", "action"),
        [
            (Severity.CRITICAL, Severity.CRITICAL, Action.BLOCK),
            (Severity.HIGH, Severity.CRITICAL, None),
            (Severity.HIGH, Severity.HIGH, Action.QUARANTINE),
            (Severity.LOW, Severity.LOW, Action.QUARANTINE),
            (None, Severity.HIGH, Action.QUARANTINE),
            (None, Severity.CRITICAL, None),
        ],
    )
    def test_what_reaches_the_severity_is_held_back(
        self, given: Severity | None, least: Severity, action: Action | None
    ) -> None:
        offer = offered({"1.0": (advisory("GHSA-1", severity=given),)}, firewall={"vulnerabilities": least})
        said = run(vulnerabilities.FILTER, offer)
        assert [rule for rule, _, _ in findings(said)] == (["STK-F010"] if action else [])
        for each in said:
            assert isinstance(each.outcome, Finding)
            assert action_for(each.outcome, offer.policy.thresholds) is action

    def test_the_fix_is_the_version_that_mends_all(self) -> None:
        hits = (
            advisory("GHSA-1", severity=Severity.HIGH, fixed=("0.9.1", "1.0.4", "2.0.1")),
            advisory("GHSA-2", severity=Severity.CRITICAL, fixed=("1.10", "2.0.5"), summary="worse"),
            advisory("GHSA-3", severity=Severity.LOW, fixed=()),
        )
        (about,) = run(vulnerabilities.FILTER, offered({"1.0": hits}, firewall=LEAST))
        assert isinstance(about.outcome, Finding)
        assert about.outcome.message == "GHSA-2 (critical) and 1 more: worse; fixed in 1.10"
        assert about.outcome.mend == "Use 1.10 or a later version."

    def test_a_record_without_a_fix_is_told(self) -> None:
        hits = (
            advisory("GHSA-1", severity=Severity.HIGH, fixed=("2.0",)),
            advisory("GHSA-2", fixed=("0.5",)),
        )
        (about,) = run(vulnerabilities.FILTER, offered({"1.0": hits}, firewall=LEAST))
        assert isinstance(about.outcome, Finding)
        assert "no fixed version is known" in about.outcome.message

    def test_malware_is_left_to_its_own_filter(self) -> None:
        hits = (advisory(severity=Severity.CRITICAL),)
        assert run(vulnerabilities.FILTER, offered({"1.0": hits}, firewall=LEAST)) == []

    def test_gaps_are_told_where_it_is_asked(self) -> None:
        assert run(vulnerabilities.FILTER, offered(STALE)) == []
        assert gaps(run(vulnerabilities.FILTER, offered(STALE, firewall=LEAST))) == [("feed-stale", None)]
        said = run(vulnerabilities.FILTER, offered({"2.0": STALE}, firewall=LEAST))
        assert gaps(said) == [("feed-stale", (TWO.filename,))]


@pytest.mark.parametrize("each", BOTH, ids=lambda each: each.name)
def test_advisories_are_about_the_public_project_of_that_name(each: PageFilter) -> None:
    hosted = offered(
        {"1.0": (advisory(),)},
        condemned=advisory(),
        origin=Origin.HOSTED,
        firewall={"vulnerabilities": Severity.LOW},
    )
    assert run(each, hosted) == []


@pytest.mark.parametrize("each", BOTH, ids=lambda each: each.name)
def test_an_empty_page_says_nothing(each: PageFilter) -> None:
    assert run(each, make_offer(firewall={"vulnerabilities": Severity.LOW})) == []
