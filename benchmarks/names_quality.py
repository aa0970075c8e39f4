"""How well the name engine tells squats from names, beside simpler rules, on the development data.

Usage: ``python -m benchmarks.names_quality [FOLDER]`` with the folder of development data. Prints tables and
writes ``benchmarks/results/names-quality.json``. ``flagged`` means verdict warn or above; quarantine and
above is told beside it. A *near* squat is a known-malicious name within distance 1 of the popular list.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import data_folder, save
from tools.names_fitting import (
    Data,
    Example,
    Malicious,
    examples,
    fit,
    folds,
    group_weights,
    load,
    logits,
    set_actions,
)

from stockade.model.names import ProjectName
from stockade.model.verdicts import Action
from stockade.names.engine import EditClass, Engine, NameJudgement
from stockade.names.targets import edits_of
from stockade.names.variants import variants

ROOT = Path(__file__).resolve().parents[1]
NEIGHBOURS = ROOT / "tests" / "names" / "legitimate_neighbours.txt"
CUT = "2025-06"
"""The time split: fitted on what was seen before, tested on what came after."""
BUDGET = 0.001
FOLDS = 5
LARGE = 2
"""So many campaigns are told apart from the others."""
UPLOAD_CHECK = frozenset(
    {
        EditClass.REPETITION,
        EditClass.OMISSION,
        EditClass.TRANSPOSITION,
        EditClass.KEYBOARD,
        EditClass.DELIMITER,
        EditClass.LOOK_ALIKE,
        EditClass.WORD_ORDER,
    }
)
UPLOAD_CHECK_RANK = 1000
CALIBRATION = (0.01, 0.03, 0.1, 0.3, 0.6, 0.9, 1.0)

Flags = Callable[[NameJudgement], bool]
"""Whether a rule flags a name, told from the engine's relations."""


def at_least(action: Action) -> Flags:
    """Stockade's own verdict."""
    return lambda judgement: judgement.verdict >= action


def plain_distance(judgement: NameJudgement) -> bool:
    """Distance at most 1 of any more popular name."""
    return any(_single_edit(relation.kind) for relation in judgement.relations)


def upload_check(judgement: NameJudgement) -> bool:
    """Like an index's check at upload: typed edits of the thousand most popular names, without weights."""
    return any(
        relation.kind in UPLOAD_CHECK and (relation.target_rank or UPLOAD_CHECK_RANK + 1) <= UPLOAD_CHECK_RANK
        for relation in judgement.relations
    )


RULES: dict[str, Flags] = {
    "stockade, warn and above": at_least(Action.WARN),
    "stockade, quarantine and above": at_least(Action.QUARANTINE),
    "plain distance <= 1": plain_distance,
    "upload-check-like, top 1000": upload_check,
}


def _single_edit(kind: EditClass) -> bool:
    wide = {EditClass.WORD_ORDER, EditClass.PYTHON_AFFIX, EditClass.COMBOSQUAT}
    return kind not in wide | {EditClass.IMPORT_NAME, EditClass.MISSPELT_WORD}


def main(folder: Path) -> None:
    """Measure everything, print it, write it down."""
    data = load(folder)
    engine = Engine.build(data.popular)
    engine.warm()
    known = {row.name for row in data.malicious}
    near = [row for row in data.malicious if engine.popular.near(row.name)]
    index = [name for name in data.names if name not in known]
    result: dict[str, object] = {
        "data": {
            "index": len(index),
            "popular": len(data.popular),
            "malicious": len(known),
            "near": len(near),
        },
        "rules": _rules(engine, data, near, index),
        "pairs": _pairs(engine, data),
        "variants": _variants(engine, near),
        "chance": _chance(data, near, index, engine),
    }
    good = examples(engine, index)
    bad = {example.name: example for example in examples(engine, sorted(known))}
    flaggable = int(BUDGET * len(index)) - set_actions(engine, index)[Action.WARN]
    fitting = Fitting(good, [each for each in good if each.name not in engine.popular.ranks], flaggable)
    result["held_out_groups"] = _held_out(near, bad, fitting)
    result["time_split"] = _time_split(data.malicious, bad, fitting)
    result["calibration"] = _calibration(engine, sorted(known), index)
    for title, value in result.items():
        print(f"\n{title}\n{json.dumps(value, indent=1)}")
    save("names-quality", result)


def _rules(
    engine: Engine, data: Data, near: Sequence[Malicious], index: Sequence[ProjectName]
) -> dict[str, dict[str, float]]:
    """Each rule's share of flagged names in each set."""
    lines = NEIGHBOURS.read_text().splitlines()
    sets = {
        "near squats": [row.name for row in near],
        "all malicious": [row.name for row in data.malicious],
        "index": index,
        "popular": data.popular,
        "legitimate neighbours": [ProjectName(line) for line in lines if not line.startswith("#")],
    }
    found: dict[str, dict[str, float]] = {rule: {} for rule in RULES}
    for title, names in sets.items():
        counts = dict.fromkeys(RULES, 0)
        for judgement in engine.judge_many(names):
            if judgement.relations:
                for rule, flags in RULES.items():
                    counts[rule] += flags(judgement)
        for rule, count in counts.items():
            found[rule][title] = round(count / len(names), 5)
    return found


def _pairs(engine: Engine, data: Data) -> dict[str, float]:
    """Labelled pairs whose target is popular: is it named first, and is the squat flagged."""
    pairs = [(squat, target) for squat, target in data.pairs if target in engine.popular.ranks]
    judged = [(engine.judge(squat), target) for squat, target in pairs]
    return {
        "pairs": len(pairs),
        "right target first": round(sum(j.target == target for j, target in judged) / len(pairs), 3),
        "flagged": round(sum(j.verdict >= Action.WARN for j, _ in judged) / len(pairs), 3),
    }


