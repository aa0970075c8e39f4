"""The events of the firewall's state, and what is asked of the words in them. Pure, for stores and fakes alike."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Literal

from stockade.errors import InvalidValueError
from stockade.model.events import Event
from stockade.model.firewall import Approval, Scope, Seen
from stockade.model.firewall_state import Decision, Incident, Served
from stockade.model.verdicts import Action

LAYER = "firewall"
MAX_WORDS = 2000
"""Longest reason, name or identity in characters."""
ID_BYTES = 7
"""Random bytes that an approval's id is made of."""


def new_approval(effect: Literal["approve", "deny"], decision: Decision, random: bytes) -> Approval:
    """The approval or denial of a decision.

    Raises:
        InvalidValueError: no reason, nobody who gives it, words that no event can hold, an expiry that is no aware
            time after ``at``, or a denial that breaks glass.
    """
    words("reason", decision.reason)
    words("who decides", decision.by)
    for name in ("version", "filename", "sha256", "requester"):
        if text := getattr(decision.scope, name):
            words(name, text)
    require_period(decision.at, decision.expires)
    if decision.break_glass and effect == "deny":
        raise InvalidValueError("a denial breaks no glass", hint="only an approval lifts a block")
    return Approval(
        id=approval_id(random),
        effect=effect,
        scope=decision.scope,
        reason=decision.reason,
        by=decision.by,
        at=decision.at,
        expires=decision.expires,
        break_glass=decision.break_glass,
    )


def approval_id(random: bytes) -> str:
    """``AP-`` and ten characters of base 32 out of :data:`ID_BYTES` random bytes."""
    return "AP-" + base64.b32encode(random).decode()[:10]


def require_period(at: datetime, expires: datetime | None) -> None:
    """Refuse a period that is none.

    Raises:
        InvalidValueError: a time without a zone, or an end that is not after the beginning.
    """
    if at.utcoffset() is None or (expires is not None and expires.utcoffset() is None):
        raise InvalidValueError("a time without a zone", hint="use aware UTC times")
    if expires is not None and expires <= at:
        raise InvalidValueError(f"it expires at {expires:%Y-%m-%d %H:%M} UTC, which is not after now")


def words(name: str, text: str) -> str:
    """The text, if it is one line that every store can hold.

    Raises:
        InvalidValueError: it is empty, too long, or has control characters or unpaired surrogates.
    """
    if not text.strip() or len(text) > MAX_WORDS:
        raise InvalidValueError(f"{name}: expected 1 to {MAX_WORDS} characters, got {len(text)}")
    if not text.isprintable():
        raise InvalidValueError(f"{name}: control characters are refused: {text[:80]!r}")
    return text


def scope_subject(scope: Scope) -> str:
    """What a scope is about, for an event's subject."""
    if scope.filename:
        return scope.filename
    return f"{scope.project}=={scope.version}" if scope.version else scope.project


def approval_events(approval: Approval) -> list[Event]:
    """One event for a word, two for one that breaks glass."""
    detail = {"id": approval.id, "reason": approval.reason, **_scope_detail(approval.scope)}
    if approval.expires is not None:
        detail["expires"] = approval.expires.isoformat()
    approved = approval.effect == "approve"
    first = Event(
        at=approval.at,
        layer=LAYER,
        kind="approval.given" if approved else "approval.denied",
        subject=scope_subject(approval.scope),
        actor=approval.by,
        verdict=Action.ALLOW if approved else Action.BLOCK,
        detail=detail,
    )
    if not approval.break_glass:
        return [first]
    glass = Event(
        at=approval.at,
        layer=LAYER,
        kind="glass.broken",
        subject=first.subject,
        actor=approval.by,
        verdict=Action.ALLOW,
        detail=detail,
    )
    return [first, glass]


def revocation_event(approval: Approval) -> Event:
    """The event of an approval that was revoked.

    Raises:
        ValueError: it was not.
    """
    if approval.revoked_at is None:
        raise ValueError(f"{approval.id} is not revoked")
    return Event(
        at=approval.revoked_at,
        layer=LAYER,
        kind="approval.revoked",
        subject=scope_subject(approval.scope),
        actor=approval.revoked_by,
        detail={"id": approval.id, "effect": approval.effect, **_scope_detail(approval.scope)},
    )


def incident_event(incident: Incident, seen: Seen, *, actor: str, place: str) -> Event:
    """The event of a file that contradicts its first sight."""
    return Event(
        at=incident.at,
        layer=LAYER,
        kind="file.changed",
        subject=incident.filename,
        actor=actor,
        place=place,
        verdict=Action.BLOCK,
        detail={
            "project": incident.project,
            "origin": incident.origin.value,
            "sha256": incident.sha256,
            "size": _size(incident.size),
            "first_sha256": seen.sha256,
            "first_size": _size(seen.size),
            "first_seen": seen.first_seen.isoformat(),
        },
    )


def served_event(served: Served) -> Event:
    """The event of a file that goes to a client."""
    client = served.client
    detail = {
        "filename": served.filename,
        "sha256": served.sha256,
        "token": client.name,
        "agent": client.agent,
    }
    return Event(
        at=served.at,
        layer=LAYER,
        kind="file.served",
        subject=f"{served.project}=={served.version}" if served.version else served.project,
        actor=client.identity or client.name,
        place=client.address,
        detail={key: text for key, text in detail.items() if text},
    )


def _scope_detail(scope: Scope) -> dict[str, str]:
    parts = {
        "project": scope.project,
        "version": scope.version,
        "filename": scope.filename,
        "sha256": scope.sha256,
        "requester": scope.requester,
    }
    return {name: text for name, text in parts.items() if text}


def _size(size: int | None) -> str:
    return "" if size is None else str(size)
