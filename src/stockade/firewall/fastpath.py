"""The way of warm pages: from the request's bytes to an answer that is put together already, past the application.

It gives what :class:`~stockade.firewall.app.App` would give; whatever needs a thought (a project that must be judged, a
token that must be looked up, a representation that must be made) is left to the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stockade.firewall.answers import Ready
from stockade.firewall.core import Firewall
from stockade.firewall.doors import Door
from stockade.firewall.metrics import Metrics
from stockade.firewall.middleware import KnownHost
from stockade.firewall.negotiation import NotAcceptableError
from stockade.model.names import ProjectName

PREFIX, SLASH = b"/simple/", 0x2F


class PageFastPath:
    """A :class:`~stockade.firewall.answers.FastPath` over the projects that are kept in memory."""

    def __init__(
        self,
        firewall: Firewall,
        door: Door,
        metrics: Metrics,
        improve: Callable[[Callable[[], None]], None],
        known: KnownHost | None = None,
    ) -> None:
        self._known = known
        self._projects = firewall.projects
        self._clock = firewall.parts.clock
        self._firewall = firewall
        self._door = door
        self._count = metrics.requests.labels("simple", "200").inc
        self._improve = improve

    def __call__(self, method: bytes, target: bytes, headers: Mapping[bytes, bytes]) -> Ready | None:
        """See :class:`~stockade.firewall.answers.FastPath`."""
        del method  # the server leaves out the body itself
        if not target.startswith(PREFIX) or target[-1] != SLASH or not self._firewall.healthy:
            return None
        if not self._may_enter(headers):
            return None
        judged = self._projects.ready(ProjectName(target[8:-1].decode("latin-1")))
        if judged is None:
            return None
        try:
            answer = judged.page.at_hand(headers, b"", self._clock.now())
        except NotAcceptableError:
            return None
        if answer is not None:
            self._count()
            if judged.page.claim_improvement():
                self._improve(judged.page.improve)
        return answer

    def _may_enter(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether the application would let the client in, as far as it can be told from memory."""
        if self._known is not None and not self._known(headers.get(b"host", b"")):
            return False
        authorization = headers.get(b"authorization")
        if authorization is None:
            return self._door.anonymous
        return self._door.known(authorization.decode("latin-1")) is not None
