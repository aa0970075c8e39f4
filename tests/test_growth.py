"""The helper that tells linear from quadratic growth tells them apart."""

from __future__ import annotations

from tests.growth import grows_linearly


def test_a_linear_cost_is_linear() -> None:
    assert grows_linearly(lambda size: sum(range(size)), 200_000)


def test_a_quadratic_cost_is_not() -> None:
    assert not grows_linearly(lambda size: [sum(range(size)) for _ in range(size)], 400)
