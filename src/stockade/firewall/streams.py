"""Files as HTTP: whole, or one range of them (RFC 9110, 14), which uv uses to read metadata out of a wheel."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from stockade.firewall.replies import FileAnswer
from stockade.ports import BlobStore

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
TYPE = b"application/octet-stream"
REVALIDATE = b"private, no-cache"
"""Clients keep files, but ask before they use one again: it may have been refused since."""


def byte_range(header: str, size: int) -> tuple[int, int] | bool | None:
    """The half-open range that a ``Range`` header asks for; None for the whole; False where it cannot be met.

    Headers of another unit, of several ranges, or malformed ones are passed over, as the RFC allows.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        count = min(int(match[2]), size)
        return (size - count, size) if count else False
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    if start >= size:
        return False
    return (start, end) if start < end else None


class FileResponse:
    """An ASGI response that sends a stored file. Its ETag is the file's digest: the same name is always the same file."""

    def __init__(self, answer: FileAnswer, blobs: BlobStore) -> None:
        self._answer = answer
        self._blobs = blobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del receive
        asked = {key: value.decode("latin-1") for key, value in scope["headers"]}
        answer, size = self._answer, self._answer.size
        etag = f'"{answer.sha256}"'
        headers = [
            (b"etag", etag.encode()),
            (b"accept-ranges", b"bytes"),
            (b"cache-control", REVALIDATE),
            (b"x-content-type-options", b"nosniff"),
        ]
        if etag in (each.strip().removeprefix("W/") for each in asked.get(b"if-none-match", "").split(",")):
            await _empty(send, 304, headers)
            return
        wanted = byte_range(asked.get(b"range", ""), size) if asked.get(b"if-range", etag) == etag else None
        if wanted is False:
            await _empty(send, 416, [*headers, (b"content-range", f"bytes */{size}".encode())])
            return
        start, end = wanted if isinstance(wanted, tuple) else (0, size)
        if isinstance(wanted, tuple):
            headers.append((b"content-range", f"bytes {start}-{end - 1}/{size}".encode()))
        headers += [(b"content-type", TYPE), (b"content-length", str(end - start).encode())]
        status = 206 if isinstance(wanted, tuple) else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        await self._body(scope, send, start, end)

    async def _body(self, scope: Scope, send: Send, start: int, end: int) -> None:
        origin, sha256 = self._answer.ruling.origin, self._answer.sha256
        path = await self._blobs.path(origin, sha256)
        if path is not None and "http.response.pathsend" in scope.get("extensions", {}):
            await send(
                {"type": "http.response.pathsend", "path": str(path), "offset": start, "count": end - start}
            )
            return
        async for chunk in self._blobs.read(origin, sha256, start, end - start):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _empty(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    if status != HTTPStatus.NOT_MODIFIED:
        headers = [*headers, (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
