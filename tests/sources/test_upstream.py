"""The firewall's view of an upstream index: what it asks, how often, and what it makes of an upstream that fails or lies."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from stockade.errors import IncompleteError
from stockade.model.firewall import Origin
from stockade.model.names import ProjectName
from stockade.model.upstream import Altered, UpstreamPage, Wanted
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.index_address import IndexAddress
from stockade.sources.upstream import HttpUpstream, plain_hosts
from stockade.sources.upstream_http import UpstreamManners
from stockade.store.folder_blobs import FolderBlobs
from stockade.testing.fakes import FixedClock
from stockade.testing.index_server import IndexServer, ServedFile, ServedProject, file_path
from stockade.testing.loopback import Fault, LoopbackServer, Reply, Seen
from stockade.testing.releases import release, wheel_file

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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with IndexServer([ServedProject(name="demo", files=(FILE,)), release("other", "1.0")]) as server:
        yield Bench(tmp_path, server)


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


# Pages


def test_a_page_is_what_the_index_sent(bench: Bench) -> None:
    page = is_page(bench.page())
    assert json.loads(page.body)["name"] == "demo"
    assert page.digest == hashlib.sha256(page.body).hexdigest()
    assert page.content_type == "application/vnd.pypi.simple.v1+json"
    assert (page.address, page.vouched, page.trouble) == (bench.server.url + "demo/", bench.clock.now(), "")
    assert bench.server.seen[0].headers["accept-encoding"] == "gzip"


def test_an_index_that_knows_html_only_gives_html(tmp_path: Path) -> None:
    with IndexServer([release("demo", "1.0")], speaks_json=False) as server:
        assert is_page(Bench(tmp_path, server).page()).content_type == "text/html"


def test_a_young_page_is_not_asked_for_again_even_after_a_restart(bench: Bench) -> None:
    first = is_page(bench.page())
    bench.clock.advance(minutes=4)
    assert bench.page() == first
    assert bench.server.asked(PAGE) == 1


def test_an_older_page_is_asked_for_by_its_etag_and_a_304_hands_out_the_kept_body(bench: Bench) -> None:
    async def ask(upstream: HttpUpstream) -> list[UpstreamPage]:
        found = []
        for _ in range(3):
            found.append(is_page(await upstream.page(DEMO)))
            bench.clock.advance(minutes=6)
        return found

    pages = bench.run(ask)
    assert [seen.headers.get("if-none-match") for seen in bench.server.seen][1:] == [
        f'"{pages[0].digest[:32]}"'
    ] * 2
    assert {page.body for page in pages} == {pages[0].body}
    assert pages[2].vouched - pages[0].vouched == timedelta(minutes=12)
    again = is_page(bench.page())  # another process, later: the disk's copy, confirmed
    assert (again.body, len(bench.server.seen)) == (pages[0].body, 4)


def test_a_changed_page_is_the_new_one(bench: Bench) -> None:
    first = is_page(bench.page())
    bench.server.put(release("demo", "2.0"))
    bench.clock.advance(minutes=6)
    second = is_page(bench.page())
    assert second.digest != first.digest
    assert b"demo-2.0" in second.body


def test_an_index_without_etags_is_asked_by_date(tmp_path: Path) -> None:
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    with LoopbackServer() as server:
        headers = {"Last-Modified": date}
        page = Reply(b'{"name": "demo", "files": []}', "application/json", headers=headers, etag=False)
        server.serve(PAGE, page)
        bench = Bench(tmp_path, server)  # type: ignore[arg-type] # any server will do
        assert is_page(bench.page(url=f"{server.origin}/simple/")).body
        bench.clock.advance(minutes=6)
        assert is_page(bench.page(url=f"{server.origin}/simple/")).body
        assert server.seen[1].headers["if-modified-since"] == date


def test_a_304_to_a_question_without_a_condition_is_no_page(bench: Bench) -> None:
    bench.server.fail(PAGE, Fault.UNCHANGED)
    is_gap(bench.page(), "304 to a question without a condition")


def test_a_304_is_not_believed_for_ever(bench: Bench) -> None:
    first = is_page(bench.page())
    bench.server.put(release("demo", "2.0"))
    bench.server.fail(PAGE, Fault.UNCHANGED, times=2)
    bench.clock.advance(minutes=6)
    assert is_page(bench.page()).body == first.body  # it cannot be told from the truth
    bench.clock.advance(hours=25)
    second = is_page(bench.page())
    assert "if-none-match" not in bench.server.seen[2].headers
    assert b"demo-2.0" in second.body


def test_a_304_that_names_another_page_is_not_believed(bench: Bench) -> None:
    is_page(bench.page())
    bench.clock.advance(minutes=6)
    bench.server.put(release("demo", "3.0"))
    answer = bench.server.answer
    first = [Reply(status=304, headers={"ETag": '"of-another-page"'}, etag=False)]
    bench.server.answer = lambda seen: first.pop() if first else answer(seen)  # type: ignore[method-assign]
    assert b"demo-3.0" in is_page(bench.page()).body
    assert len(bench.server.seen) == 3


def test_however_many_ask_one_question_goes_out(bench: Bench) -> None:
    async def ask(upstream: HttpUpstream) -> list[Any]:
        return await asyncio.gather(*(upstream.page(DEMO) for _ in range(50)))

    bench.server.fail(PAGE, Fault.SLOW, times=1, seconds=0.3)
    pages = bench.run(ask)
    assert len({id(is_page(page).body) for page in pages}) == 1
    assert bench.server.asked(PAGE) == 1


def test_a_client_that_leaves_does_not_take_the_page_from_the_others(bench: Bench) -> None:
    async def ask(upstream: HttpUpstream) -> Any:
        first = asyncio.create_task(upstream.page(DEMO))
        second = asyncio.create_task(upstream.page(DEMO))
        await asyncio.sleep(0.1)
        first.cancel()
        return await second

    bench.server.fail(PAGE, Fault.SLOW, times=1, seconds=0.4)
    is_page(bench.run(ask))
    assert bench.server.asked(PAGE) == 1


def test_what_does_not_exist_is_remembered_for_a_moment(bench: Bench) -> None:
    async def ask(upstream: HttpUpstream) -> list[Any]:
        nobody = ProjectName("nobody")
        found = [await upstream.page(nobody) for _ in range(3)]
        bench.ticks += 61
        bench.server.put(release("nobody", "1.0"))
        return [*found, await upstream.page(nobody)]

    *missing, there = bench.run(ask)
    assert missing == [None] * 3
    assert is_page(there).name == "nobody"
    assert bench.server.asked("/simple/nobody/") == 2


def test_a_project_that_was_taken_away_does_not_come_back_with_a_restart(bench: Bench) -> None:
    is_page(bench.page())
    bench.server.remove("demo")
    bench.clock.advance(minutes=6)
    assert bench.page() is None
    bench.server.fail(PAGE, Fault.ERROR)
    is_gap(bench.page(), "500")


# Upstream fails


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.ERROR, "500"),
        (Fault.BUSY, "429"),
        (Fault.DROPPED, "disconnected"),
        (Fault.TRUNCATED, "without sending complete"),
        (Fault.RESET, "Error"),
        (Fault.LOOP, "more than 5 redirects"),
        (Fault.BOMB, "larger than 67,108,864 bytes"),
        (Fault.ENDLESS, "larger than 67,108,864 bytes"),
        (Fault.STALLED, "longer than 0.5 s"),
    ],
)
def test_a_page_that_cannot_be_had_is_a_gap_and_an_old_one_is_handed_out_with_its_age(
    bench: Bench, fault: Fault, text: str
) -> None:
    bench.server.fail(PAGE, fault)
    gap = is_gap(bench.page(page_seconds=0.5 if fault is Fault.STALLED else 60), text)
    assert gap.mend
    bench.server.fail(PAGE, fault, times=0)
    first = is_page(bench.page())
    bench.clock.advance(minutes=20)
    bench.server.put(release("demo", "2.0"))
    bench.server.fail(PAGE, fault)
    stale = is_page(bench.page(page_seconds=0.5 if fault is Fault.STALLED else 60))
    assert (stale.body, stale.vouched) == (first.body, first.vouched)
    assert text in stale.trouble


def test_a_failure_that_passes_is_not_seen(bench: Bench) -> None:
    bench.server.fail(PAGE, Fault.TRUNCATED, times=2)
    is_page(bench.page())
    assert bench.pauses == [0.3, 0.6]


def test_a_server_that_asks_for_a_long_pause_is_not_waited_for(bench: Bench) -> None:
    bench.server.fail(PAGE, Fault.BUSY, seconds=120)
    is_gap(bench.page(), "asks for a pause of 120 s")
    assert bench.pauses == []


def test_readers_of_an_old_page_do_not_wait_for_a_dead_server_each_time(bench: Bench) -> None:
    async def ask(upstream: HttpUpstream) -> None:
        is_page(await upstream.page(DEMO))
        bench.clock.advance(minutes=6)
        bench.server.fail(PAGE, Fault.ERROR)
        for _ in range(20):
            assert is_page(await upstream.page(DEMO)).trouble
        asked = bench.server.asked(PAGE)
        bench.ticks += 6
        assert is_page(await upstream.page(DEMO)).trouble
        assert bench.server.asked(PAGE) > asked

    bench.run(ask)
    assert bench.server.asked(PAGE) <= 7


def test_a_server_that_fails_again_and_again_is_left_alone_and_then_tried_once(bench: Bench) -> None:
    async def ask(upstream: HttpUpstream) -> None:
        for number in range(10):
            is_gap(await upstream.page(ProjectName(f"p{number}")), "")
        asked = len(bench.server.seen)
        assert asked == 5
        is_gap(await upstream.page(DEMO), "it is not asked for another 15 s")
        bench.ticks += 16
        is_gap(await upstream.page(ProjectName("p11")), "")
        assert len(bench.server.seen) == asked + 1
        is_gap(await upstream.page(DEMO), "it is not asked for another 30 s")
        bench.ticks += 31
        is_page(await upstream.page(DEMO))
        assert await upstream.page(ProjectName("nobody")) is None

    for number in range(12):
        bench.server.fail(f"/simple/p{number}/", Fault.ERROR)
    bench.run(ask)


def test_a_dead_server_is_a_gap(tmp_path: Path) -> None:
    with IndexServer() as server:
        url = server.url
    bench = Bench(tmp_path, server)
    is_gap(bench.page(url=url), "ConnectError")


def test_credentials_go_to_the_index_and_nowhere_else(tmp_path: Path) -> None:
    with IndexServer([release("demo", "1.0")]) as files, IndexServer() as server:
        server.credentials = ("ada", "pass:word")
        bench = Bench(tmp_path, server)
        is_gap(bench.page(), "401")
        url = server.url.replace("http://", "http://ada:pass%3Aword@")
        moved = Reply(status=302, headers={"Location": f"{files.url}demo/"}, etag=False)
        always(server, moved)
        page = is_page(bench.page(url=url))
        assert page.address == f"{files.url}demo/"
        assert "pass" not in repr(page)
        assert "authorization" not in files.seen[0].headers


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "deflate"])
def test_only_gzip_is_unpacked(bench: Bench, encoding: str) -> None:
    bench.server.remove("demo")
    headers = {"Content-Encoding": encoding}
    page = Reply(b"packed", "application/json", headers=headers)
    always(bench.server, page)
    is_gap(bench.page(), "only gzip was asked for")


def test_a_packed_page_is_unpacked(bench: Bench) -> None:
    text = b'{"name": "demo", "files": []}' * 100_000
    for packed in (gzip.compress(text), gzip.compress(text[:10]) + gzip.compress(text[10:])):
        reply = Reply(packed, "application/json", headers={"Content-Encoding": "gzip"})
        always(bench.server, reply)
        assert is_page(bench.page()).body == text
        bench.clock.advance(hours=48)
    broken = Reply(gzip.compress(text)[:-20], "application/json", headers={"Content-Encoding": "gzip"})
    always(bench.server, broken)
    assert "ends early" in is_page(bench.page()).trouble


# Files


def test_a_file_is_stored_and_fetched_once(bench: Bench) -> None:
    async def ask(upstream: HttpUpstream) -> list[Any]:
        found = await asyncio.gather(*(upstream.file(bench.wanted()) for _ in range(20)))
        return [*found, await upstream.file(bench.wanted())]

    assert bench.run(ask) == [len(CONTENT)] * 21
    assert bench.file() == len(CONTENT)
    assert bench.server.asked(PATH) == 1
    assert bench.stored() == CONTENT
    assert bench.leftovers() == []


def test_files_may_lie_at_another_host(tmp_path: Path) -> None:
    project = ServedProject(name="demo", files=(FILE,))
    with IndexServer([project]) as files, IndexServer([project], files_at=files.origin) as server:
        bench = Bench(tmp_path, server)
        url = json.loads(is_page(bench.page()).body)["files"][0]["url"]
        assert url.startswith(files.origin)
        assert bench.file(bench.wanted(url)) == len(CONTENT)


def test_a_broken_transfer_goes_on_where_it_broke_off(bench: Bench) -> None:
    bench.server.fail(
        PATH, Fault.TRUNCATED, times=6
    )  # more often than a server that does not get on is asked
    assert bench.file() == len(CONTENT)
    assert bench.stored() == CONTENT
    ranges = [seen.headers.get("range", "") for seen in bench.server.seen]
    starts = [int(each.removeprefix("bytes=").removesuffix("-")) for each in ranges[1:]]
    assert (ranges[0], len(starts)) == ("", 6)
    assert starts == sorted(starts)
    assert starts[0] > 0
    assert all("if-range" in seen.headers for seen in bench.server.seen[1:])


def test_a_connection_that_is_reset_does_not_matter(bench: Bench) -> None:
    bench.server.fail(PATH, Fault.RESET, times=2)
    assert bench.file() == len(CONTENT)
    assert bench.stored() == CONTENT


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(bench: Bench) -> None:
    changed = CONTENT[::-1]
    bench.server.fail(PATH, Fault.TRUNCATED, times=1)
    answer = bench.server.answer

    def then_changed(seen: Any) -> Reply:
        reply = answer(seen)
        return reply if len(bench.server.seen) == 1 else Reply(changed, reply.content_type)

    bench.server.answer = then_changed  # type: ignore[method-assign]
    assert bench.file(bench.wanted(content=changed)) == len(changed)
    assert bench.stored(changed) == changed


def test_a_server_that_sends_no_parts_is_asked_for_all_again(bench: Bench) -> None:
    answer = bench.server.answer
    bench.server.answer = lambda seen: Reply(answer(seen).body, etag=False)  # type: ignore[method-assign]
    bench.server.fail(PATH, Fault.TRUNCATED, times=2)
    assert bench.file() == len(CONTENT)
    assert not any("range" in seen.headers for seen in bench.server.seen)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Content-Range": "bytes 0-9/10"}, 206), ({}, 206), ({"Content-Range": "bytes */10"}, 416)],
)
def test_a_part_that_was_not_asked_for_is_not_taken(
    bench: Bench, headers: dict[str, str], status: int
) -> None:
    bench.server.fail(PATH, Fault.TRUNCATED, times=1)
    answer = bench.server.answer

    def wrong_part(seen: Any) -> Reply:
        if "range" in seen.headers:
            return Reply(b"0123456789", status=status, headers=headers, etag=False)
        return answer(seen)

    bench.server.answer = wrong_part  # type: ignore[method-assign]
    assert bench.file() == len(CONTENT)
    assert bench.stored() == CONTENT


@pytest.mark.parametrize(
    ("fault", "got"),
    [(Fault.ALTERED, "SHA-256 "), (Fault.LONGER, " bytes"), (Fault.SHORTER, "1,500,000 bytes")],
)
@pytest.mark.parametrize("sized", [True, False])
def test_a_file_that_is_not_the_one_of_the_page_is_an_incident(
    bench: Bench, fault: Fault, got: str, *, sized: bool
) -> None:
    bench.server.fail(PATH, fault)
    found = bench.file(bench.wanted(size=len(CONTENT) if sized else None))
    assert isinstance(found, Altered)
    assert (got if sized else "SHA-256 ") in found.got
    assert found.address == bench.server.origin + PATH
    assert found.expected in found.detail
    assert bench.stored() is None
    assert bench.leftovers() == []
    assert [seen.headers.get("cache-control") for seen in bench.server.seen] == [None, "no-cache"]


def test_a_file_that_is_wrong_once_is_fetched_past_caches(bench: Bench) -> None:
    bench.server.fail(PATH, Fault.ALTERED, times=1)
    assert bench.file() == len(CONTENT)
    assert bench.stored() == CONTENT


def test_a_size_that_does_not_belong_to_the_digest_is_an_incident_even_when_the_file_is_here(
    bench: Bench,
) -> None:
    assert bench.file() == len(CONTENT)
    found = bench.file(bench.wanted(size=5))
    assert isinstance(found, Altered)
    assert (found.expected, "3,000,000 bytes" in found.got) == ("5 bytes", True)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.ERROR, "500"),
        (Fault.DROPPED, "disconnected"),
        (Fault.LOOP, "redirects"),
        (Fault.UNCHANGED, "304"),
        (Fault.STALLED, "longer than 0.5 s"),
    ],
)
def test_a_file_that_cannot_be_had_is_a_gap_and_leaves_nothing(bench: Bench, fault: Fault, text: str) -> None:
    bench.server.fail(PATH, fault)
    is_gap(bench.file(file_seconds=0.5 if fault is Fault.STALLED else 60), text)
    assert bench.stored() is None
    assert bench.leftovers() == []


def test_an_endless_file_ends_at_its_size_or_at_the_bound(bench: Bench) -> None:
    bench.server.fail(PATH, Fault.ENDLESS)
    found = bench.file()
    assert isinstance(found, Altered)
    is_gap(bench.file(bench.wanted(size=None), file_bytes=5_000_000), "larger than 5,000,000 bytes")
    is_gap(bench.file(bench.wanted(size=6_000_000), file_bytes=5_000_000), "larger than 5,000,000 bytes")
    assert bench.leftovers() == []


def test_a_file_without_a_digest_is_not_fetched(bench: Bench) -> None:
    for sha256 in ("", "0" * 63, "../" * 10):
        is_gap(bench.file(bench.wanted(sha256=sha256)), "gives no SHA-256", Cause.FACT_MISSING)
    assert bench.server.seen == []


def test_a_missing_file_is_a_gap(bench: Bench) -> None:
    is_gap(bench.file(bench.wanted("/files/demo/none")), "404")


def test_a_damaged_blob_is_fetched_again(bench: Bench) -> None:
    assert bench.file() == len(CONTENT)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    path = bench.tmp / "blobs" / "upstream" / "sha256" / sha256[:2] / sha256[2:]
    path.write_bytes(CONTENT[:-1] + b"x")
    assert bench.file() == len(CONTENT)
    assert bench.stored() == CONTENT
    assert bench.server.asked(PATH) == 2


def test_a_full_disk_is_a_gap(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> int:
        raise IncompleteError("cannot store a file: No space left on device", hint="make room")

    monkeypatch.setattr(FolderBlobs, "adopt", full)
    assert is_gap(bench.file(), "No space left", Cause.CHECK_FAILED).mend == "make room"
    assert bench.leftovers() == []


def test_a_disk_that_fills_up_meanwhile_is_a_gap(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device", len(data))

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

    fdopen = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *arguments: Full(fdopen(*arguments)))
    gap = is_gap(bench.file(), "No space left", Cause.CHECK_FAILED)
    assert "make room" in gap.mend
    monkeypatch.undo()
    assert bench.leftovers() == []


# What lies beside files


def test_metadata_is_fetched_within_its_bound_and_checked(bench: Bench) -> None:
    served = wheel_file("demo", "2.0")
    bench.server.put(ServedProject(name="demo", files=(served,)))
    url = bench.server.origin + file_path("demo", served.filename) + ".metadata"
    assert served.metadata is not None
    digest = hashlib.sha256(served.metadata).hexdigest()

    def small(limit: int = 10_000, sha256: str = digest, url: str = url) -> Any:
        return bench.run(lambda upstream: upstream.small(served.filename, url, limit, sha256))

    assert small() == served.metadata
    assert small(sha256="") == served.metadata
    is_gap(small(limit=10), "larger than 10 bytes")
    assert small(url=url + "x") is None
    wrong = small(sha256="0" * 64)
    assert isinstance(wrong, Altered)
    assert wrong.got == f"SHA-256 {digest}"
    bench.server.fail(url.removeprefix(bench.server.origin), Fault.ALTERED, times=1)
    assert small() == served.metadata
    bench.server.fail(url.removeprefix(bench.server.origin), Fault.BOMB)
    is_gap(small(), "larger than 10,000 bytes")


# Where an upstream leads


def public(home: str = "localhost") -> Callable[[str, int], Awaitable[list[str]]]:
    """A name service that holds that the index is on the public network."""

    async def resolve(host: str, port: int) -> list[str]:
        del port
        if host == home:
            return ["2001:4860:4860::8888"]
        raise OSError(f"{host} is unknown")

    return resolve


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}", "http://[::1]:{port}"])
def test_a_public_index_leads_nobody_to_this_machine(bench: Bench, target: str) -> None:
    with IndexServer([ServedProject(name="demo", files=(FILE,))]) as inner:
        port = inner.origin.rpartition(":")[2]
        secret = target.format(port=port) + PATH
        moved = Reply(status=302, headers={"Location": secret}, etag=False)
        always(bench.server, moved)
        url = bench.server.url.replace("127.0.0.1", "localhost")
        is_gap(bench.page(url=url, resolve=public()), "which is on this machine")
        is_gap(bench.file(bench.wanted(secret), url=url, resolve=public()), "which is on this machine")
        assert inner.seen == []


def test_plain_http_beyond_this_machine_is_refused(bench: Bench) -> None:
    is_gap(bench.file(bench.wanted("http://files.example/a")), "http is not protected")
    moved = Reply(status=302, headers={"Location": "https://index.example/simple/demo/"}, etag=False)
    always(bench.server, moved)
    is_gap(bench.page(), "which is not followed")


def test_trusted_hosts_are_those_of_pip() -> None:
    @dataclass
    class Settings:
        trusted_hosts: tuple[str, ...]

    address = IndexAddress.parse("http://index.example:8080/simple/")
    for trusted, expected in (
        (("index.example", "files.example:99"), {"index.example"}),
        (("index.example:8080",), {"index.example"}),
        (("index.example:9",), set()),
    ):
        assert plain_hosts(Settings(trusted), address) == expected  # type: ignore[arg-type]
