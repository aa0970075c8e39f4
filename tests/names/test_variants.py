"""Variants: what is foreseen, in which order, and that each is a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.names.strategies import long_names, names

from stockade.model.names import ProjectName, project_name
from stockade.names.engine import EditClass
from stockade.names.variants import variants


@given(names(), st.booleans())
@settings(max_examples=40)
def test_variants_are_canonical_distinct_and_sorted(name: ProjectName, own: bool) -> None:
    found = variants(name, own=own)
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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "acme-corp-utils",
            """acme-corp-util acmecorputils acmecorp-utils acme-corputils python-acme-corp-utils acme-corp-utils-py
            py-acme-corp-utils acme-corp-utils-lib acme-corp-utils-python""",
        ),
        (
            "acme-tool",
            "acme-tools acmetool python-acme-tool acme-tool-py py-acme-tool acme-tool-lib acme-tool-python",
        ),
        ("acmelib", "acmelibs python-acmelib acmelib-py"),
    ],
)
def test_slips_of_memory_come_first_for_names_of_your_own(name: str, expected: str) -> None:
    first = [variant.name for variant in variants(ProjectName(name), limit=10, own=True)]
    assert first[0] == expected.split(maxsplit=1)[0]
    assert set(first) >= set(expected.split())


@given(names())
@settings(max_examples=20)
def test_the_variants_of_an_own_name_are_the_same_ones(name: ProjectName) -> None:
    plain, own = variants(name, limit=5000), variants(name, limit=5000, own=True)
    assert {variant.name for variant in plain} == {variant.name for variant in own}
