"""The keys with which an issuer of identity tokens signs them: fetched, read strictly, kept for a while."""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from stockade.errors import IncompleteError, UsageError
from stockade.sources.addresses import is_loopback, require_safe, shown
from stockade.sources.fetch import client_for
from stockade.sources.strict_json import strict_object

DISCOVERY = "/.well-known/openid-configuration"
MAX_BYTES = 512 * 1024
MAX_SECONDS = 30.0
MAX_KEYS = 100
MIN_RSA_BITS = 2048
MAX_RSA_BITS = 8192

Key = RSAKey | ECKey | OKPKey
Keys = Mapping[str, tuple[str, Key]]
"""By key id: the one algorithm that the key may be used with, and the key."""
_PUBLIC = {"RS256": ("kty", "n", "e"), "ES256": ("kty", "crv", "x", "y"), "EdDSA": ("kty", "crv", "x")}
_KINDS: dict[tuple[object, object], str] = {
    ("RSA", None): "RS256",
    ("EC", "P-256"): "ES256",
    ("OKP", "Ed25519"): "EdDSA",
}


def read_keys(data: bytes) -> Keys:
    """The keys of a JWK set that may sign identity tokens. Others, and those of doubtful ids, are left out.

    Raises:
        ValueError: it is no JWK set.
    """
    listed = strict_object(data).get("keys")
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise ValueError(f"'keys' is no list of at most {MAX_KEYS} keys")
    found: dict[str, tuple[str, Key] | None] = {}
    for each in listed:
        kid = each.get("kid") if isinstance(each, dict) else None
        if isinstance(kid, str) and kid:
            found[kid] = None if kid in found else _read_key(each)  # two of one id: neither can be told
    return {kid: key for kid, key in found.items() if key is not None}


def _read_key(key: dict[str, Any]) -> tuple[str, Key] | None:
    try:
        algorithm = _KINDS[key.get("kty"), key.get("crv")]
        if key.get("alg", algorithm) not in {algorithm, _OTHER_NAMES.get(algorithm)}:
            return None
        if key.get("use", "sig") != "sig" or "verify" not in key.get("key_ops", ["verify"]):
            return None
        public = {name: key[name] for name in _PUBLIC[algorithm]}
        if algorithm == "RS256" and not MIN_RSA_BITS <= _bits(public["n"]) <= MAX_RSA_BITS:
            return None
        made = _MAKERS[algorithm](public)
        _ = made.public_key  # a point must be on its curve
    except (JoseError, KeyError, ValueError, TypeError, AttributeError):
        return None  # not a key of ours, or not a key at all
    return algorithm, made


def _bits(number: str) -> int:
    data = base64.b64decode(number + "=" * (-len(number) % 4), altchars=b"-_", validate=True)
    return int.from_bytes(data, "big").bit_length()


_MAKERS: dict[str, Callable[[Any], Key]] = {
    "RS256": RSAKey.import_key,
    "ES256": ECKey.import_key,
    "EdDSA": OKPKey.import_key,
}
_OTHER_NAMES = {"EdDSA": "Ed25519"}
"""RFC 9864 gives the algorithm of such keys a name of its own."""


@dataclass
class _Held:
    """What is known of an issuer's keys."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    keys: Keys = field(default_factory=dict)
    fetched: datetime | None = None
    """When ``keys`` came; None before the first time."""
    asked: datetime | None = None
    """When the issuer was last asked, in vain or not."""
    trouble: str = ""
    """Why it was in vain."""


class IssuerKeys:
    """The keys of several issuers; safe for several threads.

    Keys count for ``max_age``. For an unknown key id the issuer is asked again, at most once an ``interval``, so that
    nobody can make us ask it all the time.
    """

    def __init__(
        self,
        fetch: Callable[[str], bytes] | None = None,
        *,
        max_age: timedelta = timedelta(hours=1),
        interval: timedelta = timedelta(minutes=1),
    ) -> None:
        self._fetch = fetch or fetch_small
        self._max_age = max_age
        self._interval = interval
        self._held: dict[str, _Held] = {}
        self._turn = threading.Lock()

    def key(self, issuer: str, kid: str, now: datetime) -> tuple[str, Key] | None:
        """An issuer's key and its algorithm; None where the issuer has none of this id.

        Raises:
            IncompleteError: the issuer's keys cannot be had.
        """
        with self._turn:
            held = self._held.setdefault(issuer, _Held())
        with held.turn:
            fresh = held.fetched is not None and abs(now - held.fetched) < self._max_age
            if not fresh or kid not in held.keys:
                may_ask = held.asked is None or abs(now - held.asked) >= self._interval
                if may_ask:
                    self._ask(held, issuer, now)
                elif not fresh:
                    raise _failed(issuer, held.trouble or "its keys are too old")
            return held.keys.get(kid)

    def _ask(self, held: _Held, issuer: str, now: datetime) -> None:
        held.asked = now
        try:
            held.keys = self._fetched(issuer)
        except (ValueError, UsageError, IncompleteError) as error:
            held.trouble = str(error)
            raise _failed(issuer, held.trouble) from error
        held.fetched, held.trouble = now, ""

    def _fetched(self, issuer: str) -> Keys:
        require_safe(issuer)
        document = strict_object(self._fetch(issuer.rstrip("/") + DISCOVERY))
        if document.get("issuer") != issuer:
            raise ValueError("its discovery document is another issuer's")
        address = document.get("jwks_uri")
        if not isinstance(address, str):
            raise ValueError("its discovery document names no keys")  # noqa: TRY004 - what it says, not what we call
        require_safe(address)
        if is_loopback(address) and not is_loopback(issuer):
            raise ValueError("its discovery document points to this machine")
        return read_keys(self._fetch(address))


def fetch_small(address: str) -> bytes:
    """At most :data:`MAX_BYTES` from an address. Redirects are not followed.

    Raises:
        IncompleteError: it could not be fetched.
    """
    try:
        with (
            client_for(address, None) as client,
            client.stream("GET", address, headers={"Accept": "application/json"}) as reply,
        ):
            if reply.status_code != httpx2.codes.OK:
                raise IncompleteError(f"{shown(address)} answered {reply.status_code}")
            return _bounded(address, reply)
    except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError) as error:
        raise IncompleteError(f"{shown(address)}: {type(error).__name__}: {error}") from error


def _bounded(address: str, reply: httpx2.Response) -> bytes:
    parts: list[bytes] = []
    size, deadline = 0, time.monotonic() + MAX_SECONDS
    for chunk in reply.iter_bytes(1 << 14):
        size += len(chunk)
        if size > MAX_BYTES:
            raise IncompleteError(f"{shown(address)} has more than {MAX_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise IncompleteError(f"{shown(address)} took longer than {MAX_SECONDS:g} s")
        parts.append(chunk)
    return b"".join(parts)


def _failed(issuer: str, why: str) -> IncompleteError:
    return IncompleteError(
        f"the keys of {shown(issuer)} could not be had: {why}",
        hint="check that this machine reaches the issuer, and the issuer's address in the policy",
    )
