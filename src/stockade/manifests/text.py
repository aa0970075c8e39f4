"""Turns the bytes of a manifest into text, as the tools that install from it do."""

from __future__ import annotations

import codecs
import re

from stockade.errors import InvalidValueError

MAX_LINE = 1024 * 1024
"""Characters in one line; a longer one is refused where the format is made of lines."""

MAX_NESTING = 64
"""Levels of nested tables, arrays, keys or quotes. Real files stay below ten."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""In this order: the mark of UTF-32-LE begins with the mark of UTF-16-LE."""

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")

_PLAIN_CODECS = frozenset(
    """ascii utf-8 utf-16 utf-32 cp437 cp850 cp866 cp932 cp936 cp949 cp950 cp1250 cp1251 cp1252 cp1253 cp1254
    cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u mac-roman shift_jis euc_jp iso2022_jp gb2312 gbk gb18030 big5
    euc_kr johab""".split()  # noqa: SIM905  a list of 30 strings, one a line, is no easier to read
)
"""Encodings that a cookie may name. Not all that Python has: some of those decode in quadratic time
(``punycode``, ``idna``), others hide ASCII text from a person who reads the file (``utf-7``)."""


class ReadError(InvalidValueError):
    """A manifest, or a part of it, cannot be read."""

    def __init__(self, message: str, *, line: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line
        """1-based line that holds the fault; 0 for the file as a whole."""


def read_text(data: bytes, *, cookie: bool = False, max_line: int | None = MAX_LINE) -> str:
    r"""Decode a manifest. Line ends (``\r\n``, ``\r``) become ``\n``.

    A byte order mark decides; else, with ``cookie``, the encoding that one of the first two lines
    declares (PEP 263); else it is UTF-8.

    Raises:
        ReadError: the bytes are not text in that encoding, they hold a NUL, or a line is longer
            than ``max_line`` characters (None: no limit).
    """
    encoding, body = _encoding(data, cookie=cookie)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"not {encoding.upper()} text: byte 0x{body[error.start]:02x} at offset {error.start}",
            line=body.count(b"\n", 0, error.start) + 1,
            hint="save the file as UTF-8",
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (nul := text.find("\0")) >= 0:
        raise ReadError(
            "a NUL character: not a text file", line=line_at(text, nul), hint="save the file as UTF-8"
        )
    if max_line is not None:
        _refuse_long_lines(text, max_line)
    return text


def line_at(text: str, position: int) -> int:
    """The 1-based line of a position in ``text``. Takes time in proportion to the position."""
    return text.count("\n", 0, position) + 1


def one_line(text: str, limit: int = 500) -> str:
    """``text`` fit for one line of a report: white space folded, control and lone surrogate characters
    escaped, cut after ``limit`` characters."""
    folded = " ".join(text[: limit * 4].split())
    cut = folded if len(folded) <= limit else folded[:limit] + "…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def _encoding(data: bytes, *, cookie: bool) -> tuple[str, bytes]:
    """The encoding, and the bytes without their byte order mark."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    if not cookie:
        return "utf-8", data
    for number, line in enumerate(data[:4096].splitlines()[:2], start=1):
        if found := _COOKIE.match(line):
            return _codec(found[1].decode("ascii"), number), data
    return "utf-8", data


def _codec(declared: str, line: int) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if name in _PLAIN_CODECS or name.startswith("iso8859-"):
        return name
    raise ReadError(
        f"declares the encoding {declared[:40]!r}, which is not read", line=line, hint="save it as UTF-8"
    )


def _refuse_long_lines(text: str, limit: int) -> None:
    start, number = 0, 1
    while len(text) - start > limit:
        end = text.find("\n", start, start + limit + 1)
        if end < 0:
            end = text.find("\n", start)
            length = (end if end >= 0 else len(text)) - start
            raise ReadError(
                f"a line of {length:,} characters refused: at most {limit:,} are read", line=number
            )
        jump = text.rfind("\n", start, start + limit + 1)
        number += text.count("\n", start, jump + 1)
        start = jump + 1
