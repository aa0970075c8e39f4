"""How fast the firewall's server sends what stands ready, beside nginx on the same bytes.

Both have one process; nginx sends files from its cache of open files, by sendfile. wrk asks over four kept connections, in
alternating rounds. On a machine that others use, requests per second say little: what a request costs the
server in processor time says more, so both are kept. Needs Linux, nginx and wrk.

    python -m benchmarks.serving_speed [--rounds 7] [--seconds 2]
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import save

from stockade.firewall.answers import Ready, ready
from stockade.firewall.server import ServerConfig, serve

ETAG = b'"a-page"'
TYPE = b"application/vnd.pypi.simple.v1+json"
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; default_type {kind}; keepalive_requests 100000000; open_file_cache max=100;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; location /page_2mb_gzip {{ add_header Content-Encoding gzip; }} }}
}}
"""


@dataclass(frozen=True)
class Case:
    """One thing that is asked for of both."""

    name: str
    path: str
    conditional: bool = False


CASES = (
    Case("page_96k", "page_96k"),
    Case("page_2mb", "page_2mb"),
    Case("page_2mb_gzip", "page_2mb_gzip"),
    Case("not_modified", "page_96k", conditional=True),
    Case("file_20mb", "file_20mb"),
)


@dataclass(frozen=True)
class Side:
    """A server that runs."""

    root: str
    pid: int
    etag: str


def main() -> int:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve_folder(Path(asked.serve))
        return 0
    if not shutil.which("nginx") or not shutil.which("wrk"):
        print("serving_speed: needs nginx and wrk", file=sys.stderr)
        return 3
    result: dict[str, Any] = {"rounds": asked.rounds, "seconds": asked.seconds}
    with tempfile.TemporaryDirectory(prefix="stockade-bench-") as scratch:
        folder = Path(scratch)
        make_files(folder / "www")
        with ours(folder / "www") as stockade, nginx(folder) as other:
            for case in CASES:
                result[case.name] = measure(case, {"stockade": stockade, "nginx": other}, asked)
                print(line(case.name, result[case.name]), flush=True)
    save("serving_speed", result)
    return 0


def make_files(folder: Path) -> None:
    """Pages as long as those of projects with few and many files, and a file."""
    folder.mkdir()
    chance = random.Random(7)  # noqa: S311 - bytes to send, the same each time
    entry = '{{"filename":"acme-{0}.whl","url":"../../files/acme/acme-{0}.whl","hashes":{{"sha256":"{1:064x}"}}}},'
    text = "".join(entry.format(number, chance.getrandbits(256)) for number in range(16_000)).encode()
    (folder / "page_96k").write_bytes(text[:96_000])
    (folder / "page_2mb").write_bytes(text[:1_930_000])
    (folder / "page_2mb_gzip").write_bytes(gzip.compress(text[:1_930_000], 6)[:474_000])
    (folder / "file_20mb").write_bytes(chance.randbytes(20 << 20))


def serve_folder(folder: Path) -> None:
    """The pages from memory, the file from the disk."""
    fields = [(b"content-type", TYPE), (b"etag", ETAG), (b"vary", b"Accept, Accept-Encoding")]
    same = ready(304, fields[1:])
    pages = {
        f"/{name}".encode(): ready(
            200,
            fields + ([(b"content-encoding", b"gzip")] if name.endswith("gzip") else []),
            (folder / name).read_bytes(),
        )
        for name in ("page_96k", "page_2mb", "page_2mb_gzip")
    }

    def fast(method: bytes, target: bytes, headers: Mapping[bytes, bytes]) -> Ready | None:
        del method
        return same if headers.get(b"if-none-match") == ETAG else pages.get(target)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del receive
        if scope["type"] == "http":
            path = folder / "file_20mb"
            size = os.stat(path).st_size  # noqa: PTH116 - as a blob store does
            headers = [(b"content-length", b"%d" % size)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.pathsend", "path": str(path)})

    serve(app, ServerConfig(port=0), fast, lambda address: print(address, flush=True))


@contextmanager
def ours(folder: Path) -> Iterator[Side]:
    """Our server, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.serving_speed", "--serve", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            told = "" if process.stdout is None else process.stdout.readline().strip()
            if not told:
                raise SystemExit("our server did not start")
            yield Side(told, process.pid, ETAG.decode())
        finally:
            process.terminate()


@contextmanager
def nginx(folder: Path) -> Iterator[Side]:
    """Nginx with one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, kind=TYPE.decode()), encoding="utf-8")
    folder.chmod(0o755)
    with subprocess.Popen(["nginx", "-c", str(configuration)]) as process:
        try:
            root = f"http://127.0.0.1:{port}"
            worker = _worker(process.pid)
            head = subprocess.check_output(["curl", "-sI", f"{root}/page_96k"], text=True)
            found = re.search(r"(?i)etag: (\S+)", head)
            if found is None:
                raise SystemExit(f"nginx did not answer:\n{head}")
            yield Side(root, worker, found[1])
        finally:
            process.terminate()


def _worker(master: int) -> int:
    for _ in range(100):
        children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
        if children:
            return int(children[0])
        time.sleep(0.1)
    raise SystemExit("nginx has no worker")


def measure(case: Case, sides: Mapping[str, Side], asked: argparse.Namespace) -> dict[str, Any]:
    """Requests a second and a processor second, medians of the rounds, and the ratios of the sides."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(asked.rounds):
        for name, side in sides.items():
            found[name].append(_round(case, side, asked.seconds))
    result: dict[str, Any] = {}
    for name, rounds in found.items():
        result[name] = {
            "per_second": round(statistics.median(rate for rate, _ in rounds), 1),
            "per_second_best": round(max(rate for rate, _ in rounds), 1),
            "per_cpu_second": round(statistics.median(rate for _, rate in rounds), 1),
        }
    for key in ("per_second", "per_second_best", "per_cpu_second"):
        result[f"ratio_{key}"] = round(result["stockade"][key] / result["nginx"][key], 2)
    return result


def _round(case: Case, side: Side, seconds: int) -> tuple[float, float]:
    header = ["-H", f"If-None-Match: {side.etag}"] if case.conditional else []
    before = _spent(side.pid)
    told = subprocess.check_output(
        ["wrk", "-c4", "-t1", f"-d{seconds}s", *header, f"{side.root}/{case.path}"], text=True
    )
    spent = _spent(side.pid) - before
    count, rate = re.search(r"(\d+) requests in", told), re.search(r"Requests/sec:\s+([\d.]+)", told)
    if (
        count is None
        or rate is None
        or "Socket errors" in told
        or ("Non-2xx" in told and not case.conditional)
    ):
        raise SystemExit(f"wrk could not measure {case.name}:\n{told}")
    return float(rate[1]), int(count[1]) / spent


def _spent(pid: int) -> float:
    """Processor seconds of a process, to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def line(name: str, result: Mapping[str, Any]) -> str:
    """One line for people."""
    mine, other = result["stockade"], result["nginx"]
    return (
        f"{name:14} per second {mine['per_second']:9,.0f} | nginx {other['per_second']:9,.0f} (x{result['ratio_per_second']})"
        f"   per processor second {mine['per_cpu_second']:9,.0f} | {other['per_cpu_second']:9,.0f}"
        f" (x{result['ratio_per_cpu_second']})"
    )


if __name__ == "__main__":
    sys.exit(main())
