"""Which refused files still wait for a person, and which a plain approval would not let in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stockade.errors import UsageError
from stockade.firewall.decisions import Reach, Wish, approve, decided, needs_break_glass
from stockade.model.firewall import Approval, Scope
from stockade.model.firewall_state import Held
from stockade.model.names import project_name
from stockade.model.verdicts import Action, Reason
from stockade.store.state import FirewallState

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GOODLIB = project_name("goodlib")


def held(code: str = "STK-F006", action: Action = Action.QUARANTINE) -> Held:
    return Held(
        code="SK-AAAAAAAA",
        project=GOODLIB,
        version="1.0",
        filename="goodlib-1.0.tar.gz",
        sha256="a" * 64,
        action=action,
        reasons=(Reason("STK-F006", "young", action), Reason(code, "changed", action)),
        first=NOW,
        last=NOW,
        times=1,
        askers=(),
    )


def word(scope: Scope, effect: str = "approve", *, break_glass: bool = False) -> Approval:
    return Approval(
        id="AP-AAAAAAAAAA",
        effect="deny" if effect == "deny" else "approve",
        scope=scope,
        reason="read",
        by="me",
        at=NOW,
        break_glass=break_glass,
    )


@pytest.mark.parametrize(
    ("approval", "done"),
    [
        (word(Scope(project=GOODLIB)), True),
        (word(Scope(project=GOODLIB), "deny"), True),
        (word(Scope(project=GOODLIB, version="1")), True),
        (word(Scope(project=GOODLIB, filename="goodlib-1.0.tar.gz", sha256="a" * 64)), True),
        (word(Scope(project=GOODLIB, filename="goodlib-1.0.tar.gz", sha256="b" * 64)), False),
        (word(Scope(project=GOODLIB, version="2")), False),
        (word(Scope(project=project_name("other")), "deny"), False),
        (word(Scope(project=GOODLIB, requester="ci")), False),
    ],
)
def test_a_file_waits_until_a_word_fits_it_for_everybody(approval: Approval, done: bool) -> None:
    assert decided(held(), [approval]) is done


@pytest.mark.parametrize("file", [held("STK-F016"), held(action=Action.BLOCK)])
def test_what_only_break_glass_lifts_is_not_approved_plainly(file: Held, tmp_path: object) -> None:
    assert needs_break_glass(file)
    assert not decided(file, [word(Scope(project=GOODLIB))])
    assert decided(file, [word(Scope(project=GOODLIB), break_glass=True)])
    plain = Wish(reason="read", by="me", at=NOW, reach=Reach.FILE)
    with FirewallState.open(f"sqlite:///{tmp_path}/events.db", create=True) as state:
        with pytest.raises(UsageError, match="goodlib"):
            approve(state.approvals, file, plain)
        assert not state.approvals.listed()
