"""How long ``stockade check`` takes on a large repository, and on an audit that pip-audit does too.

The repository is made on the spot: 50 manifests, 3,000 packages locked with hashes, offline. Both
sides know the same advisories: Stockade from its feed, pip-audit from an OSV server on loopback that
answers by the versions that the records list. What they find is compared, not only how fast.

    python -m benchmarks.check_speed [FOLDER] [--rounds 9]
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from benchmarks.measure import alternate, data_folder, run_once, save, tool
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from stockade.names.popular import builtin_popularity

LOCKED = 3_000
LOCKS = 5
DECLARATIONS = 45
AUDITED = 300
"""Packages in the comparison with pip-audit, which asks for each over HTTP."""

Json = dict[str, Any]
Records = dict[str, list[Json]]


def main() -> int:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", help="the folder of development data")
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    data = data_folder([asked.folder] if asked.folder else [])
    osv, names = data / "osv-pypi.jsonl.gz", data / "pypi-names.txt.gz"
    records = read_records(osv)
    with tempfile.TemporaryDirectory(prefix="stockade-bench-") as scratch:
        folder = Path(scratch)
        env = {"STOCKADE_STATE": str(folder / "state"), "HOME": str(folder)}
        for feed, source in (("advisories", osv), ("registered-names", names)):
            sample = run_once([tool("stockade"), "feed", "import", feed, str(source)], env)
            if sample.exit_code:
                print(f"check_speed: importing {feed} ended with {sample.exit_code}", file=sys.stderr)
                return 3
        result = {"large": measure_large(folder, names, env, asked.rounds)}
        result["start"] = measure_start(folder, env, asked.rounds)
        result["audit"] = measure_audit(folder, env, records, max(3, asked.rounds // 3))
    save("check-speed", result)
    print(json.dumps(result, indent=2, default=vars))
    return 0


def read_records(path: Path) -> Records:
    """OSV records by project name."""
    found: Records = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            for affected in record.get("affected", ()):
                found[canonicalize_name(affected["package"]["name"])].append(record)
    return found


def measure_large(folder: Path, index: Path, env: dict[str, str], rounds: int) -> dict[str, object]:
    """The repository of 50 manifests and 3,000 locked packages, offline."""
    root = folder / "large"
    make_repository(root, index)
    (root / "stockade.toml").write_text(
        "[feeds]\nadvisories_max_age_days = 3650\nregistered_names_max_age_days = 3650\n", encoding="utf-8"
    )
    commands = {
        "stockade check": [tool("stockade"), "check", str(root), "--offline", "--format", "json"],
    }
    return dict(alternate(commands, rounds=rounds, env=env))


def measure_start(folder: Path, env: dict[str, str], rounds: int) -> dict[str, object]:
    """Help and a first answer, beside an interpreter that does nothing."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "stockade --help": [tool("stockade"), "--help"],
        "stockade names check": [tool("stockade"), "names", "check", "reqeusts"],
    }
    return dict(alternate(commands, rounds=rounds, env=env, cwd=folder))


def make_repository(root: Path, index: Path) -> None:
    """50 manifests with open requirements or locks of real names, a third obscure, and made-up hashes."""
    popular = builtin_popularity().names[: LOCKED * 4 : 4]
    with gzip.open(index, "rt", encoding="ascii") as file:
        obscure = [line.strip() for line in file][::800][: LOCKED // 3]
    names = [name for pair in zip(popular[::2], popular[1::2], obscure, strict=False) for name in pair]
    share = LOCKED // LOCKS
    for number in range(LOCKS):
        folder = root / f"service-{number}"
        folder.mkdir(parents=True)
        mine = names[number * share : (number + 1) * share]
        dependencies = "".join(f'    "{name}>=1",\n' for name in mine[:20])
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "service-{number}"\nversion = "1"\ndependencies = [\n{dependencies}]\n',
            "utf-8",
        )
        (folder / "uv.lock").write_text(lock_text(number, mine), encoding="utf-8")
    for number in range(DECLARATIONS - LOCKS):
        folder = root / f"tool-{number}"
        folder.mkdir()
        lines = (f"{name}>=1.0\n" for name in names[number * 10 : number * 10 + 15])
        (folder / "requirements.txt").write_text("".join(lines), encoding="utf-8")


def lock_text(number: int, names: Sequence[str]) -> str:
    """A uv.lock with two artifacts for each package."""
    head = (
        'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n[[package]]\n'
        f'name = "service-{number}"\nversion = "1"\nsource = {{ virtual = "." }}\n'
    )
    return head + "".join(package_text(name) for name in names)


