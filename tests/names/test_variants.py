"""Variants: what is foreseen, in which order, and that each is a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.names.strategies import long_names, names

from stockade.model.names import ProjectName, project_name
from stockade.names.engine import EditClass
from stockade.names.variants import variants


@given(names())
@settings(max_examples=40)
def test_variants_are_canonical_distinct_and_sorted(name: ProjectName) -> None:
    found = variants(name)
    assert len(found) <= 500
    assert name not in {variant.name for variant in found}
    assert len({variant.name for variant in found}) == len(found)
    assert all(project_name(variant.name) == variant.name for variant in found)
    likelihoods = [variant.likelihood for variant in found]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert 0 < sum(likelihoods) <= 1.001


@given(long_names())
@settings(max_examples=5)
def test_the_longest_names_have_variants(name: ProjectName) -> None:
    assert variants(name, limit=10) == variants(name)[:10]


@pytest.mark.parametrize(
    ("squat", "kind"),
    [
        ("acme-corp-util", EditClass.PLURAL),
        ("acme-corp-utilss", EditClass.REPETITION),
        ("acme-crop-utils", EditClass.TRANSPOSITION),
        ("acme-cop-utils", EditClass.OMISSION),
        ("acmecorputils", EditClass.DELIMITER),
        ("acme-corp-utils-2", EditClass.VERSION_SUFFIX),
        ("utils-acme-corp", EditClass.WORD_ORDER),
        ("acme-corp-uti1s", EditClass.LOOK_ALIKE),
        ("acrne-corp-utils", EditClass.LOOK_ALIKE),
        ("py-acme-corp-utils", EditClass.PYTHON_AFFIX),
        ("acme-corp-utils-dev", EditClass.COMBOSQUAT),
        ("acne-corp-utils", EditClass.KEYBOARD),
        ("acme-carp-utils", EditClass.VOWEL_SWAP),
    ],
)
def test_foreseen(squat: str, kind: EditClass) -> None:
    found = {variant.name: variant.kind for variant in variants(ProjectName("acme-corp-utils"))}
    assert found[ProjectName(squat)] is kind


def test_slips_of_the_finger_come_first() -> None:
    first = {variant.kind for variant in variants(ProjectName("requests"), limit=20)}
    assert first <= {EditClass.REPETITION, EditClass.TRANSPOSITION, EditClass.OMISSION, EditClass.PLURAL}
