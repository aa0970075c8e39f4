"""The formats of ``stockade check``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.e2e.conftest import Machine
from tests.e2e.reports import EXAMPLES, SQUAT, STORIES, report
from tests.repo.tree import ROOT

from stockade.cli.main import main


@pytest.mark.parametrize("example", [*STORIES, *(f"{name}-clean" for name in STORIES)])
@pytest.mark.parametrize("feeds", [True, False])
def test_json_is_what_its_schema_says(
    machine: Machine, fresh_feeds: Path, capsys: pytest.CaptureFixture[str], example: str, feeds: bool
) -> None:
    if feeds:
        machine.hold(fresh_feeds)
    schema = json.loads((ROOT / "docs" / "schemas" / "check.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    _, found = report(capsys, EXAMPLES / example, "--offline")
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(found)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("example", STORIES)
def test_findings_stand_at_the_lines_that_hold_what_they_speak_of(
    capsys: pytest.CaptureFixture[str], example: str
) -> None:
    _, found = report(capsys, EXAMPLES / example, "--offline")
    seen = 0
    for finding in found["findings"]:
        place = finding["location"]
        if place is None or not place["line"]:
            assert finding["rule"] in {"STK-E001", "STK-R007", "STK-R008"}
            continue
        text = (EXAMPLES / example / place["path"]).read_text(encoding="utf-8").splitlines()
        line = re.sub(r"[-_.]+", "-", text[place["line"] - 1].lower())
        for name in finding["subject"].split(", "):
            assert re.sub(r"[-_.]+", "-", name.lower()) in line, finding
            seen += 1
    assert seen >= 10


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("example", STORIES)
def test_sarif_says_what_json_says_at_the_same_lines(
    capsys: pytest.CaptureFixture[str], example: str
) -> None:
    _, found = report(capsys, EXAMPLES / example, "--offline")
    assert main(["check", str(EXAMPLES / example), "--offline", "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    results = []
    for result in run["results"]:
        assert result["partialFingerprints"]
        (place,) = result.get("locations") or [{"physicalLocation": {}}]
        file = place["physicalLocation"]
        uri = file.get("artifactLocation", {}).get("uri")
        results.append((result["ruleId"], uri, file.get("region", {}).get("startLine", 0)))
    expected = [
        (f["rule"], f["location"]["path"], f["location"]["line"]) if f["location"] else (f["rule"], None, 0)
        for f in found["findings"]
    ]
    assert sorted(map(repr, results)) == sorted(map(repr, expected))


def test_html_is_one_file_that_asks_nothing_of_anybody(ready: Machine) -> None:
    done = ready.run("check", ready.write(SQUAT), "--offline", "--format", "html")
    assert done.returncode == 1
    for outside in ("src=", "href=http", "@import", "url("):
        assert outside not in done.stdout.replace('href="#', "")


def test_text_is_not_coloured_for_a_pipe(ready: Machine) -> None:
    done = ready.run("check", ready.write(SQUAT), "--offline", TERM="xterm-256color", FORCE_COLOR="1")
    assert "\x1b" not in done.stdout + done.stderr
