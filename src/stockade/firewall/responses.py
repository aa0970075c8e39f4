"""Answers as HTTP: the reason of a refusal stands in the status line, which is what pip and uv print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from stockade.firewall.answers import Ready
from stockade.firewall.doors import Denied
from stockade.firewall.pages import printable
from stockade.firewall.replies import Absent, Answer, Refused, Unavailable

REALM = 'Basic realm="stockade"'
REASON = "reason"
"""The key of ``http.response.start`` that :mod:`stockade.firewall.server` puts into the status line."""


class Phrased(Response):
    """A response with a reason phrase of our own (RFC 9112, 4). Printable ASCII only."""

    def __init__(
        self,
        body: bytes = b"",
        status: int = 200,
        reason: str = "",
        *,
        media_type: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(body, status_code=status, headers=headers, media_type=media_type)
        if not all(" " <= each <= "~" for each in reason):
            raise ValueError("a reason phrase is printable ASCII")
        self.reason = reason

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del receive
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        if self.reason:
            start[REASON] = self.reason
        await send(start)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


class Prepared(Response):
    """A page that was put together beforehand (:class:`~stockade.firewall.answers.Ready`)."""

    def __init__(self, ready: Ready) -> None:
        head = (ready.status + ready.fields).decode("latin-1").split("\r\n")
        super().__init__(ready.body, status_code=int(head[0].split(" ", 2)[1]))
        pairs = (line.partition(": ") for line in head[1:] if line)
        self.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, _, value in pairs]


def negative(answer: Answer, *, why: str = "") -> Phrased:
    """The response for whatever is not a plain yes. Never cached: an approval must work at once."""
    headers = {"cache-control": "no-store"}
    match answer:
        case Refused(ruling=ruling):
            reasons = ruling.verdict.reasons
            lines = [f"{each.action.value}: {each.code}: {_line(each.text)}" for each in reasons]
            body = "\n".join([ruling.phrase, "", *lines, "", f"stockade why {ruling.code}", ""])
            return Phrased(body.encode(), 403, ruling.phrase, headers=headers)
        case Unavailable():
            gap = answer.gap
            body = f"{_line(gap.subject)}: {_line(gap.detail)}\n{_line(gap.mend)}\n"
            return Phrased(body.encode(), 503, answer.phrase, headers={**headers, "retry-after": "30"})
        case Absent():
            return Phrased(f"{why or answer.why}\n".encode(), 404, headers=headers)


def _line(text: str) -> str:
    """One line of what upstream may have written: nothing in it steers a terminal."""
    return printable(" ".join(text.split()))


def as_json(value: object, status: int = 200, reason: str = "") -> Phrased:
    """A JSON document."""
    return Phrased(json.dumps(value).encode(), status, reason, media_type="application/json")


def turned_away(denied: Denied) -> Phrased:
    """The answer to whoever may not come in."""
    headers = {"www-authenticate": REALM} if denied.status == HTTPStatus.UNAUTHORIZED else {}
    return Phrased(f"{denied.why}\n".encode(), denied.status, f"Stockade: {denied.why}", headers=headers)
