"""The vetter's processes: they judge as the vetter does, start before they are asked, and end with the program."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - tests start programs; the ban is for the program
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, cast

import pytest

from stockade.model.verdicts import Action, Cause
from stockade.stages.vet_processes import ProcessVetter
from stockade.testing.archives import wheel

SECONDS = 60
PROGRAM = """
import os, sys, time
from stockade.stages.vet_processes import ProcessVetter
if __name__ == "__main__":
    vetter = ProcessVetter("a-ruleset", processes=2)
    vetter.start()
    vetter.vet(__import__("pathlib").Path(sys.argv[1]), "good-1.0-py3-none-any.whl")
    print("judged", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def vetter() -> Iterator[ProcessVetter]:
    found = ProcessVetter("a-ruleset", processes=1)
    yield found
    found.close()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good-1.0-py3-none-any.whl"
    path.write_bytes(wheel("good", "1.0", {"good/__init__.py": b"VALUE = 1\n"}))
    return path


def test_a_file_is_judged_in_a_process_of_its_own(vetter: ProcessVetter, good: Path) -> None:
    vetter.start()
    result = vetter.vet(good, good.name)
    assert (result.verdict, result.incomplete) == (Action.ALLOW, ())


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_process_outlives_a_program_that_was_killed(good: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "program.py"), str(good)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603 - our own program
        assert program.stdout is not None
        assert program.stdout.readline() == "judged\n"
        tasks = Path(f"/proc/{program.pid}/task").iterdir()
        children = [
            int(pid) for task in tasks for pid in (task / "children").read_text(encoding="ascii").split()
        ]
        assert len(children) >= 2, "two processes and what keeps their resources"
        program.send_signal(signal.SIGKILL)
        program.wait(SECONDS)
    deadline = time.monotonic() + SECONDS
    while any(_alive(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = [pid for pid in children if _alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


class Killed:
    """Processes of which one is killed while a file is judged; another thread has noticed already."""

    def __init__(self, vetter: ProcessVetter, newer: object) -> None:
        self.vetter = vetter
        self.newer = newer

    def submit(self, *_: object) -> Future[Any]:
        cast("Any", self.vetter)._pool = self.newer
        done: Future[Any] = Future()
        done.set_exception(BrokenProcessPool("a process ended"))
        return done


def test_a_process_that_is_killed_takes_no_processes_along_that_others_started() -> None:
    vetter = ProcessVetter("rules", processes=1)
    newer = object()
    cast("Any", vetter)._pool = Killed(vetter, newer)
    result = vetter.vet(Path("x"), "x-1.0.tar.gz")
    assert (result.verdict, result.sha256) == (Action.BLOCK, ""), "it is no judgement of any bytes"
    assert [each.cause for each in result.incomplete] == [Cause.CHECK_FAILED]
    assert cast("Any", vetter)._pool is newer
