"""Finds the development data that lies beside a developer's checkout, which users do not have."""

from __future__ import annotations

import os
from pathlib import Path


def shared_data() -> Path | None:
    """The folder of development data, or None where this checkout has none.

    ``STOCKADE_SHARED_DATA`` names it; else ``../shared/data`` beside the checkout is tried.
    """
    named = os.environ.get("STOCKADE_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None
