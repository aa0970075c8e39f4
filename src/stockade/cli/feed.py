"""``stockade feed``: import, update and date the local data that judgements rest on."""

from __future__ import annotations

import getpass
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
import msgspec

from stockade.cli.options import find_policy, format_option, output_option, policy_option
from stockade.cli.output import write_report
from stockade.cli.progress import index_progress
from stockade.errors import ExitCode, StockadeError, UsageError
from stockade.model.advisories import FeedStamp
from stockade.model.events import Event
from stockade.model.policy import Feeds
from stockade.model.verdicts import Action
from stockade.sources.clock import SystemClock
from stockade.sources.feeds import FeedName, FeedStatus, FeedStore, ImportOptions

NAMES = [feed.value for feed in FeedName]
_force = click.option(
    "--force",
    is_flag=True,
    help="Take a feed that has lost more than half of its entries, or advisories older than those held.",
)
_insecure = click.option(
    "--insecure", is_flag=True, help="Fetch over plain http too; anybody on the way could change the data."
)


class FeedReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade feed status --format json`` prints."""

    schema: Literal["stockade.feed/1"] = "stockade.feed/1"
    feeds: tuple[FeedStatus, ...]


@click.group()
def feed() -> None:
    """Import, update and date the local data.

    Advisories, registered names and the popularity list are kept on this machine, so that no name that you
    ask about leaves it.
    """


@feed.command("import")
@click.argument("name", metavar="FEED", type=click.Choice(NAMES))
@click.argument("source")
@click.option("--sha256", default="", metavar="HEX", help="The digest that SOURCE must have.")
@_force
@_insecure
def import_(name: str, source: str, *, sha256: str, force: bool, insecure: bool) -> ExitCode:
    """Import a feed from a file or an https address.

    FEED is advisories, registered-names or popularity. What is held is replaced only when the new feed is
    whole on disk.
    """
    options = ImportOptions(sha256=_hex(sha256), force=force, insecure=insecure)
    _import(FeedName(name), source, options)
    return ExitCode.CLEAN


@feed.command()
@click.argument("names", metavar="[FEED]...", nargs=-1, type=click.Choice(NAMES))
@_force
@_insecure
@policy_option
def update(names: tuple[str, ...], *, force: bool, insecure: bool, policy_file: Path | None) -> ExitCode:
    """Fetch feeds from where the policy says.

    All feeds unless some are named. Without an address in the policy, advisories come from OSV's public
    bulk data and registered names from the root of the package index that pip or uv are configured for.
    """
    feeds = find_policy(Path(), policy_file).policy.feeds
    code = ExitCode.CLEAN
    for each in map(FeedName, names or NAMES):
        if each is FeedName.POPULARITY and not names and not each.address(feeds):
            click.echo("popularity: no address in the policy ([feeds] popularity_url), so it stays as it is")
            continue
        try:
            source, options = _source(each, feeds, ImportOptions(force=force, insecure=insecure))
            _import(each, source, options)
        except StockadeError as error:
            click.echo(f"stockade: {each}: {error}", err=True)
            code = max(code, error.exit_code)
    return code


@feed.command()
@policy_option
@format_option("text", "json")
@output_option
def status(policy_file: Path | None, report_format: str, output: Path | None) -> ExitCode:
    """Say which feeds are there and how old they are.

    Ends with 0 where all are fresh, and with 3 where one is missing, stale or damaged.
    """
    feeds = find_policy(Path(), policy_file).policy.feeds
    statuses = FeedStore.default().status(datetime.now(UTC), feeds)
    if report_format == "json":
        text = msgspec.json.format(msgspec.json.encode(FeedReport(feeds=statuses)), indent=2).decode()
    else:
        text = status_text(statuses)
    write_report(text, output)
    return ExitCode.CLEAN if all(one.usable for one in statuses) else ExitCode.INCOMPLETE


def status_text(statuses: tuple[FeedStatus, ...]) -> str:
    """The statuses for a person: a feed a line, then what is wrong with it and what mends it."""
    return "\n".join(line for one in statuses for line in _status_lines(one))


def _status_lines(one: FeedStatus) -> Iterator[str]:
    label = f"{one.feed:<17}"
    if one.stamp is None or one.age_days is None:
        word = "missing" if one.problem.startswith("not imported") else "damaged"
        yield f"{label} {word:<8} {one.problem}"
        yield f"{'':<17} next: stockade feed update {one.feed}, or stockade feed import {one.feed} FILE"
        return
    word = "stale" if one.stale else "fresh"
    age = f"{one.age_days:.0f} of at most {one.limit_days:.0f} days old"
    yield f"{label} {word:<8} {_entries(one.stamp.entries)}, {age}, from {one.stamp.source}"
    if one.unreadable:
        yield f"{'':<17} {_entries(one.unreadable)} of the source could not be read:"
        yield from (f"{'':<17}   {note}" for note in one.notes)
    if one.stale:
        yield f"{'':<17} next: stockade feed update {one.feed}, or stockade feed import {one.feed} FILE"


def _entries(number: int) -> str:
    return f"{number:,} entr" + ("y" if number == 1 else "ies")


def _hex(text: str) -> str:
    digits = text.strip().lower().removeprefix("sha256:")
    if digits and (len(digits) != 64 or set(digits) - set("0123456789abcdef")):  # noqa: PLR2004 - SHA-256 in hex
        raise UsageError(f"--sha256 takes 64 hexadecimal digits, got {text[:80]!r}")
    return digits


def _source(each: FeedName, feeds: Feeds, options: ImportOptions) -> tuple[str, ImportOptions]:
    """Where a feed is fetched, and with whose credentials.

    Raises:
        UsageError: nothing says where.
        ConfigError: the configuration of pip or uv does not parse.
    """
    if address := each.address(feeds):
        return address, options
    if each is FeedName.ADVISORIES:
        from stockade.sources.osv import PUBLIC_BULK_ADDRESS  # noqa: PLC0415 - not needed for other commands

        return PUBLIC_BULK_ADDRESS, options
    if each is FeedName.REGISTERED_NAMES:
        from stockade.sources.client_config import load_index_settings  # noqa: PLC0415 - as above

        settings = load_index_settings()
        if settings.default.remote and not settings.no_index:
            return settings.default.root, replace(options, account=settings.default)
    raise UsageError(
        f"no address for {each}",
        hint=f"set [feeds] {each.replace('-', '_')}_url in the policy, or: stockade feed import {each} FILE",
    )


def _import(each: FeedName, source: str, options: ImportOptions) -> None:
    """Import, say so, and record it; a refusal is recorded too."""
    with _fetch_bar(each) as progress:
        options = replace(options, progress=progress)
        try:
            stamp = FeedStore.default().import_feed(each, source, SystemClock(), options)
        except StockadeError as error:
            if error.exit_code is ExitCode.INCOMPLETE:
                _record("feed.refused", each, Action.BLOCK, {"reason": error.message})
            raise
    _record("feed.imported", each, Action.ALLOW, _detail(stamp, options))
    click.echo(
        f"{each}: {_entries(stamp.entries)}, newest data of {stamp.made:%Y-%m-%d}, from {stamp.source}"
    )


def _detail(stamp: FeedStamp, options: ImportOptions) -> dict[str, str]:
    return {
        "source": stamp.source,
        "sha256": stamp.sha256,
        "made": stamp.made.isoformat(),
        "entries": str(stamp.entries),
        "forced": "yes" if options.force else "no",
    }


def _record(kind: str, each: FeedName, verdict: Action, detail: dict[str, str]) -> None:
    """Write to the event log.

    Raises:
        IncompleteError: it cannot be written. What was imported stays.
    """
    from stockade.store.events import EventLog  # noqa: PLC0415 - loads the database layer

    event = Event(
        at=datetime.now(UTC),
        layer="feed",
        kind=kind,
        subject=each.value,
        actor=_user(),
        place=platform.node(),
        verdict=verdict,
        detail=detail,
    )
    with EventLog.open() as log:
        log.append([event])


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # a container's user id without a name


@contextmanager
def _fetch_bar(each: FeedName) -> Iterator[Callable[[int, int | None], None] | None]:
    with index_progress(f"fetching {each}") as draw:
        yield None if draw is None else lambda done, total: draw(done, total or 0)
