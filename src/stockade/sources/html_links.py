"""Reads the links and meta elements of an HTML page, in time that grows with its length alone.

Python's own parser needs seconds for a page of 30 KB that opens many tags and closes none, and parsers that build a
tree need quadratic time for deep nesting; both were measured, and an upstream index is not trusted. A project's page
needs tokens only. They are read as HTML5 has them where its grammar is kept; what breaks the grammar, and what two
parsers would read differently, makes the page unreadable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Final

from stockade.errors import InvalidValueError

_BLANK = r"[ \t\n\f]"
_NAME = r"[^ \t\n\f/<>\"'=]++"
_VALUES = r"[^\"]*+", r"[^']*+", r"[^ \t\n\f\"'<>`]++"
"""Between double quotes, between single ones, bare."""
_ONE = rf"{_NAME}(?:{_BLANK}*+={_BLANK}*+(?:\"{_VALUES[0]}\"|'{_VALUES[1]}'|{_VALUES[2]}))?+"
_ATTRIBUTES = rf"(?:[ \t\n\f/]*+{_ONE})*+"
_ATTRIBUTE = re.compile(
    rf"({_NAME})(?:{_BLANK}*+={_BLANK}*+(?:\"({_VALUES[0]})\"|'({_VALUES[1]})'|({_VALUES[2]})))?+"
)
_TAG = re.compile(rf"<(/?+)([a-zA-Z][^ \t\n\f/<>\"'=]*+)({_ATTRIBUTES})[ \t\n\f/]*+>")
_REFERENCE = re.compile(r"&(?:#[0-9]++|#[xX][0-9a-fA-F]++|[a-zA-Z][a-zA-Z0-9]*+);")
SHORT = 200
"""Characters up to which a value is remembered: the same few stand at thousands of links."""
_RAW: Final = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose inside is text, not tags."""
_REFUSED: Final = frozenset({"plaintext", "template"})
"""Elements inside which tags are no tags of this page."""


class HtmlError(InvalidValueError):
    """The page is not well-formed."""


@dataclass
class Links:
    """What a project's page is read from."""

    base: str | None = None
    """The address of the first ``base`` element."""
    links: list[dict[str, str]] = field(default_factory=list)
    """The attributes of each ``a`` element with an ``href``, in the order of the page."""
    meta: dict[str, list[str]] = field(default_factory=dict)
    """The contents of the ``meta`` elements, by name, in the order of the page."""


def read_links(text: str) -> Links:
    """Read the links of a page.

    Raises:
        HtmlError: it breaks the grammar of HTML.
    """
    if "\0" in text:
        raise HtmlError("the page holds NUL characters")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = Links()
    find, match = text.find, _TAG.match
    at = find("<")
    while at >= 0:
        tag = match(text, at)
        if tag is None:
            at = find("<", _after_other(text, at))
            continue
        closing, name, attributes = tag.groups()
        end = tag.end()
        if not closing:
            name = name.lower()
            if name == "a":
                _link(found, attributes)
            elif name in _RAW:
                end = _after_raw(text, name, end)
            elif name in _REFUSED:
                raise HtmlError(f"the page has a {name} element")
            elif name in {"meta", "base"}:
                _head(found, name, attributes)
        at = find("<", end)
    return found


def _link(found: Links, text: str) -> None:
    attributes = _attributes(text)
    if "href" in attributes:
        found.links.append(attributes)


def _head(found: Links, name: str, text: str) -> None:
    attributes = _attributes(text)
    if name == "base":
        if found.base is None and "href" in attributes:
            found.base = attributes["href"].strip(" \t\n\f")
    elif "name" in attributes:
        found.meta.setdefault(attributes["name"].lower(), []).append(attributes.get("content", ""))


def _attributes(text: str) -> dict[str, str]:
    """By name in lower case; of two with one name the first counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        value = double or single or bare
        found.setdefault(name.lower(), _plain(value) if "&" in value else value)
    return found


def _plain(value: str) -> str:
    """With the character references decoded that are complete: ``?a=1&copy=2`` stays what it is."""
    return _short(value) if len(value) <= SHORT else _decoded(value)


def _decoded(value: str) -> str:
    return _REFERENCE.sub(lambda reference: unescape(reference[0]), value)


_short = lru_cache(maxsize=4096)(_decoded)


def _after_other(text: str, at: int) -> int:
    """Where the text goes on after a comment, a declaration, or a plain ``<``."""
    following = text[at + 1 : at + 2]
    if text.startswith("<!--", at):
        end = text.find("-->", at + 2)
        if end < 0 or text.find("--!>", at, end) >= 0:
            raise HtmlError("a comment is not closed")
        return end + 3
    if following in {"!", "?"}:
        end = text.find(">", at)
        if end < 0 or text.startswith("<![", at):
            raise HtmlError("a declaration is not closed")
        return end + 1
    if following == "/" or (following.isascii() and following.isalpha()):
        raise HtmlError(f"a tag cannot be read: {text[at : at + 60]!r}")
    return at + 1


def _after_raw(text: str, name: str, at: int) -> int:
    """Where the closing tag of an element starts that holds text only."""
    closing = re.compile(rf"</{name}(?=[ \t\n\f/>])", re.IGNORECASE).search(text, at)
    if closing is None:
        raise HtmlError(f"a {name} element is not closed")
    if name == "script" and text.find("<!--", at, closing.start()) >= 0:
        raise HtmlError("a script holds a comment, which hides where it ends")
    return closing.start()
