"""Which representation a client gets, as RFC 9110 and PEP 691 have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.firewall.negotiation import (
    Choice,
    Coding,
    Kind,
    NotAcceptableError,
    choose,
    matching_tag,
)

J, H, T = Kind.JSON, Kind.HTML, Kind.TEXT
V1J, V1H = b"application/vnd.pypi.simple.v1+json", b"application/vnd.pypi.simple.v1+html"
PIP = V1J + b", " + V1H + b"; q=0.1, text/html; q=0.01"
UV = V1J + b", " + V1H + b";q=0.2, text/html;q=0.01"


def kind(accept: bytes | None, query: bytes = b"") -> Kind:
    return choose(accept, None, query).kind


def coding(accept_encoding: bytes | None) -> Coding:
    return choose(V1J, accept_encoding).coding


@pytest.mark.parametrize(
    ("accept", "accept_encoding", "choice"),
    [
        (PIP, b"gzip, deflate", Choice(J, Coding.GZIP)),
        (UV, b"gzip, deflate, zstd", Choice(J, Coding.ZSTD)),
        (b"text/html", b"gzip, deflate, br", Choice(T, Coding.GZIP)),
    ],
)
def test_what_pip_uv_and_old_pips_send(accept: bytes, accept_encoding: bytes, choice: Choice) -> None:
    assert choose(accept, accept_encoding) == choice


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, T),
        (b"", T),
        (b"*/*", T),
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", T),
        (V1J, J),
        (V1H, H),
        (V1J.upper(), J),
        (b"application/*", J),
        (b"application/*, " + V1J + b";q=0.5", H),
        (b"*/*, " + V1J + b";q=0", T),
        (b"*/*, text/html;q=0.1", J),
        (b"text/*", T),
        (b"text/*, application/*;q=0.9", T),
        (V1H + b", " + V1J, J),
        (b"text/html, " + V1H, H),
        (b"text/html;q=0.5, " + V1H + b";q=0.4", T),
        (V1J + b";q=0, text/html", T),
        (b"application/vnd.pypi.simple.latest+json", J),
        (b"application/vnd.pypi.simple.latest+html", H),
        (V1J + b";q=0.4, application/vnd.pypi.simple.latest+json;q=0.9, text/html;q=0.5", J),
        (V1J + b" ; Q=0.3 , text/html;q=0.2", J),
        (V1J + b";q=nonsense, text/html", T),
        (V1J + b";q=1.5, text/html", T),
        (V1J + b";version=2, text/html", T),
        (b"text/html;charset=utf-8", T),
        (b",,;q=1, " + V1J, J),
    ],
)
def test_kinds(accept: bytes | None, expected: Kind) -> None:
    assert kind(accept) is expected


@pytest.mark.parametrize(
    "accept",
    [
        b"application/json",
        b"application/vnd.pypi.simple.v2+json",
        b"image/*",
        V1J + b";q=0",
        b"*/*;q=0",
        b"text/html;level=1",
        b"application/vnd.pypi.simple.*",
    ],
)
def test_what_is_not_spoken_is_not_acceptable(accept: bytes) -> None:
    with pytest.raises(NotAcceptableError, match="spoken here"):
        kind(accept)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"format=application/vnd.pypi.simple.v1+json", J),
        (b"format=application%2Fvnd.pypi.simple.v1%2Bhtml", H),
        (b"a=b&format=text/html", T),
        (b"format=application/vnd.pypi.simple.latest+json", J),
        (b"format=", T),
        (b"x=format", T),
    ],
)
def test_the_format_of_the_address_beats_the_header(query: bytes, expected: Kind) -> None:
    assert kind(b"text/html", query) is expected


@pytest.mark.parametrize("query", [b"format=json", b"format=*/*", b"format=text/html;q=1"])
def test_a_format_that_is_not_spoken_is_not_acceptable(query: bytes) -> None:
    with pytest.raises(NotAcceptableError, match="format"):
        kind(PIP, query)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Coding.IDENTITY),
        (b"", Coding.IDENTITY),
        (b"deflate", Coding.IDENTITY),
        (b"gzip", Coding.GZIP),
        (b"X-GZIP", Coding.GZIP),
        (b"zstd", Coding.ZSTD),
        (b"gzip, zstd", Coding.ZSTD),
        (b"gzip;q=1, zstd;q=0.5", Coding.GZIP),
        (b"gzip;q=0.001", Coding.GZIP),
        (b"gzip;q=0", Coding.IDENTITY),
        (b"gzip;q=0.5, identity", Coding.IDENTITY),
        (b"*", Coding.ZSTD),
        (b"*, zstd;q=0", Coding.GZIP),
        (b"identity;q=0, gzip;q=0.1", Coding.GZIP),
        (b"*;q=0, gzip;q=0.1", Coding.GZIP),
        (b"gzip;q=oops", Coding.IDENTITY),
    ],
)
def test_codings(header: bytes | None, expected: Coding) -> None:
    assert coding(header) is expected


@pytest.mark.parametrize("header", [b"*;q=0", b"identity;q=0", b"identity;q=0, br", b"br, *;q=0"])
def test_where_even_plain_bytes_are_forbidden_nothing_is_acceptable(header: bytes) -> None:
    with pytest.raises(NotAcceptableError, match="encodings"):
        coding(header)


RANGES = st.sampled_from([V1J, V1H, b"text/html", b"application/*", b"text/*", b"*/*", b"application/json"])


@given(st.lists(st.tuples(RANGES, st.integers(0, 10)), min_size=1, max_size=5), st.randoms())
def test_the_order_of_the_header_has_no_meaning(parts: list[tuple[bytes, int]], random: st.DrawFn) -> None:
    def answer(given: list[tuple[bytes, int]]) -> Kind | None:
        try:
            return kind(b",".join(b"%s;q=%d.%d" % (name, q // 10, q % 10) for name, q in given))
        except NotAcceptableError:
            return None

    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert answer(parts) is answer(shuffled)


def test_a_header_longer_than_any_clients_is_read_as_far_as_it_counts() -> None:
    assert kind(V1J + b", text/html;q=0.5" + b", x/y" * 2_000) is J
    assert coding(b"x, " * 2_000 + b"gzip") is Coding.IDENTITY


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_any_header_gets_a_choice_or_a_refusal(accept: bytes, accept_encoding: bytes, query: bytes) -> None:
    try:
        found = choose(accept, accept_encoding, query)
    except NotAcceptableError:
        return
    assert isinstance(found, Choice)


FAMILY = b'"0123-jg'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b'"0123-jg1"', b'"0123-jg1"'),
        (b'W/"0123-jg1"', b'"0123-jg1"'),
        (b'"x", "a,b" ,W/"0123-jg6", "y"', b'"0123-jg6"'),
        (b"*", b""),
        (b" * ", b""),
        (b'"0123-jz1"', None),
        (b'"0123-jg"', None),
        (b'"0123-jgx"', None),
        (b'"0124-jg1"', None),
        (b"0123-jg1", None),
        (b'"0123-jg1', None),
        (b"", None),
    ],
)
def test_entity_tags_that_a_client_has(header: bytes, expected: bytes | None) -> None:
    assert matching_tag(header, FAMILY) == expected
