"""The vetting report as Markdown, for pull requests and step summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockade.model.findings import Confidence, Severity
from stockade.model.verdicts import Action
from stockade.report import vet_words as words
from stockade.report.safe import LONGEST, visible
from stockade.report.safe import markdown_code as code
from stockade.report.safe import markdown_prose as prose
from stockade.report.vet_options import DEFAULTS, VetOptions
from stockade.report.words import plural, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockade.model.vetting import Detection, VetReport, VetResult

MARKS = {Action.BLOCK: "❌", Action.QUARANTINE: "⛔", Action.WARN: "⚠️", Action.ALLOW: "✅"}
TONES = {"bad": "❌", "unsure": "❔", "warn": "⚠️", "good": "✅"}
SHOWN = 12
"""Findings of one input that are told one by one; what is beyond is counted."""
ALIKE = 3
"""Of one rule."""
OVERHEAD = 400
"""Characters kept back for what says that something was left out."""


def render(report: VetReport, options: VetOptions = DEFAULTS) -> str:
    """The report as GitHub-flavoured Markdown with a final newline.

    At most ``options.markdown_limit`` characters, if that is 30,000 or more: what is beyond is counted, and the
    report says so.
    """
    head, tail = "\n".join(_head(report)), "\n".join(_tail(report))
    room = options.markdown_limit - len(head) - len(tail) - OVERHEAD
    ordered = words.worst_first(report)
    rows, room = _fitting([_row(result) for result in ordered], room)
    details, _ = _fitting(
        ["\n".join(_details(result, verbose=options.verbose)) for result in ordered if _told(result)], room
    )
    left = len(ordered) - len(rows)
    told = sum(map(_told, ordered)) - len(details)
    more = [f"{plural(left, 'more input')} did not fit here: see the JSON report.", ""] if left else []
    more += (
        [f"The findings of {plural(told, 'more input')} did not fit here: see the JSON report.", ""]
        if told
        else []
    )
    table = (
        ["| Verdict | Input | Score | What came of it |", "| --- | --- | ---: | --- |", *rows, ""]
        if rows
        else []
    )
    return "\n".join((head, *table, *details, *more, tail)) + "\n"


def _head(of: VetReport) -> Iterator[str]:
    yield f"## {TONES[words.tone(of)]} Stockade vet"
    yield ""
    yield f"**{prose(words.outcome(of))}**"
    yield ""


def _row(result: VetResult) -> str:
    score = words.score(result).removeprefix("score ")
    return (
        f"| {MARKS[result.verdict]} {result.verdict} | {code(result.path)} | {score} "
        f"| {prose(words.identity(result))}: {prose(words.summary(result))} |"
    )


def _told(result: VetResult) -> bool:
    return bool(words.telling(result) or result.incomplete or result.accepted)


def _details(result: VetResult, *, verbose: bool) -> Iterator[str]:
    opened = " open" if result.verdict >= Action.QUARANTINE else ""
    yield f"{MARKS[result.verdict]} {code(result.path)}"
    yield ""
    yield f"<details{opened}><summary>{result.verdict}: {words.summary(result)}</summary>"
    yield ""
    shown, rest = words.selected(result, SHOWN, ALIKE)
    for finding in (*shown, *(words.context(result) if verbose else ())):
        yield from _finding(finding)
    if rest:
        yield f"- and {plural(len(rest), 'more finding')}"
    for gap in result.incomplete:
        mend = f" **Mend:** {prose(gap.mend)}" if gap.mend else ""
        yield f"- **unknown** {gap.cause}: {prose(sentence(gap.detail))}{mend}"
    for item in result.accepted:
        why = f"{prose(item.reason)} (until {item.expires})"
        yield f"- **accepted** {prose(item.finding.rule)} {prose(item.finding.title)}: {why}"
    yield ""
    yield "</details>"
    yield ""


def _finding(found: Detection) -> Iterator[str]:
    sure = "" if found.confidence is Confidence.HIGH else f", {found.confidence} confidence"
    where = f" {code(str(found.location))}" if found.location and found.location.path else ""
    yield f"- **{found.severity} {prose(found.rule)}** {prose(found.title)} ({words.WHEN[found.phase]}{sure})"
    yield f"  -{where} {prose(found.message)}"
    if found.severity < Severity.MEDIUM:
        return
    names = {"source": "from", "transformation": "through", "sink": "to"}
    for step in found.chain:
        yield f"  - {names[step.role]} {code(step.what)} at {code(str(step.location))}"
    yield from _excerpt(found)
    if found.decoded:
        yield f"  - decodes to {code(found.decoded)}"
    yield f"  - **Mend:** {prose(found.mend)}"


def _excerpt(found: Detection) -> Iterator[str]:
    """The guilty lines, each as inline code: a block could be ended by what it shows."""
    for number, text in found.excerpt:
        line = visible(text.strip(" \t\r\n").expandtabs(4), LONGEST)
        if line:
            yield f"  - {number}: {code(line)}"


def _tail(of: VetReport) -> Iterator[str]:
    if of.left_out:
        yield f"<details><summary>{plural(len(of.left_out), 'thing')} not judged</summary>"
        yield ""
        shown = of.left_out[: SHOWN * 2]
        yield from (f"- {code(item.path)}: {prose(item.reason)}" for item in shown)
        if len(of.left_out) > len(shown):
            yield f"- and {len(of.left_out) - len(shown):,} more"
        yield ""
        yield "</details>"
        yield ""
    yield from (f"- {prose(sentence(note))}" for note in of.notes)
    if of.notes:
        yield ""
    how = words.shut_in(of)
    said = f" Nothing was executed; the judging processes had {how}." if how else ""
    yield f"Exit {of.exit_code}: {prose(words.exit_reason(of))}.{said} Stockade {prose(of.version)}."


def _fitting(texts: list[str], room: int) -> tuple[list[str], int]:
    """The first of ``texts`` that together, a line break each, have at most ``room`` characters; the room left."""
    shown: list[str] = []
    for text in texts:
        if len(text) + 1 > room:
            break
        room -= len(text) + 1
        shown.append(text)
    return shown, room
