"""Several processes on one log, a process that is killed, and what a process loads."""

from __future__ import annotations

import subprocess  # noqa: TID251 - tests start processes; the ban is for the program
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.store.samples import event

from stockade.store.events import EventLog

APPENDER = Path(__file__).with_name("appender.py")


@contextmanager
def appender(url: str, name: str, count: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, APPENDER, url, name, str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_four_processes_append_a_gapless_chain(url: str) -> None:
    """They also race to make the log: it is not there when they start."""
    with (
        appender(url, "a", 50) as a,
        appender(url, "b", 50) as b,
        appender(url, "c", 50) as c,
        appender(url, "d", 50) as d,
    ):
        for process in (a, b, c, d):
            _, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
    with EventLog.open(url, create=False) as log:
        result = log.verify()
        stored = list(log.query())
    assert (result.checked, result.problems) == (200, ())
    assert [one.sequence for one in stored] == list(range(1, 201))
    for name in "abcd":  # every writer's events are all there, in its own order
        mine = [one.event.subject for one in stored if one.event.subject.startswith(name)]
        assert mine == [f"{name}-{number}" for number in range(1, 51)]


@pytest.mark.parametrize("after_events", [1, 40])
def test_a_writer_that_is_killed_leaves_an_intact_log(url: str, after_events: int) -> None:
    with appender(url, "victim", 0) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "started\n"
        with EventLog.open(url, create=False) as log:
            while log.head().sequence < after_events:
                assert victim.poll() is None
            victim.kill()
            victim.wait(10)
            before = log.head().sequence
            assert log.verify().intact
            (later,) = log.append([event(1)])
            assert later.sequence == before + 1 > after_events
            assert log.verify().intact


def test_a_sqlite_log_loads_neither_alembic_nor_other_drivers(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from stockade.store.events import EventLog\n"
        "for _ in range(2):\n"
        f"    with EventLog.open('sqlite:///{tmp_path}/events.db') as log: log.head()\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'alembic', 'mako', 'psycopg', 'rich', 'click', 'httpx2', 'jinja2'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    assert done.stdout == "[]\n"


def test_a_full_disk_is_said_and_leaves_an_intact_log(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk."""
    url = f"sqlite:///{tmp_path}/events.db"
    with EventLog.open(url) as log:
        log.append([event(1)])
    program = (
        "import resource\n"
        "from stockade.store.events import EventLog\n"
        "from stockade.errors import IncompleteError\n"
        "from tests.store.samples import event\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        f"with EventLog.open({url!r}) as log:\n"
        "    try:\n"
        "        log.append([event(n, subject='x' * 1000) for n in range(1000)])\n"
        "    except IncompleteError as error:\n"
        "        print(error)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=root
    )
    assert f"event log {tmp_path}/events.db failed: " in done.stdout
    with EventLog.open(url, create=False) as log:
        result = log.verify()
    assert (result.checked, result.problems) == (1, ())
