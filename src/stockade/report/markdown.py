"""The Markdown report, for pull requests and step summaries: short on top, details folded below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockade.model.findings import Confidence
from stockade.report import words
from stockade.report.groups import GapGroup, Group, grouped, grouped_gaps
from stockade.report.options import DEFAULTS, Options
from stockade.report.safe import markdown_code as code
from stockade.report.safe import markdown_prose as prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stockade.model.assessment import Accepted, Assessment
    from stockade.model.findings import Severity
    from stockade.model.requirements import LeftOut

MARKS = {"bad": "❌", "unsure": "❔", "warn": "⚠️", "good": "✅"}
NAMES_SHOWN = 40
"""Places that one folded block lists; what is beyond is counted."""
GAPS_SHARE, ACCEPTED_SHARE, LEFT_OUT_SHARE, NOTES_SHARE = 4, 8, 16, 16
"""Which part of the limit (a quarter, an eighth, a sixteenth) these lists may take; what is beyond is counted."""
OVERHEAD = 200
"""Characters kept back for the lines around the findings."""


def render(assessment: Assessment, options: Options = DEFAULTS) -> str:
    """The assessment as GitHub-flavoured Markdown with a final newline.

    At most ``options.markdown_limit`` characters, if that is 30,000 or more: findings beyond it are
    counted, not shown, and the report says so.
    """
    head = "\n".join(_head(assessment))
    tail = "\n".join(_tail(assessment, options.markdown_limit))
    room = options.markdown_limit - len(head) - len(tail) - OVERHEAD
    return f"{head}\n{_details(assessment, room)}{tail}\n"


def _head(of: Assessment) -> Iterator[str]:
    yield f"## {MARKS[words.tone(of)]} Stockade: {code(of.root)}"
    yield ""
    yield f"**{prose(words.outcome(of))}** Verdict: {words.verdict(of)}."
    yield ""
    yield f"Read: {words.scope(of)}. {words.stages(of)}, {words.moment(of.assessed_at)}."
    yield ""
    if of.findings or of.accepted:
        accepted = words.by_severity(item.finding for item in of.accepted)
        yield "| Severity | Findings | Accepted |"
        yield "| --- | ---: | ---: |"
        for severity, count in words.by_severity(of.findings).items():
            if count or accepted[severity]:
                yield f"| {severity} | {count:,} | {accepted[severity]:,} |"
        yield ""
    step = words.next_step(of)
    if step:
        yield f"**Next:** {prose(step)}"
        yield ""


def _details(of: Assessment, room: int) -> str:
    """Findings by severity, each severity folded away, as many as fit into ``room`` characters."""
    groups = grouped(of.findings, of.rules)
    parts: list[str] = []
    left = len(of.findings)
    for severity in words.WORST_FIRST:
        mine = [group for group in groups if group.first.severity is severity]
        shown = _fitting((_group(group) for group in mine), room - OVERHEAD)
        if shown:
            parts.append(_folded(severity, mine, shown))
            room -= len(parts[-1])
            left -= sum(len(group.findings) for group in mine[: len(shown)])
        if len(shown) < len(mine):
            break
    if left:
        parts.append(
            f"{words.plural(left, 'more finding')} did not fit here: see the JSON or HTML report.\n\n"
        )
    return "".join(parts)


def _fitting(texts: Iterable[str], room: int) -> list[str]:
    """The first of ``texts`` that together, a line break each, have at most ``room`` characters."""
    shown: list[str] = []
    for text in texts:
        room -= len(text) + 1
        if room < 0:
            break
        shown.append(text)
    return shown


def _folded(severity: Severity, groups: Sequence[Group], shown: Sequence[str]) -> str:
    count = sum(len(group.findings) for group in groups)
    title = words.plural(count, f"{severity} finding")
    return "\n".join((f"<details><summary>{title}</summary>", "", *shown, "", "</details>", "", ""))


def _group(group: Group) -> str:
    first = group.first
    sure = "" if first.confidence is Confidence.HIGH else f" ({first.confidence} confidence)"
    if group.folded:
        subject = f"{code(group.subject)}, " if group.subject else ""
        head = (
            f"- **{prose(first.rule)}** {subject}{len(group.findings):,} times{sure}: {prose(group.message)}"
        )
        body = "".join(f"\n  - {_places(path, places)}" for path, places in group.places().items())
    else:
        where = f" in {code(str(first.location))}" if first.location else ""
        head = f"- **{prose(first.rule)}** {code(first.subject)}{where}{sure}: {prose(first.message)}"
        body = ""
    return f"{head}{body}\n  - **Mend:** {prose(group.mend)}"


def _places(path: str, places: Sequence[tuple[str, int]]) -> str:
    shown = ", ".join(
        code(f"{subject}:{line}" if line else subject) for subject, line in places[:NAMES_SHOWN]
    )
    more = f" and {len(places) - NAMES_SHOWN:,} more" if len(places) > NAMES_SHOWN else ""
    return f"{f'{code(path)}: ' if path else ''}{shown}{more}"


def _tail(of: Assessment, limit: int) -> Iterator[str]:
    if of.incomplete:
        yield f"### {words.gaps(of)}"
        yield ""
        groups = grouped_gaps(of.incomplete)
        shown = _fitting(map(_gap, groups), limit // GAPS_SHARE)
        left = sum(len(group.subjects) for group in groups[len(shown) :])
        yield from (*shown, *_more(left), "")
    if of.accepted:
        shown = _fitting(map(_accepted, of.accepted), limit // ACCEPTED_SHARE)
        yield f"<details><summary>{len(of.accepted):,} accepted by the policy</summary>"
        yield ""
        yield from (*shown, *_more(len(of.accepted) - len(shown)), "", "</details>", "")
    if of.left_out:
        shown = _fitting(map(_left_out, of.left_out), limit // LEFT_OUT_SHARE)
        yield f"<details><summary>{words.plural(len(of.left_out), 'path')} not read</summary>"
        yield ""
        yield from (*shown, *_more(len(of.left_out) - len(shown)), "", "</details>", "")
    if of.metrics:
        yield "<details><summary>Metrics</summary>"
        yield ""
        yield "| Stage | Metric | Value | Rests on |"
        yield "| --- | --- | ---: | --- |"
        for metric in of.metrics:
            stage = words.STAGE_TITLES[metric.stage]
            yield f"| {stage} | {prose(metric.title)} | {prose(words.figure(metric))} | {prose(words.basis(metric))} |"
        yield ""
        yield "</details>"
        yield ""
    if of.notes:
        shown = _fitting((f"- {prose(note)}" for note in of.notes), limit // NOTES_SHARE)
        yield from (*shown, *_more(len(of.notes) - len(shown)), "")
    yield f"Exit {of.exit_code}: {prose(words.exit_reason(of))}. Stockade {prose(of.version)}."


def _gap(group: GapGroup) -> str:
    gap, named = group.first, group.subjects[:NAMES_SHOWN]
    more = f" and {len(group.subjects) - len(named):,} more" if len(group.subjects) > len(named) else ""
    subjects = ", ".join(map(code, named)) + more
    mend = f" **Mend:** {prose(gap.mend)}" if gap.mend else ""
    return f"- {gap.cause}, {subjects}: {prose(words.sentence(gap.detail))}{mend}"


def _left_out(item: LeftOut) -> str:
    return f"- {code(item.path)}: {prose(item.reason)}"


def _accepted(item: Accepted) -> str:
    by = f", approved by {prose(item.approved_by)}" if item.approved_by else ""
    return f"- **{prose(item.finding.rule)}** {code(item.finding.subject)}: {prose(item.reason)} (until {item.expires}{by})"


def _more(count: int) -> tuple[str, ...]:
    return (f"- and {count:,} more",) if count > 0 else ()
