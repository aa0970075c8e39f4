"""Tokens of the firewall: their text, what may be minted, the events. Pure, for stores and fakes alike.

A token reads ``stk_<id>.<secret>``. The secret is 256 random bits, so it cannot be guessed from its digest: a plain
SHA-256 at rest is enough. A slow password hash (bcrypt, scrypt) protects what people choose; here it would only make
every request slow, and let anybody who sends wrong tokens use up the processor.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta

import msgspec

from stockade.errors import InvalidValueError
from stockade.model.events import Event
from stockade.model.firewall import Role, Token
from stockade.model.firewall_events import LAYER, require_period, words

RANDOM_BYTES = 7 + 32
"""Random bytes that a token is made of: its id and its secret."""
MAX_CI_LIFETIME = timedelta(hours=1)
"""The longest that a token lives which was minted for a CI identity."""
KEPT_AFTER_EXPIRY = timedelta(days=30)
"""A CI identity's token is listed this long after it expired; then it is removed."""

_TOKEN = re.compile(r"stk_([a-z2-7]{10})\.([A-Za-z0-9_-]{43})").fullmatch


class Minting(msgspec.Struct, frozen=True, kw_only=True):
    """A token that somebody wants."""

    name: str
    role: Role
    at: datetime
    by: str
    """Who mints it."""
    projects: tuple[str, ...] = ()
    """See :attr:`stockade.model.firewall.Token.projects`."""
    expires: datetime | None = None
    identity: str = ""
    """The CI identity that it is for; such a token must expire within :data:`MAX_CI_LIFETIME`."""


class Minted(msgspec.Struct, frozen=True, kw_only=True):
    """A new token with its text, which is shown this once."""

    token: Token
    text: str

    def __repr__(self) -> str:
        return f"Minted(token={self.token!r}, text='stk_{self.token.id}.…')"


def new_token(minting: Minting, random: bytes) -> Minted:
    """A token out of :data:`RANDOM_BYTES` random bytes.

    Raises:
        InvalidValueError: words that no event can hold, a period that is none, a scope without patterns in it, or one
            for a CI identity that lives too long.
    """
    words("token's name", minting.name)
    words("who mints", minting.by)
    for pattern in minting.projects:
        words("project pattern", pattern)
    require_period(minting.at, minting.expires)
    if minting.identity:
        words("CI identity", minting.identity)
        if minting.expires is None or minting.expires - minting.at > MAX_CI_LIFETIME:
            raise InvalidValueError(
                f"a token for a CI identity must expire within {MAX_CI_LIFETIME}",
                hint="CI jobs get a new one each time",
            )
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"expected {RANDOM_BYTES} random bytes, got {len(random)}")
    token = Token(
        id=base64.b32encode(random[:7]).decode().lower()[:10],
        name=minting.name,
        role=minting.role,
        projects=minting.projects,
        created=minting.at,
        expires=minting.expires,
        identity=minting.identity,
    )
    secret = base64.urlsafe_b64encode(random[7:]).decode().rstrip("=")
    return Minted(token=token, text=f"stk_{token.id}.{secret}")


def parts(text: str) -> tuple[str, str] | None:
    """A token's id and secret; None where the text is no token."""
    match = _TOKEN(text)
    return (match[1], match[2]) if match else None


def secret_digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def minted_event(minting: Minting, token: Token) -> Event:
    """The event of a token that was minted."""
    detail = {
        "id": token.id,
        "role": token.role.value,
        "projects": " ".join(token.projects),
        "expires": "" if token.expires is None else token.expires.isoformat(),
        "identity": token.identity,
    }
    return Event(
        at=minting.at,
        layer=LAYER,
        kind="token.minted",
        subject=token.name,
        actor=minting.by,
        detail={key: text for key, text in detail.items() if text},
    )


def revoked_event(token: Token, *, by: str, at: datetime) -> Event:
    """The event of a token that was revoked."""
    return Event(
        at=at, layer=LAYER, kind="token.revoked", subject=token.name, actor=by, detail={"id": token.id}
    )
