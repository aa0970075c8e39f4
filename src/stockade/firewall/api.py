"""The JSON API over quarantine and approvals. Every operation stands in :data:`OPERATIONS`, from which the OpenAPI
document is made, so that the two cannot differ."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from stockade import __version__
from stockade.errors import InvalidValueError, StockadeError, UsageError
from stockade.firewall import decisions
from stockade.firewall.core import Firewall
from stockade.firewall.decisions import Reach, Wish
from stockade.firewall.doors import Denied, Door, Guest
from stockade.firewall.projects import Judged
from stockade.firewall.responses import Phrased
from stockade.model.firewall import Approval, Role, Ruling
from stockade.model.firewall_state import Held
from stockade.model.names import project_name

MOST_BODY = 64 << 10
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=24 * 366)]


class Quarantine(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, and what is in force."""

    held: tuple[Held, ...]
    approvals: tuple[Approval, ...]


class Approve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of an approval."""

    reason: Reason
    scope: Reach = Reach.FILE
    requester: Annotated[str, msgspec.Meta(max_length=300)] = ""
    expires_hours: Hours | None = 720
    """Null: until it is revoked."""
    break_glass: bool = False


class Deny(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a denial."""

    reason: Reason
    scope: Reach = Reach.FILE
    requester: Annotated[str, msgspec.Meta(max_length=300)] = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A project's files with the ruling on each."""

    project: str
    rulings: tuple[Ruling, ...]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer."""

    problem: str
    hint: str = ""


class ApiError(Exception):
    """An answer that is none."""

    def __init__(self, status: int, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.status = status
        self.body = Problem(problem=problem, hint=hint)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: who, with what."""

    guest: Guest
    path: dict[str, str]
    query: dict[str, str]
    body: Any


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the API."""

    id: str
    method: str
    path: str
    role: Role
    summary: str
    answer: type[Any]
    run: Callable[[Api, Call], Awaitable[Any]]
    body: type[Any] | None = None
    query: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    """Other statuses that it may have, beside 401, 403 and 429."""


class Api:
    """The operations over one firewall."""

    def __init__(self, firewall: Firewall, door: Door) -> None:
        self.firewall = firewall
        self._door = door

    def routes(self) -> Sequence[BaseRoute]:
        """The routes, the document's among them."""
        document = msgspec.json.encode(openapi())

        async def described(_request: Request) -> Phrased:
            return Phrased(document, media_type="application/json")

        return [
            Route("/api/v1/openapi.json", described, methods=["GET"]),
            *(Route(each.path, self._handler(each), methods=[each.method]) for each in OPERATIONS),
        ]

    def _handler(self, operation: Operation) -> Callable[[Request], Awaitable[Phrased]]:
        async def handle(request: Request) -> Phrased:
            try:
                call = await self._call(operation, request)
                answer, status = await operation.run(self, call), 200
            except ApiError as error:
                answer, status = error.body, error.status
            except (UsageError, InvalidValueError) as error:
                answer, status = Problem(problem=error.message, hint=error.hint), 422
            except StockadeError as error:
                answer, status = Problem(problem=error.message, hint=error.hint), 503
            headers = {"cache-control": "no-store"}
            if status == HTTPStatus.UNAUTHORIZED:
                headers["www-authenticate"] = 'Bearer realm="stockade"'
            body = msgspec.json.encode(answer)
            return Phrased(body, status, media_type="application/json", headers=headers)

        return handle

    async def _call(self, operation: Operation, request: Request) -> Call:
        entered = await self._door.enter(
            request.headers.get("authorization", ""),
            request.client.host if request.client else "",
            request.headers.get("user-agent", ""),
            operation.role,
        )
        if isinstance(entered, Denied):
            raise ApiError(entered.status, entered.why)
        body = None
        if operation.body is not None:
            raw = await _bounded(request)
            try:
                body = msgspec.json.decode(raw, type=operation.body)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise ApiError(400, f"the body does not fit: {str(error)[:300]}") from error
        return Call(
            guest=entered, path=dict(request.path_params), query=dict(request.query_params), body=body
        )


async def _bounded(request: Request) -> bytes:
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BODY:
            raise ApiError(413, f"the body is larger than {MOST_BODY:,} bytes")
        parts.append(chunk)
    return b"".join(parts)


async def _list(api: Api, call: Call) -> Quarantine:
    wanted = project_name(call.query["project"]) if call.query.get("project") else None
    approvals, now = api.firewall.parts.approvals, api.firewall.parts.clock.now()
    queue = await asyncio.to_thread(approvals.queue, wanted)
    listed = await asyncio.to_thread(approvals.listed)
    mine = [each for each in listed if each.holds(now) and wanted in {None, each.scope.project}]
    return Quarantine(
        held=tuple(each for each in queue if call.guest.may(Role.APPROVE, each.project)),
        approvals=tuple(each for each in mine if call.guest.may(Role.APPROVE, each.scope.project)),
    )


async def _show(api: Api, call: Call) -> Held:
    held = await asyncio.to_thread(_held, api, call)
    _require(call, held.project)
    return held


