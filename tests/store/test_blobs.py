"""What every blob store does, whatever is behind it."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.store.s3 import s3_server

from stockade.errors import IncompleteError, InvalidValueError, UsageError
from stockade.model.firewall import Origin
from stockade.ports import BlobStore
from stockade.store import blobs, folder_blobs
from stockade.store.blobs import CHUNK, GRACE_SECONDS, Stored, Tally, open_blobs
from stockade.store.folder_blobs import FolderBlobs

UPSTREAM, HOSTED = Origin.UPSTREAM, Origin.HOSTED
BIG = hashlib.shake_128(b"a seed").digest(6 * CHUNK + 11)
NOBODY = "0" * 64


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    with s3_server() as environment:
        yield environment


@dataclass
class Opened:
    store: BlobStore
    tmp: Path

    def file(self, content: bytes) -> tuple[Path, str]:
        path = self.tmp / f"{len(list(self.tmp.iterdir()))}.in"
        path.write_bytes(content)
        return path, hashlib.sha256(content).hexdigest()

    async def put(self, content: bytes, origin: Origin = UPSTREAM) -> str:
        path, sha256 = self.file(content)
        assert await self.store.adopt(path, origin, sha256) == len(content)
        assert not path.exists()
        return sha256

    async def read(
        self, sha256: str, first: int = 0, count: int | None = None, *, origin: Origin = UPSTREAM
    ) -> bytes:
        return b"".join([chunk async for chunk in self.store.read(origin, sha256, first, count)])


@pytest.fixture(params=["folder", "memory", "s3"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int | None], Opened]:
    def open_it(bound: int | None = None) -> Opened:
        place = {
            "folder": str(tmp_path / "blobs"),
            "memory": "memory:///",
            "s3": f"s3://blobs/{tmp_path.name}",
        }
        if request.param == "s3":
            for name, value in request.getfixturevalue("s3").items():
                monkeypatch.setenv(name, value)
        (tmp_path / "in").mkdir(exist_ok=True)
        return Opened(open_blobs(place[request.param], tmp_path / "scratch", bound=bound), tmp_path / "in")

    return open_it


Open = Callable[..., Opened]


def test_a_blob_is_read_whole_and_in_parts(opened: Open) -> None:
    async def run() -> None:
        at = opened()
        sha256 = await at.put(BIG)
        assert await at.store.size(UPSTREAM, sha256) == len(BIG)
        assert await at.read(sha256) == BIG
        assert await at.read(sha256, 5) == BIG[5:]
        assert await at.read(sha256, CHUNK - 1, CHUNK + 2) == BIG[CHUNK - 1 : 2 * CHUNK + 1]
        assert await at.read(sha256, 7, 0) == b""
        assert await at.read(sha256, len(BIG)) == b""
        chunks = [len(chunk) async for chunk in at.store.read(UPSTREAM, sha256)]
        assert len(chunks) > 1
        async with at.store.held(UPSTREAM, sha256) as path:
            assert path.read_bytes() == BIG
        empty = await at.put(b"")
        assert (await at.store.size(UPSTREAM, empty), await at.read(empty)) == (0, b"")

    asyncio.run(run())


def test_what_is_not_there_is_not_there(opened: Open) -> None:
    async def run() -> None:
        at = opened()
        assert await at.store.size(UPSTREAM, NOBODY) is None
        assert await at.store.path(UPSTREAM, NOBODY) is None
        with pytest.raises(IncompleteError, match="is stored"):
            await at.read(NOBODY)
        with pytest.raises(IncompleteError, match="is stored"):
            async with at.store.held(UPSTREAM, NOBODY):
                pass
        await at.store.delete(UPSTREAM, NOBODY)
        sha256 = await at.put(b"x")
        await at.store.delete(UPSTREAM, sha256)
        assert await at.store.size(UPSTREAM, sha256) is None

    asyncio.run(run())


def test_hosted_and_upstream_blobs_are_apart(opened: Open) -> None:
    async def run() -> None:
        at = opened()
        sha256 = await at.put(b"the same", HOSTED)
        assert await at.store.size(UPSTREAM, sha256) is None
        assert await at.put(b"the same") == sha256
        await at.store.delete(UPSTREAM, sha256)
        assert await at.read(sha256, origin=HOSTED) == b"the same"

    asyncio.run(run())


def test_content_with_another_digest_is_not_adopted(opened: Open) -> None:
    async def run() -> None:
        at = opened()
        path, _ = at.file(b"not what it should be")
        wrong = hashlib.sha256(b"what it should be").hexdigest()
        with pytest.raises(InvalidValueError, match=f"expected {wrong}"):
            await at.store.adopt(path, UPSTREAM, wrong)
        assert not path.exists()
        assert await at.store.size(UPSTREAM, wrong) is None

    asyncio.run(run())


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "0" * 63, "0" * 65, "A" * 64, "0" * 64 + "\n", "é" * 64]
)
def test_a_name_that_is_no_digest_is_refused(opened: Open, name: str) -> None:
    async def run() -> None:
        at = opened()
        for origin in Origin:
            with pytest.raises(InvalidValueError, match="not a SHA-256"):
                await at.store.size(origin, name)
            with pytest.raises(InvalidValueError, match="not a SHA-256"):
                await at.store.path(origin, name)
            with pytest.raises(InvalidValueError, match="not a SHA-256"):
                await at.store.delete(origin, name)
            path, _ = at.file(b"x")
            with pytest.raises(InvalidValueError, match="not a SHA-256"):
                await at.store.adopt(path, origin, name)

    asyncio.run(run())


def test_the_same_content_may_come_twice_at_once(opened: Open) -> None:
    async def run() -> None:
        at = opened()
        files = [at.file(BIG) for _ in range(4)]
        sizes = await asyncio.gather(*(at.store.adopt(path, UPSTREAM, sha256) for path, sha256 in files))
        assert sizes == [len(BIG)] * 4
        assert await at.read(files[0][1]) == BIG

    asyncio.run(run())


def test_upstream_blobs_are_dropped_to_keep_within_the_bound(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        at = opened(40_000)
        hosted = [await at.put(b"h%d" % number + bytes(20_000), HOSTED) for number in range(3)]
        names = [await at.put(b"u%d" % number + bytes(9_998)) for number in range(4)]
        assert [await at.store.size(UPSTREAM, name) for name in names] == [10_000] * 4  # used just now
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 2 * GRACE_SECONDS)
        monkeypatch.setattr(time, "time_ns", lambda: int((now + 2 * GRACE_SECONDS) * 1e9))
        await at.read(names[0])
        async with at.store.held(UPSTREAM, names[1]):
            monkeypatch.setattr(time, "time", lambda: now + 4 * GRACE_SECONDS)
            monkeypatch.setattr(time, "time_ns", lambda: int((now + 4 * GRACE_SECONDS) * 1e9))
            await at.read(names[0])
            names.append(await at.put(b"u5" + bytes(9_998)))
        left = [await at.store.size(UPSTREAM, name) is not None for name in names]
        assert left[0], "it was used last"
        assert left[1], "it was held"
        assert left[4], "it came last"
        assert left.count(True) == 3
        assert all([await at.store.size(HOSTED, name) for name in hosted])

    asyncio.run(run())


def test_what_to_drop_is_the_longest_unused_down_to_a_share_of_the_bound() -> None:
    tally = Tally(100)
    assert tally.add(30)
    listed = [Stored(f"{number}" * 64, 30, float(number)) for number in (3, 1, 2, 4)]
    assert [each.used for each in tally.to_drop(listed, 1e6)] == [1.0]
    assert tally.total == 90
    assert not Tally(None).add(1 << 60)
    with tally.holding("1" * 64), tally.holding("1" * 64):
        assert [each.used for each in tally.to_drop(listed, 1e6)] == [2.0]
    assert tally.to_drop(listed, 5.0) == []


@pytest.mark.parametrize("place", ["ftp://a/b", "https://index.example/blobs", "://"])
def test_other_addresses_are_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError, match="no blob store is known"):
        open_blobs(place, tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Opened:
    (tmp_path / "in").mkdir()
    return Opened(FolderBlobs(tmp_path / "blobs"), tmp_path / "in")


def _spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spoil", [_spoil, lambda path: os.truncate(path, 5), lambda path: path.write_bytes(b"other")]
)
def test_a_damaged_upstream_blob_is_as_if_it_were_not_there(
    folder: Opened, spoil: Callable[[Path], None]
) -> None:
    async def run() -> None:
        sha256 = await folder.put(BIG)
        path = await folder.store.path(UPSTREAM, sha256)
        assert path is not None
        spoil(path)
        assert await folder.store.path(UPSTREAM, sha256) is None
        assert not path.exists()
        await folder.put(BIG)
        assert await folder.read(sha256) == BIG

    asyncio.run(run())


def test_a_damaged_hosted_blob_is_an_error_and_stays_for_whoever_mends_it(folder: Opened) -> None:
    async def run() -> None:
        sha256 = await folder.put(BIG, HOSTED)
        path = await folder.store.path(HOSTED, sha256)
        assert path is not None
        _spoil(path)
        with pytest.raises(IncompleteError, match="was damaged"):
            await folder.read(sha256, origin=HOSTED)
        assert path.exists()

    asyncio.run(run())


def test_a_blob_is_checked_again_by_another_process_and_after_a_day(
    folder: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        sha256 = await folder.put(BIG)
        checks: list[Path] = []

        def digest(path: Path) -> str:
            checks.append(path)
            return blobs.digest_of(path)

        monkeypatch.setattr(folder_blobs, "digest_of", digest)
        for _ in range(3):
            assert await folder.store.path(UPSTREAM, sha256)
        assert checks == []
        other = FolderBlobs(tmp_path / "blobs")
        for _ in range(3):
            assert await other.path(UPSTREAM, sha256)
        assert len(checks) == 1
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + 90_000)
        assert await folder.store.path(UPSTREAM, sha256)
        assert len(checks) == 2

    asyncio.run(run())


async def _collect(chunks: AsyncIterator[bytes], into: list[bytes]) -> None:
    async for chunk in chunks:
        into.append(chunk)  # noqa: PERF401 - what came before an error counts


def test_damage_in_an_object_store_never_gives_a_whole_file(tmp_path: Path) -> None:
    import obstore
    from obstore.store import MemoryStore

    from stockade.store.object_blobs import ObjectBlobs

    async def run() -> None:
        memory = MemoryStore()
        (tmp_path / "in").mkdir()
        at = Opened(ObjectBlobs(memory, tmp_path / "scratch"), tmp_path / "in")
        for origin in Origin:
            sha256 = await at.put(BIG, origin)
            spoilt = bytearray(BIG)
            spoilt[0] ^= 1
            await obstore.put_async(memory, blobs.key(origin, sha256), bytes(spoilt))
            got: list[bytes] = []
            with pytest.raises(IncompleteError, match="was damaged"):
                await _collect(at.store.read(origin, sha256), got)
            assert sum(len(chunk) for chunk in got) < len(BIG)
            with pytest.raises(IncompleteError):
                async with at.store.held(origin, sha256):
                    pass
            assert (await at.store.size(origin, sha256) is None) == (origin is UPSTREAM)
        assert list((tmp_path / "scratch").iterdir()) == []

    asyncio.run(run())


def test_an_object_store_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    from obstore.store import S3Store

    from stockade.store.object_blobs import ObjectBlobs

    store = S3Store(
        "blobs",
        endpoint="http://127.0.0.1:9",
        access_key_id="a",
        secret_access_key="b",
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )

    async def run() -> None:
        at = ObjectBlobs(store, tmp_path / "scratch")
        with pytest.raises(IncompleteError, match="the blob store failed"):
            await at.size(UPSTREAM, NOBODY)
        path = tmp_path / "file"
        path.write_bytes(b"x")
        with pytest.raises(IncompleteError, match="the blob store failed"):
            await at.adopt(path, UPSTREAM, hashlib.sha256(b"x").hexdigest())
        assert not path.exists()

    asyncio.run(run())


@pytest.mark.parametrize("at_fault", ["replace", "copy"])
def test_a_full_disk_is_told_and_leaves_nothing_behind(
    folder: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_fault: str
) -> None:
    path, sha256 = folder.file(BIG)

    def error(code: int) -> OSError:
        return OSError(code, os.strerror(code))

    def replace(*_: object) -> None:
        raise error(errno.EXDEV if at_fault == "copy" else errno.ENOSPC)

    def copy(_: object, target: str) -> None:
        Path(target).write_bytes(b"half")
        raise error(errno.ENOSPC)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(shutil, "copyfile", copy)
    with pytest.raises(IncompleteError, match="No space left") as told:
        asyncio.run(folder.store.adopt(path, UPSTREAM, sha256))
    assert "make room" in told.value.hint
    assert not path.exists()
    assert [each for each in (tmp_path / "blobs").rglob("*") if each.is_file()] == []


def test_a_file_of_another_file_system_is_copied(folder: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    path, sha256 = folder.file(BIG)
    replace = Path.replace

    def elsewhere(source: Path, target: Path) -> Path:
        if source == path:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", elsewhere)

    async def run() -> None:
        assert await folder.store.adopt(path, HOSTED, sha256) == len(BIG)
        assert await folder.read(sha256, origin=HOSTED) == BIG

    asyncio.run(run())
    assert not path.exists()


def test_old_unfinished_files_are_swept_away(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    for name, age in (("old", 2 * folder_blobs.LEFTOVER_SECONDS), ("new", 10)):
        (store.scratch / name).write_bytes(b"half")
        os.utime(store.scratch / name, (time.time() - age,) * 2)
    FolderBlobs(tmp_path)
    assert [path.name for path in store.scratch.iterdir()] == ["new"]
