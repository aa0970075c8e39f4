"""The vetting report for a terminal: the worst input first, with the chain and the guilty lines of what was found."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING

from stockade.errors import ExitCode
from stockade.model.findings import Confidence, Severity
from stockade.model.verdicts import Action
from stockade.report import vet_words as words
from stockade.report.safe import LONGEST, visible
from stockade.report.vet_options import DEFAULTS, VetOptions
from stockade.report.words import plural, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockade.model.findings import Finding
    from stockade.model.verdicts import Indeterminate
    from stockade.model.vetting import Detection, Step, VetReport, VetResult

NARROWEST, WIDEST = 40, 160
INDENT = 12
"""Columns of the verdict or severity before what it is about."""
SHOWN = 12
"""Findings of one input that are told one by one; what is beyond is counted."""
ALIKE = 3
"""Findings of one rule in one input that are told one by one."""
LINE_SHOWN = 240
"""Characters of a guilty line at most; the terminal's width may cut it earlier."""
LISTED = 10
"""Notes and paths that are listed; what is beyond is counted."""

_STYLES = {
    "bold": "1",
    "dim": "2",
    "bad": "1;31",
    "unsure": "1;33",
    "warn": "33",
    "good": "1;32",
    "mend": "32",
    "guilty": "31",
    Severity.CRITICAL: "1;97;41",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "2",
    Action.BLOCK: "1;97;41",
    Action.QUARANTINE: "1;31",
    Action.WARN: "33",
    Action.ALLOW: "1;32",
}
_EXITS = {ExitCode.CLEAN: "good", ExitCode.INCOMPLETE: "unsure"}


def render(report: VetReport, options: VetOptions = DEFAULTS) -> str:
    """The report as text for a terminal of ``options.width`` columns, with a final newline.

    There is no ANSI escape unless ``options.color``. Words without a space may pass the width.
    """
    return "\n".join(_Page(report, options).lines()) + "\n"


