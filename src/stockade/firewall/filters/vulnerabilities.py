"""Known vulnerabilities, from the severity on that the policy names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from packaging.version import Version

from stockade.firewall.filters.base import ALL, About, Offer, PageFilter, Release
from stockade.model.advisories import Advisory
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.firewall import Origin
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate

VULNERABLE = Rule(
    id="STK-F010",
    name="vulnerable-release",
    stage=Stage.FORTIFY,
    title="An offered release has a known vulnerability",
    severity=Severity.HIGH,
    why="The hole and often its exploit are public.",
    mend="Use a fixed version.",
    references=("OSPS VM-05.03", "OSV schema"),
)
UNRATED = Severity.HIGH
"""What a record counts as that gives no severity."""


def run(offer: Offer) -> Iterator[About]:
    """One finding for each release that is hit, naming the worst record and the version that mends all of them.

    Nothing where the policy names no severity, which is its default: a vulnerability is no attack, and locks that
    worked yesterday would fail on the day on which the firewall comes. ``stockade check`` tells of them in any case.
    Gaps of versions that cannot be looked up are told by the filter of malware.
    """
    least = offer.policy.firewall.vulnerabilities
    if least is None or offer.origin is Origin.HOSTED:
        return
    if isinstance(offer.advisories, Indeterminate):
        yield About(outcome=offer.advisories, files=ALL)
        return
    for release in offer.releases:
        hits = None if release.version is None else offer.advisories.get(release.version)
        if isinstance(hits, Indeterminate):
            yield About(outcome=hits, files=release.files)
            continue
        bad = [each for each in hits or () if not each.malicious and _severity(each) >= least]
        if bad:
            yield About(outcome=_finding(offer, release, bad), files=release.files)


def _severity(advisory: Advisory) -> Severity:
    return advisory.severity or UNRATED


def _finding(offer: Offer, release: Release, bad: Sequence[Advisory]) -> Finding:
    """At least as severe as what the policy holds back, since its own key says so."""
    worst = min(bad, key=lambda each: (-_severity(each).rank, each.id))
    fixed = _fixing(release.version, bad)
    more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    return finding(
        VULNERABLE,
        subject=release.subject,
        message=f"{worst.id} ({_severity(worst)}){more}: {worst.summary or VULNERABLE.title}; "
        + (f"fixed in {fixed}" if fixed else "no fixed version is known"),
        severity=max(_severity(worst), offer.policy.thresholds.quarantine),
        mend=f"Use {fixed} or a later version." if fixed else "No fixed version is known: replace it.",
        evidence={"advisories": ", ".join(each.id for each in bad), "fixed in": fixed or "none known"},
    )


def _fixing(version: Version | None, bad: Sequence[Advisory]) -> str:
    """The first version that mends all of ``bad``; empty where one of them has no fix."""
    first = []
    for each in bad:
        later = [fixed for fixed in each.fixed if version is None or _parsed(fixed) > version]
        if not later:
            return ""
        first.append(min(later, key=_parsed))
    return max(first, key=_parsed)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Version:
    return Version(text)


FILTER = PageFilter(name="vulnerabilities", rules=(VULNERABLE,), run=run)
