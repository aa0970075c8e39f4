"""VCS and URL requirements that are not fixed by a commit or a hash."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stockade.checks.base import Check, Facts, Result
from stockade.checks.scope import Mention
from stockade.model.findings import Rule, Severity, finding
from stockade.model.requirements import SourceKind
from stockade.model.stages import Stage

NO_COMMIT = Rule(
    id="STK-E007",
    name="vcs-without-commit",
    stage=Stage.EVALUATION,
    title="A VCS requirement is not fixed to a commit",
    severity=Severity.MEDIUM,
    why="A branch or tag can be moved: whoever can push there decides what you install.",
    mend="Name the full commit id after '@'.",
)
NO_HASH = Rule(
    id="STK-E008",
    name="url-without-hash",
    stage=Stage.EVALUATION,
    title="A URL requirement has no hash",
    severity=Severity.MEDIUM,
    why="Whoever controls the address decides what you install; no index keeps its files immutable.",
    mend="Append '#sha256=…' to the address, or take the project from an index.",
    references=("S2C2F AUD-3",),
)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)


def is_commit(revision: str) -> bool:
    """Whether a VCS revision is a full SHA-1 or SHA-256 commit id."""
    return _COMMIT.fullmatch(revision) is not None


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each movable source."""
    for mention in facts.scope.mentions:
        source = mention.source
        if source.kind is SourceKind.VCS and not is_commit(source.revision):
            at = f"at {source.revision!r}" if source.revision else "at its default branch"
            yield finding(
                NO_COMMIT,
                subject=mention.name,
                message=f"{mention.spelled!r} comes from {source.vcs or 'a VCS'} {at}, which can move",
                location=mention.location,
                evidence={"address": source.url, "revision": source.revision or "none"},
            )
        elif source.kind is SourceKind.URL and not _hashed(mention):
            yield finding(
                NO_HASH,
                subject=source.url,
                message=f"{source.url} is required without a hash",
                location=mention.location,
                evidence={"project": mention.name},
            )


def _hashed(mention: Mention) -> bool:
    said_by = mention.requirement or mention.locked
    return said_by is not None and bool(said_by.hashes)


CHECK = Check(name="origins", stage=Stage.EVALUATION, rules=(NO_COMMIT, NO_HASH), run=run)
