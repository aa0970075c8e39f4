"""Code that lies in files which are not code: executables in text, archives behind pictures, invisible letters."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.files.base import Looked
from stockade.vetter.package import Oddity

MOST_BYTES: Final = 64 << 20
_LEAST_ENCODED: Final = 1_024
"""Letters of an encoded executable; less is an example in a text."""
_HEADS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"TVqQAA", "a Windows program in base64"),
    (b"TVpQAA", "a Windows program in base64"),
    (b"TVoAAA", "a Windows program in base64"),
    (b"TVqAAA", "a Windows program in base64"),
    (b"f0VMRg", "a Linux program in base64"),
    (b"4d5a90000300", "a Windows program in hexadecimal"),
    (b"7f454c460201", "a Linux program in hexadecimal"),
)
_LETTERS = re.compile(rb"[A-Za-z0-9+/=\s\\n\"',]{1,4096}")
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\U000e0000-\U000e01ef\u3164\u115f\u1160\u180b-\u180e]{48,20000}"
)
_INVISIBLE_SIGNS: Final = (
    *(b"\xe2\x80\x8b", b"\xe2\x80\x8c", b"\xe2\x80\x8d", b"\xe2\x81\xa0", b"\xef\xb8\x80", b"\xef\xb8\x81"),
    *(b"\xef\xb8\x8e", b"\xef\xb8\x8f", b"\xf3\xa0", b"\xe3\x85\xa4", b"\xe1\x85", b"\xe1\xa0\x8e"),
)
_BEHIND: Final[tuple[tuple[bytes, str], ...]] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x7fELF", "a Linux program"),
    (b"MZ\x90\x00", "a Windows program"),
    (b"\x1f\x8b\x08", "a gzip stream"),
    (b"#!/", "a script"),
    (b"import ", "Python code"),
    (b"exec(", "Python code"),
)


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What a text or data file hides.

    Oddities: ``payload-encoded`` (an executable written out as text), ``payload-invisible`` (a run of characters that
    nobody sees), ``payload-behind`` (something executable behind the end of a picture). None for a clean file.
    """
    if not 256 <= len(data) <= MOST_BYTES:  # noqa: PLR2004 - less holds no payload
        return Looked()
    at = Location(path)
    return Looked(oddities=tuple(_found(data, at, phase)))


def _found(data: bytes, at: Location, phase: Phase) -> Iterator[Oddity]:
    for head, what in _HEADS:
        place = data.find(head)
        if place >= 0 and _is_encoded(data, place):
            where = Location(at.path, data.count(b"\n", 0, place) + 1)
            yield Oddity(
                kind="payload-encoded",
                at=where,
                detail=what,
                phase=phase,
                evidence=data[place : place + 60].decode("ascii", "replace"),
            )
            break
    if not data.isascii() and any(sign in data for sign in _INVISIBLE_SIGNS):
        text = data.decode("utf-8", "replace")
        found = _INVISIBLE.search(text)
        if found:
            where = Location(at.path, text.count("\n", 0, found.start()) + 1)
            detail = f"{len(found[0])} characters in a row that nobody sees"
            yield Oddity(kind="payload-invisible", at=where, detail=detail, phase=phase)
    behind = _behind_picture(data)
    if behind:
        yield Oddity(
            kind="payload-behind", at=at, detail=f"{behind} behind the end of a picture", phase=phase
        )


def _is_encoded(data: bytes, place: int) -> bool:
    """Whether what begins there goes on like an executable: long enough, and it decodes."""
    found = _LETTERS.match(data, place)
    run = found[0] if found else b""
    if len(run) < _LEAST_ENCODED:
        return False
    letters = re.sub(rb"\\n|[^A-Za-z0-9+/]", b"", run)[:400]
    try:
        raw = bytes.fromhex(letters.decode("ascii")) if letters[:1] in b"47" else base64.b64decode(letters)
    except (ValueError, binascii.Error):
        return False
    return (raw[:2] == b"MZ" and raw.count(0) > 20) or (raw[:4] == b"\x7fELF" and raw[4:5] in b"\x01\x02")  # noqa: PLR2004 - headers are full of zeros


def _behind_picture(data: bytes) -> str:
    """What stands behind the end of a PNG or JPEG."""
    if data.startswith(b"\x89PNG"):
        end = data.rfind(b"IEND\xaeB`\x82")
        rest = data[end + 8 : end + 8 + 65_536] if end >= 0 else b""
    elif data.startswith(b"\xff\xd8\xff"):
        end = data.find(b"\xff\xd9", 2)
        last = data.rfind(b"\xff\xd9")
        rest = data[last + 2 : last + 2 + 65_536] if end >= 0 else b""
    else:
        return ""
    rest = rest.lstrip(b"\0\r\n\t ")
    return next((what for sign, what in _BEHIND if rest.startswith(sign)), "")
