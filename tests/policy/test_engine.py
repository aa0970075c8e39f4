"""The one decision point."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.strategies import TODAY, evidence, findings, policy_tables, toml, unknowns

from stockade.errors import ConfigError, ExitCode
from stockade.model.findings import Confidence, Finding, Severity
from stockade.model.locations import Location
from stockade.model.policy import Policy, PolicyException, Thresholds
from stockade.model.stages import Stage
from stockade.model.verdicts import Action, Cause, Indeterminate, Reason, Verdict
from stockade.policy.engine import Evidence, action_for, covers, decide, exit_code, settle
from stockade.policy.loader import load_policy

RAN = frozenset({"STK-R001", "STK-E010"})
FOUND = Finding(
    rule="STK-R001",
    title="Confusable",
    stage=Stage.RECONNAISSANCE,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    subject="reqeusts",
    message="one transposition from requests",
    mend="Correct it.",
    why="Squats.",
    location=Location("app/requirements.txt", 3),
)
UNKNOWN = Indeterminate(cause=Cause.FEED_STALE, subject="advisories", detail="10 days old")
ACCEPTED = PolicyException(
    rule="STK-R001", subject="reqeusts", reason="Ours.", expires=TODAY, approved_by="Ann"
)


def verdict(
    policy: Policy | None = None, *found: Finding, unknown: tuple[Indeterminate, ...] = ()
) -> Verdict:
    return decide(
        "reqeusts", Evidence(judged_by=RAN, findings=found, indeterminate=unknown), policy or Policy(), TODAY
    )


def accepting(*exceptions: PolicyException) -> Policy:
    return Policy(exceptions=exceptions)


def written(folder: Path, table: dict[str, Any]) -> Policy | None:
    """The policy that the loader makes of a table; None where it refuses it."""
    (folder / "stockade.toml").write_text(toml(table))
    try:
        return load_policy(folder, environ={}, today=TODAY).policy
    except ConfigError:
        return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policies")


def test_nothing_found_is_allowed_and_says_how_much_was_judged() -> None:
    assert verdict() == Verdict.of(Reason("judged", "judged by 2 rules, nothing found", Action.ALLOW))


def test_an_empty_rule_set_is_an_error_not_a_pass() -> None:
    with pytest.raises(ValueError, match="an empty rule set is an error, not a pass"):
        decide("x", Evidence(judged_by=frozenset()), Policy(), TODAY)


def test_what_was_found_counts_even_if_no_rule_says_that_it_ran() -> None:
    assert (
        decide("x", Evidence(judged_by=frozenset(), findings=(FOUND,)), Policy(), TODAY).action
        is Action.BLOCK
    )


@pytest.mark.parametrize(
    ("severity", "sure", "unsure"),
    [
        (Severity.INFO, Action.ALLOW, Action.ALLOW),
        (Severity.LOW, Action.WARN, Action.ALLOW),
        (Severity.MEDIUM, Action.WARN, Action.ALLOW),
        (Severity.HIGH, Action.QUARANTINE, Action.WARN),
        (Severity.CRITICAL, Action.BLOCK, Action.QUARANTINE),
    ],
)
def test_severity_becomes_action_and_low_confidence_takes_a_step_off(
    severity: Severity, sure: Action, unsure: Action
) -> None:
    finding = msgspec.structs.replace(FOUND, severity=severity)
    assert action_for(finding, Thresholds()) is sure
    assert action_for(msgspec.structs.replace(finding, confidence=Confidence.MEDIUM), Thresholds()) is sure
    assert action_for(msgspec.structs.replace(finding, confidence=Confidence.LOW), Thresholds()) is unsure


def test_a_reason_names_the_rule_and_repeats_only_another_subject() -> None:
    other = msgspec.structs.replace(FOUND, subject="reqeusts==1.0")
    assert verdict(None, FOUND).reasons == (Reason("STK-R001", FOUND.message, Action.BLOCK),)
    assert verdict(None, other).reasons[0].text == f"reqeusts==1.0: {FOUND.message}"


def test_the_policys_severity_replaces_that_of_the_finding() -> None:
    policy = Policy(rules={"STK-R001": Severity.LOW})
    assert verdict(policy, FOUND).action is Action.WARN
    assert [each.severity for each in settle([FOUND], policy, TODAY).kept] == [Severity.LOW]


def test_an_accepted_finding_is_allowed_with_reason_person_and_day() -> None:
    (reason,) = verdict(accepting(ACCEPTED), FOUND).reasons
    assert (reason.code, reason.action) == ("exception:STK-R001", Action.ALLOW)
    assert reason.text == f"{FOUND.message} (accepted by Ann until {TODAY}: Ours.)"


def test_an_exception_holds_through_its_last_day_and_not_a_day_longer() -> None:
    ended = msgspec.structs.replace(ACCEPTED, expires=TODAY - timedelta(days=1))
    assert verdict(accepting(ACCEPTED), FOUND).action is Action.ALLOW
    lapsed = verdict(accepting(ended), FOUND)
    assert lapsed.action is Action.BLOCK
    assert [(each.code, each.action) for each in lapsed.reasons] == [
        ("STK-R001", Action.BLOCK),
        ("exception:STK-R001", Action.WARN),
    ]
    assert "expired on 2026-02-28" in lapsed.reasons[1].text


def test_an_expired_exception_warns_only_where_it_would_have_mattered() -> None:
    ended = msgspec.structs.replace(ACCEPTED, subject="other", expires=TODAY - timedelta(days=1))
    assert verdict(accepting(ended)).action is Action.ALLOW


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"rule": "STK-R002"}, False),
        ({"subject": "req*"}, True),
        ({"subject": "REQ*"}, False),
        ({"subject": "requests"}, False),
        ({"path": "app/*"}, True),
        ({"path": "*.txt"}, True),
        ({"path": "lib/*"}, False),
    ],
)
def test_an_exception_covers_its_rule_subject_and_path(change: dict[str, str], *, covered: bool) -> None:
    assert covers(msgspec.structs.replace(ACCEPTED, **change), FOUND) is covered


def test_a_subject_with_brackets_is_meant_as_it_stands() -> None:
    found = msgspec.structs.replace(FOUND, subject="acme[extra]")
    assert covers(msgspec.structs.replace(ACCEPTED, subject="acme[extra]"), found)


def test_an_exception_for_a_path_covers_nothing_without_a_place() -> None:
    nowhere = msgspec.structs.replace(FOUND, location=None)
    assert not covers(msgspec.structs.replace(ACCEPTED, path="*"), nowhere)


@pytest.mark.parametrize("cause", Cause)
def test_an_unknown_blocks_unless_the_policy_says_otherwise(cause: Cause) -> None:
    unknown = msgspec.structs.replace(UNKNOWN, cause=cause)
    assert verdict(unknown=(unknown,)).action is Action.BLOCK
    assert verdict(Policy(indeterminate={cause: Action.WARN}), unknown=(unknown,)).action is Action.WARN


@given(unknowns)
def test_an_exception_never_covers_an_unknown(unknown: Indeterminate) -> None:
    policy = accepting(
        *(
            msgspec.structs.replace(ACCEPTED, rule=rule, subject=unknown.subject)
            for rule in ("STK-R001", unknown.code)
        )
    )
    assert verdict(policy, unknown=(unknown,)).action is Action.BLOCK


@given(policy_tables, evidence, unknowns)
def test_an_unknown_is_never_allowed_under_any_policy_that_loads(
    folder: Path, table: dict[str, Any], known: Evidence, unknown: Indeterminate
) -> None:
    policy = written(folder, table)
    says_allow = Action.ALLOW in table.get("indeterminate", {}).values()
    assert (policy is None) == says_allow
    if policy is not None:
        more = replace(known, indeterminate=(*known.indeterminate, unknown))
        assert decide("acme", more, policy, TODAY).action > Action.ALLOW


@given(policy_tables, evidence, findings, unknowns)
def test_more_evidence_never_lowers_the_verdict(
    folder: Path, table: dict[str, Any], known: Evidence, finding: Finding, unknown: Indeterminate
) -> None:
    table.pop("indeterminate", None)
    policy = written(folder, table)
    assert policy is not None
    before = decide("acme", known, policy, TODAY).action
    for more in (
        replace(known, findings=(*known.findings, finding)),
        replace(known, indeterminate=(*known.indeterminate, unknown)),
    ):
        assert decide("acme", more, policy, TODAY).action >= before


@given(policy_tables, evidence)
def test_only_an_exception_lowers_a_verdict(folder: Path, table: dict[str, Any], known: Evidence) -> None:
    table.pop("indeterminate", None)
    policy = written(folder, table)
    assert policy is not None
    without = msgspec.structs.replace(policy, exceptions=())
    after = decide("acme", known, policy, TODAY)
    if after.action < decide("acme", known, without, TODAY).action:
        assert any(reason.code.startswith("exception:") for reason in after.reasons)


@given(policy_tables, evidence, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(
    folder: Path, table: dict[str, Any], known: Evidence, shuffler: random.Random
) -> None:
    table.pop("indeterminate", None)
    policy = written(folder, table)
    assert policy is not None
    found, unknown = list(known.findings), list(known.indeterminate)
    shuffler.shuffle(found)
    shuffler.shuffle(unknown)
    again = replace(known, findings=tuple(found), indeterminate=tuple(unknown))
    assert decide("acme", again, policy, TODAY) == decide("acme", known, policy, TODAY)


@given(policy_tables, evidence)
def test_settling_loses_no_finding_and_accounts_for_every_exception(
    folder: Path, table: dict[str, Any], known: Evidence
) -> None:
    table.pop("indeterminate", None)
    policy = written(folder, table)
    assert policy is not None
    settled = settle(known.findings, policy, TODAY)
    kept = [each.fingerprint for each in settled.kept]
    accepted = [each.fingerprint for each, _ in settled.accepted]
    assert sorted(kept + accepted) == sorted(each.fingerprint for each in known.findings)
    assert all(exception.expires >= TODAY for _, exception in settled.accepted)
    assert all(exception.expires < TODAY for _, exception in settled.lapsed)
    for exception in policy.exceptions:
        covering = any(covers(exception, each) for each in known.findings)
        assert (exception in settled.expired) == (exception.expires < TODAY)
        assert (exception in settled.unused) == (exception.expires >= TODAY and not covering)


@pytest.mark.parametrize(
    ("kept", "unknown", "code"),
    [
        ((), (), ExitCode.CLEAN),
        ((Severity.MEDIUM,), (), ExitCode.CLEAN),
        ((Severity.MEDIUM, Severity.HIGH), (), ExitCode.FINDINGS),
        ((Severity.CRITICAL,), (), ExitCode.FINDINGS),
        ((), (UNKNOWN,), ExitCode.INCOMPLETE),
        ((Severity.MEDIUM,), (UNKNOWN,), ExitCode.INCOMPLETE),
        ((Severity.HIGH,), (UNKNOWN,), ExitCode.FINDINGS),
    ],
)
def test_findings_beat_incomplete_beats_clean(
    kept: tuple[Severity, ...], unknown: tuple[Indeterminate, ...], code: ExitCode
) -> None:
    found = [msgspec.structs.replace(FOUND, severity=severity) for severity in kept]
    assert exit_code(found, unknown, Severity.HIGH) is code
