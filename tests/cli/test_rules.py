"""``stockade rules``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from stockade.cli.main import main
from stockade.model.findings import Rule
from stockade.stages.rules import EVERY_RULE

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "rules.schema.json"


def test_the_list_holds_every_rule_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == [rule.id for rule in EVERY_RULE]
    assert lines[0] == "Reconnaissance"


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_a_rule_is_explained_by_id_or_name_in_any_case(
    rule: Rule, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = set()
    for word in (rule.id, rule.id.lower(), rule.name):
        assert main(["rules", word]) == 0
        shown.add(capsys.readouterr().out)
    (text,) = shown
    folded = " ".join(text.split())
    assert all(part in folded for part in (rule.id, rule.title, rule.why, rule.mend))


@pytest.mark.parametrize("arguments", [[], ["STK-R001"]])
def test_the_json_keeps_to_its_schema(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json", *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert document["schema"] == "stockade.rules/1"
    assert len(document["rules"]) == (1 if arguments else len(EVERY_RULE))


def test_a_rule_that_is_not_there_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "confusable-nam"]) == 2
    assert "did you mean STK-R001 (confusable-name)?" in capsys.readouterr().err
    assert main(["rules", "nothing-like-it-at-all"]) == 2
    assert "'stockade rules' lists them" in capsys.readouterr().err


def test_the_list_can_go_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "-o", str(tmp_path / "rules.txt")]) == 0
    assert capsys.readouterr().out == ""
    assert "STK-R001" in (tmp_path / "rules.txt").read_text()
