"""The processes of the firewall's benchmark: nginx, ``stockade serve``, and other index proxies, each gone afterwards."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

JSON = "application/vnd.pypi.simple.v1+json"
SECONDS = 60
"""Within which a server must answer, and end."""
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; {user}
worker_rlimit_nofile 16384;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; types {{ }} default_type application/octet-stream;
  keepalive_requests 100000000; open_file_cache max=1000; open_file_cache_valid 600s;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} backlog=2048; root {folder}/www;
    location /simple/ {{ default_type {kind}; index index.json; }}
    location /pages/ {{ default_type {kind}; gzip_static on; }}
  }}
}}
"""


@dataclass(frozen=True)
class Side:
    """A server that runs."""

    url: str
    """``http://127.0.0.1:PORT``."""
    pid: int
    """The process that answers."""


def get(url: str, path: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    """Ask once: status, body and headers (names in lower case)."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=SECONDS)
    try:
        connection.request(
            "GET", path, headers={key.replace("_", "-"): each for key, each in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.read(), {key.lower(): each for key, each in answer.getheaders()}
    finally:
        connection.close()


def processor(pid: int) -> float:
    """Seconds that a process has run, all its threads, to the nanosecond."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            spent += int((task / "schedstat").read_text(encoding="ascii").split()[0])
        except (FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
            continue
    return spent / 1e9


def whole_processor(pid: int) -> float:
    """Seconds that a process has run, ended threads included, to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> dict[str, float]:
    """Memory in MiB: ``rss``, its high ``peak``, and ``private``, which no other process shares."""
    status = dict(_pairs(Path(f"/proc/{pid}/status")))
    rollup = dict(_pairs(Path(f"/proc/{pid}/smaps_rollup")))
    private = sum(_kib(rollup[key]) for key in ("Private_Clean", "Private_Dirty"))
    found = {"rss": _kib(status["VmRSS"]), "peak": _kib(status["VmHWM"]), "private": private}
    return {key: round(value / 1024, 1) for key, value in found.items()}


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        key, colon, value = line.partition(":")
        if colon:
            yield key, value.strip()


def _kib(text: str) -> int:
    return int(text.split(maxsplit=1)[0])


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str], log: Path, **options: Mapping[str, str] | Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, which is ended as a whole."""
    with log.open("ab") as heard:
        process = subprocess.Popen(
            command, stdout=heard, stderr=heard, stdin=subprocess.DEVNULL, start_new_session=True, **options
        )  # type: ignore[call-overload] # env and cwd
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(SECONDS)


def wait_for(url: str, path: str, process: subprocess.Popen[bytes], log: Path) -> float:
    """Wait until a server answers with 200; the seconds that it took.

    Raises:
        SystemExit: it ended, or did not answer in time.
    """
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        if process.poll() is not None:
            break
        try:
            if get(url, path, Accept=f"{JSON}, */*;q=0.1")[0] == HTTPStatus.OK:
                return time.perf_counter() - began
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.005)
    raise SystemExit(
        f"{process.args!r} did not answer: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
    )


@contextmanager
def nginx(folder: Path) -> Iterator[Side]:
    """Nginx with one worker over ``folder/www``."""
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port, kind=JSON, user=user), encoding="utf-8")
    (folder / "www" / "pages").mkdir(parents=True, exist_ok=True)
    (folder / "www" / "up").write_bytes(b"up\n")
    with running(["nginx", "-c", str(settings)], folder / "nginx.out") as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, "/up", process, folder / "nginx.out")
        yield Side(url, _answering(process.pid))


@dataclass(frozen=True)
class Started(Side):
    """A firewall that runs."""

    seconds: float
    """From its start until it was ready."""


