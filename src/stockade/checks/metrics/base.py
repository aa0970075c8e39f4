"""What a metric is computed from, and how its figure is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stockade.checks.base import Facts
from stockade.model.findings import Finding, Rule
from stockade.model.metrics import Metric
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the checks of a run brought to light, accepted findings included."""

    findings: tuple[Finding, ...]
    indeterminate: tuple[Indeterminate, ...]

    def of(self, *rules: Rule) -> list[Finding]:
        """The findings of ``rules``."""
        ids = {rule.id for rule in rules}
        return [found for found in self.findings if found.rule in ids]

    def subjects(self, *rules: Rule) -> set[str]:
        """The distinct subjects of the findings of ``rules``."""
        return {found.subject for found in self.of(*rules)}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value and what it rests on, before it has a name."""

    value: float | None
    evaluated: int
    skipped: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class MetricSpec:
    """A metric's constant part and its function."""

    id: str
    title: str
    stage: Stage
    unit: str
    compute: Callable[[Facts, Outcome], Figure]

    def measure(self, facts: Facts, outcome: Outcome) -> Metric:
        """Compute the metric."""
        return self._metric(self.compute(facts, outcome))

    def without_value(self, reason: str) -> Metric:
        """The metric where it could not be computed."""
        return self._metric(unknown(0, reason))

    def _metric(self, figure: Figure) -> Metric:
        return Metric(
            id=self.id,
            title=self.title,
            stage=self.stage,
            value=None if figure.value is None else round(figure.value, 2),
            unit=self.unit,
            evaluated=figure.evaluated,
            skipped=figure.skipped,
            reason=figure.reason,
        )


def count(number: int, evaluated: int) -> Figure:
    """A plain count among ``evaluated`` things."""
    return Figure(value=number, evaluated=evaluated)


def share(part: int, whole: int, nothing: str) -> Figure:
    """``part`` of ``whole`` in per cent; no value, and ``nothing`` as the reason, where there is no whole."""
    if whole == 0:
        return Figure(value=None, evaluated=0, reason=nothing)
    return Figure(value=100 * part / whole, evaluated=whole)


def mean(values: Iterable[int], nothing: str) -> Figure:
    """The average; no value, and ``nothing`` as the reason, where there is nothing to average."""
    numbers = list(values)
    if not numbers:
        return Figure(value=None, evaluated=0, reason=nothing)
    return Figure(value=sum(numbers) / len(numbers), evaluated=len(numbers))


def unknown(skipped: int, reason: str) -> Figure:
    """No value: ``skipped`` things could not be evaluated, for ``reason``."""
    return Figure(value=None, evaluated=0, skipped=skipped, reason=reason)
