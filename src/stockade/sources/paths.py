"""Where Stockade keeps what it knows, and what it may throw away."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of feeds and of the embedded event store.

    ``STOCKADE_STATE`` names it; else the user's state folder of the platform is taken
    (``$XDG_STATE_HOME/stockade`` on Linux). The folder need not exist yet.
    """
    named = environ.get("STOCKADE_STATE", "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs  # noqa: PLC0415 - only needed where the variable is not set

    return platformdirs.user_state_path("stockade")


def cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of answers that can be fetched again.

    ``STOCKADE_CACHE`` names it; else ``cache/`` under ``STOCKADE_STATE`` where that is set; else the
    user's cache folder of the platform. The folder need not exist yet.
    """
    named = environ.get("STOCKADE_CACHE", "")
    if named:
        return Path(named).expanduser().absolute()
    if environ.get("STOCKADE_STATE", ""):
        return state_dir(environ) / "cache"
    import platformdirs  # noqa: PLC0415 - only needed where neither variable is set

    return platformdirs.user_cache_path("stockade")
