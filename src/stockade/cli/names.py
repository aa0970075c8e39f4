"""``stockade names``: judge names, scan lists of them, foresee squats of yours."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

import click
import msgspec

from stockade.cli.options import exit_zero_option, find_policy, format_option, policy_option
from stockade.errors import ExitCode, InvalidValueError
from stockade.model.names import MAX_NAME_LENGTH, ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.verdicts import Action, Indeterminate
from stockade.names.engine import EditClass, Engine, NameJudgement, Protected, Relation
from stockade.ports import NameRegister

MOST_VARIANTS = 500
_CANONICAL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What needs no canonicalising: nearly every line of a list of names."""
_ENCODER = msgspec.json.Encoder()


class InvalidName(msgspec.Struct, frozen=True, kw_only=True):
    """What was given as a name and is none."""

    name: str
    error: str


class NameReport(msgspec.Struct, frozen=True, kw_only=True, rename={"kind": "class"}):
    """One judgement as JSON: its best relation, then all of them."""

    name: str
    verdict: Action
    score: float
    kind: str | None
    target: str | None
    rank: int | None
    target_rank: int | None
    allowed_by_policy: bool
    relations: tuple[Relation, ...]


class NamesReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade names check --format json`` prints."""

    schema: Literal["stockade.names-check/1"] = "stockade.names-check/1"
    judgements: tuple[NameReport, ...]
    invalid: tuple[InvalidName, ...]
    incomplete: tuple[Indeterminate, ...]
    """What keeps the judgements from being complete: a missing or old popularity list."""


class VariantReport(msgspec.Struct, frozen=True, kw_only=True, rename={"kind": "class"}):
    """One squat to expect."""

    name: str
    kind: str
    likelihood: float
    """Share of the known squats of such a name that this one is expected to be, 0 to 1."""
    status: Literal["registered", "free", "unknown"]
    """By the local list of registered names."""


class TargetReport(msgspec.Struct, frozen=True, kw_only=True):
    """The squats to expect of one name, most likely first."""

    name: str
    variants: tuple[VariantReport, ...]


class VariantsReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade names variants --format json`` prints."""

    schema: Literal["stockade.names-variants/1"] = "stockade.names-variants/1"
    names: tuple[TargetReport, ...]
    incomplete: tuple[Indeterminate, ...]


def protect_option(function: click.decorators.FC) -> click.decorators.FC:
    """``--protect``: further names of the user's own."""
    return click.option(
        "--protect",
        multiple=True,
        metavar="NAME",
        help="One of your own names, besides the policy's. Repeatable.",
    )(function)


fail_on_action = click.option(
    "--fail-on",
    type=click.Choice([Action.WARN.value, Action.QUARANTINE.value, Action.BLOCK.value]),
    default=Action.QUARANTINE.value,
    show_default=True,
    help="End with 1 from this verdict on.",
)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What names are judged against; enough for another process to build the same engine."""

    popular: tuple[ProjectName, ...]
    protected: Protected
    limit: int
    allowed: frozenset[ProjectName]
    notes: tuple[Indeterminate, ...]

    def engine(self) -> Engine:
        """The engine."""
        return Engine.build(self.popular, self.protected, limit=self.limit)


def load_setting(policy: Policy, protect: Iterable[str]) -> Setting:
    """The popularity list that is held, and what the policy and ``protect`` say.

    Raises:
        InvalidValueError: one of ``protect`` is not a project name.
    """
    from stockade.sources.feeds import FeedStore  # noqa: PLC0415 - 'names --help' needs no feed

    held = FeedStore.default().popularity(datetime.now(UTC), policy.feeds)
    popular: tuple[ProjectName, ...] = ()
    notes: tuple[Indeterminate, ...]
    if isinstance(held, Indeterminate):
        notes = (held,)
    else:
        popular, notes = tuple(held.feed.names), held.notes
    return Setting(
        popular=popular,
        protected=Protected(
            names=frozenset(project_name(name) for name in (*policy.protect.names, *protect)),
            patterns=policy.protect.patterns,
        ),
        limit=policy.names.popular,
        allowed=frozenset(map(project_name, policy.names.allow)),
        notes=notes,
    )


def load_register(policy: Policy) -> tuple[NameRegister | None, tuple[Indeterminate, ...]]:
    """The registered names from local data, and what keeps them from being complete."""
    from stockade.sources.feeds import FeedStore  # noqa: PLC0415 - only 'names variants' asks it

    held = FeedStore.default().register(datetime.now(UTC), policy.feeds)
    return (None, (held,)) if isinstance(held, Indeterminate) else (held.feed, held.notes)


def parsed(texts: Iterable[str]) -> Iterator[ProjectName | InvalidName]:
    """Each text as a canonical name, or as what is wrong with it."""
    for text in texts:
        if len(text) <= MAX_NAME_LENGTH and _CANONICAL.fullmatch(text):
            yield ProjectName(text)
            continue
        try:
            yield project_name(text)
        except InvalidValueError as error:
            # An argument that is no UTF-8 reaches us as surrogates, which no report can hold.
            shown = text[:300].encode("utf-8", "backslashreplace").decode()
            yield InvalidName(name=shown, error=error.message)


def judged(
    wanted: Iterable[ProjectName], engine: Engine, allowed: frozenset[ProjectName]
) -> Iterator[NameJudgement]:
    """The engine's judgements; a name that the policy allows is allowed whatever it resembles."""
    for judgement in engine.judge_many(wanted):
        yield as_allowed(judgement) if judgement.name in allowed else judgement


