"""Classifies file paths: whole or partial, of any system, with ``~``, variables or unknown parts."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from stockade.vetter.places_kinds import PathKind, PathKinds
from stockade.vetter.places_path_tables import NECESSARY, TABLE

_LONGEST: Final = 1_024
_MOST: Final = 256
_MOST_TEXT: Final = 4 << 20
_NOTHING: Final = PathKinds()

_VARIABLE = re.compile(r"\$\{(\w{1,60})\}|\$(?:env:)?(\w{1,60})|%(\w{1,60})%")
_HOMES: Final = frozenset({"HOME", "USERPROFILE", "HOMEPATH", "HOMEDRIVE"})
_TEMPS: Final = frozenset({"TMP", "TEMP", "TMPDIR"})
_FOLDERS: Final[dict[str, str]] = {
    "APPDATA": "~/appdata/roaming",
    "LOCALAPPDATA": "~/appdata/local",
    "PROGRAMDATA": "c:/programdata",
    "PUBLIC": "c:/users/public",
    "SYSTEMROOT": "c:/windows",
    "WINDIR": "c:/windows",
    "XDG_CONFIG_HOME": "~/.config",
    "XDG_DATA_HOME": "~/.local/share",
    "XDG_CACHE_HOME": "~/.cache",
}
_SLASHES = re.compile(r"/{2,}(?:\./)*|/(?:\./)+")
_PIECES = re.compile(r"[^\s\"'`<>|;,()=\[\]{}\x00-\x1f]{3,1024}")


@lru_cache(maxsize=8_192)
def path(text: str) -> PathKinds:
    """What the path ``text`` is.

    Backslashes, ``~``, ``$HOME``, ``${VAR}``, ``%APPDATA%`` and ``$env:VAR`` are understood; case does not
    count; ``…`` stands for an unknown part. Falsy for a path of no kind. Only the last 1,024 characters count.
    """
    plain = _plain(text[-_LONGEST:])
    if not any(pattern.search(plain) for pattern in _necessary()):
        return _NOTHING
    found: dict[PathKind, str] = {}
    for kind, what, pattern in _patterns():
        if kind not in found and pattern.search(plain):
            found[kind] = what
    return PathKinds(tuple(found.items())) if found else _NOTHING


def paths_in(text: str) -> tuple[tuple[str, PathKinds], ...]:
    """The pieces of a text or command line that are paths of some kind, in their order, each once.

    A piece ends at white space, quotes and brackets. At most 256, of the first 4 MiB; time is linear.
    """
    found: dict[str, PathKinds] = {}
    for match in _PIECES.finditer(text[:_MOST_TEXT]):
        piece = match[0]
        if piece in found or not any(sign in piece for sign in "/\\.~%$"):
            continue
        kinds = path(piece)
        if kinds:
            found[piece] = kinds
            if len(found) >= _MOST:
                break
    return tuple(found.items())


@cache
def _necessary() -> tuple[re.Pattern[str], ...]:
    """One of these matches where any pattern of the tables does."""
    return tuple(re.compile(pattern) for pattern in NECESSARY)


@cache
def _patterns() -> tuple[tuple[PathKind, str, re.Pattern[str]], ...]:
    """The tables compiled, on first use."""
    return tuple((kind, what, re.compile(pattern)) for kind, what, pattern in TABLE)


def _plain(text: str) -> str:
    """Forward slashes, lower case, variables put in, ``file://`` and quotes dropped."""
    text = text.strip().strip("\"'").removeprefix("file://")
    text = _VARIABLE.sub(_folder, text).replace("\\", "/").lower()
    return _SLASHES.sub("/", text)


def _folder(match: re.Match[str]) -> str:
    name = (match[1] or match[2] or match[3]).upper()
    if name in _HOMES:
        return "~"
    if name in _TEMPS:
        return "/tmp"  # noqa: S108 - what the variable stands for; nothing is written there
    return _FOLDERS.get(name, "…")
