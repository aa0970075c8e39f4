"""Where an upstream index may lead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.sources.upstream_bench import FILE, PATH, Bench, always, is_gap

from stockade.sources.index_address import IndexAddress
from stockade.sources.upstream import plain_hosts
from stockade.testing.index_server import IndexServer, ServedProject
from stockade.testing.loopback import Reply
from stockade.testing.releases import release


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with IndexServer([ServedProject(name="demo", files=(FILE,)), release("other", "1.0")]) as server:
        yield Bench(tmp_path, server)


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
