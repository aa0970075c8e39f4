"""``stockade names``: what is printed, in which form, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.names.strategies import names

from stockade.cli import names_scan
from stockade.cli.main import cli
from stockade.cli.names import InvalidName, parsed
from stockade.errors import ExitCode, InvalidValueError
from stockade.model.names import project_name
from stockade.sources.feeds import FeedName, FeedStore

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder that ends the search for a policy, with an empty state."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOCKADE_STATE", str(tmp_path / "state"))
    runner = CliRunner()

    def invoke(*arguments: str, given: bytes | str | None = None) -> Result:
        return runner.invoke(cli, ["names", *arguments], input=given)

    return invoke


def _lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_check_tells_the_target_the_class_and_the_next_step(run: Run) -> None:
    result = run("check", "reqeusts")
    assert result.exit_code == ExitCode.FINDINGS
    assert "transposition of requests (rank 6): 'u' and 'e' swapped at 4" in result.stdout
    assert "next: use 'requests'" in result.stdout


def test_check_is_clean_for_what_people_mean(run: Run) -> None:
    result = run("check", "requests", "zqxwvk-qqxz")
    assert result.exit_code == ExitCode.CLEAN, result.output
    assert "requests: allow, score 0.000, itself popular (rank 6)" in result.stdout
    assert "resembles no popular or protected name" in result.stdout


def test_check_as_json(run: Run) -> None:
    result = run("check", "ReqEusts", "no name", "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == ExitCode.FINDINGS
    assert document["schema"] == "stockade.names-check/1"
    (judgement,) = document["judgements"]
    assert judgement["name"] == "reqeusts"
    assert (judgement["verdict"], judgement["class"], judgement["target"]) == (
        "block",
        "transposition",
        "requests",
    )
    assert judgement["target_rank"] == 6
    assert judgement["relations"][0]["class"] == "transposition"
    assert document["invalid"] == [{"name": "no name", "error": "not a project name: 'no name'"}]


def test_what_is_no_name_is_incomplete_not_clean(run: Run) -> None:
    result = run("check", "requests", "-", "\x1b[31m")
    assert result.exit_code == ExitCode.INCOMPLETE
    assert "'\\x1b[31m'  not judged" in result.stderr
    assert "\x1b" not in result.output


def test_an_argument_that_is_no_text_is_reported_not_a_crash(run: Run) -> None:
    result = run("check", "--format", "json", "\udcff\udcfe", "flask")
    assert result.exit_code == ExitCode.INCOMPLETE
    report = json.loads(result.stdout)
    assert [each["name"] for each in report["invalid"]] == ["\\udcff\\udcfe"]
    assert [each["name"] for each in report["judgements"]] == ["flask"]


def test_findings_come_before_incomplete(run: Run) -> None:
    assert run("check", "reqeusts", "no name").exit_code == ExitCode.FINDINGS
    assert run("check", "reqeusts", "no name", "--exit-zero").exit_code == ExitCode.CLEAN


@pytest.mark.parametrize(("fail_on", "code"), [("warn", 1), ("quarantine", 0), ("block", 0)])
def test_the_threshold(run: Run, fail_on: str, code: int) -> None:
    assert run("check", "cv2", "--fail-on", fail_on).exit_code == code


def test_protected_names_come_from_the_policy_and_the_flag(run: Run, tmp_path: Path) -> None:
    assert run("check", "acme-corp-util").exit_code == ExitCode.CLEAN
    assert run("check", "acme-corp-util", "--protect", "acme-corp-utils").exit_code == ExitCode.FINDINGS
    (tmp_path / "stockade.toml").write_text('[protect]\nnames = ["acme-corp-utils"]\npatterns = ["acme-*"]\n')
    result = run("check", "acme-corp-util", "acme-billing")
    assert "internal-edit of acme-corp-utils (yours): plural 's' left out at 15" in result.stdout
    assert "next: declare it under [protect] names if it is yours" in result.stdout
    assert result.exit_code == ExitCode.FINDINGS


def test_the_policy_allows_a_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_text('[names]\nallow = ["reqeusts"]\n')
    result = run("check", "reqeusts")
    assert result.exit_code == ExitCode.CLEAN
    assert "allowed by the policy" in result.stdout


def test_a_protected_name_must_be_a_name(run: Run) -> None:
    assert run("check", "requests", "--protect", "no name").exit_code == ExitCode.USAGE


def test_a_stale_popularity_list_is_incomplete(run: Run, tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_text("[feeds]\npopularity_max_age_days = 1\n")
    result = run("check", "requests")
    assert result.exit_code == ExitCode.INCOMPLETE
    assert "incomplete:" in result.stderr


GIVEN = b"reqeusts\n\n# a comment\nflask\r\nno name\n\xff\xfe\nFlaskk"


@given(st.one_of(names(), st.text("aZ9-_. \u0131", max_size=5)))
def test_names_are_parsed_as_everywhere_else(text: str) -> None:
    (found,) = parsed([text])
    try:
        wanted: object = project_name(text)
    except InvalidValueError as error:
        wanted = InvalidName(name=text, error=error.message)
    assert found == wanted


def test_scan_prints_what_is_flagged_in_order(run: Run) -> None:
    result = run("scan", "-", "--format", "jsonl", given=GIVEN)
    assert result.exit_code == ExitCode.FINDINGS
    first, *rest = _lines(result)
    assert {key: first[key] for key in ("name", "class", "target", "verdict")} == {
        "name": "reqeusts",
        "class": "transposition",
        "target": "requests",
        "verdict": "block",
    }
    assert set(first) == {"name", "score", "class", "target", "verdict"}
    assert [line.get("error", "") != "" for line in rest] == [True, True, False]
    assert rest[-1]["name"] == "flaskk"
    assert "3 names judged, 2 flagged, 2 not names" in result.stderr


def test_scan_all_prints_every_name(run: Run) -> None:
    lines = _lines(run("scan", "-", "--format", "jsonl", "--all", given="flask\nzqxwvk\n"))
    assert [(line["name"], line["verdict"]) for line in lines] == [("flask", "allow"), ("zqxwvk", "allow")]


def test_scan_of_clean_names_is_clean(run: Run) -> None:
    result = run("scan", "-", given="flask\nrequests\n")
    assert (result.exit_code, result.stdout) == (ExitCode.CLEAN, "")


def test_scan_of_nothing_is_incomplete(run: Run) -> None:
    assert run("scan", "-", given="# only a comment\n").exit_code == ExitCode.INCOMPLETE


def test_scan_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("reqeusts\nbad name\n")
    flagged, invalid = run("scan", "list.txt").stdout.splitlines()
    assert flagged.split() == ["block", flagged.split()[1], "reqeusts", "transposition", "of", "requests"]
    assert invalid.startswith("not judged  'bad name': not a project name")


def test_a_mark_of_the_byte_order_is_no_part_of_the_first_name(run: Run) -> None:
    marked = b"\xef\xbb\xbfreqeusts\n\xef\xbb\xbfflask\n"
    first, second = _lines(run("scan", "-", "--all", "--format", "jsonl", given=marked))
    assert (first["name"], first["verdict"]) == ("reqeusts", "block")
    assert "error" in second, "elsewhere it is a character like others"


def test_a_line_without_end_is_one_bad_name(run: Run) -> None:
    result = run("scan", "-", "--format", "jsonl", given=b"a" * 1_000_000 + b"\nflask\n")
    (line,) = _lines(result)
    assert len(line["name"]) == 300
    assert "1 names judged, 0 flagged, 1 not names" in result.stderr


def test_several_processes_answer_like_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    given = "".join(f"{name}\n" for name in ["reqeusts", "flask", "bad name", "nummpy"] * 30)
    alone = run("scan", "-", "--format", "jsonl", "--all", "--jobs", "1", given=given)
    monkeypatch.setattr(names_scan, "CHUNK", 25)
    shared = run("scan", "-", "--format", "jsonl", "--all", "--jobs", "2", given=given)
    assert shared.stdout == alone.stdout
    assert shared.exit_code == alone.exit_code == ExitCode.FINDINGS


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def test_variants_without_a_feed_are_unknown(run: Run) -> None:
    result = run("variants", "acme-corp-utils", "--limit", "3", "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == ExitCode.INCOMPLETE
    assert {row["status"] for row in document["names"][0]["variants"]} == {"unknown"}
    assert document["incomplete"][0]["cause"] == "feed-missing"


def test_variants_are_registered_or_free(run: Run, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("requests\nreqeusts\n")
    store = FeedStore(tmp_path / "state" / "feeds")
    store.import_feed(FeedName.REGISTERED_NAMES, tmp_path / "names.txt", _Clock())
    result = run("variants", "requests", "--format", "json")
    assert result.exit_code == ExitCode.CLEAN, result.output
    (row,) = json.loads(result.stdout)["names"]
    status = {each["name"]: each["status"] for each in row["variants"]}
    assert [name for name, told in status.items() if told == "registered"] == ["reqeusts"]
    text = run("variants", "requests").stdout
    assert text.startswith(f"requests: {len(status)} variants, 1 registered")


def test_the_progress_bar_waits_and_goes_away() -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    bar = names_scan.Progress(screen, io.BytesIO())
    bar.show(names_scan.Tally(names=5))
    assert screen.getvalue() == ""
    bar._began -= 3
    bar.show(names_scan.Tally(names=1234, flagged=2))
    assert "1,234 names, 2 flagged" in screen.getvalue()
    bar.clear()
    assert screen.getvalue().endswith("\r\x1b[K")
