r"""Makes text from outside harmless to show: in a terminal, in Markdown, in JSON that is printed.

Names, paths and evidence come from manifests that an attacker may have written. A control character
can rewrite a terminal, a bidirectional override can make one name look like another, Markdown can
link and mention. Every report passes such text through one of these functions; what is not plain to
see is written as a visible escape (``\x1b``, ``\u202e``) and never dropped.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
"""Characters that :meth:`str.isprintable` admits though nothing is seen."""

_BLANKS = frozenset(_BLANK) | frozenset(map(chr, range(0xE0100, 0xE01F0)))
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

ELLIPSIS = "…"

LONGEST = 400
"""Characters that a report for people shows of one piece of text; JSON and SARIF evidence keep it all."""


def _escaped(char: str) -> str:
    short = _SHORT.get(char)
    if short:
        return short
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004 - the widest \x escape
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the widest \u escape


def _plain(char: str) -> bool:
    return char.isprintable() and char not in _BLANKS


def visible(text: str, limit: int = 0) -> str:
    """``text`` in one line in which every character can be seen.

    Control and format characters (bidirectional, zero width, tags), line breaks, spaces other than
    the ASCII one, blank letters, surrogates and unassigned code points become escapes.

    Args:
        text: anything at all.
        limit: the most characters of the result, an ellipsis included; 0 for no limit.
    """
    if limit and len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    if not (text.isascii() and text.isprintable()):
        text = "".join(char if _plain(char) else _escaped(char) for char in text)
    if limit and len(text) > limit:
        text = text[: limit - 1] + ELLIPSIS
    return text


_JSON_RISKY = re.compile("[^\x0a\x20-\x7e]")


def json_text(encoded: str) -> str:
    r"""Encoded JSON with every invisible character as ``\uXXXX``: the same data, safe to print.

    JSON has such characters only inside strings, where the escape means the same.
    """
    if encoded.isascii():
        return encoded.replace("\x7f", "\\u007f")

    def escape(match: re.Match[str]) -> str:
        char = match[0]
        if _plain(char):
            return char
        units = char.encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))

    return _JSON_RISKY.sub(escape, encoded)


def encodable(text: str) -> str:
    """``text`` with lone surrogates (bytes of a file name that is not UTF-8) as visible escapes."""
    return "".join(_escaped(char) if "\ud800" <= char <= "\udfff" else char for char in text)


def all_encodable(value: object) -> object:
    """:func:`encodable` of every text in nested dictionaries, lists and tuples."""
    match value:
        case str():
            return encodable(value)
        case dict():
            return {encodable(str(key)): all_encodable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [all_encodable(inner) for inner in value]
        case _:
            return value


_MARKDOWN = str.maketrans(
    {
        **{char: f"\\{char}" for char in "*_~[]!{}^$"},
        **{char: f"&#{ord(char)};" for char in "\\`<>&|"},
        # A zero-width space after these keeps forges from mentioning people and linking issues.
        **{char: f"&#{ord(char)};&#8203;" for char in "@#"},
    }
)
_WWW = re.compile(r"(www)\.", re.IGNORECASE)


def markdown_prose(text: str, limit: int = LONGEST) -> str:
    """``text`` as Markdown that shows just these characters: within a line or a table cell, after other text.

    No emphasis, link, image, code, HTML, mention or issue reference can come of it.
    """
    escaped = visible(text, limit).translate(_MARKDOWN).replace("://", "&#58;//")
    return _WWW.sub(r"\1&#46;", escaped)


_CODE_SAFE = re.compile(r"(?! )[A-Za-z0-9 ._/:=<>~!,;+@#()*'\"%?\[\]-]+(?<! )")


def markdown_code(text: str, limit: int = LONGEST) -> str:
    """``text`` as inline code in Markdown, in a table cell too."""
    shown = visible(text, limit)
    if shown.isascii() and _CODE_SAFE.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{markdown_prose(shown, 0)}</code>"


_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that stand for no byte of a file name (PEP 383)."""


def uri(path: str) -> str:
    """The URI reference of a POSIX path: relative stays relative, absolute becomes ``file:``.

    A relative one never starts with a scheme or with ``//``. ``.`` becomes ``./``.
    """
    named = _NO_BYTE.sub(lambda match: _escaped(match[0]), path)
    quoted = quote(named.encode("utf-8", "surrogateescape"), safe="/")
    if PurePosixPath(path).is_absolute():
        return "file:///" + quoted.lstrip("/")
    return "./" if quoted in {"", "."} else quoted
