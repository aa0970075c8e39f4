"""``stockade why``: the whole story behind a refusal of the firewall."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from stockade.cli.quarantine import story, way_in
from stockade.cli.state_options import open_state, state_option
from stockade.errors import ExitCode, UsageError
from stockade.firewall.decisions import decided
from stockade.model.firewall_state import Held
from stockade.model.names import project_name
from stockade.report.safe import visible

_CODE = re.compile(r"SK-[A-Z2-7]{8,12}", re.IGNORECASE)


@click.command()
@click.argument("subject", metavar="CODE|PROJECT")
@state_option
def why(*, subject: str, state: Path | None) -> ExitCode:
    """Explain why the firewall refused a file.

    CODE is what pip or uv printed (SK-…); with PROJECT every refused file of it is explained.
    """
    from stockade.cli.rules import explained, find_rule  # noqa: PLC0415 - loads every check

    now = datetime.now(UTC)
    with open_state(state) as opened:
        if _CODE.fullmatch(subject):
            found = opened.approvals.by_code(subject.upper())
            held: tuple[Held, ...] = () if found is None else (found,)
        else:
            held = opened.approvals.queue(project_name(subject))
        projects = {each.project for each in held}
        approvals = [
            each
            for project in sorted(projects)
            for each in opened.approvals.for_project(project)
            if each.holds(now)
        ]
    if not held:
        raise UsageError(
            f"the firewall has refused nobody anything under {subject!r}",
            hint="is this its state? --state names its folder, STOCKADE_DATABASE its database",
        )
    for each in held:
        click.echo(story(each))
    for code in sorted(
        {reason.code for each in held for reason in each.reasons if reason.code.startswith("STK-")}
    ):
        click.echo(explained(find_rule(code)))
    for approval in approvals:
        click.echo(f"{approval.id}: {approval.effect} by {visible(approval.by)}: {visible(approval.reason)}")
    for each in held:
        if not decided(each, approvals):
            click.echo(way_in(each, state))
    return ExitCode.CLEAN
