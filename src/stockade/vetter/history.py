"""What an index says of a release beside its bytes: signs for a reviewer, none of which condemns by itself.

Pure: the page, the names and the day are handed in. A rule whose facts the index does not tell does not run, and is
not among those that judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from packaging.version import InvalidVersion, Version

from stockade.model.findings import Confidence, Rule, Severity
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action
from stockade.model.vetting import Detection, Phase
from stockade.names.engine import NameJudgement
from stockade.vetter import history_rules as rules
from stockade.vetter.profile import Profile

YOUNG = timedelta(days=30)
INFLATED, ENORMOUS = 20, 90
"""Majors of a first release, and steps between majors, that nobody reaches by releasing."""
FIRST_CALENDAR_YEAR = 2000
CALENDAR_MAJORS = range(15, 31)
"""Two-digit years."""
BARE = 20
"""Characters of summary and description together."""


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """What is known of a project that is brought in."""

    name: ProjectName
    first_upload: datetime | None = None
    """None where it was not asked or the index does not say."""
    judgement: NameJudgement | None = None
    """None where its name resembles none."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What may be known of one release of an index."""

    name: ProjectName
    version: str
    page: IndexProject
    now: datetime
    profile: Profile
    ranks: Mapping[ProjectName, int] = field(default_factory=dict)
    """Ranks of the most downloaded projects; 1 is the first."""
    judgement: NameJudgement | None = None
    """Of its name, where that resembles another."""
    dependencies: tuple[Dependency, ...] = ()
    """Those that are not well known themselves."""

    @property
    def subject(self) -> str:
        """``name==version``."""
        return f"{self.name}=={self.version}"

    @property
    def first_upload(self) -> datetime | None:
        """When its first file came; None where a file's time is not told."""
        times = [file.uploaded for file in self.page.files]
        return min((each for each in times if each), default=None) if all(times) else None

    @property
    def young(self) -> bool:
        """Its first file is so young, as far as is known."""
        return self.first_upload is not None and self.now - self.first_upload < YOUNG


def judge_history(facts: Facts) -> Iterator[Detection]:
    """What the index's facts tell."""
    yield from _age(facts)
    yield from _version(facts)
    yield from _description(facts)
    yield from _identity(facts)
    yield from _name(facts)
    yield from _dependencies(facts)


def rules_run(facts: Facts) -> frozenset[str]:
    """The rules for which the index told enough."""
    without = frozenset() if facts.first_upload else frozenset({rules.YOUNG_PROJECT.id})
    return frozenset(rule.id for rule in rules.INDEX_RULES) - without


def told(  # noqa: PLR0913 - a keyword for each field that a rule may set
    rule: Rule,
    subject: str,
    message: str,
    *,
    severity: Severity | None = None,
    confidence: Confidence = Confidence.MEDIUM,
    evidence: Mapping[str, object] | None = None,
    mend: str = "",
) -> Detection:
    """A detection about a release as a whole."""
    return Detection(
        rule=rule.id,
        title=rule.title,
        stage=rule.stage,
        severity=severity or rule.severity,
        confidence=confidence,
        subject=subject,
        message=message,
        mend=mend or rule.mend,
        why=rule.why,
        evidence=tuple((key, str(value)) for key, value in (evidence or {}).items()),
        references=rule.references,
        phase=Phase.NEVER,
    )


def _age(facts: Facts) -> Iterator[Detection]:
    if not facts.young or facts.first_upload is None:
        return
    days = max(0, (facts.now - facts.first_upload).days)
    files = len(facts.page.files)
    alone = ", and this is its only file" if files == 1 else ""
    yield told(
        rules.YOUNG_PROJECT,
        facts.subject,
        f"the project's first file came {days} {'day' if days == 1 else 'days'} ago{alone}",
        evidence={"first upload": facts.first_upload.isoformat(), "files": files},
    )


def _version(facts: Facts) -> Iterator[Detection]:
    version = _parsed(facts.version)
    if version is None or _by_calendar(version):
        return
    earlier = [each.version for each in facts.page.files if each.version and each.version < version]
    before = max(earlier, default=None)
    step = version.major - (before.major if before else 0)
    if step < INFLATED or (before and _by_calendar(before)):
        return
    came = f"after {before}" if before else "as the first release"
    yield told(
        rules.ODD_VERSION,
        facts.subject,
        f"version {version} comes {came}",
        severity=Severity.MEDIUM if step >= ENORMOUS else None,
        evidence={"version": version, "before": before or "none"},
    )


def _description(facts: Facts) -> Iterator[Detection]:
    if facts.profile.described < BARE:
        yield told(
            rules.BARE_DESCRIPTION,
            facts.subject,
            f"summary and description have {facts.profile.described} characters together",
            severity=Severity.LOW if facts.young else None,
        )


def _identity(facts: Facts) -> Iterator[Detection]:
    """A well-known project's repository or title on one that is not well known and not named after it."""
    if facts.name in facts.ranks:
        return
    resembled = {relation.target for relation in facts.judgement.relations} if facts.judgement else set()
    shown = [("repository", each) for each in facts.profile.repositories] + [("title", facts.profile.title)]
    for what, text in shown:
        other = ProjectName(text)
        rank = facts.ranks.get(other)
        if rank is None or other in facts.name or facts.name in other:
            continue
        yield told(
            rules.BORROWED_IDENTITY,
            facts.subject,
            f"its {what} is that of {other} (rank {rank:,} of the most downloaded)",
            severity=Severity.MEDIUM if other in resembled else None,
            evidence={what: other, "rank": rank},
        )
        return


def _name(facts: Facts) -> Iterator[Detection]:
    if facts.judgement is None or facts.judgement.verdict is Action.ALLOW:
        return
    best = facts.judgement.relations[0]
    yield told(
        rules.CONFUSABLE_PROJECT,
        facts.subject,
        f"{facts.name!r} may be taken for {best.target!r}: {best.evidence}",
        severity=Severity.LOW if facts.judgement.verdict is Action.WARN else None,
        evidence={"target": best.target, "class": best.kind.value, "score": f"{facts.judgement.score:.3f}"},
    )


def _dependencies(facts: Facts) -> Iterator[Detection]:
    for each in facts.dependencies:
        doubts = []
        if each.first_upload is not None and facts.now - each.first_upload < YOUNG:
            doubts.append(f"its first file came {max(0, (facts.now - each.first_upload).days)} days ago")
        strong = bool(doubts)
        if each.judgement is not None and each.judgement.verdict is not Action.ALLOW:
            best = each.judgement.relations[0]
            doubts.append(f"its name may be taken for {best.target!r} ({best.evidence})")
            strong = strong or each.judgement.verdict > Action.WARN
        if doubts:
            yield told(
                rules.DOUBTFUL_DEPENDENCY,
                facts.subject,
                f"it depends on {each.name!r}: {' and '.join(doubts)}",
                severity=None if strong else Severity.LOW,
                evidence={"dependency": each.name},
            )


def _parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _by_calendar(version: Version) -> bool:
    return version.major >= FIRST_CALENDAR_YEAR or version.major in CALENDAR_MAJORS
