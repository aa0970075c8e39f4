"""One place for each class of confusion.

``one_edit`` types a single edit, by a function a class; ``folds``, ``affixes`` and ``misspelt`` find
relations that are further apart, by a :class:`~stockade.names.targets.LookUp` or a function a class;
``internal`` is about the user's own names. A new class is one of these, its line in
:data:`~stockade.names.classes.one_edit.ONE_EDIT_CLASSES`, :data:`LOOK_UPS` or :data:`SEARCHES`, its member
of ``EditClass``, its weight (``tools/fit_names.py``) and its row in the tests' table of examples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stockade.model.names import ProjectName
from stockade.names.classes import affixes, folds
from stockade.names.classes.one_edit import classify
from stockade.names.targets import Candidate, LookUp, Targets

LOOK_UPS: tuple[LookUp, ...] = (
    affixes.IMPORT_NAME,
    folds.LOOK_ALIKE,
    folds.DELIMITER,
    folds.PLURAL,
    affixes.PYTHON_LOST,
)
"""Asked first, in order, for many names at once; for one target the first answer counts."""

SEARCHES: tuple[Callable[[str, Targets], Candidate | None], ...] = (
    folds.word_order,
    affixes.version_suffix,
    affixes.python_affix,
    affixes.combosquat,
)
"""Asked next, in order, for one name at a time."""

MOST_NEIGHBOURS = 3
"""Short names have dozens of neighbours at distance 1; the most popular ones are enough."""


def looked_up(names: Sequence[str], targets: Targets) -> dict[str, list[Candidate]]:
    """What :data:`LOOK_UPS` find, by name; most names are not in it."""
    found: dict[str, list[Candidate]] = {}
    if targets.ranks:
        for look_up in LOOK_UPS:
            for name, candidate in look_up.candidates(names, targets):
                found.setdefault(name, []).append(candidate)
    return found


def candidates(name: str, targets: Targets, known: Sequence[Candidate]) -> list[Candidate]:
    """Every relation of ``name`` to ``targets``, each target once: the most telling class.

    ``known`` are those of :func:`looked_up`.
    """
    found: list[Candidate] = []
    if edits := targets.near(name):
        for edit in edits[:MOST_NEIGHBOURS]:
            kind, evidence = classify(edit)
            found.append(Candidate(kind, ProjectName(edit.target), evidence, edit))
    for candidate in known:
        _add(candidate, found)
    for search in SEARCHES:
        if (wider := search(name, targets)) is not None:
            _add(wider, found)
    return found


def _add(candidate: Candidate, found: list[Candidate]) -> None:
    if not any(candidate.target == other.target for other in found):
        found.append(candidate)
