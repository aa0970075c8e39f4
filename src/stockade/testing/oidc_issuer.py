"""An issuer of identity tokens on loopback, with real keys and real signatures, for tests."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey

from stockade.testing.fakes import NOON
from stockade.testing.loopback import LoopbackServer, Reply

DISCOVERY = "/.well-known/openid-configuration"
KEYS = "/keys"
Key = RSAKey | ECKey | OKPKey


class OidcIssuer(LoopbackServer):
    """A CI system that signs what its jobs are. Its address is its ``iss``."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, tuple[str, Key]] = {}
        """By key id: algorithm and private key."""
        self.published: dict[str, dict[str, Any]] = {}
        """By key id: what the key set shows."""
        self.add_key("rsa-1", "RS256")

    def add_key(self, kid: str, algorithm: str, **public: object) -> None:
        """Make a key and show it; ``public`` beats its public parts."""
        key: Key
        if algorithm == "RS256":
            key = RSAKey.generate_key(2048)
        elif algorithm == "ES256":
            key = ECKey.generate_key("P-256")
        else:
            key = OKPKey.generate_key("Ed25519")
        self.keys[kid] = (algorithm, key)
        shown = {**key.as_dict(private=False), "kid": kid, "alg": algorithm, "use": "sig"}
        self.published[kid] = {**shown, **public}

    def answer(self, seen: Any) -> Reply:
        """The discovery document and the key set, as they are now."""
        if seen.path == DISCOVERY:
            return _json({"issuer": self.origin, "jwks_uri": self.origin + KEYS})
        if seen.path == KEYS:
            return _json({"keys": list(self.published.values())})
        return super().answer(seen)

    def claims(self, at: datetime = NOON, **claims: object) -> dict[str, Any]:
        """What a job's token says; a claim that is None is left out."""
        now = int(at.timestamp())
        plain = {
            "iss": self.origin,
            "aud": "stockade",
            "sub": "repo:acme/shop:ref:refs/heads/main",
            "repository": "acme/shop",
            "ref": "refs/heads/main",
            "jti": f"job-{len(self.seen)}-{now}",
            "iat": now,
            "exp": now + 300,
        }
        return {name: value for name, value in {**plain, **claims}.items() if value is not None}

    def token(
        self, claims: Mapping[str, object] | None = None, *, kid: str = "rsa-1", **header: object
    ) -> str:
        """A signed token; ``header`` beats the header's fields."""
        body = json.dumps(self.claims() if claims is None else claims)
        return self.sign(body.encode(), kid=kid, **header)

    def sign(self, payload: bytes, *, kid: str = "rsa-1", **header: object) -> str:
        """Whatever bytes, signed."""
        algorithm, key = self.keys[kid]
        head = json.dumps({"typ": "JWT", "alg": algorithm, "kid": kid, **header}).encode()
        text = f"{encoded(head)}.{encoded(payload)}"
        return f"{text}.{encoded(signature(text.encode(), algorithm, key))}"


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signature(data: bytes, algorithm: str, key: Key) -> bytes:
    """The signature of ``data``, whatever they are."""
    from joserfc.jws import JWSRegistry  # noqa: PLC0415 - only who signs needs it

    return JWSRegistry.algorithms[algorithm].sign(data, key)


def _json(document: object) -> Reply:
    return Reply(json.dumps(document).encode(), "application/json")
