"""STK-E010 to STK-E015: what only the package index knows."""

from __future__ import annotations

from datetime import timedelta, timezone

import msgspec
import pytest
from tests.checks.trees import (
    NOW,
    Tree,
    World,
    findings,
    page,
    places,
    released,
    tree,
    unknowns,
)

from stockade.model.findings import Severity
from stockade.model.index import IndexFile, IndexProject, Ownership, ProjectStatus
from stockade.model.names import ProjectName
from stockade.model.policy import Lock, Policy
from stockade.model.verdicts import Cause, Indeterminate
from stockade.testing.fakes import FakeIndex, FakeRegister

__all__ = ["tree"]

PINNED = {"requirements.txt": "tool==2.0\n"}
TOOL = ProjectName("tool")
OF_THE_INDEX = ["STK-E010", "STK-E011", "STK-E012", "STK-E013", "STK-E014", "STK-E015"]
UNREACHABLE = Indeterminate(cause=Cause.SOURCE_UNREACHABLE, subject="package index", detail="no answer")


# -- all of them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", OF_THE_INDEX)
def test_an_index_that_could_not_be_set_up_is_passed_on(tree: Tree, rule: str) -> None:
    facts = World(index=UNREACHABLE).facts(tree(PINNED))
    assert (findings(rule, facts), unknowns(rule, facts)) == ([], [UNREACHABLE])


@pytest.mark.parametrize("rule", OF_THE_INDEX)
def test_a_project_that_the_index_did_not_tell_of_is_passed_on(tree: Tree, rule: str) -> None:
    facts = World(index=FakeIndex.unreachable()).facts(tree(PINNED))
    assert findings(rule, facts) == []
    assert [gap.cause for gap in unknowns(rule, facts)] == [Cause.SOURCE_UNREACHABLE]


@pytest.mark.parametrize("rule", OF_THE_INDEX)
@pytest.mark.parametrize(
    "text", ["./tool\n", "tool @ https://files.example/tool-2.0.tar.gz\n", "# nothing\n"]
)
def test_what_comes_from_elsewhere_is_not_asked_about(tree: Tree, rule: str, text: str) -> None:
    index = FakeIndex.unreachable()
    facts = World(index=index).facts(tree({"requirements.txt": text}))
    assert (findings(rule, facts), unknowns(rule, facts), index.asked) == ([], [], [])


@pytest.mark.parametrize("rule", OF_THE_INDEX)
def test_not_asking_is_no_gap(tree: Tree, rule: str) -> None:
    facts = World(index=None).facts(tree(PINNED))
    assert (findings(rule, facts), unknowns(rule, facts)) == ([], [])


def test_a_name_that_the_index_does_not_know_is_a_gap_only_where_no_other_rule_tells(tree: Tree) -> None:
    known = World(index=FakeIndex(), registered=FakeRegister.of("flask")).facts(tree(PINNED))
    assert unknowns("STK-E010", known) == []
    missing = Indeterminate(cause=Cause.FEED_MISSING, subject="registered-names", detail="not imported")
    alone = World(index=FakeIndex(), registered=missing).facts(tree(PINNED))
    assert [gap.subject for gap in unknowns("STK-E010", alone)] == ["tool"]


# -- STK-E010: yanked ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yanks", "reason"),
    [
        ((None, None), None),
        (("broken", None), None),  # PEP 592: an installer takes the other file
        (("broken", ""), "broken"),
        (("", ""), "no reason given"),
    ],
)
def test_a_version_is_yanked_when_every_file_is(
    tree: Tree, yanks: tuple[str | None, ...], reason: str | None
) -> None:
    files = [released("2.0", 100, yanked=yank) for yank in yanks]
    facts = World(index=page(released("1.0", 200, yanked="old"), *files)).facts(tree(PINNED))
    found = findings("STK-E010", facts)
    assert [one.message for one in found] == ([] if reason is None else [f"tool 2.0 is yanked: {reason}"])


