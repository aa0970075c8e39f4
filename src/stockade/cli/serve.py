"""``stockade serve``: the index firewall."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import click

from stockade.cli.options import find_policy, policy_option
from stockade.errors import ExitCode, UsageError

MISSING = "the firewall needs packages that are not installed: {}"
INSTALL = "pip install 'stockade[serve]'"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", default=8642, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@click.option(
    "--upstream",
    default="",
    metavar="URL",
    help="The index that is proxied; that of pip's or uv's configuration unless given.",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder of database, feeds and files; STOCKADE_DATABASE names another database.",
)
@click.option(
    "--blobs",
    default="",
    metavar="URL",
    help="Where files are kept: s3://bucket/path …; DIR/blobs unless given.",
)
@click.option(
    "--disk",
    default=20.0,
    show_default=True,
    metavar="GB",
    type=click.FloatRange(0.1),
    help="Most that cached files take.",
)
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PEM",
    help="Serve TLS with this certificate.",
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PEM",
    help="Its key, where it is not in the same file.",
)
@click.option(
    "--fresh",
    default=300.0,
    show_default=True,
    type=click.FloatRange(0, 86_400),
    metavar="SECONDS",
    help="How long upstream's word is used without asking again.",
)
@click.option("--address", default="", metavar="URL", help="Where clients reach it, if not at HOST:PORT.")
@click.option("--no-feed-updates", is_flag=True, help="Fetch no advisories; 'stockade feed' brings them.")
@click.option("--require-token", is_flag=True, help="Let nobody install without a token.")
@click.option(
    "--insecure-upstream", is_flag=True, help="Allow plain http to an upstream beyond this machine."
)
@policy_option
def serve(  # noqa: PLR0913 - one parameter an option
    *,
    host: str,
    port: int,
    upstream: str,
    state: Path | None,
    blobs: str,
    disk: float,
    certificate: Path | None,
    key: Path | None,
    fresh: float,
    address: str,
    no_feed_updates: bool,
    require_token: bool,
    insecure_upstream: bool,
    policy_file: Path | None,
) -> ExitCode:
    """Serve an index that judges all that it lets through.

    Clients set their index to http://HOST:PORT/simple/ ('stockade init client'). It ends with 0 when it is asked to
    (SIGTERM), after running answers have ended.
    """
    try:
        from stockade.stages.serve import Order, run  # noqa: PLC0415 - so that help stays quick
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("stockade"):
            raise
        raise UsageError(MISSING.format(error.name), hint=INSTALL) from None
    loaded = find_policy(Path(), policy_file, {})
    run(
        Order(
            host=host,
            port=port,
            upstream=upstream,
            state=state,
            blobs=blobs,
            disk_bytes=int(disk * 1e9),
            certificate=certificate,
            key=key,
            address=address or (f"http{'s' if certificate else ''}://{host}:{port}" if port else ""),
            update_feeds=not no_feed_updates,
            fresh=timedelta(seconds=fresh),
            require_token=require_token,
            insecure_upstream=insecure_upstream,
            policy=loaded.policy,
            environ=os.environ,
        ),
        started=lambda line: click.echo(line, err=True),
    )
    return ExitCode.CLEAN
