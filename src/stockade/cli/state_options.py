"""Which state a command works on: the firewall's folder or its database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from stockade.store.state import FirewallState

F = TypeVar("F", bound=Callable[..., Any])


def state_option(function: F) -> F:
    """``--state``, passed as ``state``: the folder that ``stockade serve`` was given, or None for the user's."""
    return click.option(
        "--state",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="The firewall's state folder; STOCKADE_DATABASE names another database.",
    )(function)


def database_address(state: Path | None) -> str:
    """The database of a state folder; empty where the environment or the user's folder decides."""
    from stockade.store.database import DATABASE_VARIABLE, FILE_NAME  # noqa: PLC0415 - loads SQLAlchemy

    if state is None or os.environ.get(DATABASE_VARIABLE):
        return ""
    return f"sqlite:///{state.absolute() / FILE_NAME}"


def open_state(state: Path | None, *, create: bool = False) -> FirewallState:
    """The firewall's state.

    Raises:
        IncompleteError: there is none, or it cannot be used.
    """
    from stockade.store.state import FirewallState  # noqa: PLC0415 - loads SQLAlchemy

    return FirewallState.open(database_address(state), create=create)
