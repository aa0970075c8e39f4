"""The operator's lists."""

from __future__ import annotations

import pytest
from tests.firewall.offers import findings, make_file, make_offer, run

from stockade.firewall.filters.lists import FILTER
from stockade.model.firewall import Origin
from stockade.model.names import project_name


@pytest.mark.parametrize("spelled", ["evil-pkg", "Evil_Pkg", "EVIL.pkg", "evil--pkg"])
def test_a_denied_name_is_refused_however_it_is_spelled(spelled: str) -> None:
    offer = make_offer(name=spelled, firewall={"deny": ("evil-*",)})
    assert findings(run(FILTER, offer)) == [("STK-F001", "evil-pkg", None)]


def test_deny_holds_for_hosted_projects_too_and_only_does_not() -> None:
    hosted = make_offer(
        name="acme-x", firewall={"deny": ("acme-x",), "only": ("requests",)}, origin=Origin.HOSTED
    )
    assert findings(run(FILTER, hosted)) == [("STK-F001", "acme-x", None)]


def test_what_is_not_listed_is_refused() -> None:
    for name, refused in (("requests", False), ("numpy", False), ("numpyx", True), ("num", True)):
        said = run(FILTER, make_offer(name=name, firewall={"only": ("requests", "nump[xy]")}))
        assert findings(said) == ([("STK-F002", name, None)] if refused else [])


def test_deny_beats_only() -> None:
    said = run(FILTER, make_offer(name="requests", firewall={"deny": ("req*",), "only": ("requests",)}))
    assert [rule for rule, _, _ in findings(said)] == ["STK-F001"]


def test_empty_lists_say_nothing() -> None:
    assert run(FILTER, make_offer(make_file("demo-1.0.tar.gz"))) == []


def test_a_pattern_must_fit_the_whole_name() -> None:
    assert project_name("myevil") == "myevil"
    assert run(FILTER, make_offer(name="myevil", firewall={"deny": ("evil", "my")})) == []
