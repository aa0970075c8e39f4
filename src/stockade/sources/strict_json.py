"""JSON that means one thing only: an object without a name that stands twice."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def strict_object(data: bytes) -> dict[str, Any]:
    """The object that ``data`` are.

    Raises:
        ValueError: they are no JSON in UTF-8, no object, or some object in them has a name twice.
    """
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - what it says, not what we call
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
