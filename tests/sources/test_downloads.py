"""A distribution is fetched within bounds and believed only where its digest fits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stockade.model.index import IndexFile
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.downloads import Downloaded, download
from stockade.sources.index_address import Credentials, IndexAddress
from stockade.testing.loopback import Fault, LoopbackServer, Reply

CONTENT = b"a distribution" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PATH = "/files/p-1.0.tar.gz"


@dataclass
class World:
    server: LoopbackServer
    target: Path

    def file(self, **more: object) -> IndexFile:
        given: dict[str, object] = {
            "filename": "p-1.0.tar.gz",
            "version": None,
            "url": self.server.origin + PATH,
            "hashes": {"sha256": SHA256},
            "size": len(CONTENT),
        }
        return IndexFile(**{**given, **more})  # type: ignore[arg-type]  # the fields are those above

    @property
    def account(self) -> IndexAddress:
        return IndexAddress(url=f"{self.server.origin}/simple/", credentials=Credentials("ann", "decoy"))

    def gap(self, file: IndexFile, cause: Cause, **more: object) -> str:
        got = download(file, self.target, self.account, **more)  # type: ignore[arg-type]  # as download takes them
        assert isinstance(got, Indeterminate)
        assert (got.cause, got.subject) == (cause, "p-1.0.tar.gz")
        assert not self.target.exists()
        assert "decoy" not in got.detail
        return got.detail


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with LoopbackServer() as server:
        server.serve(PATH, Reply(CONTENT, "application/octet-stream"))
        yield World(server, tmp_path / "0.part")


def test_a_file_whose_digest_fits_is_kept(world: World) -> None:
    got = download(world.file(), world.target, world.account)
    assert got == Downloaded(path=world.target, sha256=SHA256, size=len(CONTENT))
    assert world.target.read_bytes() == CONTENT
    assert "authorization" in world.server.seen[0].headers


def test_another_digest_is_refused(world: World) -> None:
    text = world.gap(world.file(hashes={"sha256": "0" * 64}), Cause.UNREADABLE)
    assert SHA256 in text
    assert "index says" in text


@pytest.mark.parametrize(
    "hashes", [{}, {"md5": "0" * 32}, {"sha1": "0" * 40}, {"sha256": "12"}, {"sha256": ""}]
)
def test_a_weak_or_missing_digest_is_not_believed(world: World, hashes: dict[str, str]) -> None:
    world.gap(world.file(hashes=hashes), Cause.FACT_MISSING)
    assert world.server.seen == []


def test_the_strongest_digest_counts(world: World) -> None:
    strong = hashlib.sha512(CONTENT).hexdigest()
    assert isinstance(
        download(world.file(hashes={"sha512": strong, "sha256": SHA256}), world.target, world.account),
        Downloaded,
    )
    world.target.unlink()
    world.gap(world.file(hashes={"sha512": "0" * 128, "sha256": SHA256}), Cause.UNREADABLE)


def test_a_locked_digest_must_fit_too(world: World) -> None:
    good, other = f"sha256:{SHA256}", f"sha256:{'0' * 64}"
    assert isinstance(download(world.file(), world.target, world.account, locked=(other, good)), Downloaded)
    world.target.unlink()
    assert "lockfile" in world.gap(world.file(), Cause.UNREADABLE, locked=(other,))


def test_more_bytes_than_the_index_says_are_not_taken(world: World) -> None:
    assert "larger" in world.gap(world.file(size=100), Cause.SOURCE_UNREACHABLE)
    assert "at most 100" in world.gap(world.file(), Cause.UNREADABLE, max_bytes=100)
    assert "larger" in world.gap(world.file(size=None), Cause.SOURCE_UNREACHABLE, max_bytes=100)


def test_less_than_the_whole_is_refused(world: World) -> None:
    world.server.fail(PATH, Fault.TRUNCATED)
    world.gap(world.file(), Cause.SOURCE_UNREACHABLE)


def test_what_is_not_there_is_told(world: World) -> None:
    assert "404" in world.gap(world.file(url=world.server.origin + "/none"), Cause.SOURCE_UNREACHABLE)


def test_plain_http_to_elsewhere_is_refused(world: World) -> None:
    text = world.gap(world.file(url="http://index.example/p-1.0.tar.gz"), Cause.SOURCE_UNREACHABLE)
    assert "http is not protected" in text


def test_a_local_address_of_the_page_is_refused(world: World) -> None:
    world.gap(world.file(url="file:///etc/hostname"), Cause.SOURCE_UNREACHABLE)
    world.gap(world.file(url="ftp://index.example/x"), Cause.SOURCE_UNREACHABLE)


def test_a_folder_that_cannot_be_written_is_told(world: World, tmp_path: Path) -> None:
    world.target = tmp_path / "none" / "0.part"
    assert "FileNotFoundError" in world.gap(world.file(), Cause.SOURCE_UNREACHABLE)
