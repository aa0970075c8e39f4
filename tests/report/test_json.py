from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from tests.report.hostile import assessment_of, nasty
from tests.report.sample import ASSESSMENT, CLEAN, many

from stockade.model.assessment import CHECK_SCHEMA, Assessment
from stockade.report.json import render
from stockade.report.safe import encodable

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "check.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("assessment", [ASSESSMENT, CLEAN, many(30)])
def test_the_report_keeps_to_its_schema(assessment: Assessment, validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(json.loads(render(assessment)))) == []


def test_the_schema_refuses_another_format(validator: Draft202012Validator) -> None:
    report = json.loads(render(CLEAN))
    assert not validator.is_valid(report | {"schema": "stockade.check/2"})
    assert not validator.is_valid({key: value for key, value in report.items() if key != "incomplete"})
    assert not validator.is_valid(report | {"fail_on": "catastrophic"})


def test_findings_hold_what_the_contract_names() -> None:
    report = json.loads(render(ASSESSMENT))
    assert report["schema"] == CHECK_SCHEMA
    first = report["findings"][0]
    assert first == {
        "rule": "STK-R001",
        "title": "A required name is one slip away from a popular or internal one",
        "severity": "critical",
        "confidence": "high",
        "stage": "reconnaissance",
        "subject": "acme-corp-util",
        "location": {"path": "requirements.txt", "line": 9, "end_line": 0},
        "message": "'acme-corp-util' leaves out one letter of your internal 'acme-corp-utils', and is registered",
        "mend": "Require 'acme-corp-utils', and bind it to your own index.",
        "why": ASSESSMENT.findings[0].why,
        "evidence": {"class": "omission", "target": "acme-corp-utils", "score": "0.98"},
        "fingerprint": ASSESSMENT.findings[0].fingerprint,
        "references": ["PEP 708", "S2C2F ING-3"],
    }
    assert len(report["findings"]) == len(ASSESSMENT.findings)
    assert report["findings"][-1]["location"] is None


def test_metrics_and_gaps_hold_what_the_contract_names() -> None:
    report = json.loads(render(ASSESSMENT))
    assert report["metrics"][1] == {
        "id": "reconnaissance.squats-registered",
        "title": "Likely squats that are registered",
        "stage": "reconnaissance",
        "value": None,
        "unit": "count",
        "evaluated": 0,
        "skipped": 412,
        "reason": "the feed of registered names is stale",
    }
    assert report["incomplete"][0] == {
        "cause": "feed-stale",
        "subject": "registered-names",
        "detail": "made 43 days ago; the policy allows 30",
        "mend": "stockade feed update registered-names",
        "needed_by": "STK-R001",
    }
    assert report["accepted"][0]["expires"] == "2026-09-30"
    assert report["assessed_at"] == "2026-07-01T09:30:00Z"
    assert report["counts"] == {"critical": 1, "high": 2, "medium": 7, "low": 1, "info": 0}


@settings(max_examples=40)
@given(text=nasty)
def test_nothing_of_hostile_text_is_lost(text: str) -> None:
    report = json.loads(render(assessment_of(text)))
    plain = encodable(text)
    assert report["root"] == plain
    assert report["findings"][0]["subject"] == plain
    assert report["findings"][0]["evidence"][plain] == plain
    assert report["notes"] == [plain]