def package_text(name: str) -> str:
    """One package of a uv.lock."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    files = "https://files.example/packages"
    return (
        f'\n[[package]]\nname = "{name}"\nversion = "2.0.0"\n'
        'source = { registry = "https://index.example/simple" }\n'
        f'sdist = {{ url = "{files}/{name}-2.0.0.tar.gz", hash = "sha256:{digest}", size = 4096 }}\n'
        "wheels = [\n"
        f'    {{ url = "{files}/{name}-2.0.0-py3-none-any.whl", hash = "sha256:{digest}", size = 4096 }},\n'
        "]\n"
    )


class OsvServer:
    """The part of an OSV service that pip-audit asks: ``POST /v1/query`` by project and version."""

    def __init__(self, records: Records) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body leave in one packet: no delayed acknowledgement slows the peer

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hits = matching(records, asked["package"]["name"], asked["version"])
                body = json.dumps({"vulns": hits} if hits else {}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/query"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def matching(records: Records, name: str, version: str) -> list[Json]:
    """The records that list ``version`` of ``name`` literally: an oracle of its own, without ranges."""
    found = []
    for record in records.get(canonicalize_name(name), ()):
        if record.get("withdrawn"):
            continue
        for affected in record["affected"]:
            if canonicalize_name(affected["package"]["name"]) == canonicalize_name(name) and any(
                same(version, listed) for listed in affected.get("versions", ())
            ):
                found.append(record)
                break
    return found


def same(one: str, other: str) -> bool:
    """Whether two versions are equal under PEP 440, or literally."""
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def measure_audit(folder: Path, env: dict[str, str], records: Records, rounds: int) -> dict[str, object]:
    """The same pins audited by both; agreement counted by project."""
    root = folder / "audit"
    root.mkdir()
    pins = audit_pins(records)
    (root / "requirements.txt").write_text("".join(f"{n}=={v}\n" for n, v in pins), encoding="utf-8")
    (root / "stockade.toml").write_text(
        "[feeds]\nadvisories_max_age_days = 3650\nregistered_names_max_age_days = 3650\n", encoding="utf-8"
    )
    mine = [tool("stockade"), "check", str(root), "--offline", "--format", "json"]
    with OsvServer(records) as server:
        theirs = [tool("pip-audit"), "-r", str(root / "requirements.txt"), "--no-deps", "--disable-pip"]
        theirs += ["-s", "osv", "--osv-url", server.url, "--format", "json", "--progress-spinner", "off"]
        times = alternate({"stockade check": mine, "pip-audit": theirs}, rounds=rounds, env=env)
        found = {"stockade": stockade_hits(mine, env), "pip-audit": pip_audit_hits(theirs, env)}
    oracle = {n for n, v in pins if matching(records, n, v)}
    return {
        "packages": len(pins),
        "listed as vulnerable": len(oracle),
        **{f"{who}: found": len(names & oracle) for who, names in found.items()},
        **{f"{who}: beyond the lists": sorted(names - oracle) for who, names in found.items()},
        **times,
        "ratio stockade / pip-audit": round(
            times["stockade check"].wall_median / times["pip-audit"].wall_median, 3
        ),
    }


def audit_pins(records: Records) -> list[tuple[str, str]]:
    """Half vulnerable versions (the last one that a project's records list), half versions after every fix."""
    pins: list[tuple[str, str]] = []
    for name in sorted(records):
        listed = [
            v for r in records[name] for a in _affected(r, name) for v in a.get("versions", ()) if _valid(v)
        ]
        if listed and (len(pins) % 2 or all(_ends(r, name) for r in records[name])):
            pins.append((name, max(listed, key=Version) if len(pins) % 2 else "99999.0"))
        if len(pins) == AUDITED:
            break
    return pins


def _affected(record: Json, name: str) -> list[Json]:
    entries: list[Json] = record["affected"]
    return [entry for entry in entries if canonicalize_name(entry["package"]["name"]) == name]


def _ends(record: Json, name: str) -> bool:
    """Whether every range of versions of the record has an end, so that some later version is innocent."""
    ranges = [
        r for entry in _affected(record, name) for r in entry.get("ranges", ()) if r["type"] == "ECOSYSTEM"
    ]
    return all(any({"fixed", "last_affected"} & set(event) for event in r["events"]) for r in ranges)


def _valid(version: str) -> bool:
    try:
        Version(version)
    except InvalidVersion:
        return False
    return True


def _json_of(command: list[str], env: dict[str, str]) -> Json:
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, check=False)
    decoded = json.loads(done.stdout)
    if not isinstance(decoded, dict):
        raise SystemExit(f"{command[0]} printed no JSON object")
    return decoded


def stockade_hits(command: list[str], env: dict[str, str]) -> set[str]:
    """The projects with an advisory, by Stockade."""
    findings = _json_of(command, env)["findings"]
    hits = [f for f in findings if f["rule"] in {"STK-E016", "STK-E017"}]
    return {str(found["subject"]).partition("==")[0] for found in hits}


def pip_audit_hits(command: list[str], env: dict[str, str]) -> set[str]:
    """The projects with an advisory, by pip-audit."""
    dependencies = _json_of(command, env)["dependencies"]
    return {canonicalize_name(d["name"]) for d in dependencies if d.get("vulns")}


if __name__ == "__main__":
    raise SystemExit(main())
