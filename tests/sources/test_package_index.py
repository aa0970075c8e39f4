"""The package index over HTTP: kept answers, patience, bounds, secrets."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.model.verdicts import Cause, Indeterminate
from stockade.sources.client_config import IndexSettings
from stockade.sources.index_address import IndexAddress
from stockade.sources.package_index import HttpPackageIndex
from stockade.sources.polite_http import Manners
from stockade.testing.fakes import FixedClock
from stockade.testing.index_server import IndexServer, ServedFile, ServedProject
from stockade.testing.loopback import Fault, LoopbackServer, Reply, Seen

REQUESTS = ProjectName("requests")
PAGE = "/simple/requests/"
OWNERS = "/pypi/requests/json"


@dataclass
class World:
    """An index, the clock, and the pauses that were made."""

    server: IndexServer
    folder: Path
    clock: FixedClock = field(default_factory=FixedClock)
    pauses: list[float] = field(default_factory=list)
    manners: Manners = field(default_factory=Manners)
    opened: list[HttpPackageIndex] = field(default_factory=list)

    def index(self, url: str = "", *, no_index: bool = False) -> HttpPackageIndex:
        address = IndexAddress.parse(url or self.server.url, came_from="a test")
        settings = IndexSettings(default=address, no_index=no_index)
        manners = replace(self.manners, sleep=self.pauses.append, jitter=lambda: 0.5)
        self.opened.append(HttpPackageIndex(settings, self.folder, self.clock, manners=manners))
        return self.opened[-1]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    served = ServedProject(
        name="requests", files=(ServedFile(filename="requests-2.0.tar.gz"),), owners=("ann",)
    )
    with IndexServer([served]) as server:
        made = World(server, tmp_path / "cache")
        yield made
        for index in made.opened:
            index.close()


def unanswered(answer: object, cause: Cause = Cause.SOURCE_UNREACHABLE) -> str:
    assert isinstance(answer, Indeterminate), answer
    assert answer.cause is cause
    return answer.detail


def test_a_fresh_answer_is_not_asked_for_again_even_by_another_process(world: World) -> None:
    first = world.index().project(REQUESTS)
    world.clock.advance(minutes=9)
    assert world.index().project(REQUESTS) == first
    assert world.server.asked(PAGE) == 1


def test_an_old_answer_is_revalidated(world: World) -> None:
    index = world.index()
    first = index.project(REQUESTS)
    world.clock.advance(minutes=10)
    assert index.project(REQUESTS) == first
    assert "if-none-match" in world.server.seen[-1].headers
    world.clock.advance(minutes=9)
    assert index.project(REQUESTS) == first
    assert world.server.asked(PAGE) == 2, "a 304 vouches for the answer anew"
    world.server.put(ServedProject(name="requests", status="quarantined"))
    world.clock.advance(minutes=2)
    changed = index.project(REQUESTS)
    assert isinstance(changed, IndexProject)
    assert changed.status.value == "quarantined"


def test_a_stale_answer_is_not_taken_where_the_server_fails(world: World) -> None:
    index = world.index()
    index.project(REQUESTS)
    world.clock.advance(minutes=11)
    world.server.fail(PAGE, Fault.ERROR)
    assert "500" in unanswered(index.project(REQUESTS))


def test_an_absent_project_is_remembered_too(world: World) -> None:
    index = world.index()
    assert index.project(ProjectName("nothing")) is None
    assert index.project(ProjectName("nothing")) is None
    assert world.server.asked("/simple/nothing/") == 1
    world.server.put(ServedProject(name="nothing"))
    world.clock.advance(minutes=11)
    assert isinstance(index.project(ProjectName("nothing")), IndexProject)


def test_a_clock_that_went_back_does_not_make_an_answer_fresh_for_ever(world: World) -> None:
    index = world.index()
    index.project(REQUESTS)
    world.clock.advance(days=-1)
    index.project(REQUESTS)
    assert world.server.asked(PAGE) == 2


def test_a_damaged_cache_is_no_answer(world: World) -> None:
    index = world.index()
    first = index.project(REQUESTS)
    for file in (world.folder / "index").iterdir():
        file.write_bytes(file.read_bytes()[:-1])
    assert index.project(REQUESTS) == first
    assert world.server.asked(PAGE) == 2


def test_a_cache_that_cannot_be_written_costs_only_time(world: World) -> None:
    world.folder.write_text("a file where the folder should be")
    assert isinstance(world.index().project(REQUESTS), IndexProject)


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.DROPPED, Fault.TRUNCATED])
def test_a_server_that_fails_is_asked_again_after_growing_pauses(world: World, fault: Fault) -> None:
    world.server.fail(PAGE, fault, times=2)
    assert isinstance(world.index().project(REQUESTS), IndexProject)
    assert world.server.asked(PAGE) == 3
    assert world.pauses == [0.75, 1.5]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.DROPPED, Fault.TRUNCATED])
def test_a_server_that_goes_on_failing_leaves_the_project_unjudged(world: World, fault: Fault) -> None:
    world.server.fail(PAGE, fault)
    assert "3 attempts" in unanswered(world.index().project(REQUESTS))
    assert world.server.asked(PAGE) == 3


def test_retry_after_is_honoured_up_to_a_limit(world: World) -> None:
    world.server.fail(PAGE, Fault.BUSY, times=1, seconds=7)
    assert isinstance(world.index().project(REQUESTS), IndexProject)
    assert world.pauses == [7.0]
    world.server.fail(OWNERS, Fault.BUSY, seconds=3600)
    assert "pause of 3600 s" in unanswered(world.index().ownership(REQUESTS))
    assert world.server.asked(OWNERS) == 1


def test_a_slow_server_runs_into_the_limit(world: World) -> None:
    world.manners = Manners(max_seconds=0)
    assert "took longer" in unanswered(world.index().project(REQUESTS))


def test_a_large_answer_is_refused(world: World) -> None:
    world.manners = Manners(max_bytes=10)
    assert "larger than 10 bytes" in unanswered(world.index().project(REQUESTS))


@pytest.mark.parametrize("fault", [Fault.WRONG_TYPE, Fault.GARBAGE])
def test_an_answer_that_is_no_page_is_unreadable(world: World, fault: Fault) -> None:
    world.server.fail(PAGE, fault)
    assert "cannot be read" in unanswered(world.index().project(REQUESTS), Cause.UNREADABLE)


def test_no_server_and_no_index(world: World) -> None:
    with LoopbackServer() as gone:
        url = f"{gone.origin}/simple/"
    assert "ConnectError" in unanswered(world.index(url).project(REQUESTS))
    assert "no-index" in unanswered(world.index(no_index=True).project(REQUESTS))
    assert world.server.seen == []


def test_wrong_credentials_say_what_to_mend_and_show_no_secret(world: World) -> None:
    world.server.credentials = ("ann", "right")
    wrong = world.index(world.server.url.replace("//", "//ann:s3cret@")).project(REQUESTS)
    assert isinstance(wrong, Indeterminate)
    assert "401" in wrong.detail
    assert "credentials" in wrong.mend
    assert "s3cret" not in repr(wrong)
    right = world.index(world.server.url.replace("//", "//ann:right@"))
    assert isinstance(right.project(REQUESTS), IndexProject)
    kept = b"".join(file.read_bytes() for file in (world.folder / "index").iterdir())
    assert b"right" not in kept


def test_another_accounts_answer_is_not_taken(world: World) -> None:
    world.server.credentials = ("ann", "right")
    world.index(world.server.url.replace("//", "//ann:right@")).project(REQUESTS)
    unanswered(world.index(world.server.url.replace("//", "//bo:wrong@")).project(REQUESTS))


def test_redirects_stay_within_scheme_and_keep_credentials_at_home(world: World) -> None:
    with LoopbackServer() as other:
        page = b'{"meta": {"api-version": "1.0"}, "name": "requests", "files": []}'
        target = other.serve("/requests", Reply(page, "application/vnd.pypi.simple.v1+json"))
        world.server.put(ServedProject(name="unused"))
        front = LoopbackServer()
        with front:
            front.credentials = ("ann", "s3cret")
            front.serve(PAGE, Reply(status=302, headers={"Location": target}, etag=False))
            front.serve(
                "/simple/away/", Reply(status=302, headers={"Location": "https://192.0.2.1/"}, etag=False)
            )
            front.serve("/simple/loop/", Reply(status=302, headers={"Location": "/simple/loop/"}, etag=False))
            index = world.index(f"{front.origin}/simple/".replace("//", "//ann:s3cret@", 1))
            assert isinstance(index.project(REQUESTS), IndexProject)
            assert "authorization" not in other.seen[0].headers
            assert "not followed" in unanswered(index.project(ProjectName("away")))
            assert "more than 5 redirects" in unanswered(index.project(ProjectName("loop")))
            index.close()


def test_plain_http_needs_the_users_trust(world: World) -> None:
    url = "http://index.example.invalid/simple/"
    assert "http is not protected" in unanswered(world.index(url).project(REQUESTS))


def test_ownership_needs_an_index_that_tells(world: World) -> None:
    world.server.put(ServedProject(name="silent"))
    assert "does not say" in unanswered(world.index().ownership(ProjectName("silent")), Cause.FACT_MISSING)
    assert "does not say" in unanswered(world.index().ownership(ProjectName("absent")), Cause.FACT_MISSING)
    elsewhere = world.index(f"{world.server.origin}/private/")
    assert "/simple/" in unanswered(elsewhere.ownership(REQUESTS), Cause.FACT_MISSING)
    world.server.fail(OWNERS, Fault.GARBAGE)
    assert "does not fit" in unanswered(world.index().ownership(REQUESTS), Cause.FACT_MISSING)


def test_many_projects_at_once(world: World) -> None:
    names = [ProjectName(f"project{n}") for n in range(20)]
    for name in names[:10]:
        world.server.put(ServedProject(name=name, owners=("ann",)))
    told: list[tuple[int, int]] = []
    with world.index() as index:
        answers = index.projects([*names, *names], lambda done, total: told.append((done, total)))
        owners = index.ownerships(names[:2])
    assert [name for name, answer in answers.items() if answer is not None] == names[:10]
    assert told[-1] == (20, 20)
    assert list(owners) == names[:2]
    assert all(seen.headers["user-agent"].startswith("stockade/") for seen in world.server.seen)


class CrowdedServer(IndexServer):
    """Remembers how many questions it answered at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self.turn = threading.Lock()

    def answer(self, seen: Seen) -> Reply:
        with self.turn:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self.turn:
            self.now -= 1
        return super().answer(seen)


def test_no_more_questions_at_once_than_manners_allow(tmp_path: Path) -> None:
    names = [ProjectName(f"project{n}") for n in range(24)]
    with CrowdedServer() as server:
        settings = IndexSettings(default=IndexAddress.parse(server.url))
        with HttpPackageIndex(settings, tmp_path, FixedClock()) as index:
            callers = [threading.Thread(target=index.projects, args=(names[n::3],)) for n in range(3)]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()
    assert len(server.seen) == 24
    assert 2 <= server.most <= 6
