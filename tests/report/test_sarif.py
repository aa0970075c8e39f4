"""The properties that SARIF 2.1.0 asks for, and those that code-scanning services need beside them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from tests.report.hostile import assessment_of, nasty
from tests.report.sample import ASSESSMENT, CLEAN, many

from stockade.model.assessment import Assessment
from stockade.model.findings import Severity
from stockade.model.verdicts import Cause
from stockade.report.sarif import LEVELS, SECURITY_SEVERITY, render


def _run(assessment: Assessment) -> dict[str, Any]:
    log = json.loads(render(assessment))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    found: dict[str, Any] = run
    return found


def _check_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in {"error", "warning", "note"}
    assert result["message"]["text"]
    assert len(result["locations"]) == 1
    physical = result["locations"][0]["physicalLocation"]
    artifact = physical["artifactLocation"]
    assert artifact["uriBaseId"] == "%SRCROOT%"
    assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", artifact["uri"])
    if "region" in physical:
        assert 1 <= physical["region"]["startLine"] <= physical["region"]["endLine"]
    assert re.fullmatch(r"[0-9a-f]{32}", result["partialFingerprints"]["stockade/v1"])


@pytest.mark.parametrize("assessment", [ASSESSMENT, CLEAN, many(30)])
def test_structure(assessment: Assessment) -> None:
    run = _run(assessment)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("Stockade", "0.1.0")
    assert run["columnKind"] == "unicodeCodePoints"
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]
    for rule in driver["rules"]:
        for part in ("shortDescription", "fullDescription", "help"):
            assert rule[part]["text"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert 0 <= float(rule["properties"]["security-severity"]) <= 10
        assert rule["name"] != rule["id"]
    assert len(run["results"]) == len(assessment.findings) + len(assessment.accepted)
    for result in run["results"]:
        _check_result(result, driver["rules"])
    (invocation,) = run["invocations"]
    assert invocation["exitCode"] == assessment.exit_code
    assert invocation["executionSuccessful"] is (not assessment.incomplete)


def test_every_rule_that_ran_is_listed_even_without_a_result() -> None:
    assert [rule["id"] for rule in _run(CLEAN)["tool"]["driver"]["rules"]] == [
        rule.id for rule in CLEAN.rules
    ]


def test_lines_are_true_and_left_out_where_there_is_none() -> None:
    results = {result["properties"]["subject"]: result for result in _run(ASSESSMENT)["results"]}
    place = results["urllib3==1.26.4"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "services/mail%20room/requirements.lock"
    assert place["region"] == {"startLine": 112, "endLine": 114}
    nowhere = results["torch==2.9.1"]["locations"][0]["physicalLocation"]
    assert nowhere == {"artifactLocation": {"uri": "./", "uriBaseId": "%SRCROOT%"}}


def test_accepted_findings_are_suppressed_with_their_reason() -> None:
    suppressed = [result for result in _run(ASSESSMENT)["results"] if "suppressions" in result]
    assert [result["properties"]["subject"] for result in suppressed] == ["jinja2==2.11.3"]
    assert suppressed[0]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Templates are ours alone; the upgrade is planned "
            "(until 2026-09-30, approved by the platform team)",
        }
    ]


def test_what_could_not_be_judged_is_a_notification_each() -> None:
    run = _run(ASSESSMENT)
    (invocation,) = run["invocations"]
    kinds = run["tool"]["driver"]["notifications"]
    told = invocation["toolExecutionNotifications"]
    assert [kinds[one["descriptor"]["index"]]["id"] for one in told] == ["feed-stale", "unreadable"]
    assert {kind["id"] for kind in kinds} == set(Cause)
    assert all(one["level"] == "error" for one in told)
    assert told[0]["message"]["text"].startswith("registered-names: made 43 days ago")


def test_severities_map_to_levels_and_bands_in_order() -> None:
    assert [LEVELS[severity] for severity in Severity] == ["note", "note", "warning", "error", "error"]
    scores = [float(SECURITY_SEVERITY[severity]) for severity in Severity]
    assert scores == sorted(scores)
    assert scores[-1] > 9
    assert 7 <= scores[-2] < 9
    assert 4 <= scores[-3] < 7


@settings(max_examples=40)
@given(text=nasty)
def test_hostile_text_makes_no_link_and_no_foreign_address(text: str) -> None:
    run = _run(assessment_of(text))
    for result in run["results"]:
        assert "](" not in result["message"]["text"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        if text.startswith("/"):
            assert artifact["uri"].startswith("file:///")
            assert "uriBaseId" not in artifact
        else:
            assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", artifact["uri"])
            assert not artifact["uri"].startswith("/")