def _held(api: Api, call: Call) -> Held:
    try:
        return decisions.found(api.firewall.parts.approvals, call.path["code"])
    except UsageError as error:
        raise ApiError(404, error.message) from error


async def _approve(api: Api, call: Call) -> Approval:
    return await _decide(api, call, decisions.approve)


async def _deny(api: Api, call: Call) -> Approval:
    return await _decide(api, call, decisions.deny)


async def _decide(api: Api, call: Call, how: Callable[..., Approval]) -> Approval:
    held = await asyncio.to_thread(_held, api, call)
    _require(call, held.project)
    body, now = call.body, api.firewall.parts.clock.now()
    if getattr(body, "break_glass", False) and not call.guest.may(Role.ADMIN):
        raise ApiError(403, "break-glass needs the role admin")
    hours = getattr(body, "expires_hours", None)
    wish = Wish(
        reason=body.reason,
        by=_by(call),
        at=now,
        reach=body.scope,
        requester=body.requester,
        expires=None if hours is None else now + timedelta(hours=hours),
        break_glass=getattr(body, "break_glass", False),
    )
    try:
        approval = await asyncio.to_thread(how, api.firewall.parts.approvals, held, wish)
    except UsageError as error:
        raise ApiError(409, error.message, error.hint) from error
    await api.firewall.look()
    return approval


async def _revoke(api: Api, call: Call) -> Approval:
    approvals = api.firewall.parts.approvals
    known = await asyncio.to_thread(approvals.get, call.path["id"].upper())
    if known is None:
        raise ApiError(404, "there is no such approval")
    _require(call, known.scope.project)
    now = api.firewall.parts.clock.now()
    revoked = await asyncio.to_thread(lambda: approvals.revoke(known.id, by=_by(call), at=now))
    await api.firewall.look()
    return revoked


async def _judged(api: Api, call: Call) -> Judgement:
    name = project_name(call.path["name"])
    judged = await api.firewall.projects.judged(name)
    if not isinstance(judged, Judged):
        why = getattr(judged, "why", "") or getattr(judged, "phrase", "")
        raise ApiError(404 if hasattr(judged, "why") else 503, why)
    return Judgement(project=name, rulings=tuple(judged.rulings.values()))


def _require(call: Call, project: str) -> None:
    if not call.guest.may(Role.APPROVE, project):
        raise ApiError(403, f"the token is not for {project}")


def _by(call: Call) -> str:
    return call.guest.client.identity or call.guest.client.name


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listQuarantine",
        method="GET",
        path="/api/v1/quarantine",
        role=Role.APPROVE,
        summary="Files that were refused, and decisions in force",
        answer=Quarantine,
        run=_list,
        query=("project",),
        statuses=(422,),
    ),
    Operation(
        id="showHeld",
        method="GET",
        path="/api/v1/quarantine/{code}",
        role=Role.APPROVE,
        summary="One refused file",
        answer=Held,
        run=_show,
        statuses=(404,),
    ),
    Operation(
        id="approve",
        method="POST",
        path="/api/v1/quarantine/{code}/approve",
        role=Role.APPROVE,
        summary="Let in a file that is held",
        answer=Approval,
        run=_approve,
        body=Approve,
        statuses=(400, 404, 409, 413, 422),
    ),
    Operation(
        id="deny",
        method="POST",
        path="/api/v1/quarantine/{code}/deny",
        role=Role.APPROVE,
        summary="Refuse a file whatever the policy says",
        answer=Approval,
        run=_deny,
        body=Deny,
        statuses=(400, 404, 409, 413, 422),
    ),
    Operation(
        id="revoke",
        method="POST",
        path="/api/v1/approvals/{id}/revoke",
        role=Role.APPROVE,
        summary="Take an approval or a denial back",
        answer=Approval,
        run=_revoke,
        statuses=(404,),
    ),
    Operation(
        id="judge",
        method="GET",
        path="/api/v1/projects/{name}",
        role=Role.INSTALL,
        summary="The ruling on every file of a project",
        answer=Judgement,
        run=_judged,
        statuses=(404, 422, 503),
    ),
)
"""Every operation."""


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of :data:`OPERATIONS`."""
    types = [each.answer for each in OPERATIONS] + [each.body for each in OPERATIONS if each.body] + [Problem]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method.lower()] = _described(each, by_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Stockade's firewall", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _described(operation: Operation, schemas: dict[type[Any], Any]) -> dict[str, Any]:
    def content(kind: type[Any]) -> dict[str, Any]:
        return {"application/json": {"schema": schemas[kind]}}

    named = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    text = {"type": "string"}
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Needs a token with the role {operation.role.value}.",
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": text} for name in named),
            *({"name": name, "in": "query", "required": False, "schema": text} for name in operation.query),
        ],
        "responses": {
            "200": {"description": "Done.", "content": content(operation.answer)},
            **{
                str(status): {"description": "Refused.", "content": content(Problem)}
                for status in (*operation.statuses, 401, 403, 429, 503)
            },
        },
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": content(operation.body)}
    return described
