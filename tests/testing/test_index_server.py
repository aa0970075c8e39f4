"""The loopback index keeps to the specifications."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest

from stockade.testing.index_server import (
    HTML_TYPE,
    JSON_TYPE,
    IndexServer,
    ServedFile,
    ServedProject,
    negotiate,
)
from stockade.testing.loopback import Fault, LoopbackServer, Reply

WHEEL = ServedFile(filename="acme_lib-1.0-py3-none-any.whl", content=b"wheel", metadata=b"Name: acme-lib\n")


@pytest.fixture
def server() -> Iterator[IndexServer]:
    with IndexServer([ServedProject(name="Acme_Lib", files=(WHEEL,))]) as running:
        yield running


@pytest.fixture
def client(server: IndexServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.origin, trust_env=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", HTML_TYPE),
        (JSON_TYPE, JSON_TYPE),
        ("application/vnd.pypi.simple.latest+json", JSON_TYPE),
        (f"text/html;q=0.5, {JSON_TYPE};q=0.9", JSON_TYPE),
        (f"text/html;q=0.5, {JSON_TYPE};q=0.1", "text/html"),
        ("text/*", "text/html"),
        ("image/png", None),
        (f"{JSON_TYPE};q=0", None),
    ],
)
def test_content_is_negotiated(accept: str, kind: str | None) -> None:
    assert negotiate(accept, (HTML_TYPE, "text/html", JSON_TYPE)) == kind


def test_pages_name_their_type_and_vary(client: httpx2.Client) -> None:
    for accept in (JSON_TYPE, "text/html"):
        reply = client.get("/simple/acme-lib/", headers={"Accept": accept})
        assert reply.headers["content-type"] == accept
        assert reply.headers["vary"] == "Accept, Accept-Encoding"
    assert client.get("/simple/acme-lib/", headers={"Accept": "image/png"}).status_code == 406
    assert client.get(f"/simple/?format={JSON_TYPE.replace('+', '%2B')}").json()["projects"] == [
        {"name": "acme-lib"}
    ]


def test_other_spellings_are_redirected_to_the_canonical_one(client: httpx2.Client) -> None:
    for path in ("/simple/Acme_Lib/", "/simple/acme-lib", "/simple/acme.lib/"):
        reply = client.get(path)
        assert (reply.status_code, reply.headers["location"]) == (301, "/simple/acme-lib/")
    assert client.get("/simple/other/").status_code == 404


def test_an_etag_saves_the_body(client: httpx2.Client, server: IndexServer) -> None:
    accept = {"Accept": JSON_TYPE}
    etag = client.get("/simple/acme-lib/", headers=accept).headers["etag"]
    again = client.get("/simple/acme-lib/", headers={**accept, "If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    server.put(ServedProject(name="acme-lib"))
    assert client.get("/simple/acme-lib/", headers={**accept, "If-None-Match": etag}).status_code == 200


def test_files_and_announced_metadata_are_there(client: httpx2.Client) -> None:
    page = client.get("/simple/acme-lib/", headers={"Accept": JSON_TYPE}).json()
    (file,) = page["files"]
    assert client.get(file["url"]).content == b"wheel"
    assert client.get(file["url"] + ".metadata").content == b"Name: acme-lib\n"
    assert set(file["core-metadata"]) == {"sha256"}
    assert page["versions"] == ["1.0"]
    assert page["meta"]["api-version"] == "1.4"


def test_an_unknown_size_lowers_the_version_and_quarantine_hides_the_files(
    client: httpx2.Client, server: IndexServer
) -> None:
    server.put(ServedProject(name="acme-lib", files=(ServedFile(filename="acme_lib-1.tar.gz", sized=False),)))
    page = client.get("/simple/acme-lib/", headers={"Accept": JSON_TYPE}).json()
    assert page["meta"] == {"api-version": "1.0"}
    assert "versions" not in page
    server.put(ServedProject(name="acme-lib", files=(WHEEL,), status="quarantined", status_in_meta=True))
    page = client.get("/simple/acme-lib/", headers={"Accept": JSON_TYPE}).json()
    assert (page["files"], page["meta"]["project-status"]) == ([], "quarantined")
    server.remove("Acme.Lib")
    assert client.get("/simple/acme-lib/").status_code == 404


def test_markup_in_a_reason_is_escaped(client: httpx2.Client, server: IndexServer) -> None:
    nasty = '"><script>'
    server.put(
        ServedProject(
            name="acme-lib",
            files=(ServedFile(filename="acme_lib-1.tar.gz", yanked=nasty),),
            status="archived",
            status_reason=nasty,
        )
    )
    assert "<script>" not in client.get("/simple/acme-lib/", headers={"Accept": "text/html"}).text


def test_owners_are_told_or_not(client: httpx2.Client, server: IndexServer) -> None:
    assert "ownership" not in client.get("/pypi/acme-lib/json").json()
    server.put(ServedProject(name="acme-lib", owners=("ann",)))
    assert client.get("/pypi/acme-lib/json").json()["ownership"]["roles"] == [
        {"role": "Owner", "user": "ann"}
    ]
    assert client.get("/pypi/other/json").status_code == 404


def test_things_go_wrong_as_often_as_asked(client: httpx2.Client, server: IndexServer) -> None:
    server.fail("/simple/acme-lib/", Fault.ERROR, times=1)
    assert [client.get("/simple/acme-lib/").status_code for _ in range(2)] == [500, 200]
    server.fail("/simple/acme-lib/", Fault.BUSY, times=1, seconds=5)
    busy = client.get("/simple/acme-lib/")
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "5")
    server.fail("/simple/acme-lib/", Fault.SLOW, times=1, seconds=5)
    with pytest.raises(httpx2.ReadTimeout):
        client.get("/simple/acme-lib/", timeout=0.05)
    for fault in (Fault.TRUNCATED, Fault.DROPPED):
        server.fail("/simple/acme-lib/", fault, times=1)
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get("/simple/acme-lib/")
    server.fail("/simple/acme-lib/", Fault.WRONG_TYPE, times=1)
    assert client.get("/simple/acme-lib/").headers["content-type"] == "application/octet-stream"
    server.fail("/simple/acme-lib/", Fault.GARBAGE, times=1)
    with pytest.raises(json.JSONDecodeError):
        client.get("/simple/acme-lib/", headers={"Accept": JSON_TYPE}).json()


def test_credentials_are_asked_for() -> None:
    with LoopbackServer() as server:
        server.serve("/x", Reply(b"hello"))
        server.credentials = ("ann", "secret")
        with httpx2.Client(trust_env=False) as client:
            assert client.get(f"{server.origin}/x").status_code == 401
            assert client.get(f"{server.origin}/x", auth=("ann", "secret")).text == "hello"
            assert client.head(f"{server.origin}/x", auth=("ann", "secret")).content == b""
        assert server.asked("/x") == 3
