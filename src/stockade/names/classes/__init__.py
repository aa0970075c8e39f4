"""One place for each class of confusion.

``one_edit`` types a single edit, by a function a class; ``folds``, ``affixes`` and ``misspelt`` find
relations that are further apart, by a :data:`~stockade.names.targets.Search` a class; ``internal`` is about
the user's own names. A new class is one of these, its line in
:data:`~stockade.names.classes.one_edit.ONE_EDIT_CLASSES` or :data:`SEARCHES`, its member of ``EditClass``,
its weight (``tools/fit_names.py``) and its row in the tests' table of examples.
"""

from __future__ import annotations

from collections.abc import Sequence

from stockade.model.names import ProjectName
from stockade.names.classes import affixes, folds
from stockade.names.classes.one_edit import classify
from stockade.names.kinds import EditClass
from stockade.names.targets import Candidate, Search, Targets

SEARCHES: tuple[Search, ...] = (
    affixes.IMPORT_NAME,
    folds.LOOK_ALIKE,
    folds.DELIMITER,
    folds.PLURAL,
    affixes.PYTHON_LOST,
    folds.word_order,
    affixes.version_suffix,
    affixes.python_affix,
    affixes.combosquat,
)
"""Asked after single edits, in order, for many names at once; for one target the first answer counts."""

MOST_NEIGHBOURS = 3
"""Short names have dozens of neighbours at distance 1; the most popular ones are enough."""


def candidates(names: Sequence[str], targets: Targets) -> dict[str, list[Candidate]]:
    """Every relation of ``names`` to ``targets`` by name, each target once: the most telling class.

    Most names have none, and are not in it.
    """
    found: dict[str, list[Candidate]] = {}
    if not targets.ranks:
        return found
    surveyed = targets.survey(names)
    for name, edits in targets.near_many(surveyed):
        found[name] = [
            Candidate(kind, ProjectName(edit.target), evidence, edit)
            for edit in edits[:MOST_NEIGHBOURS]
            for kind, evidence in [classify(edit)]
        ]
    for search in SEARCHES:
        for name, candidate in search(names, targets):
            _add(candidate, found.setdefault(name, []))
    touching = [name for name, _, _ in surveyed]
    for name, candidate in affixes.glued(touching, targets):
        known = found.setdefault(name, [])
        if not any(other.kind is EditClass.COMBOSQUAT for other in known):
            _add(candidate, known)
    return found


def _add(candidate: Candidate, known: list[Candidate]) -> None:
    if not any(candidate.target == other.target for other in known):
        known.append(candidate)
