"""Verdicts and their algebra, and what stands in for a verdict that could not be reached.

``allow < warn < quarantine < block``. Joining takes the stricter action and keeps all reasons, so it
is commutative, associative, idempotent and monotone. Unknown is never clean: an
:class:`Indeterminate` becomes a verdict only by :meth:`Indeterminate.as_verdict`, which refuses
``allow``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from stockade.model.ordered import OrderedEnum

if TYPE_CHECKING:
    from collections.abc import Iterable


class Action(OrderedEnum):
    """What is done with a subject, from the laxest to the strictest."""

    ALLOW = "allow"
    WARN = "warn"
    QUARANTINE = "quarantine"
    BLOCK = "block"


class Reason(msgspec.Struct, frozen=True):
    """One reason for an action, with the rule or cause that gives it."""

    code: str
    """A rule id, or ``indeterminate:<cause>``, ``exception:<rule>``, ``approval:<id>``, ``denial:<id>``."""
    text: str
    action: Action


class Verdict(msgspec.Struct, frozen=True):
    """An action with all its reasons, sorted, each once."""

    action: Action
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, *reasons: Reason) -> Verdict:
        """The verdict that ``reasons`` together give: their strictest action.

        Raises:
            ValueError: no reason at all. A verdict without a reason would be a pass by accident.
        """
        if not reasons:
            raise ValueError("a verdict needs at least one reason")
        unique = tuple(sorted(set(reasons), key=lambda r: (-r.action.rank, r.code, r.text)))
        return cls(unique[0].action, unique)

    def join(self, other: Verdict) -> Verdict:
        """The stricter of both, with the reasons of both."""
        return Verdict.of(*self.reasons, *other.reasons)


def join_all(verdicts: Iterable[Verdict]) -> Verdict:
    """Join any number of verdicts.

    Raises:
        ValueError: there is none. An empty rule set is an error, not a pass.
    """
    reasons = [reason for verdict in verdicts for reason in verdict.reasons]
    if not reasons:
        raise ValueError("no verdict to join: an empty rule set is an error, not a pass")
    return Verdict.of(*reasons)


class Cause(StrEnum):
    """Why something could not be judged. The policy may name an action for each cause."""

    FEED_MISSING = "feed-missing"
    FEED_STALE = "feed-stale"
    SOURCE_UNREACHABLE = "source-unreachable"
    OFFLINE = "offline"
    """The index was not asked because of ``--offline``; counts only where the policy names an action for it."""
    UNREADABLE = "unreadable"
    """A file that does not parse, is too large, or cannot be opened."""
    FACT_MISSING = "fact-missing"
    """The source answered, without the fact: no upload time, no hash."""
    CHECK_FAILED = "check-failed"
    """A check or detector crashed or ran out of its time."""


class Indeterminate(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """A judgement that could not be reached. Never clean, never silent."""

    cause: Cause
    subject: str
    """What could not be judged: a file, a project, a whole check."""
    detail: str
    """What happened, in one line."""
    mend: str = ""
    """What would make it judgeable, in one line."""
    needed_by: str = ""
    """The rule ids or metric that wanted it, comma separated; empty where it stands for itself."""

    @property
    def code(self) -> str:
        """The code that reasons carry: ``indeterminate:<cause>``."""
        return f"indeterminate:{self.cause}"

    def as_verdict(self, action: Action = Action.BLOCK) -> Verdict:
        """The verdict that the policy gives to this cause.

        Raises:
            ValueError: ``action`` is ``allow``. Unknown is never clean.
        """
        if action is Action.ALLOW:
            raise ValueError(f"{self.code} cannot become 'allow': unknown is never clean")
        return Verdict.of(Reason(self.code, f"{self.subject}: {self.detail}", action))
