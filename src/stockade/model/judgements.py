"""What is asked of a judgement that is to be kept."""

from __future__ import annotations

import re

from stockade.errors import InvalidValueError
from stockade.model.vetting import VetResult

_SHA256 = re.compile(r"[0-9a-f]{64}").fullmatch


def require_rememberable(result: VetResult) -> None:
    """Refuse a judgement that could not be found again, or not be told from another.

    Raises:
        InvalidValueError: it names no digest of what was judged, or no ruleset.
    """
    if not _SHA256(result.sha256):
        raise InvalidValueError(f"the judgement of {result.path} names no digest: {result.sha256[:80]!r}")
    if not result.ruleset:
        raise InvalidValueError(f"the judgement of {result.path} does not say by which rules")
