"""Feeds fetched over HTTP, from a server that also misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stockade.errors import IncompleteError, UsageError
from stockade.model.policy import Feeds
from stockade.sources.feeds import FeedName, FeedStore, Held, ImportOptions
from stockade.sources.fetch import Bounds, Request, fetch_to
from stockade.sources.index_address import IndexAddress
from stockade.testing.fakes import NOON, FixedClock
from stockade.testing.index_server import IndexServer, ServedProject
from stockade.testing.loopback import Fault, LoopbackServer, Reply
from stockade.testing.osv import bulk_zip, malicious

CLOCK = FixedClock()
ZIP = bulk_zip([malicious("evil")])


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        running.serve("/all.zip", Reply(ZIP, "application/zip"))
        yield running


@pytest.fixture
def store(tmp_path: Path) -> FeedStore:
    return FeedStore(tmp_path / "feeds")


def test_a_feed_is_fetched_and_its_address_recorded_without_secrets(
    server: LoopbackServer, store: FeedStore
) -> None:
    server.credentials = ("user", "secret")
    address = server.origin.replace("//", "//user:secret@") + "/all.zip?token=secret"
    seen: list[tuple[int, int | None]] = []
    stamp = store.import_feed(
        FeedName.ADVISORIES,
        address,
        CLOCK,
        ImportOptions(progress=lambda done, total: seen.append((done, total))),
    )
    assert stamp.source == f"{server.origin}/all.zip"
    assert server.seen[0].path == "/all.zip?token=secret"
    assert server.seen[0].headers["user-agent"].startswith("stockade/")
    assert seen[-1] == (len(ZIP), len(ZIP))
    assert [file.name for file in store.folder.iterdir()] == ["advisories.feed"]


@pytest.mark.parametrize("speaks_json", [True, False])
def test_registered_names_come_from_an_index_root(store: FeedStore, speaks_json: bool) -> None:
    projects = [ServedProject(name="requests"), ServedProject(name="Acme_X")]
    with IndexServer(projects, speaks_json=speaks_json) as index:
        stamp = store.import_feed(FeedName.REGISTERED_NAMES, index.url, CLOCK)
    assert stamp.entries == 2
    register = store.register(NOON, Feeds())
    assert isinstance(register, Held)
    assert "acme-x" in register.feed


def test_a_list_without_a_date_is_as_old_as_the_server_says(server: LoopbackServer, store: FeedStore) -> None:
    dated = {"Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT"}
    address = server.serve("/names.txt", Reply(b"requests\n", headers=dated))
    made = store.import_feed(FeedName.REGISTERED_NAMES, address, CLOCK).made
    assert made == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.BUSY, Fault.TRUNCATED, Fault.DROPPED, Fault.GARBAGE])
def test_whatever_goes_wrong_the_old_feed_stays(
    server: LoopbackServer, store: FeedStore, fault: Fault
) -> None:
    store.import_feed(FeedName.ADVISORIES, f"{server.origin}/all.zip", CLOCK)
    before = store.path(FeedName.ADVISORIES).read_bytes()
    server.fail("/all.zip", fault)
    with pytest.raises(IncompleteError):
        store.import_feed(FeedName.ADVISORIES, f"{server.origin}/all.zip", CLOCK)
    assert store.path(FeedName.ADVISORIES).read_bytes() == before
    assert [file.name for file in store.folder.iterdir()] == ["advisories.feed"]


def test_redirects_are_followed_a_few_times_and_never_to_another_scheme(
    server: LoopbackServer, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    server.serve("/moved", Reply(status=302, headers={"Location": "/all.zip"}, etag=False))
    fetched = fetch_to(Request(address=f"{server.origin}/moved"), target)
    assert (fetched.address, target.read_bytes()) == (f"{server.origin}/all.zip", ZIP)
    server.serve("/loop", Reply(status=302, headers={"Location": "/loop"}, etag=False))
    with pytest.raises(IncompleteError, match="more than 5 redirects"):
        fetch_to(Request(address=f"{server.origin}/loop"), target)
    for elsewhere in ("file:///etc/passwd", "https://192.0.2.1/all.zip", ""):
        server.serve("/away", Reply(status=302, headers={"Location": elsewhere}, etag=False))
        with pytest.raises((IncompleteError, UsageError)):
            fetch_to(Request(address=f"{server.origin}/away"), target)


def test_credentials_stay_with_their_own_origin(server: LoopbackServer, tmp_path: Path) -> None:
    with LoopbackServer() as other:
        other.serve("/all.zip", Reply(ZIP))
        server.serve("/away", Reply(status=302, headers={"Location": f"{other.origin}/all.zip"}, etag=False))
        address = server.origin.replace("//", "//user:secret@") + "/away"
        account = IndexAddress.parse(address)
        fetch_to(Request(address=f"{server.origin}/away", account=account), tmp_path / "out")
        assert "authorization" in server.seen[0].headers
        assert "authorization" not in other.seen[0].headers


def test_a_fetch_is_bounded_in_bytes_and_in_time(server: LoopbackServer, tmp_path: Path) -> None:
    address = f"{server.origin}/all.zip"
    with pytest.raises(IncompleteError, match="larger than 10 bytes"):
        fetch_to(Request(address=address, bounds=Bounds(max_bytes=10)), tmp_path / "out")
    with pytest.raises(IncompleteError, match="took longer"):
        fetch_to(Request(address=address, bounds=Bounds(max_seconds=0)), tmp_path / "out")


@pytest.mark.parametrize("address", ["http://192.0.2.1/all.zip", "http://feeds.example.invalid/all.zip"])
def test_plain_http_is_refused_before_anything_is_sent(store: FeedStore, address: str) -> None:
    with pytest.raises(UsageError, match="http is not protected"):
        store.import_feed(FeedName.ADVISORIES, address, CLOCK)


def test_no_server_is_an_incomplete_result(store: FeedStore) -> None:
    with LoopbackServer() as gone:
        address = f"{gone.origin}/all.zip"
    with pytest.raises(IncompleteError, match="could not fetch"):
        store.import_feed(FeedName.ADVISORIES, address, CLOCK)
