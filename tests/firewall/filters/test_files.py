"""Yanked files, marked projects, kinds, sizes and source distributions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.firewall.offers import digest, findings, make_file, make_offer, run

from stockade.firewall.filters import file_types, sdists, sizes, status, yanked
from stockade.firewall.filters.base import Content, Offer, PageFilter
from stockade.firewall.filters.file_types import type_of
from stockade.firewall.ruling import rule
from stockade.model.findings import Finding, Severity
from stockade.model.firewall import Origin
from stockade.model.index import ProjectStatus
from stockade.model.policy import FileType, Firewall, Policy, Thresholds
from stockade.model.verdicts import Action
from stockade.policy.engine import action_for

SDIST = make_file("demo-1.0.tar.gz")
WHEEL = make_file("demo-1.0-py3-none-any.whl")
NEXT = make_file("demo-2.0-py3-none-any.whl")


def actions(each: PageFilter, offer: Offer) -> list[Action]:
    outcomes = [about.outcome for about in run(each, offer)]
    return [action_for(found, offer.policy.thresholds) for found in outcomes if isinstance(found, Finding)]


LIMIT: dict[str, Any] = {"max_megabytes": 1}


class TestYanked:
    """PEP 592."""

    def test_each_reason_of_a_release_is_told_once(self) -> None:
        files = [
            make_file("demo-1.0.tar.gz", yanked="broken"),
            make_file("demo-1.0-py3-none-any.whl", yanked="broken"),
            make_file("demo-2.0.tar.gz", yanked=""),
            NEXT,
        ]
        said = run(yanked.FILTER, make_offer(*files))
        assert findings(said) == [
            ("STK-F011", "demo==1.0", ("demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl")),
            ("STK-F011", "demo==2.0", ("demo-2.0.tar.gz",)),
        ]
        messages = [each.outcome.message for each in said if isinstance(each.outcome, Finding)]
        assert messages == ["yanked by its publisher: broken", "yanked by its publisher: no reason given"]

    @pytest.mark.parametrize("action", Action)
    def test_the_policys_action_is_taken(self, action: Action) -> None:
        offer = make_offer(make_file("demo-1.0.tar.gz", yanked="x"), firewall={"yanked": action})
        assert actions(yanked.FILTER, offer) == ([] if action is Action.ALLOW else [action])


class TestStatus:
    """PEP 792."""

    def marked(self, mark: ProjectStatus, **firewall: Any) -> Offer:
        return make_offer(SDIST, page={"status": mark, "status_reason": "gone\nfor good"}, firewall=firewall)

    def test_a_quarantined_project_is_always_refused(self) -> None:
        offer = self.marked(ProjectStatus.QUARANTINED, archived=Action.ALLOW, deprecated=Action.ALLOW)
        assert actions(status.FILTER, offer) == [Action.BLOCK]
        assert findings(run(status.FILTER, offer)) == [("STK-F012", "demo", None)]

    @pytest.mark.parametrize("action", Action)
    def test_archived_and_deprecated_ones_as_the_policy_says(self, action: Action) -> None:
        expected = [] if action is Action.ALLOW else [action]
        assert actions(status.FILTER, self.marked(ProjectStatus.ARCHIVED, archived=action)) == expected
        assert actions(status.FILTER, self.marked(ProjectStatus.DEPRECATED, deprecated=action)) == expected

    def test_the_reason_is_told_in_one_line(self) -> None:
        (about,) = run(status.FILTER, self.marked(ProjectStatus.ARCHIVED))
        assert isinstance(about.outcome, Finding)
        assert about.outcome.message == "its index marks it as archived: gone for good"

    def test_an_active_project_is_left_alone(self) -> None:
        assert run(status.FILTER, make_offer(SDIST)) == []

    def test_a_status_that_nobody_knows_is_refused(self) -> None:
        assert actions(status.FILTER, self.marked("frozen")) == [Action.BLOCK]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("demo-1.0-py3-none-any.whl", FileType.WHEEL),
        ("DEMO-1.0-PY3-NONE-ANY.WHL", FileType.WHEEL),
        ("demo-1.0.tar.gz", FileType.SDIST),
        ("demo-1.0.zip", FileType.SDIST),
        ("demo-1.0.tar.bz2", FileType.SDIST),
        ("demo-1.0.tar.Z", FileType.SDIST),
        ("demo-1.0.tgz", FileType.SDIST),
        ("demo-1.0-py2.7.egg", FileType.EGG),
        ("demo-1.0.win32.exe", FileType.EXE),
        ("demo-1.0.win32.msi", FileType.MSI),
        ("demo-1.0-1.noarch.rpm", FileType.RPM),
        ("demo_1.0.deb", FileType.OTHER),
        ("demo-1.0.tar.gz.asc", FileType.OTHER),
        ("demo", FileType.OTHER),
        ("", FileType.OTHER),
    ],
)
def test_kinds_by_ending(name: str, kind: FileType) -> None:
    assert type_of(name) is kind


def test_only_the_kinds_of_the_policy_are_let_through() -> None:
    egg = make_file("demo-1.0-py2.7.egg", version=None)
    offer = make_offer(SDIST, WHEEL, egg)
    assert findings(run(file_types.FILTER, offer)) == [("STK-F014", "demo", (egg.filename,))]
    wheels = make_offer(SDIST, WHEEL, firewall={"file_types": (FileType.WHEEL,)})
    assert findings(run(file_types.FILTER, wheels)) == [("STK-F014", "demo==1.0", (SDIST.filename,))]
    nothing = make_offer(SDIST, WHEEL, firewall={"file_types": ()})
    assert len(run(file_types.FILTER, nothing)) == 2


class TestSdists:
    """What runs code when it is installed."""

    def test_it_warns_by_default_and_says_why(self) -> None:
        offer = make_offer(SDIST, WHEEL, NEXT)
        assert findings(run(sdists.FILTER, offer)) == [("STK-F013", "demo==1.0", (SDIST.filename,))]
        assert rule(offer)[SDIST.filename].verdict.action is Action.WARN
        assert rule(offer)[WHEEL.filename].verdict.action is Action.ALLOW

    @pytest.mark.parametrize("action", Action)
    def test_the_policys_action_is_taken(self, action: Action) -> None:
        expected = [] if action is Action.ALLOW else [action]
        assert actions(sdists.FILTER, make_offer(SDIST, firewall={"sdists": action})) == expected


class TestSizes:
    """By the page, else by the bytes."""

    @pytest.mark.parametrize(
        ("size", "large"), [(1_000_000, False), (1_000_001, True), (0, False), (None, False)]
    )
    def test_by_the_page(self, size: int | None, large: bool) -> None:
        offer = make_offer(make_file("demo-1.0.tar.gz", size=size), firewall=LIMIT)
        expected = [("STK-F015", "demo==1.0", ("demo-1.0.tar.gz",))] if large else []
        assert findings(run(sizes.FILTER, offer)) == expected

    @pytest.mark.parametrize(("told", "size", "large"), [(None, 1_000_001, True), (None, 1_000_000, False)])
    def test_by_the_bytes(self, told: int | None, size: int, large: bool) -> None:
        file = make_file("demo-1.0.tar.gz", size=told)
        content = Content(path=Path("unused"), sha256=digest("x"), size=size)
        said = list(sizes.CONTENT_FILTER.run(make_offer(file, firewall=LIMIT), file, content))
        assert [each.rule for each in said if isinstance(each, Finding)] == (["STK-F015"] if large else [])
        assert len(said) == large


@pytest.mark.parametrize("action", [Action.WARN, Action.QUARANTINE, Action.BLOCK])
def test_actions_follow_other_thresholds(action: Action) -> None:
    steps = Thresholds(warn=Severity.INFO, quarantine=Severity.MEDIUM, block=Severity.HIGH)
    policy = Policy(thresholds=steps, firewall=Firewall(sdists=action))
    assert actions(sdists.FILTER, make_offer(SDIST, policy=policy)) == [action]


@pytest.mark.parametrize(
    "each",
    [yanked.FILTER, status.FILTER, file_types.FILTER, sdists.FILTER, sizes.FILTER],
    ids=lambda f: f.name,
)
def test_an_empty_page_says_nothing(each: PageFilter) -> None:
    assert run(each, make_offer()) == []


def test_hosted_files_are_judged_by_their_kind_too() -> None:
    egg = make_file("demo-1.0-py2.7.egg", version=None)
    assert run(file_types.FILTER, make_offer(egg, origin=Origin.HOSTED))
