"""Internal namespaces, typosquats, and the facts that both go by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.firewall.offers import NOW, findings, gaps, make_file, make_offer, run, seen_of

from stockade.firewall import name_facts as module
from stockade.firewall.filters import internal, typosquats
from stockade.firewall.filters.base import NameFacts, Offer
from stockade.firewall.filters.common import is_protected
from stockade.firewall.filters.typosquats import OLD, RELEASES, SETTLED, established
from stockade.firewall.name_facts import NameJudge
from stockade.model.findings import Finding, Severity
from stockade.model.firewall import Origin
from stockade.model.index import IndexFile
from stockade.model.names import project_name
from stockade.model.policy import NamesPolicy, Policy, Protect
from stockade.model.verdicts import Cause, Indeterminate
from stockade.names.popular import builtin_popularity
from stockade.testing.fakes import FakePopularity

OURS = Policy(protect=Protect(names=("Acme_Corp.Utils", "acme-billing"), patterns=("initech-*",)))
POPULAR = FakePopularity.of(["requests", "urllib3", "numpy", "beautifulsoup4"])
JUDGE = NameJudge(OURS, POPULAR)
STALE = Indeterminate(cause=Cause.FEED_STALE, subject="popularity", detail="400 days old")


def offer(name: str, *files: IndexFile, judge: NameJudge = JUDGE, origin: Origin = Origin.UPSTREAM) -> Offer:
    bare = make_offer(*files, name=name, policy=OURS, origin=origin)
    return replace(bare, name=judge.facts(project_name(name)))


class TestInternal:
    """What is yours comes from you."""

    @pytest.mark.parametrize(
        "name", ["acme-corp-utils", "ACME.corp_utils", "initech-anything", "acme_billing"]
    )
    def test_a_protected_name_from_upstream_is_refused(self, name: str) -> None:
        said = findings(run(internal.FILTER, offer(name)))
        assert said == [("STK-F003", project_name(name), None)]

    @pytest.mark.parametrize("name", ["acme-corp-util", "acmecorp-utils", "acme-corp-utlis", "acme-biling"])
    def test_what_resembles_one_is_refused_and_says_which_was_meant(self, name: str) -> None:
        (about,) = run(internal.FILTER, offer(name))
        assert isinstance(about.outcome, Finding)
        assert about.outcome.rule == "STK-F004"
        assert about.outcome.severity >= Severity.HIGH
        assert "acme-" in about.outcome.message
        assert "acme-" in about.outcome.mend

    def test_hosted_projects_may_have_such_names(self) -> None:
        for name in ("acme-corp-utils", "acme-corp-util", "initech-x"):
            assert run(internal.FILTER, offer(name, origin=Origin.HOSTED)) == []

    def test_age_does_not_help_what_resembles_yours(self) -> None:
        said = run(internal.FILTER, offer("acme-corp-util", *history()))
        assert [each.outcome.severity for each in said if isinstance(each.outcome, Finding)] == [
            Severity.CRITICAL
        ]

    def test_other_names_are_left_alone(self) -> None:
        assert run(internal.FILTER, offer("flask")) == []

    def test_the_same_question_as_before_asking_upstream(self) -> None:
        assert is_protected(project_name("Initech_x"), OURS)
        assert is_protected(project_name("acme.corp.utils"), OURS)
        assert not is_protected(project_name("initech"), OURS)
        assert not is_protected(project_name("acme-corp-util"), OURS)


def history(
    releases: int = RELEASES, first: timedelta = OLD, last: timedelta = SETTLED, **fields: Any
) -> list[IndexFile]:
    """Releases of a project between two ages."""
    step = (first - last) / max(releases - 1, 1)
    return [
        make_file(f"demo-{n}.0.tar.gz", uploaded=NOW - first + n * step, **fields) for n in range(releases)
    ]


class TestTyposquats:
    """Names that may be taken for popular ones."""

    def severities(self, *files: IndexFile) -> list[Severity]:
        said = run(typosquats.FILTER, offer("reqeusts", *files))
        assert {about.files for about in said} == {None}
        return [each.outcome.severity for each in said if isinstance(each.outcome, Finding)]

    def test_a_squat_is_refused(self) -> None:
        (about,) = run(typosquats.FILTER, offer("reqeusts", make_file("demo-1.0.tar.gz")))
        assert isinstance(about.outcome, Finding)
        assert (about.outcome.rule, about.outcome.subject) == ("STK-F005", "reqeusts")
        assert about.outcome.severity is Severity.CRITICAL
        assert "the popular 'requests' (rank 1)" in about.outcome.message

    def test_popular_and_unlike_names_are_left_alone(self) -> None:
        for name in ("requests", "numpy", "something-else-entirely"):
            assert run(typosquats.FILTER, offer(name)) == []

    def test_a_long_history_only_warns(self) -> None:
        assert self.severities(*history()) == [Severity.LOW]

    @pytest.mark.parametrize(
        "files",
        [
            [],
            history(releases=RELEASES - 1),
            history(first=OLD - timedelta(seconds=1)),
            history(last=SETTLED - timedelta(days=1)),
            [msgspec.structs.replace(each, uploaded=None) for each in history()],
            [msgspec.structs.replace(each, version=None) for each in history()],
            [msgspec.structs.replace(each, version=history()[0].version) for each in history()],
        ],
        ids=["none", "few", "young", "recent", "timeless", "versionless", "one version"],
    )
    def test_less_than_that_is_no_history(self, files: list[IndexFile]) -> None:
        assert self.severities(*files) == [Severity.CRITICAL]

    def test_a_back_dated_history_is_none(self) -> None:
        files = history()
        late = {
            each.filename: seen_of(
                each, baseline=False, absent_at=NOW - timedelta(days=3), first_seen=NOW - timedelta(days=2)
            )
            for each in files
        }
        assert established(make_offer(*files))
        assert not established(make_offer(*files, seen=late))

    def test_many_files_of_one_release_are_one(self) -> None:
        wheels = [make_file("demo-1.0-py3-none-any.whl", uploaded=NOW - OLD) for _ in range(50)]
        assert not established(make_offer(*wheels))

    def test_hosted_projects_are_named_by_people_who_are_known(self) -> None:
        assert run(typosquats.FILTER, offer("reqeusts", origin=Origin.HOSTED)) == []

    @given(st.lists(st.integers(0, 2000), max_size=15))
    def test_younger_files_never_make_it_older(self, days: list[int]) -> None:
        files = [
            make_file(f"demo-{n}.0.tar.gz", uploaded=NOW - timedelta(days=d)) for n, d in enumerate(days)
        ]
        old = [d for d in days if d >= SETTLED.days]
        assert established(make_offer(*files)) == (len(old) >= RELEASES and max(old) >= OLD.days)


class TestFacts:
    """What is gathered before the filters run."""

    def test_allowed_names_are_meant(self) -> None:
        policy = msgspec.structs.replace(OURS, names=NamesPolicy(allow=("Reqeusts", "acme-corp-util")))
        judge = NameJudge(policy, POPULAR)
        for name in ("reqeusts", "acme-corp-util"):
            assert judge.facts(project_name(name)) == NameFacts()

    def test_without_a_list_every_name_has_a_gap_and_yours_are_still_guarded(self) -> None:
        judge = NameJudge(OURS, STALE)
        for name in ("flask", "requests"):
            assert judge.facts(project_name(name)).findings == (STALE,)
        assert gaps(run(typosquats.FILTER, offer("flask", judge=judge))) == [("feed-stale", None)]
        assert [
            rule for rule, _, _ in findings(run(internal.FILTER, offer("acme-corp-util", judge=judge)))
        ] == ["STK-F004"]

    def test_a_name_that_cannot_be_judged_is_a_gap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        judge = NameJudge(OURS, POPULAR)

        def broken(_: str) -> None:
            raise RuntimeError

        monkeypatch.setattr(judge._engine, "judge", broken)
        assert gaps(run(typosquats.FILTER, offer("flask", judge=judge))) == [("check-failed", None)]

    def test_a_name_that_resembles_both_is_told_of_both(self) -> None:
        judge = NameJudge(Policy(protect=Protect(names=("requestz",))), POPULAR)
        rules = {
            each.rule for each in judge.facts(project_name("requestx")).findings if isinstance(each, Finding)
        }
        assert "STK-F004" in rules

    def test_hosted_projects_are_yours_too(self) -> None:
        judge = NameJudge(Policy(), POPULAR, hosted=[project_name("acme-payments")])
        (found,) = judge.facts(project_name("acme-payment")).findings
        assert isinstance(found, Finding)
        assert (found.rule, found.message) == (
            "STK-F004",
            "it looks like your 'acme-payments': plural 's' left out at 13",
        )
        assert judge.facts(project_name("acme-payments")).findings == ()

    def test_what_was_said_once_is_remembered_and_forgotten_in_time(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MOST_KEPT", 3)
        judge = NameJudge(OURS, POPULAR)
        names = [project_name(name) for name in ("reqeusts", "flask", "numpi", "urlib3", "reqeusts")]
        first = [judge.facts(name) for name in names]
        assert first[0] == first[-1]
        assert judge.facts(names[0]) is first[-1]
        assert len(judge._known) <= 3

    def test_the_built_in_list_serves(self) -> None:
        judge = NameJudge(Policy(), builtin_popularity())
        judge.warm()
        assert judge.facts(project_name("reqeusts")).findings
        assert judge.facts(project_name("requests")).findings == ()
