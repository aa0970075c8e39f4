"""An index on loopback with what asks it, for the tests of the upstream."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stockade.model.firewall import Origin
from stockade.model.names import ProjectName
from stockade.model.upstream import Altered, UpstreamPage, Wanted
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.index_address import IndexAddress
from stockade.sources.upstream import HttpUpstream
from stockade.sources.upstream_http import UpstreamManners
from stockade.store.folder_blobs import FolderBlobs
from stockade.testing.fakes import FixedClock
from stockade.testing.index_server import IndexServer, ServedFile, file_path
from stockade.testing.loopback import LoopbackServer, Reply, Seen

DEMO = ProjectName("demo")
PAGE = "/simple/demo/"
CONTENT = hashlib.shake_128(b"a wheel").digest(3_000_000)
FILE = ServedFile(filename="demo-1.0-py3-none-any.whl", content=CONTENT)
PATH = file_path("demo", FILE.filename)


@dataclass
class Bench:
    """An index on loopback, and what asks it."""

    tmp: Path
    server: IndexServer
    clock: FixedClock = field(default_factory=FixedClock)
    ticks: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def upstream(self, **manners: Any) -> AsyncIterator[HttpUpstream]:
        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)
            await asyncio.sleep(0)

        chosen = {"sleep": sleep, "jitter": lambda: 0.0, "monotonic": lambda: self.ticks} | manners
        upstream = HttpUpstream(
            IndexAddress.parse(manners.pop("url", "") or self.server.url),
            self.tmp / "pages",
            self.blobs(),
            self.clock,
            manners=UpstreamManners(**{key: value for key, value in chosen.items() if key != "url"}),
        )
        try:
            yield upstream
        finally:
            await upstream.close()

    def blobs(self) -> FolderBlobs:
        return FolderBlobs(self.tmp / "blobs")

    def run(self, ask: Callable[[HttpUpstream], Awaitable[Any]], **manners: Any) -> Any:
        async def go() -> Any:
            async with self.upstream(**manners) as upstream:
                return await ask(upstream)

        return asyncio.run(go())

    def page(self, **manners: Any) -> UpstreamPage | Indeterminate | None:
        answer: UpstreamPage | Indeterminate | None = self.run(
            lambda upstream: upstream.page(DEMO), **manners
        )
        return answer

    def wanted(self, path: str = PATH, content: bytes = CONTENT, **other: Any) -> Wanted:
        about: dict[str, Any] = {
            "subject": FILE.filename,
            "url": path if "://" in path else self.server.origin + path,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
        }
        return Wanted(**(about | other))

    def file(self, wanted: Wanted | None = None, **manners: Any) -> int | Altered | Indeterminate:
        what = wanted or self.wanted()
        answer: int | Altered | Indeterminate = self.run(lambda upstream: upstream.file(what), **manners)
        return answer

    def stored(self, content: bytes = CONTENT) -> bytes | None:
        sha256 = hashlib.sha256(content).hexdigest()
        path = asyncio.run(self.blobs().path(Origin.UPSTREAM, sha256))
        return None if path is None else path.read_bytes()

    def leftovers(self) -> list[Path]:
        return list((self.tmp / "blobs" / "partial").iterdir())


def is_page(found: object) -> UpstreamPage:
    assert isinstance(found, UpstreamPage), found
    return found


def is_gap(found: object, text: str, cause: Cause = Cause.SOURCE_UNREACHABLE) -> Indeterminate:
    assert isinstance(found, Indeterminate), found
    assert text in found.detail, found.detail
    assert found.cause is cause
    return found


def always(server: LoopbackServer, reply: Reply) -> None:
    """Let a server give one answer, whatever it is asked."""

    def answer(seen: Seen) -> Reply:
        del seen
        return reply

    server.answer = answer  # type: ignore[method-assign]
