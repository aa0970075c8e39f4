"""What every format of a vetting report says alike."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stockade.errors import ExitCode
from stockade.model.findings import Severity
from stockade.model.verdicts import Action
from stockade.model.vetting import Phase
from stockade.report.words import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockade.model.vetting import Detection, VetReport, VetResult

WHEN = {
    Phase.INSTALL: "runs while it is installed",
    Phase.START: "runs at every start of Python",
    Phase.IMPORT: "runs when it is imported",
    Phase.COMMAND: "runs when its command is started",
    Phase.CALL: "runs when it is called",
    Phase.NEVER: "nothing runs it by itself",
}

DONE = {
    Action.BLOCK: "blocked",
    Action.QUARANTINE: "quarantined",
    Action.WARN: "allowed with a warning",
    Action.ALLOW: "allowed",
}
SHUT_IN = {
    "calls": "no network, no writing, no other program",
    "namespace": "no network",
    "files": "no file but the input",
    "limits": "bounded memory",
}
_UNITS = ("bytes", "kB", "MB", "GB")
_STEP = 1000


def worst_first(report: VetReport) -> list[VetResult]:
    """The results, the strictest verdict and then the highest score first; else in the order of the inputs."""
    return sorted(report.results, key=lambda result: (-result.verdict.rank, -result.score))


def context(result: VetResult) -> tuple[Detection, ...]:
    """The findings that only inform a reviewer."""
    return tuple(each for each in result.findings if each.severity is Severity.INFO)


def telling(result: VetResult) -> tuple[Detection, ...]:
    """The other findings."""
    return tuple(each for each in result.findings if each.severity is not Severity.INFO)


def selected(result: VetResult, most: int, alike: int) -> tuple[list[Detection], list[Detection]]:
    """The telling findings that are told one by one, and the rest: at most ``most``, and ``alike`` of one rule."""
    shown: list[Detection] = []
    rest: list[Detection] = []
    of_rule: Counter[str] = Counter()
    for found in telling(result):
        of_rule[found.rule] += 1
        fits = len(shown) < most and of_rule[found.rule] <= alike
        (shown if fits else rest).append(found)
    return shown, rest


def outcome(report: VetReport) -> str:
    """The whole result in one sentence."""
    if not report.results:
        return "Nothing was judged: no input was named."
    counts = Counter(result.verdict for result in report.results)
    said = listed(f"{counts[action]:,} {DONE[action]}" for action in reversed(Action) if counts[action])
    gaps = sum(bool(result.incomplete) for result in report.results)
    unknown = f"; {plural(gaps, 'input')} could not be judged as a whole" if gaps else ""
    return f"{plural(len(report.results), 'input')}: {said}{unknown}."


def tone(report: VetReport) -> str:
    """How the outcome is coloured: ``bad``, ``unsure``, ``warn`` or ``good``."""
    strictest = max((result.verdict for result in report.results), default=Action.WARN)
    if strictest is Action.BLOCK:
        return "bad"
    if strictest is Action.QUARANTINE or any(result.incomplete for result in report.results):
        return "unsure"
    return "warn" if strictest is Action.WARN else "good"


def identity(result: VetResult) -> str:
    """What was judged: ``evil 1.0, sdist, 12 files, 3.4 kB``."""
    named = f"{result.project} {result.version}".strip()
    counted = plural(result.files, "file") if result.files else ""
    parts = (named, result.kind, counted, size(result.size) if result.size else "")
    return ", ".join(part for part in parts if part)


def size(count: int) -> str:
    """``950 bytes``, ``3.4 kB``, ``12 MB``."""
    value, unit = float(count), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    shown = f"{value:.1f}" if unit and value < 10 else f"{value:.0f}"  # noqa: PLR2004 - one decimal below ten
    return f"{shown} {_UNITS[unit]}"


def score(result: VetResult) -> str:
    """``score 0.99``; unknown where nothing could be judged."""
    unknown = result.incomplete and not result.findings
    return "score unknown" if unknown else f"score {result.score:.2f}"


def judged_by(result: VetResult) -> str:
    """``judged by 41 rules``; empty where none ran to its end."""
    return f"judged by {plural(len(result.judged_by), 'rule')}" if result.judged_by else ""


def summary(result: VetResult) -> str:
    """What came of it, in a clause: never a bare pass."""
    found = telling(result)
    parts = [findings(found)] if found else []
    if result.accepted:
        parts.append(f"{len(result.accepted):,} accepted by the policy")
    if result.incomplete:
        parts.append(f"{plural(len(result.incomplete), 'thing')} could not be judged")
    if not parts:
        parts.append("nothing found")
    if judged_by(result):
        parts.append(judged_by(result))
    return "; ".join(parts)


def findings(found: Iterable[Detection]) -> str:
    """``1 critical and 2 high findings``."""
    counts = Counter(each.severity for each in found)
    named = [f"{counts[severity]:,} {severity}" for severity in reversed(Severity) if counts[severity]]
    return f"{listed(named)} {'finding' if counts.total() == 1 else 'findings'}"


def shut_in(report: VetReport) -> str:
    """How the judging processes were shut in, in words; empty where none ran."""
    return ", ".join(SHUT_IN[means] for means in SHUT_IN if means in report.confinement)


def exit_reason(report: VetReport) -> str:
    """Why the command ends with its exit code, in one clause without a full stop."""
    gaps = sum(bool(result.incomplete) for result in report.results)
    bad = sum(
        any(
            reason.action >= report.fail_on and not reason.code.startswith("indeterminate:")
            for reason in result.reasons
        )
        for result in report.results
    )
    failing = f"{plural(bad, 'input')} at or above {report.fail_on}"
    unknown = f"{plural(gaps, 'input')} could not be judged as a whole"
    if report.exit_code == ExitCode.FINDINGS:
        return failing
    if report.exit_code == ExitCode.INCOMPLETE:
        return f"{unknown}, and unknown is never clean" if gaps else "the result is incomplete"
    if bad or gaps:
        said = listed([*([failing] if bad else []), *([unknown] if gaps else [])])
        return f"asked for with --exit-zero, although {said}"
    return f"nothing reached {report.fail_on}"
