"""A fake passes the same assertions as the real adapter: one class a port, one parameter an adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.version import Version

from stockade.model.advisories import Advisory
from stockade.model.findings import Severity
from stockade.model.index import IndexFile, IndexProject, Ownership, ProjectStatus
from stockade.model.names import ProjectName
from stockade.model.policy import Feeds
from stockade.model.verdicts import Cause, Indeterminate
from stockade.ports import AdvisoryFeed, NameRegister, PackageIndex, PopularityList
from stockade.sources.client_config import IndexSettings
from stockade.sources.feeds import FeedName, FeedStore, Held
from stockade.sources.index_address import IndexAddress
from stockade.sources.package_index import HttpPackageIndex
from stockade.sources.polite_http import Manners
from stockade.testing.fakes import NOON, FakeAdvisories, FakeIndex, FakePopularity, FakeRegister, FixedClock
from stockade.testing.index_server import IndexServer, ServedFile, ServedProject
from stockade.testing.loopback import Fault
from stockade.testing.osv import affected, ecosystem_range, json_lines, malicious, record

LIB, GONE, SHY = ProjectName("acme-lib"), ProjectName("gone"), ProjectName("shy")
UPLOADED = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)

IndexWorld = tuple[PackageIndex, PackageIndex]
"""An index with acme-lib and shy, and one that does not answer."""
OpenIndex = Callable[[Path], AbstractContextManager[IndexWorld]]


def _served() -> ServedProject:
    wheel = ServedFile(
        filename="acme_lib-1.0-py3-none-any.whl", content=b"12345", provenance="/p", requires_python=">=3.9"
    )
    sdist = ServedFile(filename="acme_lib-0.9.tar.gz", yanked="bad", upload_time=None)
    return ServedProject(
        name="Acme.Lib",
        files=(wheel, sdist),
        status="archived",
        status_reason="done",
        owners=("ann", "bo"),
        organization="acme",
    )


def _real_index(*, speaks_json: bool) -> OpenIndex:
    @contextmanager
    def opened(folder: Path) -> Iterator[IndexWorld]:
        projects = [_served(), ServedProject(name="shy")]
        with IndexServer(projects, speaks_json=speaks_json) as server, IndexServer() as dead:
            for name in (LIB, GONE):
                dead.fail(f"/simple/{name}/", Fault.ERROR)
                dead.fail(f"/pypi/{name}/json", Fault.ERROR)
            manners = Manners(sleep=lambda _: None)
            both = [
                HttpPackageIndex(
                    IndexSettings(default=IndexAddress.parse(s.url)), folder, FixedClock(), manners=manners
                )
                for s in (server, dead)
            ]
            yield both[0], both[1]
            for index in both:
                index.close()

    return opened


@contextmanager
def _fake_index(_folder: Path) -> Iterator[IndexWorld]:
    wheel = IndexFile(
        filename="acme_lib-1.0-py3-none-any.whl",
        version=Version("1.0"),
        url="https://index.example/acme_lib-1.0-py3-none-any.whl",
        hashes={"sha256": "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"},
        size=5,
        uploaded=UPLOADED,
        provenance="https://index.example/p",
        requires_python=">=3.9",
    )
    sdist = IndexFile(
        filename="acme_lib-0.9.tar.gz", version=Version("0.9"), url="https://index.example/x", yanked="bad"
    )
    lib = IndexProject(
        name=LIB,
        status=ProjectStatus.ARCHIVED,
        status_reason="done",
        files=(wheel, sdist),
        provenance_offered=True,
    )
    fake = FakeIndex.of(lib, IndexProject(name=SHY))
    fake.owners = {LIB: Ownership(users=("ann", "bo"), organization="acme")}
    yield fake, FakeIndex.unreachable()


@pytest.mark.parametrize(
    "opened",
    [_real_index(speaks_json=True), _real_index(speaks_json=False), _fake_index],
    ids=["http-json", "http-html", "fake"],
)
class TestPackageIndex:
    def test_a_project(self, opened: OpenIndex, tmp_path: Path) -> None:
        with opened(tmp_path) as (index, _):
            found = index.project(LIB)
        assert isinstance(found, IndexProject)
        assert (found.name, found.status, found.status_reason) == (LIB, ProjectStatus.ARCHIVED, "done")
        assert found.provenance_offered
        wheel, sdist = found.files
        assert (wheel.filename, wheel.version, wheel.yanked) == (
            "acme_lib-1.0-py3-none-any.whl",
            Version("1.0"),
            None,
        )
        assert wheel.hashes == {"sha256": "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"}
        assert wheel.requires_python == ">=3.9"
        assert wheel.provenance is not None
        assert wheel.provenance.endswith("/p")
        assert wheel.uploaded in {UPLOADED, None}
        assert wheel.size in {5, None}
        assert (sdist.version, sdist.yanked, sdist.uploaded, sdist.provenance) == (
            Version("0.9"),
            "bad",
            None,
            None,
        )
        assert found.release(Version("0.9")) == (sdist,)

    def test_no_such_project_is_none(self, opened: OpenIndex, tmp_path: Path) -> None:
        with opened(tmp_path) as (index, _):
            assert index.project(GONE) is None

    def test_owners(self, opened: OpenIndex, tmp_path: Path) -> None:
        with opened(tmp_path) as (index, _):
            assert index.ownership(LIB) == Ownership(users=("ann", "bo"), organization="acme")

    def test_owners_that_are_not_told_are_missing_not_none(self, opened: OpenIndex, tmp_path: Path) -> None:
        with opened(tmp_path) as (index, _):
            for name in (SHY, GONE):
                answer = index.ownership(name)
                assert isinstance(answer, Indeterminate)
                assert (answer.cause, answer.subject) == (Cause.FACT_MISSING, name)

    def test_an_index_that_does_not_answer_is_not_an_empty_one(
        self, opened: OpenIndex, tmp_path: Path
    ) -> None:
        with opened(tmp_path) as (_, dead):
            for name in (LIB, GONE):
                for answer in (dead.project(name), dead.ownership(name)):
                    assert isinstance(answer, Indeterminate)
                    assert (answer.cause, answer.subject) == (Cause.SOURCE_UNREACHABLE, name)


EVIL = ProjectName("evil")
BAD, ODD, FINE = (LIB, Version("1.0")), (ProjectName("odd"), Version("1.0")), (LIB, Version("2.0"))


def _real_advisories(folder: Path) -> AdvisoryFeed:
    vector = {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
    records = [
        record(
            "PYSEC-1",
            affected("Acme_Lib", ranges=[ecosystem_range({"introduced": "0"}, {"fixed": "2.0"})]),
            severity=[vector],
            summary="Bad",
        ),
        malicious("acme-lib", "1.0", number="2026-1"),
        malicious("evil", number="2026-2"),
        record("PYSEC-2", affected("odd", ranges=[ecosystem_range({"introduced": "x"})])),
    ]
    source = folder / "osv.jsonl"
    source.write_bytes(json_lines(records))
    store = FeedStore(folder / "feeds")
    store.import_feed(FeedName.ADVISORIES, source, FixedClock())
    held = store.advisories(NOON, Feeds())
    assert isinstance(held, Held)
    return held.feed


def _fake_advisories(_folder: Path) -> AdvisoryFeed:
    malware = Advisory(
        id="MAL-2026-1", project=LIB, malicious=True, summary="Malicious code", severity=Severity.CRITICAL
    )
    bad = Advisory(
        id="PYSEC-1",
        project=LIB,
        malicious=False,
        summary="Bad",
        severity=Severity.CRITICAL,
        score=9.8,
        fixed=("2.0",),
    )
    odd = Indeterminate(cause=Cause.UNREADABLE, subject="odd==1.0", detail="PYSEC-2: 'x' is not a version")
    evil = Advisory(
        id="MAL-2026-2", project=EVIL, malicious=True, summary="Malicious code", severity=Severity.CRITICAL
    )
    return FakeAdvisories({BAD: (malware, bad), ODD: odd}, {EVIL: evil})


@pytest.mark.parametrize("opened", [_real_advisories, _fake_advisories], ids=["packed", "fake"])
def test_an_advisory_feed(opened: Callable[[Path], AdvisoryFeed], tmp_path: Path) -> None:
    feed = opened(tmp_path)
    answers = feed.affecting([BAD, ODD, FINE])
    assert set(answers) == {BAD, ODD, FINE}, "an entry for every package asked"
    found = answers[BAD]
    assert isinstance(found, tuple)
    assert [(a.id, a.malicious, a.severity) for a in found] == [
        ("MAL-2026-1", True, Severity.CRITICAL),
        ("PYSEC-1", False, Severity.CRITICAL),
    ]
    assert (found[1].fixed, found[1].score, found[1].project) == (("2.0",), 9.8, LIB)
    assert answers[FINE] == ()
    odd = answers[ODD]
    assert isinstance(odd, Indeterminate)
    assert odd.cause is Cause.UNREADABLE
    assert feed.stamp.feed == "advisories"
    assert feed.affecting([]) == {}
    whole = feed.condemned([LIB, EVIL, GONE])
    assert set(whole) == {EVIL}, "one bad release does not condemn a project"
    evil = whole[EVIL]
    assert isinstance(evil, Advisory)
    assert (evil.id, evil.malicious) == ("MAL-2026-2", True)


def _imported(folder: Path, feed: FeedName) -> FeedStore:
    source = folder / "names.txt"
    source.write_text("requests\nacme-lib\n")
    store = FeedStore(folder / "feeds")
    store.import_feed(feed, source, FixedClock())
    return store


def _real_register(folder: Path) -> NameRegister:
    held = _imported(folder, FeedName.REGISTERED_NAMES).register(
        NOON, Feeds(registered_names_max_age_days=9999)
    )
    assert isinstance(held, Held)
    return held.feed


@pytest.mark.parametrize(
    "opened", [_real_register, lambda _: FakeRegister.of("requests", "acme-lib")], ids=["packed", "fake"]
)
def test_a_name_register(opened: Callable[[Path], NameRegister], tmp_path: Path) -> None:
    register = opened(tmp_path)
    assert "requests" in register
    assert "request" not in register
    assert None not in register
    assert (register.stamp.feed, register.stamp.entries) == ("registered-names", 2)


def _real_popularity(folder: Path) -> PopularityList:
    held = _imported(folder, FeedName.POPULARITY).popularity(NOON, Feeds())
    assert isinstance(held, Held)
    return held.feed


@pytest.mark.parametrize(
    "opened",
    [_real_popularity, lambda _: FakePopularity.of(["requests", "acme-lib"])],
    ids=["packed", "fake"],
)
def test_a_popularity_list(opened: Callable[[Path], PopularityList], tmp_path: Path) -> None:
    popular = opened(tmp_path)
    assert list(popular.names) == ["requests", "acme-lib"]
    assert (popular.stamp.feed, popular.stamp.entries) == ("popularity", 2)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock()
    assert clock.now() == clock.now() == NOON
    clock.advance(hours=1)
    assert (clock.now() - NOON).total_seconds() == 3600


def test_a_fake_index_tells_what_it_was_asked() -> None:
    fake = FakeIndex.of(IndexProject(name=LIB))
    fake.project(LIB)
    fake.project(GONE)
    assert fake.asked == [LIB, GONE]
