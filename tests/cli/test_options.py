"""Options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from stockade.cli.options import (
    exit_zero_option,
    fail_on_option,
    find_policy,
    format_option,
    offline_option,
    output_option,
    policy_option,
)
from stockade.errors import ConfigError
from stockade.model.findings import Severity


def passed(*arguments: str, **environ: str) -> dict[str, Any]:
    """What a command with every shared option is called with."""
    seen: dict[str, Any] = {}

    @click.command()
    @format_option("text", "json")
    @output_option
    @exit_zero_option
    @policy_option
    @offline_option
    @fail_on_option
    def command(**options: Any) -> None:
        seen.update(options)

    done = CliRunner().invoke(command, arguments, env=environ, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return seen


def test_nothing_given() -> None:
    assert passed() == {
        "report_format": "text",
        "output": None,
        "exit_zero": False,
        "policy_file": None,
        "offline": False,
        "fail_on": None,
    }


def test_everything_given() -> None:
    given = "--format json -o out.json --exit-zero --policy p.toml --offline --fail-on low"
    assert passed(*given.split()) == {
        "report_format": "json",
        "output": Path("out.json"),
        "exit_zero": True,
        "policy_file": Path("p.toml"),
        "offline": True,
        "fail_on": Severity.LOW,
    }


def test_a_dash_is_standard_output() -> None:
    assert passed("-o", "-")["output"] is None


def test_the_environment_may_name_the_policy_file() -> None:
    assert passed(STOCKADE_POLICY="ci.toml")["policy_file"] == Path("ci.toml")
    assert passed("--policy", "mine.toml", STOCKADE_POLICY="ci.toml")["policy_file"] == Path("mine.toml")


def test_the_policy_is_found_with_the_processs_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stockade.toml").write_text("[lock]\ncooldown_days = 1")
    monkeypatch.setenv("STOCKADE_FAIL_ON", "low")
    loaded = find_policy(tmp_path)
    assert (loaded.policy.fail_on, loaded.policy.lock.cooldown_days) == (Severity.LOW, 1)
    assert find_policy(tmp_path, override={"fail_on": Severity.INFO}).policy.fail_on is Severity.INFO
    monkeypatch.setenv("STOCKADE_FAILON", "low")
    with pytest.raises(ConfigError, match="STOCKADE_FAILON"):
        find_policy(tmp_path)
