"""Files of an upstream index, and what lies beside them: resumed, checked, bounded."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from tests.sources.upstream_bench import CONTENT, FILE, PATH, Bench, is_gap, is_page

from stockade.errors import IncompleteError
from stockade.model.upstream import Altered
from stockade.model.verdicts import Cause
from stockade.sources.upstream import HttpUpstream
from stockade.store.folder_blobs import FolderBlobs
from stockade.testing.index_server import IndexServer, ServedProject, file_path
from stockade.testing.loopback import Fault, Reply
from stockade.testing.releases import release, wheel_file


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with IndexServer([ServedProject(name="demo", files=(FILE,)), release("other", "1.0")]) as server:
        yield Bench(tmp_path, server)


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
    is_gap(bench.file(bench.wanted(size=None), unsized_bytes=4_000_000), "larger than 4,000,000 bytes")
    is_gap(bench.file(bench.wanted(size=6_000_000), file_bytes=5_000_000), "larger than 5,000,000 bytes")
    assert bench.leftovers() == []


def test_a_file_that_comes_byte_by_byte_is_broken_off(bench: Bench) -> None:
    def passing() -> float:
        bench.ticks += 1.0  # a second a look
        return bench.ticks

    bench.server.fail(PATH, Fault.DRIPPING)
    is_gap(bench.file(monotonic=passing), "less than 8,192 bytes a second")
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
