"""What the static vetter found in a file's bytes, under the vetter's own rules."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stockade.firewall.filters.base import Content, ContentFilter, Offer, Outcome, subject
from stockade.model.index import IndexFile
from stockade.model.verdicts import Cause, Indeterminate


def run(offer: Offer, file: IndexFile, content: Content) -> Iterator[Outcome]:
    """The vetter's findings and gaps, as they are; a gap where the policy asks for a judgement and there is none.

    Findings are about the release, whatever the file claims to be, so that an exception fits them as it fits those of
    the page.
    """
    result = content.vetted
    if result is None:
        if offer.policy.firewall.vet:
            yield _gap(file, "it was not vetted")
        return
    if isinstance(result, Indeterminate):
        yield result
        return
    if result.sha256.lower() != content.sha256.lower():
        yield _gap(file, "the vetter judged other bytes than these")
        return
    if not result.judged_by and not result.incomplete:
        yield _gap(file, "no rule of the vetter ran to its end")
    yield from result.incomplete
    about = subject(offer.project.name, file.version)
    for each in result.findings:
        yield msgspec.structs.replace(each, subject=about)


def _gap(file: IndexFile, detail: str) -> Indeterminate:
    return Indeterminate(
        cause=Cause.CHECK_FAILED,
        subject=file.filename,
        detail=detail,
        mend="Ask again; if it stays so, look at the firewall's log.",
    )


FILTER = ContentFilter(name="vetting", rules=(), run=run)
