"""``stockade events``: query, follow and verify the event log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from stockade.cli.event_output import (
    EventRecord,
    EventsReport,
    EventWriter,
    as_json,
    verify_report,
    verify_text,
)
from stockade.cli.options import format_option
from stockade.cli.output import write_report
from stockade.cli.progress import index_progress
from stockade.errors import ExitCode, InvalidValueError, UsageError
from stockade.model.eventlog import Anchor, EventFilter
from stockade.model.verdicts import Action

F = TypeVar("F", bound=Callable[..., Any])

_DURATION = re.compile(r"(\d{1,9})([smhdw])\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, now: datetime) -> datetime:
    """A time as users write it: ``2h`` before ``now``, or an ISO 8601 date or time (UTC where no zone is given).

    Raises:
        InvalidValueError: it is neither.
    """
    try:
        if match := _DURATION.match(text):
            return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValueError(
            f"not a time: {text[:80]!r}",
            hint="write a duration before now (30m, 2h, 7d) or an ISO time (2025-06-01, 2025-06-01T12:00+02:00)",
        ) from None


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    try:
        return None if value is None else moment(value, datetime.now(UTC))
    except InvalidValueError as error:
        raise click.BadParameter(str(error)) from error


def _anchor(_context: click.Context, _option: click.Parameter, value: str | None) -> Anchor | None:
    try:
        return None if value is None else Anchor.parse(value)
    except InvalidValueError as error:
        raise click.BadParameter(str(error)) from error


def _database(function: F) -> F:
    return click.option(
        "--database",
        default="",
        metavar="URL",
        help="The log's database, instead of STOCKADE_DATABASE or the user's own. Others can see what stands "
        "on a command line: name a database that needs a password in the environment.",
    )(function)


@click.group()
def events() -> None:
    """Query and verify the event log.

    'check' and 'feed' record there what they judged. The log can only grow, and each event carries the
    hash of the one before.
    """


@events.command()
@click.option("--layer", metavar="NAME", help="Only events of this layer: check or feed.")
@click.option("--kind", metavar="NAME", help="Only events of this kind: project.assessed, feed.imported …")
@click.option(
    "--subject", metavar="PATTERN", help="Only subjects that match; * is any run, ? any one character."
)
@click.option(
    "--since",
    metavar="TIME",
    callback=_moment,
    help="Not before: 2h, 7d (before now), or an ISO time, UTC by default.",
)
@click.option("--until", metavar="TIME", callback=_moment, help="Before this time, given as for --since.")
@click.option(
    "--verdict",
    type=click.Choice([action.value for action in Action]),
    help="Only events with this verdict or a stricter one.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Show the newest N that match; 0 shows all.",
)
@format_option("text", "json", "jsonl")
@_database
def query(  # noqa: PLR0913 - an argument for each option
    *,
    layer: str | None,
    kind: str | None,
    subject: str | None,
    since: datetime | None,
    until: datetime | None,
    verdict: str | None,
    limit: int,
    report_format: str,
    database: str,
) -> ExitCode:
    """Show the events that match, oldest first."""
    from stockade.store.events import EventLog  # noqa: PLC0415 - SQLAlchemy is loaded only to open a log

    wanted = EventFilter(
        layer=layer,
        kind=kind,
        subject=subject,
        since=since,
        until=until,
        verdict_at_least=None if verdict is None else Action(verdict),
        limit=limit + 1 if limit else None,
        newest_first=bool(limit),
    )
    with EventLog.open(database, create=False) as log:
        found = log.query(wanted)
        if not limit and report_format != "json":
            _say_if_none(EventWriter(report_format).write(found))
            return ExitCode.CLEAN
        matching = list(found)
    more = bool(limit) and len(matching) > limit
    shown = matching[:limit][::-1] if limit else matching
    if report_format == "json":
        write_report(as_json(EventsReport(events=tuple(map(EventRecord.of, shown)), more=more)))
        return ExitCode.CLEAN
    _say_if_none(EventWriter(report_format).write(shown))
    if more:
        click.echo(f"the newest {limit} of those that match; --limit 0 shows all", err=True)
    return ExitCode.CLEAN


@events.command()
@click.option("-f", "--follow", is_flag=True, help="Go on with events as they come, until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    "count",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Start with the newest N events.",
)
@click.option(
    "--interval",
    type=click.FloatRange(min=0.05),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="How often --follow looks for new events.",
)
@format_option("text", "json", "jsonl")
@_database
def tail(*, follow: bool, count: int, interval: float, report_format: str, database: str) -> ExitCode:
    """Show the newest events, and follow the log."""
    from stockade.store.events import EventLog  # noqa: PLC0415 - SQLAlchemy is loaded only to open a log

    if follow and report_format == "json":
        raise UsageError(
            "--follow cannot write one JSON document, for it has no end", hint="use --format jsonl"
        )
    with EventLog.open(database, create=False) as log:
        newest = list(log.query(EventFilter(limit=max(count, 1), newest_first=True)))
        place = newest[0].sequence if newest else 0
        shown = newest[:count][::-1]
        if report_format == "json":
            more = place > len(shown)
            write_report(as_json(EventsReport(events=tuple(map(EventRecord.of, shown)), more=more)))
            return ExitCode.CLEAN
        writer = EventWriter(report_format)
        try:
            writer.write(shown)
            while follow:
                time.sleep(interval)
                for chained in log.tail(place):
                    writer.write([chained])
                    place = chained.sequence
        except KeyboardInterrupt:
            return ExitCode.CLEAN  # the way to end --follow
    return ExitCode.CLEAN


@events.command()
@click.option(
    "--expect",
    metavar="SEQ:HASH",
    callback=_anchor,
    help="An anchor that you kept elsewhere: the log must still hold it.",
)
@format_option("text", "json")
@_database
def verify(*, expect: Anchor | None, report_format: str, database: str) -> ExitCode:
    """Verify that no event was changed, removed or moved.

    Ends with 0 where the log is intact, 1 where it is not, 3 where it could not be read.

    Who can write to the whole database can cut off the newest events and the record of them, or write
    the log anew. Only --expect, with an anchor kept where they cannot write, shows that.
    """
    from stockade.store.events import EventLog  # noqa: PLC0415 - SQLAlchemy is loaded only to open a log

    with EventLog.open(database, create=False) as log, index_progress("verifying the event log") as progress:
        result = log.verify(expect, progress)
    text = (
        as_json(verify_report(result))
        if report_format == "json"
        else verify_text(result, log.where, anchored=expect is not None)
    )
    write_report(text)
    return ExitCode.CLEAN if result.intact else ExitCode.FINDINGS


@events.command()
@_database
def anchor(*, database: str) -> ExitCode:
    """Print the newest event's place and hash.

    Keep them where nobody who can write to the log can write: 'verify --expect' compares them.
    """
    from stockade.store.events import EventLog  # noqa: PLC0415 - SQLAlchemy is loaded only to open a log

    with EventLog.open(database, create=False) as log:
        write_report(str(log.head()))
    return ExitCode.CLEAN


def _say_if_none(count: int) -> None:
    if not count:
        click.echo("no event matches", err=True)
