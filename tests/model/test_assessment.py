from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from tests.report.sample import ASSESSMENT, CLEAN

from stockade.errors import InvalidValueError
from stockade.model.findings import Severity


def test_failing_findings_are_those_at_or_above_the_threshold() -> None:
    assert {finding.severity for finding in ASSESSMENT.failing} == {Severity.CRITICAL, Severity.HIGH}
    strict = msgspec.structs.replace(ASSESSMENT, fail_on=Severity.INFO)
    assert strict.failing == ASSESSMENT.findings
    assert CLEAN.failing == ()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 7, 1),  # noqa: DTZ001 - a naive time is what must be refused
        datetime(2026, 7, 1, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_a_time_that_is_not_utc_is_refused(moment: datetime) -> None:
    with pytest.raises(InvalidValueError, match="aware UTC"):
        msgspec.structs.replace(CLEAN, assessed_at=moment)
