"""Index options that give up the protection of TLS."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.hosts import host_of, is_loopback
from stockade.model.findings import Rule, Severity, finding
from stockade.model.requirements import IndexReference, IndexRole
from stockade.model.stages import Stage

INSECURE = Rule(
    id="STK-E009",
    name="insecure-index",
    stage=Stage.EVALUATION,
    title="Packages are fetched without verified TLS",
    severity=Severity.HIGH,
    why="Anyone on the path can replace the package that is installed.",
    mend="Use https with a verified certificate; for a private authority set its bundle (PIP_CERT, SSL_CERT_FILE).",
    references=("S2C2F ENF-1", "OSPS BR-03.01"),
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each insecure index address or option; loopback addresses are left alone."""
    for manifest in facts.inventory.manifests:
        for reference in (*manifest.indexes, *(i for c in manifest.commands for i in c.indexes)):
            seen = _insecure(reference)
            if seen:
                yield finding(INSECURE, subject=reference.url, message=seen, location=reference.location)


def _insecure(reference: IndexReference) -> str | None:
    if is_loopback(host_of(reference.url)):
        return None
    if reference.role is IndexRole.TRUSTED_HOST:
        return f"'trusted-host {reference.url}' turns certificate checks off"
    if not reference.verify_tls:
        return f"certificate checks are off for {reference.url}"
    if reference.url.lower().startswith("http://"):
        return f"{reference.url} is plain http"
    return None


CHECK = Check(name="index-options", stage=Stage.EVALUATION, rules=(INSECURE,), run=run)
