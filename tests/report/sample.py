"""One rich assessment that every format's golden file shows: both stories, gaps, and a hostile manifest."""

from __future__ import annotations

from datetime import UTC, date, datetime

from stockade.errors import ExitCode
from stockade.model.advisories import FeedStamp
from stockade.model.assessment import Accepted, Assessment, Extent, LockState, ProjectSummary
from stockade.model.findings import Confidence, Finding, Rule, Severity, finding, worst_first
from stockade.model.locations import Location
from stockade.model.metrics import Metric
from stockade.model.policy import Policy
from stockade.model.requirements import LeftOut
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause, Indeterminate, Reason, Verdict

SQUAT = Rule(
    id="STK-R001",
    name="confusable-name",
    stage=Stage.RECONNAISSANCE,
    title="A required name is one slip away from a popular or internal one",
    severity=Severity.CRITICAL,
    why="An attacker registers the slip and waits for somebody to type it; installing it runs the attacker's code.",
    mend="Require the name that was meant, or allow this one in the policy.",
    references=("PEP 708", "S2C2F ING-3"),
)
EXTRA_INDEX = Rule(
    id="STK-R004",
    name="extra-index",
    stage=Stage.RECONNAISSANCE,
    title="An extra index is asked with the same right as the main one",
    severity=Severity.HIGH,
    why="Whoever registers your internal name on the public index with a higher version is installed instead of you.",
    mend="Bind internal names to your index alone.",
    references=("PEP 708",),
)
UNPINNED = Rule(
    id="STK-E002",
    name="unpinned",
    stage=Stage.EVALUATION,
    title="A requirement admits any later version",
    severity=Severity.MEDIUM,
    why="The next install may fetch a release that nobody has seen, compromised ones included.",
    mend="Lock the project, with hashes.",
)
ADVISORY = Rule(
    id="STK-E010",
    name="known-vulnerability",
    stage=Stage.EVALUATION,
    title="A locked version has a known vulnerability",
    severity=Severity.HIGH,
    why="The flaw is public, and so are ways to use it.",
    mend="Upgrade to a version that fixes it.",
)
YOUNG = Rule(
    id="STK-E014",
    name="young-release",
    stage=Stage.EVALUATION,
    title="A release is younger than the cooldown",
    severity=Severity.LOW,
    why="Most malicious releases are found and removed within days.",
    mend="Wait, or lock the release before it.",
)

HOSTILE = "evil\x1b]0;owned\x07\u202e|`<script>alert(1)</script>`[x](javascript:y) @all #1"
NOW = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


def _findings() -> list[Finding]:
    loose = [
        finding(
            UNPINNED,
            subject=name,
            message=f"'{name}>={version}' has a lower bound only",
            location=Location("requirements.txt", line),
            mend=f"Lock {name} to one version, with hashes.",
            evidence={"specifier": f">={version}"},
        )
        for line, (name, version) in enumerate(
            [
                ("requests", "2.25.0"),
                ("flask", "2.0"),
                ("sqlalchemy", "1.4"),
                ("celery", "5.1"),
                ("boto3", "1.20"),
                ("pyyaml", "5.4"),
            ],
            start=3,
        )
    ]
    return [
        finding(
            SQUAT,
            subject="acme-corp-util",
            message="'acme-corp-util' leaves out one letter of your internal 'acme-corp-utils', and is registered",
            location=Location("requirements.txt", 9),
            mend="Require 'acme-corp-utils', and bind it to your own index.",
            evidence={"class": "omission", "target": "acme-corp-utils", "score": 0.98},
        ),
        finding(
            EXTRA_INDEX,
            subject="https://packages.acme.invalid/simple",
            message="'--extra-index-url' lets the public index answer for internal names",
            location=Location("requirements.txt", 1),
            mend="Make it the only index, and let it proxy the public one.",
        ),
        finding(
            ADVISORY,
            subject="urllib3==1.26.4",
            message="urllib3 1.26.4 has PYSEC-2021-108: catastrophic backtracking in URL parsing (CVSS 7.5)",
            location=Location("services/mail room/requirements.lock", 112, 114),
            mend="Upgrade to urllib3 1.26.5 or later.",
            evidence={"advisory": "PYSEC-2021-108", "score": 7.5},
        ),
        *loose,
        finding(
            UNPINNED,
            subject=HOSTILE,
            message=f"{HOSTILE!s} has no version at all",
            location=Location("vendor/o|dd `na\u202eme.txt", 2),
            mend=f"Lock {HOSTILE} to one version, or remove it.",
            confidence=Confidence.MEDIUM,
            evidence={"line": HOSTILE},
        ),
        finding(
            YOUNG,
            subject="torch==2.9.1",
            message="torch 2.9.1 was uploaded 3 days ago; the cooldown is 7 days",
            evidence={"uploaded": "2026-06-28"},
        ),
    ]


