"""Rules and what they find."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from stockade.model.locations import Location
from stockade.model.ordered import OrderedEnum
from stockade.model.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(OrderedEnum):
    """How bad it is if the finding is true; ordered ``info < low < medium < high < critical``."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(OrderedEnum):
    """How sure we are that the finding is true; ordered ``low < medium < high``."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What a check looks for: the constant part of its findings, and the header of its docs page."""

    id: str
    """``STK-<stage letter><number>``, stable for ever."""
    name: str
    """Kebab-case slug, the docs page's file name after the id."""
    stage: Stage
    title: str
    """One line, without a full stop."""
    severity: Severity
    """Severity of a plain hit; a finding may differ where the facts say so."""
    why: str
    """Why it matters, one or two sentences."""
    mend: str
    """The usual mend, one sentence in the imperative."""
    references: tuple[str, ...] = ()
    """Specifications, papers, controls (``PEP 708``, ``S2C2F AUD-3``): names, not addresses."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule found, complete enough to act on without asking again."""

    rule: str
    """The rule's id."""
    title: str
    stage: Stage
    severity: Severity
    confidence: Confidence
    subject: str
    """What it is about: a project name, ``name==version``, a file, an address."""
    message: str
    """What was seen, in one line."""
    mend: str
    """What to do next, in one line."""
    why: str
    location: Location | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    """Facts behind it, as (name, value) pairs in a fixed order."""
    references: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A stable identity (32 hex digits): the same finding after lines have moved is the same."""
        path = self.location.path if self.location else ""
        parts = f"{self.rule}\x00{self.subject}\x00{path}"
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def finding(  # noqa: PLR0913 - a keyword for each field that a check may set
    rule: Rule,
    *,
    subject: str,
    message: str,
    location: Location | None = None,
    confidence: Confidence = Confidence.HIGH,
    severity: Severity | None = None,
    mend: str = "",
    evidence: Mapping[str, object] | None = None,
) -> Finding:
    """Make a finding of ``rule``; what is left out comes from the rule."""
    return Finding(
        rule=rule.id,
        title=rule.title,
        stage=rule.stage,
        severity=severity or rule.severity,
        confidence=confidence,
        subject=subject,
        message=message,
        mend=mend or rule.mend,
        why=rule.why,
        location=location,
        evidence=tuple((key, str(value)) for key, value in (evidence or {}).items()),
        references=rule.references,
    )


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Sort by severity, then confidence (both falling), then place, rule and subject."""
    return sorted(
        findings,
        key=lambda f: (-f.severity.rank, -f.confidence.rank, f.location or Location(""), f.rule, f.subject),
    )
