"""Pages of an upstream index: what is asked, how often, and what is made of an upstream that fails or lies."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.sources.upstream_bench import DEMO, FILE, PAGE, Bench, always, is_gap, is_page

from stockade.model.names import ProjectName
from stockade.model.upstream import UpstreamPage
from stockade.sources.upstream import HttpUpstream
from stockade.testing.index_server import IndexServer, ServedProject
from stockade.testing.loopback import Fault, LoopbackServer, Reply
from stockade.testing.releases import release


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with IndexServer([ServedProject(name="demo", files=(FILE,)), release("other", "1.0")]) as server:
        yield Bench(tmp_path, server)


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


def test_the_disk_is_not_written_with_every_304(bench: Bench) -> None:
    def written() -> int:
        (file,) = (bench.tmp / "pages").iterdir()
        return file.stat().st_mtime_ns

    async def ask(upstream: HttpUpstream) -> list[int]:
        times = []
        for minutes in (0, 6, 6, 60):
            bench.clock.advance(minutes=minutes)
            is_page(await upstream.page(DEMO))
            times.append(written())
        return times

    first, second, third, fourth = bench.run(ask)
    assert first == second == third < fourth
    assert bench.server.asked(PAGE) == 4


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


def test_readers_of_an_old_page_do_not_wait_for_a_slow_server(bench: Bench) -> None:
    first = is_page(bench.page())
    bench.clock.advance(minutes=6)
    bench.server.fail(PAGE, Fault.SLOW, seconds=30)
    page = is_page(bench.page(patience_seconds=0.3))
    assert (page.body, page.trouble) == (first.body, "it took longer than 0.3 s")


def test_an_upstream_that_is_killed_and_comes_back(tmp_path: Path) -> None:
    with IndexServer([release("demo", "1.0")]) as server:
        port = int(server.origin.rpartition(":")[2])
        bench = Bench(tmp_path, server)
        is_page(bench.page())
    bench.clock.advance(minutes=6)
    assert "ConnectError" in is_page(bench.page(url=f"http://127.0.0.1:{port}/simple/")).trouble
    with IndexServer([release("demo", "1.0", "2.0")], port=port) as back:
        page = is_page(bench.page(url=back.url))
        assert (page.trouble, b"demo-2.0" in page.body) == ("", True)


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
