"""What every format says alike: the outcome, the next step, counts and figures in words."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from stockade.errors import ExitCode
from stockade.model.assessment import Assessment, LockState
from stockade.model.findings import Severity
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from stockade.model.findings import Finding
    from stockade.model.metrics import Metric

WORST_FIRST = tuple(reversed(Severity))

STAGE_TITLES = {
    Stage.RECONNAISSANCE: "Reconnaissance",
    Stage.EVALUATION: "Evaluation",
    Stage.FORTIFY: "Fortify",
    Stage.LIMIT: "Limit",
    Stage.EXPOSE: "Expose",
    Stage.EXERCISE: "eXercise",
}

LOCK_WORDS = {
    LockState.LOCKED: "locked",
    LockState.STALE: "lock is stale",
    LockState.UNCHECKED: "lock not checked",
    LockState.UNLOCKED: "not locked",
    LockState.NOTHING: "nothing to lock",
}


def plural(count: int, one: str, many: str = "") -> str:
    """``1 file``, ``1,200 files``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *head, last = list(parts) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def sentence(text: str) -> str:
    """``text`` with a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings there are of each severity, worst first, zeros included."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in WORST_FIRST}


def severities(findings: Iterable[Finding]) -> str:
    """``1 critical, 2 high``; empty where there is none."""
    return ", ".join(f"{count:,} {severity}" for severity, count in by_severity(findings).items() if count)


def gaps(assessment: Assessment) -> str:
    """How much could not be judged, as the start of a sentence."""
    return f"{plural(len(assessment.incomplete), 'thing')} could not be judged"


def outcome(assessment: Assessment) -> str:
    """The result in one sentence, whatever the exit code says."""
    failing, incomplete = assessment.failing, assessment.incomplete
    if failing:
        more = f"; {gaps(assessment)}" if incomplete else ""
        return f"Fails: {severities(failing)} (threshold: {assessment.fail_on}){more}."
    if incomplete:
        return f"Incomplete: {gaps(assessment)}, so this is not a pass."
    if assessment.exit_code == ExitCode.FINDINGS:
        return f"Fails: the policy's verdict is {assessment.verdict.action}."
    if assessment.findings:
        below = plural(len(assessment.findings), "finding")
        return f"Passes with {below} below the threshold ({assessment.fail_on}): {severities(assessment.findings)}."
    if not assessment.extent.manifests:
        return "Nothing to judge: no file that names packages was found."
    return "Clean: everything that was asked for was judged, and nothing was found."


def verdict(assessment: Assessment) -> str:
    """The verdict, with its reason where the findings do not give it: ``block, for what could not be judged``."""
    action = assessment.verdict.action
    held = action in {Action.BLOCK, Action.QUARANTINE}
    unsaid = held and assessment.incomplete and not assessment.failing
    return f"{action}, for what could not be judged" if unsaid else f"{action}"


def tone(assessment: Assessment) -> str:
    """How the outcome is coloured: ``bad``, ``unsure``, ``warn`` or ``good``."""
    if assessment.failing or assessment.exit_code == ExitCode.FINDINGS:
        return "bad"
    if assessment.incomplete or not assessment.extent.manifests:
        return "unsure"
    return "warn" if assessment.findings else "good"


def exit_reason(assessment: Assessment) -> str:
    """Why the command ends with its exit code, in one clause without a full stop."""
    code, failing = assessment.exit_code, assessment.failing
    reached = f"{plural(len(failing), 'finding')} at or above {assessment.fail_on}"
    if code == ExitCode.FINDINGS:
        return reached if failing else f"the policy's verdict is {assessment.verdict.action}"
    if code == ExitCode.INCOMPLETE:
        return f"{gaps(assessment)}, and unknown is never clean"
    if code == ExitCode.CLEAN and (failing or assessment.incomplete):
        present = [reached] if failing else []
        present += [gaps(assessment)] if assessment.incomplete else []
        return f"asked for with --exit-zero, although {listed(present)}"
    if code == ExitCode.CLEAN:
        return "nothing reached the threshold" if assessment.findings else "clean"
    return "the call or the configuration is wrong"


def next_step(assessment: Assessment) -> str:
    """The one thing to do first; empty where nothing is left to do."""
    first = next(iter(assessment.failing), None)
    if first:
        where = f" ({first.location})" if first.location else ""
        return f"{first.rule} {first.subject}{where}: {first.mend}"
    unknown = assessment.incomplete
    old = [gap.subject for gap in unknown if gap.cause in {Cause.FEED_MISSING, Cause.FEED_STALE}]
    if len(old) > 1:
        return f"stockade feed update {' '.join(dict.fromkeys(old))}"
    gap = next((gap for gap in unknown if gap.mend), None)
    if gap:
        return gap.mend
    if assessment.findings:
        return (
            f"{assessment.findings[0].rule} {assessment.findings[0].subject}: {assessment.findings[0].mend}"
        )
    return ""


def scope(assessment: Assessment) -> str:
    """``1 project, 3 manifests, 12 requirements, 0 locked packages``."""
    extent = assessment.extent
    parts = (
        plural(extent.projects, "project"),
        plural(extent.manifests, "manifest"),
        plural(extent.requirements, "requirement"),
        plural(extent.locked, "locked package"),
    )
    return ", ".join(parts)


def stages(assessment: Assessment) -> str:
    """The assessed stages as a list in words."""
    return listed(STAGE_TITLES[stage] for stage in assessment.stages)


def moment(at: datetime) -> str:
    """``2026-07-01 09:30 UTC``."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def age(made: datetime, now: datetime) -> str:
    """How old something was at ``now``, in its largest whole unit."""
    passed = now - made
    if passed < timedelta():
        return "from the future"
    if passed >= timedelta(days=2):
        return f"{passed.days} days old"
    hours = passed // timedelta(hours=1)
    return f"{plural(hours, 'hour')} old" if hours else "under an hour old"


def number(value: float) -> str:
    """A figure with at most two decimals, thousands separated."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def figure(metric: Metric) -> str:
    """A metric's value with its unit, or ``unknown``."""
    if metric.value is None:
        return "unknown"
    shown = number(metric.value)
    if metric.unit == "%":
        return f"{shown} %"
    return shown if metric.unit in {"", "count"} else f"{shown} {metric.unit}"


def basis(metric: Metric) -> str:
    """What a metric rests on: ``of 12``, ``of 12; 3 skipped: offline``; ``over 12`` for averages and products."""
    if metric.value is None and not metric.evaluated:
        rests = "nothing evaluated"
    elif metric.unit.startswith("per ") or (
        metric.unit == "count" and (metric.value or 0) > metric.evaluated
    ):
        rests = f"over {metric.evaluated:,}"
    else:
        rests = f"of {metric.evaluated:,}"
    if not (metric.skipped or metric.reason):
        return rests
    left = f"{metric.skipped:,} skipped" if metric.skipped else ""
    return f"{rests}; {': '.join(part for part in (left, metric.reason) if part)}"
