"""The one decision point: from evidence and policy to a verdict, an exit code and a settled list of findings.

Pure: the same evidence, policy and day give the same verdict, in whatever order the evidence comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

import msgspec

from stockade.errors import ExitCode
from stockade.model.findings import Confidence, Finding, Severity
from stockade.model.policy import Policy, PolicyException, Thresholds
from stockade.model.verdicts import Action, Indeterminate, Reason, Verdict, join_all


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of a subject when it is decided."""

    judged_by: frozenset[str]
    """The rules (or checks) that ran to their end over the subject."""
    findings: tuple[Finding, ...] = ()
    indeterminate: tuple[Indeterminate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Findings after the policy's severities and exceptions. Findings keep the order in which they came."""

    kept: tuple[Finding, ...]
    """They count, with the severity that ``[rules]`` gives them."""
    accepted: tuple[tuple[Finding, PolicyException], ...]
    """They are covered by an exception that holds today, the first of the policy that does."""
    lapsed: tuple[tuple[Finding, PolicyException], ...]
    """Kept ones that an exception covered until it expired."""
    expired: tuple[PolicyException, ...]
    """Every exception of the policy that has expired, in the policy's order."""
    unused: tuple[PolicyException, ...]
    """Every exception that holds today and covers none of the findings."""


def settle(findings: Iterable[Finding], policy: Policy, today: date) -> Settled:
    """Apply ``[rules]`` and ``[[exceptions]]`` to ``findings``.

    An exception holds through its last day, ``today`` being the day in UTC.
    """
    kept, accepted, lapsed = [], [], []
    used: set[PolicyException] = set()
    for found in findings:
        finding = _with_policy_severity(found, policy)
        covering = [each for each in policy.exceptions if covers(each, finding)]
        holding = [each for each in covering if today <= each.expires]
        used.update(holding)
        if holding:
            accepted.append((finding, holding[0]))
            continue
        kept.append(finding)
        lapsed += [(finding, each) for each in covering]
    return Settled(
        kept=tuple(kept),
        accepted=tuple(accepted),
        lapsed=tuple(lapsed),
        expired=tuple(each for each in policy.exceptions if each.expires < today),
        unused=tuple(each for each in policy.exceptions if today <= each.expires and each not in used),
    )


def covers(exception: PolicyException, finding: Finding) -> bool:
    """Whether an exception is meant for a finding, whatever the day.

    Its subject is compared as it stands and as a shell-style pattern (``name[extra]`` is a subject
    and a pattern at once). One with a path covers no finding without a location.
    """
    if exception.rule != finding.rule or not _matches(exception.subject, finding.subject):
        return False
    if not exception.path:
        return True
    return finding.location is not None and _matches(exception.path, finding.location.path)


def action_for(finding: Finding, thresholds: Thresholds) -> Action:
    """The action of a finding's severity; low confidence takes one step off it."""
    steps = (
        (Action.BLOCK, thresholds.block),
        (Action.QUARANTINE, thresholds.quarantine),
        (Action.WARN, thresholds.warn),
    )
    action = next((action for action, least in steps if finding.severity >= least), Action.ALLOW)
    if finding.confidence is Confidence.LOW:
        return list(Action)[max(action.rank - 1, 0)]
    return action


def decide(subject: str, evidence: Evidence, policy: Policy, today: date) -> Verdict:
    """What is done with ``subject``: the strictest of what its findings and its unknowns ask for.

    A finding that an exception covers is allowed, with the exception as the reason. No exception
    covers an :class:`~stockade.model.verdicts.Indeterminate`: the policy's action for its cause, or
    ``block``, holds.

    Args:
        subject: what is decided, as findings name it; reasons repeat the subject of a finding only
            where it is another.
        evidence: what was found, what could not be judged, and which rules ran.
        policy: the policy.
        today: the day in UTC.

    Raises:
        ValueError: nothing ran and nothing was found. An empty rule set is an error, not a pass.
    """
    settled = settle(evidence.findings, policy, today)
    verdicts = [
        *(_for_finding(subject, each, policy.thresholds) for each in settled.kept),
        *(_for_accepted(subject, finding, exception) for finding, exception in settled.accepted),
        *(_for_lapsed(subject, finding, exception) for finding, exception in settled.lapsed),
        *(
            each.as_verdict(policy.indeterminate.get(each.cause, Action.BLOCK))
            for each in evidence.indeterminate
        ),
    ]
    if not verdicts and evidence.judged_by:
        rules = "1 rule" if len(evidence.judged_by) == 1 else f"{len(evidence.judged_by)} rules"
        return Verdict.of(Reason("judged", f"judged by {rules}, nothing found", Action.ALLOW))
    return join_all(verdicts)


def exit_code(
    kept: Iterable[Finding], indeterminate: Collection[Indeterminate], fail_on: Severity
) -> ExitCode:
    """The exit code of a report: 1 where a finding reaches ``fail_on``, else 3 where something could not
    be judged, else 0.

    Args:
        kept: the findings that count, :attr:`Settled.kept`.
        indeterminate: everything that could not be judged.
        fail_on: the lowest severity that fails.
    """
    if any(each.severity >= fail_on for each in kept):
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if indeterminate else ExitCode.CLEAN


def _with_policy_severity(finding: Finding, policy: Policy) -> Finding:
    severity = policy.rules.get(finding.rule, finding.severity)
    return finding if severity is finding.severity else msgspec.structs.replace(finding, severity=severity)


def _matches(pattern: str, text: str) -> bool:
    return pattern == text or fnmatchcase(text, pattern)


def _about(subject: str, finding: Finding) -> str:
    return finding.message if finding.subject == subject else f"{finding.subject}: {finding.message}"


def _for_finding(subject: str, finding: Finding, thresholds: Thresholds) -> Verdict:
    return Verdict.of(Reason(finding.rule, _about(subject, finding), action_for(finding, thresholds)))


def _for_accepted(subject: str, finding: Finding, exception: PolicyException) -> Verdict:
    who = f" by {exception.approved_by}" if exception.approved_by else ""
    text = f"{_about(subject, finding)} (accepted{who} until {exception.expires}: {exception.reason})"
    return Verdict.of(Reason(f"exception:{finding.rule}", text, Action.ALLOW))


def _for_lapsed(subject: str, finding: Finding, exception: PolicyException) -> Verdict:
    text = f"{_about(subject, finding)} (the exception expired on {exception.expires}: {exception.reason})"
    return Verdict.of(Reason(f"exception:{finding.rule}", text, Action.WARN))
