"""The SARIF 2.1.0 report, for code-scanning services and editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockade.model.findings import Severity
from stockade.model.verdicts import Cause
from stockade.report import sarif_types as sarif
from stockade.report.json import json_document
from stockade.report.options import DEFAULTS, Options
from stockade.report.safe import LONGEST, markdown_code, markdown_prose, uri, visible
from stockade.report.words import exit_reason, sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from stockade.model.assessment import Accepted, Assessment
    from stockade.model.findings import Finding, Rule
    from stockade.model.locations import Location
    from stockade.model.verdicts import Indeterminate

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""The base of every relative path; whoever reads the file says where it is."""
FINGERPRINT = "stockade/v1"

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
"""Within the bands that code-scanning services read as critical, high, medium and low."""

_CAUSES = {
    Cause.FEED_MISSING: "A feed that a rule needs is missing",
    Cause.FEED_STALE: "A feed is older than the policy allows",
    Cause.SOURCE_UNREACHABLE: "A source could not be reached",
    Cause.OFFLINE: "The network was not to be used",
    Cause.UNREADABLE: "A file could not be read",
    Cause.FACT_MISSING: "A source did not tell a fact that a rule needs",
    Cause.CHECK_FAILED: "A check failed",
}
_CAUSE_INDEX = {cause: at for at, cause in enumerate(_CAUSES)}


def render(assessment: Assessment, options: Options = DEFAULTS) -> str:
    """The assessment as one SARIF run, indented JSON with a final newline.

    A finding without a place is put at the root, because code-scanning services refuse a whole file
    for one result without a location. Accepted findings are results with a suppression. What could
    not be judged makes the invocation unsuccessful and is a notification each.
    """
    del options
    return json_document(sarif.Log(schema=SCHEMA, version="2.1.0", runs=(_run(assessment),)))


def _run(assessment: Assessment) -> sarif.Run:
    index = {rule.id: at for at, rule in enumerate(assessment.rules)}
    found = tuple(_result(finding, index) for finding in assessment.findings)
    accepted = tuple(_result(item.finding, index, item) for item in assessment.accepted)
    root = sarif.Message(text=visible(f"The assessed tree, '{assessment.root}'", LONGEST))
    return sarif.Run(
        tool=sarif.Tool(driver=driver(assessment.version, assessment.rules, assessment.incomplete)),
        invocations=(_invocation(assessment),),
        original_uri_base_ids={ROOT: sarif.ArtifactLocation(description=root)},
        column_kind="unicodeCodePoints",
        results=found + accepted,
        properties={
            "verdict": assessment.verdict.action,
            "failOn": assessment.fail_on,
            "metrics": assessment.metrics,
            "leftOut": assessment.left_out,
            "notes": assessment.notes,
        },
    )


def driver(version: str, rules: Iterable[Rule], incomplete: Collection[Indeterminate]) -> sarif.Driver:
    """Stockade with its rules, and the causes for which something could not be judged where there is any."""
    causes = (
        sarif.ReportingDescriptor(
            id=cause,
            short_description=_sentence(text),
            full_description=sarif.Message(text=f"{text}, so something could not be judged."),
            help=sarif.Message(
                text="Unknown is never clean. The notification says what would make it judgeable."
            ),
        )
        for cause, text in _CAUSES.items()
    )
    return sarif.Driver(
        name="Stockade",
        version=version,
        rules=tuple(map(descriptor, rules)),
        notifications=tuple(causes) if incomplete else (),
    )


def descriptor(rule: Rule) -> sarif.ReportingDescriptor:
    """A rule as code-scanning services show it."""
    named = f"\n\nSee {', '.join(rule.references)}." if rule.references else ""
    return sarif.ReportingDescriptor(
        id=rule.id,
        name=_pascal(rule.name),
        short_description=_sentence(rule.title),
        full_description=sarif.Message(text=rule.why),
        help=sarif.Message(
            text=f"{rule.why}\n\n{rule.mend}{named}",
            markdown=f"**Why it matters.** {markdown_prose(rule.why)}\n\n**Mend.** {markdown_prose(rule.mend)}{named}",
        ),
        default_configuration=sarif.Configuration(level=LEVELS[rule.severity]),
        properties={
            "tags": ["security", "supply-chain", rule.stage],
            "security-severity": SECURITY_SEVERITY[rule.severity],
        },
    )


def _result(finding: Finding, index: Mapping[str, int], accepted: Accepted | None = None) -> sarif.Result:
    message, mend = visible(finding.message, LONGEST), visible(finding.mend, LONGEST)
    subject = markdown_code(finding.subject)
    return sarif.Result(
        rule_id=finding.rule,
        rule_index=index.get(finding.rule),
        level=LEVELS[finding.severity],
        message=sarif.Message(
            text=plain_text(f"{sentence(message)} {mend}"),
            markdown=f"{subject}: {markdown_prose(message)}\n\n**Mend.** {markdown_prose(mend)}",
        ),
        locations=(placed(finding.location),),
        partial_fingerprints={FINGERPRINT: finding.fingerprint},
        suppressions=(suppression(accepted),) if accepted else (),
        properties={
            "subject": finding.subject,
            "severity": finding.severity,
            "confidence": finding.confidence,
            "security-severity": SECURITY_SEVERITY[finding.severity],
            "stage": finding.stage,
            "mend": finding.mend,
            "evidence": dict(finding.evidence),
        },
    )


def placed(location: Location | None) -> sarif.ReportedLocation:
    """A place; the root for none, because code-scanning services refuse a result without one."""
    path = location.path if location else "."
    line = location.line if location else 0
    last = max(location.end_line, line) if location else 0
    address = uri(path)
    artifact = sarif.ArtifactLocation(uri=address, uri_base_id="" if address.startswith("file:") else ROOT)
    region = sarif.Region(start_line=line, end_line=last) if line else None
    return sarif.ReportedLocation(
        physical_location=sarif.PhysicalLocation(artifact_location=artifact, region=region)
    )


def suppression(accepted: Accepted) -> sarif.Suppression:
    """Why an accepted finding does not count."""
    by = f", approved by {accepted.approved_by}" if accepted.approved_by else ""
    text = visible(f"{accepted.reason} (until {accepted.expires}{by})", LONGEST)
    return sarif.Suppression(kind="external", status="accepted", justification=text)


def _invocation(assessment: Assessment) -> sarif.Invocation:
    return sarif.Invocation(
        execution_successful=not assessment.incomplete,
        exit_code=assessment.exit_code,
        exit_code_description=exit_reason(assessment),
        end_time_utc=assessment.assessed_at,
        tool_execution_notifications=tuple(map(notification, assessment.incomplete)),
    )


def notification(gap: Indeterminate) -> sarif.Notification:
    """What could not be judged."""
    return sarif.Notification(
        descriptor=sarif.DescriptorReference(id=gap.cause, index=_CAUSE_INDEX[gap.cause]),
        level="error",
        message=sarif.Message(
            text=plain_text(
                visible(f"{gap.subject}: {sentence(gap.detail)} {gap.mend}".rstrip(), LONGEST * 2)
            )
        ),
        properties={"subject": gap.subject, "mend": gap.mend, "neededBy": gap.needed_by},
    )


def _pascal(slug: str) -> str:
    return "".join(word.capitalize() for word in slug.split("-"))


def _sentence(text: str) -> sarif.Message:
    return sarif.Message(text=sentence(text))


def plain_text(text: str) -> str:
    """Keep viewers from reading ``[text](address)`` in a plain message as a link (SARIF 3.11.6)."""
    return text.replace("](", "] (")
