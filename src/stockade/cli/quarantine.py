"""``stockade quarantine``: what the firewall holds back, and people's words on it."""

from __future__ import annotations

import getpass
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
import msgspec

from stockade.cli.options import format_option, output_option
from stockade.cli.output import write_report
from stockade.cli.spans import end_of
from stockade.cli.state_options import open_state, state_option
from stockade.errors import ExitCode
from stockade.firewall.decisions import Reach, Wish, approve, decided, deny, found, needs_break_glass, words
from stockade.model.firewall import Approval
from stockade.model.firewall_state import Held
from stockade.model.names import project_name
from stockade.model.verdicts import Action
from stockade.report.safe import visible

_BY = click.option(
    "--by", default="", metavar="NAME", help="Who decides; the user of this machine unless given."
)
_REASON = click.option(
    "--reason", required=True, help="Why; it stands in the event log and on clients' screens."
)
_SCOPE = click.option(
    "--scope",
    type=click.Choice([each.value for each in Reach]),
    default="file",
    show_default=True,
    help="How much of the project the decision is about.",
)
_FOR = click.option(
    "--for", "requester", default="", metavar="WHO", help="Only for this token or CI identity."
)
_INDENT = " " * 17
"""As wide as a code and the gap behind it."""


class QuarantineReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade quarantine list --format json`` prints."""

    schema: Literal["stockade.quarantine/1"] = "stockade.quarantine/1"
    held: tuple[Held, ...]
    """Files that were asked for and refused, the last asked first."""
    approvals: tuple[Approval, ...]
    """Approvals and denials that are in force, the newest first."""


@click.group()
def quarantine() -> None:
    """List, approve and deny what the firewall holds back."""


@quarantine.command("list")
@click.option("--project", default="", metavar="NAME", help="Only of this project.")
@click.option("--blocked", is_flag=True, help="Also what is refused outright and waits for nobody.")
@state_option
@format_option("text", "json")
@output_option
def list_(
    *, project: str, blocked: bool, state: Path | None, report_format: str, output: Path | None
) -> ExitCode:
    """List the files that wait for a decision, and the decisions in force."""
    wanted = project_name(project) if project else None
    now = datetime.now(UTC)
    with open_state(state) as opened:
        held = [
            each for each in opened.approvals.queue(wanted) if blocked or each.action is Action.QUARANTINE
        ]
        approvals = [
            each
            for each in opened.approvals.listed()
            if each.holds(now) and wanted in {None, each.scope.project}
        ]
    waiting = [each for each in held if not decided(each, approvals)]
    report = QuarantineReport(held=tuple(waiting), approvals=tuple(approvals))
    if report_format == "json":
        from stockade.report.json import json_document  # noqa: PLC0415 - loads the other reports

        write_report(json_document(report), output)
    else:
        write_report(as_text(report), output)
    return ExitCode.CLEAN


@quarantine.command()
@click.argument("code", metavar="CODE")
@state_option
def show(*, code: str, state: Path | None) -> ExitCode:
    """Show one refused file with all reasons, and who asked for it."""
    with open_state(state) as opened:
        held = found(opened.approvals, code)
    click.echo(story(held))
    click.echo(way_in(held, state))
    return ExitCode.CLEAN


@quarantine.command("approve")
@click.argument("code", metavar="CODE")
@_SCOPE
@_FOR
@_REASON
@click.option("--expires", default="30d", show_default=True, metavar="SPAN", help="12h, 30d, 8w, or never.")
@click.option(
    "--break-glass", is_flag=True, help="Let in what is blocked, not only what is held. Logged twice."
)
@_BY
@state_option
def approve_(  # noqa: PLR0913 - one parameter an option
    *,
    code: str,
    scope: str,
    requester: str,
    reason: str,
    expires: str,
    break_glass: bool,
    by: str,
    state: Path | None,
) -> ExitCode:
    """Let in a file that is held."""
    now = datetime.now(UTC)
    wish = Wish(
        reason=reason,
        by=by or getpass.getuser(),
        at=now,
        reach=Reach(scope),
        requester=requester,
        expires=end_of(expires, now),
        break_glass=break_glass,
    )
    with open_state(state) as opened:
        approval = approve(opened.approvals, found(opened.approvals, code), wish)
    until = f" until {approval.expires:%Y-%m-%d %H:%M} UTC" if approval.expires else ""
    click.echo(f"{approval.id}: {visible(words(approval.scope))} is let in{until}")
    return ExitCode.CLEAN


@quarantine.command("deny")
@click.argument("code", metavar="CODE")
@_SCOPE
@_FOR
@_REASON
@_BY
@state_option
def deny_(  # noqa: PLR0913 - one parameter an option
    *, code: str, scope: str, requester: str, reason: str, by: str, state: Path | None
) -> ExitCode:
    """Refuse a file whatever the policy says."""
    wish = Wish(
        reason=reason,
        by=by or getpass.getuser(),
        at=datetime.now(UTC),
        reach=Reach(scope),
        requester=requester,
    )
    with open_state(state) as opened:
        denial = deny(opened.approvals, found(opened.approvals, code), wish)
    click.echo(f"{denial.id}: {visible(words(denial.scope))} is refused")
    return ExitCode.CLEAN


@quarantine.command()
@click.argument("approval", metavar="ID")
@_BY
@state_option
def revoke(*, approval: str, by: str, state: Path | None) -> ExitCode:
    """Take an approval or a denial back, at once."""
    with open_state(state) as opened:
        revoked = opened.approvals.revoke(approval.upper(), by=by or getpass.getuser(), at=datetime.now(UTC))
    click.echo(f"{revoked.id} is revoked")
    return ExitCode.CLEAN


@quarantine.command()
@state_option
def recalled(*, state: Path | None) -> ExitCode:
    """List what was served before it was refused, and who has it. Ends with 1 where there is any."""
    from stockade.model.eventlog import EventFilter  # noqa: PLC0415 - so that help stays quick

    latest: dict[tuple[str, str], dict[str, str]] = {}
    with open_state(state) as opened:
        for each in opened.events.query(EventFilter(kind="file.recalled")):
            latest[each.event.subject, each.event.detail["sha256"]] = each.event.detail
    for (filename, sha256), detail in latest.items():
        click.echo(f"{detail['code']}  {visible(filename)}  sha256 {sha256}")
        click.echo(f"{_INDENT}{visible(detail['reason'])}")
        click.echo(f"{_INDENT}served to {visible(detail['served to'])}, last {detail['last']}")
    if not latest:
        click.echo("Nothing that was served has been refused since.")
    return ExitCode.FINDINGS if latest else ExitCode.CLEAN


def as_text(report: QuarantineReport) -> str:
    """The lists for a person."""
    lines = []
    for each in report.held:
        lines.append(f"{each.code}  {each.action.value:<10}  {visible(each.filename)}")
        lines.append(f"{_INDENT}{each.reasons[0].code}: {visible(each.reasons[0].text)}")
        lines.append(
            f"{_INDENT}asked for {_times(each.times)}, last {each.last:%Y-%m-%d %H:%M} UTC{_askers(each)}"
        )
    lines += ["Nothing waits for a decision."] if not report.held else []
    if report.approvals:
        lines += ["", "In force:"]
    for approval in report.approvals:
        until = f"until {approval.expires:%Y-%m-%d %H:%M} UTC" if approval.expires else "until revoked"
        effect = "break-glass" if approval.break_glass else approval.effect
        lines.append(f"  {approval.id}  {effect:<11}  {visible(words(approval.scope))}, {until}")
        lines.append(f"    {visible(approval.by)}: {visible(approval.reason)}")
    return "\n".join(lines) + "\n"


def story(held: Held) -> str:
    """Everything about one refused file."""
    lines = [
        f"{held.code}  {held.action.value}",
        f"  file     {visible(held.filename)}",
        f"  project  {held.project} {visible(held.version)}",
        f"  sha256   {held.sha256 or 'not given by the index'}",
        "  reasons",
        *(f"    {each.action.value:<10}  {each.code}: {visible(each.text)}" for each in held.reasons),
        f"  asked for {_times(held.times)}, first {held.first:%Y-%m-%d %H:%M}, last {held.last:%Y-%m-%d %H:%M} UTC",
        *(f"    {visible(each.who) or 'somebody'}: {_times(each.times)}" for each in held.askers),
    ]
    return "\n".join(lines) + "\n"


def way_in(held: Held, state: Path | None) -> str:
    """The command that lets a refused file in."""
    glass = " --break-glass" if needs_break_glass(held) else ""
    where = f" --state {shlex.quote(str(state))}" if state else ""
    return f"To let it in: stockade quarantine approve {held.code} --reason '…'{glass}{where}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _askers(held: Held) -> str:
    return f", by {visible(held.askers[0].who) or 'somebody'}" if held.askers else ""
