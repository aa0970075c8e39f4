"""``stockade vet`` over a stand-in for the analysis: inputs, exit codes, formats, policy, events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.stages.fake_core import fake_core

from stockade.cli import vet as vet_module
from stockade.cli.main import main
from stockade.store.events import EventLog


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vet_module, "load_core", fake_core)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STOCKADE_POLICY", raising=False)


def put(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def vetted(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["vet", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {result["path"]: result["verdict"] for result in report["results"]}


def test_a_theft_is_blocked_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = vetted(capsys, put("evil-1.0.tar.gz", "theft"), put("good-1.0.tar.gz", "fine"))
    assert code == report["exit_code"] == 1
    assert report["schema"] == "stockade.vet/1"
    evil, good = report["results"]
    assert (evil["path"], evil["verdict"], evil["project"], evil["version"]) == (
        "evil-1.0.tar.gz",
        "block",
        "evil",
        "1.0",
    )
    (finding,) = evil["findings"]
    assert finding["rule"] == "STK-E901"
    assert finding["phase"] == "install"
    assert finding["location"] == {"path": "setup.py", "line": 2, "end_line": 0}
    assert finding["excerpt"] == [[1, "import os"], [2, "steal(os.environ)"], [3, "setup()"]]
    assert (good["verdict"], good["findings"], good["score"]) == ("allow", [], 0.01)
    assert set(report["confinement"]) == {"limits", "files", "calls"}


def test_a_clean_input_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert vetted(capsys, put("good-1.0.tar.gz", "it talks"))[0] == 0


@pytest.mark.parametrize("text", ["torn", "crash"])
def test_what_cannot_be_judged_is_held_and_ends_with_3(capsys: pytest.CaptureFixture[str], text: str) -> None:
    code, report = vetted(capsys, put("bad-1.0.tar.gz", text))
    assert code == 3
    (result,) = report["results"]
    assert result["verdict"] == "quarantine"
    assert result["incomplete"]


def test_a_hang_is_held_and_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = vetted(capsys, "--timeout", "1", put("bad-1.0.tar.gz", "hang"), put("good.py", "fine"))
    assert code == 3
    assert verdicts(report) == {"bad-1.0.tar.gz": "quarantine", "good.py": "allow"}
    assert "longer than 1 s" in report["results"][0]["incomplete"][0]["detail"]


def test_a_policy_may_be_stricter_or_laxer_with_the_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    put("stockade.toml", '[indeterminate]\nunreadable = "warn"\n')
    code, report = vetted(capsys, put("bad-1.0.tar.gz", "torn"))
    assert (code, report["results"][0]["verdict"]) == (3, "warn")
    put("stockade.toml", '[indeterminate]\nunreadable = "block"\n')
    code, report = vetted(capsys, "bad-1.0.tar.gz")
    assert (code, report["results"][0]["verdict"]) == (3, "block")


def test_no_input_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = vetted(capsys, "./no-such-file.whl", put("good.py", "fine"), "/dev/null")
    assert code == 3
    assert verdicts(report) == {
        "./no-such-file.whl": "quarantine",
        "good.py": "allow",
        "/dev/null": "quarantine",
    }
    assert "no such file" in report["results"][0]["incomplete"][0]["detail"]


def test_a_folder_of_distributions_is_each_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    put("dist/evil-1.0.tar.gz", "theft")
    put("dist/deep/good-1.0-py3-none-any.whl", "fine")
    put("dist/notes.txt", "theft")
    code, report = vetted(capsys, "dist")
    assert code == 1
    assert verdicts(report) == {
        "dist/evil-1.0.tar.gz": "block",
        "dist/deep/good-1.0-py3-none-any.whl": "allow",
    }
    assert [each["path"] for each in report["left_out"]] == ["dist/notes.txt"]


def test_a_folder_that_is_a_project_is_one_input(capsys: pytest.CaptureFixture[str]) -> None:
    put("project/setup.py", "theft")
    put("project/evil-1.0.tar.gz", "fine")
    code, report = vetted(capsys, "project")
    assert (code, verdicts(report)) == (1, {"project": "block"})
    assert report["results"][0]["kind"] == "folder"


def test_fail_on_and_exit_zero(capsys: pytest.CaptureFixture[str]) -> None:
    target = put("odd-1.0.tar.gz", "odd")
    assert vetted(capsys, target)[0] == 0
    assert vetted(capsys, target, "--fail-on", "warn")[0] == 1
    assert vetted(capsys, put("evil-1.0.tar.gz", "theft"), "--exit-zero")[0] == 0


def test_an_exception_of_the_policy_covers_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import UTC, datetime, timedelta

    day = (datetime.now(UTC) + timedelta(days=9)).date()
    put(
        "stockade.toml",
        f'[[exceptions]]\nrule = "STK-E901"\nsubject = "evil==1.*"\nreason = "our drill"\nexpires = {day}\n',
    )
    code, report = vetted(capsys, put("evil-1.0.tar.gz", "theft"))
    (result,) = report["results"]
    assert (code, result["verdict"], result["findings"]) == (0, "allow", [])
    assert result["accepted"][0]["reason"] == "our drill"
    assert vetted(capsys, put("evil-2.0.tar.gz", "theft"))[0] == 1


def test_a_policy_in_what_is_vetted_is_not_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("evil/setup.py", "theft")
    put("evil/stockade.toml", '[rules]\nSTK-E901 = "info"\n')
    monkeypatch.chdir("evil")
    code, report = vetted(capsys, ".")
    assert code == 1
    assert any("was not asked" in note for note in report["notes"])
    assert vetted(capsys, ".", "--policy", "stockade.toml")[0] == 0


def test_a_judgement_is_kept_and_the_policy_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    target = put("evil-1.0.tar.gz", "theft")
    _, first = vetted(capsys, target)
    _, second = vetted(capsys, target)
    assert second["results"] == first["results"]
    assert (bool(first["confinement"]), bool(second["confinement"])) == (True, False)
    assert vetted(capsys, target, "--no-cache")[1]["confinement"]
    put("stockade.toml", '[rules]\nSTK-E901 = "low"\n')
    code, third = vetted(capsys, target)
    assert (code, third["results"][0]["verdict"]) == (0, "warn")


def test_text_shows_the_worst_first_and_no_bare_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vet", put("good-1.0.tar.gz", "talks"), put("evil-1.0.tar.gz", "theft")]) == 1
    text = capsys.readouterr().out
    assert text.index("evil-1.0.tar.gz") < text.index("good-1.0.tar.gz")
    assert "> 2 | steal(os.environ)" in text
    assert "nothing found; judged by 2 rules" in text
    assert "1 finding for context: STK-E902" in text
    assert "no network" in text
    assert "\x1b" not in text
    main(["vet", "--verbose", "good-1.0.tar.gz"])
    assert "INFO" in capsys.readouterr().out


def test_every_result_is_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    main(["vet", put("evil-1.0.tar.gz", "theft"), put("torn.py", "torn")])
    capsys.readouterr()
    with EventLog.open() as log:
        events = [each.event for each in log.query()]
    assert [(each.layer, each.kind, each.subject, each.verdict) for each in events] == [
        ("vet", "distribution.vetted", "evil==1.0", "block"),
        ("vet", "distribution.vetted", "torn.py", "quarantine"),
    ]
    assert events[0].detail["reasons"] == "STK-E901"


def test_what_cannot_be_recorded_is_incomplete(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOCKADE_DATABASE", "sqlite:////dev/null/no/where")
    assert main(["vet", put("good.py", "fine")]) == 3
    assert "not in the event log" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["--diff", "a", "b", "c"], ["--diff", "a"], ["--jobs", "0", "x"], ["--fail-on", "allow", "x"]],
)
def test_wrong_calls_end_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(["vet", *arguments]) == 2
    assert capsys.readouterr().err


def test_explain_says_what_a_rule_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vet", "--explain", "STK-E001"]) == 0
    assert "no-lockfile" in capsys.readouterr().out
    assert main(["vet", "--explain", "STK-E099"]) == 2


def test_help_names_what_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vet", "--help"]) == 0
    text = capsys.readouterr().out
    for word in (
        "--diff",
        "--explain",
        "-r",
        "--offline",
        "--jobs",
        "--no-cache",
        "sarif",
        "--wheels",
        "--sdists",
    ):
        assert word in text
