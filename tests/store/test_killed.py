"""``kill -9`` between any two statements of a change: it is there with its events, or neither is; what was acknowledged is."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - tests start processes; the ban is for the program
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store.firewall_samples import LIB, UPSTREAM, at
from tests.store.killed import THINGS, prepare

from stockade.store.state import FirewallState

KILLED = Path(__file__).with_name("killed.py")
ROOT = Path(__file__).parents[2]
Snapshot = dict[str, object]


def snapshot(state: FirewallState) -> Snapshot:
    """Everything that can be asked, the ledger's by a look that changes nothing."""
    assert state.events.verify().intact
    return {
        "events": [one.event.kind for one in state.events.query()],
        "approvals": sorted(
            repr((each.scope, each.effect, each.revoked_at)) for each in state.approvals.listed()
        ),
        "queue": state.approvals.queue(),
        "hosted": state.hosted.files(LIB),
        "served": state.served.served_of(),
        "tokens": [each.name for each in state.tokens.listed()],
        "seen": dict(state.ledger.observe(LIB, UPSTREAM, [], at(5))),
        "incidents": state.ledger.incidents(),
        "revisions": state.approvals.revisions(),
    }


@pytest.fixture(scope="module")
def killer() -> Iterator[subprocess.Popen[str]]:
    """A process that forks those that are killed: they have everything imported already."""
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, KILLED],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(30) == 0
        finally:
            process.kill()


def kill_at(killer: subprocess.Popen[str], url: str, what: str, number: int) -> tuple[bool, bool, Snapshot]:
    """Whether it was killed, whether the change was acknowledged before, and what is there then."""
    with FirewallState.open(url) as state:
        prepare(state)
    assert killer.stdin is not None
    assert killer.stdout is not None
    killer.stdin.write(f"{url} {what} {number}\n")
    killer.stdin.flush()
    status, acknowledged = killer.stdout.readline().split()
    assert int(status) in {0, -signal.SIGKILL}
    with FirewallState.open(url, create=False) as state:
        return status != "0", acknowledged == "1", snapshot(state)


@pytest.mark.parametrize("what", list(THINGS))
def test_a_change_is_whole_or_not_there(
    new_url: Callable[[], str], killer: subprocess.Popen[str], what: str
) -> None:
    url = new_url()
    with FirewallState.open(url) as state:
        prepare(state)
        steps = [snapshot(state)]
        THINGS[what](state)
        steps.append(snapshot(state))
    assert steps[0] != steps[1]
    found: list[tuple[bool, bool, Snapshot]] = []
    number = 0
    while not found or found[-1][0]:
        number += 1
        found.append(kill_at(killer, new_url(), what, number))
    assert number > 4
    assert not found[-1][0]
    if what == "observe":  # two changes, one after the other: the sight, and the incident
        middle = {**steps[1], **{name: steps[0][name] for name in ("incidents", "events")}}
        steps.insert(1, middle)
    states = [steps.index(after) for _, _, after in found]
    assert states == sorted(states)
    assert states[0] == 0
    assert states[-1] == len(steps) - 1
    for _, acknowledged, after in found:
        assert not acknowledged or after == steps[-1]
