"""From bytes to text, as Python would read them (PEP 263, byte order marks), and further where Python would stop."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK: Final = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DISGUISES: Final = frozenset(
    {"utf-7", "unicode-escape", "raw-unicode-escape", "punycode", "idna", "rot13", "hex"}
)
_NOT_TEXT: Final = frozenset({"base64", "bz2", "hex", "quopri", "uu", "zlib", "rot13"})
_QUADRATIC: Final = frozenset({"punycode", "idna"})


@dataclass(frozen=True, slots=True)
class Text:
    """Decoded source, with line ends as line feeds."""

    text: str
    facts: tuple[tuple[str, str], ...]
    """What was odd about the encoding: kind and detail."""


def cookie_of(data: bytes) -> str | None:
    """The encoding that a PEP 263 comment in the first two lines names, in lower case; ``None`` without one."""
    for line in re.split(rb"\r\n|\r|\n", data[:4096], maxsplit=2)[:2]:
        found = _COOKIE.match(line)
        if found is not None:
            return found[1].decode("latin-1").lower().replace("_", "-")
        if _BLANK.match(line) is None:
            return None
    return None


def _codec(cookie: str) -> str | None:
    """Python's name of the codec, or ``None`` where there is none for text."""
    try:
        name = codecs.lookup(cookie).name
    except (LookupError, ValueError):
        return None
    return None if name in _NOT_TEXT else name


def _decoded(data: bytes, cookie: str | None, facts: list[tuple[str, str]]) -> str:
    for mark, name in _BOMS:
        if not data.startswith(mark):
            continue
        if name != "utf-8":
            facts.append(
                ("encoding-unusual", f"{name} by its byte order mark: Python does not read such a file")
            )
        return _by_codec(data[len(mark) :], name, facts)
    if cookie is None or cookie in {"utf-8", "utf8"}:
        return _by_codec(data, "utf-8", facts)
    if cookie in _DISGUISES:
        facts.append(("encoding-disguise", f"the source is written in {cookie}"))
    codec = _codec(cookie)
    if codec is None:
        facts.append(("encoding-unknown", f"no text encoding is named {cookie}"))
        return data.decode("latin-1")
    return data.decode("latin-1") if codec in _QUADRATIC else _by_codec(data, codec, facts)


def _by_codec(data: bytes, name: str, facts: list[tuple[str, str]]) -> str:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError, LookupError) as error:
        facts.append(("encoding-broken", f"not valid {name}: {error}"[:200]))
        if name.startswith("utf-") and name != "utf-8":
            return data.decode(name, "replace")
        return data.decode("latin-1")


def decode(data: bytes) -> Text:
    """The text of a Python file; it never fails.

    What Python would refuse is read all the same and told in ``facts``: ``encoding-unknown`` and
    ``encoding-broken`` (read as Latin-1), ``encoding-unusual`` (UTF-16, UTF-32), ``encoding-disguise`` (a codec
    under which comments may hold code), ``nul-bytes`` (replaced by blanks).
    """
    facts: list[tuple[str, str]] = []
    text = _decoded(data, cookie_of(data), facts)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        facts.append(("nul-bytes", f"{text.count(chr(0))} NUL characters"))
        text = text.replace("\0", " ")
    if not text.isascii() and re.search("[\ud800-\udfff]", text) is not None:
        text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    text = text.removeprefix("\ufeff")
    return Text(text, tuple(facts))
