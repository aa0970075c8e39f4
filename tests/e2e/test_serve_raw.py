"""Requests as no client sends them: whatever their form, a refused byte does not leave, an internal name is not asked for."""

from __future__ import annotations

import hashlib
import re
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.e2e.serving import Running, built_wheel, serving

from stockade.testing.index_server import IndexServer, ServedProject

POLICY = """
[protect]
names = ["acme-corp-utils"]
patterns = ["acme-internal-*"]
"""
SECRET = b"VALUE = 'a release that is too young'\n"
YOUNG = "goodlib-2.0-py3-none-any.whl"
OLD = "goodlib-1.0-py3-none-any.whl"
REFUSED = f"/files/goodlib/{YOUNG}"
ENOUGH = 4 << 20


@dataclass
class Place:
    firewall: Running
    upstream: IndexServer
    young: bytes
    """The bytes that must not leave."""

    def send(self, raw: bytes) -> bytes:
        """Everything that a connection gives for these bytes, until the server ends it or is silent."""
        address = urlsplit(self.firewall.url)
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as client:
            client.sendall(raw)
            client.settimeout(3)
            got = b""
            try:
                while (piece := client.recv(1 << 16)) and len(got) < ENOUGH:
                    got += piece
            except TimeoutError:
                pass
            return got

    def get(self, target: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
        lines = [
            f"{method} {target} HTTP/{version}",
            "Host: localhost",
            "Connection: close",
            *headers,
            "",
            "",
        ]
        return self.send("\r\n".join(lines).encode("latin-1"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, fresh_feeds: Path) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("raw")
    young = built_wheel("goodlib", "2.0", days=1, code=SECRET)
    with IndexServer() as index:
        for files in (
            (built_wheel("goodlib", "1.0"), young),
            (built_wheel("acme-corp-utils", "9.0"),),
            (built_wheel("acme-internal-x", "9.0"),),
        ):
            index.put(ServedProject(name=files[0].filename.partition("-")[0].replace("_", "-"), files=files))
        shutil.copytree(fresh_feeds, folder / "state" / "feeds")
        with serving(index, folder / "state", policy=POLICY) as firewall:
            yield Place(firewall, index, young.content)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize(
    "target",
    [
        REFUSED,
        f"{REFUSED}?x=/",
        f"http://localhost{REFUSED}",
        f"http://files.invalid{REFUSED}",
        REFUSED.replace("goodlib/", "GoodLib/"),
        REFUSED.replace("goodlib/", "%67oodlib/"),
        REFUSED.replace("2.0", "2%2E0"),
        f"/files/other/../goodlib/{YOUNG}",
        f"//files/goodlib/{YOUNG}",
        f"/files//goodlib/{YOUNG}",
        f"/simple/../files/goodlib/{YOUNG}",
        f"{REFUSED}/",
        f"{REFUSED}%00",
        f"{REFUSED}%0d%0aX: y",
        f"{REFUSED}.metadata",
        f"{REFUSED}.provenance",
        f"{REFUSED}.metadata.metadata",
        f"{REFUSED}#fragment",
    ],
)
def test_no_form_of_a_request_gets_a_refused_file(
    place: Place, target: str, method: str, version: str
) -> None:
    got = place.get(target, method=method, version=version)
    status = got.split(b" ", 2)[1]
    assert status in {b"400", b"403", b"404"}, got[:200]
    assert place.young[:64] not in got
    assert hashlib.sha256(place.young).hexdigest().encode() not in got, "nor its entity tag"
    assert not any(YOUNG in each.path for each in place.upstream.seen), "nobody fetched it either"


@pytest.mark.parametrize(
    "header",
    [
        "Range: bytes=0-10",
        "Range: bytes=-1",
        f'If-None-Match: "{"0" * 64}"',
        "If-None-Match: *",
        "If-Range: x\r\nRange: bytes=0-1",
        "X-Forwarded-For: 192.0.2.9",
        "X-Original-URL: /healthz",
        "X-HTTP-Method-Override: GET",
        "Authorization: Bearer stk_nobody.nothing",
        "Content-Length: 0",
        "Upgrade: websocket\r\nConnection: upgrade",
        "Expect: 100-continue",
    ],
)
def test_no_header_makes_a_refused_file_another(place: Place, header: str) -> None:
    got = place.get(REFUSED, *header.split("\r\n"))
    assert got.split(b" ", 2)[1] in {b"401", b"403"}, got[:200]
    assert place.young[:64] not in got


def test_requests_in_one_packet_are_answered_each_by_its_own_ruling(place: Place) -> None:
    warm = "GET /simple/goodlib/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    admitted = f"GET /files/goodlib/{OLD} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    refused = f"GET {REFUSED} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for _ in range(2):  # the second time pages and heads are known already
        got = place.send((warm + refused + admitted + warm + refused + last).encode())
        assert [line.split(b" ")[1] for line in _status_lines(got)] == [
            b"200",
            b"403",
            b"200",
            b"200",
            b"403",
            b"200",
        ]
        assert place.young[:64] not in got


def test_two_lengths_or_a_length_and_chunks_are_no_request(place: Place) -> None:
    for headers in (
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, identity",),
    ):
        got = place.get("/legacy/", *headers, method="POST")
        assert got.split(b" ", 2)[1] in {b"400", b"401"}, (headers, got[:200])
        assert len(_status_lines(got)) == 1


@pytest.mark.parametrize(
    "target",
    [
        "/simple/acme-corp-utils/",
        "/simple/acme_corp_utils/",
        "/simple/Acme.Corp__Utils",
        "/simple/acme-corp-util%73/",
        "/simple/acme-corp-utils%0a/",
        "/simple/acme-corp-utils%20/",
        "/simple/acme-corp-utils%2f/",
        "/simple/acme-corp-utils%e2%80%8b/",
        "/simple/ACME-INTERNAL-x/",
        "/simple/acme--internal..x/",
        "/files/acme-corp-utils/acme_corp_utils-9.0-py3-none-any.whl",
        "/files/Acme_Corp_Utils/acme_corp_utils-9.0-py3-none-any.whl.metadata",
        "/files/goodlib/acme_corp_utils-9.0-py3-none-any.whl",
        "/api/v1/projects/Acme_Internal_X",
    ],
)
def test_no_spelling_of_an_internal_name_reaches_upstream(place: Place, target: str) -> None:
    got = place.get(target)
    assert got.split(b" ", 2)[1] in {b"301", b"404", b"422"}, got[:200]
    assert not any("acme" in each.path.lower() for each in place.upstream.seen)


def test_a_browser_that_was_led_here_reads_no_page(place: Place) -> None:
    for path in ("/simple/goodlib/", "/simple/goodlib/", f"/files/goodlib/{OLD}"):
        got = place.send(f"GET {path} HTTP/1.1\r\nHost: evil.invalid\r\nConnection: close\r\n\r\n".encode())
        assert got.startswith(b"HTTP/1.1 421 "), got[:200]


def _status_lines(got: bytes) -> list[bytes]:
    """The status lines in their order; a body may end without a line end before one."""
    return re.findall(rb"HTTP/1\.1 \d{3} [^\r]*", got)
