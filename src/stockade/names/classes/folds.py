"""The classes that see two names as one after folding them: look-alikes, separators, plurals, word order."""

from __future__ import annotations

from stockade.names.kinds import EditClass
from stockade.names.letters import LOOK_ALIKE_FOLD, LOOK_ALIKE_PAIRS
from stockade.names.targets import Candidate, Targets

_PAIRS = tuple(pair.split() for pair in LOOK_ALIKE_PAIRS)


def look_alike_fold(text: str) -> str:
    """``text`` with each group of look-alike characters as one of them."""
    for two, one in _PAIRS:
        text = text.replace(two, one)
    return text.translate(LOOK_ALIKE_FOLD)


def delimiter_fold(text: str) -> str:
    """``text`` without separators."""
    return text.replace("-", "")


def plural_fold(text: str) -> str:
    """``text`` with each word's final ``s`` left out; its lines stay lines."""
    return (text + "\n").replace("s-", "-").replace("s\n", "\n")[:-1]


def look_alike(name: str, targets: Targets) -> Candidate | None:
    """Several characters, or a pair such as ``rn``, that look like the right ones."""
    target = targets.folded(look_alike_fold).get(look_alike_fold(name))
    if target is None or target == name:
        return None
    return Candidate(EditClass.LOOK_ALIKE, target, f"looks like {target!r}")


def delimiter(name: str, targets: Targets) -> Candidate | None:
    """Only separators differ."""
    target = targets.folded(delimiter_fold).get(delimiter_fold(name))
    if target is None or target == name:
        return None
    return Candidate(EditClass.DELIMITER, target, f"{target!r} with other separators")


def plural(name: str, targets: Targets) -> Candidate | None:
    """Several words' final ``s`` differ."""
    target = targets.folded(plural_fold).get(plural_fold(name))
    if target is None or target == name:
        return None
    return Candidate(EditClass.PLURAL, target, f"{target!r} with other plurals")


def word_order(name: str, targets: Targets) -> Candidate | None:
    """The same words in another order."""
    if "-" not in name:
        return None
    target = targets.by_words.get("-".join(sorted(name.split("-"))))
    if target is None or target == name:
        return None
    return Candidate(EditClass.WORD_ORDER, target, f"the words of {target!r} in another order")
