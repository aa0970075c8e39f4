"""Where Stockade keeps what it must remember on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from stockade.errors import IncompleteError

STATE_VARIABLE = "STOCKADE_STATE"


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's state folder, made (mode 0700) if it is not there.

    ``STOCKADE_STATE`` names it; else it is the platform's state folder for ``stockade``.

    Raises:
        IncompleteError: it cannot be made, or is not a folder.
    """
    folder = state_path(environ)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise IncompleteError(
            f"state folder {folder} cannot be used: {error.strerror}",
            hint=f"name a folder that you may write to in {STATE_VARIABLE}",
        ) from error
    return folder


def state_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's state folder as :func:`state_dir` gives it, whether or not it is there."""
    named = environ.get(STATE_VARIABLE, "")
    return Path(named).expanduser().absolute() if named else platformdirs.user_state_path("stockade")
