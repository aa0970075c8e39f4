"""``stockade init client``: settings that send pip, uv, poetry and pdm to the firewall."""

from __future__ import annotations

import os
from pathlib import Path

import click

from stockade.cli.output import replace_file
from stockade.errors import ExitCode, UsageError

TOOLS = ("pip", "uv", "poetry", "pdm")


@click.command()
@click.option("--url", required=True, metavar="URL", help="The firewall's address.")
@click.option(
    "--tool", "tools", multiple=True, type=click.Choice(TOOLS), help="Only this tool (may be given again)."
)
@click.option(
    "--write", is_flag=True, help="Write the user's files of pip and uv; none that is there is changed."
)
def client(*, url: str, tools: tuple[str, ...], write: bool) -> ExitCode:
    """Show or write the settings that send clients to the firewall.

    Without --write they are printed. poetry and pdm keep sources in each project, so those are always printed.
    """
    from stockade.stages.client_settings import (  # noqa: PLC0415 - so that help stays quick
        index_address,
        settings,
        upload_address,
    )

    address = index_address(url)
    chosen = [each for each in settings(address, os.environ) if not tools or each.tool in tools]
    to_write = [(each, each.path) for each in chosen if write and each.path is not None]
    there = [path for _, path in to_write if path.exists()]
    if there:
        raise UsageError(
            f"{', '.join(map(str, there))} is there already",
            hint="add the settings by hand: leave out --write to see them; 'stockade doctor' checks the result",
        )
    for each, path in to_write:
        _write(each.text, path)
    for each in chosen:
        if each not in [written for written, _ in to_write]:
            click.echo(f"# {each.tool}: {each.where}\n{each.text}")
    click.echo(f"# to publish: twine upload --repository-url {upload_address(address)}")
    return ExitCode.CLEAN


def _write(text: str, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode())
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    click.echo(f"# wrote {path}")
