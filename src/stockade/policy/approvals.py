"""What people's approvals and denials make of a verdict. Pure; the order of the approvals never matters.

An approval never makes a verdict stricter, and a denial never makes it laxer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from packaging.version import InvalidVersion, Version

from stockade.model.firewall import Approval, Scope
from stockade.model.verdicts import Action, Reason, Verdict

INCIDENTS: Final = frozenset({"STK-F016"})
"""The codes of reasons that only break-glass lifts, whatever their action: a file that is not what it was."""


def apply(verdict: Verdict, approvals: Iterable[Approval], asked: Scope, at: datetime) -> Verdict:
    """The verdict after the approvals that are in force and fit.

    A denial adds a reason to block, and then no approval counts. Otherwise an approval turns every reason to
    quarantine into one that allows, with the code ``approval:<id>`` and the old code and text in its text; with
    break-glass, every reason to block too. Reasons to warn stay. A reason among :data:`INCIDENTS` is lifted by
    break-glass alone.

    Args:
        verdict: what the policy decided.
        approvals: any, of this and of other files.
        asked: the file and who asks for it, every part that is known: a part that is empty here fits no approval
            that names one.
        at: the moment, aware UTC.
    """
    fitting = [each for each in approvals if each.holds(at) and fits(each.scope, asked)]
    denials = [each for each in fitting if each.effect == "deny"]
    if denials:
        return Verdict.of(*verdict.reasons, *map(_denied, denials))
    if not fitting:
        return verdict
    plain = min((each for each in fitting if not each.break_glass), key=_by_id, default=None)
    broken = min((each for each in fitting if each.break_glass), key=_by_id, default=None)
    return Verdict.of(*(_lifted(reason, plain, broken) for reason in verdict.reasons))


def fits(scope: Scope, asked: Scope) -> bool:
    """Whether every part that ``scope`` gives is that of what is asked. Versions are compared as PEP 440 does."""
    return (
        scope.project == asked.project
        and (not scope.filename or scope.filename == asked.filename)
        and (not scope.sha256 or scope.sha256.lower() == asked.sha256.lower())
        and (not scope.requester or scope.requester == asked.requester)
        and (not scope.version or _same_version(scope.version, asked.version))
    )


def _by_id(approval: Approval) -> str:
    return approval.id


def _same_version(one: str, other: str) -> bool:
    if one == other:
        return True
    first = _parsed(one)
    return first is not None and first == _parsed(other)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _denied(denial: Approval) -> Reason:
    return Reason(f"denial:{denial.id}", f"denied by {denial.by}: {denial.reason}", Action.BLOCK)


def _lifted(reason: Reason, plain: Approval | None, broken: Approval | None) -> Reason:
    """The reason as the approvals leave it."""
    lifting = broken
    if reason.action is Action.QUARANTINE and reason.code not in INCIDENTS:
        lifting = plain or broken
    if lifting is None or reason.action < Action.QUARANTINE:
        return reason
    how = "break-glass" if lifting.break_glass else "approved"
    until = f" until {lifting.expires:%Y-%m-%d %H:%M} UTC" if lifting.expires else ""
    text = f"{reason.code}: {reason.text} ({how} by {lifting.by}{until}: {lifting.reason})"
    return Reason(f"approval:{lifting.id}", text, Action.ALLOW)
