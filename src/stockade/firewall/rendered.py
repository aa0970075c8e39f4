"""A page in all its representations, each made when it is first asked for, so that the way of warm pages only picks one.

Kept is the JSON compressed by Zstandard, which is fast and smaller than gzip; everything else is made from it. For
gzip there are two levels: the first answer is made at level 1, since somebody waits for it; a page that is asked for
often is compressed harder once, beside the answers (:meth:`Rendered.claim_improvement`, :meth:`Rendered.improve`).
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import zstandard

from stockade.firewall.answers import Ready, ready
from stockade.firewall.negotiation import Choice, Coding, Kind, choose, matching_tag
from stockade.firewall.pages import (
    as_html,
    as_json,
    compose,
    from_json,
    names_as_html,
    names_as_json,
    names_from_json,
)
from stockade.model.firewall import Ruling
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.model.policy import RefusedFiles

MAX_AGE = 60
"""Seconds for which a client may use a page without asking: an approval is to be seen soon."""
ZSTD_LEVEL = 1
FIRST_LEVEL, BETTER_LEVEL = 1, 6
"""Of gzip, for the first answers and for a page that is asked for often."""
OFTEN = 8
"""Answers at the first level after which the better one is worth its time."""
_GZIP = 16 + zlib.MAX_WBITS
_COMMON = ((b"vary", b"accept, accept-encoding"), (b"x-content-type-options", b"nosniff"))
_HTML_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class _Html(Protocol):
    def __call__(self, json: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Variant:
    """One representation. ``full`` and ``unchanged`` are for a page that holds for :data:`MAX_AGE` at least."""

    family: bytes
    tag: bytes
    body: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    full: Ready
    unchanged: Ready

    @classmethod
    def of(
        cls, choice: Choice, body: bytes, digest: str, level: int, extra: Iterable[tuple[bytes, bytes]]
    ) -> _Variant:
        kind, coding = choice
        family = f'"{digest}-{kind.value[1]}{coding.value[1]}'.encode()
        tag = b'%s%d"' % (family, level)
        charset = b"" if kind is Kind.JSON else b"; charset=utf-8"
        fields = [(b"content-type", kind.value[0].encode() + charset), *_COMMON, *extra]
        if kind is not Kind.JSON:
            fields.append(_HTML_POLICY)
        if coding is not Coding.IDENTITY:
            fields.append((b"content-encoding", coding.value[0].encode()))
        age = _age(MAX_AGE)
        return cls(
            family,
            tag,
            body,
            tuple(fields),
            ready(200, (*fields, (b"etag", tag), age), body),
            ready(304, (*_COMMON, (b"etag", tag), age)),
        )


class Rendered:
    """One page. Safe to use from several threads; what two make at once is the same.

    Args:
        json: the page as PEP 691 JSON.
        html: makes PEP 503 HTML of it.
        until: the moment at which the page changes by age alone.
        extra: header fields of its answers.
    """

    __slots__ = ("_claimed", "_digests", "_extra", "_html", "_packed", "_uses", "_variants", "until")

    def __init__(
        self,
        json: bytes,
        html: _Html,
        *,
        until: datetime | None = None,
        extra: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        self.until = until
        self._html = html
        self._extra = tuple(extra)
        self._packed = _zstd(json)
        self._digests = {Kind.JSON: _digest(json)}
        self._variants: dict[Choice, _Variant] = {}
        self._uses = 0
        self._claimed = False

    def at_hand(self, headers: Mapping[bytes, bytes], query: bytes, now: datetime) -> Ready | None:
        """The answer, if it needs no making: takes microseconds.

        Args:
            headers: of the request, names in lower case.
            query: of the request.
            now: aware.

        Raises:
            NotAcceptableError: no representation fits (406).
        """
        choice = choose(headers.get(b"accept"), headers.get(b"accept-encoding"), query)
        variant = self._variants.get(choice)
        return None if variant is None else self._answer(variant, headers.get(b"if-none-match"), now)

    def answer(self, headers: Mapping[bytes, bytes], query: bytes, now: datetime) -> Ready:
        """The answer. Where it must be made first, a page of thousands of files takes tens of milliseconds.

        Raises:
            NotAcceptableError: no representation fits (406).
        """
        choice = choose(headers.get(b"accept"), headers.get(b"accept-encoding"), query)
        return self._answer(self._variant(choice), headers.get(b"if-none-match"), now)

    def claim_improvement(self) -> bool:
        """Whether it is time to call :meth:`improve`; says so once, to one caller."""
        if self._uses < OFTEN or self._claimed:
            return False
        self._claimed = True
        return True

    def improve(self) -> None:
        """Compress harder what is there as gzip. Takes tens of milliseconds for a page of thousands of files."""
        for choice in list(self._variants):
            if choice.coding is Coding.GZIP:
                self._make(choice, BETTER_LEVEL)

    @property
    def size(self) -> int:
        """Bytes of all that is kept of it."""
        return len(self._packed) + sum(len(each.body) for each in list(self._variants.values()))

    def body(self, kind: Kind) -> bytes:
        """The page, uncompressed."""
        json = zstandard.ZstdDecompressor().decompress(self._packed)
        return json if kind is Kind.JSON else self._html(json)

    def _answer(self, variant: _Variant, if_none_match: bytes | None, now: datetime) -> Ready:
        age = MAX_AGE
        if self.until is not None:
            age = max(0, min(MAX_AGE, math.floor((self.until - now).total_seconds())))
        if if_none_match is not None:
            tag = variant.tag if if_none_match == variant.tag else matching_tag(if_none_match, variant.family)
            if tag is not None:
                if age == MAX_AGE and tag == variant.tag:
                    return variant.unchanged
                return ready(304, (*_COMMON, (b"etag", tag or variant.tag), _age(age)))
        if not self._claimed:
            self._uses += 1
        if age == MAX_AGE:
            return variant.full
        return ready(200, (*variant.fields, (b"etag", variant.tag), _age(age)), variant.body)

    def _variant(self, choice: Choice) -> _Variant:
        return self._variants.get(choice) or self._make(choice, FIRST_LEVEL)

    def _make(self, choice: Choice, level: int) -> _Variant:
        kind, coding = choice
        if kind is Kind.JSON and coding is Coding.ZSTD:
            body = self._packed
        else:
            plain = self.body(kind)
            self._digests.setdefault(kind, _digest(plain))
            body = _coded(plain, coding, level)
        made = _Variant.of(choice, body, self._digests[kind], level, self._extra)
        self._variants[choice] = made
        return made


def render(  # noqa: PLR0913 - the page, the decisions on it, and what the operator chose
    project: IndexProject,
    rulings: Mapping[str, Ruling],
    *,
    refused: RefusedFiles = RefusedFiles.YANK,
    until: datetime | None = None,
    origin: str = "",
    metadata: Mapping[str, str] | None = None,
) -> Rendered:
    """A project's page; see :func:`stockade.firewall.pages.compose`."""
    page = compose(project, rulings, refused=refused, origin=origin, metadata=metadata)
    serial = project.last_serial
    extra = () if serial is None else ((b"x-pypi-last-serial", b"%d" % serial),)
    return Rendered(as_json(page), _project_html, until=until, extra=extra)


def render_names(names: Iterable[ProjectName]) -> Rendered:
    """The list of projects."""
    return Rendered(names_as_json(names), _names_html)


def _project_html(json: bytes) -> bytes:
    return as_html(from_json(json))


def _names_html(json: bytes) -> bytes:
    return names_as_html(names_from_json(json))


def _coded(plain: bytes, coding: Coding, level: int) -> bytes:
    match coding:
        case Coding.IDENTITY:
            return plain
        case Coding.GZIP:
            return zlib.compress(plain, level, _GZIP)
        case Coding.ZSTD:
            return _zstd(plain)


def _zstd(plain: bytes) -> bytes:
    # Copied, since what the library returns holds on to room for what could not be compressed.
    return bytes(memoryview(zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(plain)))


def _digest(plain: bytes) -> str:
    return hashlib.sha256(plain).hexdigest()[:24]


def _age(seconds: int) -> tuple[bytes, bytes]:
    return (b"cache-control", b"max-age=%d" % seconds)
