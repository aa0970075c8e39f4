"""Judgements become results: nothing dropped, nothing believed that does not fit, the policy applied afresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.vet_sample import STEAL, THEFT
from tests.stages.fake_core import RULESET, fake_core, judge

from stockade.model.policy import Policy, PolicyException
from stockade.model.verdicts import Action, Cause
from stockade.model.vetting import VetReport
from stockade.stages import vetting
from stockade.stages.vet_inputs import DISTRIBUTIONS, Inputs, inputs_at, is_distribution, missing
from stockade.stages.vetting import Extra, Question, exit_code, vet_inputs
from stockade.testing.fakes import NOON
from stockade.vetter.confine import Confinement
from stockade.vetter.judged import Judged
from stockade.vetter.pool import Job, Outcome


def asked(inputs: Inputs, work: Callable[[Path, str], Judged] = judge, **more: object) -> VetReport:
    question = Question(
        inputs=inputs, core=replace(fake_core(), work=work), policy=Policy(), now=NOON, workers=2, cache=None
    )
    return vet_inputs(replace(question, **more))  # type: ignore[arg-type]  # fields of Question


def put(path: Path, text: str) -> Inputs:
    path.write_text(text)
    return inputs_at(str(path))


def test_a_judgement_of_other_bytes_is_none(tmp_path: Path) -> None:
    def lie(source: Path, name: str) -> Judged:
        return replace(judge(source, name), sha256="0" * 64, findings=())

    (result,) = asked(put(tmp_path / "x.py", "theft"), lie, cache=tmp_path / "cache").results
    assert result.verdict is Action.QUARANTINE
    assert "other bytes" in result.incomplete[0].detail
    assert not (tmp_path / "cache").exists()


def test_a_judgement_by_no_rule_is_none(tmp_path: Path) -> None:
    def idle(source: Path, name: str) -> Judged:
        return replace(judge(source, name), judged_by=frozenset(), findings=())

    (result,) = asked(put(tmp_path / "x.py", "fine"), idle).results
    assert result.verdict is Action.QUARANTINE
    assert result.incomplete[0].cause is Cause.CHECK_FAILED


def test_an_input_without_a_file_in_it_is_no_pass(tmp_path: Path) -> None:
    def hollow(source: Path, name: str) -> Judged:
        return replace(judge(source, name), files=0)

    report = asked(put(tmp_path / "x-1.0.tar.gz", "fine"), hollow)
    assert (report.exit_code, report.results[0].verdict) == (3, Action.QUARANTINE)
    assert "holds no file" in report.results[0].incomplete[0].detail


def test_nothing_asked_is_an_empty_report() -> None:
    report = asked(Inputs(found=()))
    assert (report.results, report.exit_code, report.confinement) == ((), 0, ())


def test_an_input_without_bytes_keeps_its_place(tmp_path: Path) -> None:
    gap = missing("gone", Cause.OFFLINE, "not asked")
    inputs = (
        put(tmp_path / "a.py", "fine")
        .and_those(Inputs(found=(gap,)))
        .and_those(put(tmp_path / "b.py", "odd"))
    )
    report = asked(inputs)
    assert [result.verdict for result in report.results] == [Action.ALLOW, Action.QUARANTINE, Action.WARN]
    assert report.exit_code == 3


def test_what_is_known_beside_the_bytes_counts(tmp_path: Path) -> None:
    extra = Extra(findings=(THEFT,), judged_by=frozenset({"STK-E160"}))
    (result,) = asked(put(tmp_path / "x.py", "fine"), beside=lambda *_: extra).results
    assert result.verdict is Action.BLOCK
    assert result.judged_by == ("STK-E160", "STK-E901", "STK-E902")


def test_a_file_only_compared_with_has_no_result(tmp_path: Path) -> None:
    inputs = put(tmp_path / "x.py", "theft")
    quiet = Inputs(found=(replace(inputs.found[0], reported=False),))
    report = asked(quiet)
    assert (report.results, report.exit_code) == ((), 0)


def test_lost_means_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unconfined(jobs: tuple[Job, ...], work: Callable[[Path, str], Judged], **_: object) -> Outcome:
        found = tuple(work(job.source, job.name) for job in jobs)
        return Outcome(results=found, confinement=Confinement(missing=("calls: none here",)))

    monkeypatch.setattr(vetting, "judge_all", unconfined)
    report = asked(put(tmp_path / "x.py", "fine"))
    assert report.notes == (
        "the judging processes are not shut in by calls: none here",
        "a judging process could reach the network: vet hostile files on a system that can prevent it",
    )


def test_several_inputs_warm_the_core_once(tmp_path: Path) -> None:
    warmed: list[int] = []
    core = replace(fake_core(), warm=lambda: warmed.append(1))
    asked(put(tmp_path / "a.py", "fine"), core=core)
    assert warmed == []
    asked(put(tmp_path / "a.py", "fine").and_those(put(tmp_path / "b.py", "fine")), core=core)
    assert warmed == [1]


def test_findings_win_over_the_unknown(tmp_path: Path) -> None:
    report = asked(put(tmp_path / "a.py", "theft torn"))
    (result,) = report.results
    assert (result.verdict, report.exit_code) == (Action.BLOCK, 1)
    assert result.incomplete
    assert exit_code(report.results, Action.BLOCK) == 1


def test_the_excerpt_is_cut_where_the_core_gives_texts(tmp_path: Path) -> None:
    def long(source: Path, name: str) -> Judged:
        judged = judge(source, name)
        text = "\n".join(f"line {at}" for at in range(1, 40))
        return replace(judged, sources={"setup.py": text})

    (result,) = asked(put(tmp_path / "a.py", "theft"), long).results
    (found,) = result.findings
    assert found.rule == STEAL.id
    assert found.excerpt == ((1, "line 1"), (2, "line 2"), (3, "line 3"))


def test_an_exception_goes_by_the_file_name_and_not_by_what_the_file_claims(tmp_path: Path) -> None:
    def claim(source: Path, name: str) -> Judged:
        return replace(judge(source, name), project="trusted", version="1.0")

    accepted = PolicyException(
        rule=STEAL.id, subject="trusted==1.0", reason="our own back-up tool", expires=NOON.date()
    )
    policy = Policy(exceptions=(accepted,))
    (result,) = asked(put(tmp_path / "evil-2.0.tar.gz", "theft"), claim, policy=policy).results
    assert (result.verdict, result.findings[0].subject) == (Action.BLOCK, "evil==2.0")
    (result,) = asked(put(tmp_path / "trusted-1.0.tar.gz", "theft"), claim, policy=policy).results
    assert result.verdict is Action.ALLOW
    (result,) = asked(put(tmp_path / "x.py", "theft"), claim, policy=policy).results
    assert result.verdict is Action.ALLOW, "where nothing else names it, its own claim does"


@pytest.mark.parametrize("suffix", DISTRIBUTIONS)
def test_every_ending_of_a_distribution_is_known(tmp_path: Path, suffix: str) -> None:
    assert is_distribution(f"x-1.0{suffix.upper()}")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / f"x-1.0{suffix}").write_text("x")
    (found,) = inputs_at(str(tmp_path / "dist")).found
    assert found.name == f"x-1.0{suffix}"


def test_each_project_of_a_folder_that_is_none_is_an_input(tmp_path: Path) -> None:
    for name in ("one", "deep/two", "deep/two/tests/data"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "setup.py").write_text("x")
    (tmp_path / "notes").mkdir()
    shown = str(tmp_path)
    assert [each.shown for each in inputs_at(shown).found] == [shown, f"{shown}/deep/two", f"{shown}/one"]
    (tmp_path / "one-1.0.zip").write_text("x")
    beside = inputs_at(shown)
    assert [each.shown for each in beside.found] == [
        f"{shown}/one-1.0.zip",
        f"{shown}/deep/two",
        f"{shown}/one",
    ]
    assert [(each.path, each.reason) for each in beside.left_out] == [
        (f"{shown}/notes", "no distribution and no project below it")
    ]
    (tmp_path / "setup.py").write_text("x")
    assert [each.shown for each in inputs_at(shown).found] == [shown]


@pytest.mark.parametrize(
    "name", ["requirements.txt", "dev-requirements.in", "constraints.txt", "uv.lock", "pylock.toml"]
)
def test_a_list_of_packages_holds_none_of_their_code(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("flask\n")
    (found,) = inputs_at(str(tmp_path / name)).found
    assert found.gap is not None
    assert (found.source, found.gap.mend) == (None, f"Vet what it names: -r {tmp_path / name}")


@pytest.mark.parametrize("name", ["setup.py", "notes.txt", "setup.cfg", "run.sh"])
def test_a_file_with_code_is_judged_whatever_else_reads_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (found,) = inputs_at(str(tmp_path / name)).found
    assert found.gap is None


def test_an_unreadable_folder_and_a_pipe_are_told(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    (found,) = inputs_at(str(tmp_path / "pipe")).found
    assert found.gap is not None
    assert "neither a file nor a folder" in found.gap.detail
    (empty,) = inputs_at(str(tmp_path / "none" / "x")).found
    assert empty.gap is not None
    (tmp_path / "folder").mkdir()
    (folder,) = inputs_at(str(tmp_path / "folder")).found
    assert (folder.folder, folder.gap) == (True, None)


def test_a_link_to_a_distribution_is_that_distribution(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "evil-1.0.tar.gz").write_text("theft")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "evil-1.0.tar.gz").symlink_to(tmp_path / "real" / "evil-1.0.tar.gz")
    (result,) = asked(inputs_at(str(tmp_path / "dist"))).results
    assert (result.verdict, result.ruleset) == (Action.BLOCK, RULESET)