def as_allowed(judgement: NameJudgement) -> NameJudgement:
    """The judgement of a name that the policy allows: it keeps its relations."""
    return msgspec.structs.replace(judgement, verdict=Action.ALLOW)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def names() -> None:
    """Judge names, foresee squats of yours.

    Names are judged against the most downloaded projects and against your own (the policy's [protect]).
    Nothing is asked of the network: no name leaves this machine.
    """


@names.command()
@click.argument("name", nargs=-1, required=True)
@format_option("text", "json")
@fail_on_action
@protect_option
@policy_option
@exit_zero_option
def check(  # noqa: PLR0913 - an argument for each option
    name: tuple[str, ...],
    *,
    report_format: str,
    fail_on: str,
    protect: tuple[str, ...],
    policy_file: Path | None,
    exit_zero: bool,
) -> ExitCode:
    """Judge names: what each may be taken for, and why.

    Ends with 1 where a verdict reaches --fail-on, else with 3 where something is not a name or the
    popularity list cannot be relied on.
    """
    setting = load_setting(find_policy(Path.cwd(), policy_file).policy, protect)
    engine = setting.engine()
    results = list(parsed(name))
    invalid = [each for each in results if isinstance(each, InvalidName)]
    wanted = [each for each in results if not isinstance(each, InvalidName)]
    judgements = list(judged(wanted, engine, setting.allowed))
    if report_format == "json":
        document = NamesReport(
            judgements=tuple(_report(each, setting.allowed) for each in judgements),
            invalid=tuple(invalid),
            incomplete=tuple(setting.notes),
        )
        click.echo(msgspec.json.format(_ENCODER.encode(document)).decode())
    else:
        for judgement in judgements:
            click.echo(_told(judgement, setting.allowed))
        for each in invalid:
            click.echo(f"{each.name!a}  not judged: {each.error}", err=True)
        tell_notes(setting.notes)
    worst = max((each.verdict for each in judgements), default=Action.ALLOW)
    return exit_code(worst >= fail_on, bool(invalid or setting.notes), exit_zero=exit_zero)


@names.command()
@click.argument("file", type=click.File("rb"))
@format_option("text", "jsonl")
@click.option("--all", "everything", is_flag=True, help="Print every name, not only those that are flagged.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes to share the work.  [default: one a CPU]")
@fail_on_action
@protect_option
@policy_option
@exit_zero_option
def scan(  # noqa: PLR0913 - an argument for each option
    file: BinaryIO,
    *,
    report_format: str,
    everything: bool,
    jobs: int | None,
    fail_on: str,
    protect: tuple[str, ...],
    policy_file: Path | None,
    exit_zero: bool,
) -> ExitCode:
    """Judge the names in a file, one a line.

    FILE may be -, for standard input.

    Prints the flagged names (warn and above) in their order, as they are found; blank lines and lines
    that begin with # are passed over. A line that is no name is printed with its error and makes the
    result incomplete.
    """
    from stockade.cli.names_scan import Scan  # noqa: PLC0415 - only a scan needs a pool of processes

    setting = load_setting(find_policy(Path.cwd(), policy_file).policy, protect)
    done = Scan(setting, as_json=report_format == "jsonl", everything=everything, jobs=jobs).run(
        file, sys.stdout, sys.stderr
    )
    tell_notes(setting.notes)
    total = f"{done.names:,} names judged, {done.flagged:,} flagged"
    click.echo(f"{total}, {done.invalid:,} not names" if done.invalid else total, err=True)
    return exit_code(
        done.worst >= fail_on, bool(done.invalid or setting.notes or not done.names), exit_zero=exit_zero
    )


