"""Events: who did what, where, in which layer, with which verdict. Chained by hash."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from stockade.errors import InvalidValueError
from stockade.model.verdicts import Action

GENESIS = "0" * 64
"""The ``previous`` hash of the first event of a log."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, before it has a place in a log."""

    at: datetime
    """Aware UTC, microseconds."""
    layer: str
    """Which layer speaks: ``check``, ``names``, ``gate``, ``firewall``, ``sandbox``, ``drill`` …"""
    kind: str
    """What happened, ``<noun>.<past participle>``: ``project.assessed``, ``feed.imported``."""
    subject: str
    """What it happened to: a project, a file, ``name==version``."""
    actor: str = ""
    """Who: a user name, a CI identity; empty where nobody is known."""
    place: str = ""
    """Where: a host, a repository, a job."""
    verdict: Action | None = None
    detail: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or self.at.utcoffset() != UTC.utcoffset(None):
            raise InvalidValueError(f"event time must be aware UTC, got {self.at!r}")


class ChainedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event at its place in a log."""

    sequence: int
    """1 for the first event; no gaps."""
    event: Event
    previous: str
    """SHA-256 (hex) of the event before, or :data:`GENESIS`."""
    hash: str
    """:func:`chain_hash` of this event."""


def canonical_bytes(event: Event) -> bytes:
    """The bytes that are hashed: JSON with sorted keys, times as UTC with six fractional digits."""
    plain = {
        # Not strftime: whether it pads a year below 1000 depends on the platform.
        "at": event.at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z",
        "layer": event.layer,
        "kind": event.kind,
        "subject": event.subject,
        "actor": event.actor,
        "place": event.place,
        "verdict": None if event.verdict is None else event.verdict.value,
        "detail": event.detail,
    }
    return msgspec.json.encode(plain, order="sorted")


def chain_hash(sequence: int, previous: str, event: Event) -> str:
    """SHA-256 (hex) over sequence, previous hash and the event's canonical bytes."""
    head = f"{sequence}\n{previous}\n".encode()
    return hashlib.sha256(head + canonical_bytes(event)).hexdigest()
