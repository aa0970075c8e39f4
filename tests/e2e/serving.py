"""A firewall as its operator starts it, and the clients that people use, on loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess  # noqa: TID251 - tests start programs; the ban is for the program
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.repo.tree import ROOT

from stockade.testing.archives import sdist, wheel
from stockade.testing.index_server import IndexServer, ServedFile

SECONDS = 60
UV = ROOT / ".tools" / "uv" / "bin" / "uv"
_READY = re.compile(r"serving (\S+)")


@dataclass
class Running:
    """A firewall that listens."""

    process: subprocess.Popen[str]
    url: str
    """``http://127.0.0.1:PORT``."""
    state: Path
    said: list[str] = field(default_factory=list)
    """Lines of its standard error."""

    @property
    def index(self) -> str:
        """The index's address."""
        return f"{self.url}/simple/"

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(SECONDS)


@contextmanager
def serving(
    upstream: IndexServer | str, state: Path, *options: str, policy: str = "", **variables: str
) -> Iterator[Running]:
    """Start ``stockade serve`` and wait until it listens; it is gone afterwards, whatever happens."""
    state.mkdir(parents=True, exist_ok=True)
    policy_file = state / "policy.toml"
    policy_file.write_text(policy, encoding="utf-8")
    address = upstream if isinstance(upstream, str) else upstream.url
    command = [sys.executable, "-m", "stockade", "serve", "--port", "0", "--upstream", address]
    command += ["--no-feed-updates", "--state", str(state), "--policy", str(policy_file), *options]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment(state, **variables), cwd=state, stderr=subprocess.PIPE, text=True
    )
    running = Running(process, "", state)
    heard = threading.Event()
    reader = threading.Thread(target=_listen, args=(running, heard), name="stderr of the firewall")
    reader.start()
    try:
        if not heard.wait(SECONDS) or not running.url:
            raise AssertionError(f"the firewall did not start: {running.said}")
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(SECONDS)
        reader.join(SECONDS)
        if process.stderr is not None:
            process.stderr.close()


def _listen(running: Running, heard: threading.Event) -> None:
    stream = running.process.stderr
    for line in stream or ():
        running.said.append(line.rstrip())
        if (match := _READY.search(line)) and not running.url:
            running.url = match[1].removesuffix("/simple/")
            heard.set()
    heard.set()


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Nothing of the machine's but its programs."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "STOCKADE_STATE": str(home),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(home / "uv-cache"),
        "PIP_CACHE_DIR": str(home / "pip-cache"),
        **variables,
    }


def base_python() -> str:
    """The interpreter that has pip, below the test environment."""
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")


@dataclass(frozen=True)
class Outcome:
    """What a client did."""

    status: int
    said: str
    """Both streams."""
    installed: frozenset[str]
    """Top-level names below the target."""


def pip_install(running: Running, home: Path, *wanted: str, **variables: str) -> Outcome:
    """``pip install --target`` through the firewall."""
    target = home / "pip-target"
    command = [base_python(), "-m", "pip", "install", "--no-deps", "--target", str(target)]
    return _run([*command, "--index-url", running.index, *wanted], home, target, variables)


def uv_install(running: Running, home: Path, *wanted: str, **variables: str) -> Outcome:
    """``uv pip install --target`` through the firewall."""
    target = home / "uv-target"
    command = [str(UV), "pip", "install", "--no-deps", "--python", base_python(), "--target", str(target)]
    return _run([*command, "--default-index", running.index, *wanted], home, target, variables)


def _run(command: list[str], home: Path, target: Path, variables: Mapping[str, str]) -> Outcome:
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603 - pip and uv
        command,
        env=environment(home, **variables),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    installed = {each.name for each in target.iterdir() if each.name != ".lock"} if target.is_dir() else set()
    return Outcome(done.returncode, done.stdout + done.stderr, frozenset(installed))


def ago(**by: float) -> str:
    """A moment in the past, as an index writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000001Z", time.gmtime(time.time() - _seconds(by)))


def _seconds(by: Mapping[str, float]) -> float:
    units = {"days": 86_400.0, "hours": 3_600.0, "minutes": 60.0}
    return sum(units[unit] * count for unit, count in by.items())


def built_wheel(
    project: str, version: str, *, days: float = 400, code: bytes = b"VALUE = 1\n", announced: bool = True
) -> ServedFile:
    """A wheel that installs one module, published so many days ago."""
    module = project.replace("-", "_")
    content = wheel(project, version, {f"{module}/__init__.py": code})
    core = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n\n".encode()
    return ServedFile(
        filename=f"{module}-{version}-py3-none-any.whl",
        content=content,
        upload_time=ago(days=days),
        metadata=core if announced else None,
    )


def built_sdist(project: str, version: str, files: Mapping[str, bytes], *, days: float = 400) -> ServedFile:
    """A source distribution."""
    content = sdist(project, version, files)
    return ServedFile(
        filename=f"{project.replace('-', '_')}-{version}.tar.gz", content=content, upload_time=ago(days=days)
    )
