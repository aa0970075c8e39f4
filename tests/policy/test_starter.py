"""The starter policy changes nothing, explains everything, and works when it is uncommented."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.policy.strategies import TODAY

from stockade.model.policy import CiRole, Policy
from stockade.model.verdicts import Cause
from stockade.policy.loader import load_policy
from stockade.policy.starter import starter_policy
from stockade.policy.variables import variables


def load(folder: Path, text: str, name: str = "stockade.toml") -> Policy:
    (folder / name).write_text(text)
    return load_policy(folder, environ={}, today=TODAY).policy


@pytest.mark.parametrize(("name", "table"), [("stockade.toml", ""), ("pyproject.toml", "tool.stockade")])
def test_it_loads_as_exactly_the_defaults(tmp_path: Path, name: str, table: str) -> None:
    assert load(tmp_path, starter_policy(TODAY, table=table), name) == Policy()


def test_it_reads_well(golden: Callable[[str, str], None]) -> None:
    golden("policy/starter.toml", starter_policy(TODAY))


def test_every_key_stands_in_it() -> None:
    text = starter_policy(TODAY)
    for path, _ in variables().values():
        assert re.search(rf"^(# )?{path[-1]} = ", text, re.MULTILINE), path
    assert all(f"# {cause} = " in text for cause in Cause)


def test_no_line_is_longer_than_a_hundred_characters() -> None:
    assert max(map(len, starter_policy(TODAY, table="tool.stockade").splitlines())) <= 100


@pytest.mark.parametrize("table", ["", "tool.stockade"])
def test_uncommenting_the_example_gives_an_exception_that_loads(tmp_path: Path, table: str) -> None:
    head, mark, example = starter_policy(TODAY, table=table).rpartition("# [[")
    uncommented = head + re.sub("^# ", "", mark + example, flags=re.MULTILINE)
    assert tomllib.loads(uncommented)
    policy = load(tmp_path, uncommented, "pyproject.toml" if table else "stockade.toml")
    assert msgspec.structs.replace(policy, exceptions=()) == Policy()
    assert [(each.rule, each.path) for each in policy.exceptions] == [("STK-R001", "services/*")]


@pytest.mark.parametrize("table", ["", "tool.stockade"])
def test_uncommenting_the_ci_system_gives_one_that_loads(tmp_path: Path, table: str) -> None:
    before, mark, after = starter_policy(TODAY, table=table).partition("# [[")
    example, blank, rest = after.partition("\n\n")
    text = before + re.sub("^# ", "", mark + example, flags=re.MULTILINE) + blank + rest
    policy = load(tmp_path, text, "pyproject.toml" if table else "stockade.toml")
    (rule,) = policy.firewall.oidc
    assert rule.claims == {"repository": "acme/shop", "ref": "refs/heads/main"}
    assert (rule.role, rule.projects, rule.minutes) == (CiRole.PUBLISH, ("acme-*",), 15)


def test_uncommenting_the_causes_changes_nothing_but_says_so(tmp_path: Path) -> None:
    text = re.sub(r'^# (.* = "block")$', r"\1", starter_policy(TODAY), flags=re.MULTILINE)
    assert set(load(tmp_path, text).indeterminate) == set(Cause)
