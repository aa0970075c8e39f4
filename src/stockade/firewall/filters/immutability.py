"""Immutability: a file of a name is the same for ever. One that changes is an incident."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import About, Offer, PageFilter, subject
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.firewall import Seen
from stockade.model.index import IndexFile
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

CHANGED = Rule(
    id="STK-F016",
    name="changed-file",
    stage=Stage.FORTIFY,
    title="A file is not what it was when it was first seen",
    severity=Severity.CRITICAL,
    why="Released files never change: the index, a mirror or the way between was tampered with, or the index broke its "
    "own promise.",
    mend="Treat it as an incident: compare the two files, ask the publisher and the index. Only break-glass lifts it.",
    references=("PEP 503", "S2C2F AUD-3"),
)


def run(offer: Offer) -> Iterator[About]:
    """A finding for each file whose SHA-256 or size differs from what was seen, or that the page lists twice, as two
    different files; gaps for files without a SHA-256 and for files that nobody noted."""
    hashless, unnoted = [], []
    listed: dict[str, IndexFile] = {}
    for file in offer.project.files:
        name = file.filename
        sha256 = file.hashes.get("sha256", "")
        seen = offer.seen.get(name)
        if not sha256:
            hashless.append(name)
        if seen is None or (sha256 and not seen.sha256):
            unnoted.append(name)
        elif seen.sha256 != sha256 or seen.size != file.size:
            yield from _compared(offer, file, seen)
        twin = listed.setdefault(name, file)
        if twin is not file and (twin.hashes != file.hashes or twin.size != file.size):
            yield About(outcome=_twice(offer, file), files=(name,))
    if hashless:
        yield About(outcome=_gap(offer, "the index gives no SHA-256 for it", _ASK), files=tuple(hashless))
    if unnoted:
        yield About(
            outcome=_gap(offer, "what it was at first is not on record", _RESTORE), files=tuple(unnoted)
        )


_ASK = "Use an index that serves SHA-256 digests (PEP 503, PEP 691)."
_RESTORE = "Restore the firewall's database, or start it anew."


def _compared(offer: Offer, file: IndexFile, seen: Seen) -> Iterator[About]:
    """A size that a page newly tells, or no longer tells, is no change; a digest in capitals is the same digest."""
    sha256 = file.hashes.get("sha256", "").lower()
    if sha256 and seen.sha256 and sha256 != seen.sha256.lower():
        yield About(outcome=_changed(offer, file, "SHA-256", seen.sha256, sha256), files=(file.filename,))
    if file.size is not None and seen.size is not None and file.size != seen.size:
        yield About(outcome=_changed(offer, file, "size", seen.size, file.size), files=(file.filename,))


def _changed(offer: Offer, file: IndexFile, what: str, was: object, now: object) -> Finding:
    return finding(
        CHANGED,
        subject=subject(offer.project.name, file.version),
        message=f"the {what} of {file.filename} was {was} and is now {now}",
    )


def _twice(offer: Offer, file: IndexFile) -> Finding:
    return finding(
        CHANGED,
        subject=subject(offer.project.name, file.version),
        message=f"the page lists {file.filename} twice, as two different files",
    )


def _gap(offer: Offer, detail: str, mend: str) -> Indeterminate:
    return Indeterminate(
        cause=Cause.FACT_MISSING, subject=offer.project.name, detail=detail, mend=mend, needed_by=CHANGED.id
    )


FILTER = PageFilter(name="immutability", rules=(CHANGED,), run=run)
