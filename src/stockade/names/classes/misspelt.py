"""A well-known name beside a misspelt common word: ``torch-utilites``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from stockade.model.names import ProjectName
from stockade.names.classes.one_edit import classify
from stockade.names.edits import Edit, Operation
from stockade.names.kinds import EditClass
from stockade.names.letters import KEYBOARD_NEIGHBOURS
from stockade.names.targets import Candidate, Targets

SHORTEST_WORD, COMMON = 7, 4
"""A common word has so many characters and stands in so many popular names; what resembles a shorter
one is as likely a word of its own …"""
SHORTEST_USUAL_WORD, USUAL = 5, 25
"""… unless it is in use everywhere, such as ``utils``. Of these a neighbouring key counts as a slip too."""
SHORTEST_BRAND = 4
BRAND_RANK = 1000
BRAND_USES = 10
"""A project is well known by its rank, or because so many popular names begin with its name."""


class Vocabulary:
    """The words that popular names are made of."""

    def __init__(self, targets: Targets) -> None:
        self.uses = targets.words
        self.common = Targets(
            [ProjectName(word) for word, count in targets.words.most_common() if _is_common(word, count)]
        )
        """Most frequent first."""
        leading = Counter(name.partition("-")[0] for name in targets.ranks if "-" in name)
        self.brands = frozenset(
            word
            for word, count in leading.items()
            if len(word) >= SHORTEST_BRAND
            and word in targets.ranks
            and (targets.ranks[word] <= BRAND_RANK or count >= BRAND_USES)
        )
        """Projects that people know by name, and that names begin with: ``django``, not ``tools``."""


def _is_common(word: str, count: int) -> bool:
    long = len(word) >= SHORTEST_WORD and count >= COMMON
    usual = len(word) >= SHORTEST_USUAL_WORD and count >= USUAL
    return (long or usual) and word.isalpha()


def is_slip(edit: Edit, uses: int) -> bool:
    """A slip of the finger within the word. Other edits, and a lost last letter, make other words too easily."""
    if edit.operation is Operation.REPLACE:
        return uses >= USUAL and edit.here in KEYBOARD_NEIGHBOURS[edit.there]
    if edit.operation is Operation.DELETE:
        return 0 < edit.at < len(edit.target) - 1
    doubled = edit.operation is Operation.INSERT and edit.at > 0 and edit.name[edit.at - 1] == edit.here
    return doubled or edit.operation is Operation.SWAP


def misspelt_words(names: Sequence[str], vocabulary: Vocabulary) -> Iterator[tuple[str, Candidate]]:
    """One word is a project's name, another is unknown and one slip away from a common word.

    ``names`` are of several words.
    """
    brands = vocabulary.brands
    for name in names:
        words = name.split("-")
        if not brands.isdisjoint(words) and (found := _misspelt(words, vocabulary)) is not None:
            yield name, found


def _misspelt(words: Sequence[str], vocabulary: Vocabulary) -> Candidate | None:
    uses = vocabulary.uses
    brand = next(word for word in words if word in vocabulary.brands)
    for word in words:
        if len(word) < SHORTEST_USUAL_WORD - 1 or word in uses:
            continue
        for edit in vocabulary.common.near(word):
            if is_slip(edit, uses[edit.target]) and edit.target != brand:
                kind, evidence = classify(edit)
                text = f"{brand!r} with {word!r} for {edit.target!r}: {evidence}"
                return Candidate(EditClass.MISSPELT_WORD, ProjectName(brand), text, part=kind)
    return None
