"""``stockade init``: write a commented starter policy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from stockade.cli.init_client import client
from stockade.cli.output import replace_file
from stockade.errors import ExitCode, UsageError
from stockade.manifests.text import ReadError, read_text
from stockade.manifests.toml_lines import load_toml
from stockade.policy.loader import FILE, PYPROJECT, TABLE, policy_in
from stockade.policy.starter import starter_policy


class _PolicyUnlessNamed(click.Group):
    """A group whose first subcommand is meant where none is named: ``stockade init`` writes the policy."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the first subcommand's name before arguments that name none."""
        if not args or (args[0] not in self.commands and args[0] not in {"-h", "--help"}):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)


@click.group(cls=_PolicyUnlessNamed)
def init() -> None:
    """Write a commented starter policy, or clients' settings.

    'stockade init' and 'stockade init PATH' are short for 'stockade init policy'; a folder called client is ./client.
    """


@init.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--force", is_flag=True, help=f"Overwrite a {FILE} that is there.")
@click.option("--pyproject", is_flag=True, help=f"Add [tool.stockade] to the {PYPROJECT} that is there.")
def policy(path: Path, *, force: bool, pyproject: bool) -> ExitCode:
    """Write a commented starter policy.

    It goes to stockade.toml in the folder PATH (the current one unless given), with every key at its
    default and explained. Nothing is overwritten without --force.
    """
    if not path.is_dir():
        raise UsageError(f"no such folder: {path}")
    today = datetime.now(UTC).date()
    there = policy_in(path)
    if pyproject:
        target = path / PYPROJECT
        text = _with_table(target, starter_policy(today, table=".".join(TABLE)), there)
    else:
        target, text = path / FILE, starter_policy(today)
        if there is not None and (there != target or not force):
            again = "--force overwrites it" if there == target else "edit it there, or remove the table first"
            raise UsageError(f"{there} holds a policy already", hint=again)
    try:
        replace_file(target, text.encode())
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from error
    click.echo(f"wrote {target}; next: name your internal projects under [protect], then 'stockade check'")
    return ExitCode.CLEAN


def _with_table(target: Path, table: str, there: Path | None) -> str:
    """The text of a ``pyproject.toml`` with the policy's table added at its end."""
    if there is not None:
        raise UsageError(
            f"{there} holds a policy already", hint="edit it there; --pyproject only adds a new table"
        )
    try:
        before = target.read_bytes().decode()
    except FileNotFoundError:
        raise UsageError(f"no {target} to add to", hint=f"leave out --pyproject to write a {FILE}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {target}: {error}") from error
    text = f"{before.rstrip()}\n\n{table}" if before.strip() else table
    if "\r\n" in before:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    try:
        load_toml(read_text(text.encode()))
    except ReadError as error:
        raise UsageError(
            f"a table cannot be added to {target}: {error}", hint=f"leave out --pyproject to write a {FILE}"
        ) from None
    return text


init.add_command(client)
