"""What every upstream does, the real one and the fake."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from stockade.model.firewall import Origin
from stockade.model.names import ProjectName
from stockade.model.upstream import Altered, UpstreamPage, Wanted
from stockade.model.verdicts import Indeterminate
from stockade.ports import Upstream
from stockade.sources.index_address import IndexAddress
from stockade.sources.upstream import HttpUpstream
from stockade.sources.upstream_http import UpstreamManners
from stockade.store.folder_blobs import FolderBlobs
from stockade.testing.fakes import FixedClock
from stockade.testing.loopback import Fault, LoopbackServer, Reply
from stockade.testing.upstream import FakeUpstream

DEMO = ProjectName("demo")
PAGE = b'{"meta": {"api-version": "1.0"}, "name": "demo", "files": []}'
CONTENT = b"a wheel" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
JSON = "application/vnd.pypi.simple.v1+json"


@dataclass
class Scene:
    upstream: Upstream
    blobs: FolderBlobs
    clock: FixedClock
    root: str
    break_down: Callable[[], None]

    def wanted(self, sha256: str = DIGEST, size: int | None = len(CONTENT), name: str = "demo.whl") -> Wanted:
        return Wanted(subject=name, url=self.root + name, sha256=sha256, size=size)


@contextmanager
def real(tmp: Path) -> Iterator[Scene]:
    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    with LoopbackServer() as server:
        server.serve("/simple/demo/", Reply(PAGE, JSON))
        server.serve("/demo.whl", Reply(CONTENT))
        clock, blobs = FixedClock(), FolderBlobs(tmp / "blobs")
        manners = UpstreamManners(sleep=sleep)
        address = IndexAddress.parse(f"{server.origin}/simple/")

        def break_down() -> None:
            for path in ("/simple/demo/", "/simple/other/", "/demo.whl"):
                server.fail(path, Fault.ERROR)

        upstream = HttpUpstream(address, tmp / "pages", blobs, clock, manners=manners)
        yield Scene(upstream, blobs, clock, f"{server.origin}/", break_down)


@contextmanager
def fake(tmp: Path) -> Iterator[Scene]:
    clock, blobs = FixedClock(), FolderBlobs(tmp / "blobs")
    files = {"https://index.example/demo.whl": CONTENT}
    upstream = FakeUpstream(blobs, clock, pages={DEMO: PAGE}, files=files)

    def break_down() -> None:
        upstream.trouble = "500"

    yield Scene(upstream, blobs, clock, "https://index.example/", break_down)


@pytest.fixture(params=[real, fake])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    with request.param(tmp_path) as made:
        yield made


def _run(scene: Scene, *questions: Callable[[Upstream], object]) -> list[object]:
    async def run() -> list[object]:
        found = [await question(scene.upstream) for question in questions]  # type: ignore[misc]
        if isinstance(scene.upstream, HttpUpstream):
            await scene.upstream.close()
        return found

    return asyncio.run(run())


def test_pages(scene: Scene) -> None:
    async def later(upstream: Upstream) -> object:
        scene.break_down()
        scene.clock.advance(hours=2)
        return await upstream.page(DEMO)

    page, nothing, stale, gap = _run(
        scene,
        lambda upstream: upstream.page(DEMO),
        lambda upstream: upstream.page(ProjectName("nobody")),
        later,
        lambda upstream: upstream.page(ProjectName("other")),
    )
    assert isinstance(page, UpstreamPage)
    assert isinstance(stale, UpstreamPage)
    assert (page.body, page.content_type, page.trouble) == (PAGE, JSON, "")
    assert page.digest == hashlib.sha256(PAGE).hexdigest()
    assert page.address == f"{scene.root}simple/demo/"
    assert nothing is None
    assert (stale.body, stale.vouched, bool(stale.trouble)) == (PAGE, page.vouched, True)
    assert scene.clock.now() - stale.vouched == timedelta(hours=2)
    assert isinstance(gap, Indeterminate)


def test_files(scene: Scene) -> None:
    size, wrong, long, missing = _run(
        scene,
        lambda upstream: upstream.file(scene.wanted()),
        lambda upstream: upstream.file(scene.wanted(sha256="0" * 64)),
        lambda upstream: upstream.file(scene.wanted(size=9)),
        lambda upstream: upstream.file(scene.wanted(name="none.whl", sha256="1" * 64)),
    )
    assert size == len(CONTENT)
    path = asyncio.run(scene.blobs.path(Origin.UPSTREAM, DIGEST))
    assert path is not None
    assert path.read_bytes() == CONTENT
    assert isinstance(wrong, Altered)
    assert (wrong.expected, wrong.got) == (f"SHA-256 {'0' * 64}", f"SHA-256 {DIGEST}")
    assert isinstance(long, Altered)
    assert long.expected == "9 bytes"
    assert isinstance(missing, Indeterminate)


def test_what_lies_beside(scene: Scene) -> None:
    url = f"{scene.root}demo.whl"
    content, checked, wrong, large, missing = _run(
        scene,
        lambda upstream: upstream.small("demo", url, 10_000),
        lambda upstream: upstream.small("demo", url, 10_000, DIGEST),
        lambda upstream: upstream.small("demo", url, 10_000, "0" * 64),
        lambda upstream: upstream.small("demo", url, 10),
        lambda upstream: upstream.small("demo", url + ".metadata", 10_000),
    )
    assert (content, checked, missing) == (CONTENT, CONTENT, None)
    assert isinstance(wrong, Altered)
    assert isinstance(large, Indeterminate)
