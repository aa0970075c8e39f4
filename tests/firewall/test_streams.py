"""Ranges of files (RFC 9110, 14.1.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.firewall.streams import byte_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-5", (3, 6)),
        ("bytes=3-99", (3, 10)),
        ("bytes=-4", (6, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=-0", False),
        ("bytes=10-", False),
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=1-2,4-5", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 40 + "-", None),
        ("bytes=\u0661-\u0662", None),
    ],
)
def test_ranges_of_ten_bytes(header: str, expected: tuple[int, int] | bool | None) -> None:
    assert byte_range(header, 10) == expected


@given(
    st.text(max_size=30) | st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True), st.integers(0, 500)
)
def test_a_range_lies_within_the_file(header: str, size: int) -> None:
    found = byte_range(header, size)
    if isinstance(found, tuple):
        assert 0 <= found[0] < found[1] <= size
