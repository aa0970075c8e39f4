"""Publishing with the programs that people publish with, and installing with those that they install with."""

from __future__ import annotations

import shutil
import subprocess  # noqa: TID251 - clients are started
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.e2e.serving import (
    UV,
    Running,
    base_python,
    built_wheel,
    environment,
    pip_install,
    serving,
    uv_install,
)

from stockade.model.firewall import Role
from stockade.model.tokens import Minting
from stockade.store.state import FirewallState
from stockade.testing.archives import sdist, wheel
from stockade.testing.index_server import IndexServer, ServedProject

POLICY = '[protect]\npatterns = ["acme-*"]\n'
SECONDS = 180
WANTED = {
    "poetry": ("poetry>=2",),
    "pdm": ("pdm>=2.20", "hishel<2"),  # pdm 2.29 does not start with hishel 2
    "flit": ("flit>=3.10",),
    "old": ("pip==22.3.1",),
    "pip": ("pip>=26",),
}
"""Each in an environment of its own; ``old`` is the oldest pip that the oldest supported Python came with."""


@pytest.fixture(scope="module")
def firewall(tmp_path_factory: pytest.TempPathFactory, fresh_feeds: Path) -> Iterator[Running]:
    state = tmp_path_factory.mktemp("publishing") / "state"
    shutil.copytree(fresh_feeds, state / "feeds")
    with IndexServer() as index:
        index.put(
            ServedProject(
                name="goodlib", files=(built_wheel("goodlib", "1.0"), built_wheel("goodlib", "2.0", days=1))
            )
        )
        with serving(index, state, policy=POLICY) as running:
            yield running


