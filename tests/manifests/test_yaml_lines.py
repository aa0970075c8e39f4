"""YAML trees with lines, from whatever text."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.manifests.reading import commands, defects, read

from stockade.manifests.text import MAX_NESTING
from stockade.manifests.yaml_lines import Listing, Node, Scalar, Table, load_yaml, places_in, strings


def plain(node: Node) -> object:
    """The tree as Python's own types, all scalars strings."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.entries}


scalars = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(scalars, inner, max_size=4),
    max_leaves=15,
)


@given(trees, st.booleans())
def test_what_yaml_writes_is_read_back(tree: object, flow: bool) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, default_flow_style=flow, default_style='"')
    stream = load_yaml(text)
    assert not stream.faults
    assert [plain(document) for document in stream.documents] == [tree]


@given(st.text(alphabet="ab:-&*!|>'\"[]{}#%@ \n\t?,<", max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    stream = load_yaml(text)
    for document in stream.documents:
        list(strings(document))
    for line, message in stream.faults:
        assert 0 <= line <= text.count("\n") + 2
        assert message.isprintable()


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "{a: ",
        "- ",
        "? ",
        "[[],",
        "a:\n",
        "&a [*a, ",
        "&a ",
        "'",
        '"',
        "<<: *a\n",
        "a: &a [",
        "[?",
        "!a ",
    ],
)
def test_hostile_yaml_is_refused_in_no_time(unit: str) -> None:
    start = time.process_time()
    load_yaml(unit * (1_000_000 // len(unit)))
    assert time.process_time() - start < 4


def test_depth_is_bounded() -> None:
    stream = load_yaml("a: b\n---\n" + "[" * 10_000)
    assert stream.faults == [(3, f"nested deeper than the {MAX_NESTING} levels that are read")]
    assert len(stream.documents) == 2


def test_aliases_share_nodes_so_that_a_bomb_is_small() -> None:
    text = 'a0: &a0 ["pip install a"]\n' + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 60)
    )
    stream = load_yaml(text)
    assert not stream.faults
    (document,) = stream.documents
    assert isinstance(document, Table)
    assert [found.value for found in strings(document.get("a59"))] == ["pip install a"]
    assert commands(read(".gitlab-ci.yml", text + "x:\n  script: *a59\n")) == ["1 pip install | a"]


def test_chains_of_aliases_are_no_deep_recursion() -> None:
    text = "k0: &a0 {script: pip install a}\n" + "".join(
        f"k{i}: &a{i} {{x: *a{i - 1}}}\n" for i in range(1, 5_000)
    )
    assert commands(read(".gitlab-ci.yml", text)) == ["1 pip install | a"]


def test_an_alias_that_holds_itself_is_a_fault() -> None:
    assert load_yaml("a: &a [*a]\n").faults == [(1, "the alias *a holds itself, and is not read")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, "the key 'a' stands twice in one mapping")),
        ("a: *nowhere\n", (1, "not YAML: the alias *nowhere names nothing; the rest is not read")),
        ("? [a]\n: b\n", (1, "a key that is no string: its value is not read")),
    ],
)
def test_faults(text: str, fault: tuple[int, str]) -> None:
    assert load_yaml(text).faults == [fault]


def test_what_stands_before_a_fault_is_kept() -> None:
    manifest = read(".travis.yml", "install:\n- pip install a\nscript: [\n")
    assert commands(manifest) == ["2 pip install | a"]
    assert [found.partition(":")[0] for found in defects(manifest)] == ["4 not YAML"]


FOLDED = """a: >
  one two
  three

  four
    five
b: "six
  se\\
  ven \\
  eight"
c: 'nine

  it''s ten'
d: eleven
  twelve
e: |

  thirteen
"""


def test_lines_inside_scalars() -> None:
    (document,) = load_yaml(FOLDED).documents
    assert isinstance(document, Table)
    source = FOLDED.split("\n")
    lines = {}
    for _, value in document.entries:
        assert isinstance(value, Scalar)
        places = places_in(value, source)
        for word in value.value.split():
            lines[word] = places.at(value.value.index(word))
    assert lines == {
        "one": 2,
        "two": 2,
        "three": 3,
        "four": 5,
        "five": 6,
        "six": 7,
        "seven": 7,
        "eight": 10,
        "nine": 11,
        "it's": 11,
        "ten": 13,
        "eleven": 14,
        "twelve": 15,
        "thirteen": 18,
    }


@given(st.lists(st.sampled_from(["a", "bb", "c d", "", "  e"]), max_size=8))
def test_words_of_folded_blocks_have_their_lines(rows: list[str]) -> None:
    rows = ["start", *(f"{row} w{number}" if row.strip() else row for number, row in enumerate(rows))]
    text = "k: >-\n" + "".join(f"  {row}\n" for row in rows)
    (document,) = load_yaml(text).documents
    assert isinstance(document, Table)
    value = document.get("k")
    assert isinstance(value, Scalar)
    places = places_in(value, text.split("\n"))
    for number, row in enumerate(rows):
        for word in row.split():
            if word.startswith("w"):
                assert places.at(value.value.index(word)) == number + 2
