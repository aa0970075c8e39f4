"""The engine over the list of the wheel, built once."""

from __future__ import annotations

import pytest

from stockade.names.engine import Engine
from stockade.names.popular import builtin_popularity


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine.build(builtin_popularity().names)
