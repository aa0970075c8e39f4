"""For whom a firewall that asks for no token takes itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.firewall.place import Place
from tests.firewall.web import Web

from stockade.firewall.fastpath import PageFastPath
from stockade.firewall.middleware import KnownHosts, local_hosts
from stockade.firewall.projects import Judged
from stockade.model.names import project_name

KNOWN = [
    "localhost",
    "LOCALHOST:8642",
    "127.0.0.1:8642",
    "127.9.9.9",
    "[::1]:8642",
    "[::1]",
    "packages.example:80",
]
STRANGE = [
    "evil.invalid",
    "evil.invalid:8642",
    "localhost.evil.invalid",
    "127.0.0.1.evil.invalid",
    "192.0.2.1",
    "[",
]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.put("goodlib", ("goodlib-1.0-py3-none-any.whl", b"old", 400))
    return found


@pytest.mark.parametrize(
    ("host", "status"), [*((each, 200) for each in KNOWN), *((each, 421) for each in STRANGE)]
)
def test_a_browser_that_was_led_here_by_another_name_reads_nothing(
    place: Place, host: str, status: int
) -> None:
    web = Web(place)
    web.app = KnownHosts(web.app, local_hosts("http://packages.example/"))
    for path in (
        "/simple/goodlib/",
        "/files/goodlib/goodlib-1.0-py3-none-any.whl",
        "/api/v1/projects/goodlib",
    ):
        assert web.get(path, host=host).status_code == status


def test_the_fast_path_heeds_it_too(place: Place) -> None:
    web = Web(place)

    async def main() -> tuple[bool, bool]:
        await place.firewall.look()
        judged = await place.firewall.projects.judged(project_name("goodlib"))
        assert isinstance(judged, Judged)
        judged.page.answer({}, b"", place.clock.now())
        fast = PageFastPath(place.firewall, web.door, web.metrics, lambda _: None, local_hosts())
        target = b"/simple/goodlib/"
        answered = [fast(b"GET", target, {b"host": host}) for host in (b"localhost:8642", b"evil.invalid")]
        return answered[0] is not None, answered[1] is not None

    assert asyncio.run(main()) == (True, False)
