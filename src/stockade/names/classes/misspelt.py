"""A well-known name beside a misspelt common word: ``torch-utilites``."""

from __future__ import annotations

from stockade.model.names import ProjectName
from stockade.names.classes.one_edit import classify
from stockade.names.kinds import EditClass
from stockade.names.targets import Candidate, Targets

SHORTEST_WORD = 6
"""A shorter unknown word is as likely a word of its own."""
COMMON = 4
"""A word in so many popular names is common."""
BRAND_RANK = 1000
BRAND_USES = 10
"""A project is well known by its rank, or because so many popular names hold its name as a word."""

_SLIPS = frozenset({EditClass.OMISSION, EditClass.REPETITION, EditClass.TRANSPOSITION, EditClass.VOWEL_SWAP})
"""Slips of the finger or of spelling. A substitution makes other words too easily."""


def common_words(targets: Targets) -> Targets:
    """The words that popular names share, most frequent first."""
    return Targets(
        [
            ProjectName(word)
            for word, count in targets.words.most_common()
            if count >= COMMON and len(word) >= SHORTEST_WORD and word.isalpha()
        ]
    )


def is_brand(word: str, targets: Targets) -> bool:
    """Whether ``word`` is a project that people know by name."""
    rank = targets.ranks.get(word)
    if rank is None:
        return False
    return rank <= BRAND_RANK or targets.words[word] >= BRAND_USES


def misspelt_word(name: str, targets: Targets, common: Targets) -> Candidate | None:
    """One word is a project's name, another is unknown and one slip away from a common word."""
    if "-" not in name:
        return None
    words = name.split("-")
    brand = next((word for word in words if is_brand(word, targets)), None)
    if brand is None:
        return None
    for word in words:
        if len(word) < SHORTEST_WORD - 1 or word == brand or word in targets.words:
            continue
        for edit in common.near(word):
            kind, evidence = classify(edit)
            if kind in _SLIPS and edit.target != brand:
                text = f"{brand!r} with {word!r} for {edit.target!r}: {evidence}"
                return Candidate(EditClass.MISSPELT_WORD, ProjectName(brand), text, part=kind)
    return None
