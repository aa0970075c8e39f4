"""Tokens in the database: digests of secrets, never secrets."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from stockade.errors import UsageError
from stockade.model.firewall import Role, Token
from stockade.model.firewall_events import words
from stockade.model.tokens import (
    KEPT_AFTER_EXPIRY,
    RANDOM_BYTES,
    Minted,
    Minting,
    minted_event,
    new_token,
    parts,
    revoked_event,
    secret_digest,
)
from stockade.store import schema
from stockade.store.base import Store, add_new, bump, lock
from stockade.store.events import append_within
from stockade.store.moments import microseconds, microseconds_or_none, moment, moment_or_none

_TOKENS, _USED = schema.tokens, schema.used_once
_patterns = msgspec.json.Decoder(tuple[str, ...])
_NOBODY = "0" * 64
"""Compared with where no such token is, so that the answer takes as long."""

_SPARE = timedelta(days=1)


class TokenStore(Store):
    """Tokens in a database; a :class:`~stockade.ports.Tokens`.

    A transaction here takes the counter's lock first, then rows, then the chain's: expired rows are removed on the
    way, and two transactions that do so must not wait for each other.
    """

    def __init__(self, engine: Engine, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        super().__init__(engine)
        self._random = random

    def mint(self, minting: Minting) -> Minted:
        """Make a token; its text is in the answer and nowhere else.

        Raises:
            InvalidValueError: see :func:`stockade.model.tokens.new_token`.
        """
        minted = new_token(minting, self._random(RANDOM_BYTES))
        _, secret = parts(minted.text) or ("", "")
        long_gone = microseconds(minting.at - KEPT_AFTER_EXPIRY)
        with self._writing() as connection:
            bump(connection, "tokens")
            connection.execute(insert(_TOKENS).values(_to_row(minted.token, secret)))
            connection.execute(
                delete(_TOKENS).where(_TOKENS.c.identity != "", _TOKENS.c.expires_us < long_gone)
            )
            append_within(connection, [minted_event(minting, minted.token)], self.where)
        return minted

    def verify(self, text: str, at: datetime) -> Token | None:
        """The token that ``text`` is, if it is valid at this moment; None for any other text.

        Asks the database each time, so that a token that is revoked anywhere is refused here at once.
        """
        split = parts(text)
        if split is None:
            return None
        name, secret = split
        with self._reading() as connection:
            row = connection.execute(select(_TOKENS).where(_TOKENS.c.id == name)).one_or_none()
        kept = _NOBODY if row is None else str(row.secret_sha256)
        matches = hmac.compare_digest(kept.encode("utf-8", "replace"), secret_digest(secret).encode())
        if row is None or not matches:
            return None
        with self._intact("a token"):
            token = _from_row(row)
        return token if token.holds(at) else None

    def revoke(self, token: str, *, by: str, at: datetime) -> Token:
        """Make a token invalid from now on, by its id; one that is revoked already stays as it is.

        Raises:
            UsageError: there is none with this id.
        """
        words("who revokes", by)
        with self._writing() as connection:
            lock(connection, "tokens")
            changed = update(_TOKENS).where(_TOKENS.c.id == token, _TOKENS.c.revoked_us.is_(None))
            new = connection.execute(changed.values(revoked_us=microseconds(at))).rowcount
            found = self._get(connection, token)
            if found is None:
                raise UsageError(f"no token {token[:40]!r}", hint="'stockade token list' shows the ids")
            if new:
                bump(connection, "tokens")
                append_within(connection, [revoked_event(found, by=by, at=at)], self.where)
        return found

    def listed(self) -> tuple[Token, ...]:
        """Every token that is kept, invalid ones too, the newest first."""
        wanted = select(_TOKENS).order_by(_TOKENS.c.created_us.desc(), _TOKENS.c.id)
        with self._reading() as connection:
            rows = connection.execute(wanted).all()
        with self._intact("a token"):
            return tuple(map(_from_row, rows))

    def first_use(self, issuer: str, mark: str, *, expires: datetime, at: datetime) -> bool:
        """Whether an identity token is used for the first time; its mark is kept until it expires.

        Args:
            issuer: whose token it is.
            mark: what tells it from the issuer's others (its ``jti``).
            expires: from when on it would be refused anyway, leeway included.
            at: now.
        """
        row = {"issuer": issuer, "mark": mark, "expires_us": microseconds(expires)}
        with self._writing() as connection:
            lock(connection, "tokens")
            # Later than need be, so that an instance whose clock is ahead forgets nothing that another still takes.
            connection.execute(delete(_USED).where(_USED.c.expires_us < microseconds(at - _SPARE)))
            return add_new(connection, _USED, row)

    def _get(self, connection: Connection, token: str) -> Token | None:
        row = connection.execute(select(_TOKENS).where(_TOKENS.c.id == token)).one_or_none()
        with self._intact("a token"):
            return None if row is None else _from_row(row)


def _to_row(token: Token, secret: str) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role.value,
        "projects": msgspec.json.encode(token.projects).decode(),
        "identity": token.identity,
        "secret_sha256": secret_digest(secret),
        "created_us": microseconds(token.created),
        "expires_us": microseconds_or_none(token.expires),
        "revoked_us": microseconds_or_none(token.revoked_at),
    }


def _from_row(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        projects=_patterns.decode(row.projects),
        created=moment(row.created_us),
        expires=moment_or_none(row.expires_us),
        revoked_at=moment_or_none(row.revoked_us),
        identity=row.identity,
    )
