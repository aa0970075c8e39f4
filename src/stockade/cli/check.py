"""``stockade check``: assesses a project or a tree of repositories."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import msgspec

from stockade.checks.base import Facts
from stockade.cli.options import (
    exit_zero_option,
    fail_on_option,
    find_policy,
    format_option,
    offline_option,
    output_option,
    policy_option,
)
from stockade.cli.output import wants_colour, write_report
from stockade.cli.policy_notes import policy_notes
from stockade.cli.progress import index_progress
from stockade.errors import ExitCode, StockadeError
from stockade.model.assessment import Assessment
from stockade.model.findings import Severity
from stockade.model.policy import Thresholds
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate
from stockade.paths import cache_dir
from stockade.report.formats import FORMATS
from stockade.report.options import Options
from stockade.sources.clock import SystemClock
from stockade.sources.feeds import FeedStore
from stockade.stages.assess import STAGES, Vetted, assess
from stockade.stages.gather import Question, gather


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--stage",
    "stages",
    multiple=True,
    type=click.Choice([stage.value for stage in STAGES]),
    help="Assess only this stage (may be given again). All by default.",
)
@click.option(
    "--env",
    "environment",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Compare this virtual environment with the lockfiles.",
)
@click.option(
    "--vet",
    "vet_locked",
    is_flag=True,
    help="Fetch the distributions that lockfiles name and vet them too. Takes a while the first time.",
)
@fail_on_option
@exit_zero_option
@offline_option
@policy_option
@format_option(*FORMATS)
@output_option
def check(  # noqa: PLR0913 - one parameter an option
    *,
    path: Path,
    stages: tuple[str, ...],
    environment: Path | None,
    vet_locked: bool,
    fail_on: Severity | None,
    exit_zero: bool,
    offline: bool,
    policy_file: Path | None,
    report_format: str,
    output: Path | None,
) -> ExitCode:
    """Assess a project or a tree of repositories.

    PATH is a folder or a single manifest; the current folder by default. Nothing in it is executed.
    """
    loaded = find_policy(path, policy_file, {"fail_on": fail_on, "online": False if offline else None})
    with index_progress() as progress:
        gathered = gather(
            Question(
                root=path,
                policy=loaded.policy,
                clock=SystemClock(),
                feeds=FeedStore.default(),
                ask_index=loaded.policy.online,
                cache=cache_dir(),
                environment=environment,
                progress=progress,
            )
        )
    chosen = tuple(Stage(stage) for stage in stages) or STAGES
    vetted = _vetted(gathered.facts) if vet_locked and Stage.EVALUATION in chosen else None
    assessment = assess(gathered.facts, stages=chosen, stamps=gathered.stamps, vetted=vetted)
    noted = (*assessment.notes, *policy_notes(loaded, path))
    assessment = _recorded(msgspec.structs.replace(assessment, notes=noted), path, loaded.policy.thresholds)
    if exit_zero:
        assessment = msgspec.structs.replace(assessment, exit_code=int(ExitCode.CLEAN))
    write_report(FORMATS[report_format](assessment, _options(output)), output)
    return ExitCode(assessment.exit_code)


def _vetted(facts: Facts) -> Vetted:
    """What the vetter finds in the locked distributions."""
    from stockade.stages.vet_core import core  # noqa: PLC0415 - loads parsers, only where it is asked
    from stockade.stages.vet_locked import Vetting, vet_locked  # noqa: PLC0415 - as above

    with index_progress("vetting") as progress:
        workers = os.cpu_count() or 1
        return vet_locked(facts, Vetting(core=core(), workers=workers, cache=cache_dir(), progress=progress))


def _options(output: Path | None) -> Options:
    terminal = output is None and sys.stdout.isatty()
    return Options(
        width=_width() if terminal else 100,
        color=output is None and wants_colour(sys.stdout, os.environ),
    )


def _width() -> int:
    return max(60, min(120, os.get_terminal_size(sys.stdout.fileno()).columns))


def _recorded(assessment: Assessment, path: Path, thresholds: Thresholds) -> Assessment:
    """Write what was judged to the event log; an assessment that cannot be recorded is incomplete."""
    from stockade.stages.record import record_assessment  # noqa: PLC0415 - loads the database layer

    try:
        record_assessment(assessment, path.resolve(), thresholds)
    except StockadeError as error:
        missing = Indeterminate(
            cause=Cause.CHECK_FAILED,
            subject="event log",
            detail=f"the assessment could not be recorded: {error.message}",
            mend=error.hint,
        )
        code = assessment.exit_code or int(ExitCode.INCOMPLETE)
        return msgspec.structs.replace(
            assessment,
            incomplete=(*assessment.incomplete, missing),
            verdict=assessment.verdict.join(missing.as_verdict()),
            exit_code=code,
        )
    return assessment
