"""The root command: exit codes that fail closed, help that imports no subcommand."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251  the program is started as its users start it
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest

from stockade import __version__
from stockade.cli import main as entry
from stockade.cli.main import COMMANDS, Entry, Root, main
from stockade.errors import ConfigError, ExitCode, IncompleteError, UsageError

STOCKADE = [sys.executable, "-I", "-m", "stockade"]


def stockade(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*STOCKADE, *arguments], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program


def run_with(monkeypatch: pytest.MonkeyPatch, body: Callable[[], object], *arguments: str) -> int:
    """The exit code of a program whose only command is ``body``."""

    @click.command()
    def work() -> object:
        return body()

    class Only(Root):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            return work if cmd_name == "work" else super().get_command(ctx, cmd_name)

    monkeypatch.setattr(
        entry,
        "cli",
        Only([Entry("work", "x:y", "Work.", "All stages")], name="stockade", callback=lambda: None),
    )
    return main(["work", *arguments])


def raising(error: BaseException) -> Callable[[], object]:
    def body() -> object:
        raise error

    return body


# --- help ---


def test_help_is_what_it_was(golden: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    golden("cli/help.txt", capsys.readouterr().out)


def test_help_imports_no_subcommand_and_no_heavy_library() -> None:
    script = (
        "import sys; from stockade.cli.main import main; code = main(['--help'])\n"
        "print(sorted(m for m in sys.modules if m.startswith('stockade.')), file=sys.stderr)\n"
        "heavy = {'msgspec', 'rich', 'sqlalchemy', 'alembic', 'httpx2', 'jinja2', 'packaging', 'yaml', 'cvss', 'rapidfuzz'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert done.stderr.splitlines() == ["['stockade.cli', 'stockade.cli.main', 'stockade.errors']", "[]"]


@pytest.mark.parametrize("entry_", COMMANDS, ids=lambda each: each.name)
def test_every_command_exists_and_says_the_same_of_itself(entry_: Entry) -> None:
    module, _, attribute = entry_.target.partition(":")
    command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.name == entry_.name
    assert (command.help or "").splitlines()[0] == entry_.summary


@pytest.mark.parametrize("entry_", COMMANDS, ids=lambda each: each.name)
def test_every_command_explains_itself(entry_: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([entry_.name, "--help"]) == 0
    assert entry_.summary in capsys.readouterr().out


def test_version() -> None:
    assert stockade("--version").stdout == f"stockade {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_STOCKADE_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "stockade ch")
    monkeypatch.setenv("COMP_CWORD", "ch" if shell == "fish" else "1")
    assert main([]) == 0
    assert "check" in capsys.readouterr().out


# --- exit codes ---


@pytest.mark.parametrize("code", ExitCode)
def test_the_code_of_a_command_is_that_of_the_program(
    monkeypatch: pytest.MonkeyPatch, code: ExitCode
) -> None:
    assert run_with(monkeypatch, lambda: code) == code


def test_a_command_without_a_code_is_incomplete(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(monkeypatch, lambda: None) == 3
    assert "'work' returned None, not an exit code" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (
            UsageError("no such path: x", hint="name a folder"),
            2,
            "stockade: no such path: x\n  name a folder\n",
        ),
        (ConfigError("a.toml", ["one", "two"]), 2, "stockade: a.toml: 2 problems\n  - one\n  - two\n"),
        (IncompleteError("the feed is missing"), 3, "stockade: the feed is missing\n"),
    ],
)
def test_our_errors_are_messages_with_their_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
    shown: str,
) -> None:
    assert run_with(monkeypatch, raising(error)) == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", shown)


@pytest.mark.parametrize(
    "error", [KeyError("x"), RecursionError(), MemoryError(), EOFError(), OSError(5, "I/O error")]
)
def test_any_other_error_is_incomplete_and_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    assert run_with(monkeypatch, raising(error)) == 3
    shown = capsys.readouterr().err
    assert shown.startswith(
        f"stockade: unexpected error, so the result is incomplete: {type(error).__name__}"
    )
    assert "STOCKADE_DEBUG=1" in shown
    assert "Traceback" not in shown


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STOCKADE_DEBUG", "1")
    assert run_with(monkeypatch, raising(KeyError("x"))) == 3
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_with(monkeypatch, raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "\nstockade: interrupted\n"


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--nonsense"], "No such option"),
        (["chek"], "Did you mean 'check'?"),
        (["zzzzz"], "no command 'zzzzz'."),
        (["rules", "--format", "xml"], "Invalid value for '--format'"),
        (["rules", "STK-R999"], "did you mean STK-R"),
        ([], "Usage: stockade"),
    ],
)
def test_a_wrong_call_is_2(arguments: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert shown in captured.err
    assert captured.out == ""


def test_a_command_that_does_not_import_is_incomplete(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        entry,
        "cli",
        Root([Entry("gone", "stockade.none:gone", "Gone.", "x")], name="s", callback=lambda: None),
    )
    assert main(["gone"]) == 3
    assert "ModuleNotFoundError" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["rules", "--format", "json"], ["--help"]])
def test_a_reader_that_leaves_is_quiet_and_no_verdict(arguments: list[str]) -> None:
    receiving, sending = os.pipe()
    os.close(receiving)
    with os.fdopen(sending, "wb") as closed:
        done = subprocess.run(  # noqa: S603 - our own program
            [*STOCKADE, *arguments], stdout=closed, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert (done.returncode, done.stderr) == (141, b"")


SHOW_WHAT_IS_NO_ASCII = """
from stockade.cli.main import main
from stockade.cli.output import write_report
code = main(["--version"])
write_report("caf\\xe9 \\udce9")
raise SystemExit(code)
"""


def test_what_the_terminal_cannot_show_is_escaped() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", SHOW_WHAT_IS_NO_ASCII],
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[1] == b"caf\\xe9 \\udce9"


def test_python_m_imports_nothing_from_the_working_folder(tmp_path: Path) -> None:
    for name in ("click", "msgspec", "yaml", "tomllib", "packaging"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the working folder')\n")
    done = subprocess.run(
        [sys.executable, "-m", "stockade", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_message_that_quotes_a_hostile_name_sends_nothing_to_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(click, "echo", lambda text, err=False: print(text, file=sys.stderr if err else None))
    assert main(["check", "/none\x1b]0;title\x07\u202e"]) == 2
    shown = capsys.readouterr().err
    assert "\\x1b" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
