"""Finding, reading and checking the policy."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.strategies import TODAY, policy_tables, toml

from stockade.errors import ConfigError, ExitCode, UsageError
from stockade.model.findings import Severity
from stockade.model.policy import Policy
from stockade.model.verdicts import Action, Cause
from stockade.policy.files import MAX_BYTES
from stockade.policy.loader import load_policy, policy_in
from stockade.policy.shape import MAX_PROBLEMS


def load(start: Path, **options: Any) -> Policy:
    return load_policy(start, **{"environ": {}, "today": TODAY, **options}).policy


def problems(folder: Path, text: str, **options: Any) -> tuple[str, ...]:
    """What the loader says of a ``stockade.toml``."""
    (folder / "stockade.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(folder, **options)
    assert caught.value.exit_code is ExitCode.USAGE
    return caught.value.problems


# --- where it is found ---


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    loaded = load_policy(tmp_path, environ={}, today=TODAY)
    assert (loaded.policy, loaded.source, loaded.overridden) == (Policy(), None, ())


@pytest.mark.parametrize(
    ("name", "text"),
    [("stockade.toml", 'fail_on = "low"'), ("pyproject.toml", '[tool.stockade]\nfail_on = "low"')],
)
def test_the_nearest_folder_upwards_gives_the_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "stockade.toml").write_text('fail_on = "critical"')
    near = tmp_path / "near"
    deep = near / "a" / "b"
    deep.mkdir(parents=True)
    (near / name).write_text(text)
    (deep / "pyproject.toml").write_text("[project]\nname = 'no-policy'")
    (deep / "requirements.txt").touch()
    for start in (deep, deep / "requirements.txt"):
        loaded = load_policy(start, environ={}, today=TODAY)
        assert loaded.source == near / name
        assert loaded.policy.fail_on is Severity.LOW


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_the_search_ends_at_the_root_of_the_repository(tmp_path: Path, make: Callable[[Path], None]) -> None:
    (tmp_path / "stockade.toml").write_text('fail_on = "low"')
    repository = tmp_path / "repository"
    (repository / "src").mkdir(parents=True)
    make(repository / ".git")
    assert load(repository / "src") == Policy()
    (repository / "stockade.toml").write_text('fail_on = "medium"')
    assert load(repository / "src").fail_on is Severity.MEDIUM


def test_two_policies_in_one_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.stockade]")
    assert problems(tmp_path, "") == (
        "both stockade.toml and [tool.stockade] in pyproject.toml hold a policy",
    )


def test_a_pyproject_without_the_table_may_stand_beside_the_policy(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'stockade'")
    (tmp_path / "stockade.toml").write_text('fail_on = "low"')
    assert load(tmp_path).fail_on is Severity.LOW


def test_a_named_file_is_used_whatever_its_name_and_place(tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_text('fail_on = "low"')
    named = tmp_path / "strict.toml"
    named.write_text('fail_on = "info"')
    assert load(tmp_path, explicit=named).fail_on is Severity.INFO


def test_a_named_file_must_be_there_and_hold_a_policy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no policy file at"):
        load(tmp_path, explicit=tmp_path / "none.toml")
    with pytest.raises(UsageError, match="no policy file at"):
        load(tmp_path, explicit=tmp_path)
    (tmp_path / "pyproject.toml").write_text("[project]")
    with pytest.raises(ConfigError, match=r"no table \[tool.stockade\]"):
        load(tmp_path, explicit=tmp_path / "pyproject.toml")


def test_a_start_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        load(tmp_path / "none")


def test_policy_in_names_the_file_of_one_folder_only(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.stockade]")
    assert policy_in(tmp_path) == tmp_path / "pyproject.toml"
    assert policy_in(inner) is None
    (inner / "stockade.toml").write_text("nonsense")
    assert policy_in(inner) == inner / "stockade.toml"


# --- what is in it ---


def test_every_part_is_read(tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_text(
        """
        fail_on = "medium"
        exclude = ["third_party/"]
        [protect]
        names = ["Acme_Corp.Utils"]
        patterns = ["acme-*"]
        indexes = ["https://index.example/simple", "Packages.Example:8080"]
        [lock]
        cooldown_days = 2.5
        [rules]
        STK-R001 = "critical"
        [indeterminate]
        offline = "warn"
        [[exceptions]]
        rule = "STK-R001"
        subject = "acme"
        reason = "Ours."
        expires = 2026-06-01
        [[exceptions]]
        rule = "STK-E010"
        subject = "old==1.0"
        reason = "No other version."
        expires = "2026-06-01"
        """
    )
    policy = load(tmp_path)
    assert policy.fail_on is Severity.MEDIUM
    assert policy.protect.names == ("acme-corp-utils",)
    assert policy.protect.indexes == ("https://index.example/simple", "packages.example:8080")
    assert policy.lock.cooldown_days == 2.5
    assert policy.rules == {"STK-R001": Severity.CRITICAL}
    assert policy.indeterminate == {Cause.OFFLINE: Action.WARN}
    assert [each.expires for each in policy.exceptions] == [date(2026, 6, 1)] * 2


@given(policy_tables)
def test_a_policy_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, Any]
) -> None:
    table.pop("indeterminate", None)
    folder = tmp_path_factory.mktemp("policy")
    (folder / "stockade.toml").write_text(toml(table))
    policy = load(folder)
    for key in ("fail_on", "online", "rules"):
        assert getattr(policy, key) == table.get(key, getattr(Policy(), key))
    assert [each.subject for each in policy.exceptions] == [
        each["subject"] for each in table.get("exceptions", [])
    ]


def test_every_problem_is_reported_at_once_with_its_line(
    tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    text = (Path(__file__).parent / "data" / "wrong.toml").read_text()
    environ = {
        "STOCKADE_LOCK_COOLDOWN_DAYS": "seven",
        "STOCKADE_FAILON": "low",
        "STOCKADE_RULES_STK_R001": "low",
    }
    found = problems(tmp_path, text, environ=environ, override={"fail_on": "worst"})
    golden("policy/wrong.txt", "\n".join(found) + "\n")


def test_the_lines_of_a_pyproject_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.stockade.lock]\ncooldown = 3\n")
    with pytest.raises(
        ConfigError, match=r"line 5: lock\.cooldown: unknown key; did you mean 'cooldown_days'"
    ):
        load(tmp_path)


def test_a_policy_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nstockade = 3\n")
    with pytest.raises(ConfigError, match="line 2: expected a table, got 3"):
        load(tmp_path)


@pytest.mark.parametrize("cause", Cause)
def test_no_cause_may_be_allowed(tmp_path: Path, cause: Cause) -> None:
    (problem,) = problems(tmp_path, f'[indeterminate]\n{cause} = "allow"')
    assert problem.startswith(f"line 2: indeterminate.{cause}: 'allow' is refused")


@pytest.mark.parametrize(
    ("warn", "quarantine", "block", "right"),
    [
        ("low", "low", "low", True),
        ("info", "medium", "critical", True),
        ("high", "medium", "critical", False),
        ("low", "critical", "high", False),
    ],
)
def test_thresholds_must_rise(tmp_path: Path, warn: str, quarantine: str, block: str, *, right: bool) -> None:
    text = f'[thresholds]\nwarn = "{warn}"\nquarantine = "{quarantine}"\nblock = "{block}"'
    if right:
        (tmp_path / "stockade.toml").write_text(text)
        assert load(tmp_path).thresholds.warn == warn
    else:
        assert "must rise in this order" in problems(tmp_path, text)[0]


@pytest.mark.parametrize(("days", "right"), [(-400, True), (0, True), (366, True), (367, False)])
def test_an_exception_lasts_at_most_366_days(tmp_path: Path, days: int, *, right: bool) -> None:
    expires = TODAY + timedelta(days=days)
    text = toml({"exceptions": [{"rule": "STK-R001", "subject": "a", "reason": "Ours.", "expires": expires}]})
    if right:
        (tmp_path / "stockade.toml").write_text(text)
        assert load(tmp_path).exceptions[0].expires == expires
    else:
        assert (
            f"the latest day that is accepted is {TODAY + timedelta(days=366)}" in problems(tmp_path, text)[0]
        )


@pytest.mark.parametrize("missing", ["rule", "subject", "reason", "expires"])
def test_an_exception_needs_rule_subject_reason_and_expiry(tmp_path: Path, missing: str) -> None:
    whole = {"rule": "STK-R001", "subject": "a", "reason": "Ours.", "expires": TODAY}
    del whole[missing]
    assert problems(tmp_path, toml({"exceptions": [whole]})) == (
        f"line 1: exceptions[0]: {missing} is missing",
    )


@pytest.mark.parametrize("subject", ["*", "**", "?*", "[a-z]*", "* *"])
def test_an_exception_for_everything_is_refused(tmp_path: Path, subject: str) -> None:
    exception = {"rule": "STK-R001", "subject": subject, "reason": "Ours.", "expires": TODAY}
    assert "would accept every subject" in problems(tmp_path, toml({"exceptions": [exception]}))[0]


def test_the_same_exception_twice_is_refused(tmp_path: Path) -> None:
    exception = {"rule": "STK-R001", "subject": "a", "reason": "Ours.", "expires": TODAY}
    assert "is accepted 2 times" in problems(tmp_path, toml({"exceptions": [exception] * 2}))[0]


# --- hostile files ---


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "{a=" * 100_000,
        "a" + ".a" * 100_000 + " = 1",
        "[" + "a." * 100_000 + "a]",
        "a = " + "9" * 5_000,
        "fail_on = 0x" + "f" * 100_000,
        "[lock]\ncooldown_days = 0x" + "f" * 100_000,
        "[lock]\ncooldown_days = inf",
        "".join(f"key{number} = 1\n" for number in range(20_000)),
        "\x00",
        "fail_on = 'high",
        "a = 1\na = 2",
        "[[lock]]\n[[lock]]",
        "exceptions = 1",
        "x" * (MAX_BYTES + 1),
    ],
    ids=lambda text: text[:24],
)
def test_a_hostile_file_costs_a_message_not_a_crash_or_a_hang(tmp_path: Path, text: str) -> None:
    began = time.perf_counter()
    found = problems(tmp_path, text)
    assert time.perf_counter() - began < 5
    assert 0 < len(found) <= MAX_PROBLEMS + 2
    assert all(problem.isprintable() and len(problem) < 400 for problem in found)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError, match="line 2: not UTF-8"):
        load(tmp_path)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_file_loads_or_is_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, drawn: str | bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "stockade.toml").write_bytes(drawn if isinstance(drawn, bytes) else drawn.encode())
    try:
        policy = load(folder)
    except ConfigError:
        return
    assert policy == Policy(fail_on=policy.fail_on, online=policy.online)


def test_ten_megabytes_are_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_bytes(b"#" * 10_000_000)
    with pytest.raises(ConfigError, match="larger than 1,048,576 bytes"):
        load(tmp_path)


def test_a_broken_pyproject_matters_only_where_it_may_hold_a_policy(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    broken = tmp_path / "pyproject.toml"
    broken.write_bytes(b"[project\n" + b"#" * 3_000_000)
    assert load(tmp_path) == Policy()
    broken.write_text("[tool.stockade\n")
    with pytest.raises(ConfigError, match="line 1: not TOML"):
        load(tmp_path)
    (tmp_path / "stockade.toml").write_text('fail_on = "low"')
    assert load(tmp_path).fail_on is Severity.LOW


def test_the_word_is_found_across_the_borders_of_what_is_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"#" * (MAX_BYTES - 10) + b"\n[tool.stockade]\n")
    with pytest.raises(ConfigError, match="larger than"):
        load(tmp_path)


def test_a_file_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stockade.toml").write_text("")

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        load(tmp_path)


def test_a_folder_that_cannot_be_searched_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    with pytest.raises(ConfigError, match="cannot be searched for a policy: Permission denied"):
        load(tmp_path)


# --- flag beats environment beats file ---


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    def fail_on(**options: Any) -> str:
        return load(tmp_path, **options).fail_on

    environ = {"STOCKADE_FAIL_ON": "medium"}
    assert fail_on() == "high"
    (tmp_path / "stockade.toml").write_text('fail_on = "low"')
    assert fail_on() == "low"
    assert fail_on(environ=environ) == "medium"
    assert fail_on(environ=environ, override={"fail_on": Severity.INFO}) == "info"
    assert fail_on(environ=environ, override={"fail_on": None}) == "medium"


def test_what_was_overridden_is_told(tmp_path: Path) -> None:
    loaded = load_policy(
        tmp_path,
        environ={"STOCKADE_LOCK_COOLDOWN_DAYS": "3", "STOCKADE_ONLINE": ""},
        today=TODAY,
        override={"lock.cooldown_days": 4, "fail_on": None},
    )
    assert loaded.policy.lock.cooldown_days == 4
    assert loaded.overridden == ("STOCKADE_LOCK_COOLDOWN_DAYS", "lock.cooldown_days")


def test_an_override_keeps_the_rest_of_its_table(tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_text("[lock]\nunmaintained_days = 5")
    lock = load(tmp_path, environ={"STOCKADE_LOCK_COOLDOWN_DAYS": "3"}).lock
    assert (lock.unmaintained_days, lock.cooldown_days) == (5, 3)


def test_an_override_does_not_hide_a_wrong_value_of_the_file(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "fail_on = 1", environ={"STOCKADE_FAIL_ON": "low"})
    assert problem == "line 1: fail_on: expected one of info, low, medium, high, critical; got 1"


def test_a_policy_that_is_no_regular_file_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    policies = [tmp_path / name / "stockade.toml" for name in ("null", "dangling", "folder", "pipe")]
    for policy in policies:
        policy.parent.mkdir()
    policies[0].symlink_to("/dev/null")
    policies[1].symlink_to("nowhere.toml")
    policies[2].mkdir()
    os.mkfifo(policies[3])
    for policy in policies:
        with pytest.raises(ConfigError, match="no regular file"):
            load_policy(policy.parent, environ={}, today=date(2026, 11, 22))


@pytest.mark.parametrize("name", ["stockade.toml", "pyproject.toml"])
def test_a_found_policy_is_not_read_through_a_link_out_of_the_tree(tmp_path: Path, name: str) -> None:
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    (tmp_path / "outside.toml").write_text('[tool.stockade]\nfail_on = "critical"\n')
    (tree / name).symlink_to(tmp_path / "outside.toml")
    with pytest.raises(ConfigError, match="leads out of the tree"):
        load_policy(tree, environ={}, today=date(2026, 11, 22))


def test_a_link_inside_the_tree_is_followed(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "shared.toml").write_text('fail_on = "low"\n')
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "stockade.toml").symlink_to("../shared.toml")
    assert load_policy(tmp_path / "a", environ={}, today=date(2026, 11, 22)).policy.fail_on == "low"


@pytest.mark.parametrize(
    ("text", "environ", "override", "source"),
    [
        ("", {"STOCKADE_FAILON": "low"}, {}, "environment"),
        ("", {"STOCKADE_FAIL_ON": "lowest"}, {}, "environment"),
        ("", {}, {"fail_on": "worst"}, "command line"),
        ("", {"STOCKADE_FAILON": "low"}, {"fail_on": "worst"}, "environment and command line"),
        ("x = 1", {}, {}, "FILE"),
        ("x = 1", {"STOCKADE_FAILON": "low"}, {}, "FILE and environment"),
    ],
)
def test_the_error_names_what_is_wrong(
    tmp_path: Path, text: str, environ: dict[str, str], override: dict[str, object], source: str
) -> None:
    file = tmp_path / "stockade.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ=environ, override=override)
    assert caught.value.source == source.replace("FILE", str(file))


def test_hints_name_nothing_that_an_installed_program_lacks(tmp_path: Path) -> None:
    (tmp_path / "stockade.toml").write_text("x = 1")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={"STOCKADE_": "x"})
    assert "docs/" not in f"{caught.value} {caught.value.hint}"
