"""Poetry's constraints mean in PEP 440 what Poetry means by them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from stockade.manifests.specifiers import poetry_specifier
from stockade.manifests.text import ReadError

numbers = st.integers(0, 12)
releases = st.lists(numbers, min_size=1, max_size=4)


def dotted(release: list[int]) -> str:
    return ".".join(map(str, release))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^1.2.3", ">=1.2.3,<2.0.0"),
        ("^1.2", ">=1.2,<2.0"),
        ("^1", ">=1,<2"),
        ("^0.2.3", ">=0.2.3,<0.3.0"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("^1!0.2", ">=1!0.2,<1!0.3"),
        ("^1.2.3b1", ">=1.2.3b1,<2.0.0"),
        ("~1.2.3", ">=1.2.3,<1.3.0"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.4.2", "~=1.4.2"),
        ("1.2.*", "==1.2.*"),
        ("==1.x", "==1.*"),
        ("*", ""),
        ("1.2.3", "==1.2.3"),
        ("=1.2.3", "==1.2.3"),
        (">=1.2,<2", ">=1.2,<2"),
        (">= 1.2 < 2", ">=1.2,<2"),
        ("!=1.5", "!=1.5"),
        ("===weird", "===weird"),
        ("^1.0 || ^3.0", ">=1.0,<4.0"),
        ("<1.0 | >=2.0", ""),
        ("1.0 || 2.0.*", ">=1.0,<2.1"),
        ("~=1.2 || ==1.0", ">=1.0,<2"),
    ],
)
def test_translations(text: str, expected: str) -> None:
    assert poetry_specifier(text) == SpecifierSet(expected)


@pytest.mark.parametrize("text", ["^x", "^", "^1.*", ">1.*", "1 2 ^", "latest", "git", "^1.2.3,,^"])
def test_what_is_no_constraint_is_refused(text: str) -> None:
    with pytest.raises(ReadError, match="not a version"):
        poetry_specifier(text)


@given(releases, releases)
def test_caret_keeps_the_leftmost_number_that_is_not_zero(floor: list[int], other: list[int]) -> None:
    version = Version(dotted(other))
    padded = [*other, 0, 0, 0][:4]
    wanted = [*floor, 0, 0, 0][:4]
    kept = next((i for i, n in enumerate(floor[:3]) if n), min(len(floor), 3) - 1)
    same = padded[: kept + 1] == wanted[: kept + 1]
    assert (version in poetry_specifier(f"^{dotted(floor)}")) == (same and padded >= wanted)


@given(releases, releases)
def test_tilde_keeps_the_minor_number(floor: list[int], other: list[int]) -> None:
    version = Version(dotted(other))
    padded = [*other, 0, 0, 0][:4]
    wanted = [*floor, 0, 0, 0][:4]
    kept = min(len(floor), 2)
    assert (version in poetry_specifier(f"~{dotted(floor)}")) == (
        padded[:kept] == wanted[:kept] and padded >= wanted
    )


@given(releases, releases)
def test_a_wildcard_keeps_what_stands_before_it(prefix: list[int], other: list[int]) -> None:
    padded = [*other, 0, 0, 0][:4]
    expected = padded[: len(prefix)] == prefix
    assert (Version(dotted(other)) in poetry_specifier(f"{dotted(prefix)}.*")) == expected


simple = st.builds(
    lambda operator, release: operator + dotted(release),
    st.sampled_from(["^", "~", ">=", "<", "<=", ">", "=="]),
    releases,
)


@given(st.lists(simple, min_size=2, max_size=3), releases)
def test_a_union_admits_what_any_part_admits(parts: list[str], other: list[int]) -> None:
    version = Version(dotted(other))
    union = poetry_specifier(" || ".join(parts))
    assert version in union or not any(version in poetry_specifier(part) for part in parts)


@given(st.text(max_size=20))
def test_any_text_is_translated_or_refused(text: str) -> None:
    with contextlib.suppress(ReadError):
        assert str(poetry_specifier(text)) == str(SpecifierSet(str(poetry_specifier(text))))
