"""Which representation of a page a client gets (RFC 9110, PEP 691), and whether it has it already."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from stockade.errors import InvalidValueError


class Kind(Enum):
    """The form of a page: its content type, and a letter for its entity tags."""

    JSON = ("application/vnd.pypi.simple.v1+json", "j")
    HTML = ("application/vnd.pypi.simple.v1+html", "h")
    TEXT = ("text/html", "t")
    """The same bytes as :attr:`HTML`, under the name that clients older than PEP 691 ask for."""


class Coding(Enum):
    """How its bytes are compressed: the name, and a letter for its entity tags."""

    ZSTD = ("zstd", "z")
    GZIP = ("gzip", "g")
    IDENTITY = ("identity", "i")


class Choice(NamedTuple):
    """What a client gets."""

    kind: Kind
    coding: Coding


class NotAcceptableError(InvalidValueError):
    """The client takes none of what there is (406)."""


MOST_HEADER = 4_096
"""Bytes of a header that are looked at, and of headers that are remembered; more is no client's."""
_TYPES: Final = {kind.value[0]: kind for kind in Kind} | {
    "application/vnd.pypi.simple.latest+json": Kind.JSON,
    "application/vnd.pypi.simple.latest+html": Kind.HTML,
}
_CODINGS: Final = {coding.value[0]: coding for coding in Coding} | {"x-gzip": Coding.GZIP}
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def choose(accept: bytes | None, accept_encoding: bytes | None, query: bytes = b"") -> Choice:
    """The representation that fits best. Clients send the same few headers, so that this is a look-up for them.

    Args:
        accept: the header; None where there is none, which means ``*/*``.
        accept_encoding: the header; None where there is none, which is answered uncompressed.
        query: of the request; its ``format`` beats ``accept``.

    Raises:
        NotAcceptableError: nothing fits.
    """
    if len(accept or b"") + len(accept_encoding or b"") + len(query) > MOST_HEADER:
        return _chosen(accept, accept_encoding, query)
    return _remembered(accept, accept_encoding, query)


def _chosen(accept: bytes | None, accept_encoding: bytes | None, query: bytes) -> Choice:
    return Choice(_kind(accept, query), _coding(accept_encoding))


_remembered = lru_cache(maxsize=1_024)(_chosen)


def _kind(accept: bytes | None, query: bytes) -> Kind:
    wanted = (
        parse_qs(query.decode("latin-1"), max_num_fields=20).get("format") if b"format" in query else None
    )
    if wanted:
        kind = _TYPES.get(wanted[0].replace(" ", "+").lower())
        if kind is None:
            raise NotAcceptableError(f"the format {wanted[0][:60]!r} is not spoken here: {_offer()}")
        return kind
    if accept is None or not accept.strip():
        return Kind.TEXT
    weights, ranges = _weights(accept)
    rated = [(weights[kind], place, kind) for place, kind in enumerate(reversed(Kind)) if weights[kind] > 0]
    if not rated:
        raise NotAcceptableError(f"none of the accepted types is spoken here: {_offer()}")
    best = max(rated)[2]
    # A client that names nothing is older than the JSON form, or a person.
    unnamed = ranges[best] == "*/*" and weights[Kind.TEXT] == weights[best]
    return Kind.TEXT if unnamed else best


def _weights(accept: bytes) -> tuple[dict[Kind, float], dict[Kind, str]]:
    """The weight of each form, and the range that gave it: of those that fit, the most specific one counts."""
    weights, ranges = dict.fromkeys(Kind, 0.0), dict.fromkeys(Kind, "")
    precision = dict.fromkeys(Kind, 0)
    for name, weight in _elements(accept):
        for kind in Kind:
            level = _fits(name, kind)
            if level > precision[kind] or (level and level == precision[kind] and weight > weights[kind]):
                precision[kind], weights[kind], ranges[kind] = level, weight, name
    return weights, ranges


def _fits(name: str, kind: Kind) -> int:
    """How precisely a media range names a form; 0 where it does not."""
    if _TYPES.get(name) is kind:
        return 3
    if name == kind.value[0].partition("/")[0] + "/*":
        return 2
    return 1 if name == "*/*" else 0


def _coding(accept: bytes | None) -> Coding:
    if accept is None:
        return Coding.IDENTITY
    weights: dict[Coding, float] = {}
    rest: float | None = None
    for name, weight in _elements(accept):
        coding = _CODINGS.get(name)
        if coding is not None:
            weights[coding] = max(weight, weights.get(coding, 0.0))
        elif name == "*":
            rest = weight
    for coding in Coding:
        if rest is not None:
            weights.setdefault(coding, rest)
    # Uncompressed is always possible where it is not forbidden, and never better than what was asked for.
    weights.setdefault(Coding.IDENTITY, 0.0001)
    rated = [
        (weight, -place, coding) for place, (coding, weight) in enumerate(_ordered(weights)) if weight > 0
    ]
    if not rated:
        raise NotAcceptableError("none of the accepted encodings is spoken here: zstd, gzip, identity")
    return max(rated)[2]


def _ordered(weights: dict[Coding, float]) -> list[tuple[Coding, float]]:
    return [(coding, weights[coding]) for coding in Coding if coding in weights]


def _elements(header: bytes) -> list[tuple[str, float]]:
    """The names of a header's list with their weights; what is malformed says nothing."""
    found = []
    for element in header[:MOST_HEADER].decode("latin-1").lower().split(","):
        name, *parameters = (each.strip(" \t") for each in element.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.rstrip(" \t") == "q":
                number = value.strip(" \t")
                weight = float(number) if _WEIGHT.fullmatch(number) else -1.0
                break
            if parameter and parameter not in {"charset=utf-8", 'charset="utf-8"'}:
                weight = -1.0  # a form with parameters that ours do not have
                break
        if name and weight >= 0:
            found.append((name, weight))
    return found


def _offer() -> str:
    return ", ".join(kind.value[0] for kind in Kind)


def matching_tag(if_none_match: bytes, family: bytes) -> bytes | None:
    """The entity tag of a client that is one of ours, if any (weak comparison, RFC 9110, 13.1.2).

    Args:
        if_none_match: the header.
        family: how our tags of this representation start, with the opening quote: the same page compressed harder has
            other bytes and so another tag, but says the same.

    Returns:
        The tag that fits; empty for ``*``; None where none fits.
    """
    if if_none_match.strip() == b"*":
        return b""
    for tag in _TAG.findall(if_none_match[:MOST_HEADER]):
        if tag.startswith(family) and tag[len(family) : -1].isdigit():
            return bytes(tag)
    return None
