"""Who may come in."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from stockade.firewall.doors import TRIES, WINDOW, Denied, Door, Guest
from stockade.model.firewall import Role, Token
from stockade.testing.fakes import FixedClock
from stockade.testing.registry_state import MemoryTokens

SECRET = "stk_abc.decoy"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class OneToken(MemoryTokens):
    """Knows one token, whatever the digests."""

    def __init__(self, role: Role = Role.INSTALL, projects: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.asked = 0
        self.token = Token(
            id="abc", name="ci", role=role, projects=projects, created=NOW, identity="repo:acme/shop"
        )

    def verify(self, text: str, at: datetime) -> Token | None:
        self.asked += 1
        return self.token if text == SECRET and self.token.holds(at) else None


def entered(door: Door, header: str, address: str, agent: str, role: Role = Role.INSTALL) -> Guest | Denied:
    return asyncio.run(door.enter(header, address, agent, role))


def door_of(
    tokens: OneToken, *, anonymous: bool = False, clock: FixedClock | None = None, seconds: Time | None = None
) -> Door:
    return Door(tokens, clock or FixedClock(NOW), anonymous=anonymous, seconds=seconds or Time())


def basic(secret: str, user: str = "__token__") -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


@pytest.mark.parametrize(
    "header", [basic(SECRET), basic(SECRET, "anybody"), f"Bearer {SECRET}", f"bearer  {SECRET} "]
)
def test_the_token_opens_however_it_is_shown(header: str) -> None:
    guest = entered(door_of(OneToken(), anonymous=False), header, "192.0.2.1", "pip/26")
    assert isinstance(guest, Guest)
    assert (guest.client.name, guest.client.identity) == ("ci", "repo:acme/shop")
    assert (guest.client.address, guest.client.agent) == ("192.0.2.1", "pip/26")


@pytest.mark.parametrize(
    "header",
    [
        "",
        basic("stk_abc.wrong"),
        basic(""),
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        f"Digest {SECRET}",
        SECRET,
        f"Bearer {SECRET}x",
    ],
)
def test_everything_else_is_turned_away(header: str) -> None:
    denied = entered(door_of(OneToken(), anonymous=False), header, "192.0.2.1", "")
    assert isinstance(denied, Denied)
    assert denied.status == 401


def test_anonymous_readers_come_in_where_that_is_allowed_and_only_to_read() -> None:
    door = door_of(OneToken(), anonymous=True)
    assert isinstance(entered(door, "", "192.0.2.1", ""), Guest)
    denied = entered(door, "", "192.0.2.1", "", Role.PUBLISH)
    assert isinstance(denied, Denied)
    assert denied.status == 401


def test_a_wrong_token_is_no_anonymous_reader() -> None:
    assert isinstance(entered(door_of(OneToken(), anonymous=True), basic("stk_x.y"), "192.0.2.1", ""), Denied)


def test_a_role_does_not_reach_further() -> None:
    door = door_of(OneToken(Role.PUBLISH), anonymous=False)
    assert isinstance(entered(door, basic(SECRET), "192.0.2.1", "", Role.PUBLISH), Guest)
    denied = entered(door, basic(SECRET), "192.0.2.1", "", Role.APPROVE)
    assert isinstance(denied, Denied)
    assert (denied.status, "approve" in denied.why) == (403, True)


def test_a_token_may_be_bound_to_projects() -> None:
    guest = entered(
        door_of(OneToken(Role.PUBLISH, ("acme-*",)), anonymous=False), basic(SECRET), "", "", Role.PUBLISH
    )
    assert isinstance(guest, Guest)
    assert guest.may(Role.PUBLISH, "acme-utils")
    assert not guest.may(Role.PUBLISH, "other")
    assert not guest.may(Role.ADMIN, "acme-utils")


def test_guessing_is_slowed_for_the_guesser_alone() -> None:
    clock = Time()
    door = door_of(OneToken(), anonymous=False, seconds=clock)
    for _ in range(TRIES):
        entered(door, basic("stk_x.y"), "192.0.2.1", "")
    denied = entered(door, basic(SECRET), "192.0.2.1", "")
    assert isinstance(denied, Denied)
    assert denied.status == 429
    assert isinstance(entered(door, basic(SECRET), "192.0.2.2", ""), Guest)
    clock.now = WINDOW + 1
    assert isinstance(entered(door, basic(SECRET), "192.0.2.1", ""), Guest)


def test_what_a_client_says_of_itself_is_printable_and_short() -> None:
    guest = entered(door_of(OneToken(), anonymous=True), "", "192.0.2.1", "pip\r\n\x1b[31m" + "x" * 5_000)
    assert isinstance(guest, Guest)
    assert guest.client.agent.isprintable()
    assert len(guest.client.agent) == 200


def test_a_token_is_looked_up_once_until_the_state_changes_and_ends_at_its_moment() -> None:
    tokens, clock = OneToken(), FixedClock(NOW)
    tokens.token = msgspec.structs.replace(tokens.token, expires=NOW + timedelta(hours=1))
    door = door_of(tokens, clock=clock)
    for _ in range(3):
        assert isinstance(entered(door, basic(SECRET), "", ""), Guest)
    assert tokens.asked == 1
    door.forget()
    assert door.known(basic(SECRET)) is None
    assert isinstance(entered(door, basic(SECRET), "", ""), Guest)
    assert tokens.asked == 2
    clock.advance(hours=1)
    assert isinstance(entered(door, basic(SECRET), "", ""), Denied)


def test_a_guesser_does_not_shut_out_who_was_let_in_before_from_the_same_address() -> None:
    tokens = OneToken()
    door = door_of(tokens)
    assert isinstance(entered(door, basic(SECRET), "192.0.2.1", ""), Guest)
    for _ in range(TRIES):
        entered(door, basic("stk_x.y"), "192.0.2.1", "")
    door.forget()
    door.forget()
    assert isinstance(entered(door, basic(SECRET), "192.0.2.1", ""), Guest)
    assert isinstance(entered(door, basic("stk_x.y"), "192.0.2.1", ""), Denied)
    tokens.token = msgspec.structs.replace(tokens.token, revoked_at=NOW)
    door.forget()
    first, second = (entered(door, basic(SECRET), "192.0.2.1", "") for _ in range(2))
    assert isinstance(first, Denied)
    assert isinstance(second, Denied)
    assert (first.status, second.status) == (401, 429), "what was revoked is a guess like any other"


def test_one_token_in_however_many_wrappings_takes_no_room() -> None:
    door = door_of(OneToken())
    long = basic(SECRET, "u" * 60_000)
    assert isinstance(entered(door, long, "", ""), Guest)
    assert door.known(long) is None
    assert isinstance(entered(door, basic(SECRET, "u"), "", ""), Guest)
    assert door.known(basic(SECRET, "u")) is not None