@pytest.fixture(scope="module")
def token(firewall: Running) -> str:
    now = datetime.now(UTC)
    with FirewallState.open(f"sqlite:///{firewall.state}/events.db") as state:
        minting = Minting(
            name="release job",
            role=Role.PUBLISH,
            at=now,
            by="ann",
            projects=("acme-*",),
            expires=now + timedelta(hours=1),
        )
        return state.tokens.mint(minting).text


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with poetry, pdm, flit and an old pip, from the ordinary index."""
    folder = tmp_path_factory.mktemp("clients")
    for name, wanted in WANTED.items():
        python = folder / name / "bin" / "python"
        for command in (
            [UV, "venv", "--quiet", "--python", base_python(), folder / name],
            [UV, "pip", "install", "--quiet", "--python", python, *wanted],
        ):
            done = subprocess.run(  # noqa: S603 - uv
                [str(each) for each in command],
                capture_output=True,
                text=True,
                check=False,
                cwd=folder,
                timeout=SECONDS,
            )
            if done.returncode:
                last = (done.stderr.strip().splitlines() or ["no word"])[-1]
                pytest.skip(f"{name} cannot be had from the index here: {last[:150]}")
    return folder


def run(command: list[str | Path], home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - clients
        [str(each) for each in command],
        env=environment(home, **variables),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def project(home: Path, name: str, version: str = "1.0") -> Path:
    """A project of one module, with its wheel and sdist built beforehand, so that no build tool is fetched."""
    module = name.replace("-", "_")
    dist = home / "dist"
    dist.mkdir(parents=True)
    files = {f"{module}/__init__.py": b"VALUE = 1\n"}
    (dist / f"{module}-{version}-py3-none-any.whl").write_bytes(wheel(name, version, files))
    (dist / f"{module}-{version}.tar.gz").write_bytes(sdist(name, version, files))
    return dist


def test_twine_publishes_and_pip_installs(firewall: Running, token: str, tmp_path: Path) -> None:
    dist = project(tmp_path, "acme-by-twine")
    upload = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    command: list[str | Path] = [
        *upload,
        "--repository-url",
        f"{firewall.url}/legacy/",
        *sorted(dist.iterdir()),
    ]
    secrets = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": token}
    done = run(command, tmp_path, **secrets)
    assert done.returncode == 0, done.stdout + done.stderr
    again = run(command, tmp_path, **secrets)
    assert again.returncode == 0, "the very same files may come again"
    assert pip_install(firewall, tmp_path / "pip", "acme-by-twine").status == 0
    assert token not in done.stdout + done.stderr + "\n".join(firewall.said)


def test_uv_publishes_and_installs(firewall: Running, token: str, tmp_path: Path) -> None:
    dist = project(tmp_path, "acme-by-uv")
    command: list[str | Path] = [
        UV,
        "publish",
        "--publish-url",
        f"{firewall.url}/legacy/",
        *sorted(dist.iterdir()),
    ]
    done = run(command, tmp_path, UV_PUBLISH_TOKEN=token)
    assert done.returncode == 0, done.stdout + done.stderr
    assert uv_install(firewall, tmp_path / "uv", "acme-by-uv").status == 0


def test_another_file_under_a_published_name_is_refused_on_the_publisher_s_screen(
    firewall: Running, token: str, tmp_path: Path
) -> None:
    dist = project(tmp_path / "first", "acme-twice")
    command: list[str | Path] = [UV, "publish", "--publish-url", f"{firewall.url}/legacy/"]
    assert run([*command, *dist.iterdir()], tmp_path, UV_PUBLISH_TOKEN=token).returncode == 0
    (dist / "acme_twice-1.0-py3-none-any.whl").write_bytes(
        wheel("acme-twice", "1.0", {"acme_twice.py": b"VALUE = 2\n"})
    )
    done = run([*command, dist / "acme_twice-1.0-py3-none-any.whl"], tmp_path, UV_PUBLISH_TOKEN=token)
    assert done.returncode != 0
    assert "already" in done.stdout + done.stderr


def test_without_the_right_token_nothing_is_published(firewall: Running, tmp_path: Path) -> None:
    dist = project(tmp_path, "acme-by-nobody")
    command: list[str | Path] = [UV, "publish", "--publish-url", f"{firewall.url}/legacy/", *dist.iterdir()]
    assert run(command, tmp_path, UV_PUBLISH_TOKEN="stk_aaaaaaaaaa.wrong").returncode != 0
    assert pip_install(firewall, tmp_path / "pip", "acme-by-nobody").status != 0


@pytest.mark.online
def test_poetry_locks_installs_and_publishes(
    firewall: Running, clients: Path, token: str, tmp_path: Path
) -> None:
    poetry = clients / "poetry" / "bin" / "poetry"
    home = tmp_path / "project"
    dist = project(home, "acme-by-poetry")
    (home / "pyproject.toml").write_text(
        '[project]\nname = "acme-by-poetry"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ["goodlib"]\n'
        f'[[tool.poetry.source]]\nname = "firewall"\nurl = "{firewall.index}"\npriority = "primary"\n'
    )
    quiet = {
        "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        "POETRY_CACHE_DIR": str(tmp_path / "cache"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    done = run([poetry, "lock", "--no-interaction"], home, **quiet)
    assert done.returncode == 0, done.stdout + done.stderr
    lock = (home / "poetry.lock").read_text()
    assert 'version = "1.0"' in lock
    assert 'version = "2.0"' not in lock, "the release that is too young is not locked"
    done = run([poetry, "install", "--no-interaction", "--no-root"], home, **quiet)
    assert done.returncode == 0, done.stdout + done.stderr
    publish: list[str | Path] = [
        poetry,
        "publish",
        "--no-interaction",
        "--repository",
        "firewall",
        "--dist-dir",
        dist,
    ]
    variables = {
        **quiet,
        "POETRY_REPOSITORIES_FIREWALL_URL": f"{firewall.url}/legacy/",
        "POETRY_HTTP_BASIC_FIREWALL_USERNAME": "__token__",
        "POETRY_HTTP_BASIC_FIREWALL_PASSWORD": token,
    }
    done = run(publish, home, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert pip_install(firewall, tmp_path / "pip", "acme-by-poetry").status == 0


@pytest.mark.online
def test_pdm_locks_and_installs(firewall: Running, clients: Path, tmp_path: Path) -> None:
    pdm = clients / "pdm" / "bin" / "pdm"
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "acme-by-pdm"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ["goodlib"]\n'
        "[tool.pdm]\ndistribution = false\n"
        f'[[tool.pdm.source]]\nname = "pypi"\nurl = "{firewall.index}"\nverify_ssl = true\n'
    )
    quiet = {
        "PDM_CHECK_UPDATE": "0",
        "PDM_CACHE_DIR": str(tmp_path / "cache"),
        "PDM_IGNORE_ACTIVE_VENV": "1",
        "PDM_PYTHON": base_python(),
    }
    done = run([pdm, "install", "--no-self"], tmp_path, **quiet)
    assert done.returncode == 0, done.stdout + done.stderr
    lock = (tmp_path / "pdm.lock").read_text()
    assert 'version = "1.0"' in lock
    assert 'version = "2.0"' not in lock


@pytest.mark.online
def test_flit_publishes(firewall: Running, clients: Path, token: str, tmp_path: Path) -> None:
    flit = clients / "flit" / "bin" / "flit"
    (tmp_path / "acme_by_flit.py").write_text('"""A module."""\n\n__version__ = "1.0"\n')
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["flit_core>=3.10"]\nbuild-backend = "flit_core.buildapi"\n'
        '[project]\nname = "acme-by-flit"\ndynamic = ["version", "description"]\n'
    )
    variables = {
        "FLIT_INDEX_URL": f"{firewall.url}/legacy/",
        "FLIT_USERNAME": "__token__",
        "FLIT_PASSWORD": token,
    }
    done = run([flit, "publish", "--no-use-vcs"], tmp_path, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert pip_install(firewall, tmp_path / "pip", "acme-by-flit").status == 0


@pytest.mark.online
@pytest.mark.parametrize("which", ["old", "pip"])
def test_old_and_new_pip_install_and_are_told_why_not(
    firewall: Running, clients: Path, tmp_path: Path, which: str
) -> None:
    python = clients / which / "bin" / "python"
    install: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--index-url",
        firewall.index,
        "--target",
    ]
    done = run([*install, tmp_path / "a", "goodlib"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run([*install, tmp_path / "b", "goodlib==2.0"], tmp_path)
    assert done.returncode != 0
    assert "Stockade SK-" in done.stdout + done.stderr
