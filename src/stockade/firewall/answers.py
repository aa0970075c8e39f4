"""Answers that are ready before anybody asks: what goes over the wire, put together once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

REASON_LENGTH = 300
"""Longest reason phrase in characters."""

Headers = Iterable[tuple[bytes, bytes]]

_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_IN_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_IN_REASON = re.compile(r"[^\x20-\x7e]")
_BODILESS = frozenset({204, 304})
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer whose bytes stand already. Make one with :func:`ready`."""

    status: bytes
    """The status line, with its line end."""
    fields: bytes
    """The header lines and the empty line. ``Date`` is not among them; it is put in as the answer is sent."""
    body: bytes


class FastPath(Protocol):
    """Answers a request at once, from memory, or not at all."""

    def __call__(self, method: bytes, target: bytes, headers: Mapping[bytes, bytes]) -> Ready | None:
        """Look up the answer.

        Called in the event loop for ``GET`` and ``HEAD`` over HTTP/1.1 without a body, so it must neither wait nor compute
        for long. It is never the only way to an answer: the application must give the same one.

        Args:
            method: ``GET`` or ``HEAD``; the server leaves out the body of an answer to ``HEAD`` itself.
            target: path and query as they came, percent-encoded.
            headers: each name in lower case. A request that has one twice goes to the application.

        Returns:
            The answer; None to leave the request to the application.
        """
        ...


def ready(status: int, headers: Headers, body: bytes = b"", reason: str = "") -> Ready:
    """Put an answer together. ``Content-Length`` is added, except to 204 and 304, where ``body`` must be empty.

    Raises:
        ValueError: a header would not be one on the wire, or a body stands where none may.
    """
    if status in _BODILESS:
        if body:
            raise ValueError(f"an answer with status {status} has no body")
        length: tuple[tuple[bytes, bytes], ...] = ()
    else:
        length = ((b"content-length", b"%d" % len(body)),)
    return Ready(status_line(status, reason), field_lines((*headers, *length)) + b"\r\n", body)


def status_line(status: int, reason: str = "") -> bytes:
    """The status line, with its line end. What is not printable ASCII in ``reason`` becomes ``?``, so no line can end in it."""
    if not reason:
        return _LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
    plain = _NOT_IN_REASON.sub("?", reason[:REASON_LENGTH])
    return f"HTTP/1.1 {status:d} {plain}\r\n".encode("ascii")


def field_lines(headers: Headers) -> bytes:
    """Header lines, each with its end.

    Raises:
        ValueError: a name or value that would not be one, or would be more than one, on the wire.
    """
    lines: list[bytes] = []
    for name, value in headers:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a header name: {name[:60]!r}")
        if _NOT_IN_VALUE.search(value):
            raise ValueError(f"not a value for the header {name.decode()}: {value[:60]!r}")
        lines += (name, b": ", value, b"\r\n")
    return b"".join(lines)
