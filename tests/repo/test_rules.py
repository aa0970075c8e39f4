"""Each rule is whole: its check's line in the registry, its samples, its page, its line in the changelog."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
from tests.repo.tree import ROOT
from tools.build_rule_pages import body, pages

from stockade.checks.base import Check
from stockade.checks.registry import CHECKS, RULES
from stockade.firewall.filters.base import ContentFilter, PageFilter
from stockade.firewall.filters.registry import CONTENT_FILTERS, FILTERS, FIREWALL_RULES, PAGE_FILTERS
from stockade.model.findings import Rule
from stockade.stages.rules import EVERY_RULE

IDS = [rule.id for rule in EVERY_RULE]
CHECK_IDS = [rule.id for rule in RULES]
FILTER_IDS = [rule.id for rule in FIREWALL_RULES]
FILTER_FILES = ROOT / "src" / "stockade" / "firewall" / "filters"
CHECK_FILES = ROOT / "src" / "stockade" / "checks"
SAMPLES = ROOT / "tests" / "samples"
RULE_PAGES = ROOT / "docs" / "rules"


def test_ids_and_names_are_unique_and_of_their_stage() -> None:
    assert len(set(IDS)) == len(IDS)
    assert len({rule.name for rule in EVERY_RULE}) == len(EVERY_RULE)
    for rule in EVERY_RULE:
        assert re.fullmatch(rf"STK-{rule.stage.letter}\d{{3}}", rule.id), rule.id
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.name), rule.name


@pytest.mark.parametrize("rule", EVERY_RULE, ids=IDS)
def test_what_a_rule_says_reads_well(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.mend.endswith(".")
    assert "://" not in "".join(rule.references), "references are names, not addresses"


def test_every_check_in_the_folder_is_registered() -> None:
    found = []
    for path in sorted(CHECK_FILES.glob("*.py")):
        check = getattr(import_module(f"stockade.checks.{path.stem}"), "CHECK", None)
        if check is not None:
            assert isinstance(check, Check), path.name
            found.append(check.name)
    assert found
    assert sorted(found) == sorted(check.name for check in CHECKS)


def test_every_rule_in_the_folder_belongs_to_a_registered_check() -> None:
    defined = {
        value.id
        for path in CHECK_FILES.glob("*.py")
        for value in vars(import_module(f"stockade.checks.{path.stem}")).values()
        if isinstance(value, Rule)
    }
    assert defined == set(CHECK_IDS)


def test_every_filter_in_the_folder_is_registered_once() -> None:
    found = [
        value
        for path in sorted(FILTER_FILES.glob("*.py"))
        for value in vars(import_module(f"stockade.firewall.filters.{path.stem}")).values()
        if isinstance(value, PageFilter | ContentFilter)
    ]
    assert found
    assert sorted(map(id, found)) == sorted(map(id, FILTERS))
    assert len({each.name for each in FILTERS}) == len(FILTERS)
    assert all(isinstance(each, PageFilter) for each in PAGE_FILTERS)
    assert all(isinstance(each, ContentFilter) for each in CONTENT_FILTERS)


def test_every_rule_in_the_filters_folder_belongs_to_one_registered_filter() -> None:
    defined = [
        value.id
        for path in FILTER_FILES.glob("*.py")
        for value in vars(import_module(f"stockade.firewall.filters.{path.stem}")).values()
        if isinstance(value, Rule)
    ]
    assert set(defined) == set(FILTER_IDS)
    assert len(FILTER_IDS) == len(set(FILTER_IDS))


@pytest.mark.parametrize("rule", FIREWALL_RULES, ids=FILTER_IDS)
def test_every_rule_of_a_filter_has_a_hit_and_a_clean_sample(rule: Rule) -> None:
    assert (SAMPLES / rule.id / "hit" / "offer.json").is_file()
    assert (SAMPLES / rule.id / "clean" / "offer.json").is_file()


def test_every_filter_is_in_the_guide_in_its_order() -> None:
    guide = (ROOT / "docs" / "firewall-filters.md").read_text(encoding="utf-8")
    places = [guide.index(f"| `{each.name}` |") for each in FILTERS]
    assert places == sorted(places)
    for rule in FIREWALL_RULES:
        assert f"[{rule.id}](rules/{rule.id}.md)" in guide


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("rule", RULES, ids=CHECK_IDS)
def test_every_rule_of_a_check_has_a_hit_and_a_clean_sample(rule: Rule) -> None:
    assert _files(SAMPLES / rule.id / "hit")
    assert _files(SAMPLES / rule.id / "clean")


def test_no_sample_is_an_orphan() -> None:
    assert {path.name for path in SAMPLES.glob("STK-*")} <= set(IDS)


def test_generated_heads_of_rule_pages_are_current() -> None:
    assert [page.path.name for page in pages() if not page.current] == [], "run 'make format'"


@pytest.mark.parametrize("rule", EVERY_RULE, ids=IDS)
def test_every_rule_page_has_a_part_written_by_hand(rule: Rule) -> None:
    written = body((RULE_PAGES / f"{rule.id}.md").read_text(encoding="utf-8"))
    assert len(written) > 200, "say what is found, what is not, and show a mend"


def test_no_rule_page_is_an_orphan() -> None:
    assert sorted(path.stem for path in RULE_PAGES.glob("*.md")) == sorted([*IDS, "README"])


@pytest.mark.parametrize("rule", EVERY_RULE, ids=IDS)
def test_every_rule_is_in_the_changelog(rule: Rule) -> None:
    assert rule.id in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_changelog_names_no_unknown_rule() -> None:
    named = set(re.findall(r"STK-[REFLPX]\d{3}", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    assert named <= set(IDS)
