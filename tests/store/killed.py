"""Run as a process: does things to a state and kills itself at a statement.

Takes lines ``URL WHAT NUMBER``. For each one a child is forked that does WHAT. The moment after every statement counts, and
those before and after a commit; at the NUMBER-th the child ends by SIGKILL. Answers each line with the child's status and
whether the change was acknowledged before.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine, event
from tests.store.firewall_samples import LIB, NOON, RUNNER, at, decision, ruling, sha, wheel
from tests.store.samples import event as some_event
from tests.store.test_hosted import SDIST, hosted
from tests.store.test_served import served
from tests.store.test_tokens import for_ci

from stockade.model.firewall import Origin
from stockade.model.firewall_state import Asked, Incident
from stockade.model.hosted import Yanking
from stockade.store.state import FirewallState


def arm(engine: Engine, number: int) -> None:
    """Kill this process at the ``number``-th moment."""
    moments = itertools.count(1)

    def moment(*_: object) -> None:
        if next(moments) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    # After each statement, before the commit, and after it: the connection goes back to the pool then.
    for name in ("after_cursor_execute", "commit", "checkin"):
        event.listen(engine, name, moment)


def _publish(state: FirewallState) -> None:
    state.hosted.publish(hosted(metadata_sha256=sha("m")), "acme-*")


def _yank(state: FirewallState) -> None:
    state.hosted.yank(Yanking(project=LIB, version="1.0", by="ann", at=at(5), reason="broken"))


def _approve(state: FirewallState) -> None:
    state.approvals.add(decision("1.0", break_glass=True))


def _revoke(state: FirewallState) -> None:
    (made,) = state.approvals.listed()
    state.approvals.revoke(made.id, by="bo", at=at(1))


def _hold(state: FirewallState) -> None:
    state.approvals.held([Asked(ruling=ruling(), client=RUNNER)], NOON, [some_event(1)])


def _record(state: FirewallState) -> None:
    asyncio.run(state.served.record(served()))  # one alone: several may be one transaction, or two


def _mint(state: FirewallState) -> None:
    state.tokens.mint(for_ci())


def _observe(state: FirewallState) -> None:
    seen = state.ledger.observe(LIB, Origin.UPSTREAM, [wheel("1.0"), wheel("2.0")], at(5))
    state.ledger.incident(
        Incident(
            project=LIB,
            origin=Origin.UPSTREAM,
            filename=wheel("1.0").filename,
            sha256=sha("evil"),
            size=1,
            at=at(5),
        ),
        seen[wheel("1.0").filename],
    )


THINGS: dict[str, Callable[[FirewallState], None]] = {
    "publish": _publish,
    "yank": _yank,
    "approve": _approve,
    "revoke": _revoke,
    "hold": _hold,
    "record": _record,
    "mint": _mint,
    "observe": _observe,
}


def prepare(state: FirewallState) -> None:
    """What is there before."""
    state.approvals.deny(decision("9.0"))
    state.hosted.publish(SDIST, "acme-*")
    state.served.write([served(-1)])
    state.ledger.observe(LIB, Origin.UPSTREAM, [wheel("1.0")], NOON)


def do(url: str, what: str, number: int, acknowledge: Callable[[], object]) -> None:
    """Do it, and die on the way."""
    with FirewallState.open(url) as state:
        arm(state.engine, number)
        THINGS[what](state)
        acknowledge()


def main() -> None:
    """Answer lines until there are no more."""
    for line in sys.stdin:
        url, what, number = line.split()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                do(url, what, int(number), partial(os.write, writing, b"1"))
                status = 0
            except BaseException:  # noqa: BLE001 - a child never returns into its parent's loop
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(writing)
        acknowledged = os.read(reading, 1) == b"1"
        os.close(reading)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {int(acknowledged)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
