"""Severity of an OSV record, worked out once when a feed is imported."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from stockade.model.findings import Severity
from stockade.sources.osv import Affected, Record, Score

_WORDS = {
    "NONE": Severity.INFO,
    "LOW": Severity.LOW,
    "MODERATE": Severity.MEDIUM,
    "MEDIUM": Severity.MEDIUM,
    "HIGH": Severity.HIGH,
    "CRITICAL": Severity.CRITICAL,
}
_BANDS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))


def severity_of(record: Record, entry: Affected) -> tuple[Severity | None, float | None]:
    """Severity and CVSS base score of a record for one of its entries.

    Malware is critical. Else the highest score among the CVSS 3 and 4 vectors counts, else the CVSS 2
    vector's, else the database's own word; an entry's vectors go before the record's. Both are None where
    nothing readable is given.
    """
    if record.malicious:
        return Severity.CRITICAL, None
    score = _score(entry.severity or ())
    if score is None:
        score = _score(record.severity or ())
    if score is not None:
        return next((level for floor, level in _BANDS if score >= floor), Severity.INFO), score
    return _word(record.database_specific), None


def _word(specific: Any) -> Severity | None:
    word = specific.get("severity") if isinstance(specific, dict) else None
    return _WORDS.get(word.upper()) if isinstance(word, str) else None


def _score(vectors: Iterable[Score]) -> float | None:
    found = [
        (vector.type, score) for vector in vectors if (score := _base(vector.type, vector.score)) is not None
    ]
    modern = [score for kind, score in found if kind != "CVSS_V2"]
    return max(modern or [score for _, score in found], default=None)


@lru_cache(maxsize=4096)
def _base(kind: str, vector: str) -> float | None:
    from cvss import CVSS2, CVSS3, CVSS4  # type: ignore[import-untyped]  # noqa: PLC0415 - untyped; 60 ms
    from cvss.exceptions import CVSSError  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    readers = {"CVSS_V2": CVSS2, "CVSS_V3": CVSS3, "CVSS_V4": CVSS4}
    if kind not in readers or len(vector) > 500:  # noqa: PLR2004 - the longest vector has under 300 characters
        return None
    try:
        score = readers[kind](vector).base_score
    except (CVSSError, ValueError, ArithmeticError):
        return None
    return None if score is None else float(score)
