"""``stockade token``: credentials of the firewall."""

from __future__ import annotations

import getpass
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
from stockade.model.firewall import Role, Token
from stockade.model.tokens import Minting
from stockade.report.safe import visible


class TokenReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade token list --format json`` prints. Secrets are not kept, so none can be shown."""

    schema: Literal["stockade.token/1"] = "stockade.token/1"
    tokens: tuple[Token, ...]
    """Invalid ones too, the newest first."""


@click.group()
def token() -> None:
    """Mint, list and revoke the firewall's tokens."""


@token.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.INSTALL.value,
    show_default=True,
    help="What it may do; each role includes those before it.",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="PATTERN",
    help="Publish and approve only these (may be given again).",
)
@click.option("--expires", default="90d", show_default=True, metavar="SPAN", help="12h, 30d, 8w, or never.")
@state_option
def mint(*, name: str, role: str, projects: tuple[str, ...], expires: str, state: Path | None) -> ExitCode:
    """Make a token, and print it this once."""
    now = datetime.now(UTC)
    with open_state(state, create=True) as opened:
        minted = opened.tokens.mint(
            Minting(
                name=name,
                role=Role(role),
                at=now,
                by=getpass.getuser(),
                projects=projects,
                expires=end_of(expires, now),
            )
        )
    click.echo(minted.text)
    click.echo(
        f"stockade: this is the only time that it is shown; as a password its user is __token__ (id {minted.token.id})",
        err=True,
    )
    return ExitCode.CLEAN


@token.command("list")
@state_option
@format_option("text", "json")
@output_option
def list_(*, state: Path | None, report_format: str, output: Path | None) -> ExitCode:
    """List the tokens, without their secrets."""
    with open_state(state) as opened:
        report = TokenReport(tokens=opened.tokens.listed())
    if report_format == "json":
        from stockade.report.json import json_document  # noqa: PLC0415 - loads the other reports

        write_report(json_document(report), output)
    else:
        now = datetime.now(UTC)
        write_report("".join(_line(each, now) for each in report.tokens) or "There is no token.\n", output)
    return ExitCode.CLEAN


@token.command()
@click.argument("identity", metavar="ID")
@state_option
def revoke(*, identity: str, state: Path | None) -> ExitCode:
    """Make a token invalid, at once."""
    with open_state(state) as opened:
        revoked = opened.tokens.revoke(identity, by=getpass.getuser(), at=datetime.now(UTC))
    click.echo(f"{revoked.id} ({visible(revoked.name)}) is revoked")
    return ExitCode.CLEAN


def _line(each: Token, now: datetime) -> str:
    if each.revoked_at is not None:
        standing = f"revoked {each.revoked_at:%Y-%m-%d}"
    elif not each.holds(now):
        standing = "expired"
    else:
        standing = f"until {each.expires:%Y-%m-%d %H:%M} UTC" if each.expires else "until revoked"
    scope = f"  {' '.join(each.projects)}" if each.projects else ""
    who = f"  {each.identity}" if each.identity else ""
    return f"{each.id}  {each.role.value:<8}  {standing:<24}  {visible(each.name)}{visible(scope)}{visible(who)}\n"
