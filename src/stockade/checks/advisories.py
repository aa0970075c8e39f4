"""Known vulnerabilities and malicious releases among the pinned and locked versions."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from stockade.checks.base import Check, Facts, Result
from stockade.checks.scope import Mention
from stockade.model.advisories import Advisory
from stockade.model.findings import Rule, Severity, finding
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
    """One finding for each advisory and version in use, and for each project that is malware as a whole."""
    used = {(name, v): mention for name, held in facts.scope.versions.items() for v, mention in held.items()}
    versioned = {name for name, _ in used}
    open_ended = {
        m.name: m for m in reversed(facts.scope.mentions) if m.from_index and m.name not in versioned
    }
    if not used and not open_ended:
        return
    if isinstance(facts.advisories, Indeterminate):
        yield facts.advisories
        return
    for name, whole in facts.advisories.condemned(open_ended).items():
        yield whole if isinstance(whole, Indeterminate) else _condemned(whole, open_ended[name])
    for (name, version), hits in facts.advisories.affecting(used).items():
        if isinstance(hits, Indeterminate):
            yield hits
            continue
        for advisory in hits:
            yield _finding(advisory, version, used[name, version])


def _condemned(advisory: Advisory, mention: Mention) -> Result:
    return finding(
        MALICIOUS,
        subject=advisory.project,
        message=f"{advisory.id}, every version: {advisory.summary or MALICIOUS.title}",
        location=mention.location,
        evidence={"advisory": advisory.id, "aliases": ", ".join(advisory.aliases) or "none"},
    )


def _finding(advisory: Advisory, version: Version, mention: Mention) -> Result:
    rule = MALICIOUS if advisory.malicious else VULNERABLE
    later = [fixed for fixed in advisory.fixed if Version(fixed) > version]
    mend = f"Move to {later[0]} or later, and lock again." if later and not advisory.malicious else ""
    return finding(
        rule,
        subject=f"{advisory.project}=={version}",
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


CHECK = Check(name="advisories", stage=Stage.EVALUATION, rules=(VULNERABLE, MALICIOUS), run=run)
