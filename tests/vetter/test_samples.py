"""Every rule of the vetter finds its hit, and lets its clean twin pass. Pages and changelog: ``tests/repo/test_rules.py``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.repo.tree import ROOT
from tests.vetter.build import distribution, expected
from tests.vetter.test_families_inert import foreign

from stockade.model.findings import Rule, Severity
from stockade.stages.rules import EVERY_RULE
from stockade.vetter.history_rules import CHANGE_RULES, INDEX_RULES
from stockade.vetter.judged import Judged
from stockade.vetter.registry import VET_RULES
from stockade.vetter.run import vet

SAMPLES = ROOT / "tests" / "samples"
IDS = [rule.id for rule in VET_RULES]
OVER_FAKES = {
    "tests/vetter/test_history.py": INDEX_RULES,
    "tests/vetter/test_changes.py": CHANGE_RULES,
}
"""Rules that look at an index or at two releases: no single file can hit them, so unit tests over fakes stand for samples."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@cache
def judged(sample: Path, scratch: Path) -> Judged:
    data, name = distribution(sample, scratch / sample.parent.name / sample.name)
    return vet(data, name)


@pytest.mark.parametrize("rule", VET_RULES, ids=IDS)
def test_the_hit_is_found(rule: Rule, folder: Path) -> None:
    sample = SAMPLES / rule.id / "hit"
    assert expected(sample)["rules"] == [rule.id]
    result = judged(sample, folder)
    worst = max((each.severity for each in result.findings if each.rule == rule.id), default=None)
    assert worst is not None, [each.rule for each in result.findings]
    assert worst >= min(rule.severity, Severity.HIGH)
    assert not result.incomplete


@pytest.mark.parametrize("rule", VET_RULES, ids=IDS)
def test_a_finding_explains_itself(rule: Rule, folder: Path) -> None:
    sample = SAMPLES / rule.id / "hit"
    for finding in judged(sample, folder).findings:
        if finding.rule == rule.id:
            assert finding.message
            assert finding.location is not None
            assert finding.subject
            assert not finding.chain or finding.chain[-1].role == "sink"


@pytest.mark.parametrize("rule", VET_RULES, ids=IDS)
def test_the_clean_twin_passes(rule: Rule, folder: Path) -> None:
    sample = SAMPLES / rule.id / "clean"
    assert expected(sample)["rules"] == []
    result = judged(sample, folder)
    assert [each.rule for each in result.findings if each.rule == rule.id] == []
    assert [(each.rule, each.message) for each in result.findings if each.severity >= Severity.HIGH] == []
    assert not result.incomplete


@pytest.mark.parametrize("rule", VET_RULES, ids=IDS)
def test_twins_are_built_alike(rule: Rule) -> None:
    hit, clean = SAMPLES / rule.id / "hit", SAMPLES / rule.id / "clean"
    assert expected(hit)["build"] == expected(clean)["build"]
    assert (hit / "make.py").is_file() == (clean / "make.py").is_file()
    mine, theirs = _texts(hit), _texts(clean)
    assert len({*mine} ^ {*theirs}) <= 2, "at most one file is named or placed otherwise"
    differing = [path for path in {*mine} & {*theirs} if mine[path] != theirs[path]]
    assert len(differing) <= 2, differing


@pytest.mark.parametrize("rule", VET_RULES, ids=IDS)
def test_samples_are_inert(rule: Rule) -> None:
    owned = {
        path: found
        for which in ("hit", "clean")
        for path, text in _texts(SAMPLES / rule.id / which, all_=True).items()
        if (found := foreign(text))
    }
    assert owned == {}


def _texts(sample: Path, *, all_: bool = False) -> dict[str, str]:
    """The files of a sample; those that follow from the others (``RECORD``, ``expected.json``) only with ``all_``."""
    return {
        path.relative_to(sample).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in sorted(sample.rglob("*"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and (all_ or path.name not in {"RECORD", "expected.json"})
    }


def test_no_sample_is_an_orphan() -> None:
    of_the_vetter = {path.name for path in SAMPLES.glob("STK-E1*")}
    assert of_the_vetter == set(IDS)
    for name in IDS:
        assert {path.name for path in (SAMPLES / name).iterdir()} == {"hit", "clean"}


def test_rules_without_samples_have_unit_tests() -> None:
    of_the_vetter = {rule.id for rule in EVERY_RULE if rule.id.startswith("STK-E1")}
    assert {rule.id for rules in OVER_FAKES.values() for rule in rules} == of_the_vetter - set(IDS)
    for path, rules in OVER_FAKES.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        assert [rule.id for rule in rules if rule.id not in text] == []
