"""The root command and the program's entry: imports a subcommand only when it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from stockade import __version__
from stockade.errors import ExitCode, StockadeError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""
PIPE_CLOSED = 141
"""128 + SIGPIPE: the reader of our output left, so the result was not delivered."""


class Entry(NamedTuple):
    """A subcommand as ``--help`` shows it, without its module being imported."""

    name: str
    target: str
    """``module:attribute`` of the :class:`click.Command`."""
    summary: str
    """One line, the same as the first line of the command's own help."""
    section: str


COMMANDS = (
    Entry("check", "stockade.cli.check:check", "Assess a project or a tree of repositories.", "All stages"),
    Entry("names", "stockade.cli.names:names", "Judge names, foresee squats of yours.", "Reconnaissance"),
    Entry(
        "vet", "stockade.cli.vet:vet", "Judge wheels, sdists and folders without running them.", "Evaluation"
    ),
    Entry(
        "serve", "stockade.cli.serve:serve", "Serve an index that judges all that it lets through.", "Fortify"
    ),
    Entry(
        "quarantine",
        "stockade.cli.quarantine:quarantine",
        "List, approve and deny what the firewall holds back.",
        "Fortify",
    ),
    Entry("why", "stockade.cli.why:why", "Explain why the firewall refused a file.", "Fortify"),
    Entry("token", "stockade.cli.token:token", "Mint, list and revoke the firewall's tokens.", "Fortify"),
    Entry("events", "stockade.cli.events:events", "Query and verify the event log.", "Expose"),
    Entry(
        "init", "stockade.cli.init:init", "Write a commented starter policy, or clients' settings.", "Set-up"
    ),
    Entry("feed", "stockade.cli.feed:feed", "Import, update and date the local data.", "Set-up"),
    Entry("doctor", "stockade.cli.doctor:doctor", "Find ways round the firewall on this machine.", "Set-up"),
    Entry("rules", "stockade.cli.rules:rules", "List the rules, or explain one.", "Set-up"),
)
"""Every subcommand, in the order of ``--help``. A new one is one file and one line here."""


class Root(click.Group):
    """A group whose subcommands are imported when they run.

    A subcommand returns its :class:`~stockade.errors.ExitCode`. One that returns nothing is a
    defect, and ends as ``incomplete``: a forgotten ``return`` must not look clean.
    """

    def __init__(self, entries: Sequence[Entry], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.entries = {entry.name: entry for entry in entries}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the subcommands, in their written order."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand; None where there is none of that name."""
        del ctx
        if (entry := self.entries.get(cmd_name)) is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.target} is not a command: {command!r}")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand, and suggest the nearest where there is none of that name."""
        if args and args[0] not in self.entries and not args[0].startswith("-"):
            ctx.fail(f"no command {args[0]!r}.{_did_you_mean(args[0], list(self.entries))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the subcommands by stage."""
        del ctx
        width = max(map(len, self.entries), default=0)
        for section in dict.fromkeys(entry.section for entry in self.entries.values()):
            rows = [
                (entry.name.ljust(width), entry.summary)
                for entry in self.entries.values()
                if entry.section == section
            ]
            with formatter.section(section):
                formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The subcommands and options that begin with ``incomplete``, without an import."""
        item = import_module("click.shell_completion").CompletionItem
        return [
            *(
                item(each.name, help=each.summary)
                for each in self.entries.values()
                if each.name.startswith(incomplete)
            ),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; its code becomes the exit code, and its errors messages."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except StockadeError as error:
            click.echo(f"stockade: {_harmless(str(error))}", err=True)
            ctx.exit(int(error.exit_code))
        if not isinstance(code, int):
            raise TypeError(f"command {ctx.invoked_subcommand!r} returned {code!r}, not an exit code")
        ctx.exit(int(code))


EPILOG = """\
\b
Exit codes: 0 clean, 1 findings or something blocked, 2 usage or
configuration error, 3 incomplete: something could not be judged.
"""


@click.group(
    cls=Root,
    entries=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="stockade", message="%(prog)s %(version)s")
def cli() -> None:
    """Defend a team that uses Python against package supply-chain attacks."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: the arguments after the program's name; those of the process where None.

    Returns:
        The exit code: an :class:`~stockade.errors.ExitCode`, 130 after an interrupt, 141 where the
        reader of the output left early. An unexpected error is 3, never 0 or 1.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if instruction := os.environ.get("_STOCKADE_COMPLETE"):
        shell_complete = import_module("click.shell_completion").shell_complete
        return int(shell_complete(cli, {}, "stockade", "_STOCKADE_COMPLETE", instruction))
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        click.echo("\nstockade: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  whatever it is, it must end as incomplete, not as a Python exit code 1
        return _unexpected(error)


def _run(argv: Sequence[str]) -> int:
    try:
        with cli.make_context("stockade", list(argv)) as context:
            cli.invoke(context)
    except click.exceptions.Exit as done:
        sys.stdout.flush()
        return done.exit_code
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        return error.exit_code
    raise AssertionError("the root command ended without an exit code")


def _unexpected(error: Exception) -> int:
    if os.environ.get("STOCKADE_DEBUG", "0") not in {"", "0"}:
        import_module("traceback").print_exception(error)
    what = _harmless(" ".join(f"{type(error).__name__}: {error}".split())[:500])
    click.echo(
        f"stockade: unexpected error, so the result is incomplete: {what}\n"
        "  this is a defect of Stockade; STOCKADE_DEBUG=1 shows the traceback to report",
        err=True,
    )
    return int(ExitCode.INCOMPLETE)


def _harmless(message: str) -> str:
    """A message that may quote hostile names, with control characters escaped; its lines stay lines."""
    visible = import_module("stockade.report.safe").visible
    return "\n".join(visible(line) for line in message.split("\n"))


def _silence_stdout() -> None:
    """Keep the interpreter from complaining of the closed pipe once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _did_you_mean(word: str, known: list[str]) -> str:
    close = import_module("difflib").get_close_matches(word, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
