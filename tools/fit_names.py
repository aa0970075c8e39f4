"""Fit the name engine's weights on the development data and write ``names/data/weights.toml``.

Usage: ``python -m tools.fit_names FOLDER``, where FOLDER holds the files of the development data.
The fitted parts of the file (thresholds, terms, variants) are replaced; the set ones are kept.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from tools.names_fitting import (
    Data,
    calibrate,
    examples,
    fit,
    folds,
    group_weights,
    load,
    logits,
    set_actions,
)

from stockade.model.verdicts import Action
from stockade.names.classes.one_edit import classify
from stockade.names.engine import Engine
from stockade.names.kinds import EditClass
from stockade.names.model import built_in_weights

OUT = Path(__file__).resolve().parents[1] / "src" / "stockade" / "names" / "data" / "weights.toml"
FOLDS = 5
BUDGET = {"warn": 0.00099, "quarantine": 0.0005, "block": 0.0002}
"""The share of the whole index that may reach each action, set classes included."""
SMALLEST_WEIGHT = 0.005
VARIANT_RANK = 1000
"""Squats of these most popular names tell how often each class is used."""


def main(folder: Path) -> None:
    """Fit on everything; calibrate with weights fitted without each name's group."""
    data = load(folder)
    engine = Engine.build(data.popular)
    engine.warm()
    known = {row.name for row in data.malicious}
    groups = {row.name: row.group for row in data.malicious}
    good = examples(engine, [name for name in data.names if name not in known])
    bad = examples(engine, sorted(known))
    bad_groups = [groups[example.name] for example in bad]
    weights = group_weights(bad_groups)
    print(f"{len(bad)} malicious and {len(good)} other names have a relation")

    bad_folds = folds(bad_groups, FOLDS)
    outside: dict[int, float] = {}
    good_outside: list[float] = []
    for fold in range(FOLDS):
        inside = [i for i, other in enumerate(bad_folds) if other != fold]
        part = fit([bad[i] for i in inside], [weights[i] for i in inside], good[fold % 2 :: 2], good_weight=2)
        left = [i for i, other in enumerate(bad_folds) if other == fold]
        outside.update(zip(left, logits(part, [bad[i] for i in left]), strict=True))
        if fold < 2:  # noqa: PLR2004 - each other name once, by weights that have not seen it
            good_outside += logits(part, good[1 - fold :: 2])
    found = calibrate(fit(bad, weights, good), list(outside.values()), good_outside)

    final = logits(found, [each for each in good if each.name not in engine.popular.ranks])
    thresholds = _thresholds(final, set_actions(engine, data.names), len(data.names))
    OUT.write_text(_rewritten(OUT.read_text(), found, thresholds, _class_shares(engine, data)))
    print("thresholds", thresholds)


def _thresholds(scores: list[float], set_already: Counter[Action], total: int) -> dict[str, float]:
    from math import exp  # noqa: PLC0415 - beside its only use

    ordered = sorted(scores, reverse=True)
    found = {}
    for step, share in BUDGET.items():
        logit = ordered[int(share * total) - set_already[Action(step)]]
        found[step] = 1 / (1 + exp(-logit))
    return found


def _class_shares(engine: Engine, data: Data) -> dict[EditClass, float]:
    """Each class's share among known squats of the best-known names, with one squat added to every class."""
    counts = Counter(dict.fromkeys(built_in_weights().variants, 1))
    for row in data.malicious:
        near = [
            edit
            for edit in engine.popular.near(row.name)
            if engine.popular.ranks[edit.target] <= VARIANT_RANK
        ]
        counts.update(classify(edit)[0] for edit in near[:1])
    return {kind: count / counts.total() for kind, count in counts.most_common()}


def _rewritten(
    old: str, terms: dict[str, float], thresholds: dict[str, float], shares: dict[EditClass, float]
) -> str:
    """The file with its fitted tables replaced: each table's comments stay, its lines go."""
    kept = {term: weight for term, weight in terms.items() if abs(weight) >= SMALLEST_WEIGHT}
    order = sorted(kept, key=lambda term: (term != "bias", term))
    tables = {
        "thresholds": [f"{step} = {score:.4f}" for step, score in thresholds.items()],
        "terms": [f'"{term}" = {kept[term]:.3f}' for term in order],
        "variants": [f"{kind} = {share:.4f}" for kind, share in shares.items()],
    }
    lines: list[str] = []
    table, fresh = "", list[str]()
    for line in [*old.splitlines(), ""]:
        if line.startswith("["):
            table = line.strip("[]")
            fresh = tables.get(table, [])
            lines.append(line)
        elif line.startswith("#") or (line and table not in tables):
            lines.append(line)
        else:
            lines += fresh
            fresh = []
            if not line:
                lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
