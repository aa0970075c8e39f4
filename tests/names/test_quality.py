"""Quality floors. The legitimate neighbours are committed; the rest needs the development data."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.shared_data import shared_data

from stockade.model.names import ProjectName
from stockade.model.verdicts import Action
from stockade.names.engine import Engine
from stockade.names.importnames import PROJECT_OF_IMPORT
from stockade.names.variants import variants

NEIGHBOURS = Path(__file__).with_name("legitimate_neighbours.txt")
DATA = shared_data()
needs_data = pytest.mark.skipif(DATA is None, reason="the development data is not beside this checkout")
EVERY = 10
"""The index is sampled: every tenth name."""


def _rows(file: str) -> list[list[str]]:
    assert DATA is not None
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def _index() -> list[ProjectName]:
    assert DATA is not None
    with gzip.open(DATA / "pypi-names.txt.gz", "rt") as file:
        return [ProjectName(name) for name in file.read().split()]


def test_no_legitimate_neighbour_is_flagged(engine: Engine) -> None:
    names = [ProjectName(n) for n in NEIGHBOURS.read_text().splitlines() if not n.startswith("#")]
    assert len(names) >= 100
    judgements = list(engine.judge_many(names))
    assert [(j.name, j.verdict) for j in judgements if j.verdict is not Action.ALLOW] == []
    assert all(engine.candidates(name) for name in names), "each is near another"


@needs_data
def test_known_squats_are_flagged_and_the_index_is_not(engine: Engine) -> None:
    squats = [
        ProjectName(row[0])
        for row in _rows("malicious-names.tsv")
        if row[0] not in engine.popular.ranks and engine.popular.near(row[0])
    ]
    found = sum(judgement.verdict is not Action.ALLOW for judgement in engine.judge_many(squats))
    assert found / len(squats) >= 0.80

    known = set(squats)
    index = [name for name in _index()[::EVERY] if name not in known]
    flagged = sum(judgement.verdict is not Action.ALLOW for judgement in engine.judge_many(index))
    assert flagged / len(index) <= 0.00115, "0.1 %, and what the sample may be off"


@needs_data
def test_the_right_target_comes_first(engine: Engine) -> None:
    pairs = [row for row in _rows("confusion-pairs.tsv") if row[1] in engine.popular.ranks]
    right = sum(engine.judge(ProjectName(row[0])).target == row[1] for row in pairs)
    assert right / len(pairs) >= 0.9


@needs_data
def test_variants_cover_known_squats(engine: Engine) -> None:
    ranks = engine.popular.ranks
    covered = total = 0
    for row in _rows("malicious-names.tsv"):
        targets = [edit.target for edit in engine.popular.near(row[0]) if ranks[edit.target] <= 1000]
        if not targets or row[0] in ranks:
            continue
        total += 1
        foreseen = (variants(ProjectName(target)) for target in targets)
        covered += any(row[0] == variant.name for each in foreseen for variant in each)
    assert covered / total >= 0.95


@needs_data
def test_import_names_lead_to_projects_that_exist() -> None:
    assert set(PROJECT_OF_IMPORT.values()) <= set(_index())
