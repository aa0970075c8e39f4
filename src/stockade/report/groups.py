"""Folds findings and gaps that say the same of many subjects or places into one block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockade.model.findings import Confidence, Finding, Rule, Severity
    from stockade.model.verdicts import Indeterminate

FOLD_FROM = 4
"""Fewer alike findings are shown one by one."""

_HOLE = "\x00"


@dataclass(frozen=True)
class Group:
    """Findings shown as one block: of one rule, severity and confidence, with one mend."""

    findings: tuple[Finding, ...]
    """At least one; a single one is shown in full."""
    mend: str
    """What to do about all of them: their common mend, else their rule's, else the first one's."""

    @property
    def first(self) -> Finding:
        """The one that stands for all."""
        return self.findings[0]

    @property
    def folded(self) -> bool:
        """Whether it holds more than one finding."""
        return len(self.findings) > 1

    @property
    def message(self) -> str:
        """What was seen, where all findings say it with the same words; else the rule's title."""
        same = {finding.message for finding in self.findings}
        return self.first.message if len(same) == 1 else self.first.title

    @property
    def subject(self) -> str:
        """What all findings are about; empty where they are about different things."""
        same = {finding.subject for finding in self.findings}
        return self.first.subject if len(same) == 1 else ""

    @property
    def example(self) -> str:
        """The first finding's own words, where the message does not tell them."""
        return "" if self.message == self.first.message else self.first.message

    def places(self) -> dict[str, list[tuple[str, int]]]:
        """For each path in order, the (subject, line) pairs; the path is empty where there is none."""
        found: dict[str, list[tuple[str, int]]] = {}
        for finding in self.findings:
            path, line = (finding.location.path, finding.location.line) if finding.location else ("", 0)
            found.setdefault(path, []).append((finding.subject, line))
        return found


def grouped(findings: Sequence[Finding], rules: Sequence[Rule]) -> list[Group]:
    """Group findings, keeping the order of the first of each group; ``rules`` give the common mends.

    Findings are alike where rule, severity, confidence and mend agree, the mend apart from the
    subject that it may name. Groups smaller than :data:`FOLD_FROM` are taken apart again, each
    finding at its own place in the order.
    """
    alike: dict[tuple[str, Severity, Confidence, str], list[int]] = {}
    for at, finding in enumerate(findings):
        alike.setdefault(_likeness(finding), []).append(at)
    blocks: list[list[int]] = []
    for places in alike.values():
        blocks += [places] if len(places) >= FOLD_FROM else [[at] for at in places]
    mends = {rule.id: rule.mend for rule in rules}
    return [_group([findings[at] for at in block], mends) for block in sorted(blocks)]


@dataclass(frozen=True)
class GapGroup:
    """Unjudged subjects with one cause, one detail and one mend."""

    first: Indeterminate
    """The one that stands for all."""
    subjects: tuple[str, ...]


def grouped_gaps(gaps: Sequence[Indeterminate]) -> list[GapGroup]:
    """Fold gaps that differ in their subject only, keeping the order of the first of each."""
    alike: dict[Indeterminate, list[str]] = {}
    for gap in gaps:
        alike.setdefault(replace(gap, subject=""), []).append(gap.subject)
    return [GapGroup(first, tuple(subjects)) for first, subjects in alike.items()]


def _group(findings: list[Finding], mends: Mapping[str, str]) -> Group:
    own = findings[0].mend
    shared = all(finding.mend == own for finding in findings)
    return Group(tuple(findings), own if shared else mends.get(findings[0].rule, own))


def _likeness(finding: Finding) -> tuple[str, Severity, Confidence, str]:
    mend = finding.mend.replace(finding.subject, _HOLE) if finding.subject else finding.mend
    return finding.rule, finding.severity, finding.confidence, mend