class _Page:
    def __init__(self, report: VetReport, options: VetOptions) -> None:
        self.of = report
        self.verbose = options.verbose
        self.width = min(max(options.width, NARROWEST), WIDEST)
        self.color = options.color

    def style(self, text: str, name: str) -> str:
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if self.color and text else text

    def wrapped(
        self, text: str, indent: int, *, first: str = "", style: str = "", anywhere: bool = False
    ) -> Iterator[str]:
        """``text`` in lines behind ``indent`` columns, the last of which ``first`` fills on line one."""
        room = max(self.width - indent, NARROWEST // 2)
        pieces = wrap(text, room, break_long_words=anywhere, break_on_hyphens=False) or [""]
        for at, piece in enumerate(pieces):
            lead = " " * (indent - len(first)) + first if at == 0 else " " * indent
            yield lead + (self.style(piece, style) if style else piece)

    def lines(self) -> Iterator[str]:
        of = self.of
        yield self.style(f"Stockade {visible(of.version)}, vet", "bold")
        yield from self.wrapped(words.outcome(of), 0, style=words.tone(of))
        for result in words.worst_first(of):
            yield ""
            yield from self.result(result)
        yield from self.rest()
        yield ""
        style = _EXITS.get(ExitCode(of.exit_code), "bad")
        yield from self.wrapped(f"Exit {of.exit_code}: {words.exit_reason(of)}.", 0, style=style)

    def result(self, result: VetResult) -> Iterator[str]:
        yield from self.titled(
            result.verdict.upper(), result.verdict, visible(result.path, LONGEST), words.score(result)
        )
        about = "; ".join(part for part in (words.identity(result), words.summary(result)) if part)
        yield from self.wrapped(visible(about, LONGEST), INDENT, style="dim")
        if self.verbose and result.sha256:
            yield " " * INDENT + self.style(f"sha256 {visible(result.sha256)}", "dim")
        shown, rest = words.selected(result, SHOWN, ALIKE)
        if self.verbose:
            shown, rest = list(result.findings), []
        told: set[str] = set()
        for finding in shown:
            yield from self.finding(finding, explained=finding.rule in told)
            told.add(finding.rule)
        yield from self.unshown(result, rest)
        for gap in result.incomplete:
            yield from self.gap(gap)
        for item in result.accepted:
            yield from self.accepted(item.finding, f"{item.reason} (until {item.expires})")

    def titled(self, label: str, style: str, what: str, tail: str) -> Iterator[str]:
        """A line of a label, what it is about, and a word at the right edge, or below where it has no room."""
        lead = self.style(label, style) + " " * max(1, INDENT - len(label))
        room = self.width - INDENT - len(what)
        if len(tail) + 2 <= room:
            yield f"{lead}{self.style(what, 'bold')}{' ' * (room - len(tail))}{self.style(tail, 'dim')}"
            return
        yield f"{lead}{self.style(what, 'bold')}"
        yield " " * INDENT + self.style(tail, "dim")

    def named(self, label: str, style: str, what: str) -> Iterator[str]:
        """A label within a result, and what it says."""
        first, *more = self.wrapped(visible(what, LONGEST), INDENT, style="bold")
        yield f"  {self.style(label, style)}{' ' * max(1, INDENT - 2 - len(label))}{first.lstrip(' ')}"
        yield from more

    def finding(self, found: Detection, *, explained: bool) -> Iterator[str]:
        yield ""
        sure = "" if found.confidence is Confidence.HIGH else f", {found.confidence} confidence"
        yield from self.named(found.severity.upper(), found.severity, f"{found.rule}  {found.title}")
        yield from self.wrapped(f"{words.WHEN[found.phase]}{sure}", INDENT, style="dim")
        where = f"{found.location}: " if found.location and found.location.path else ""
        yield from self.wrapped(visible(f"{where}{found.message}", LONGEST), INDENT)
        if found.severity < Severity.MEDIUM and not self.verbose:
            return
        yield from self.chain(found.chain)
        yield from self.excerpt(found)
        if found.decoded:
            yield from self.wrapped(f"decodes to: {visible(found.decoded, LONGEST)}", INDENT)
        if self.verbose:
            for name, value in found.evidence:
                yield from self.wrapped(visible(f"{name}: {value}", LONGEST), INDENT, style="dim")
        if not explained:
            yield from self.wrapped(visible(f"Why: {found.why}", LONGEST), INDENT, style="dim")
            yield from self.mend(found.mend)

    def chain(self, chain: tuple[Step, ...]) -> Iterator[str]:
        """The way of the data, a step a line, with the places in one column where there is room."""
        names = {"source": "from", "transformation": "through", "sink": "to"}
        indent = INDENT + 9
        steps = [
            (names[step.role], visible(step.what, LONGEST), visible(str(step.location), LONGEST))
            for step in chain
        ]
        places = max((len(where) for _, _, where in steps), default=0)
        room = self.width - indent - places - 2
        column = max((len(what) for _, what, _ in steps if len(what) <= room), default=0)
        for name, what, where in steps:
            if len(what) <= column:
                yield f"{' ' * INDENT}{name:<9}{what:<{column}}  {self.style(where, 'dim')}"
            else:
                yield from self.wrapped(what, indent, first=f"{name:<9}", anywhere=True)
                yield " " * indent + self.style(where, "dim")

    def excerpt(self, found: Detection) -> Iterator[str]:
        """The guilty lines with their numbers, cut where they are too long; never wrapped, so that they read as code."""
        if not found.excerpt or found.location is None:
            return
        digits = max(len(str(number)) for number, _ in found.excerpt)
        last = max(found.location.line, found.location.end_line)
        room = max(self.width - INDENT - digits - 5, NARROWEST // 2)
        for number, text in found.excerpt:
            guilty = found.location.line <= number <= last
            code = visible(_untabbed(text)[:LINE_SHOWN], room)
            line = f"{'>' if guilty else ' '} {number:>{digits}} | "
            if not code:
                yield " " * INDENT + self.style(line.rstrip(), "dim")
                continue
            yield " " * INDENT + self.style(line, "dim") + (self.style(code, "guilty") if guilty else code)

    def mend(self, text: str) -> Iterator[str]:
        if text:
            yield from self.wrapped(visible(text, LONGEST), INDENT + 2, first="→ ", style="mend")

    def unshown(self, result: VetResult, rest: Sequence[Detection]) -> Iterator[str]:
        """What is not told one by one, counted by rule."""
        hidden: Sequence[Detection] = () if self.verbose else words.context(result)
        for items, kind in ((rest, "more"), (hidden, "for context")):
            if items:
                counts = Counter(each.rule for each in items)
                named = ", ".join(
                    visible(rule) + (f" ({count:,})" if count > 1 else "") for rule, count in counts.items()
                )
                yield ""
                yield from self.wrapped(
                    f"{plural(len(items), 'finding')} {kind}: {named} (--verbose shows them)",
                    INDENT,
                    style="dim",
                )

    def gap(self, gap: Indeterminate) -> Iterator[str]:
        yield ""
        yield from self.named("UNKNOWN", "unsure", gap.cause)
        yield from self.wrapped(visible(sentence(gap.detail), LONGEST), INDENT)
        yield from self.mend(gap.mend)

    def accepted(self, found: Finding, reason: str) -> Iterator[str]:
        yield ""
        yield from self.named("ACCEPTED", "dim", f"{found.rule}  {found.title}")
        yield from self.wrapped(visible(reason, LONGEST), INDENT)

    def rest(self) -> Iterator[str]:
        if self.of.left_out:
            yield ""
            yield self.style(f"Not judged ({len(self.of.left_out):,})", "bold")
            shown = self.of.left_out if self.verbose else self.of.left_out[:LISTED]
            for item in shown:
                yield from self.wrapped(visible(f"{item.path}: {item.reason}", LONGEST), 2)
            yield from self.more(len(self.of.left_out) - len(shown))
        notes = list(self.of.notes)
        if words.shut_in(self.of):
            notes.append(f"nothing was executed; the judging processes had {words.shut_in(self.of)}")
        if notes:
            yield ""
            for note in notes:
                yield from self.wrapped(
                    visible(sentence(note[:1].upper() + note[1:]), LONGEST), 0, style="dim"
                )

    def more(self, count: int) -> Iterator[str]:
        if count > 0:
            yield self.style(f"  and {count:,} more", "dim")


def _untabbed(text: str) -> str:
    return text.expandtabs(4).rstrip("\r\n")
