"""``stockade check`` as people and CI jobs run it: stories, exit codes, options."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checks import locks
from tests.e2e.conftest import Machine, nothing_printed
from tests.e2e.reports import CLEAN, EXAMPLES, LOW, SQUAT, STORIES, gaps, report, rules

from stockade.cli.main import main
from stockade.store.events import EventLog

FORMATS = ["text", "json", "sarif", "markdown", "html"]

# -- the two stories ----------------------------------------------------------------------------------


@pytest.mark.parametrize("example", STORIES)
def test_the_example_names_the_squat_its_target_and_its_mend(ready: Machine, example: str) -> None:
    squat, target, line = STORIES[example]
    done = ready.run("check", EXAMPLES / example, "--offline")
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    assert f"CRITICAL  STK-R001  {squat}" in done.stdout
    assert f"requirements.txt:{line}" in done.stdout
    assert repr(target) in done.stdout
    assert f"→ Replace {squat!r} by {target!r}" in done.stdout
    assert done.stdout.splitlines()[1].startswith("Fails: ")


@pytest.mark.parametrize("example", STORIES)
def test_the_clean_twin_is_clean_with_feeds_and_incomplete_without(
    machine: Machine, fresh_feeds: Path, example: str
) -> None:
    twin = EXAMPLES / f"{example}-clean"
    without = machine.run("check", twin, "--offline")
    assert without.returncode == 3
    for feed in ("advisories", "registered-names"):
        assert f"stockade feed update {feed}" in without.stdout
    machine.hold(fresh_feeds)
    done = machine.run("check", twin, "--offline")
    assert (done.returncode, done.stderr) == (0, "")
    assert "UNKNOWN" not in done.stdout


# -- exit codes, each for its cause -------------------------------------------------------------------


def test_clean_is_0(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(capsys, ready.write(CLEAN), "--offline")
    assert (code, found["findings"], found["incomplete"]) == (0, [], [])
    assert found["verdict"]["action"] == "allow"


def test_a_finding_at_the_threshold_is_1_and_below_it_0(
    ready: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ready.write(LOW)
    code, found = report(capsys, folder, "--offline")
    assert (code, rules(found)) == (0, {"STK-E019"})
    assert report(capsys, folder, "--offline", "--fail-on", "low")[0] == 1
    assert report(capsys, folder, "--offline", "--fail-on", "medium")[0] == 0
    assert report(capsys, ready.write(SQUAT), "--offline", "--fail-on", "critical")[0] == 1


def test_the_policy_sets_the_threshold_and_the_flag_beats_it(
    ready: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ready.write({**LOW, "stockade.toml": 'fail_on = "info"\nonline = false\n'})
    code, found = report(capsys, folder)
    assert (code, found["fail_on"]) == (1, "info")
    code, found = report(capsys, folder, "--fail-on", "high")
    assert (code, found["fail_on"]) == (0, "high")


def test_no_feed_is_3_and_says_what_is_missing_and_how_to_get_it(machine: Machine) -> None:
    done = machine.run("check", machine.write(CLEAN), "--offline")
    assert done.returncode == 3
    assert "Incomplete: 2 things could not be judged, so this is not a pass." in done.stdout
    for feed in ("advisories", "registered-names"):
        assert f"feed-missing  {feed}" in done.stdout
        assert f"→ stockade feed update {feed}, or stockade feed import {feed} FILE" in done.stdout


def test_a_stale_feed_is_3(machine: Machine, stale_feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine.hold(stale_feeds)
    folder = machine.write(CLEAN)
    code, found = report(capsys, folder, "--offline")
    assert (code, gaps(found)) == (3, {"advisories": "feed-stale"})
    assert "99 days old; the policy allows 7" in found["incomplete"][0]["detail"]
    (folder / "stockade.toml").write_text("[feeds]\nadvisories_max_age_days = 100\n")
    assert report(capsys, folder, "--offline")[0] == 0


def test_a_stale_feed_still_finds_and_findings_win_over_gaps(
    machine: Machine, stale_feeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.hold(stale_feeds)
    code, found = report(capsys, machine.write({"requirements.txt": "evil-tool\n"}), "--offline")
    assert code == 1
    assert "STK-E017" in rules(found)
    assert gaps(found)["advisories"] == "feed-stale"


def test_a_damaged_feed_is_3(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    (ready.state / "feeds" / "advisories.feed").write_bytes(b"nothing of the kind")
    code, found = report(capsys, ready.write(CLEAN), "--offline")
    assert (code, gaps(found)) == (3, {"advisories": "unreadable"})


def test_an_unreadable_manifest_is_3(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(capsys, ready.write({**CLEAN, "pyproject.toml": "[project\n"}), "--offline")
    assert code == 3
    assert gaps(found) == {"pyproject.toml": "unreadable"}
    assert rules(found) == {"STK-R010"}


@pytest.mark.parametrize("files", [{}, {"readme.txt": "hello"}, {"package.json": '{"name": "web"}'}])
def test_nothing_to_judge_is_3(
    ready: Machine, capsys: pytest.CaptureFixture[str], files: dict[str, str]
) -> None:
    folder = ready.write({**files, ".keep": ""})
    code, found = report(capsys, folder, "--offline")
    assert code == 3
    assert "nothing was judged" in found["incomplete"][0]["detail"]


def test_excluding_everything_is_no_pass(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ready.write({**SQUAT, "stockade.toml": 'exclude = ["requirements*", "x/"]\n'})
    code, found = report(capsys, folder, "--offline")
    assert code == 3
    assert any(left["path"] == "requirements.txt" for left in found["left_out"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing"], "missing"),
        ([".", "--policy", "missing.toml"], "missing.toml"),
        ([".", "--env", "missing"], "no Python environment at missing"),
        ([".", "--format", "xml"], "xml"),
        ([".", "--stage", "expose"], "expose"),
        ([".", "--fail-on", "terrible"], "terrible"),
        ([".", "-o", "no/such/folder/report.txt"], "no/such/folder/report.txt"),
        ([".", "--no-such-option"], "--no-such-option"),
        (["readme.txt"], "not a manifest by its name"),
    ],
)
def test_wrong_use_is_2_even_with_exit_zero(ready: Machine, arguments: list[str], message: str) -> None:
    (ready.home / "readme.txt").write_text("hello\n")
    done = ready.run("check", *arguments, "--offline", "--exit-zero")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_policy_is_2_and_tells_every_problem(ready: Machine) -> None:
    folder = ready.write({**CLEAN, "stockade.toml": 'fail_onn = "low"\n[lock]\ncooldown_days = -1\n'})
    done = ready.run("check", folder, "--offline")
    assert done.returncode == 2
    assert "2 problems" in done.stderr
    assert "fail_on" in done.stderr
    assert done.stdout == ""


def test_an_event_log_that_cannot_be_written_is_3(ready: Machine) -> None:
    (ready.state / "events.db").write_bytes(b"this is no database, whatever its name says" * 100)
    done = ready.run("check", ready.write(CLEAN), "--offline")
    assert done.returncode == 3
    assert "event log" in done.stdout
    assert "could not be recorded" in done.stdout
    squat = ready.run("check", ready.write(SQUAT), "--offline")
    assert squat.returncode == 1


# -- options ------------------------------------------------------------------------------------------


def test_exit_zero_reports_everything_and_says_so(machine: Machine) -> None:
    done = machine.run("check", machine.write(SQUAT), "--offline", "--exit-zero")
    assert done.returncode == 0
    assert "STK-R001" in done.stdout
    assert "feed-missing" in done.stdout
    assert "Exit 0: asked for with --exit-zero, although 1 finding at or above high" in done.stdout


def test_exit_zero_is_recorded_as_what_it_would_have_been(machine: Machine) -> None:
    assert main(["check", str(machine.write(SQUAT)), "--offline", "--exit-zero", "-o", "r.txt"]) == 0
    with EventLog.open() as log:
        (whole,) = [one.event for one in log.query() if one.event.kind == "project.assessed"]
    assert whole.detail["exit code"] == "1"


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        (("reconnaissance",), {"reconnaissance"}),
        (("evaluation",), {"evaluation"}),
        (("evaluation", "reconnaissance"), {"reconnaissance", "evaluation"}),
        ((), {"reconnaissance", "evaluation"}),
    ],
)
def test_only_the_chosen_stages_are_assessed(
    ready: Machine, capsys: pytest.CaptureFixture[str], stages: tuple[str, ...], expected: set[str]
) -> None:
    chosen = [word for stage in stages for word in ("--stage", stage)]
    _, found = report(capsys, ready.write({"requirements.txt": "reqeusts\n"}), "--offline", *chosen)
    assert set(found["stages"]) == expected
    assert {finding["stage"] for finding in found["findings"]} == expected
    assert {metric["stage"] for metric in found["metrics"]} == expected
    assert {rule["stage"] for rule in found["rules"]} == expected


def test_a_stage_that_needs_no_feed_is_judged_without_one(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = machine.write({"requirements.txt": "./lib\n"})
    assert report(capsys, folder, "--offline", "--stage", "evaluation")[0] == 0


def test_a_policy_of_another_place(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ready.write({"requirements.txt": "acme-billing\n"})
    other = ready.write({"rules.toml": '[protect]\npatterns = ["acme-*"]\n'}, "other") / "rules.toml"
    assert "STK-R011" in rules(report(capsys, folder, "--offline")[1])
    assert "STK-R011" not in rules(report(capsys, folder, "--offline", "--policy", other)[1])


@pytest.mark.parametrize("report_format", FORMATS)
def test_a_report_goes_into_a_file_whole_and_nothing_to_the_screen(
    ready: Machine, capsys: pytest.CaptureFixture[str], report_format: str
) -> None:
    folder, target = ready.write(SQUAT), ready.home / f"report.{report_format}"
    with nothing_printed(capsys):
        code = main(["check", str(folder), "--offline", "--format", report_format, "-o", str(target)])
    assert code == 1
    text = target.read_text(encoding="utf-8")
    assert "reqeusts" in text
    assert text.endswith("\n")
    assert "\x1b" not in text


def test_one_manifest_is_a_path(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ready.write(
        {**SQUAT, "other/requirements.txt": "sklearn\n", "stockade.toml": 'fail_on = "critical"\n'}
    )
    code, found = report(capsys, folder / "requirements.txt", "--offline")
    assert (code, found["extent"]["manifests"], found["fail_on"]) == (1, 1, "critical")
    assert {finding["location"]["path"] for finding in found["findings"]} == {"requirements.txt"}


def test_a_tree_of_several_repositories(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    tree = {
        "shop/requirements.txt": "reqeusts\nflask==2.0\n",
        "ml/pyproject.toml": locks.pyproject("flask==2.0"),
        "ml/uv.lock": locks.uv({"flask": "2.0"}),
        "docs/readme.md": "nothing\n",
        "web/package.json": '{"name": "web"}',
    }
    folder = ready.write(tree)
    for repository in ("shop", "ml", "docs"):
        (folder / repository / ".git").mkdir(parents=True)
    code, found = report(capsys, folder, "--offline")
    assert code == 1
    assert [project["root"] for project in found["projects"]] == ["ml", "shop"]
    metrics = {metric["id"]: metric for metric in found["metrics"]}
    repositories = metrics["reconnaissance.repositories"]
    assert (repositories["value"], repositories["evaluated"]) == (3, 4)
    assert metrics["evaluation.projects-locked"]["value"] == 50
    holes = {f["location"]["path"] for f in found["findings"] if f["rule"] == "STK-E016"}
    assert holes == {"shop/requirements.txt", "ml/pyproject.toml", "ml/uv.lock"}


def test_an_environment_beside_its_lock(ready: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ready.write(CLEAN)
    site = ready.home / "env" / "lib" / "python3.12" / "site-packages"
    for name, version in (("flask", "2.0"), ("evil", "6.6")):
        info = site / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    code, found = report(capsys, folder, "--offline", "--env", ready.home / "env")
    assert code == 1
    kinds = {f["subject"]: f["evidence"]["kind"] for f in found["findings"] if f["rule"] == "STK-E018"}
    assert kinds == {"flask": "other-version", "evil": "extra"}
    (site / "evil-6.6.dist-info" / "METADATA").write_text("")
    code, found = report(capsys, folder, "--offline", "--env", ready.home / "env")
    assert (code, gaps(found)) == (3, {"environment": "unreadable"})
    (drift,) = [metric for metric in found["metrics"] if metric["id"] == "evaluation.drift"]
    assert drift["value"] is None
    assert "unreadable metadata" in drift["reason"]
    assert report(capsys, folder, "--offline", "--env", ready.home / "env", "--exit-zero")[0] == 0
