"""Facts are gathered within the time that the policy allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from stockade.errors import ExitCode
from stockade.model.policy import Policy
from stockade.model.verdicts import Cause
from stockade.sources.feeds import FeedStore
from stockade.stages.assess import STAGES, assess
from stockade.stages.gather import Question, gather
from stockade.testing.fakes import FixedClock


@dataclass
class TickingClock(FixedClock):
    """Moves on by a second each time that it is looked at."""

    looked: int = field(default=0)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        self.looked += 1
        return self.moment


@pytest.mark.parametrize(("seconds", "complete"), [(12, False), (3600, True)])
def test_reading_ends_in_time(tmp_path: Path, seconds: float, complete: bool) -> None:
    for number in range(20):
        (tmp_path / f"requirements-{number}.txt").write_text("x==1\n")
    clock = TickingClock()
    question = Question(
        root=tmp_path,
        policy=Policy(reading_seconds=seconds),
        clock=clock,
        feeds=FeedStore(tmp_path / "none"),
        ask_index=False,
        cache=tmp_path / "cache",
    )
    result = assess(gather(question).facts, stages=STAGES)
    late = [gap for gap in result.incomplete if gap.cause is Cause.UNREADABLE]
    assert bool(late) is not complete
    read = result.extent.requirements
    assert read == 20 if complete else 0 < read < 20
    if late:
        assert "reading_seconds" in late[0].detail
        assert result.exit_code != ExitCode.CLEAN
    assert clock.looked < 60
