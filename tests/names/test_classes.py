"""Each class: examples, and that what it generates is recognised."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.names.strategies import names, one_edit

from stockade.model.names import ProjectName
from stockade.names.classes.affixes import PYTHON_LOST
from stockade.names.classes.folds import delimiter_fold, look_alike_fold, plural_fold
from stockade.names.classes.one_edit import ONE_EDIT_CLASSES, classify
from stockade.names.edits import align
from stockade.names.engine import EditClass, Engine, Protected
from stockade.names.letters import KEYBOARD_NEIGHBOURS, LOOK_ALIKE_GROUPS, VOWELS, one_bit_apart

OURS = Protected(
    frozenset({ProjectName("acme-corp-utils"), ProjectName("acme-auth")}), ("acme-*", "zeta-lab-*")
)

EXAMPLES = [
    ("reqeusts", EditClass.TRANSPOSITION, "requests", "'u' and 'e' swapped at 4"),
    ("requestss", EditClass.REPETITION, "requests", "'s' doubled at 9"),
    ("nummpy", EditClass.REPETITION, "numpy", "'m' doubled at 4"),
    ("reqests", EditClass.OMISSION, "requests", "'u' left out at 4"),
    ("requets", EditClass.OMISSION, "requests", "'s' left out at 6"),
    ("importlib-resource", EditClass.PLURAL, "importlib-resources", "plural 's' left out at 19"),
    ("huggingfaces-hub", EditClass.PLURAL, "huggingface-hub", "plural 's' added at 12"),
    (
        "importlibs-resource",
        EditClass.PLURAL,
        "importlib-resources",
        "'importlib-resources' with other plurals",
    ),
    ("prompt-tool-kit", EditClass.DELIMITER, "prompt-toolkit", "'-' put in at 12"),
    ("pythondateutil", EditClass.DELIMITER, "python-dateutil", "'-' left out at 7"),
    (
        "types-aio-boto-core",
        EditClass.DELIMITER,
        "types-aiobotocore",
        "'types-aiobotocore' with other separators",
    ),
    ("r3quests", EditClass.LOOK_ALIKE, "requests", "look-alike '3' for 'e' at 2"),
    ("nurnpy", EditClass.LOOK_ALIKE, "numpy", "looks like 'numpy'"),
    ("raquests", EditClass.VOWEL_SWAP, "requests", "vowel 'a' for 'e' at 2"),
    ("requesrs", EditClass.KEYBOARD, "requests", "neighbouring key 'r' for 't' at 7"),
    ("requeqts", EditClass.BIT_FLIP, "requests", "'q' for 's', one bit apart, at 6"),
    ("reqxests", EditClass.SUBSTITUTION, "requests", "'x' for 'u' at 4"),
    ("requests2", EditClass.VERSION_SUFFIX, "requests", "version '2' added at the end"),
    ("requests-v3", EditClass.VERSION_SUFFIX, "requests", "version '-v3' added at the end"),
    ("re7quests", EditClass.INSERTION_DIGIT, "requests", "digit '7' put in at 3"),
    ("arequests", EditClass.INSERTION_EDGE, "requests", "'a' added at the start"),
    ("reqjuests", EditClass.INSERTION_MID, "requests", "'j' put in at 4"),
    ("nmap-python", EditClass.WORD_ORDER, "python-nmap", "the words of 'python-nmap' in another order"),
    ("python-scikit-learn", EditClass.PYTHON_AFFIX, "scikit-learn", "'python-' put before"),
    (
        "json-logger",
        EditClass.PYTHON_AFFIX,
        "python-json-logger",
        "'python-json-logger' without its 'python' or 'py'",
    ),
    ("cv2", EditClass.IMPORT_NAME, "opencv-python", "the import name of 'opencv-python'"),
    (
        "torch-utilites",
        EditClass.MISSPELT_WORD,
        "torch",
        "'torch' with 'utilites' for 'utilities': 'i' left out at 7",
    ),
    ("pytorch-utilz", EditClass.MISSPELT_WORD, "pytorch", "'pytorch' with 'utilz' for 'utils'"),
    ("requests-darwin-lite", EditClass.COMBOSQUAT, "requests", "'-darwin-lite' put after"),
    ("requestsaa", EditClass.COMBOSQUAT, "requests", "'aa' stuck on"),
    ("acme-corp-util", EditClass.INTERNAL_EDIT, "acme-corp-utils", "plural 's' left out"),
    ("acmeauth", EditClass.INTERNAL_EDIT, "acme-auth", "'-' left out at 5"),
    ("zetalab-x", EditClass.INTERNAL_EDIT, "zeta-lab", "delimiter of your prefix 'zeta-lab'"),
    ("acme-corp-billing", EditClass.INTERNAL_PREFIX, "acme-corp-utils", "matches your pattern 'acme-*'"),
]


@pytest.fixture(scope="module")
def guarded(engine: Engine) -> Engine:
    return Engine.build([ProjectName(name) for name in engine.popular.ranks], OURS)


@pytest.mark.parametrize(("name", "kind", "target", "evidence"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_example(guarded: Engine, name: str, kind: EditClass, target: str, evidence: str) -> None:
    relations = {relation.target: relation for relation in guarded.judge(ProjectName(name)).relations}
    assert target in relations
    assert relations[ProjectName(target)].kind is kind
    assert evidence in relations[ProjectName(target)].evidence


def test_every_class_has_an_example() -> None:
    assert {row[1] for row in EXAMPLES} == set(EditClass)


def test_every_class_of_one_edit_is_asked_once() -> None:
    kinds = [kind for kind, _ in ONE_EDIT_CLASSES]
    assert len(kinds) == len(set(kinds))


@given(st.data(), names())
def test_every_edit_has_a_class_with_evidence(data: st.DataObject, target: str) -> None:
    edit = align(data.draw(one_edit(target)), target)
    assume(edit is not None)
    assert edit is not None
    kind, evidence = classify(edit)
    assert evidence
    assert kind in {kind for kind, _ in ONE_EDIT_CLASSES}


def test_a_lost_python_is_found_alike_by_few_questions_and_by_many(engine: Engine) -> None:
    fulls = list(engine.popular.ranks)
    stems = [full.removeprefix("python-").removeprefix("py").removesuffix("-python") for full in fulls]
    table = PYTHON_LOST.table(engine.popular)
    few = [table.answering(0)(stem) for stem in stems]
    assert few == list(map(table.answering(len(stems)), stems))
    assert sum(found is not None for found in few) > 100


TELLING = [
    EditClass.TRANSPOSITION,
    EditClass.DELIMITER,
    EditClass.PLURAL,
    EditClass.REPETITION,
    EditClass.VERSION_SUFFIX,
    EditClass.OMISSION,
]


def _class_of(name: str, target: str) -> EditClass | None:
    edit = align(name, target)
    return None if edit is None else classify(edit)[0]


@given(names(), st.data())
def test_generated_edits_get_their_class_or_a_more_telling_one(target: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(target) - 1))
    char = target[at]
    made = {
        EditClass.TRANSPOSITION: target[:at] + target[at + 1 : at + 2] + char + target[at + 2 :],
        EditClass.REPETITION: target[:at] + char + target[at:],
        EditClass.OMISSION: target[:at] + target[at + 1 :],
        EditClass.KEYBOARD: target[:at]
        + data.draw(st.sampled_from(sorted(KEYBOARD_NEIGHBOURS[char])))
        + target[at + 1 :],
        EditClass.VERSION_SUFFIX: target + data.draw(st.sampled_from("23456789")),
    }
    order = [kind for kind, _ in ONE_EDIT_CLASSES]
    for wanted, name in made.items():
        found = _class_of(name, target)
        if found is not None:
            assert order.index(found) <= order.index(wanted)


@given(st.sampled_from(LOOK_ALIKE_GROUPS), st.data())
def test_look_alikes_fold_to_one(group: str, data: st.DataObject) -> None:
    one, other = data.draw(st.sampled_from(group)), data.draw(st.sampled_from(group))
    assert look_alike_fold(f"x{one}x") == look_alike_fold(f"x{other}x")


@given(st.lists(names(), min_size=1, max_size=5))
def test_folding_a_text_folds_each_line(lines: list[str]) -> None:
    for fold in (look_alike_fold, delimiter_fold, plural_fold):
        assert fold("\n".join(lines)).split("\n") == [fold(line) for line in lines]
        assert fold("\n" + "\n".join(lines) + "\n")[1:-1].split("\n") == [fold(line) for line in lines]


def test_facts_about_letters() -> None:
    assert {"w", "s", "d", "r", "3", "4"} == KEYBOARD_NEIGHBOURS["e"]
    assert all(a in KEYBOARD_NEIGHBOURS[b] for a, near in KEYBOARD_NEIGHBOURS.items() for b in near)
    assert frozenset("aeiou") == VOWELS
    assert one_bit_apart("q", "s")
    assert not one_bit_apart("a", "z")