ASSESSMENT = Assessment(
    version="0.1.0",
    root="examples/acme-shop",
    assessed_at=NOW,
    stages=(Stage.RECONNAISSANCE, Stage.EVALUATION),
    extent=Extent(projects=2, manifests=5, requirements=31, locked=118),
    projects=(
        ProjectSummary(root=".", name="acme-shop", lock=LockState.UNLOCKED, manifests=3, direct=9),
        ProjectSummary(
            root="services/mail room",
            name="acme-mail",
            lock=LockState.LOCKED,
            manifests=2,
            direct=22,
            locked=118,
        ),
    ),
    findings=tuple(worst_first(_findings())),
    accepted=(
        Accepted(
            finding=finding(
                ADVISORY,
                subject="jinja2==2.11.3",
                message="jinja2 2.11.3 has PYSEC-2024-1: attributes can be injected by 'xmlattr' (CVSS 5.4)",
                location=Location("services/mail room/requirements.lock", 40),
            ),
            reason="Templates are ours alone; the upgrade is planned",
            expires=date(2026, 9, 30),
            approved_by="the platform team",
        ),
    ),
    incomplete=(
        Indeterminate(
            cause=Cause.FEED_STALE,
            subject="registered-names",
            detail="made 43 days ago; the policy allows 30",
            mend="stockade feed update registered-names",
            needed_by="STK-R001",
        ),
        Indeterminate(
            cause=Cause.UNREADABLE,
            subject="legacy/setup.py",
            detail="line 12: 'install_requires' is computed, so what it asks for is not known",
            mend="Declare the dependencies in pyproject.toml.",
        ),
    ),
    metrics=(
        Metric(
            id="reconnaissance.internal-names-exposed",
            title="Internal names exposed in public files",
            stage=Stage.RECONNAISSANCE,
            value=3,
            unit="count",
            evaluated=5,
            skipped=0,
        ),
        Metric(
            id="reconnaissance.squats-registered",
            title="Likely squats that are registered",
            stage=Stage.RECONNAISSANCE,
            value=None,
            unit="count",
            evaluated=0,
            skipped=412,
            reason="the feed of registered names is stale",
        ),
        Metric(
            id="evaluation.projects-locked",
            title="Projects with a lockfile",
            stage=Stage.EVALUATION,
            value=50.0,
            unit="%",
            evaluated=2,
            skipped=0,
        ),
        Metric(
            id="evaluation.floor-only",
            title="Requirements with a lower bound only",
            stage=Stage.EVALUATION,
            value=6.5,
            unit="per project",
            evaluated=2,
            skipped=1,
            reason="legacy/setup.py is unreadable",
        ),
    ),
    left_out=(
        LeftOut("build", "excluded by the policy"),
        LeftOut("node_modules", "a folder of installed packages"),
        LeftOut("web/node_modules", "a folder of installed packages"),
    ),
    feeds=(
        FeedStamp(
            feed="advisories",
            source="https://advisories.example/osv/all.zip",
            sha256="9f" * 32,
            made=datetime(2026, 6, 30, 4, 0, tzinfo=UTC),
            imported=datetime(2026, 6, 30, 5, 0, tzinfo=UTC),
            entries=17_204,
        ),
        FeedStamp(
            feed="popularity",
            source="built in",
            sha256="07" * 32,
            made=datetime(2026, 5, 1, tzinfo=UTC),
            imported=datetime(2026, 5, 1, tzinfo=UTC),
            entries=15_000,
        ),
    ),
    verdict=Verdict.of(
        Reason("STK-R001", "acme-corp-util: confusable with acme-corp-utils", Action.BLOCK),
        Reason("indeterminate:feed-stale", "registered-names: made 43 days ago", Action.BLOCK),
    ),
    exit_code=ExitCode.FINDINGS,
    fail_on=Policy().fail_on,
    rules=(SQUAT, EXTRA_INDEX, UNPINNED, ADVISORY, YOUNG),
    notes=("The policy is the built-in default: 'stockade init' writes one to start from.",),
)
"""What ``stockade check examples/acme-shop`` might say on a bad day."""

CLEAN = Assessment(
    version="0.1.0",
    root="examples/acme-shop-clean",
    assessed_at=NOW,
    stages=(Stage.RECONNAISSANCE, Stage.EVALUATION),
    extent=Extent(projects=1, manifests=2, requirements=4, locked=21),
    projects=(
        ProjectSummary(root=".", name="acme-shop", lock=LockState.LOCKED, manifests=2, direct=4, locked=21),
    ),
    findings=(),
    verdict=Verdict.of(Reason("clean", "every rule was judged and none was hit", Action.ALLOW)),
    exit_code=ExitCode.CLEAN,
    fail_on=Severity.HIGH,
    rules=(SQUAT, EXTRA_INDEX, UNPINNED, ADVISORY, YOUNG),
)
"""A project that has nothing to mend."""


def many(count: int) -> Assessment:
    """An assessment of ``count`` findings, no two of which can be folded."""
    severities = tuple(Severity)
    found = [
        finding(
            SQUAT,
            subject=f"package-{at}",
            severity=severities[at % len(severities)],
            message=f"'package-{at}' leaves out one letter of 'packages-{at}', number {at} of the popular names",
            location=Location(f"services/s{at % 50}/requirements.txt", at + 1),
            mend=f"Require 'packages-{at}' (rank {at}).",
            evidence={"class": "omission", "target": f"packages-{at}"},
        )
        for at in range(count)
    ]
    return Assessment(
        version="0.1.0",
        root=".",
        assessed_at=NOW,
        stages=(Stage.RECONNAISSANCE,),
        extent=Extent(projects=50, manifests=50, requirements=count),
        projects=(),
        findings=tuple(worst_first(found)),
        verdict=Verdict.of(Reason("STK-R001", "confusable names", Action.BLOCK)),
        exit_code=ExitCode.FINDINGS,
        fail_on=Severity.HIGH,
        rules=(SQUAT,),
    )
