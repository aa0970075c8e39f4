"""Every rule finds what its hit sample holds, and nothing in the clean twin."""

from __future__ import annotations

import pytest
from tests.firewall.sample_offers import SAMPLES, offer_of, world_of

from stockade.firewall.filters.base import About, PageFilter
from stockade.firewall.filters.registry import PAGE_FILTERS
from stockade.firewall.ruling import rule
from stockade.model.findings import Finding, Severity
from stockade.model.policy import Thresholds
from stockade.model.verdicts import Action
from stockade.policy.engine import action_for

FILTER_OF: dict[str, PageFilter] = {held.id: each for each in PAGE_FILTERS for held in each.rules}
IDS = sorted(FILTER_OF)


def said(rule_id: str, kind: str) -> list[About]:
    return list(FILTER_OF[rule_id].run(offer_of(SAMPLES / rule_id / kind)))


@pytest.mark.parametrize("rule_id", IDS)
def test_the_hit_is_found(rule_id: str) -> None:
    expected = world_of(SAMPLES / rule_id / "hit").expect
    assert expected, "a hit sample says what is to be found"
    found = [
        (each.outcome.subject, None if each.files is None else list(each.files))
        for each in said(rule_id, "hit")
        if isinstance(each.outcome, Finding) and each.outcome.rule == rule_id
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("rule_id", IDS)
def test_the_clean_twin_is_left_alone(rule_id: str) -> None:
    assert said(rule_id, "clean") == []


@pytest.mark.parametrize("rule_id", IDS)
def test_a_finding_can_be_acted_on(rule_id: str) -> None:
    for each in said(rule_id, "hit"):
        assert isinstance(each.outcome, Finding), "a sample is about findings, not about gaps"
        assert each.outcome.message
        assert each.outcome.mend
        assert each.outcome.why
        assert "\n" not in each.outcome.message


@pytest.mark.parametrize("rule_id", IDS)
def test_the_hit_is_ruled_on_as_its_severity_says(rule_id: str) -> None:
    offer = offer_of(SAMPLES / rule_id / "hit")
    least = min(
        action_for(each.outcome, Thresholds())
        for each in said(rule_id, "hit")
        if isinstance(each.outcome, Finding) and each.outcome.severity > Severity.INFO
    )
    assert max(each.verdict.action for each in rule(offer).values()) >= least > Action.ALLOW


@pytest.mark.parametrize("rule_id", IDS)
def test_nothing_refuses_the_clean_twin(rule_id: str) -> None:
    for each in rule(offer_of(SAMPLES / rule_id / "clean")).values():
        assert not each.refused, each.verdict
