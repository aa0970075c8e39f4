"""The client's diagnosis: is what the tools ask a firewall?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stockade.model.client import DoctorReport, Told
from stockade.sources.client_facts import ClientFacts
from stockade.stages.doctor import diagnose
from stockade.testing.loopback import LoopbackServer, Reply

READY = b'{"server": "stockade", "status": "ready"}'


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        ready(running)
        yield running


def ready(server: LoopbackServer, body: bytes = READY, status: int = 200) -> None:
    server.serve("/readyz", Reply(body, "application/json", status, etag=False))


def report(address: str, *, ask: bool = True, problems: tuple[str, ...] = ()) -> DoctorReport:
    words = tuple(
        Told(tool=tool, key="index-url", value=address, source="a.conf", variable=False)
        for tool in ("pip", "uv")
    )
    return diagnose(ClientFacts(told=words, problems=problems), firewall="", ask=ask)


def test_a_firewall_that_answers_is_clean(server: LoopbackServer) -> None:
    found = report(f"{server.origin}/simple/")
    assert (found.exit_code, found.problems, found.unknown) == (0, (), ())


@pytest.mark.parametrize("body", [b"not json", b"{}", b'{"server": "another"}', b"[1]"])
def test_another_index_is_no_firewall(server: LoopbackServer, body: bytes) -> None:
    ready(server, body)
    found = report(f"{server.origin}/simple/")
    assert (found.exit_code, [each.kind for each in found.problems]) == (1, ["no-firewall"])


def test_a_firewall_that_is_not_ready_is_unknown(server: LoopbackServer) -> None:
    ready(server, b'{"server": "stockade", "why": "the state cannot be read"}', 503)
    found = report(f"{server.origin}/simple/")
    assert found.exit_code == 3
    assert "the state cannot be read" in found.unknown[0]


def test_one_that_does_not_answer_is_unknown_never_clean() -> None:
    with LoopbackServer() as gone:
        address = f"{gone.origin}/simple/"
    assert report(address).exit_code == 3


def test_offline_asks_nobody(server: LoopbackServer) -> None:
    ready(server, b"{}")
    assert report(f"{server.origin}/simple/", ask=False).exit_code == 0
    assert server.seen == []


def test_a_folder_is_no_firewall() -> None:
    assert [each.kind for each in report("file:///srv/wheels").problems] == ["no-firewall"]


def test_an_unreadable_file_makes_it_incomplete(server: LoopbackServer) -> None:
    found = report(f"{server.origin}/simple/", problems=("pip.conf: cannot be read",))
    assert found.exit_code == 3
