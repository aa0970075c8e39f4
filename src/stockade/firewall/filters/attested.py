"""Provenance, as far as the page tells: files that should announce attestations (PEP 740) and do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from packaging.version import Version

from stockade.firewall.filters.base import About, Offer, PageFilter, Release
from stockade.firewall.filters.common import matches, published
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.firewall import Origin
from stockade.model.index import IndexFile
from stockade.model.stages import Stage

UNATTESTED = Rule(
    id="STK-F017",
    name="provenance-required",
    stage=Stage.FORTIFY,
    title="A file announces no provenance, which the policy requires",
    severity=Severity.HIGH,
    why="Without an attestation nobody can tell which source and which pipeline a file comes from.",
    mend="Use a release with attestations, or take the project out of [firewall] require_provenance.",
    references=("PEP 740", "S2C2F AUD-1"),
)
CEASED = Rule(
    id="STK-F018",
    name="provenance-ceased",
    stage=Stage.FORTIFY,
    title="A file has no provenance, and earlier ones of the project had",
    severity=Severity.HIGH,
    why="Whoever steals an account can publish, but not with the attestations of the project's own pipeline.",
    mend="Stay on the last attested release until the publisher explains this one.",
    references=("PEP 740", "S2C2F AUD-1"),
)


class _Earlier(NamedTuple):
    """What is known of the attested files of a project."""

    versions: frozenset[Version | None]
    lowest: Version | None
    first: datetime | None
    """When the first of them was published."""


def run(offer: Offer) -> Iterator[About]:
    """One finding for each release with files that announce no provenance though they should.

    Earlier is what was published before; where a time is missing, what has a lower version. A file is also held back
    where another file of its release is attested. Releases whose attestations this firewall verified once count as
    attested, whatever the page says now. Hosted files are published by people who are known: they need provenance
    only where it is required.
    """
    bare = {file.filename: file for file in offer.project.files if file.provenance is None}
    if not bare:
        return
    if matches(offer.project.name, offer.policy.firewall.require_provenance):
        for release, names in _of(offer, bare):
            said = "no provenance is announced, and the policy requires it"
            yield About(outcome=finding(UNATTESTED, subject=release.subject, message=said), files=names)
    earlier = _earlier(offer)
    if offer.origin is Origin.HOSTED or earlier is None:
        return
    ceased = dict(_ceased(offer, bare, earlier))
    for release, names in _of(offer, ceased):
        found = finding(
            CEASED,
            subject=release.subject,
            message="no provenance is announced, and earlier files of the project have it",
            confidence=Confidence.MEDIUM,
        )
        yield About(outcome=found, files=names)


def _of(offer: Offer, files: dict[str, IndexFile]) -> Iterator[tuple[Release, tuple[str, ...]]]:
    for release in offer.releases:
        names = tuple(name for name in release.files if name in files)
        if names:
            yield release, names


def _earlier(offer: Offer) -> _Earlier | None:
    """None where no file of the project is, or was, attested."""
    verified = frozenset(map(Version, offer.publishers))
    attested = [
        file
        for file in offer.project.files
        if file.provenance is not None or (verified and file.version in verified)
    ]
    if not attested and not verified:
        return None
    times = [published(file, offer.seen.get(file.filename)) for file in attested]
    versions = {file.version for file in attested} | verified
    return _Earlier(
        versions=frozenset(versions),
        lowest=min((each for each in versions if each is not None), default=None),
        first=min((each for each in times if each is not None), default=None),
    )


def _ceased(offer: Offer, bare: dict[str, IndexFile], earlier: _Earlier) -> Iterator[tuple[str, IndexFile]]:
    """Those of the bare files that came after attested ones, or stand beside one."""
    beside: dict[int, bool] = {}
    first, seen_of = earlier.first, offer.seen.get
    for name, file in bare.items():
        version = file.version
        known = beside.get(id(version))
        if known is None:
            known = beside[id(version)] = version in earlier.versions
        if not known:
            moment = published(file, seen_of(name))
            if moment is None or first is None:
                known = version is None or earlier.lowest is None or version > earlier.lowest
            else:
                known = moment > first
        if known:
            yield name, file


FILTER = PageFilter(name="attested", rules=(UNATTESTED, CEASED), run=run)