def test_a_yanked_version_is_told_in_every_file_that_names_it(tree: Tree) -> None:
    files = {"a/requirements.txt": "tool==2\ntool==2.0\n", "b/requirements.txt": "tool==2.0.0\n"}
    facts = World(index=page(released("2.0", 100, yanked="bad"))).facts(tree(files))
    assert places(findings("STK-E010", facts)) == [
        "a/requirements.txt:1 tool==2",
        "b/requirements.txt:1 tool==2",
    ]


# -- STK-E011: status ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "severity"),
    [
        (ProjectStatus.ACTIVE, None),
        (ProjectStatus.DEPRECATED, Severity.LOW),
        (ProjectStatus.ARCHIVED, Severity.MEDIUM),
        (ProjectStatus.QUARANTINED, Severity.CRITICAL),
    ],
)
def test_the_status_of_a_project(tree: Tree, status: ProjectStatus, severity: Severity | None) -> None:
    facts = World(index=page(released("2.0", 100), status=status)).facts(tree({"requirements.txt": "tool\n"}))
    assert [one.severity for one in findings("STK-E011", facts)] == ([severity] if severity else [])


def test_a_quarantined_project_is_told_in_every_file(tree: Tree) -> None:
    files = {"a/requirements.txt": "tool\n", "b/install.sh": "pip install tool\n"}
    facts = World(index=page(status=ProjectStatus.QUARANTINED)).facts(tree(files))
    assert places(findings("STK-E011", facts)) == ["a/requirements.txt:1 tool", "b/install.sh:1 tool"]


# -- STK-E012: cooldown -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "message"),
    [
        ((7,), None),
        ((6.99,), "tool 2.0 has a file published 6 days ago; the cooldown is 7 days"),
        ((1.5,), "tool 2.0 has a file published 1 day ago; the cooldown is 7 days"),
        ((0.1,), "tool 2.0 has a file published 0 days ago; the cooldown is 7 days"),
        ((-0.1,), "tool 2.0 has a file published 0 days ago; the cooldown is 7 days"),
        ((400, 1.0), "tool 2.0 has a file published 1 day ago; the cooldown is 7 days"),  # added later
    ],
)
def test_the_newest_file_of_the_version_in_use_decides(
    tree: Tree, ages: tuple[float, ...], message: str | None
) -> None:
    index = page(released("3.0", 0.5), *(released("2.0", age) for age in ages))
    found = findings("STK-E012", World(index=index).facts(tree(PINNED)))
    assert [one.message for one in found] == ([] if message is None else [message])


@pytest.mark.parametrize("ages", [(None,), (100, None), (None, 1)])
def test_a_file_without_a_date_is_never_taken_as_old(tree: Tree, ages: tuple[float | None, ...]) -> None:
    facts = World(index=page(*(released("2.0", age) for age in ages))).facts(tree(PINNED))
    (gap,) = unknowns("STK-E012", facts)
    assert (gap.cause, gap.subject) == (Cause.FACT_MISSING, "tool==2.0")
    assert findings("STK-E012", facts) == []


def test_a_version_that_the_index_does_not_have_is_a_gap(tree: Tree) -> None:
    facts = World(index=page(released("1.0", 100))).facts(tree(PINNED))
    (gap,) = unknowns("STK-E012", facts)
    assert gap.detail == "the index lists no file of this version"


def test_without_a_cooldown_no_date_is_needed(tree: Tree) -> None:
    policy = Policy(lock=Lock(cooldown_days=0))
    facts = World(policy=policy, index=page(released("2.0", None))).facts(tree(PINNED))
    assert (findings("STK-E012", facts), unknowns("STK-E012", facts)) == ([], [])


