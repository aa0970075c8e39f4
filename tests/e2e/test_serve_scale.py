"""Three stateless instances over one PostgreSQL and one S3-compatible store, behind a balancer; one is killed under load."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.e2e.balancer import balancing
from tests.e2e.serving import Running, built_wheel, serving
from tests.store.s3 import s3_server

from stockade.cli.main import main
from stockade.store.state import FirewallState
from stockade.testing.index_server import IndexServer, ServedProject

pytestmark = pytest.mark.postgres

PROJECTS = 6
CLIENTS = 4
SECONDS = 6.0
POLICY = '[protect]\npatterns = ["acme-*"]\n'


@dataclass
class Cluster:
    """Three instances."""

    instances: list[Running]
    url: str
    database: str
    digests: dict[str, str]
    """By path: what an admitted file is."""


@dataclass
class Load:
    """What clients met."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    got: Counter[str] = field(default_factory=Counter)
    """By path: how often a file came whole."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, url: str, path: str, expected: str | None) -> None:
        """Ask once; a connection that breaks is tried again by whoever needs it, as pip and uv do."""
        try:
            with urllib.request.urlopen(f"{url}{path}", timeout=30) as reply:  # noqa: S310 - loopback
                digest = hashlib.sha256(reply.read()).hexdigest()
            status = 200
        except urllib.error.HTTPError as error:
            status, digest = error.code, ""
            error.close()
        except (OSError, http.client.HTTPException):
            status, digest = 0, ""
        with self.lock:
            self.answers[f"{path.split('/')[1]} {status}"] += 1
            if status == 200 and expected is None and "/files/" in path:
                self.wrong.append(f"{path} was served")
            elif status == 200 and expected is not None and digest != expected:
                self.wrong.append(f"{path} came as {digest}")
            elif status not in {0, 200, 403}:
                self.wrong.append(f"{path} was answered with {status}")
            elif status == 200 and expected is not None:
                self.got[path] += 1


@pytest.fixture
def cluster(tmp_path: Path, fresh_feeds: Path, new_postgres_url: Callable[[], str]) -> Iterator[Cluster]:
    database = new_postgres_url()
    digests = {}
    with ExitStack() as stack:
        s3 = stack.enter_context(s3_server())
        index = stack.enter_context(IndexServer())
        for number in range(PROJECTS):
            name = f"library-{number}"
            old, young = built_wheel(name, "1.0"), built_wheel(name, "2.0", days=1)
            index.put(ServedProject(name=name, files=(old, young)))
            digests[f"/files/{name}/{old.filename}"] = hashlib.sha256(old.content).hexdigest()
        instances = []
        for number in range(3):
            state = tmp_path / f"state-{number}"
            shutil.copytree(fresh_feeds, state / "feeds")
            options = ("--blobs", "s3://blobs/firewall", "--fresh", "1")
            variables = {**s3, "STOCKADE_DATABASE": database}
            instances.append(stack.enter_context(serving(index, state, *options, policy=POLICY, **variables)))
        ports = [int(each.url.rpartition(":")[2]) for each in instances]
        balancer = stack.enter_context(balancing(ports))
        yield Cluster(instances, balancer.url, database, digests)


def test_one_of_three_is_killed_under_load_and_nothing_is_lost(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load, end = Load(), time.monotonic() + SECONDS
    refused = [path.replace("-1.0-", "-2.0-") for path in cluster.digests]
    asked: list[tuple[str, str | None]] = [
        *cluster.digests.items(),
        *((path, None) for path in refused),
        *((f"/simple/library-{number}/", None) for number in range(PROJECTS)),
    ]

    def client(start: int) -> None:
        at = start
        while time.monotonic() < end:
            path, expected = asked[at % len(asked)]
            load.ask(cluster.url, path, expected)
            at += 1

    threads = [threading.Thread(target=client, args=(3 * number,)) for number in range(CLIENTS)]
    for each in threads:
        each.start()
    time.sleep(SECONDS / 2)
    cluster.instances[1].kill()
    for each in threads:
        each.join()

    assert load.wrong == []
    assert load.answers["files 200"] > 0
    assert load.answers["files 403"] > 0
    monkeypatch.setenv("STOCKADE_DATABASE", cluster.database)
    assert main(["events", "verify"]) == 0
    capsys.readouterr()
    with FirewallState.open(cluster.database, create=False) as state:
        served: Counter[str] = Counter()
        for delivery in state.served.served_of():
            served[f"/files/{delivery.project}/{delivery.filename}"] += delivery.times
        assert all(served[path] >= times for path, times in load.got.items()), "a delivery has no record"
        held = {each.filename: each for each in state.approvals.queue()}
        assert len({each.code for each in held.values()}) == len(held), "no verdict differs between instances"
        assert len(held) == PROJECTS


def test_a_decision_holds_in_every_instance_within_a_second(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(iter(cluster.digests)).replace("-1.0-", "-2.0-")
    statuses = Load()
    for each in cluster.instances:
        statuses.ask(each.url, path, None)
    assert statuses.answers == {"files 403": 3}
    monkeypatch.setenv("STOCKADE_DATABASE", cluster.database)
    with FirewallState.open(cluster.database, create=False) as state:
        (held,) = state.approvals.queue()
        assert held.times == 3
    assert main(["quarantine", "approve", held.code, "--reason", "read it"]) == 0
    approval = capsys.readouterr().out.partition(":")[0]
    for effect, expected in (("approved", 200), ("revoked", 403)):
        if effect == "revoked":
            assert main(["quarantine", "revoke", approval]) == 0
        deadline = time.monotonic() + 10
        for each in cluster.instances:
            while _status(f"{each.url}{path}") != expected:
                assert time.monotonic() < deadline, f"an instance has not noticed that it was {effect}"
                time.sleep(0.1)


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as reply:  # noqa: S310 - loopback
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
