"""The firewall's application as a client meets it, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import httpx2
from starlette.types import ASGIApp
from tests.firewall.place import Place

from stockade.firewall.api import Api
from stockade.firewall.app import App
from stockade.firewall.doors import Door
from stockade.firewall.legacy import Uploads
from stockade.firewall.metrics import Metrics
from stockade.firewall.middleware import Measured
from stockade.model.firewall import Role
from stockade.model.tokens import Minting

T = TypeVar("T")
ORIGIN = "http://firewall.example"


class Web:
    """An application over a place."""

    def __init__(self, place: Place, *, anonymous: bool = True) -> None:
        self.place = place
        self.door = Door(place.state.tokens, place.clock, anonymous=anonymous)
        self.metrics = Metrics()
        place.firewall.changed = self.door.forget
        routes = [
            *Uploads(place.firewall, self.door).routes(),
            *Api(place.firewall, self.door).routes(),
        ]
        self.inner = App(place.firewall, self.door, self.metrics).build(routes)
        self.app: ASGIApp = Measured(self.inner, self.metrics)

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """One request."""
        return self.do(lambda client: client.request(method, path, **options))

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """One GET; underscores in names of headers stand for hyphens."""
        return self.ask("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})

    def do(self, work: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> T:
        """Several requests in one event loop."""

        async def main() -> T:
            await self.place.firewall.look()
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
                return await work(client)

        return asyncio.run(main())

    def token(self, role: Role, *projects: str, hours: int = 1, name: str = "somebody") -> str:
        """A new token's text."""
        now = self.place.clock.now()
        minting = Minting(
            name=name, role=role, at=now, by="ann", projects=projects, expires=now + timedelta(hours=hours)
        )
        return self.place.state.tokens.mint(minting).text
