"""Options that several commands share, so that they are spelled and explained once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stockade.model.findings import Severity

if TYPE_CHECKING:
    from stockade.policy.loader import LoadedPolicy

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]


def format_option(*formats: str, default: str = "text") -> Decorator[Any]:
    """``--format``, passed as ``report_format``: one of ``formats``."""
    return click.option(
        "--format",
        "report_format",
        type=click.Choice(formats),
        default=default,
        show_default=True,
        help="How the result is written.",
    )


def output_option(function: F) -> F:
    """``-o``, ``--output``, passed as ``output``: a path, or None for standard output (also ``-o -``)."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        callback=_dash_is_stdout,
        help="Write to FILE, as a whole or not at all, instead of standard output.",
    )(function)


def exit_zero_option(function: F) -> F:
    """``--exit-zero``, passed as ``exit_zero``: for reports that must not fail a job."""
    return click.option(
        "--exit-zero",
        is_flag=True,
        help="End with 0 whatever was found or could not be judged; errors of use still end with 2.",
    )(function)


def policy_option(function: F) -> F:
    """``--policy``, passed as ``policy_file``: the policy file instead of the one that is found."""
    return click.option(
        "--policy",
        "policy_file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        envvar="STOCKADE_POLICY",
        show_envvar=True,
        help="Use this stockade.toml or pyproject.toml instead of the nearest one.",
    )(function)


def offline_option(function: F) -> F:
    """``--offline``, passed as ``offline``: ask nothing of the network."""
    return click.option(
        "--offline",
        is_flag=True,
        help="Ask nothing of the network; what only the index knows is left out, and the report says so.",
    )(function)


def fail_on_option(function: F) -> F:
    """``--fail-on``, passed as ``fail_on``: a severity, or None where the policy decides."""
    return click.option(
        "--fail-on",
        type=click.Choice([severity.value for severity in Severity]),
        callback=_as_severity,
        help="End with 1 from this severity on, instead of the policy's fail_on.",
    )(function)


def find_policy(
    start: Path, policy_file: Path | None = None, override: Mapping[str, object] | None = None
) -> LoadedPolicy:
    """The policy for ``start`` with this process's environment and today's date (UTC).

    Args:
        start: the file or folder that is judged.
        policy_file: what ``--policy`` named.
        override: what flags say, by dotted name (``{"fail_on": "low"}``); None means not given.

    Raises:
        ConfigError: the policy, a ``STOCKADE_…`` variable or a flag is wrong.
        UsageError: ``start`` or ``policy_file`` does not exist.
    """
    from stockade.policy.loader import load_policy  # noqa: PLC0415 - 50 ms that not every command needs

    return load_policy(
        start,
        explicit=policy_file,
        environ=os.environ,
        today=datetime.now(UTC).date(),
        override=override or {},
    )


def _dash_is_stdout(_context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    return None if value == Path("-") else value


def _as_severity(_context: click.Context, _option: click.Parameter, value: str | None) -> Severity | None:
    return None if value is None else Severity(value)
