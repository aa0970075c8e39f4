"""One function for each class of confusion.

``one_edit`` types a single edit; ``folds``, ``affixes`` and ``misspelt`` find relations that are more
than one edit away; ``internal`` is about the user's own names. A new class is a function in one of
these, its line in that module's (or :data:`WIDER_CLASSES`'s) tuple, its member of ``EditClass``, its
weight (``tools/fit_names.py``) and its row in the tests' table of examples.
"""

from __future__ import annotations

from collections.abc import Callable

from stockade.names.classes import affixes, folds
from stockade.names.targets import Candidate, Targets

WIDER_CLASSES: tuple[Callable[[str, Targets], Candidate | None], ...] = (
    affixes.import_name,
    folds.look_alike,
    folds.delimiter,
    folds.plural,
    folds.word_order,
    affixes.version_suffix,
    affixes.python_affix,
    affixes.combosquat,
)
"""Asked in order; for one target the first answer counts, so the more telling come first."""
