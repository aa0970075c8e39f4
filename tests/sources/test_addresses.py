"""What is printed of an address never holds a secret, however the address is written."""

from __future__ import annotations

import pytest

from stockade.errors import UsageError
from stockade.sources.addresses import shown, split

SECRET = "hunter2"


@pytest.mark.parametrize(
    "address",
    [
        f"https://user:{SECRET}@index.example/simple",
        f"https://{SECRET}@index.example/simple",
        f"https://user:{SECRET}/x@index.example/simple",
        f"https://user:x/{SECRET}@index.example/simple",
        f"https://user:12/{SECRET}@index.example/simple",
        f"https://user:x?{SECRET}@index.example/simple",
        f"https://user:x#{SECRET}@index.example/simple",
        f"https://user:{SECRET}@index.example:99999/simple",
        f"https://user:{SECRET}@[::1/simple",
        f"ftp://user:{SECRET}@index.example",
        f"https:/user:{SECRET}@index.example/simple",
        f"user:{SECRET}@index.example/simple",
        f"https://index.example/simple?token={SECRET}",
        f"https://index.example/simple#{SECRET}",
        f"https://index.example:99999/simple?token={SECRET}",
        f"https://user:{SECRET}@@index.example/simple?token={SECRET}",
    ],
)
def test_no_secret_is_shown(address: str) -> None:
    assert SECRET not in shown(address)
    try:
        told = str(split(address).hostname)
    except UsageError as error:
        told = str(error)
    assert SECRET not in told


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://index.example/simple", "https://index.example/simple"),
        ("https://u:p@index.example:8443/simple?x=1", "https://index.example:8443/simple"),
        ("https://index.example/@scope/name", "https://index.example/@scope/name"),
        ("https://u:a/b@index.example/simple", "***@index.example/simple"),
        ("feeds/osv.zip", "feeds/osv.zip"),
    ],
)
def test_the_rest_is_shown(address: str, expected: str) -> None:
    assert shown(address) == expected
