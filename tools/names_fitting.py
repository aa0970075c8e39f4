"""Fitting the name engine: examples from the development data, and the additive model over them.

Shared by ``tools/fit_names.py``, which writes the wheel's weights, and ``benchmarks/names_quality.py``,
which fits on parts of the data to measure on the others. Needs the ``bench`` dependency group.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]  # ships no types
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # ships no types

from stockade.model.names import ProjectName
from stockade.model.verdicts import Action
from stockade.names.engine import Engine
from stockade.names.model import built_in_weights, terms

GROUP_DAMPING = 0.25
"""A campaign of n names weighs n ** (1 - this): a large one counts for more, yet not in proportion."""
REGULARISATION = 1.0
"""scikit-learn's C."""
ROUNDS = 2
"""After a first fit on each name's first relation, the fit goes on with its best one, so often."""


class Malicious(NamedTuple):
    """One row of ``malicious-names.tsv``."""

    name: ProjectName
    seen: str
    """``YYYY-MM-DD``, or empty."""
    group: str
    """Campaign or report day: names of one group never stand on both sides of a split."""


class Data(NamedTuple):
    """The development data."""

    popular: list[ProjectName]
    names: list[ProjectName]
    """The whole index."""
    malicious: list[Malicious]
    pairs: list[tuple[ProjectName, ProjectName]]
    """Known squats with the target that a person named."""


class Example(NamedTuple):
    """A name with the terms of each of its fitted relations."""

    name: ProjectName
    relations: list[dict[str, float]]
    near: bool
    """Within distance 1 of a popular name."""


Scorer = Callable[[dict[str, float]], float]


def load(folder: Path) -> Data:
    """Read the files that the folder's README describes."""
    rows = {
        file: _rows(folder / file) for file in ("pypi-top.tsv", "malicious-names.tsv", "confusion-pairs.tsv")
    }
    popular = sorted(rows["pypi-top.tsv"], key=lambda row: int(row[1]))
    with gzip.open(folder / "pypi-names.txt.gz", "rt", encoding="ascii") as file:
        names = [ProjectName(line.rstrip("\n")) for line in file]
    return Data(
        popular=[ProjectName(row[0]) for row in popular],
        names=names,
        malicious=[Malicious(ProjectName(row[0]), row[1], row[2]) for row in rows["malicious-names.tsv"]],
        pairs=[(ProjectName(row[0]), ProjectName(row[1])) for row in rows["confusion-pairs.tsv"]],
    )


def examples(engine: Engine, names: Iterable[ProjectName]) -> list[Example]:
    """The examples of those names that have a relation with a fitted class."""
    found = []
    targets, fixed = engine.popular, built_in_weights().fixed
    for name in names:
        candidates = engine.candidates(name)
        if not candidates:
            continue
        others = sum(candidate.edit is not None for candidate in candidates) - 1
        rank = targets.ranks.get(name)
        relations = [
            dict(terms(name, candidate, targets, others))
            for candidate in candidates
            if candidate.kind not in fixed and (rank is None or targets.ranks[candidate.target] < rank)
        ]
        if relations:
            found.append(Example(name, relations, near=others >= 0))
    return found


def set_actions(engine: Engine, names: Iterable[ProjectName]) -> Counter[Action]:
    """How many of ``names`` reach each action by a class whose action is set, not fitted. They take their
    part of what may be flagged; popular names do not.
    """
    fixed = built_in_weights().fixed
    reached: Counter[Action] = Counter()
    for name in names:
        if name not in engine.popular.ranks:
            actions = [fixed[c.kind] for c in engine.candidates(name) if c.kind in fixed]
            reached.update(step for step in Action if actions and max(actions) >= step)
    return reached


def group_weights(groups: Sequence[str]) -> list[float]:
    """A weight for each malicious name."""
    sizes = Counter(groups)
    return [sizes[group] ** -GROUP_DAMPING for group in groups]


def fit(
    bad: Sequence[Example], weights: Sequence[float], good: Sequence[Example], *, good_weight: float = 1.0
) -> dict[str, float]:
    """Weights of terms, ``bias`` included, that tell ``bad`` (weighted) from ``good``."""
    every = [*bad, *good]
    labels = np.array([1] * len(bad) + [0] * len(good))
    sample_weights = np.array([*weights, *[good_weight] * len(good)])
    chosen = [example.relations[0] for example in every]
    found: dict[str, float] = {}
    for _ in range(ROUNDS + 1):
        found = _logistic(chosen, labels, sample_weights)
        chosen = [max(example.relations, key=scorer(found)) for example in every]
    return found


def scorer(weights: dict[str, float]) -> Scorer:
    """The logit of a relation's terms."""

    def logit(relation: dict[str, float]) -> float:
        return weights["bias"] + sum(weights.get(term, 0.0) * value for term, value in relation.items())

    return logit


def logits(weights: dict[str, float], found: Iterable[Example]) -> list[float]:
    """The best relation's logit for each example."""
    score = scorer(weights)
    return [max(map(score, example.relations)) for example in found]


def calibrate(weights: dict[str, float], bad: Sequence[float], good: Sequence[float]) -> dict[str, float]:
    """Stretch and shift ``weights`` so that its logits are true ones, given logits of names not fitted on."""
    values = np.array([[*bad, *good]]).T
    labels = np.array([1] * len(bad) + [0] * len(good))
    model = LogisticRegression(C=1e6).fit(values, labels)
    stretch = float(model.coef_[0][0])
    stretched = {term: weight * stretch for term, weight in weights.items()}
    stretched["bias"] += float(model.intercept_[0])
    return stretched


def folds(groups: Sequence[str], count: int) -> list[int]:
    """A fold for each member, whole groups together, the folds about equally large."""
    sizes = [0] * count
    fold_of: dict[str, int] = {}
    for group, size in sorted(Counter(groups).items(), key=lambda item: (-item[1], item[0])):
        fold_of[group] = min(range(count), key=sizes.__getitem__)
        sizes[fold_of[group]] += size
    return [fold_of[group] for group in groups]


def _logistic(rows: list[dict[str, float]], labels: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(rows)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    model = LogisticRegression(C=REGULARISATION, solver="liblinear", max_iter=1000, random_state=0)
    model.fit(matrix, labels, sample_weight=weights)
    found = dict(zip(vectorizer.feature_names_, map(float, model.coef_[0]), strict=True))
    return {"bias": float(model.intercept_[0]), **found}


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
