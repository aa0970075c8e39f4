"""Known vulnerabilities and malicious releases among the pinned and locked versions."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from stockade.checks.base import Check, Facts, Result
from stockade.checks.scope import Mention
from stockade.model.advisories import Advisory
from stockade.model.findings import Rule, Severity, finding
from stockade.model.names import ProjectName
from stockade.model.requirements import Role
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

VULNERABLE = Rule(
    id="STK-E016",
    name="known-vulnerability",
    stage=Stage.EVALUATION,
    title="A version in use has a known vulnerability",
    severity=Severity.HIGH,
    why="The hole and often its exploit are public.",
    mend="Move to a fixed version and lock again.",
    references=("OSPS VM-05.03", "OSV schema"),
)
MALICIOUS = Rule(
    id="STK-E017",
    name="known-malicious",
    stage=Stage.EVALUATION,
    title="A version in use is known malware",
    severity=Severity.CRITICAL,
    why="Its code has been seen to attack those who install or import it.",
    mend="Remove it now, treat every machine that installed it as compromised, and revoke what those machines could read.",
    references=("OSPS VM-05.03", "S2C2F ING-3", "OSV schema"),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each advisory, version in use and manifest, and for each project that is malware as a whole."""
    used = {
        (name, v): mentions for name, held in facts.scope.versions.items() for v, mentions in held.items()
    }
    loose = open_ended(facts)
    if not used and not loose:
        return
    if isinstance(facts.advisories, Indeterminate):
        yield facts.advisories
        return
    for name, whole in facts.advisories.condemned(loose).items():
        if isinstance(whole, Indeterminate):
            yield whole
            continue
        for mention in loose[name]:
            yield _condemned(whole, mention)
    for (name, version), hits in facts.advisories.affecting(used).items():
        if isinstance(hits, Indeterminate):
            yield hits
            continue
        for advisory in hits:
            for mention in used[name, version]:
                yield _finding(advisory, version, mention)


def open_ended(facts: Facts) -> dict[ProjectName, tuple[Mention, ...]]:
    """Where a project is required without an exact version, the first time in each manifest."""
    found: dict[ProjectName, dict[str, Mention]] = {}
    for mention in facts.scope.mentions:
        if mention.from_index and (mention.version is None or facts.scope.is_internal(mention)):
            found.setdefault(mention.name, {}).setdefault(mention.manifest.path, mention)
    return {name: tuple(places.values()) for name, places in found.items()}


def subject_of(used: str, advisory: Advisory) -> str:
    """What a finding is about: the version *and* the advisory, so that who accepts one does not accept the next."""
    return f"{used} ({advisory.id})"


def _condemned(advisory: Advisory, mention: Mention) -> Result:
    return finding(
        MALICIOUS,
        subject=subject_of(advisory.project, advisory),
        message=f"{advisory.id}, every version: {advisory.summary or MALICIOUS.title}",
        location=mention.location,
        evidence={"advisory": advisory.id, "aliases": ", ".join(advisory.aliases) or "none"},
    )


def _finding(advisory: Advisory, version: Version, mention: Mention) -> Result:
    rule = MALICIOUS if advisory.malicious else VULNERABLE
    later = [fixed for fixed in advisory.fixed if Version(fixed) > version]
    again = ", and lock again" if mention.manifest.role is Role.LOCK else ""
    mend = f"Move to {later[0]} or later{again}." if later and not advisory.malicious else ""
    return finding(
        rule,
        subject=subject_of(f"{advisory.project}=={version}", advisory),
        message=f"{advisory.id}: {advisory.summary or rule.title}",
        location=mention.location,
        severity=Severity.CRITICAL if advisory.malicious else advisory.severity or rule.severity,
        mend=mend
        or (rule.mend if advisory.malicious else "No fixed version is known: replace or isolate it."),
        evidence={
            "advisory": advisory.id,
            "aliases": ", ".join(advisory.aliases) or "none",
            "fixed in": ", ".join(advisory.fixed) or "none known",
            "score": "none given" if advisory.score is None else advisory.score,
            "severity given": "yes" if advisory.severity else "no: taken as high",
        },
    )


CHECK = Check(
    name="advisories",
    stage=Stage.EVALUATION,
    rules=(VULNERABLE, MALICIOUS),
    run=run,
    needs=frozenset({"advisories"}),
)
