"""Tries an installed wheel from outside: its files are all there, and the program does its main jobs.

Run by the interpreter of the environment in which the wheel is installed, from anywhere:

    VENV/bin/python -I tools/smoke.py --wheel dist/stockade-….whl --source CHECKOUT

Uses the standard library only, and nothing of the user's: its own home, its own state folder, no network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

SECONDS = 60
"""Longer than any of these commands may take."""


class Case(NamedTuple):
    """A call of the program, the exit status it must end with, and a text that it must print."""

    arguments: str
    status: int
    says: str


WITHOUT_FEEDS = (
    Case("--version", 0, "stockade "),
    Case("--help", 0, "names"),
    Case("rules", 0, "STK-R001"),
    Case("no-such-command", 2, "no-such-command"),
    Case("feed status", 3, "advisories"),
    Case("names check reqeusts", 1, "requests"),
    Case("names check requests", 0, "requests"),
    Case("check examples/acme-shop --offline", 1, "acme-corp-utils"),
    Case("check examples/acme-ml --offline", 1, "torch-utilities"),
    Case("check examples/acme-shop-clean --offline", 3, "advisories"),
    Case("check examples/acme-ml-clean --offline", 3, "advisories"),
)
WITH_FEEDS = (
    Case("feed import advisories osv.zip", 0, ""),
    Case("feed import registered-names names.txt", 0, ""),
    Case("feed status", 0, "advisories"),
    Case("check examples/acme-shop --offline", 1, "acme-corp-utils"),
    Case("check examples/acme-ml --offline", 1, "torch-utilities"),
    Case("check examples/acme-shop-clean --offline", 0, ""),
    Case("check examples/acme-ml-clean --offline", 0, ""),
    Case("check examples/acme-shop --offline --exit-zero --format json", 0, '"stockade.check/1"'),
    Case("check examples/acme-shop --offline --exit-zero --format html", 0, "</html>"),
    Case("check examples/acme-shop --offline --exit-zero --format sarif", 0, '"2.1.0"'),
    Case("events verify", 0, ""),
)


def write_feeds(folder: Path) -> None:
    """A small advisory feed and a small list of registered names, both of yesterday."""
    when = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = {
        "schema_version": "1.7.0",
        "id": "MAL-2026-0001",
        "summary": "Malicious code in acme-corp-util",
        "published": when,
        "modified": when,
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "acme-corp-util"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
        ],
    }
    with zipfile.ZipFile(folder / "osv.zip", "w") as bundle:
        bundle.writestr("MAL-2026-0001.json", json.dumps(record))
    names = {"acme-corp-util", "torch-utilites", "torch-utilities"}
    for manifest in (folder / "examples").rglob("*"):
        if manifest.name.startswith("requirements") or manifest.suffix in {".yml", ".ipynb"}:
            names |= set(
                re.findall(r"\b[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*\b", manifest.read_text(encoding="utf-8"))
            )
    internal = {name for name in names if name.startswith("acme-corp-utils")}
    (folder / "names.txt").write_text("\n".join(sorted(names - internal)) + "\n", encoding="utf-8")


def missing_files(wheel: Path, source: Path) -> Iterator[str]:
    """Files of the package that the wheel lacks: modules, templates, migrations, data."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    for path in sorted((source / "src").rglob("*")):
        name = path.relative_to(source / "src").as_posix()
        if path.is_file() and "__pycache__" not in name and name not in packed:
            yield name


def attempt(case: Case, folder: Path) -> str:
    """Run one case; what went wrong, or nothing."""
    program = Path(sys.executable).parent / "stockade"
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder / "home"),
        "STOCKADE_STATE": str(folder / "state"),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        [str(program), *case.arguments.split()],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    output = done.stdout + done.stderr
    if done.returncode != case.status:
        return f"expected exit status {case.status}, got {done.returncode}\n{output[-3000:]}"
    return "" if case.says in output else f"expected {case.says!r} in the output\n{output[-3000:]}"


def run(wheel: Path, source: Path) -> int:
    """Try everything; the number of failures."""
    failures = 0
    for name in missing_files(wheel, source):
        print(f"FAILED: the wheel lacks {name}")
        failures += 1
    with tempfile.TemporaryDirectory(prefix="stockade-smoke-") as scratch:
        folder = Path(scratch)
        (folder / "home").mkdir()
        shutil.copytree(source / "examples", folder / "examples")
        write_feeds(folder)
        for case in (*WITHOUT_FEEDS, *WITH_FEEDS):
            wrong = attempt(case, folder)
            print(f"{'FAILED' if wrong else 'ok'}: stockade {case.arguments}{f': {wrong}' if wrong else ''}")
            failures += bool(wrong)
        if left := [path.name for path in (folder / "home").iterdir()]:
            print(f"FAILED: wrote into the home folder although STOCKADE_STATE is set: {left}")
            failures += 1
    return failures


def main() -> int:
    """Read the arguments; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--source", type=Path, required=True)
    options = parser.parse_args()
    return 1 if run(options.wheel, options.source) else 0


if __name__ == "__main__":
    sys.exit(main())
