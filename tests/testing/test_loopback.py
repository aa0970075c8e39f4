"""The loopback server errs and lies as it is told to."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator

import httpx2
import pytest
from packaging.metadata import Metadata

from stockade.testing.index_server import IndexServer, file_path
from stockade.testing.loopback import BOMB_BYTES, Fault, LoopbackServer, Reply
from stockade.testing.releases import release, sdist_file, wheel_file

BODY = bytes(range(256)) * 4


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        running.serve("/file", Reply(BODY))
        yield running


@pytest.fixture
def client(server: LoopbackServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.origin, trust_env=False, timeout=5) as opened:
        yield opened


def test_parts_of_a_file_are_served_while_it_is_the_same(client: httpx2.Client) -> None:
    etag = client.get("/file").headers["etag"]
    part = client.get("/file", headers={"Range": "bytes=1000-", "If-Range": etag})
    assert (part.status_code, part.content) == (206, BODY[1000:])
    assert part.headers["content-range"] == "bytes 1000-1023/1024"
    assert client.get("/file", headers={"Range": "bytes=1000-", "If-Range": '"other"'}).content == BODY
    assert client.get("/file", headers={"Range": "bytes=1024-"}).status_code == 416
    assert client.get("/file", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.RESET, Fault.DROPPED])
def test_transfers_break(server: LoopbackServer, client: httpx2.Client, fault: Fault) -> None:
    server.fail("/file", fault, times=1)
    with pytest.raises(httpx2.TransportError):
        client.get("/file")
    assert client.get("/file").content == BODY


@pytest.mark.parametrize("fault", [Fault.ALTERED, Fault.LONGER, Fault.SHORTER, Fault.GARBAGE])
def test_bodies_are_others(server: LoopbackServer, client: httpx2.Client, fault: Fault) -> None:
    server.fail("/file", fault, times=1)
    other = client.get("/file").content
    assert other != BODY
    assert (len(other) == len(BODY)) == (fault is Fault.ALTERED)


def test_some_bodies_do_not_end_and_some_stop(server: LoopbackServer, client: httpx2.Client) -> None:
    server.fail("/file", Fault.ENDLESS, times=1)
    with client.stream("GET", "/file") as reply:
        seen = 0
        for chunk in reply.iter_raw():
            seen += len(chunk)
            if seen > 1 << 20:
                break
    server.fail("/file", Fault.STALLED, times=1)
    with pytest.raises(httpx2.ReadTimeout):
        client.get("/file", timeout=0.3)


def test_answers_that_mislead(server: LoopbackServer, client: httpx2.Client) -> None:
    server.fail("/file", Fault.UNCHANGED, times=1)
    assert client.get("/file").status_code == 304
    server.fail("/file", Fault.LOOP, times=1)
    assert client.get("/file").headers["location"] == "/file"
    server.fail("/file", Fault.BOMB, times=1)
    with client.stream("GET", "/file") as reply:
        packed = reply.read() if "content-encoding" not in reply.headers else b"".join(reply.iter_raw())
    assert len(packed) < BOMB_BYTES // 500
    assert len(gzip.decompress(packed)) == BOMB_BYTES


def test_releases_are_real_distributions() -> None:
    built = wheel_file("acme-lib", "1.0", requires=["requests>=2"])
    with zipfile.ZipFile(io.BytesIO(built.content)) as archive:
        assert archive.testzip() is None
        assert archive.read("acme_lib-1.0.dist-info/METADATA") == built.metadata
    assert built.metadata is not None
    metadata = Metadata.from_email(built.metadata)
    assert (metadata.name, str(metadata.version), [str(each) for each in metadata.requires_dist or ()]) == (
        "acme-lib",
        "1.0",
        ["requests>=2"],
    )
    source = sdist_file("acme-lib", "1.0", upload_time=None)
    with tarfile.open(fileobj=io.BytesIO(source.content)) as tar:
        assert "acme_lib-1.0/PKG-INFO" in tar.getnames()
    assert (source.filename, source.upload_time) == ("acme_lib-1.0.tar.gz", None)
    assert wheel_file("acme-lib", "1.0", metadata=None).metadata is None


def test_files_of_an_index_may_be_at_another_server() -> None:
    project = release("acme-lib", "1.0", "2.0")
    with IndexServer([project]) as files, IndexServer([project], files_at=files.origin) as index:
        accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
        page = httpx2.get(f"{index.url}acme-lib/", headers=accept).json()
        assert len(page["files"]) == 4
        for file, served in zip(page["files"], project.files, strict=True):
            assert file["url"] == files.origin + file_path("acme-lib", served.filename)
            assert httpx2.get(file["url"]).content == served.content