@contextmanager
def firewall(upstream: str, state: Path, policy: Path, *options: str) -> Iterator[Started]:
    """``stockade serve`` as an operator starts it."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "stockade",
        "serve",
        "--port",
        str(port),
        "--upstream",
        f"{upstream}/simple/",
    ]
    command += ["--state", str(state), "--policy", str(policy), *options]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(state),
        "PIP_CONFIG_FILE": os.devnull,
        "UV_NO_CONFIG": "1",
    }
    environ |= {
        key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ
    }  # the checkout that is measured
    log = state / "serve.log"
    with running(command, log, env=environ, cwd=state) as process:
        url = f"http://127.0.0.1:{port}"
        seconds = wait_for(url, "/readyz", process, log)
        yield Started(url, process.pid, seconds)


@dataclass(frozen=True)
class Peer:
    """Another index proxy over the same upstream."""

    name: str
    path: str
    """Of a project's page, with ``{}`` for its name."""


DEVPI_USER = "root"
DEVPI_INDEX = f"/{DEVPI_USER}/pypi"
"""The mirror that every devpi has from the start."""
PEERS = (
    Peer("devpi-server", f"{DEVPI_INDEX}/+simple/{{}}/"),
    Peer("proxpi", "/index/{}/"),
    Peer("simple-repository-server", "/simple/{}/"),
)


@contextmanager
def peer(which: Peer, programs: Path, folder: Path, upstream: str) -> Iterator[Side]:
    """Start a peer in its own environment.

    Raises:
        SystemExit: it is not installed, or does not answer.
    """
    if not (programs / which.name / ".ready").is_file():
        raise SystemExit(f"{which.name} is not installed: sh tools/firewall_peers.sh")
    folder.mkdir(parents=True, exist_ok=True)
    port, bin_folder, log = free_port(), programs / which.name / "bin", folder / f"{which.name}.log"
    url, index = f"http://127.0.0.1:{port}", f"{upstream}/simple/"
    environ = {"PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": str(folder)}
    with ExitStack() as held:
        match which.name:
            case "devpi-server":
                at = ["--serverdir", str(folder / "devpi")]
                subprocess.run(
                    [str(bin_folder / "devpi-init"), *at], env=environ, check=True, capture_output=True
                )
                command = [str(bin_folder / "devpi-server"), *at, "--host", "127.0.0.1", "--port", str(port)]
                process = held.enter_context(running(command, log, env=environ, cwd=folder))
                wait_for(url, "/+api", process, log)
                _point_devpi(url, index)
            case "proxpi":
                environ |= {"PROXPI_INDEX_URL": index, "PROXPI_CACHE_DIR": str(folder / "cache")}
                command = [
                    str(bin_folder / "gunicorn"),
                    "proxpi.server:app",
                    "--threads",
                    "4",
                    "-b",
                    f"127.0.0.1:{port}",
                ]
                process = held.enter_context(running(command, log, env=environ, cwd=folder))
            case _:
                command = [
                    str(bin_folder / "simple-repository-server"),
                    index,
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(port),
                ]
                process = held.enter_context(running(command, log, env=environ, cwd=folder))
        wait_for(url, which.path.format("quorvane-small"), process, log)
        yield Side(url, _answering(process.pid) if which.name == "proxpi" else process.pid)


def _answering(master: int) -> int:
    """The one worker of a server whose first process only watches it."""
    return int(Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()[0])


def _point_devpi(url: str, index: str) -> None:
    """Let devpi's mirror lead to our upstream, as its administrator does."""
    token = json.loads(_sent(url, "POST", "/+login", {"user": DEVPI_USER, "password": ""}))["result"][
        "password"
    ]
    key = base64.b64encode(f"{DEVPI_USER}:{token}".encode()).decode()
    _sent(url, "PATCH", DEVPI_INDEX, [f"mirror_url={index}"], {"X-Devpi-Auth": key})


def _sent(url: str, method: str, path: str, body: object, headers: Mapping[str, str] | None = None) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=SECONDS)
    try:
        sent = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
        connection.request(method, path, json.dumps(body), sent)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise SystemExit(f"{method} {path} was answered with {answer.status}: {said[:500]!r}")
    return said


def missing_programs() -> list[str]:
    """What this benchmark needs of the system and is not there."""
    return [name for name in ("nginx", "wrk") if shutil.which(name) is None]
