"""Real data: a third of a million bytes of advisories, every registered name, the popular ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from packaging.version import InvalidVersion, Version
from tests.shared_data import shared_data

from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Feeds
from stockade.sources.feeds import FeedName, FeedStore, Held
from stockade.testing.fakes import NOON, FixedClock

FRESH = Feeds(advisories_max_age_days=5000, registered_names_max_age_days=5000, popularity_max_age_days=5000)


@pytest.fixture(scope="module")
def data() -> Path:
    folder = shared_data()
    if folder is None:
        pytest.skip("no development data beside this checkout (STOCKADE_SHARED_DATA)")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FeedStore:
    return FeedStore(tmp_path_factory.mktemp("feeds"))


def test_the_advisories_of_the_python_database(store: FeedStore, data: Path) -> None:
    stamp = store.import_feed(FeedName.ADVISORIES, data / "osv-pypi.jsonl.gz", FixedClock())
    assert stamp.entries == 2651
    assert stamp.made.date().isoformat() == "2024-10-10"
    assert store.status(NOON, Feeds())[0].stale
    held = store.advisories(NOON, FRESH)
    assert isinstance(held, Held)
    assert held.notes == ()
    requests = (ProjectName("requests"), Version("2.19.0"))
    found = held.feed.affecting([requests])[requests]
    assert isinstance(found, tuple)
    assert {advisory.id for advisory in found} >= {"PYSEC-2018-28", "PYSEC-2023-74"}
    leaked = next(advisory for advisory in found if advisory.id == "PYSEC-2018-28")
    assert leaked.fixed == ("2.20.0",)
    assert "CVE-2018-18074" in leaked.aliases


def test_every_version_that_a_record_lists_is_hit_by_it(store: FeedStore, data: Path) -> None:
    if not store.path(FeedName.ADVISORIES).exists():
        store.import_feed(FeedName.ADVISORIES, data / "osv-pypi.jsonl.gz", FixedClock())
    held = store.advisories(NOON, FRESH)
    assert isinstance(held, Held)
    listed: dict[tuple[ProjectName, Version], set[str]] = {}
    for line in gzip.decompress((data / "osv-pypi.jsonl.gz").read_bytes()).splitlines():
        raw = json.loads(line)
        for entry in [] if raw.get("withdrawn") else raw["affected"]:
            name = project_name(entry["package"]["name"])
            for text in filter(is_version, entry.get("versions", [])[::20]):
                listed.setdefault((name, Version(text)), set()).add(raw["id"])
    answers = held.feed.affecting(listed)
    for package, ids in listed.items():
        found = answers[package]
        assert isinstance(found, tuple), package
        assert ids <= {name for advisory in found for name in (advisory.id, *advisory.aliases)}, package
    assert len(listed) > 2000


def is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def test_three_thousand_packages_are_looked_up_at_once(store: FeedStore, data: Path) -> None:
    if not store.path(FeedName.ADVISORIES).exists():
        store.import_feed(FeedName.ADVISORIES, data / "osv-pypi.jsonl.gz", FixedClock())
    lines = (data / "pypi-top.tsv").read_text(encoding="utf-8").splitlines()[1:3001]
    packages = [(ProjectName(line.partition("\t")[0]), Version("1.2.3")) for line in lines]
    held = store.advisories(NOON, FRESH)
    assert isinstance(held, Held)
    answers = held.feed.affecting(packages)
    assert len(answers) == 3000
    assert sum(bool(answer) for answer in answers.values()) > 50


def test_every_registered_name_and_no_other(store: FeedStore, data: Path) -> None:
    source = data / "pypi-names.txt.gz"
    stamp = store.import_feed(FeedName.REGISTERED_NAMES, source, FixedClock())
    assert stamp.entries == 886_323
    held = store.register(NOON, FRESH)
    assert isinstance(held, Held)
    names = gzip.decompress(source.read_bytes()).decode().split()
    assert all(name in held.feed for name in names[::50])
    assert not any(f"{name}--x" in held.feed for name in names[::50])


def test_the_popular_names(store: FeedStore, data: Path) -> None:
    store.import_feed(FeedName.POPULARITY, data / "pypi-top.tsv", FixedClock())
    held = store.popularity(NOON, FRESH)
    assert isinstance(held, Held)
    assert (held.feed.names[0], len(held.feed.names)) == ("boto3", 14_985)
    assert held.feed.stamp.made.date().isoformat() == "2026-11-01"
