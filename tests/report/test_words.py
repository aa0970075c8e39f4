"""Words that every format shares."""

from __future__ import annotations

import msgspec
import pytest
from tests.report.sample import ASSESSMENT, CLEAN

from stockade.model.metrics import Metric
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate
from stockade.report import markdown, text, words


def _metric(value: float | None, unit: str, evaluated: int) -> Metric:
    return Metric(
        id="evaluation.x",
        title="X",
        stage=Stage.EVALUATION,
        value=value,
        unit=unit,
        evaluated=evaluated,
        skipped=0,
    )


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (_metric(3, "count", 9), "of 9"),
        (_metric(0, "count", 0), "of 0"),
        (_metric(650, "count", 9), "over 9"),
        (_metric(2.5, "per project", 4), "over 4"),
        (_metric(50, "%", 4), "of 4"),
        (_metric(None, "count", 0), "nothing evaluated"),
    ],
)
def test_what_a_figure_rests_on(metric: Metric, expected: str) -> None:
    assert words.basis(metric) == expected


def _missing(feed: str) -> Indeterminate:
    return Indeterminate(
        cause=Cause.FEED_MISSING, subject=feed, detail="not imported", mend=f"stockade feed update {feed}"
    )


def test_feeds_that_lack_are_fetched_by_one_command() -> None:
    one = msgspec.structs.replace(CLEAN, incomplete=(_missing("advisories"),))
    two = msgspec.structs.replace(CLEAN, incomplete=(_missing("advisories"), _missing("popularity")))
    assert words.next_step(one) == "stockade feed update advisories"
    assert words.next_step(two) == "stockade feed update advisories popularity"


def test_a_verdict_that_no_finding_explains_gives_its_reason() -> None:
    unsure = msgspec.structs.replace(CLEAN, incomplete=(_missing("advisories"),), verdict=ASSESSMENT.verdict)
    assert words.verdict(unsure) == "block, for what could not be judged"
    assert words.verdict(ASSESSMENT) == "block"
    assert words.verdict(CLEAN) == "allow"


def test_alike_gaps_are_told_once_with_all_their_subjects() -> None:
    gaps = tuple(
        Indeterminate(cause=Cause.FACT_MISSING, subject=name, detail="not asked", mend="Declare it.")
        for name in ("left-name", "right-name")
    )
    shown = msgspec.structs.replace(CLEAN, incomplete=gaps)
    assert "fact-missing  left-name, right-name\n" in text.render(shown)
    assert "fact-missing, `left-name`, `right-name`: not asked." in markdown.render(shown)
    assert text.render(shown).count("Declare it.") == 2  # beside the gap, and as the next step