def _variants(engine: Engine, near: Sequence[Malicious]) -> dict[str, float]:
    """The share of near squats of the top 1,000 that 500 variants foresee, and that 500 unordered edits do."""
    total = covered = plain = 0
    for row in near:
        targets = [
            e.target
            for e in engine.popular.near(row.name)
            if engine.popular.ranks[e.target] <= UPLOAD_CHECK_RANK
        ]
        if targets:
            total += 1
            covered += any(row.name in {v.name for v in variants(ProjectName(t))} for t in targets)
            plain += any(row.name in set(islice(sorted(set(edits_of(t))), 500)) for t in targets)
    return {
        "squats": total,
        "covered by 500": round(covered / total, 4),
        "covered by the first 500 edits": round(plain / total, 4),
    }


def _chance(
    data: Data, near: Sequence[Malicious], index: Sequence[ProjectName], engine: Engine
) -> dict[str, float]:
    """How many near squats are there by chance: what a campaign's names would have near popular ones if they
    were like other names of the index of their lengths, and at most what it has.

    ``ceiling`` is the recall of who finds every other one, and no name that is near by chance.
    """
    innocent = [name for name in index if name not in engine.popular.ranks]
    totals = Counter(map(len, innocent))
    nearby = Counter(len(name) for name, _ in engine.popular.near_many(engine.popular.survey(innocent)))
    expected: dict[str, float] = {}
    for row in data.malicious:
        length = len(row.name)
        expected[row.group] = expected.get(row.group, 0.0) + nearby[length] / max(totals[length], 1)
    found = Counter(row.group for row in near)
    chance = sum(min(found[group], share) for group, share in expected.items())
    return {"near by chance": round(chance, 1), "ceiling": round(1 - chance / len(near), 4)}


class Fitting(NamedTuple):
    """What the fits on parts of the malicious names share."""

    good: Sequence[Example]
    flaggable: Sequence[Example]
    """Those of ``good`` that are not popular themselves."""
    room: int
    """So many names of the index may score above the threshold, besides those whose action is set."""

    def fit(
        self, rows: Sequence[Malicious], bad: dict[ProjectName, Example]
    ) -> tuple[dict[str, float], float]:
        """The weights fitted on ``rows``, and the logit above which ``BUDGET`` of the index is flagged."""
        weights = fit([bad[row.name] for row in rows], group_weights([row.group for row in rows]), self.good)
        return weights, sorted(logits(weights, self.flaggable), reverse=True)[self.room]


def _held_out(
    near: Sequence[Malicious], bad: dict[ProjectName, Example], fitting: Fitting
) -> dict[str, float]:
    """Recall at the budget on campaigns that the weights have not seen, all five folds together; and on the
    smaller ones of these alone, since two campaigns are most of all near squats."""
    rows = [row for row in near if row.name in bad]
    fold_of = folds([row.group for row in rows], FOLDS)
    caught: list[Malicious] = []
    for fold in range(FOLDS):
        outside = [row for row, other in zip(rows, fold_of, strict=True) if other == fold]
        inside = [row for row, other in zip(rows, fold_of, strict=True) if other != fold]
        weights, threshold = fitting.fit(inside, bad)
        scores = logits(weights, [bad[row.name] for row in outside])
        caught += [row for row, score in zip(outside, scores, strict=True) if score > threshold]
    large = {group for group, _ in Counter(row.group for row in near).most_common(LARGE)}
    small = sum(row.group not in large for row in near)
    return {
        "near squats": len(near),
        "recall at 0.1 % of the index": round(len(caught) / len(near), 4),
        "of smaller campaigns": small,
        "recall of smaller campaigns": round(sum(row.group not in large for row in caught) / small, 4),
    }


def _time_split(
    malicious: Sequence[Malicious], bad: dict[ProjectName, Example], fitting: Fitting
) -> dict[str, float]:
    """Fitted on names seen before the cut, tested on those after: the near ones, and all of them."""
    before = [
        row for row in malicious if row.seen and row.seen < CUT and row.name in bad and bad[row.name].near
    ]
    after = [row for row in malicious if row.seen >= CUT]
    near_after = [row for row in after if row.name in bad and bad[row.name].near]
    weights, threshold = fitting.fit(before, bad)
    caught = sum(score > threshold for score in logits(weights, [bad[row.name] for row in near_after]))
    return {
        "fitted on": len(before),
        "tested on near": len(near_after),
        "recall near": round(caught / len(near_after), 4),
        "tested on all": len(after),
        "recall all": round(caught / len(after), 4),
    }


def _calibration(
    engine: Engine, malicious: Sequence[ProjectName], index: Sequence[ProjectName]
) -> list[dict[str, float]]:
    """In each range of scores: how many names, and which share of them is malicious."""
    ranges = [{"to": limit, "names": 0, "malicious": 0, "scores": 0.0} for limit in CALIBRATION]
    for names, guilty in ((malicious, 1), (index, 0)):
        for judgement in engine.judge_many(names):
            if judgement.relations:
                found = next(each for each in ranges if judgement.score <= each["to"])
                found["names"] += 1
                found["malicious"] += guilty
                found["scores"] += judgement.score
    return [
        {
            "score to": each["to"],
            "names": each["names"],
            "mean score": round(each["scores"] / max(each["names"], 1), 4),
            "share malicious": round(each["malicious"] / max(each["names"], 1), 4),
        }
        for each in ranges
    ]


if __name__ == "__main__":
    main(data_folder(sys.argv[1:]))