def test_a_date_of_another_zone_is_the_same_moment(tree: Tree) -> None:
    there = timezone(timedelta(hours=14))
    file = msgspec.structs.replace(released("2.0", 0), uploaded=(NOW - timedelta(days=7)).astimezone(there))
    assert findings("STK-E012", World(index=page(file)).facts(tree(PINNED))) == []
    younger = msgspec.structs.replace(
        file, uploaded=(NOW - timedelta(days=7) + timedelta(seconds=1)).astimezone(there)
    )
    assert len(findings("STK-E012", World(index=page(younger)).facts(tree(PINNED)))) == 1


def test_only_versions_in_use_are_judged(tree: Tree) -> None:
    facts = World(index=page(released("2.0", 1))).facts(tree({"requirements.txt": "tool>=2\n"}))
    assert (findings("STK-E012", facts), unknowns("STK-E012", facts)) == ([], [])


# -- STK-E013: owners ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("users", "organization", "told"),
    [
        (("a",), "", True),
        (("a", "b"), "", False),
        (("a",), "acme", False),
        ((), "", False),
        ((), "acme", False),
    ],
)
def test_a_single_owner(tree: Tree, users: tuple[str, ...], organization: str, told: bool) -> None:
    index = FakeIndex(
        {TOOL: IndexProject(name=TOOL)}, {TOOL: Ownership(users=users, organization=organization)}
    )
    facts = World(index=index).facts(tree(PINNED))
    assert bool(findings("STK-E013", facts)) is told
    assert unknowns("STK-E013", facts) == []


def test_owners_that_no_index_tells_are_no_gap_but_an_unreachable_one_is(tree: Tree) -> None:
    silent = World(index=FakeIndex({TOOL: IndexProject(name=TOOL)})).facts(tree(PINNED))
    assert unknowns("STK-E013", silent) == []
    broken = World(index=FakeIndex({TOOL: IndexProject(name=TOOL)}, {TOOL: UNREACHABLE})).facts(tree(PINNED))
    assert unknowns("STK-E013", broken) == [UNREACHABLE]


# -- STK-E014: unmaintained ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "told"), [((730,), False), ((731,), True), ((3000, 10), False), ((None, 800), True)]
)
def test_the_newest_file_of_any_version_tells_whether_it_is_kept(
    tree: Tree, ages: tuple[float | None, ...], told: bool
) -> None:
    files: list[IndexFile] = [released(f"{number + 1}.0", age) for number, age in enumerate(ages)]
    facts = World(index=page(*files)).facts(tree({"requirements.txt": "tool\n"}))
    assert bool(findings("STK-E014", facts)) is told


def test_without_any_date_nobody_can_tell(tree: Tree) -> None:
    facts = World(index=page(released("2.0", None))).facts(tree(PINNED))
    assert [gap.cause for gap in unknowns("STK-E014", facts)] == [Cause.FACT_MISSING]


# -- STK-E015: provenance -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attested", "plain", "last"),
    [
        (["1.0"], ["2.0"], "1.0"),
        (["1.0", "1.5"], ["0.5", "2.0"], "1.5"),
        (["2.0"], [], None),
        (["3.0"], ["2.0"], None),  # only what came before: a project that has begun to attest lost nothing
        ([], ["1.0", "2.0"], None),
        (["2.0"], ["2.0"], None),  # one file of the version has it
        (["2.0rc1"], ["2.0"], "2.0rc1"),
        (["2.0.post1"], ["2.0"], None),
    ],
)
def test_provenance_is_lost_only_after_it_was_there(
    tree: Tree, attested: list[str], plain: list[str], last: str | None
) -> None:
    files = [released(v, 100, provenance="https://index.example/p") for v in attested]
    index = page(*files, *(released(v, 100) for v in plain))
    found = findings("STK-E015", World(index=index).facts(tree(PINNED)))
    assert [dict(one.evidence)["last attested"] for one in found] == ([] if last is None else [last])


def test_an_index_that_does_not_speak_of_provenance_has_lost_none(tree: Tree) -> None:
    index = page(released("1.0", 9, provenance="https://index.example/p"), released("2.0", 9), offered=False)
    assert findings("STK-E015", World(index=index).facts(tree(PINNED))) == []
