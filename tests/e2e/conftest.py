"""A machine of its own for every test: no policy above, no configuration of pip or uv, feeds where asked for."""

from __future__ import annotations

import os
import shutil
import subprocess  # noqa: TID251 - tests start the program; the ban is for the program
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.postgres import new_postgres_url, postgres_server

from stockade.cli.main import main
from stockade.names.popular import builtin_popularity
from stockade.testing.index_server import IndexServer
from stockade.testing.osv import Json, affected, bulk_zip, ecosystem_range, malicious, record

__all__ = ["new_postgres_url", "postgres_server"]

NOW = datetime.now(UTC)
SECONDS = 60
UNSET = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX",
         "NETRC", "STOCKADE_POLICY", "STOCKADE_DATABASE", "STOCKADE_DEBUG", "STOCKADE_CACHE", "COLUMNS")  # fmt: skip


def ago(**by: float) -> str:
    """A moment in the past, as OSV and the index write it."""
    return (NOW - timedelta(**by)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def advisories(days: float = 1) -> list[Json]:
    """A small feed whose newest record is so old."""
    hole = affected("flask", ranges=[ecosystem_range({"introduced": "0"}, {"fixed": "2.2.5"})])
    return [
        record("PYSEC-2026-1", hole, summary="Flask tells secrets", modified=ago(days=days + 9)),
        malicious("evil-tool", modified=ago(days=days)),
    ]


@pytest.fixture(scope="session")
def fresh_feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of fresh feeds; the popular names are the registered ones."""
    return _feeds(tmp_path_factory.mktemp("fresh"), days=1)


@pytest.fixture(scope="session")
def stale_feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with advisories of long ago."""
    return _feeds(tmp_path_factory.mktemp("stale"), days=99)


def _feeds(state: Path, *, days: float) -> Path:
    (state / "all.zip").write_bytes(bulk_zip(advisories(days)))
    (state / "names.txt").write_text("\n".join(builtin_popularity().names) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STOCKADE_STATE", str(state))
        for feed, file in (("advisories", "all.zip"), ("registered-names", "names.txt")):
            assert main(["feed", "import", feed, str(state / file)]) == 0
    return state / "feeds"


@dataclass(frozen=True)
class Machine:
    """Where a test's program runs."""

    home: Path
    state: Path

    def hold(self, feeds: Path) -> None:
        """Put feeds in place."""
        shutil.copytree(feeds, self.state / "feeds")

    def write(self, files: Mapping[str, str], folder: str = "project") -> Path:
        """Write a project; gives its folder."""
        for name, text in files.items():
            path = self.home / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self.home / folder

    def run(self, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Start the real program in the machine's home."""
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        environ = {
            **kept,
            "HOME": str(self.home),
            "STOCKADE_STATE": str(self.state),
            "PIP_CONFIG_FILE": os.devnull,
            "UV_NO_CONFIG": "1",
            **variables,
        }
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "stockade", *map(str, arguments)],
            env=environ,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An empty machine; what runs in this process sees it too."""
    state = tmp_path / "state"
    home = tmp_path / "home"
    state.mkdir()
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("STOCKADE_STATE", str(state))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    return Machine(home, state)


@pytest.fixture
def ready(machine: Machine, fresh_feeds: Path) -> Machine:
    """A machine with fresh feeds."""
    machine.hold(fresh_feeds)
    return machine


@pytest.fixture
def index() -> Iterator[IndexServer]:
    """An empty package index on loopback."""
    with IndexServer() as server:
        yield server


@pytest.fixture
def public(index: IndexServer, monkeypatch: pytest.MonkeyPatch) -> IndexServer:
    """The same index, standing for the public default: nobody has configured it."""
    monkeypatch.setattr("stockade.sources.client_config.public_index", lambda: index.url)
    return index


@contextmanager
def nothing_printed(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Fail where something goes to standard output or standard error."""
    yield
    seen = capsys.readouterr()
    assert (seen.out, seen.err) == ("", "")
