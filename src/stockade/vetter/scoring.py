"""One number for a distribution: how much its findings look like those of malware.

A logistic regression over the rules, each apart for code that runs by itself and code that is called, with the
severity and the confidence of its strongest finding as its value. The weights stand in ``weights.toml``, and
``tools/fit_vet_weights.py`` fits them; none is negative, so a further finding never makes a package look better.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from stockade.model.vetting import Detection, Phase

SEVERITY: Final = (0.05, 0.2, 0.5, 0.8, 1.0)
"""The value of a finding by its severity's rank."""
CONFIDENCE: Final = (0.5, 0.8, 1.0)
"""What its confidence leaves of it."""
CERTAIN: Final = 40.0
"""Beyond this the logistic function is 1 in all its digits."""


def features(findings: Iterable[Detection]) -> dict[str, float]:
    """The strongest value, 0 to 1, of each rule and place: ``STK-E101:running``, ``STK-E101:called``. What nothing
    reaches counts for nothing."""
    strongest: dict[str, float] = {}
    for each in findings:
        if each.phase is Phase.NEVER:
            continue
        name = f"{each.rule}:{'running' if each.phase.runs_by_itself else 'called'}"
        value = SEVERITY[each.severity.rank] * CONFIDENCE[each.confidence.rank]
        strongest[name] = max(value, strongest.get(name, 0.0))
    return strongest


def score(findings: Iterable[Detection]) -> float:
    """0 to 1; 0 where nothing was found. Calibrated on the benign corpus and on inert samples, see docs/vet.md."""
    found = features(findings)
    if not found:
        return 0.0
    bias, weights = _weights()
    total = bias + sum(weights.get(name, DEFAULT) * value for name, value in found.items())
    return round(1 / (1 + math.exp(-max(min(total, CERTAIN), -CERTAIN))), 4)


DEFAULT: Final = 2.0
"""The weight of a rule that the data of the fit never showed."""


@cache
def _weights() -> tuple[float, Mapping[str, float]]:
    document = tomllib.loads(files(__package__).joinpath("weights.toml").read_text(encoding="utf-8"))
    return float(document["bias"]), {name: float(value) for name, value in document["weights"].items()}
