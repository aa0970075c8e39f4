"""Names of ordinary letters cost fewer bits than slips; the table of the wheel is whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.names.strategies import names
from tools.build_spelling import FEWEST, spelling_table

from stockade.model.names import ProjectName
from stockade.names.letters import NAME_CHARACTERS
from stockade.names.spelling import EDGE, LONGEST, Spelling, built_in_spelling


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("requests", "reqeusts"),
        ("network", "netwrok"),
        ("measurements", "meausrements"),
        ("tokenizer", "tokeniezr"),
    ],
)
def test_a_slip_is_more_surprising_than_the_word(word: str, slip: str) -> None:
    surprise = built_in_spelling().surprise
    assert surprise(slip) > surprise(word) + 5


def test_the_table_knows_every_character_and_no_long_sequence() -> None:
    bits = built_in_spelling()._bits
    assert set(NAME_CHARACTERS) | {EDGE} <= set(bits)
    assert max(map(len, bits)) == LONGEST
    assert all(0 <= cost <= 24 for cost in bits.values())
    assert all(EDGE not in sequence[1:-1] for sequence in bits)


@given(names())
def test_every_name_has_a_cost_and_a_longer_one_costs_no_less_than_its_letters_alone(
    name: ProjectName,
) -> None:
    assert Spelling({}).surprise(name) >= built_in_spelling().surprise(name) >= 0


def test_the_longest_known_sequence_counts_and_each_character_that_it_lacks() -> None:
    spelling = Spelling({"a": 3, "b": 7, ".": 2, ".a": 1, "ab": 4, "ab.": 0})
    assert spelling.surprise(ProjectName("a")) == 1 + (
        2 + 2
    )  # '.a', then '.' without 'a' and the edge before it
    assert spelling.surprise(ProjectName("ab")) == 1 + (4 + 1) + (0 + 1)


def test_counting_leaves_out_what_few_names_have() -> None:
    many = [ProjectName(f"ab{'c' * (n % 2)}") for n in range(2 * FEWEST)] + [ProjectName("xy")]
    table = spelling_table(many)
    assert {".ab", "ab.", "abc.", ".abc", "x"} <= set(table)
    assert not {"xy", ".x", "b.a"} & set(table)
    assert (table["ab."], table["abc."], table["ab"]) == (1, 0, 0)
