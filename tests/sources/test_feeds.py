"""The store of feeds: verified, swapped in atomically, judged by age."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import runpy
import signal
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest
from packaging.version import Version

from stockade.errors import IncompleteError, UsageError
from stockade.model.names import ProjectName
from stockade.model.policy import Feeds
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.feeds import FeedName, FeedStore, Held, ImportOptions
from stockade.testing.fakes import NOON, FixedClock
from stockade.testing.osv import Json, affected, bulk_zip, json_lines, malicious, record

CLOCK = FixedClock()
POLICY = Feeds()
EVIL = (ProjectName("evil"), Version("1"))


@pytest.fixture
def store(tmp_path: Path) -> FeedStore:
    return FeedStore(tmp_path / "state" / "feeds")


def write(path: Path, *records: Json, also: bytes = b"") -> Path:
    path.write_bytes(json_lines(records) + also)
    return path


def advisories(folder: Path, name: str = "osv.jsonl", **more: str) -> Path:
    return write(folder / name, malicious("evil", number="2026-1", **more))


def entries(store: FeedStore, feed: FeedName) -> int:
    stamp = store.status(NOON, POLICY)[list(FeedName).index(feed)].stamp
    assert stamp is not None
    return stamp.entries


def test_an_imported_feed_answers_and_tells_its_origin(store: FeedStore, tmp_path: Path) -> None:
    source = tmp_path / "all.zip"
    source.write_bytes(bulk_zip([malicious("evil")]))
    stamp = store.import_feed(FeedName.ADVISORIES, source, CLOCK)
    assert stamp.sha256 == sha256(source.read_bytes()).hexdigest()
    assert (stamp.feed, stamp.source, stamp.entries, stamp.imported) == ("advisories", str(source), 1, NOON)
    assert stamp.made == datetime(2026, 11, 20, tzinfo=UTC)
    held = store.advisories(NOON, POLICY)
    assert isinstance(held, Held)
    assert held.notes == ()
    assert held.feed.stamp == stamp
    assert held.feed.affecting([EVIL])[EVIL]
    assert store.folder.stat().st_mode & 0o077 == 0


def test_a_folder_of_records_is_a_source(store: FeedStore, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "MAL-1.json").write_bytes(msgspec.json.encode(malicious("evil")))
    first = store.import_feed(FeedName.ADVISORIES, folder, CLOCK)
    (folder / "MAL-1.json").rename(folder / "MAL-2.json")
    assert store.import_feed(FeedName.ADVISORIES, folder, CLOCK).sha256 != first.sha256
    with pytest.raises(UsageError, match="needs a file"):
        store.import_feed(FeedName.ADVISORIES, folder, CLOCK, ImportOptions(sha256="0" * 64))
    with pytest.raises(UsageError, match="is a folder"):
        store.import_feed(FeedName.POPULARITY, folder, CLOCK)


def test_what_is_not_there_is_missing_and_never_empty(store: FeedStore) -> None:
    for answer in (store.advisories(NOON, POLICY), store.register(NOON, POLICY)):
        assert isinstance(answer, Indeterminate)
        assert answer.cause is Cause.FEED_MISSING
    popular = store.popularity(NOON, POLICY)
    assert isinstance(popular, Held)
    assert popular.feed.stamp.source == "built in"
    states = {status.feed: (status.present, status.usable) for status in store.status(NOON, POLICY)}
    assert states == {
        FeedName.ADVISORIES: (False, False),
        FeedName.REGISTERED_NAMES: (False, False),
        FeedName.POPULARITY: (True, True),
    }


def test_registered_names_and_popularity(store: FeedStore, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("# made 2026-11-20\nrequests\nZope.Interface\n")
    store.import_feed(FeedName.REGISTERED_NAMES, names, CLOCK)
    store.import_feed(FeedName.POPULARITY, names, CLOCK)
    register = store.register(NOON, POLICY)
    popular = store.popularity(NOON, POLICY)
    assert isinstance(register, Held)
    assert isinstance(popular, Held)
    assert "zope-interface" in register.feed
    assert "zope" not in register.feed
    assert 3 not in register.feed
    assert list(popular.feed.names) == ["requests", "zope-interface"]
    assert popular.feed.stamp.made == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(("days", "stale"), [(7, False), (7.01, True), (700, True)])
def test_a_stale_feed_still_answers_and_says_that_it_is_stale(
    store: FeedStore, tmp_path: Path, days: float, stale: bool
) -> None:
    store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=days)
    held = store.advisories(now, POLICY)
    assert isinstance(held, Held)
    assert held.feed.affecting([EVIL])[EVIL]
    assert (held.stale is not None) == stale
    if held.stale is not None:
        assert held.stale.cause is Cause.FEED_STALE
        assert "the policy allows 7" in held.stale.detail
    assert store.status(now, POLICY)[0].stale == stale


def test_records_that_name_no_project_make_the_feed_incomplete(store: FeedStore, tmp_path: Path) -> None:
    store.import_feed(
        FeedName.ADVISORIES, write(tmp_path / "osv.jsonl", malicious("evil"), also=b"{]\n"), CLOCK
    )
    held = store.advisories(NOON, POLICY)
    assert isinstance(held, Held)
    assert [note.cause for note in held.notes] == [Cause.UNREADABLE]
    status = store.status(NOON, POLICY)[0]
    assert (status.unreadable, len(status.notes)) == (1, 1)
    assert status.notes[0].startswith("line 2: ")


@pytest.mark.parametrize(
    ("data", "made"),
    [
        (b"requests\n", datetime(2026, 11, 1, tzinfo=UTC)),
        (gzip.compress(b"requests\n", mtime=1_790_000_000), datetime.fromtimestamp(1_790_000_000, UTC)),
    ],
    ids=["the file's time", "the gzip header's time"],
)
def test_a_list_without_a_date_is_as_old_as_its_file(
    store: FeedStore, tmp_path: Path, data: bytes, made: datetime
) -> None:
    source = tmp_path / "names"
    source.write_bytes(data)
    os.utime(source, (0, datetime(2026, 11, 1, tzinfo=UTC).timestamp()))
    assert store.import_feed(FeedName.REGISTERED_NAMES, source, CLOCK).made == made
    os.utime(source, (0, datetime(2030, 1, 1, tzinfo=UTC).timestamp()))
    assert store.import_feed(FeedName.REGISTERED_NAMES, source, CLOCK).made <= NOON


def test_the_digest_is_verified_before_anything_is_read(store: FeedStore, tmp_path: Path) -> None:
    source = advisories(tmp_path)
    digest = sha256(source.read_bytes()).hexdigest()
    store.import_feed(FeedName.ADVISORIES, source, CLOCK, ImportOptions(sha256=digest.upper()))
    with pytest.raises(IncompleteError, match="expected 0000"):
        store.import_feed(FeedName.ADVISORIES, source, CLOCK, ImportOptions(sha256="0" * 64))


def test_a_feed_that_lost_half_is_refused_and_the_old_one_kept(store: FeedStore, tmp_path: Path) -> None:
    full = write(tmp_path / "full", *(malicious(f"evil{n}", number=f"2026-{n}") for n in range(5)))
    half = write(tmp_path / "half", *(malicious(f"evil{n}", number=f"2026-{n}") for n in range(2)))
    store.import_feed(FeedName.ADVISORIES, full, CLOCK)
    with pytest.raises(IncompleteError, match="2 entries, but the feed held has 5"):
        store.import_feed(FeedName.ADVISORIES, half, CLOCK)
    assert entries(store, FeedName.ADVISORIES) == 5
    store.import_feed(FeedName.ADVISORIES, half, CLOCK, ImportOptions(force=True))
    assert entries(store, FeedName.ADVISORIES) == 2


def test_advisories_from_the_past_are_refused(store: FeedStore, tmp_path: Path) -> None:
    store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    older = advisories(tmp_path, "older", modified="2026-10-01T00:00:00Z")
    with pytest.raises(IncompleteError, match="its newest record is of 2026-10-01"):
        store.import_feed(FeedName.ADVISORIES, older, CLOCK)
    store.import_feed(FeedName.ADVISORIES, older, CLOCK, ImportOptions(force=True))


@pytest.mark.parametrize("feed", FeedName)
def test_a_source_that_is_none_changes_nothing(store: FeedStore, tmp_path: Path, feed: FeedName) -> None:
    good = advisories(tmp_path) if feed is FeedName.ADVISORIES else tmp_path / "names"
    if feed is not FeedName.ADVISORIES:
        good.write_text("requests\n")
    store.import_feed(feed, good, CLOCK)
    before = store.path(feed).read_bytes()
    bad = tmp_path / "bad"
    for data in (b"", b"\x00\x01", b"<html>404</html>", b'{"error": "busy"}', b"PK\x03\x04cut off"):
        bad.write_bytes(data)
        with pytest.raises(IncompleteError):
            store.import_feed(feed, bad, CLOCK)
    with pytest.raises(UsageError, match="no such file"):
        store.import_feed(feed, tmp_path / "absent", CLOCK)
    assert store.path(feed).read_bytes() == before
    assert [file.name for file in store.folder.iterdir()] == [f"{feed}.feed"]


def test_a_damaged_feed_is_unreadable_and_can_be_imported_again(store: FeedStore, tmp_path: Path) -> None:
    store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    path = store.path(FeedName.ADVISORIES)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    answer = store.advisories(NOON, POLICY)
    assert isinstance(answer, Indeterminate)
    assert answer.cause is Cause.UNREADABLE
    status = store.status(NOON, POLICY)[0]
    assert (status.present, "damaged" in status.problem) == (False, True)
    path.write_bytes(whole[:-1] + b"\xff")
    held = store.advisories(NOON, POLICY)
    assert isinstance(held, Held)
    spoilt = held.feed.affecting([EVIL])[EVIL]
    assert isinstance(spoilt, Indeterminate)
    assert spoilt.cause is Cause.UNREADABLE
    store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    assert isinstance(store.advisories(NOON, POLICY), Held)


def test_a_full_disk_keeps_the_old_feed(store: FeedStore, tmp_path: Path) -> None:
    store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    with (
        patch("os.fsync", side_effect=OSError(28, "No space left on device")),
        pytest.raises(IncompleteError, match="old one is kept"),
    ):
        store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    assert isinstance(store.advisories(NOON, POLICY), Held)
    assert [file.name for file in store.folder.iterdir()] == ["advisories.feed"]


@pytest.mark.parametrize(
    ("step", "status", "survivor"),
    [
        ("before the file reaches the disk", -signal.SIGKILL, 1),
        ("before it gets its name", -signal.SIGKILL, 1),
        ("after it has its name", -signal.SIGKILL, 2),
        ("never", 0, 2),
    ],
)
def test_kill_at_any_step_leaves_a_whole_feed(
    store: FeedStore, tmp_path: Path, step: str, status: int, survivor: int
) -> None:
    store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    source = write(tmp_path / "new", malicious("evil"), record("PYSEC-1", affected("a", versions=["1"])))
    process = multiprocessing.get_context("spawn").Process(
        target=runpy.run_path,
        args=(str(Path(__file__).with_name("killed_import.py")), None, "__main__"),
    )
    with patch("sys.argv", ["killed_import", step, str(store.folder), str(source)]):
        process.start()
    process.join(60)
    assert process.exitcode == status
    assert entries(store, FeedName.ADVISORIES) == survivor
    held = store.advisories(NOON, POLICY)
    assert isinstance(held, Held)
    assert held.feed.affecting([EVIL])[EVIL]


def test_what_a_killed_import_left_is_cleared_when_it_is_old(store: FeedStore, tmp_path: Path) -> None:
    store.folder.mkdir(parents=True)
    abandoned = store.folder / ".fetch.old.part"
    abandoned.mkdir()
    (abandoned / "source").write_bytes(b"half")
    young = store.folder / ".advisories.feed.young.part"
    young.write_bytes(b"another import is at work")
    old = store.folder / ".advisories.feed.old.part"
    old.write_bytes(b"half")
    long_ago = time.time() - 2 * 86_400
    os.utime(abandoned, (long_ago, long_ago))
    os.utime(old, (long_ago, long_ago))
    store.import_feed(FeedName.ADVISORIES, advisories(tmp_path), CLOCK)
    assert sorted(file.name for file in store.folder.iterdir()) == [young.name, "advisories.feed"]


def test_the_default_folder_follows_the_state_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STOCKADE_STATE", str(tmp_path))
    assert FeedStore.default().folder == tmp_path / "feeds"
