"""Every rule finds what its hit sample holds, at the right lines, and nothing in the clean twin."""

from __future__ import annotations

import pytest
from tests.checks.sample_facts import SAMPLES, facts_of, world_of

from stockade.checks.registry import CHECKS, RULES
from stockade.model.findings import Finding

CHECK_OF = {rule.id: check for check in CHECKS for rule in check.rules}
IDS = [rule.id for rule in RULES]


def found(rule: str, kind: str) -> list[Finding]:
    facts = facts_of(SAMPLES / rule / kind)
    return [f for f in CHECK_OF[rule].run(facts) if isinstance(f, Finding) and f.rule == rule]


@pytest.mark.parametrize("rule", IDS)
def test_the_hit_is_found_where_it_stands(rule: str) -> None:
    expected = world_of(SAMPLES / rule / "hit").expect
    assert expected, "a hit sample says what is to be found"
    seen = [
        (f.location.path, f.location.line, f.subject) if f.location else ("", 0, f.subject)
        for f in found(rule, "hit")
    ]
    assert sorted(seen) == sorted(expected)


@pytest.mark.parametrize("rule", IDS)
def test_the_clean_twin_is_left_alone(rule: str) -> None:
    assert found(rule, "clean") == []


@pytest.mark.parametrize("rule", IDS)
def test_a_finding_can_be_acted_on(rule: str) -> None:
    for finding in found(rule, "hit"):
        assert finding.message
        assert finding.mend
        assert finding.why
        assert "\n" not in finding.message


@pytest.mark.parametrize("rule", IDS)
def test_the_samples_are_read_without_a_defect(rule: str) -> None:
    for kind in ("hit", "clean"):
        if (rule, kind) == ("STK-R010", "hit"):
            continue  # the defect is what it is about
        manifests = facts_of(SAMPLES / rule / kind).inventory.manifests
        assert manifests, "the sample's tree holds a manifest"
        assert [d.message for m in manifests for d in m.defects] == []
