"""The policy's types hold what the program relies on wherever a policy comes from."""

from __future__ import annotations

import msgspec
import pytest

from stockade.errors import InvalidValueError
from stockade.model import policy
from stockade.model.policy import Policy, PolicyException
from stockade.model.verdicts import Action, Cause
from stockade.policy.fields import field_docs

TABLES = [
    each for each in vars(policy).values() if isinstance(each, type) and issubclass(each, msgspec.Struct)
]
TABLES = [each for each in TABLES if each is not msgspec.Struct]


@pytest.mark.parametrize("cause", Cause)
def test_no_policy_can_allow_what_could_not_be_judged(cause: Cause) -> None:
    with pytest.raises(InvalidValueError, match="unknown is never clean"):
        Policy(indeterminate={cause: Action.ALLOW})


def test_the_defaults_are_the_strict_choice() -> None:
    default = Policy()
    assert default.lock.require_hashes
    assert default.lock.cooldown_days >= 7
    assert default.indeterminate == {}
    assert default.exceptions == ()


@pytest.mark.parametrize("table", TABLES)
def test_every_key_is_explained_where_it_is_defined(table: type[msgspec.Struct]) -> None:
    docs = field_docs(table)
    assert list(docs) == [field.name for field in msgspec.structs.fields(table)]
    assert all(len(text) > 10 and text.endswith((".", "`")) for text in docs.values())


def test_the_tables_were_found() -> None:
    assert {Policy, PolicyException} < set(TABLES)
