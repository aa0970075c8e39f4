"""What ``stockade check`` leaves in the event log."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.conftest import Machine
from tests.e2e.reports import CLEAN, SQUAT


def _recorded(machine: Machine, **variables: str) -> None:
    folder = machine.write({**SQUAT, "more.sh": "pip install rich\n"})
    assert machine.run("check", folder, "--offline", **variables).returncode == 1
    assert machine.run("check", machine.write(CLEAN, "clean"), "--offline", **variables).returncode == 0
    verified = machine.run("events", "verify", **variables)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "intact" in verified.stdout
    queried = machine.run("events", "query", "--format", "json", **variables)
    events = [one.get("event", one) for one in json.loads(queried.stdout)["events"]]
    whole = [one for one in events if one["kind"] == "project.assessed"]
    assert {Path(one["subject"]).name: one["verdict"] for one in whole} == {
        "project": "block",
        "clean": "allow",
    }
    singles = [one for one in events if one["kind"] == "finding.reported"]
    assert {one["detail"]["rule"] for one in singles} >= {"STK-R001"}
    assert {one["detail"]["severity"] for one in singles} <= {"high", "critical"}


def test_the_assessment_is_in_the_event_log(ready: Machine) -> None:
    _recorded(ready)
    assert (ready.state / "events.db").stat().st_mode & 0o077 == 0


@pytest.mark.postgres
def test_the_assessment_is_in_an_event_log_on_postgresql(
    ready: Machine, new_postgres_url: Callable[[], str]
) -> None:
    _recorded(ready, STOCKADE_DATABASE=new_postgres_url())
    assert not (ready.state / "events.db").exists()


def test_a_database_that_does_not_answer_is_3(ready: Machine) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    address = f"postgresql://nobody:hunter2@127.0.0.1:{port}/none"
    done = ready.run("check", ready.write(CLEAN), "--offline", STOCKADE_DATABASE=address)
    assert done.returncode == 3
    assert "could not be recorded" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
