"""Where Stockade keeps what it must remember on this machine, and what it may throw away.

The functions only name folders; whoever writes there makes them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

STATE_VARIABLE = "STOCKADE_STATE"
CACHE_VARIABLE = "STOCKADE_CACHE"


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of feeds and of the embedded event store. It need not exist yet.

    ``STOCKADE_STATE`` names it; else the user's state folder of the platform is taken
    (``$XDG_STATE_HOME/stockade`` on Linux).
    """
    named = environ.get(STATE_VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs  # noqa: PLC0415 - only needed where the variable is not set

    return platformdirs.user_state_path("stockade")


def cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of answers that can be fetched again. It need not exist yet.

    ``STOCKADE_CACHE`` names it; else ``cache/`` under ``STOCKADE_STATE`` where that is set; else the
    user's cache folder of the platform.
    """
    named = environ.get(CACHE_VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    if environ.get(STATE_VARIABLE, ""):
        return state_dir(environ) / "cache"
    import platformdirs  # noqa: PLC0415 - only needed where neither variable is set

    return platformdirs.user_cache_path("stockade")
