"""Counts things in tables."""

import base64
import json
from collections import Counter


def count(rows: list[str]) -> Counter[str]:
    """How often each row occurs."""
    return Counter(rows)


_TABLE = (
    "eyJsYWJlbCI6ICJ0aWR5LWNvdW50ZXIiLCAiY29sdW1ucyI6IFsibmFtZSIs"
    "ICJudW1iZXIiXSwgImxpbWl0IjogMTAwfQo="
)
LABELS = json.loads(base64.b64decode(_TABLE))
