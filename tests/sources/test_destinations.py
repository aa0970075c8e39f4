"""Where an upstream may lead."""

from __future__ import annotations

import asyncio

import pytest

from stockade.sources.destinations import Destinations, Place, place_of
from stockade.sources.polite_http import Unanswered

HOSTS = {
    "index.example": ["8.8.8.8"],
    "files.example": ["8.8.4.4", "2001:4860:4860::8888"],
    "inner.example": ["10.1.2.3"],
    "both.example": ["8.8.8.8", "127.0.0.1"],
    "clouds.example": ["169.254.169.254"],
}


async def resolve(host: str, port: int) -> list[str]:
    assert port
    try:
        return HOSTS[host]
    except KeyError:
        raise OSError(f"{host} is unknown") from None


def judge(home: str, address: str, *, proxied: bool = False) -> str:
    try:
        asyncio.run(Destinations(home, resolve, proxied=proxied).require(address))
    except Unanswered as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("8.8.8.8", Place.PUBLIC),
        ("2001:4860:4860::8888", Place.PUBLIC),
        ("127.0.0.1", Place.LOOPBACK),
        ("127.9.9.9", Place.LOOPBACK),
        ("::1", Place.LOOPBACK),
        ("::ffff:127.0.0.1", Place.LOOPBACK),
        ("2002:7f00:1::", Place.LOOPBACK),
        ("64:ff9b::7f00:1", Place.LOOPBACK),
        ("64:ff9b::808:808", Place.PUBLIC),
        ("10.0.0.1", Place.PRIVATE),
        ("192.168.1.1", Place.PRIVATE),
        ("100.64.0.1", Place.PRIVATE),
        ("fd00::1", Place.PRIVATE),
        ("::ffff:10.0.0.1", Place.PRIVATE),
        ("169.254.169.254", Place.NOWHERE),
        ("fe80::1%eth0", Place.NOWHERE),
        ("0.0.0.0", Place.NOWHERE),  # noqa: S104 - judged, not bound
        ("224.0.0.1", Place.NOWHERE),
        ("255.255.255.255", Place.PRIVATE),
    ],
)
def test_places(address: str, place: Place) -> None:
    assert place_of(address) is place


PUBLIC, INNER, HERE = (
    "https://index.example/simple/",
    "https://inner.example/simple/",
    "http://127.0.0.1:8/simple/",
)


@pytest.mark.parametrize(
    ("home", "address", "refused"),
    [
        (PUBLIC, "https://files.example/f", ""),
        (PUBLIC, "https://index.example:8443/f", ""),
        (PUBLIC, "https://inner.example/f", "a private network"),
        (PUBLIC, "https://both.example/f", "this machine"),
        (PUBLIC, "https://127.0.0.1/f", "this machine"),
        (PUBLIC, "https://[::1]/f", "this machine"),
        (PUBLIC, "https://clouds.example/f", "nobody's"),
        (PUBLIC, "https://unknown.example/f", "is not found"),
        (INNER, "https://files.example/f", ""),
        (INNER, "https://10.9.9.9/f", ""),
        (INNER, "https://localhost.example/f", "is not found"),
        (INNER, "https://127.0.0.1/f", "this machine"),
        (INNER, "https://clouds.example/f", "nobody's"),
        (HERE, "http://127.0.0.1:9/f", ""),
        (HERE, "https://169.254.169.254/latest", "nobody's"),
        (HERE, "https://inner.example/f", ""),
        (HERE, "https://files.example/f", ""),
    ],
)
def test_a_hosts_place_decides(home: str, address: str, refused: str) -> None:
    found = judge(home, address)
    assert (refused in found) if refused else (found == "")


def test_behind_a_proxy_names_are_the_proxys_business_and_numbers_are_not() -> None:
    assert judge(PUBLIC, "https://unknown.example/f", proxied=True) == ""
    assert "this machine" in judge(PUBLIC, "https://127.0.0.1/f", proxied=True)


def test_the_peer_that_answers_is_judged_too() -> None:
    """A name that leads elsewhere when it is asked for the second time."""
    destinations = Destinations(PUBLIC, resolve)

    async def run() -> None:
        await destinations.require("https://files.example/f")
        await destinations.require_peer("https://files.example/f", "8.8.4.4")
        await destinations.require_peer("https://index.example/f", "10.0.0.1")  # the operator's own
        with pytest.raises(Unanswered, match="a private network"):
            await destinations.require_peer("https://files.example/f", "10.0.0.1")

    asyncio.run(run())


def test_answers_of_the_name_service_are_kept_for_a_while() -> None:
    asked: list[str] = []

    async def counting(host: str, port: int) -> list[str]:
        asked.append(host)
        return await resolve(host, port)

    async def run() -> None:
        destinations = Destinations(PUBLIC, counting)
        for _ in range(5):
            await destinations.require("https://files.example/f")

    asyncio.run(run())
    assert sorted(asked) == ["files.example", "index.example"]
