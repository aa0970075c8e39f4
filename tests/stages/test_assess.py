"""What becomes of check results: crashes, unknowns, exceptions, exit codes, metrics."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pytest
from packaging.specifiers import SpecifierSet

from stockade.checks.base import Check, Facts, Result
from stockade.checks.registry import CHECKS
from stockade.errors import ExitCode
from stockade.manifests.projects import projects_of
from stockade.model.assessment import LockState
from stockade.model.findings import Severity
from stockade.model.locations import Location
from stockade.model.names import project_name
from stockade.model.policy import Policy, PolicyException, Protect
from stockade.model.requirements import Defect, Inventory, LeftOut, Manifest, ManifestKind, Requirement, Role
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.names.engine import Engine, Protected
from stockade.names.popular import builtin_popularity
from stockade.sources.feeds import FeedName
from stockade.stages import assess as assess_module
from stockade.stages.assess import STAGES, assess, run_checks
from stockade.testing.fakes import FakeAdvisories, FakeIndex, FakeRegister

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EVERYTHING = FakeRegister.of("flask", "requests")


def requirement(name: str, specifier: str, line: int) -> Requirement:
    return Requirement(
        name=project_name(name),
        spelled=name,
        specifier=SpecifierSet(specifier),
        location=Location("requirements.txt", line),
        text=f"{name}{specifier}",
    )


def inventory(*requirements: Requirement) -> Inventory:
    manifest = Manifest(
        path="requirements.txt",
        kind=ManifestKind.REQUIREMENTS,
        role=Role.DECLARATION,
        requirements=requirements,
    )
    return Inventory(root="shop", manifests=(manifest,), left_out=(LeftOut(".git", "version control"),))


def facts(tree: Inventory, policy: Policy = Policy(), **over: object) -> Facts:  # noqa: B008 - frozen
    protected = Protected(names=frozenset(map(project_name, policy.protect.names)))
    known: dict[str, object] = {
        "registered": EVERYTHING,
        "advisories": FakeAdvisories(),
        "index": FakeIndex(),
        "index_asked": False,
        **over,
    }
    return Facts(
        inventory=tree,
        projects=projects_of(tree),
        policy=policy,
        now=NOW,
        names=Engine.build(builtin_popularity().names, protected),
        **known,  # type: ignore[arg-type]  # the names are those of Facts
    )


PINNED = requirement("flask", "==3.0.3", 1)


def test_a_check_that_crashes_is_incomplete_and_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(facts: Facts) -> Iterator[Result]:
        yield from ()
        raise RuntimeError(f"detector fell over on {facts.inventory.root}")

    rules = CHECKS[0].rules
    monkeypatch.setattr(
        assess_module, "CHECKS", (Check(name="crash", stage=Stage.RECONNAISSANCE, rules=rules, run=crash),)
    )
    result = assess(facts(inventory(PINNED)), stages=STAGES)
    assert [i.cause for i in result.incomplete] == [Cause.CHECK_FAILED]
    assert "detector fell over" in result.incomplete[0].detail
    assert result.exit_code == ExitCode.INCOMPLETE
    assert result.verdict.action is Action.BLOCK


def test_a_missing_feed_is_said_once_with_everything_that_wanted_it() -> None:
    missing = Indeterminate(cause=Cause.FEED_MISSING, subject="registered-names", detail="not imported")
    run = run_checks(facts(inventory(PINNED), registered=missing), STAGES)
    about = [i for i in run.indeterminate if i.subject == "registered-names"]
    assert len(about) == 1
    assert "STK-R011" in about[0].needed_by


@pytest.mark.parametrize(
    ("feed", "needed_by"),
    [
        ("advisories", "STK-E016, STK-E017"),
        ("registered-names", "STK-R011, STK-R006, STK-R007, STK-R008"),
        ("popularity", "STK-R001, STK-R011"),
    ],
)
def test_a_stale_feed_names_the_rules_that_rest_on_it(feed: str, needed_by: str) -> None:
    stale = Indeterminate(cause=Cause.FEED_STALE, subject=feed, detail="old")
    run = run_checks(dataclasses.replace(facts(inventory(PINNED)), notes=(stale,)), STAGES)
    (about,) = [i for i in run.indeterminate if i.cause is Cause.FEED_STALE]
    assert about.needed_by == needed_by


def test_every_feed_is_needed_and_every_needed_feed_is_one() -> None:
    assert {name for check in CHECKS for name in check.needs} == {feed.value for feed in FeedName}


def test_no_feed_is_exit_3_and_never_clean() -> None:
    missing = Indeterminate(cause=Cause.FEED_MISSING, subject="advisories", detail="not imported")
    result = assess(facts(inventory(PINNED), advisories=missing), stages=STAGES)
    assert result.exit_code == ExitCode.INCOMPLETE
    assert result.verdict.action is Action.BLOCK
    vulnerable = next(m for m in result.metrics if m.id == "evaluation.vulnerable")
    assert vulnerable.value is None
    assert (vulnerable.evaluated, vulnerable.skipped) == (0, 1)
    assert vulnerable.reason


def test_a_finding_at_the_threshold_wins_over_incomplete() -> None:
    missing = Indeterminate(cause=Cause.FEED_MISSING, subject="advisories", detail="not imported")
    tree = inventory(PINNED, requirement("reqeusts", "==1", 2))
    result = assess(facts(tree, advisories=missing), stages=STAGES)
    assert result.findings[0].rule == "STK-R001"
    assert result.exit_code == ExitCode.FINDINGS


def test_everything_judged_and_nothing_at_the_threshold_is_clean() -> None:
    result = assess(facts(inventory(PINNED)), stages=STAGES)
    assert result.exit_code == ExitCode.CLEAN
    assert not result.incomplete
    assert {f.severity for f in result.findings} <= {Severity.INFO, Severity.LOW, Severity.MEDIUM}


def test_an_accepted_finding_is_shown_as_accepted_and_its_exception_is_named_when_it_lapses() -> None:
    tree = inventory(PINNED, requirement("reqeusts", "==1", 2))
    accept = PolicyException(rule="STK-R001", subject="reqeusts", reason="ours", expires=date(2026, 11, 30))
    policy = Policy(exceptions=(accept,))
    register = FakeRegister.of("flask", "requests", "reqeusts")
    result = assess(facts(tree, policy, registered=register), stages=STAGES)
    assert [a.finding.subject for a in result.accepted] == ["reqeusts"]
    assert "STK-R001" not in {f.rule for f in result.findings}
    lapsed = msgspec.structs.replace(accept, expires=date(2026, 10, 1))
    again = assess(facts(tree, Policy(exceptions=(lapsed,)), registered=register), stages=STAGES)
    assert again.exit_code == ExitCode.FINDINGS
    assert any("expired" in note for note in again.notes)


def test_only_the_chosen_stage_is_assessed() -> None:
    result = assess(facts(inventory(requirement("reqeusts", "", 1))), stages=(Stage.EVALUATION,))
    assert result.stages == (Stage.EVALUATION,)
    assert {f.stage for f in result.findings} == {Stage.EVALUATION}
    assert {m.stage for m in result.metrics} == {Stage.EVALUATION}
    assert all(rule.stage is Stage.EVALUATION for rule in result.rules)


def test_offline_leaves_out_what_only_the_index_knows_and_says_so() -> None:
    asked = facts(inventory(PINNED), index_asked=True, index=FakeIndex.unreachable())
    assert assess(asked, stages=STAGES).exit_code == ExitCode.INCOMPLETE
    chosen = assess(facts(inventory(PINNED), index_asked=False), stages=STAGES)
    assert chosen.exit_code == ExitCode.CLEAN
    assert any("offline" in note for note in chosen.notes)
    owners = next(m for m in chosen.metrics if m.id == "evaluation.single-owner")
    assert owners.value is None
    assert owners.reason


def test_a_policy_may_want_the_index_asked() -> None:
    policy = Policy(indeterminate={Cause.OFFLINE: Action.WARN})
    result = assess(facts(inventory(PINNED), policy, index_asked=False), stages=STAGES)
    assert [i.cause for i in result.incomplete] == [Cause.OFFLINE]
    assert result.exit_code == ExitCode.INCOMPLETE
    assert result.verdict.action is not Action.ALLOW
    assert not any("offline" in note for note in result.notes)


def test_what_cannot_be_read_is_not_nothing_to_lock() -> None:
    defect = Defect(location=Location("setup.py", 3), message="computed at run time, cannot be read")
    manifest = Manifest(path="setup.py", kind=ManifestKind.SETUP_PY, role=Role.DECLARATION, defects=(defect,))
    result = assess(facts(Inventory(root="shop", manifests=(manifest,))), stages=STAGES)
    assert [project.lock for project in result.projects] == [LockState.UNCHECKED]
    locked = next(m for m in result.metrics if m.id == "evaluation.projects-locked")
    assert (locked.value, locked.evaluated, locked.skipped) == (None, 0, 1)
    assert locked.reason == "what they require cannot be read"
    assert result.exit_code == ExitCode.INCOMPLETE


def test_metrics_are_never_made_up_for_nothing() -> None:
    empty = Inventory(root="empty", manifests=())
    for metric in assess(facts(empty), stages=STAGES).metrics:
        if metric.unit != "count":
            assert metric.value is None, metric
            assert metric.reason, metric


def test_the_battlecards_averages() -> None:
    tree = inventory(
        requirement("flask", ">=3", 1), requirement("requests", "", 2), requirement("rich", "==14.0", 3)
    )
    policy = Policy(protect=Protect(names=("acme-corp-utils",)))
    metrics = {m.id: m for m in assess(facts(tree, policy), stages=STAGES).metrics}
    assert metrics["evaluation.projects-locked"].value == 0
    assert metrics["evaluation.floor-only"].value == 1
    assert metrics["evaluation.unpinned"].value == 1
    assert metrics["evaluation.unbounded"].value == 2
    assert metrics["evaluation.not-pinned-and-hashed"].value == 100
    assert metrics["reconnaissance.repositories"].value == 1
    squats = metrics["reconnaissance.squats-foreseen"]
    assert squats.value is not None
    assert squats.value > 40
