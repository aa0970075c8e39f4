from __future__ import annotations

import msgspec
import pytest
from tests.report.hostile import unstyled
from tests.report.sample import ASSESSMENT, CLEAN, UNPINNED, many

from stockade.errors import ExitCode
from stockade.model.assessment import Assessment, Extent
from stockade.model.findings import Severity, finding
from stockade.model.locations import Location
from stockade.report.options import Options
from stockade.report.text import NAMES_SHOWN, render


def test_worst_comes_first_with_its_place_and_mend() -> None:
    lines = render(ASSESSMENT).splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("CRITICAL"))
    assert "STK-R001" in lines[first]
    assert "acme-corp-util" in lines[first]
    assert "requirements.txt:9" in lines[first]
    following = "\n".join(lines[first : first + 5])
    assert "→ Require 'acme-corp-utils'" in following
    assert not any(line.startswith(("HIGH", "MEDIUM")) for line in lines[:first])


def test_what_could_not_be_judged_is_told_with_its_mend() -> None:
    shown = render(ASSESSMENT)
    assert "Could not be judged (2)" in shown
    assert "→ stockade feed update registered-names" in shown


def test_a_metric_without_a_value_is_unknown_and_says_why() -> None:
    shown = render(ASSESSMENT)
    assert "unknown" in shown
    assert "412 skipped: the feed of registered names is stale" in shown


def test_alike_findings_fold_into_one_block_of_names() -> None:
    shown = render(ASSESSMENT)
    assert "6 times: A requirement admits any later version" in shown
    assert "requests:3, flask:4, sqlalchemy:5, celery:6, boto3:7, pyyaml:8" in shown
    assert shown.count("Lock the project, with hashes.") == 1


def test_a_long_fold_counts_what_it_does_not_list() -> None:
    found = tuple(
        finding(UNPINNED, subject=f"p{at}", message="loose", location=Location("r.txt", at + 1))
        for at in range(NAMES_SHOWN + 25)
    )
    assert "and 25 more" in render(msgspec.structs.replace(CLEAN, findings=found))


def test_the_last_lines_tell_the_exit_code_and_the_next_step() -> None:
    *_, reason, step, _ = render(ASSESSMENT, Options(width=160)).split("\n")
    assert reason == "Exit 1: 3 findings at or above high."
    assert step.startswith("Next: STK-R001 acme-corp-util (requirements.txt:9): Require")


def _with(assessment: Assessment, **changes: object) -> list[str]:
    return render(msgspec.structs.replace(assessment, **changes), Options(width=160)).splitlines()


def test_an_incomplete_result_is_never_called_clean() -> None:
    lines = _with(CLEAN, incomplete=ASSESSMENT.incomplete, exit_code=ExitCode.INCOMPLETE)
    assert lines[1] == "Incomplete: 2 things could not be judged, so this is not a pass."
    assert lines[-2] == "Exit 3: 2 things could not be judged, and unknown is never clean."
    assert lines[-1] == "Next: stockade feed update registered-names"


def test_exit_zero_is_named_as_asked_for() -> None:
    lines = _with(ASSESSMENT, exit_code=ExitCode.CLEAN)
    assert lines[1].startswith("Fails: ")
    assert lines[-2] == (
        "Exit 0: asked for with --exit-zero, although 3 findings at or above high and 2 things could not be judged."
    )


def test_findings_below_the_threshold_pass_and_are_counted() -> None:
    lines = _with(ASSESSMENT, findings=ASSESSMENT.findings[-1:], incomplete=(), exit_code=ExitCode.CLEAN)
    assert lines[1] == "Passes with 1 finding below the threshold (high): 1 low."
    assert lines[-2] == "Exit 0: nothing reached the threshold."


def test_a_tree_without_manifests_is_not_called_clean() -> None:
    assert _with(CLEAN, extent=Extent())[1] == "Nothing to judge: no file that names packages was found."


def test_a_block_without_failing_findings_says_that_the_policy_blocks() -> None:
    lines = _with(CLEAN, exit_code=ExitCode.FINDINGS, verdict=ASSESSMENT.verdict)
    assert lines[1] == "Fails: the policy's verdict is block."


def test_colour_only_adds_styles() -> None:
    assert unstyled(render(ASSESSMENT, Options(color=True))) == render(ASSESSMENT)
    assert "\x1b" not in render(ASSESSMENT)
    assert "\x1b[" in render(ASSESSMENT, Options(color=True))


@pytest.mark.parametrize("width", [10, 60, 80, 120, 1000])
def test_lines_keep_to_the_width(width: int) -> None:
    room = min(max(width, 60), 160)
    long = [line for line in render(many(20), Options(width=width)).splitlines() if len(line) > room]
    assert long == []


def test_severities_are_told_in_the_summary_of_each_stage() -> None:
    shown = render(ASSESSMENT)
    assert "Reconnaissance: 1 critical, 1 high" in shown
    assert "Evaluation: 1 high, 7 medium, 1 low" in shown
    assert Severity.INFO not in shown.split("Summary by stage")[1].split("Projects")[0]
