"""``stockade vet``: judges distributions without running any of their code."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from stockade.cli.options import (
    exit_zero_option,
    find_policy,
    format_option,
    offline_option,
    output_option,
    policy_option,
)
from stockade.cli.output import wants_colour, write_report
from stockade.cli.progress import index_progress
from stockade.errors import ExitCode, StockadeError, UsageError
from stockade.model.verdicts import Action
from stockade.report.vet_formats import VET_FORMATS

if TYPE_CHECKING:
    from stockade.model.vetting import VetReport
    from stockade.policy.loader import LoadedPolicy
    from stockade.report.vet_options import VetOptions
    from stockade.stages.vetting import Core

FAILING = (Action.WARN, Action.QUARANTINE, Action.BLOCK)
WIDEST = 160


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user asks for, as the options say it."""

    targets: tuple[str, ...]
    manifests: tuple[Path, ...]
    diff: tuple[str, str] | None
    wheels: bool
    sdists: bool
    previous: bool
    fail_on: Action
    jobs: int
    seconds: float
    use_cache: bool


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "-r",
    "--requirement",
    "manifests",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Vet what this requirements file or lockfile names (may be given again).",
)
@click.option("--diff", nargs=2, metavar="OLD NEW", help="Vet NEW, and tell what it does that OLD did not.")
@click.option(
    "--diff-previous", is_flag=True, help="Compare each release of the index with the one before it."
)
@click.option("--explain", metavar="RULE", help="Explain a rule, and do nothing else.")
@click.option("--wheels", is_flag=True, help="Of the index's files, take wheels only.")
@click.option("--sdists", is_flag=True, help="Of the index's files, take sdists only.")
@click.option(
    "--fail-on",
    type=click.Choice([action.value for action in FAILING]),
    default=Action.QUARANTINE.value,
    show_default=True,
    help="End with 1 where an input gets this verdict or a stricter one.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), metavar="N", help="Judge N inputs at once; one a core by default."
)
@click.option(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="Time for one input; one that takes longer could not be judged.",
)
@click.option("--no-cache", is_flag=True, help="Judge anew what was judged before.")
@click.option("-v", "--verbose", is_flag=True, help="Show context too: what is no sign of malice by itself.")
@exit_zero_option
@offline_option
@policy_option
@format_option(*VET_FORMATS)
@output_option
def vet(  # noqa: PLR0913 - one parameter an option
    *,
    targets: tuple[str, ...],
    manifests: tuple[Path, ...],
    diff: tuple[str, str] | None,
    diff_previous: bool,
    explain: str | None,
    wheels: bool,
    sdists: bool,
    fail_on: str,
    jobs: int | None,
    timeout: float,
    no_cache: bool,
    verbose: bool,
    exit_zero: bool,
    offline: bool,
    policy_file: Path | None,
    report_format: str,
    output: Path | None,
) -> ExitCode:
    """Judge wheels, sdists and folders without running them.

    TARGET is a wheel, an sdist or another file, a folder (a project, or one that holds distributions), or a
    project on your package index: NAME==VERSION, or NAME for its newest release.
    """
    if explain is not None:
        return _explain(explain, report_format, output)
    wish = Wish(
        targets=targets,
        manifests=manifests,
        diff=diff,
        wheels=wheels,
        sdists=sdists,
        previous=diff_previous,
        fail_on=Action(fail_on),
        jobs=jobs or os.cpu_count() or 1,
        seconds=timeout,
        use_cache=not no_cache,
    )
    _check(wish)
    loaded, notes = _policy(wish, policy_file, offline=offline)
    core = load_core()
    report = _vetted(wish, loaded, core)
    report = msgspec.structs.replace(report, notes=(*report.notes, *notes))
    if exit_zero:
        report = msgspec.structs.replace(report, exit_code=int(ExitCode.CLEAN))
    write_report(VET_FORMATS[report_format](report, _options(output, core, verbose=verbose)), output)
    recorded = _recorded(report)
    return (
        ExitCode(report.exit_code)
        if recorded or exit_zero
        else ExitCode(report.exit_code or ExitCode.INCOMPLETE)
    )


