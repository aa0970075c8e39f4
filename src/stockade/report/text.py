"""The report for a terminal: worst first, what to do beside it, then what was not judged, then figures.

Styled by hand: importing a terminal library takes longer than rendering a thousand findings.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from stockade.errors import ExitCode
from stockade.model.assessment import LockState
from stockade.model.findings import Confidence, Severity
from stockade.report import words
from stockade.report.groups import Group, grouped, grouped_gaps
from stockade.report.options import DEFAULTS, Options
from stockade.report.safe import LONGEST, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockade.model.assessment import Assessment, ProjectSummary
    from stockade.model.findings import Finding
    from stockade.model.metrics import Metric

NARROWEST, WIDEST = 40, 160
INDENT = 10
NAMES_SHOWN = 60
"""Names that a folded block lists; what is beyond is counted."""
LINES_SHOWN = 10
"""Projects, and paths left out for one reason, that are listed; what is beyond is counted."""

_STYLES = {
    "bold": "1",
    "dim": "2",
    "bad": "1;31",
    "unsure": "1;33",
    "warn": "33",
    "good": "1;32",
    "mend": "32",
    Severity.CRITICAL: "1;97;41",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "2",
}
_LOCK_ORDER = (
    LockState.UNLOCKED,
    LockState.STALE,
    LockState.UNCHECKED,
    LockState.LOCKED,
    LockState.NOTHING,
)


def render(assessment: Assessment, options: Options = DEFAULTS) -> str:
    """The assessment as text for a terminal of ``options.width`` columns, with a final newline.

    There is no ANSI escape unless ``options.color``. Words without a space may pass the width.
    """
    return "\n".join(_Page(assessment, options).lines()) + "\n"


class _Page:
    def __init__(self, assessment: Assessment, options: Options) -> None:
        self.of = assessment
        self.width = min(max(options.width, NARROWEST), WIDEST)
        self.color = options.color

    def style(self, text: str, name: str) -> str:
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if self.color and text else text

    def wrapped(self, text: str, indent: int, *, first: str = "", style: str = "") -> Iterator[str]:
        """``text`` in lines behind ``indent`` columns, the last of which ``first`` fills on line one."""
        room = max(self.width - indent, NARROWEST // 2)
        pieces = (
            [text] if len(text) <= room else wrap(text, room, break_long_words=False, break_on_hyphens=False)
        )
        for at, piece in enumerate(pieces):
            lead = " " * (indent - len(first)) + first if at == 0 else " " * indent
            yield lead + (self.style(piece, style) if style else piece)

    def heading(self, title: str) -> Iterator[str]:
        yield ""
        yield self.style(title, "bold")

    def lines(self) -> Iterator[str]:
        yield from self.head()
        if self.of.findings:
            yield from self.heading(f"Findings ({len(self.of.findings):,})")
            for at, group in enumerate(grouped(self.of.findings, self.of.rules)):
                if at:
                    yield ""
                yield from self.block(group)
        yield from self.gaps()
        yield from self.accepted()
        yield from self.summary()
        yield from self.projects()
        yield from self.data()
        yield from self.rest()
        yield from self.end()

    def head(self) -> Iterator[str]:
        of = self.of
        yield self.style(f"Stockade {visible(of.version)}, check of {visible(of.root, LONGEST)}", "bold")
        yield from self.wrapped(words.outcome(of), 0, style=words.tone(of))
        yield from self.wrapped(
            f"Verdict: {words.verdict(of)}. {words.stages(of)}, {words.moment(of.assessed_at)}.",
            0,
            style="dim",
        )
        yield from self.wrapped(f"Read: {words.scope(of)}.", 0, style="dim")

    def title_line(
        self, severity: Severity, rule: str, what: str, where: str, note: str = ""
    ) -> Iterator[str]:
        label = self.style(severity.upper(), severity) + " " * (INDENT - len(severity))
        rule, what = visible(rule, LONGEST), visible(what, LONGEST)
        where = visible(where, LONGEST)
        tail = f"  {where}" if where else ""
        note = f"  ({note})" if note else ""
        head = f"{label}{rule}  {self.style(what, 'bold')}"
        if INDENT + len(rule) + 2 + len(what) + len(tail) + len(note) <= self.width:
            yield f"{head}{self.style(tail, 'dim')}{self.style(note, 'dim')}"
        else:
            yield f"{head}{self.style(note, 'dim')}"
            if where:
                yield " " * INDENT + self.style(where, "dim")

    def block(self, group: Group) -> Iterator[str]:
        first = group.first
        note = "" if first.confidence is Confidence.HIGH else f"{first.confidence} confidence"
        if not group.folded:
            yield from self.title_line(
                first.severity, first.rule, first.subject, str(first.location or ""), note
            )
            yield from self.wrapped(visible(first.message, LONGEST), INDENT)
        else:
            count = len(group.findings)
            what = f"{group.subject}, {count:,} times" if group.subject else f"{count:,} times"
            yield from self.title_line(first.severity, first.rule, f"{what}: {group.message}", "", note)
            for path, places in group.places().items():
                yield from self.names(path, places, alone=bool(group.subject))
            if group.example:
                yield from self.wrapped(f"such as: {visible(group.example, LONGEST)}", INDENT)
        yield from self.mend(group.mend)

    def names(self, path: str, places: Sequence[tuple[str, int]], *, alone: bool) -> Iterator[str]:
        """One file of a folded block: its subjects with their lines, or the lines only."""
        shown = places[:NAMES_SHOWN]
        if alone:
            listed = ", ".join(str(line) for _, line in shown if line)
            text = f"line {listed}" if listed else "the file as a whole"
        else:
            text = ", ".join(f"{visible(name, LONGEST)}{f':{line}' if line else ''}" for name, line in shown)
        more = f" and {len(places) - len(shown):,} more" if len(places) > len(shown) else ""
        prefix = f"{visible(path, LONGEST)}  " if path else ""
        yield from self.wrapped(f"{prefix}{text}{more}", INDENT, style="dim")

    def mend(self, text: str) -> Iterator[str]:
        if text:
            yield from self.wrapped(visible(text, LONGEST), INDENT + 2, first="→ ", style="mend")

    def gaps(self) -> Iterator[str]:
        if not self.of.incomplete:
            return
        yield from self.heading(f"Could not be judged ({len(self.of.incomplete):,})")
        for group in grouped_gaps(self.of.incomplete):
            gap, shown = group.first, group.subjects[:NAMES_SHOWN]
            more = len(group.subjects) - len(shown)
            subjects = ", ".join(visible(name, LONGEST) for name in shown) + (
                f" and {more:,} more" if more else ""
            )
            head, *rest = self.wrapped(subjects, INDENT + len(gap.cause) + 2, style="bold")
            yield f"{self.style('UNKNOWN', 'unsure')}   {gap.cause}  {head.lstrip()}"
            yield from rest
            needed = f" (needed by {gap.needed_by})" if gap.needed_by else ""
            yield from self.wrapped(visible(gap.detail + needed, LONGEST), INDENT)
            yield from self.mend(gap.mend)

    def accepted(self) -> Iterator[str]:
        if not self.of.accepted:
            return
        yield from self.heading(f"Accepted by the policy ({len(self.of.accepted):,})")
        for item in self.of.accepted:
            found: Finding = item.finding
            yield from self.title_line(found.severity, found.rule, found.subject, str(found.location or ""))
            by = f", approved by {item.approved_by}" if item.approved_by else ""
            yield from self.wrapped(visible(f"{item.reason} (until {item.expires}{by})", LONGEST), INDENT)

    def summary(self) -> Iterator[str]:
        yield from self.heading("Summary by stage")
        titles = [len(metric.title) for metric in self.of.metrics]
        figures = [len(words.figure(metric)) for metric in self.of.metrics]
        widths = min(max(titles, default=0), self.width * 3 // 5), max(figures, default=0)
        for stage in self.of.stages:
            found = words.severities(finding for finding in self.of.findings if finding.stage is stage)
            yield f"{self.style(words.STAGE_TITLES[stage], 'bold')}: {found or 'no findings'}"
            for metric in self.of.metrics:
                if metric.stage is stage:
                    yield from self.metric(metric, widths)

    def metric(self, metric: Metric, widths: tuple[int, int]) -> Iterator[str]:
        title, value = visible(metric.title, LONGEST), visible(words.figure(metric))
        left = f"  {title:<{widths[0]}}  {value:>{widths[1]}}  "
        basis = visible(words.basis(metric), LONGEST)
        if len(left) + len(basis) <= self.width:
            yield left + self.style(basis, "dim")
        else:
            yield left.rstrip()
            yield from self.wrapped(basis, 4, style="dim")

    def projects(self) -> Iterator[str]:
        if not self.of.projects:
            return
        yield from self.heading(f"Projects ({len(self.of.projects):,})")
        rows: list[ProjectSummary] = sorted(self.of.projects, key=lambda p: _LOCK_ORDER.index(p.lock))
        roots = {project.root: visible(project.root, LONGEST) for project in rows[:LINES_SHOWN]}
        column = min(max(map(len, roots.values())), self.width // 2)
        for project in rows[:LINES_SHOWN]:
            style = "good" if project.lock in {LockState.LOCKED, LockState.NOTHING} else "warn"
            counts = f"{words.plural(project.direct, 'requirement')}, {words.plural(project.locked, 'locked package')}"
            state = words.LOCK_WORDS[project.lock]
            yield f"  {self.style(f'{state:<16}', style)}  {roots[project.root]:<{column}}  {self.style(counts, 'dim')}"
        yield from self.more(len(rows) - LINES_SHOWN)

    def more(self, count: int) -> Iterator[str]:
        if count > 0:
            yield self.style(f"  and {count:,} more", "dim")

    def data(self) -> Iterator[str]:
        if not self.of.feeds:
            return
        yield from self.heading("Data that this rests on")
        for feed in self.of.feeds:
            made = words.age(feed.made, self.of.assessed_at)
            entries = words.plural(feed.entries, "entry", "entries")
            yield from self.wrapped(
                visible(f"{feed.feed}: {made}, {entries}, from {feed.source}", LONGEST), 2
            )

    def rest(self) -> Iterator[str]:
        if self.of.left_out:
            yield from self.heading(f"Not read ({len(self.of.left_out):,})")
            reasons: dict[str, list[str]] = {}
            for item in self.of.left_out:
                reasons.setdefault(item.reason, []).append(item.path)
            for reason, paths in reasons.items():
                shown = ", ".join(visible(path, LONGEST) for path in paths[:LINES_SHOWN])
                more = f" and {len(paths) - LINES_SHOWN:,} more" if len(paths) > LINES_SHOWN else ""
                yield from self.wrapped(f"{visible(reason, LONGEST)}: {shown}{more}", 2)
        if self.of.notes:
            yield from self.heading("Notes")
            for note in self.of.notes:
                yield from self.wrapped(visible(note, LONGEST), 2)

    def end(self) -> Iterator[str]:
        yield ""
        style = {ExitCode.CLEAN: "good", ExitCode.INCOMPLETE: "unsure"}.get(
            ExitCode(self.of.exit_code), "bad"
        )
        reason = f"Exit {self.of.exit_code}: {words.exit_reason(self.of)}."
        yield from self.wrapped(reason, 0, style=style)
        step = words.next_step(self.of)
        if step:
            yield from self.wrapped(visible(f"Next: {step}", LONGEST), 0)
