"""First sights: what a project's files were when they were first seen, and how a look at its page adds to that.

Pure, so that every store, fakes included, remembers the same things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from stockade.model.firewall import Seen
from stockade.model.index import IndexFile

TOUCH_AFTER = timedelta(minutes=1)
"""A look that shows nothing new is remembered only where the last one that was is older than this."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}").fullmatch


@dataclass(frozen=True, slots=True)
class Sightings:
    """What is remembered of a project."""

    first: datetime
    """When it was first looked at."""
    last: datetime
    """A moment at which it was looked at and had no other files than these; the newest that is remembered."""
    files: dict[str, Seen]
    """By file name; a file that vanished from the page stays."""


def look(known: Sightings | None, files: Sequence[IndexFile], at: datetime) -> Sightings | None:
    """What is to be remembered after a look at a page; None where the look shows nothing new.

    What was remembered of a file never changes; only a digest or size that no page ever told is learnt once. Where a
    page names a file twice, its first entry counts: the other then contradicts it.

    A new file's ``first_seen`` is never before a look that is remembered already, so that a machine whose clock is
    late makes no file old. Its ``absent_at`` is a remembered look without the file that was before this one; where
    ``at`` is not after the newest, looks crossed each other or clocks differ, and the first look is taken, which
    claims least.
    """
    if known is None:
        return Sightings(at, at, _first_sights(files, at, None))
    old = known.files
    news = [file for file in files if file.filename not in old]
    learnt = _learnt(old, files)
    if not news and not learnt:
        return None
    absent = known.last if at > known.last else known.first
    moment = max(at, known.last)
    return Sightings(known.first, moment, {**old, **learnt, **_first_sights(news, moment, absent)})


def stale(known: Sightings, at: datetime) -> bool:
    """Whether a look that shows nothing new is worth remembering."""
    return at - known.last >= TOUCH_AFTER


def _first_sights(files: Sequence[IndexFile], moment: datetime, absent: datetime | None) -> dict[str, Seen]:
    baseline = absent is None
    seen: dict[str, Seen] = {}
    for file in files:
        if file.filename not in seen:
            seen[file.filename] = Seen(
                sha256=_digest(file.hashes),
                size=file.size,
                first_seen=moment,
                baseline=baseline,
                absent_at=absent,
            )
    return seen


def _learnt(old: Mapping[str, Seen], files: Sequence[IndexFile]) -> dict[str, Seen]:
    """Files of which a page first tells the digest or the size, and contradicts nothing."""
    learnt: dict[str, Seen] = {}
    for file in files:
        seen = old.get(file.filename)
        if seen is None or (seen.sha256 and seen.size is not None) or file.filename in learnt:
            continue
        digest = _digest(file.hashes)
        sha256, size = seen.sha256 or digest, file.size if seen.size is None else seen.size
        contradicts = (digest and digest != sha256) or file.size not in {None, size}
        if not contradicts and (sha256, size) != (seen.sha256, seen.size):
            learnt[file.filename] = msgspec.structs.replace(seen, sha256=sha256, size=size)
    return learnt


def _digest(hashes: Mapping[str, str]) -> str:
    """The SHA-256 in lower case; empty where there is none that is one."""
    text = hashes.get("sha256", "")
    return text.lower() if _SHA256(text) else ""
