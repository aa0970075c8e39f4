"""A squat that nobody has registered yet is one finding, with the mend that helps."""

from __future__ import annotations

from tests.checks.trees import Tree, World, findings, places, tree

from stockade.model.policy import NamesPolicy, Policy
from stockade.testing.fakes import FakeRegister

__all__ = ["tree"]

KNOWN = FakeRegister.of("flask", "requests")


def test_a_squat_is_left_to_the_rule_of_confusable_names(tree: Tree) -> None:
    facts = World(registered=KNOWN).facts(tree({"requirements.txt": "flask\nreqeusts\nnobody-has-it\n"}))
    assert places(findings("STK-R001", facts)) == ["requirements.txt:2 reqeusts"]
    assert places(findings("STK-R011", facts)) == ["requirements.txt:3 nobody-has-it"]


def test_a_name_that_the_policy_allows_is_still_free_to_claim(tree: Tree) -> None:
    policy = Policy(names=NamesPolicy(allow=("reqeusts",)))
    facts = World(registered=KNOWN, policy=policy).facts(tree({"requirements.txt": "reqeusts\n"}))
    assert findings("STK-R001", facts) == []
    assert places(findings("STK-R011", facts)) == ["requirements.txt:1 reqeusts"]
