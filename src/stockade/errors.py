"""One root error for the whole program, and the exit codes that every command keeps to.

An error says what was refused (``message``), what to do next (``hint``) and which exit code the
command ends with. Only :mod:`stockade.cli` prints or exits.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status means, the same everywhere."""

    CLEAN = 0
    """Everything was judged, and nothing reached the threshold."""
    FINDINGS = 1
    """A finding at or above the threshold, or something was blocked."""
    USAGE = 2
    """The call or the configuration is wrong."""
    INCOMPLETE = 3
    """Something could not be judged: never a pass."""


class StockadeError(Exception):
    """The root of every error that Stockade raises on purpose."""

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageError(StockadeError):
    """The call itself is wrong: a path that is not there, flags that contradict each other."""


class ConfigError(StockadeError):
    """A policy or configuration file is wrong. Carries every problem found, not just the first."""

    def __init__(self, source: str, problems: list[str], *, hint: str = "") -> None:
        self.source = source
        self.problems = tuple(problems)
        count = f"{len(problems)} problem" + ("" if len(problems) == 1 else "s")
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{source}: {count}\n{lines}", hint=hint)


class InvalidValueError(StockadeError):
    """A value from outside does not parse: a project name, a version, a digest, a timestamp."""


class ConflictError(StockadeError):
    """What is there already stands against it: another file of this name, another owner, or nothing to change."""


class IncompleteError(StockadeError):
    """Something that a judgement needs could not be had: a feed, a source, a file, the event log."""

    exit_code = ExitCode.INCOMPLETE
