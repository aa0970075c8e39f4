"""Verifies the identity tokens (OIDC) with which CI jobs say who they are.

The order matters: the text is taken apart strictly, the algorithm is held against a list, the key comes from the issuer
that the *policy* names, and only what the signature covers is believed. Nothing in the token chooses a key but its ``kid``
among the issuer's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError

from stockade.errors import InvalidValueError
from stockade.manifests.text import one_line
from stockade.model.oidc import CiIdentity, fits
from stockade.model.policy import OidcIssuer
from stockade.ports import OnceOnly
from stockade.sources.oidc_keys import IssuerKeys, Key
from stockade.sources.strict_json import strict_object

MAX_LENGTH = 16 * 1024
"""Longest token in characters."""
LEEWAY = timedelta(seconds=30)
MAX_LIFETIME = timedelta(hours=24)
"""A token that lives longer is no proof of a job that runs now, and would have to be remembered as long."""
ALGORITHMS = ("RS256", "ES256", "EdDSA")
MAX_SUBJECT = 1000

_HEADERS = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
"""What may stand in a header. Thumbprints of certificates are not looked at; ``jwk``, ``jku``, ``x5u`` and ``x5c`` would
bring a key along, ``crit`` and ``b64`` change what is signed."""


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """A token, taken apart; nothing of it is verified."""

    text: str
    payload: bytes
    algorithm: str
    kid: str
    claims: Mapping[str, Any]
    signed: str
    """What the signature covers."""


class CiTokens:
    """Verifies identity tokens by the rules of a policy; safe for several threads.

    It blocks: for keys that are not known yet the issuer is asked, and the database for tokens that were used.
    """

    def __init__(self, rules: Sequence[OidcIssuer], keys: IssuerKeys, once: OnceOnly) -> None:
        self._rules = tuple(rules)
        self._keys = keys
        self._once = once

    def verify(self, text: str, now: datetime) -> CiIdentity:
        """The CI job that a token proves. Each token proves it once.

        Raises:
            InvalidValueError: it proves nothing, and why; the message has nothing secret in it.
            IncompleteError: the issuer's keys or the database cannot be had.
        """
        parts = _take_apart(text)
        issuer = parts.claims.get("iss")
        rules = [rule for rule in self._rules if rule.issuer == issuer]
        if not rules:
            raise _refused(f"no rule of the policy names its issuer {_quoted(issuer)}")
        key = self._key(rules[0].issuer, parts, now)
        _require_signature(parts, key)
        expires = _require_period(parts.claims, now)
        subject = _subject(parts.claims)
        rule = _fitting(rules, parts.claims)
        mark = _mark(parts)
        if not self._once.first_use(rule.issuer, mark, expires=expires + LEEWAY, at=now):
            raise _refused("it was used before")
        return CiIdentity(subject=subject, rule=rule)

    def _key(self, issuer: str, parts: _Parts, now: datetime) -> Key:
        found = self._keys.key(issuer, parts.kid, now)
        if found is None:
            raise _refused(f"its issuer has no key {_quoted(parts.kid)}")
        algorithm, key = found
        if algorithm != parts.algorithm:
            raise _refused(f"the key {_quoted(parts.kid)} signs with {algorithm}, not with {parts.algorithm}")
        return key


def _take_apart(text: str) -> _Parts:
    if len(text) > MAX_LENGTH:
        raise _refused(f"it has {len(text):,} characters; at most {MAX_LENGTH:,} are read")
    pieces = text.split(".")
    if len(pieces) != 3:  # noqa: PLR2004 - header, claims, signature
        raise _refused("it is no signed JWT: three parts separated by dots")
    try:
        header_data, payload, _ = map(_decoded, pieces)
        header, claims = strict_object(header_data), strict_object(payload)
    except ValueError as error:
        raise _refused(str(error)) from error
    if more := sorted(header.keys() - _HEADERS):
        raise _refused(f"its header has {', '.join(map(_quoted, more[:5]))}, which is not accepted")
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if algorithm not in ALGORITHMS:
        raise _refused(f"it is signed by {_quoted(algorithm)}; accepted are {', '.join(ALGORITHMS)}")
    if not isinstance(kid, str) or not kid:
        raise _refused("its header names no key")
    if not isinstance(kind, str) or kind.upper() != "JWT":
        raise _refused(f"it is of the type {_quoted(kind)}, no JWT")
    return _Parts(
        text=text,
        payload=payload,
        algorithm=algorithm,
        kid=kid,
        claims=claims,
        signed=text.rpartition(".")[0],
    )


def _decoded(piece: str) -> bytes:
    """Base64url without padding, in its one canonical form."""
    try:
        data = base64.b64decode(piece + "=" * (-len(piece) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a part of it is no base64url") from None
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != piece:
        raise ValueError("a part of it is no canonical base64url")
    return data


class _Registry(jws.JWSRegistry):
    """One algorithm, without the library's warning that RFC 9864 calls EdDSA by its curve's name."""

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(f"{name!r} is not allowed")
        return self.algorithms[name]


def _require_signature(parts: _Parts, key: Key) -> None:
    try:
        verified = jws.deserialize_compact(parts.text, key, registry=_Registry(algorithms=[parts.algorithm]))
    except (JoseError, ValueError, TypeError) as error:
        raise _refused("its signature is not by its issuer's key") from error
    if verified.payload != parts.payload:
        raise _refused("what is signed is not what it says")


def _require_period(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When it expires, if it is valid now."""
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if now >= expires + LEEWAY:
        raise _refused(f"it expired at {expires:%Y-%m-%d %H:%M:%S} UTC")
    if issued > now + LEEWAY or expires <= issued:
        raise _refused("its time of issue is not before now and before its expiry")
    if expires - issued > MAX_LIFETIME:
        raise _refused(f"it lives longer than {MAX_LIFETIME}")
    if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY:
        raise _refused("it is not valid yet")
    return expires


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _refused(f"its claim {name!r} is missing or no time")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise _refused(f"its claim {name!r} is no time") from None


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > MAX_SUBJECT:
        raise _refused("its claim 'sub' is missing, or no text that names anybody")
    if not subject.isprintable():
        raise _refused("its claim 'sub' has control characters")
    return subject


def _fitting(rules: Sequence[OidcIssuer], claims: Mapping[str, Any]) -> OidcIssuer:
    meant = claims.get("aud")
    audience = meant[0] if isinstance(meant, list) and len(meant) == 1 else meant
    for_us = [rule for rule in rules if rule.audience == audience]
    if not for_us:
        raise _refused(f"it is for {_quoted(meant)}, not for this firewall alone")
    for rule in for_us:
        if fits(rule, claims):
            return rule
    raise _refused("the policy has no rule for this job: its claims fit none")


def _mark(parts: _Parts) -> str:
    """What tells a token from its issuer's others: its ``jti``, else a digest of what is signed. Not the whole text,
    for a signature may have several forms."""
    jti = parts.claims.get("jti")
    if jti is None:
        return "sha256:" + hashlib.sha256(parts.signed.encode()).hexdigest()
    if not isinstance(jti, str) or not jti:
        raise _refused("its claim 'jti' is no text")
    return "jti:" + hashlib.sha256(jti.encode("utf-8", "surrogatepass")).hexdigest()


def _quoted(value: object) -> str:
    return repr(one_line(value, 80)) if isinstance(value, str) else f"({type(value).__name__})"


def _refused(why: str) -> InvalidValueError:
    return InvalidValueError(f"identity token refused: {why}")
