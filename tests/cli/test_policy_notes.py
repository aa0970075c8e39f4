"""A report says which policy judged, so that a pull request that loosens its own policy is seen to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from stockade.cli.policy_notes import policy_notes
from stockade.policy.loader import load_policy

TODAY = date(2026, 11, 22)
LOOSE = """
fail_on = "critical"
exclude = ["services/"]
[names]
allow = ["reqeusts", "numpi"]
popular = 1
[rules]
STK-R001 = "low"
[[exceptions]]
rule = "STK-E003"
subject = "flask"
reason = "accepted for a test"
expires = 2026-12-01
"""


def test_every_key_that_a_policy_of_the_tree_changes_is_named(tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_text(LOOSE)
    (note,) = policy_notes(load_policy(tmp_path, environ={}, today=TODAY), tmp_path)
    assert f"the policy is {tmp_path / 'stockade.toml'}, inside the assessed tree" in note
    for key in (
        "fail_on = critical",
        "exclude (1)",
        "names.allow (2)",
        "names.popular = 1",
        "rules (1)",
        "exceptions (1)",
    ):
        assert key in note


def test_a_policy_from_elsewhere_and_what_is_set_over_it(tmp_path: Path) -> None:
    policy, tree = tmp_path / "own.toml", tmp_path / "tree"
    policy.write_text("online = true\n")
    tree.mkdir()
    loaded = load_policy(tree, environ={"STOCKADE_FAIL_ON": "low"}, today=TODAY, explicit=policy)
    first, second = policy_notes(loaded, tree)
    assert "inside the assessed tree" not in first
    assert "fail_on = low" in first
    assert second == "set over the policy by variables or flags: STOCKADE_FAIL_ON"


def test_defaults_need_no_note(tmp_path: Path) -> None:
    assert policy_notes(load_policy(tmp_path, environ={}, today=TODAY), tmp_path) == ()
