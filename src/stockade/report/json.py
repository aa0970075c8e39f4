"""The JSON report. Its types are the schema: ``docs/schemas/check.schema.json`` is made from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from stockade.model.advisories import FeedStamp
from stockade.model.assessment import CHECK_SCHEMA, Assessment, Extent, ProjectSummary
from stockade.model.findings import Confidence, Finding, Rule, Severity
from stockade.model.locations import Location
from stockade.model.metrics import Metric
from stockade.model.requirements import LeftOut
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate, Verdict
from stockade.report.options import DEFAULTS, Options
from stockade.report.safe import all_encodable, json_text
from stockade.report.words import by_severity, next_step, outcome


class FindingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule found."""

    rule: str
    """The rule's stable id, ``STK-R001``."""
    title: str
    severity: Severity
    """How bad it is if it is true."""
    confidence: Confidence
    """How sure it is that it is true."""
    stage: Stage
    subject: str
    """What it is about: a project name, ``name==version``, a file, an address."""
    location: Location | None
    """Null where it concerns no single file."""
    message: str
    """What was seen."""
    mend: str
    """What to do next."""
    why: str
    """Why it matters."""
    evidence: dict[str, str]
    """The facts behind it, by name."""
    fingerprint: str
    """The same for the same finding after lines have moved: 32 hex digits."""
    references: tuple[str, ...]
    """Specifications, papers, controls, by name."""


class AcceptedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that a policy exception accepts."""

    finding: FindingEntry
    reason: str
    expires: date
    """The last day (UTC) on which the exception holds."""
    approved_by: str


class RuleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that ran."""

    id: str
    name: str
    stage: Stage
    severity: Severity
    """The severity of a plain hit."""
    title: str


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade check --format json`` prints."""

    schema: Literal["stockade.check/1"]
    """Name and major version of this format; additive changes keep it."""
    version: str
    """Stockade's version."""
    root: str
    """The assessed tree, as the user named it. Every path is relative to it."""
    assessed_at: Annotated[datetime, msgspec.Meta(tz=True)]
    """UTC."""
    stages: tuple[Stage, ...]
    """The stages that were assessed."""
    outcome: str
    """The result in one sentence for people; may change between versions."""
    next: str
    """What to do first, for people; empty where nothing is left to do."""
    exit_code: int
    """0 clean, 1 findings, 2 wrong call or configuration, 3 something could not be judged."""
    fail_on: Severity
    """The lowest severity at which a finding makes the exit code 1."""
    verdict: Verdict
    counts: dict[Severity, int]
    """Findings by severity, accepted ones excluded."""
    findings: tuple[FindingEntry, ...]
    """Worst first."""
    incomplete: tuple[Indeterminate, ...]
    """What could not be judged. Not empty means: not clean."""
    accepted: tuple[AcceptedEntry, ...]
    metrics: tuple[Metric, ...]
    extent: Extent
    """How much was read."""
    projects: tuple[ProjectSummary, ...]
    left_out: tuple[LeftOut, ...]
    """Paths that were not read."""
    feeds: tuple[FeedStamp, ...]
    """The data that the judgements rest on."""
    rules: tuple[RuleEntry, ...]
    """Every rule that ran, whether it found something or not."""
    notes: tuple[str, ...]


def render(assessment: Assessment, options: Options = DEFAULTS) -> str:
    """The assessment as indented JSON with a final newline, nothing shortened.

    Characters that cannot be seen are written as escapes, which decode to the same data. Bytes of
    file names that are not UTF-8 cannot stand in JSON; they become visible escapes.
    """
    del options
    return json_document(check_report(assessment))


def json_document(document: msgspec.Struct) -> str:
    """Any report's own types as indented JSON that is safe to print."""
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(all_encodable(msgspec.to_builtins(document)))
    return json_text(msgspec.json.format(encoded, indent=2).decode()) + "\n"


def check_report(assessment: Assessment) -> CheckReport:
    """The document that is printed."""
    return CheckReport(
        schema=CHECK_SCHEMA,
        version=assessment.version,
        root=assessment.root,
        assessed_at=assessment.assessed_at,
        stages=assessment.stages,
        outcome=outcome(assessment),
        next=next_step(assessment),
        exit_code=assessment.exit_code,
        fail_on=assessment.fail_on,
        verdict=assessment.verdict,
        counts=by_severity(assessment.findings),
        findings=tuple(map(_finding, assessment.findings)),
        incomplete=assessment.incomplete,
        accepted=tuple(
            AcceptedEntry(
                finding=_finding(item.finding),
                reason=item.reason,
                expires=item.expires,
                approved_by=item.approved_by,
            )
            for item in assessment.accepted
        ),
        metrics=assessment.metrics,
        extent=assessment.extent,
        projects=assessment.projects,
        left_out=assessment.left_out,
        feeds=assessment.feeds,
        rules=tuple(map(_rule, assessment.rules)),
        notes=assessment.notes,
    )


def _finding(finding: Finding) -> FindingEntry:
    return FindingEntry(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        confidence=finding.confidence,
        stage=finding.stage,
        subject=finding.subject,
        location=finding.location,
        message=finding.message,
        mend=finding.mend,
        why=finding.why,
        evidence=dict(finding.evidence),
        fingerprint=finding.fingerprint,
        references=finding.references,
    )


def _rule(rule: Rule) -> RuleEntry:
    return RuleEntry(id=rule.id, name=rule.name, stage=rule.stage, severity=rule.severity, title=rule.title)
