"""Every rule finds what its hit sample holds, and nothing in the clean twin."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.firewall.sample_offers import SAMPLES, content_of, offer_of, world_of

from stockade.firewall.attestations import Verified
from stockade.firewall.filters import provenance
from stockade.firewall.filters.base import About, PageFilter
from stockade.firewall.filters.registry import FILTERS
from stockade.firewall.ruling import rule
from stockade.model.findings import Finding, Severity
from stockade.model.policy import Thresholds
from stockade.model.verdicts import Action
from stockade.policy.engine import action_for

FILTER_OF = {held.id: each for each in FILTERS for held in each.rules}
IDS = sorted(FILTER_OF)
PAGE_IDS = [each for each in IDS if isinstance(FILTER_OF[each], PageFilter)]


def said(rule_id: str, kind: str) -> list[About]:
    """What the rule's filter says of the sample; of a filter of bytes, about its one file."""
    folder, each = SAMPLES / rule_id / kind, FILTER_OF[rule_id]
    offer = offer_of(folder)
    if isinstance(each, PageFilter):
        return list(each.run(offer))
    file, content, publisher = content_of(folder, offer)
    with pytest.MonkeyPatch.context() as patch:
        if publisher:
            patch.setattr(provenance, "verify", lambda *_: Verified(publisher))
        return [About(outcome=found, files=(file.filename,)) for found in each.run(offer, file, content)]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier of attestations writes its trust root into the user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


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


@pytest.mark.parametrize("rule_id", PAGE_IDS)
def test_the_hit_is_ruled_on_as_its_severity_says(rule_id: str) -> None:
    offer = offer_of(SAMPLES / rule_id / "hit")
    least = min(
        action_for(each.outcome, Thresholds())
        for each in said(rule_id, "hit")
        if isinstance(each.outcome, Finding) and each.outcome.severity > Severity.INFO
    )
    assert max(each.verdict.action for each in rule(offer).values()) >= least > Action.ALLOW


@pytest.mark.parametrize("rule_id", PAGE_IDS)
def test_nothing_refuses_the_clean_twin(rule_id: str) -> None:
    for each in rule(offer_of(SAMPLES / rule_id / "clean")).values():
        assert not each.refused, each.verdict
