"""The firewall over HTTP: routes to :mod:`stockade.firewall.core`; everything it judges is judged there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from stockade.errors import InvalidValueError, StockadeError
from stockade.firewall.core import Firewall
from stockade.firewall.doors import Door, Guest
from stockade.firewall.metrics import Metrics
from stockade.firewall.negotiation import NotAcceptableError
from stockade.firewall.recall import Recall
from stockade.firewall.rendered import Rendered, render_names
from stockade.firewall.replies import Absent, DocumentAnswer, FileAnswer, Refused, Unavailable
from stockade.firewall.responses import Phrased, Prepared, as_json, negative, turned_away
from stockade.firewall.shown import Shown
from stockade.firewall.streams import FileResponse
from stockade.model.firewall import Role
from stockade.model.names import project_name

RECALL_SECONDS = 5.0
"""How often changes are looked for after which what was served is judged anew."""
QUERY = "%&=+-._~!$'()*,;:@/?"
"""What stays as it is in a query that is passed on."""
METADATA, PROVENANCE = ".metadata", ".provenance"
UNREADABLE = "the state cannot be read"


class App:
    """The handlers, with what they need.

    Args:
        firewall: what judges.
        door: who may come in.
        metrics: what is counted.
        closing: called when the server ends.
        beside: work that runs as long as the server does.
    """

    def __init__(
        self,
        firewall: Firewall,
        door: Door,
        metrics: Metrics,
        closing: Callable[[], Awaitable[None]] | None = None,
        beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
    ) -> None:
        self._firewall = firewall
        self._closing = closing or _nothing
        self._beside = tuple(beside)
        self._door = door
        self._metrics = metrics

    def build(self, extra: Sequence[BaseRoute] = ()) -> ASGIApp:
        """The ASGI application; ``extra`` routes (uploads, API) come with their own handlers."""
        app = Starlette(
            routes=[
                Route("/simple/", self.names),
                Route("/simple", RedirectResponse("simple/", status_code=301)),
                Route("/simple/{name}/", self.project),
                Route("/simple/{name}", self.project),
                Route("/files/{name}/{filename}", self.file),
                Route("/healthz", self.alive),
                Route("/readyz", self.ready),
                Route("/metrics", self.measured),
                *extra,
            ],
            lifespan=self._lifespan,
        )
        app.router.redirect_slashes = False  # its redirects lead to whatever the Host header says
        return app

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self._firewall.look()
        recall = Recall(self._firewall)
        watching = [
            asyncio.create_task(self._firewall.watch()),
            asyncio.create_task(recall.watch(RECALL_SECONDS)),
            *(asyncio.create_task(each()) for each in self._beside),
        ]
        try:
            yield
        finally:
            for each in watching:
                each.cancel()
                with suppress(asyncio.CancelledError, StockadeError):
                    await each
            await self._closing()

    async def guest(self, request: Request, role: Role = Role.INSTALL) -> Guest | Phrased:
        """Whoever asks, or the answer that turns them away."""
        found = await self._door.enter(
            request.headers.get("authorization", ""),
            request.client.host if request.client else "",
            request.headers.get("user-agent", ""),
            role,
        )
        if isinstance(found, Guest):
            return found
        return turned_away(found)

    async def names(self, request: Request) -> Response:
        """The list of projects."""
        guest = await self.guest(request)
        if isinstance(guest, Phrased):
            return guest
        return await self._page(request, render_names(await self._firewall.names()))

    async def project(self, request: Request) -> Response:
        """A project's page. Names that are not canonical are sent to the one that is (PEP 503)."""
        guest = await self.guest(request)
        if isinstance(guest, Phrased):
            return guest
        text = request.path_params["name"]
        try:
            name = project_name(text)
        except InvalidValueError as error:
            return Phrased(f"{error.message}\n".encode(), 404)
        # Not request.url: that is put together with the Host header, which may be anything.
        whole = request.scope["path"].endswith("/")
        if text != name or not whole:
            asked = request.scope["query_string"].decode("latin-1")
            query = f"?{quote(asked, safe=QUERY)}" if asked else ""
            up = "../" if whole else ""
            return RedirectResponse(f"{up}{quote(name)}/{query}", status_code=301)
        found = await self._firewall.projects.shown(name)
        if not isinstance(found, Shown):
            return negative(found)
        return await self._page(request, found.page)

    async def _page(self, request: Request, page: Rendered) -> Response:
        headers = {name.lower(): value for name, value in request.scope["headers"]}
        try:
            query, now = request.scope["query_string"], self._firewall.parts.clock.now()
            answer = page.at_hand(headers, query, now)
            if answer is None:  # it must be made, which takes its time
                answer = await asyncio.to_thread(page.answer, headers, query, now)
        except NotAcceptableError as error:
            return Phrased(
                f"{error.message}\n".encode(),
                HTTPStatus.NOT_ACCEPTABLE,
                headers={"vary": "accept, accept-encoding"},
            )
        return Prepared(answer)

    async def file(self, request: Request) -> ASGIApp:
        """A file, its metadata or its provenance."""
        guest = await self.guest(request)
        if isinstance(guest, Phrased):
            return guest
        try:
            name = project_name(request.path_params["name"])
        except InvalidValueError as error:
            return Phrased(f"{error.message}\n".encode(), 404)
        filename = request.path_params["filename"]
        files = self._firewall.files
        found: FileAnswer | DocumentAnswer | Refused | Absent | Unavailable
        if filename.endswith(METADATA):
            found = await files.metadata(name, filename.removesuffix(METADATA), guest.client)
        elif filename.endswith(PROVENANCE):
            found = await files.provenance(name, filename.removesuffix(PROVENANCE), guest.client)
        else:
            found = await files.file(name, filename, guest.client)
        if isinstance(found, FileAnswer | Refused):
            self._metrics.ruled(found.ruling)
        match found:
            case FileAnswer():
                self._metrics.served_bytes.inc(found.size)
                return FileResponse(found, self._firewall.parts.blobs)
            case DocumentAnswer():
                return Phrased(
                    found.body, media_type=found.content_type, headers={"cache-control": "no-cache"}
                )
            case _:
                return negative(found)

    async def alive(self, _request: Request) -> Response:
        """The process answers."""
        return as_json({"status": "alive"})

    async def ready(self, _request: Request) -> Response:
        """The state can be read, so that questions are answered."""
        await self._firewall.look()
        if self._firewall.healthy:
            return as_json({"server": "stockade", "status": "ready"})
        return as_json(
            {"status": "not ready", "why": "the state cannot be read"},
            503,
            "Stockade: the state cannot be read",
        )

    async def measured(self, request: Request) -> Response:
        """Prometheus' exposition."""
        guest = await self.guest(request)
        if isinstance(guest, Phrased):
            return guest
        self._metrics.healthy.set(self._firewall.healthy)
        return Response(self._metrics.exposition(), media_type=self._metrics.content_type)


async def _nothing() -> None:
    """Nothing to close."""
