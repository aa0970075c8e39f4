"""The repository as git sees it."""

from __future__ import annotations

import shutil
import subprocess  # noqa: TID251 - asks git for its list of files; the ban is for the program
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> tuple[str, ...]:
    """Every tracked file and every new one that is not ignored, as POSIX paths from the root."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so the list of tracked files is unknown")
    command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a fixed command
    names = listed.stdout.decode().split("\0")
    return tuple(name for name in names if name and (ROOT / name).is_file())


def text_of(name: str) -> str:
    """A tracked file's text; empty for a binary one."""
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode(errors="replace")
