"""The whole result of ``stockade check``: everything that a report shows and an event records.

An assessment holds facts in display order and no formatting. It is pure data: the clock, the policy
and the feeds that it speaks of were read by whoever made it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from stockade.errors import InvalidValueError
from stockade.model.advisories import FeedStamp
from stockade.model.findings import Finding, Rule, Severity
from stockade.model.metrics import Metric
from stockade.model.requirements import LeftOut
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate, Verdict

CHECK_SCHEMA: Final = "stockade.check/1"
"""Name and major version of what ``check`` reports. Additive changes keep it; others raise it."""


class LockState(StrEnum):
    """Whether what a project installs is fixed by a lockfile."""

    LOCKED = "locked"
    """A lockfile covers it and agrees with what it declares."""
    STALE = "stale"
    """There is a lockfile, and it does not agree with what the project declares."""
    UNCHECKED = "unchecked"
    """Whether a lockfile agrees, or what would have to be locked, could not be judged."""
    UNLOCKED = "unlocked"
    """It has dependencies and no lockfile."""
    NOTHING = "nothing-to-lock"
    """It declares no dependency."""


class ProjectSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One assessed project, in one line."""

    root: str
    """POSIX path relative to the assessed root; ``.`` for the root."""
    lock: LockState
    name: str = ""
    """The name its manifests give it, as spelled; empty where they give none."""
    manifests: int = 0
    """How many manifests belong to it."""
    direct: int = 0
    """How many requirements it declares."""
    locked: int = 0
    """How many packages its lockfiles hold."""


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """How much was read, over the whole tree."""

    projects: int = 0
    manifests: int = 0
    requirements: int = 0
    """Requirements declared in all manifests."""
    locked: int = 0
    """Locked packages in all lockfiles."""


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that the policy accepts for a reason, until a day."""

    finding: Finding
    reason: str
    expires: date
    """The last day (UTC) on which the exception holds."""
    approved_by: str = ""


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade check`` found, could not judge, measured and left out.

    Raises:
        InvalidValueError: ``assessed_at`` is not aware UTC.
    """

    version: str
    """Stockade's own version."""
    root: str
    """The root as the user named it, for display."""
    assessed_at: datetime
    """Aware UTC."""
    stages: tuple[Stage, ...]
    """The stages that were assessed, in their order."""
    extent: Extent
    projects: tuple[ProjectSummary, ...]
    """By path."""
    findings: tuple[Finding, ...]
    """Worst first (:func:`~stockade.model.findings.worst_first`), accepted ones excluded."""
    verdict: Verdict
    """The policy's verdict on the whole."""
    exit_code: int
    """The :class:`~stockade.errors.ExitCode` that the command ends with."""
    fail_on: Severity
    """The lowest severity at which a finding makes the exit code 1."""
    rules: tuple[Rule, ...]
    """Every rule that ran, whether it found something or not."""
    accepted: tuple[Accepted, ...] = ()
    """Findings that policy exceptions accept, worst first."""
    incomplete: tuple[Indeterminate, ...] = ()
    """What could not be judged. Not empty means: not clean."""
    metrics: tuple[Metric, ...] = ()
    """By stage, then in the order of the battlecards."""
    left_out: tuple[LeftOut, ...] = ()
    """Paths that were not read, each with its reason."""
    feeds: tuple[FeedStamp, ...] = ()
    """The feeds that the judgements rest on."""
    notes: tuple[str, ...] = ()
    """Remarks that are neither findings nor gaps, one line each."""

    def __post_init__(self) -> None:
        if self.assessed_at.tzinfo is None or self.assessed_at.utcoffset() != UTC.utcoffset(None):
            raise InvalidValueError(f"assessment time must be aware UTC, got {self.assessed_at!r}")

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings at or above ``fail_on``, in order."""
        return tuple(finding for finding in self.findings if finding.severity >= self.fail_on)
