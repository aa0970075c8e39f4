"""The greatest size of a file: by what the page tells, and by its bytes where the page tells none."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import About, Content, ContentFilter, Offer, Outcome, PageFilter, subject
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.index import IndexFile
from stockade.model.stages import Stage

TOO_LARGE = Rule(
    id="STK-F015",
    name="file-too-large",
    stage=Stage.FORTIFY,
    title="A file is larger than the policy lets through",
    severity=Severity.CRITICAL,
    why="A huge file fills disks, and is a way to hide from whoever reads it.",
    mend="Use another release, or raise [firewall] max_megabytes if you need this one.",
)
MEGABYTE = 1_000_000


def run(offer: Offer) -> Iterator[About]:
    """One finding for each file whose size the page tells."""
    most = offer.policy.firewall.max_megabytes * MEGABYTE
    for file in offer.project.files:
        if file.size is not None and file.size > most:
            yield About(outcome=_finding(offer, file, file.size), files=(file.filename,))


def run_content(offer: Offer, file: IndexFile, content: Content) -> Iterator[Outcome]:
    """The same for a file whose size the page does not tell."""
    if file.size is None and content.size > offer.policy.firewall.max_megabytes * MEGABYTE:
        yield _finding(offer, file, content.size)


def _finding(offer: Offer, file: IndexFile, size: int) -> Finding:
    return finding(
        TOO_LARGE,
        subject=subject(offer.project.name, file.version),
        message=f"{size:,} bytes; at most {offer.policy.firewall.max_megabytes:,} MB are let through",
    )


FILTER = PageFilter(name="sizes", rules=(TOO_LARGE,), run=run)
CONTENT_FILTER = ContentFilter(name="content-sizes", rules=(), run=run_content)
"""Its rule is the page filter's, and listed there."""
