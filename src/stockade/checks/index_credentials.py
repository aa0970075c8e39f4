"""Passwords and tokens in index addresses that stand in files."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.stages import Stage

CREDENTIALS = Rule(
    id="STK-R009",
    name="index-credentials",
    stage=Stage.RECONNAISSANCE,
    title="A password or token stands in an index or source address",
    severity=Severity.HIGH,
    why="Whoever reads the file can read your private packages, and often publish to them.",
    mend="Revoke it, take it out of the history, and pass it by environment variable, keyring or netrc.",
    references=("OSPS BR-07.01",),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each address and manifest that held a literal credential, which is never shown."""
    seen: set[tuple[str, str]] = set()
    for found in _all(facts):
        key = (found.subject, found.location.path if found.location else "")
        if key not in seen:  # a lockfile repeats the address at every package
            seen.add(key)
            yield found


def _all(facts: Facts) -> Iterator[Finding]:
    for manifest in facts.inventory.manifests:
        references = [*manifest.indexes, *(i for c in manifest.commands for i in c.indexes)]
        for reference in references:
            if reference.credentials:
                yield finding(
                    CREDENTIALS,
                    subject=reference.url,
                    message=f"the address {reference.url} holds a literal credential",
                    location=reference.location,
                )
    for mention in facts.scope.mentions:
        if mention.source.credentials:
            yield finding(
                CREDENTIALS,
                subject=mention.source.url,
                message=f"the source of {mention.name!r}, {mention.source.url}, holds a literal credential",
                location=mention.location,
            )


CHECK = Check(name="index-credentials", stage=Stage.RECONNAISSANCE, rules=(CREDENTIALS,), run=run)
