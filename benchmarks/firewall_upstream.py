"""What the firewall is measured over: an index of static files, as big as the public one where that matters, and feeds.

Everything is made here, the same bytes each time but for the feeds' dates, and served by nginx on loopback.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from stockade.names.popular import builtin_popularity
from stockade.testing.archives import metadata, wheel
from stockade.testing.index_pages import json_page
from stockade.testing.osv import affected, bulk_zip, ecosystem_range, malicious, record

SMALL_FILES, LARGE_FILES = 244, 4_400
"""Files of a project of many releases, and of one of the largest ones."""
SET = 60
"""Packages that are installed."""
RELEASES = 8
"""Of each package of the set."""
BIG = "quorvane-big"
"""The project of the 20 MB wheel."""
BIG_BYTES = 20 << 20
POLICY = """
[protect]
names = ["acme-corp-utils", "acme-billing"]
patterns = ["acme-internal-*"]
"""
"""Every other key has its default: all filters and vetting are on."""
ADVISORIES, MALICIOUS, REGISTERED = 8_000, 12_000, 200_000


@dataclass(frozen=True)
class Shape:
    """How much is made."""

    cold: int
    """Distinct projects of :data:`LARGE_FILES` for each kind of page."""
    many: int
    """Projects of the memory's measurement."""


def many_files(rank: int) -> int:
    """Files of the project of a rank among the most popular: a few have thousands, most have dozens."""
    return min(LARGE_FILES, 40 + 12_000 // rank)


def make_upstream(root: Path, shape: Shape) -> None:
    """Write the index: pages at ``simple/NAME/index.json``, files at ``packages``."""
    _page(root, "quorvane-small", _many_page("quorvane-small", SMALL_FILES))
    _page(root, "quorvane-large", _many_page("quorvane-large", LARGE_FILES))
    for kind, rich in (("lean", False), ("rich", True)):
        for number in range(shape.cold):
            for use in ("cold", "fetched"):
                name = f"quorvane-{use}-{kind}-{number}"
                _page(root, name, _many_page(name, LARGE_FILES, rich=rich))
    for rank in range(1, shape.many + 1):
        name = f"quorvane-many-{rank}"
        _page(root, name, _many_page(name, many_files(rank), rich=True))
    for name, files in package_set().items():
        _project(root, name, files)
    content = random.Random(5).randbytes(BIG_BYTES)  # noqa: S311 - bytes to send, the same each time
    _project(
        root,
        BIG,
        {"quorvane_big-1.0-py3-none-any.whl": wheel(BIG, "1.0", {"quorvane_big/data.bin": content})},
    )
    names = [{"name": each.name} for each in sorted((root / "simple").iterdir())]
    listing = {"meta": {"api-version": "1.1"}, "projects": names}
    (root / "simple" / "index.json").write_bytes(msgspec.json.encode(listing))


def package_set() -> dict[str, dict[str, bytes]]:
    """The wheels of the set, by project and file name: ten that are asked for, of which each needs five others."""
    found: dict[str, dict[str, bytes]] = {}
    for number in range(SET):
        name = set_name(number)
        needs = [f"Requires-Dist: {set_name(each)}>=0.2" for each in _needs(number)]
        module = name.replace("-", "_")
        found[name] = {
            f"{module}-0.{release}-py3-none-any.whl": wheel(
                name, f"0.{release}", _code(module, number, release), lines=needs
            )
            for release in range(RELEASES)
        }
    return found


def set_name(number: int) -> str:
    """A package of the set; the first ten are those that are asked for."""
    return f"quorvane-{'root' if number < SET // 6 else 'leaf'}-{number}"


def _needs(number: int) -> Sequence[int]:
    roots = SET // 6
    return range(roots + 5 * number, roots + 5 * number + 5) if number < roots else ()


def _code(module: str, number: int, release: int) -> dict[str, bytes]:
    """A small library: ten modules of ordinary code, about 30 KB."""
    body = "".join(
        f"def step_{each}(value: int, scale: float = {each}.5) -> float:\n"
        f'    """Scale a value, step {each} of release {release}."""\n'
        f"    total = sum(value * part for part in range({each + number + 1}))\n"
        f"    return total / scale if scale else float(total)\n\n\n"
        for each in range(14)
    )
    parts = {f"{module}/part_{each}.py": f"# part {each}\n{body}".encode() for each in range(9)}
    return {f"{module}/__init__.py": b"from .part_0 import step_0\n\n__all__ = ['step_0']\n", **parts}


def _many_page(name: str, count: int, *, rich: bool = False) -> bytes:
    return json_page(name.replace("-", "_"), count, rich=rich)


def _page(root: Path, name: str, body: bytes) -> None:
    folder = root / "simple" / name
    folder.mkdir(parents=True)
    (folder / "index.json").write_bytes(body)


def _project(root: Path, name: str, files: Mapping[str, bytes]) -> None:
    """A project whose files are there, with their metadata."""
    (root / "packages").mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for place, (filename, content) in enumerate(files.items()):
        release = filename.split("-")[1]
        needs = [f"Requires-Dist: {set_name(each)}>=0.2" for each in _needs_of(name)]
        core = metadata(name, release, *needs)
        (root / "packages" / filename).write_bytes(content)
        (root / "packages" / f"{filename}.metadata").write_bytes(core)
        uploaded = datetime(2020, 1, 1, 12, tzinfo=UTC) + timedelta(days=90 * place)
        entries.append(
            {
                "filename": filename,
                "url": f"../../packages/{filename}",
                "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
                "size": len(content),
                "upload-time": f"{uploaded:%Y-%m-%dT%H:%M:%S.%fZ}",
                "core-metadata": {"sha256": hashlib.sha256(core).hexdigest()},
                "yanked": False,
            }
        )
    versions = [str(each["filename"]).split("-")[1] for each in entries]
    page = {"meta": {"api-version": "1.1"}, "name": name, "versions": versions, "files": entries}
    _page(root, name, msgspec.json.encode(page))


def _needs_of(name: str) -> Sequence[int]:
    number = name.rpartition("-")[2]
    return _needs(int(number)) if "-root-" in name or "-leaf-" in name else ()


def import_feeds(state: Path, names: Iterable[str]) -> dict[str, int]:
    """Import advisories and registered names into a state folder, as an operator does; how many there are of each."""
    state.mkdir(parents=True, exist_ok=True)
    fresh = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    popular = builtin_popularity().names
    hole = [ecosystem_range({"introduced": "0"}, {"fixed": "0.1"})]
    records = [
        record(f"PYSEC-2026-{each}", affected(popular[each % len(popular)], ranges=hole), modified=fresh)
        for each in range(ADVISORIES)
    ]
    records += [malicious(f"evil-{each}", number=f"2026-{each}", modified=fresh) for each in range(MALICIOUS)]
    (state / "all.zip").write_bytes(bulk_zip(records))
    registered = [*popular, *names, *(f"made-{each:x}-name" for each in range(REGISTERED))]
    (state / "names.txt").write_text("\n".join(registered) + "\n", encoding="utf-8")
    for feed, file in (("advisories", "all.zip"), ("registered-names", "names.txt")):
        command = [sys.executable, "-m", "stockade", "feed", "import", feed, str(state / file)]
        environ = {**os.environ, "STOCKADE_STATE": str(state)}
        subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
        (state / file).unlink()
    return {"advisories": len(records), "registered names": len(registered)}
