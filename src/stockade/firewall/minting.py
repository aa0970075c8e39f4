"""Exchanges a CI job's identity token for a token of ours, by the same calls as other Python indexes have for it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from stockade.errors import InvalidValueError, StockadeError
from stockade.firewall.doors import Denied, Door
from stockade.firewall.responses import Phrased, as_json, turned_away
from stockade.model.oidc import CiIdentity
from stockade.model.policy import OidcIssuer
from stockade.ports import Clock, Tokens

MOST_BODY = 32 << 10


class Identities(Protocol):
    """Verifies identity tokens; :class:`stockade.sources.oidc.CiTokens`."""

    def verify(self, text: str, now: datetime) -> CiIdentity:
        """The CI job that a token proves, once."""
        ...


class _Asked(msgspec.Struct, frozen=True):
    token: str


class Mint:
    """Two routes: which audience to ask the issuer for, and the exchange."""

    def __init__(
        self, identities: Identities, tokens: Tokens, clock: Clock, door: Door, rules: tuple[OidcIssuer, ...]
    ) -> None:
        self._identities = identities
        self._tokens = tokens
        self._clock = clock
        self._door = door
        self._audiences = tuple(dict.fromkeys(rule.audience for rule in rules))

    def routes(self) -> list[Route]:
        """The routes; none where the policy names no issuer."""
        if not self._audiences:
            return []
        return [
            Route("/_/oidc/audience", self.audience, methods=["GET"]),
            Route("/_/oidc/mint-token", self.mint, methods=["POST"]),
        ]

    async def audience(self, _request: Request) -> Phrased:
        """The audience that an identity token must be for."""
        return as_json({"audience": self._audiences[0], "audiences": list(self._audiences)})

    async def mint(self, request: Request) -> Phrased:
        """A token for whoever proves to be a CI job that the policy names."""
        address = request.client.host if request.client else ""
        if self._door.too_many(address):
            return turned_away(
                Denied(status=HTTPStatus.TOO_MANY_REQUESTS, why="too many wrong tokens from this address")
            )
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY:
                return _no(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
        try:
            asked = msgspec.json.decode(body, type=_Asked)
            identity = await asyncio.to_thread(self._identities.verify, asked.token, self._clock.now())
            minted = await asyncio.to_thread(self._tokens.mint, identity.minting(self._clock.now()))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _no(HTTPStatus.BAD_REQUEST, 'the body is not {"token": "..."}')
        except InvalidValueError as error:
            self._door.note(address)
            return _no(HTTPStatus.UNPROCESSABLE_ENTITY, error.message)
        except StockadeError as error:
            return _no(HTTPStatus.SERVICE_UNAVAILABLE, error.message)
        answer = as_json({"success": True, "token": minted.text, "expires": str(minted.token.expires)})
        answer.headers["cache-control"] = "no-store"
        return answer


def _no(status: HTTPStatus, why: str) -> Phrased:
    plain = "".join(c if " " <= c <= "~" else "?" for c in " ".join(why.split()))[:200]
    return as_json({"success": False, "message": why}, status, f"Stockade: {plain}")
