"""What an assessment leaves in the event log."""

from __future__ import annotations

from pathlib import Path

from tests.stages.test_assess import PINNED, facts, inventory, requirement

from stockade.model.policy import Thresholds
from stockade.model.verdicts import Action
from stockade.stages.assess import STAGES, assess
from stockade.stages.record import events_of


def test_the_whole_and_each_failing_finding_with_its_verdict() -> None:
    tree = inventory(PINNED, requirement("reqeusts", "==1", 2), requirement("rich", "", 3))
    assessment = assess(facts(tree), stages=STAGES)
    whole, *single = events_of(assessment, Path("shop"), Thresholds(), actor="me", place="here")
    assert (whole.kind, whole.subject, whole.verdict) == ("project.assessed", "shop", Action.BLOCK)
    assert whole.detail["findings"] == str(len(assessment.findings))
    assert [event.subject for event in single] == [found.subject for found in assessment.failing]
    assert [event.verdict for event in single] == [Action.BLOCK]
    assert single[0].detail["location"] == "requirements.txt:2"
    assert {(event.actor, event.place) for event in (whole, *single)} == {("me", "here")}


def test_hostile_names_are_made_visible() -> None:
    assessment = assess(facts(inventory(PINNED)), stages=STAGES)
    (whole,) = events_of(assessment, Path("a\x1b[31m\udcff"), Thresholds(), actor="", place="")
    assert "\x1b" not in whole.subject
    whole.subject.encode()
