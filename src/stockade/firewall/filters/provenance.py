"""Provenance of a file's bytes: attestations are verified, and their publisher is compared with the one remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from packaging.version import Version

from stockade.firewall.attestations import LibraryMissing, Refused, Verified, verify
from stockade.firewall.filters.base import Content, ContentFilter, Offer, Outcome, subject
from stockade.firewall.filters.common import matches, published
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.firewall import Origin
from stockade.model.index import IndexFile
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

FORGED = Rule(
    id="STK-F019",
    name="provenance-invalid",
    stage=Stage.FORTIFY,
    title="A file's attestations do not verify",
    severity=Severity.HIGH,
    why="An attestation that is not genuine, or not about this file, is a sign of tampering on the index or on the way.",
    mend="Ask the publisher; compare with the attested files of other releases.",
    references=("PEP 740", "S2C2F AUD-1"),
)
OTHER_PUBLISHER = Rule(
    id="STK-F020",
    name="publisher-changed",
    stage=Stage.FORTIFY,
    title="A file was attested by another publisher than earlier ones of its project",
    severity=Severity.HIGH,
    why="A taken-over project is published from the attacker's pipeline; an honest move is announced.",
    mend="Ask the project whether it moved, then approve the release: the new publisher is remembered from then on.",
    references=("PEP 740", "MITRE ATT&CK T1195.002"),
)


def run(offer: Offer, file: IndexFile, content: Content) -> Iterator[Outcome]:
    """Whether the file's attestations verify, and who published it.

    Nothing where the page announces none: :mod:`~stockade.firewall.filters.attested` says what that means. Without the
    library, what is announced is taken as the index's word, unless the policy requires provenance or a publisher is
    remembered: then it is a gap.
    """
    given = content.provenance
    required = matches(offer.project.name, offer.policy.firewall.require_provenance)
    if given is None:
        if required and file.provenance is not None:
            yield _gap(file, "its provenance is announced and was not fetched", "Ask again.")
        return
    if isinstance(given, Indeterminate):
        yield given
        return
    about = subject(offer.project.name, file.version)
    match verify(given, file.filename, content.sha256):
        case Verified(publisher):
            yield from _compared(offer, file, publisher)
        case Refused(why):
            yield finding(FORGED, subject=about, message=f"the provenance of {file.filename}: {why}")
        case LibraryMissing():
            if required or offer.publishers:
                yield _gap(file, "attestations cannot be verified: pypi-attestations is missing", _INSTALL)
        case gap:
            yield gap


_INSTALL = "Install stockade[provenance]."


def _gap(file: IndexFile, detail: str, mend: str) -> Indeterminate:
    rules = f"{FORGED.id}, {OTHER_PUBLISHER.id}"
    return Indeterminate(
        cause=Cause.CHECK_FAILED, subject=file.filename, detail=detail, mend=mend, needed_by=rules
    )


def _compared(offer: Offer, file: IndexFile, publisher: str) -> Iterator[Finding]:
    """A finding where the publisher is not the one of this release, else of the last one before it.

    A release that is older than all that are remembered may have had another publisher: that is told, and warns.
    """
    remembered = {Version(version): identity for version, identity in offer.publishers.items()}
    if not remembered or offer.origin is Origin.HOSTED:
        return
    severity = None
    if file.version is not None and file.version in remembered:
        last = file.version
    elif before := [version for version in remembered if _came_before(offer, version, file)]:
        last = max(before)
    else:
        last, severity = min(remembered), Severity.MEDIUM
    if publisher == remembered[last] or (severity is not None and publisher in remembered.values()):
        return
    yield finding(
        OTHER_PUBLISHER,
        subject=subject(offer.project.name, file.version),
        message=f"published by {publisher}; {last} was published by {remembered[last]}",
        severity=severity,
        evidence={"publisher": publisher, "remembered": remembered[last], "of": last},
    )


def _came_before(offer: Offer, version: Version, file: IndexFile) -> bool:
    """Whether a release was published before a file; where a time is missing, whether its version is lower, and true
    where that cannot be told either."""
    moment = published(file, offer.seen.get(file.filename))
    first = _first(offer, version)
    if moment is not None and first is not None:
        return first < moment
    return file.version is None or version < file.version


def _first(offer: Offer, version: Version) -> datetime | None:
    times = [
        published(each, offer.seen.get(each.filename))
        for each in offer.project.files
        if each.version == version
    ]
    return min((each for each in times if each is not None), default=None)


FILTER = ContentFilter(name="provenance", rules=(FORGED, OTHER_PUBLISHER), run=run)