def load_core() -> Core:
    """The analysis, loaded only once it is known to be needed."""
    from stockade.stages.vet_core import core  # noqa: PLC0415 - loads parsers and patterns

    return core()


def _check(wish: Wish) -> None:
    if wish.diff is not None and (wish.targets or wish.manifests):
        raise UsageError(
            "--diff takes OLD and NEW, and no further input", hint="vet other inputs in a run of their own"
        )
    if wish.diff is None and not wish.targets and not wish.manifests:
        raise UsageError(
            "nothing to vet", hint="name a file, a folder or NAME==VERSION, or give -r requirements.txt"
        )


def _policy(wish: Wish, policy_file: Path | None, *, offline: bool) -> tuple[LoadedPolicy, tuple[str, ...]]:
    """The policy of the place where the user stands, and what the report says of it.

    One that lies in what is vetted is not asked: a project could allow itself.
    """
    from stockade.cli.policy_notes import policy_notes  # noqa: PLC0415 - loads what reads policies

    override = {"online": False if offline else None}
    loaded = find_policy(Path(), policy_file, override)
    notes: tuple[str, ...] = ()
    if policy_file is None and loaded.source is not None:
        place = loaded.source.resolve()
        named = (*wish.targets, *(wish.diff or ()))
        if any(place.is_relative_to(os.path.realpath(each)) for each in named if os.path.isdir(each)):  # noqa: PTH112 - never raises
            notes = (
                f"the policy {loaded.source} lies in what is vetted, so it was not asked; --policy names one",
            )
            loaded = find_policy(Path(place.anchor), None, override)
    return loaded, (*policy_notes(loaded, Path(os.devnull)), *notes)


def _vetted(wish: Wish, loaded: LoadedPolicy, core: Core) -> VetReport:
    from stockade.stages.vet_run import Order, run  # noqa: PLC0415 - after the core, so that help stays quick

    with index_progress("vetting") as progress:
        return run(
            Order(
                targets=wish.targets,
                manifests=wish.manifests,
                diff=wish.diff,
                wheels=wish.wheels or not wish.sdists,
                sdists=wish.sdists or not wish.wheels,
                previous=wish.previous,
                policy=loaded.policy,
                core=core,
                fail_on=wish.fail_on,
                workers=wish.jobs,
                seconds=wish.seconds,
                use_cache=wish.use_cache,
                progress=progress,
            )
        )


def _explain(word: str, report_format: str, output: Path | None) -> ExitCode:
    from stockade.cli.rules import RuleList, explained, find_rule  # noqa: PLC0415 - loads every check
    from stockade.report.json import json_document  # noqa: PLC0415 - as above

    rule = find_rule(word)
    write_report(
        json_document(RuleList(rules=(rule,))) if report_format == "json" else explained(rule), output
    )
    return ExitCode.CLEAN


def _options(output: Path | None, core: Core, *, verbose: bool) -> VetOptions:
    from stockade.report.vet_options import VetOptions  # noqa: PLC0415 - loads the rules' types

    terminal = output is None and sys.stdout.isatty()
    width = os.get_terminal_size(sys.stdout.fileno()).columns if terminal else 100
    return VetOptions(
        width=max(60, min(WIDEST, width)),
        color=output is None and wants_colour(sys.stdout, os.environ),
        verbose=verbose,
        rules=core.rules,
    )


def _recorded(report: VetReport) -> bool:
    """Write what was judged to the event log, after the report is out: loading the database takes its time."""
    from stockade.stages.vet_record import record_vetting  # noqa: PLC0415 - loads the database layer

    try:
        record_vetting(report)
    except StockadeError as error:
        click.echo(f"stockade: the result is not in the event log, so it is incomplete: {error}", err=True)
        return False
    return True
