"""One number for a distribution, to order results by. The weights are set by hand: it is no measured probability."""

from __future__ import annotations

from collections.abc import Iterable

from stockade.model.vetting import Detection


def score(findings: Iterable[Detection]) -> float:
    """0 to 1: independent evidence combined (noisy or), each rule once at its strongest."""
    strongest: dict[str, float] = {}
    for each in findings:
        weight = _WEIGHTS[each.severity.rank] * _CONFIDENCE[each.confidence.rank]
        strongest[each.rule] = max(weight, strongest.get(each.rule, 0.0))
    clean = 1.0
    for weight in strongest.values():
        clean *= 1 - weight
    return round(1 - clean, 4)


_WEIGHTS = (0.01, 0.05, 0.2, 0.6, 0.95)
_CONFIDENCE = (0.5, 0.8, 1.0)