@names.command()
@click.argument("name", nargs=-1, required=True)
@format_option("text", "json")
@click.option(
    "--limit",
    type=click.IntRange(1, 5000),
    default=MOST_VARIANTS,
    show_default=True,
    help="At most so many variants of each name.",
)
@policy_option
@exit_zero_option
def variants(
    name: tuple[str, ...], *, report_format: str, limit: int, policy_file: Path | None, exit_zero: bool
) -> ExitCode:
    """List the squats to expect of your names, most likely first.

    Of a name that is not widely known, slips of memory (the singular, a separator left out, 'python-' put
    before) come before slips of the finger.

    Each is marked registered or free by the local feed of registered names, or unknown where there is
    none (see 'stockade feed'). A free name is not always one that can be registered.
    """
    from stockade.names.popular import builtin_popularity  # noqa: PLC0415 - only this command needs it
    from stockade.names.variants import variants as squats  # noqa: PLC0415 - named like the command

    register, notes = load_register(find_policy(Path.cwd(), policy_file).policy)
    wanted = [project_name(text) for text in name]
    well_known = frozenset(builtin_popularity().names)
    rows = tuple(
        TargetReport(
            name=target,
            variants=tuple(
                VariantReport(
                    name=variant.name,
                    kind=variant.kind,
                    likelihood=round(variant.likelihood, 5),
                    status=_status(variant.name, register),
                )
                for variant in squats(target, limit=limit, own=target not in well_known)
            ),
        )
        for target in wanted
    )
    if report_format == "json":
        document = VariantsReport(names=rows, incomplete=tuple(notes))
        click.echo(msgspec.json.format(_ENCODER.encode(document)).decode())
    else:
        for row in rows:
            _tell_variants(row)
        tell_notes(notes)
    return exit_code(False, bool(notes), exit_zero=exit_zero)  # noqa: FBT003 - a list of squats is no finding


def exit_code(found: bool, incomplete: bool, *, exit_zero: bool) -> ExitCode:
    """The contract's code: findings before incomplete before clean."""
    if exit_zero:
        return ExitCode.CLEAN
    if found:
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if incomplete else ExitCode.CLEAN


def tell_notes(notes: Iterable[Indeterminate]) -> None:
    """Say on standard error what makes the result incomplete, and what would mend it."""
    for note in notes:
        click.echo(f"incomplete: {note.detail}" + (f"; {note.mend}" if note.mend else ""), err=True)


def _report(judgement: NameJudgement, allowed: frozenset[ProjectName]) -> NameReport:
    best = judgement.relations[0] if judgement.relations else None
    kind, target = judgement.kind, judgement.target
    return NameReport(
        name=judgement.name,
        verdict=judgement.verdict,
        score=round(judgement.score, 4),
        kind=kind,
        target=target,
        rank=judgement.rank,
        target_rank=best.target_rank if best else None,
        allowed_by_policy=judgement.name in allowed,
        relations=judgement.relations,
    )


def _told(judgement: NameJudgement, allowed: frozenset[ProjectName]) -> str:
    itself = f", itself popular (rank {judgement.rank:,})" if judgement.rank else ""
    if judgement.name in allowed:
        itself += ", allowed by the policy"
    lines = [f"{judgement.name}: {judgement.verdict}, score {judgement.score:.3f}{itself}"]
    for relation in judgement.relations:
        whose = "yours" if relation.target_rank is None else f"rank {relation.target_rank:,}"
        lines.append(f"  {relation.kind} of {relation.target} ({whose}): {relation.evidence}")
    if judgement.verdict is not Action.ALLOW:
        lines.append(
            f"  next: {_next(judgement.relations[0])}; if you mean this name, add it to [names] allow"
        )
    elif not judgement.relations:
        lines.append("  resembles no popular or protected name")
    return "\n".join(lines)


def _next(best: Relation) -> str:
    if best.kind is EditClass.INTERNAL_PREFIX:
        return "declare it under [protect] names if it is yours"
    if best.kind is EditClass.MISSPELT_WORD:
        return "check the spelling and who publishes it"
    return f"use {best.target!r}"


def _status(name: ProjectName, register: NameRegister | None) -> Literal["registered", "free", "unknown"]:
    if register is None:
        return "unknown"
    return "registered" if name in register else "free"


def _tell_variants(row: TargetReport) -> None:
    taken = sum(variant.status == "registered" for variant in row.variants)
    click.echo(f"{row.name}: {len(row.variants)} variants, {taken} registered")
    width = max((len(variant.name) for variant in row.variants), default=0)
    for variant in row.variants:
        click.echo(
            f"  {variant.name:<{width}}  {variant.status:<10}  {variant.likelihood:8.5f}  {variant.kind}"
        )
