"""Tokens: SQLite, PostgreSQL and the fake alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from tests.store.conftest import AnyState
from tests.store.firewall_samples import NOON, at
from tests.store.tampering import connected

from stockade.errors import IncompleteError, InvalidValueError, UsageError
from stockade.model.firewall import Role
from stockade.model.tokens import RANDOM_BYTES, Minting, new_token, parts
from stockade.ports import Tokens
from stockade.store.state import FirewallState


def minting(**fields: object) -> Minting:
    plain: dict[str, object] = {"name": "laptop", "role": Role.INSTALL, "at": NOON, "by": "ann"}
    return Minting(**{**plain, **fields})  # type: ignore[arg-type]  # the caller names fields of Minting


def for_ci(**fields: object) -> Minting:
    plain: dict[str, object] = {"name": "ci", "identity": "repo:acme/app", "expires": at(15), "by": "oidc"}
    return minting(**{**plain, **fields})


def test_a_token_is_what_its_text_says_until_it_expires(state: AnyState) -> None:
    tokens: Tokens = state.tokens
    wish = minting(role=Role.PUBLISH, projects=("acme-*", "lib"), expires=at(60))
    minted = tokens.mint(wish)
    assert minted.text.startswith(f"stk_{minted.token.id}.")
    assert tokens.verify(minted.text, at(59)) == minted.token
    assert (minted.token.role, minted.token.projects) == (Role.PUBLISH, ("acme-*", "lib"))
    assert (minted.token.created, minted.token.expires) == (NOON, at(60))
    assert tokens.verify(minted.text, at(60)) is None


def test_no_other_text_is_a_token(state: AnyState) -> None:
    tokens: Tokens = state.tokens
    text = tokens.mint(minting()).text
    other = tokens.mint(minting()).text
    name, secret = parts(text) or ("", "")
    last = "A" if text[-1] != "A" else "B"
    wrong = [
        "",
        "stk_",
        text[:-1],
        text[:-1] + last,
        text + "A",
        text + "\n",
        " " + text,
        text.upper(),
        f"stk_{name}.",
        f"stk_{name}.{'A' * 43}",
        f"stk_{'a' * 10}.{secret}",
        f"stk_{name}.{(parts(other) or ('', ''))[1]}",
        f"stk_{name}.{secret[:-1]}é",
        "stk_' OR 1=1 --.x",
    ]
    assert [each for each in wrong if tokens.verify(each, NOON)] == []
    assert tokens.verify(text, NOON) is not None


def test_a_revoked_token_is_refused_at_once_and_stays_listed(state: AnyState) -> None:
    tokens: Tokens = state.tokens
    kept, lost = tokens.mint(minting()), tokens.mint(minting(name="lost", at=at(1)))
    gone = tokens.revoke(lost.token.id, by="bo", at=at(2))
    assert gone.revoked_at == at(2)
    assert tokens.verify(lost.text, at(2)) is None
    assert tokens.verify(kept.text, at(2)) == kept.token
    assert tokens.revoke(lost.token.id, by="eve", at=at(3)) == gone
    assert tokens.listed() == (gone, kept.token)
    with pytest.raises(UsageError, match="no token 'nobody'"):
        tokens.revoke("nobody", by="bo", at=at(3))


def test_every_change_is_an_event_without_the_secret_and_counts(state: AnyState) -> None:
    minted = state.tokens.mint(minting(role=Role.ADMIN, projects=("acme-*",)))
    ci = state.tokens.mint(for_ci())
    state.tokens.revoke(minted.token.id, by="bo", at=at(1))
    events = [one.event for one in state.events.query()]
    assert [(each.kind, each.subject, each.actor) for each in events] == [
        ("token.minted", "laptop", "ann"),
        ("token.minted", "ci", "oidc"),
        ("token.revoked", "laptop", "bo"),
    ]
    assert events[0].detail == {"id": minted.token.id, "role": "admin", "projects": "acme-*"}
    assert events[1].detail["identity"] == "repo:acme/app"
    for each in (minted, ci):
        secret = (parts(each.text) or ("", ""))[1]
        assert secret not in repr(events) + repr(state.tokens.listed()) + repr(each)
    assert state.approvals.revisions().tokens == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"by": ""},
        {"projects": ("",)},
        {"expires": NOON},
        {"at": datetime(2027, 1, 1)},  # noqa: DTZ001 - that is what is refused
        {"identity": "repo:acme/app"},
        {"identity": "repo:acme/app", "expires": at(60.1)},
        {"identity": "repo:\0", "expires": at(10)},
    ],
    ids=repr,
)
def test_a_token_that_may_not_be_is_not_made(state: AnyState, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValueError):
        state.tokens.mint(minting(**wrong))
    assert state.tokens.listed() == ()
    assert list(state.events.query()) == []


def test_tokens_of_ci_jobs_are_removed_long_after_they_expired(state: AnyState) -> None:
    state.tokens.mint(for_ci(name="old"))
    state.tokens.mint(minting(name="person", expires=at(15)))
    state.tokens.mint(for_ci(name="new", at=at(0, days=30), expires=at(5, days=30)))
    assert {each.name for each in state.tokens.listed()} == {"old", "person", "new"}
    state.tokens.mint(for_ci(name="newer", at=at(16, days=30), expires=at(20, days=30)))
    assert {each.name for each in state.tokens.listed()} == {"person", "new", "newer"}


def test_an_identity_token_is_used_once(state: AnyState) -> None:
    tokens: Tokens = state.tokens
    issuer, other = "https://ci.example", "https://other.example"
    assert tokens.first_use(issuer, "1", expires=at(5), at=NOON)
    assert not tokens.first_use(issuer, "1", expires=at(5), at=NOON)
    assert not tokens.first_use(issuer, "1", expires=at(9), at=at(4))
    assert tokens.first_use(issuer, "2", expires=at(5), at=NOON)
    assert tokens.first_use(other, "1", expires=at(5), at=NOON)


def test_of_many_that_use_an_identity_token_at_once_one_wins(state: AnyState) -> None:
    def use(_: int) -> bool:
        return state.tokens.first_use("https://ci.example", "1", expires=at(5), at=NOON)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(12))) == 1


def test_used_identity_tokens_are_forgotten_well_after_they_expired(url: str) -> None:
    with FirewallState.open(url) as state:
        state.tokens.first_use("https://ci.example", "1", expires=at(5), at=NOON)
        state.tokens.first_use("https://ci.example", "2", expires=at(5, days=2), at=at(0, days=1))
        assert not state.tokens.first_use("https://ci.example", "1", expires=at(5), at=at(0, days=1))
        state.tokens.first_use("https://ci.example", "3", expires=at(5, days=2), at=at(6, days=1))
        with connected(url) as connection:
            marks = connection.execute(text("SELECT mark FROM stockade_used_once ORDER BY mark")).scalars()
            assert list(marks) == ["2", "3"]


def test_a_token_that_is_revoked_anywhere_is_refused_everywhere(url: str) -> None:
    with FirewallState.open(url) as here, FirewallState.open(url) as there:
        minted = here.tokens.mint(minting())
        assert there.tokens.verify(minted.text, NOON) == minted.token
        here.tokens.revoke(minted.token.id, by="bo", at=NOON)
        assert there.tokens.verify(minted.text, NOON) is None


def test_the_counter_rises_with_changes_of_tokens_only(state: AnyState) -> None:
    minted = state.tokens.mint(minting())
    state.tokens.revoke(minted.token.id, by="bo", at=NOON)
    assert state.approvals.revisions().tokens == 2
    state.tokens.revoke(minted.token.id, by="bo", at=NOON)
    state.tokens.first_use("https://ci.example", "1", expires=at(5), at=NOON)
    state.tokens.verify(minted.text, NOON)
    assert state.approvals.revisions().tokens == 2


def test_no_secret_is_in_the_database(url: str) -> None:
    with FirewallState.open(url) as state:
        minted = state.tokens.mint(minting())
        with connected(url) as connection:
            rows = connection.execute(text("SELECT * FROM stockade_tokens")).all()
    assert minted.token.id in repr(rows)
    assert (parts(minted.text) or ("", "?"))[1] not in repr(rows)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stockade_tokens SET role = 'root'",
        "UPDATE stockade_tokens SET projects = '[1]'",
        "UPDATE stockade_tokens SET projects = ''",
        "UPDATE stockade_tokens SET expires_us = 9000000000000000000",
    ],
)
def test_a_damaged_token_is_an_error_never_a_stronger_one(url: str, damage: str) -> None:
    with FirewallState.open(url) as state:
        text_of = state.tokens.mint(minting(projects=("acme-*",), expires=at(5))).text
        with connected(url) as connection:
            connection.execute(text(damage))
        with pytest.raises(IncompleteError, match="damaged"):
            state.tokens.verify(text_of, NOON)


@given(st.text(max_size=80) | st.from_regex(r"stk_[a-z2-7]{9,11}\.[A-Za-z0-9_-]{42,44}\n?", fullmatch=True))
def test_a_text_is_split_exactly_or_not_at_all(text: str) -> None:
    split = parts(text)
    assert split is None or f"stk_{split[0]}.{split[1]}" == text


def test_random_bytes_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match="random bytes"):
        new_token(minting(), b"x" * (RANDOM_BYTES - 1))
