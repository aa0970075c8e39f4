"""The score: an additive model over named terms, its weights in ``data/weights.toml``.

The probability is ``1 / (1 + exp(-sum))``, where the sum runs over the terms of a relation times their
weights. A term without a weight counts nothing. :func:`terms` is the one definition of the terms: the
engine scores with it, and ``tools/fit_names.py`` fits with it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from math import exp, log, log10
from pathlib import Path

import msgspec

from stockade.model.names import ProjectName
from stockade.model.verdicts import Action
from stockade.names.edits import Edit, Operation
from stockade.names.kinds import EditClass
from stockade.names.spelling import built_in_spelling
from stockade.names.targets import Candidate, Targets

_LENGTHS = (3, 4, 5, 6, 7, 8, 9, 10, 12)
_USUAL_LENGTH, _USUAL_RANK = 2.0, 2.5
"""About the middle of the logarithms, so that a class's own weight is that of an ordinary target."""
_TEN_BITS = 10
"""The unit of surprise, so that its weights are of the size of others."""


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which score on each action is taken."""

    warn: float
    quarantine: float
    block: float

    def action(self, score: float) -> Action:
        """The action for a score."""
        if score < self.warn:
            return Action.ALLOW
        if score < self.quarantine:
            return Action.WARN
        return Action.QUARANTINE if score < self.block else Action.BLOCK

    @property
    def innocent(self) -> float:
        """The highest score, of four decimal places, that is still allowed."""
        return round(self.warn - 0.0001, 4)

    def score(self, action: Action) -> float:
        """The score of a relation whose action is set, not fitted: the middle of the action's range."""
        edges = (0.0, self.warn, self.quarantine, self.block, 1.0)
        return 0.0 if action is Action.ALLOW else (edges[action.rank] + edges[action.rank + 1]) / 2


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The committed weights."""

    thresholds: Thresholds
    terms: dict[str, float]
    fixed: dict[EditClass, Action]
    """Classes too rare among known squats to fit a weight: their action is set."""
    internal: dict[str, Action]
    """The action for a relation to a protected name, by the class that it would have with a popular one.
    Not fitted: what a private name attracts cannot be counted in public."""
    variants: dict[EditClass, float]
    """Each class's share among known squats of popular names."""

    def internal_score(self, key: str) -> float:
        """The score of a relation to a protected name."""
        return self.thresholds.score(self.internal[key])

    def score(self, named: list[tuple[str, float]]) -> float:
        """The probability that the model gives to a relation with these terms."""
        weights = self.terms
        total = weights["bias"]
        for term, value in named:
            total += weights.get(term, 0.0) * value
        return 1 / (1 + exp(-total))


@cache
def built_in_weights() -> Weights:
    """The weights of the wheel."""
    text = (Path(__file__).parent / "data" / "weights.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Weights)


def terms(name: ProjectName, candidate: Candidate, targets: Targets, others: int) -> list[tuple[str, float]]:
    """The terms of a relation with their values.

    Args:
        name: the name that is judged.
        candidate: the relation.
        targets: the popular names.
        others: how many further targets lie one edit away from ``name``.
    """
    kind, log_rank = candidate.kind, log10(targets.ranks[candidate.target])
    found = [
        (f"class:{kind}" + (f":{candidate.part}" if candidate.part else ""), 1.0),
        ("log-rank", log_rank),
    ]
    if name in targets.ranks:
        found.append(("itself-popular", 1.0))
    if candidate.edit is None:
        found.append((f"length:{_bucket(len(candidate.target))}", 1.0))
        return found
    found += _edit_terms(kind, candidate.edit, targets)
    found.append((f"class:{kind}:log-rank", log_rank - _USUAL_RANK))
    found.append(("neighbours", log(1 + others)))
    return found


def _edit_terms(kind: EditClass, edit: Edit, targets: Targets) -> list[tuple[str, float]]:
    length, surprise = len(edit.target), built_in_spelling().surprise
    found = [
        (f"edit-length:{_bucket(length)}", 1.0),
        (f"class:{kind}:log-length", log(length) - _USUAL_LENGTH),
        ("surprise", surprise(edit.name) / _TEN_BITS),
        ("target-surprise", surprise(edit.target) / _TEN_BITS),
    ]
    if edit.at == 0:
        found.append((f"class:{kind}:at-start", 1.0))
    elif edit.at_edge:
        found.append((f"class:{kind}:at-end", 1.0))
    if edit.operation in {Operation.DELETE, Operation.REPLACE} and edit.there.isdigit():
        found.append(("digit-lost", 1.0))
    if edit.operation in {Operation.INSERT, Operation.REPLACE} and edit.here.isdigit():
        found.append((f"class:{kind}:digit", 1.0))
    if "-" in edit.target:
        found.append(("several-words", 1.0))
    known = targets.words.get(_word_at(edit.name, edit.at), 0)
    if known:
        found += [("known-word", 1.0), ("known-word-uses", log(known))]
    return found


def _word_at(text: str, at: int) -> str:
    """The word of ``text`` around position ``at``."""
    start = text.rfind("-", 0, at) + 1
    end = text.find("-", at)
    return text[start : end if end >= 0 else len(text)]


def _bucket(length: int) -> str:
    """The smallest of :data:`_LENGTHS` that ``length`` does not exceed, or ``more``."""
    return next((str(limit) for limit in _LENGTHS if length <= limit), "more")
