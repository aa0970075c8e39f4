"""Who asks, and whether they may: tokens, and how often a wrong one may be tried."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus

from stockade.model.firewall import Client, Role, Token
from stockade.ports import Clock, Tokens

MOST_AGENT = 200
TRIES = 20
"""Wrong tokens an address may show in :data:`WINDOW` seconds."""
WINDOW = 60.0
LONGEST_REMEMBERED = 1_024
"""Characters of a header up to which a good token is remembered under it: one may be wrapped in any length."""
REMEMBERED = 10_000
"""Addresses, and good tokens, that are remembered."""


@dataclass(frozen=True, kw_only=True)
class Denied:
    """The door stays shut."""

    status: int
    """401, 403 or 429."""
    why: str


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody who may come in."""

    client: Client
    token: Token | None

    def may(self, role: Role, project: str = "") -> bool:
        """Whether the token gives a role, for a project."""
        if self.token is None or self.token.role < role:
            return False
        return (
            not project
            or not self.token.projects
            or any(fnmatchcase(project, e) for e in self.token.projects)
        )


class Door:
    """Lets in whoever shows a token, and anonymous readers where that is allowed.

    Args:
        tokens: the tokens; asked in threads.
        clock: the time, which ends tokens.
        anonymous: readers need no token.
        seconds: counts seconds, for guessers.
    """

    def __init__(
        self,
        tokens: Tokens,
        clock: Clock,
        *,
        anonymous: bool,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self.anonymous = anonymous
        self._seconds = seconds
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()
        self._good: OrderedDict[str, Token] = OrderedDict()
        self._once: OrderedDict[str, None] = OrderedDict()
        """Headers that were good before the last change: whoever guesses from their address does not shut them out."""

    def forget(self) -> None:
        """Look tokens up anew: one may have been revoked."""
        for each in self._good:
            self._once[each] = None
        while len(self._once) > REMEMBERED:
            self._once.popitem(last=False)
        self._good.clear()

    async def enter(
        self, authorization: str, address: str, agent: str, role: Role = Role.INSTALL
    ) -> Guest | Denied:
        """Judge an ``Authorization`` header: Basic, whose password is the token, or Bearer."""
        if not authorization:
            if role is Role.INSTALL and self.anonymous:
                return Guest(client=Client(address=address, agent=_printable(agent)), token=None)
            return Denied(status=HTTPStatus.UNAUTHORIZED, why="a token is needed")
        token = self.known(authorization)
        if token is None:
            if self.too_many(address) and authorization not in self._once:
                return Denied(
                    status=HTTPStatus.TOO_MANY_REQUESTS, why="too many wrong tokens from this address"
                )
            token = await self._looked_up(authorization)
        if token is None:
            self._once.pop(authorization, None)
            self.note(address)
            return Denied(status=HTTPStatus.UNAUTHORIZED, why="the token is unknown, expired or revoked")
        if token.role < role:
            why = f"the token's role is {token.role.value}; this needs {role.value}"
            return Denied(status=HTTPStatus.FORBIDDEN, why=why)
        client = Client(name=token.name, identity=token.identity, address=address, agent=_printable(agent))
        return Guest(client=client, token=token)

    def known(self, authorization: str) -> Token | None:
        """The token of a header that was looked up since the last :meth:`forget`, if it holds now."""
        token = self._good.get(authorization)
        return token if token is not None and token.holds(self._clock.now()) else None

    async def _looked_up(self, authorization: str) -> Token | None:
        secret = _secret(authorization)
        if not secret:
            return None
        token = await asyncio.to_thread(self._tokens.verify, secret, self._clock.now())
        if token is not None and len(authorization) <= LONGEST_REMEMBERED:
            self._good[authorization] = token
            while len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
        return token

    def too_many(self, address: str) -> bool:
        """Whether an address has shown too many wrong tokens of late."""
        moments = self._wrong.get(address)
        if not moments:
            return False
        oldest = self._seconds() - WINDOW
        moments[:] = [each for each in moments if each > oldest]
        return len(moments) >= TRIES

    def note(self, address: str) -> None:
        """Remember that an address showed a wrong token."""
        self._wrong.setdefault(address, []).append(self._seconds())
        self._wrong.move_to_end(address)
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)


def _secret(authorization: str) -> str:
    """The token in an ``Authorization`` header; empty where it holds none."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text.partition(":")[2]


def _printable(text: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:MOST_AGENT]
