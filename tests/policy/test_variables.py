"""``STOCKADE_…`` variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.policy.strategies import TODAY

from stockade.errors import ConfigError
from stockade.model.policy import Policy
from stockade.model.verdicts import Action, Cause
from stockade.policy.loader import load_policy
from stockade.policy.variables import RESERVED, variables


def load(folder: Path, **environ: str) -> Policy:
    return load_policy(folder, environ=environ, today=TODAY).policy


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("STOCKADE_FAIL_ON", "low", "fail_on", "low"),
        ("STOCKADE_ONLINE", "no", "online", False),
        ("STOCKADE_ONLINE", "TRUE", "online", True),
        ("STOCKADE_PROTECT_NAMES", " Acme_A , acme-b,", "protect.names", ("acme-a", "acme-b")),
        ("STOCKADE_EXCLUDE", "a/", "exclude", ("a/",)),
        ("STOCKADE_NAMES_POPULAR", "500", "names.popular", 500),
        ("STOCKADE_LOCK_COOLDOWN_DAYS", "1.5", "lock.cooldown_days", 1.5),
        ("STOCKADE_FEEDS_ADVISORIES_URL", "file:///x.zip", "feeds.advisories_url", "file:///x.zip"),
        ("STOCKADE_THRESHOLDS_BLOCK", "high", "thresholds.block", "high"),
    ],
)
def test_a_variable_sets_its_key(tmp_path: Path, name: str, text: str, key: str, value: object) -> None:
    at: Any = load(tmp_path, **{name: text})
    for part in key.split("."):
        at = getattr(at, part)
    assert at == value


def test_each_cause_has_a_variable(tmp_path: Path) -> None:
    for cause in Cause:
        name = f"STOCKADE_INDETERMINATE_{cause.upper().replace('-', '_')}"
        assert load(tmp_path, **{name: "warn"}).indeterminate == {cause: Action.WARN}
        with pytest.raises(ConfigError, match=f"{name}: 'allow' is refused"):
            load(tmp_path, **{name: "allow"})


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("STOCKADE_FAIL_ON", "hihg", "STOCKADE_FAIL_ON: expected one of .*; got 'hihg'; did you mean 'high'"),
        ("STOCKADE_ONLINE", "maybe", "STOCKADE_ONLINE: expected true or false, got 'maybe'"),
        ("STOCKADE_NAMES_POPULAR", "1.5", "expected a whole number, got 1.5"),
        ("STOCKADE_LOCK_COOLDOWN_DAYS", "nan", "expected a number from 0 to 3650, got nan"),
        ("STOCKADE_LOCK_COOLDOWN_DAYS", "9" * 5000, "expected a number"),
        ("STOCKADE_COOLDOWN_DAYS", "3", "unknown variable; did you mean STOCKADE_LOCK_COOLDOWN_DAYS"),
        ("STOCKADE_OFFLINE", "1", "unknown variable; did you mean STOCKADE_ONLINE"),
        ("STOCKADE_EXCEPTIONS", "[]", "unknown variable; exceptions is set in the policy file only"),
        ("STOCKADE_RULES_STK_R001", "low", "unknown variable; rules is set in the policy file only"),
        ("STOCKADE_", "x", "unknown variable"),
    ],
)
def test_a_wrong_variable_is_refused_by_name(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, **{name: text})


@pytest.mark.parametrize("name", sorted(variables()))
def test_an_empty_variable_counts_as_not_set(tmp_path: Path, name: str) -> None:
    assert load(tmp_path, **{name: " "}) == Policy()


@pytest.mark.parametrize(
    "name",
    [
        *sorted(RESERVED),
        "STOCKADE_SERVICE_HOST",
        "STOCKADE_SERVICE_PORT_HTTP",
        "STOCKADE_PORT",
        "STOCKADE_PORT_8080_TCP_ADDR",
        "STOCKADE_TEST_WORKERS",
        "stockade_fail_on",
        "_STOCKADE_COMPLETE",
        "PATH",
    ],
)
def test_variables_that_are_not_the_policys_are_left_alone(tmp_path: Path, name: str) -> None:
    assert load(tmp_path, **{name: "anything"}) == Policy()


def test_no_variable_means_two_keys_or_is_reserved() -> None:
    keys = [path for path, _ in variables().values()]
    assert len(set(keys)) == len(variables()) > 20
    assert not RESERVED & set(variables())
