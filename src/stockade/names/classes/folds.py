"""The classes that see two names as one after folding them: look-alikes, separators, plurals, word order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from stockade.model.names import ProjectName
from stockade.names.kinds import EditClass
from stockade.names.letters import LOOK_ALIKE_FOLD, LOOK_ALIKE_PAIRS
from stockade.names.targets import Candidate, KeyTable, LineTable, LookUp, Table, Targets

_PAIRS = tuple(pair.split() for pair in LOOK_ALIKE_PAIRS)


def look_alike_fold(text: str) -> str:
    """``text`` (of lines) with each group of look-alike characters as one of them."""
    for two, one in _PAIRS:
        text = text.replace(two, one)
    return text.translate(LOOK_ALIKE_FOLD)


def delimiter_fold(text: str) -> str:
    """``text`` (of lines) without separators."""
    return text.replace("-", "")


def plural_fold(text: str) -> str:
    """``text`` (of lines) with each word's final ``s`` left out."""
    return f"{text}\n".replace("s-", "-").replace("s\n", "\n")[:-1]


def sorted_words(text: str) -> str:
    """``text`` with its words in alphabetical order."""
    return "-".join(sorted(text.split("-")))


def word_order(names: Sequence[str], targets: Targets) -> Iterator[tuple[str, Candidate]]:
    """The same words in another order."""
    several = [name for name in names if "-" in name]
    answer = targets.table(_by_words).answering(len(several))
    for name in several:
        target = answer(sorted_words(name))
        if target is not None and target != name:
            evidence = f"the words of {target!r} in another order"
            yield name, Candidate(EditClass.WORD_ORDER, target, evidence)


def _by_look(targets: Targets) -> Table:
    return _folded(targets, look_alike_fold)


def _by_letters(targets: Targets) -> Table:
    return _folded(targets, delimiter_fold)


def _by_singular(targets: Targets) -> Table:
    return _folded(targets, plural_fold)


def _folded(targets: Targets, fold: Callable[[str], str]) -> Table:
    return LineTable(fold(targets.text), targets.ranks)


def _by_words(targets: Targets) -> Table:
    several = [ProjectName(name) for name in targets.ranks if "-" in name]
    return KeyTable((sorted_words(name), name) for name in reversed(several))


LOOK_ALIKE = LookUp(EditClass.LOOK_ALIKE, _by_look, "looks like {target!r}", look_alike_fold)
"""Several characters, or a pair such as ``rn``, that look like the right ones."""
DELIMITER = LookUp(EditClass.DELIMITER, _by_letters, "{target!r} with other separators", delimiter_fold)
"""Only separators differ."""
PLURAL = LookUp(EditClass.PLURAL, _by_singular, "{target!r} with other plurals", plural_fold)
"""Several words' final ``s`` differ."""
