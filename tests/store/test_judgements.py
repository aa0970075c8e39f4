"""Judgements, metadata, publishers: SQLite, PostgreSQL and the fake alike."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import text
from tests.store.conftest import AnyState
from tests.store.firewall_samples import LIB, NOON, OTHER, at, sha, vetted
from tests.store.tampering import connected

from stockade.errors import IncompleteError, InvalidValueError
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.ports import JudgedFiles
from stockade.store.state import FirewallState

NAME = "acme_lib-1.0-py3-none-any.whl"


def test_a_judgement_comes_back_whole_for_the_same_bytes_name_and_rules(state: AnyState) -> None:
    judged: JudgedFiles = state.judgements
    gap = Indeterminate(cause=Cause.CHECK_FAILED, subject=NAME, detail="ran out of its time")
    result = msgspec.structs.replace(vetted(), incomplete=(gap,))
    judged.remember(NAME, result, NOON)
    assert judged.recall(sha("a"), NAME, "rules-1") == result
    assert judged.recall(sha("a"), NAME, "rules-2") is None
    assert judged.recall(sha("a"), "acme_lib-1.0-py2-none-any.whl", "rules-1") is None
    assert judged.recall(sha("b"), NAME, "rules-1") is None


def test_a_later_judgement_replaces_one(state: AnyState) -> None:
    state.judgements.remember(NAME, vetted(), NOON)
    state.judgements.remember(NAME, vetted(verdict=Action.BLOCK), at(1))
    found = state.judgements.recall(sha("a"), NAME, "rules-1")
    assert found is not None
    assert found.verdict is Action.BLOCK


@pytest.mark.parametrize("wrong", [{"sha256": ""}, {"sha256": "x" * 64}, {"ruleset": ""}])
def test_a_judgement_of_nothing_known_is_refused(state: AnyState, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidValueError, match=r"names no digest|by which rules"):
        state.judgements.remember(NAME, msgspec.structs.replace(vetted(), **wrong), NOON)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stockade_judgements SET result = substr(result, 1, length(result) - 1)",
        "UPDATE stockade_judgements SET result = substr(result, 1, 0)",
        "UPDATE stockade_judgements SET sha256 = lower('3E23E8160039594A33894F6564E1B1348BBD7A0088D42C4ACB73EEAED59C009D')",
        "UPDATE stockade_judgements SET ruleset = 'rules-2'",
    ],
)
def test_a_damaged_judgement_is_an_error_never_a_missing_one(url: str, damage: str) -> None:
    with FirewallState.open(url) as state:
        state.judgements.remember(NAME, vetted(), NOON)
        with connected(url) as connection:
            connection.execute(text(damage))
        asked = [(sha(content), NAME, rules) for content in "ab" for rules in ("rules-1", "rules-2")]
        raised = 0
        for one in asked:
            try:
                assert state.judgements.recall(*one) is None
            except IncompleteError as error:
                raised += "damaged" in error.message
        assert raised == 1


def test_metadata_made_from_wheels_are_known_by_project_and_wheel(state: AnyState) -> None:
    judged: JudgedFiles = state.judgements
    assert judged.metadata_of(LIB) == {}
    judged.remember_metadata(LIB, sha("a"), sha("A"), NOON)
    judged.remember_metadata(LIB, sha("b"), sha("B"), NOON)
    judged.remember_metadata(OTHER, sha("a"), sha("O"), NOON)
    judged.remember_metadata(LIB, sha("b"), sha("B2"), NOON)
    assert judged.metadata_of(LIB) == {sha("a"): sha("A"), sha("b"): sha("B2")}


def test_the_first_publisher_of_a_version_stays(state: AnyState) -> None:
    judged: JudgedFiles = state.judgements
    assert judged.remember_publisher(LIB, "1.0", "repo:acme/lib", NOON) == "repo:acme/lib"
    assert judged.remember_publisher(LIB, "1.0", "repo:evil/lib", at(1)) == "repo:acme/lib"
    assert judged.remember_publisher(LIB, "2.0", "repo:evil/lib", at(1)) == "repo:evil/lib"
    assert judged.publishers(LIB) == {"1.0": "repo:acme/lib", "2.0": "repo:evil/lib"}
    assert judged.publishers(OTHER) == {}
    with pytest.raises(InvalidValueError):
        judged.remember_publisher(OTHER, "1.0", "", NOON)
