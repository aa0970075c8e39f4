"""The vetting report as SARIF 2.1.0: a result for each finding, its chain as a code flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from stockade.model.locations import Location
from stockade.report import sarif_types as sarif
from stockade.report import vet_words as words
from stockade.report.json import json_document
from stockade.report.safe import LONGEST, markdown_code, markdown_prose, visible
from stockade.report.sarif import (
    FINGERPRINT,
    LEVELS,
    ROOT,
    SCHEMA,
    SECURITY_SEVERITY,
    driver,
    notification,
    placed,
    plain_text,
    suppression,
)
from stockade.report.vet_options import DEFAULTS, VetOptions
from stockade.report.words import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockade.model.assessment import Accepted
    from stockade.model.findings import Finding
    from stockade.model.vetting import Detection, Step, VetReport, VetResult


def render(report: VetReport, options: VetOptions = DEFAULTS) -> str:
    """The report as one SARIF run, indented JSON with a final newline.

    A place within an archive is written ``archive!/member``. Rules are those of ``options.rules`` that judged, so that
    a viewer can tell a silent rule from an absent one. What could not be judged is a notification each.
    """
    return json_document(sarif.Log(schema=SCHEMA, version="2.1.0", runs=(_run(report, options),)))


def _run(report: VetReport, options: VetOptions) -> sarif.Run:
    ran = {rule for result in report.results for rule in result.judged_by}
    ran |= {found.rule for result in report.results for found in result.findings}
    rules = [rule for rule in options.rules if rule.id in ran]
    index = {rule.id: at for at, rule in enumerate(rules)}
    gaps = [gap for result in report.results for gap in result.incomplete]
    found = [_detected(each, result, index) for result in report.results for each in result.findings]
    accepted = [_accepted(each, result, index) for result in report.results for each in result.accepted]
    return sarif.Run(
        tool=sarif.Tool(driver=driver(report.version, rules, gaps)),
        invocations=(
            sarif.Invocation(
                execution_successful=not gaps,
                exit_code=report.exit_code,
                exit_code_description=words.exit_reason(report),
                end_time_utc=report.judged_at,
                tool_execution_notifications=tuple(map(notification, gaps)),
            ),
        ),
        original_uri_base_ids={
            ROOT: sarif.ArtifactLocation(description=sarif.Message(text="Where the inputs are named from"))
        },
        column_kind="unicodeCodePoints",
        results=(*found, *accepted),
        properties={
            "inputs": [
                {
                    "path": result.path,
                    "sha256": result.sha256,
                    "verdict": result.verdict,
                    "score": result.score,
                    "ruleset": result.ruleset,
                }
                for result in report.results
            ],
            "failOn": report.fail_on,
            "leftOut": report.left_out,
            "confinement": report.confinement,
            "notes": report.notes,
        },
    )


def _detected(found: Detection, result: VetResult, index: Mapping[str, int]) -> sarif.Result:
    base = _result(found, result, index)
    steps = tuple(_step(step, at, result) for at, step in enumerate(found.chain, 1))
    flows = (sarif.CodeFlow(thread_flows=(sarif.ThreadFlow(locations=steps),)),) if steps else ()
    more: dict[str, object] = {"phase": found.phase}
    if found.decoded:
        more["decoded"] = found.decoded
    return msgspec.structs.replace(base, code_flows=flows, properties={**base.properties, **more})


def _accepted(accepted: Accepted, result: VetResult, index: Mapping[str, int]) -> sarif.Result:
    base = _result(accepted.finding, result, index)
    return msgspec.structs.replace(base, suppressions=(suppression(accepted),))


def _result(found: Finding, result: VetResult, index: Mapping[str, int]) -> sarif.Result:
    message, mend = visible(found.message, LONGEST), visible(found.mend, LONGEST)
    about = f"{markdown_code(found.subject)}: {markdown_prose(message)}"
    return sarif.Result(
        rule_id=found.rule,
        rule_index=index.get(found.rule),
        level=LEVELS[found.severity],
        message=sarif.Message(
            text=plain_text(f"{sentence(message)} {mend}"),
            markdown=f"{about}\n\n**Mend.** {markdown_prose(mend)}",
        ),
        locations=(placed(_within(result, found.location)),),
        partial_fingerprints={FINGERPRINT: found.fingerprint},
        properties={
            "input": result.path,
            "subject": found.subject,
            "severity": found.severity,
            "confidence": found.confidence,
            "security-severity": SECURITY_SEVERITY[found.severity],
            "stage": found.stage,
            "mend": found.mend,
            "evidence": dict(found.evidence),
        },
    )


def _step(step: Step, at: int, result: VetResult) -> sarif.FlowLocation:
    place = placed(_within(result, step.location))
    said = sarif.Message(text=plain_text(visible(f"{step.role}: {step.what}", LONGEST)))
    return sarif.FlowLocation(
        location=msgspec.structs.replace(place, message=said), kinds=(step.role,), execution_order=at
    )


def _within(result: VetResult, location: Location | None) -> Location:
    """A place of an input as it is named from where the user stands."""
    if location is None or not location.path:
        return Location(result.path)
    between = "/" if result.kind == "folder" else "!/"
    single = result.kind == "python" or location.path == result.path
    path = result.path if single else f"{result.path.rstrip('/')}{between}{location.path}"
    return Location(path.removeprefix("./"), location.line, location.end_line)
