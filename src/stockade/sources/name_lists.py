"""Reads lists of project names in the forms in which they are published."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import msgspec

from stockade.errors import IncompleteError, InvalidValueError
from stockade.model.names import MAX_NAME_LENGTH, ProjectName, project_name

MAX_BYTES = 512 << 20
"""Most bytes of a list, unpacked; the public index's root has about 60 MB."""
_CANONICAL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MADE = re.compile(r"\bmade (\d{4})-(\d\d)(?:-(\d\d))?\b")


class ListError(IncompleteError):
    """The source is no list of names."""


@dataclass(frozen=True)
class NameList:
    """Names as the source has them, in its order, and what it says of its own age."""

    names: list[str]
    made: datetime | None = None


class _Item(msgspec.Struct):
    name: str | None = None
    project: str | None = None


class _Json(msgspec.Struct):
    """A PEP 691 root (``projects`` of ``name``), or the usual popularity list (``rows`` of ``project``)."""

    projects: list[_Item] | None = None
    rows: list[_Item] | None = None
    last_update: str | None = None


def read_bounded(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The file's bytes, unpacked where they are gzipped.

    Raises:
        ListError: it is larger than ``limit``, or its compression is damaged.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        gzipped = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path, "rb") if gzipped else path.open("rb") as stream:
            data = stream.read(limit + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ListError(f"{path.name} refused: its compression is damaged: {error}") from error
    if len(data) > limit:
        raise ListError(f"{path.name} refused: it is larger than {limit:,} bytes")
    return data


def parse_names(data: bytes) -> NameList:
    """The names in a text list, a tab-separated list, an index root (PEP 503, 691) or a popularity JSON.

    A text list has one name a line, or ``name<TAB>rank``, which is sorted by rank; ``#`` begins a comment,
    and one that says ``made 2026-11`` or ``made 2026-11-30`` dates the list.

    Raises:
        ListError: it is none of these.
    """
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _json(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError(
            f"not a list of names: it is not UTF-8 ({error.reason} at byte {error.start})"
        ) from error
    if start == b"<":
        anchors = _Anchors()
        anchors.feed(text)
        anchors.close()
        return NameList(anchors.names)
    return _text(text)


def canonical(names: Iterable[str]) -> Iterator[ProjectName | None]:
    """Each name in canonical form, None for what is not a project name."""
    for name in names:
        if len(name) <= MAX_NAME_LENGTH and _CANONICAL.fullmatch(name):
            yield ProjectName(name)
            continue
        try:
            yield project_name(name)
        except InvalidValueError:
            yield None


def checked(found: NameList, what: str) -> tuple[list[ProjectName], tuple[str, ...], int]:
    """The names in canonical form, each once, in order; notes on those that are none, and their number.

    Raises:
        ListError: there is no name, or more than one in a hundred is none: it is another kind of list.
    """
    names: dict[ProjectName, None] = {}
    bad: list[str] = []
    for given, name in zip(found.names, canonical(found.names), strict=True):
        if name is None:
            bad.append(given)
        else:
            names[name] = None
    if not names or len(bad) * 100 > len(found.names):
        raise ListError(
            f"{what} refused: {len(bad)} of {len(found.names)} entries are not project names",
            hint="give one name a line, a PEP 691 or PEP 503 index root, or the JSON of a popularity list",
        )
    return list(names), tuple(f"not a project name: {name[:60]!r}" for name in bad[:20]), len(bad)


def _json(data: bytes) -> NameList:
    try:
        parsed = msgspec.json.decode(data, type=_Json)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ListError(f"not a list of names: its JSON does not fit: {error}") from error
    items = parsed.projects if parsed.projects is not None else parsed.rows
    if items is None:
        raise ListError("not a list of names: its JSON has neither 'projects' nor 'rows'")
    return NameList([item.name or item.project or "" for item in items], _update(parsed.last_update))


def _update(text: str | None) -> datetime | None:
    """The usual popularity list writes its age in UTC without an offset."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(text: str) -> NameList:
    names: list[str] = []
    ranked: list[tuple[int, str]] = []
    made: datetime | None = None
    for line in text.splitlines():
        if line.startswith("#"):
            made = made or _made(line)
        elif "\t" in line:
            name, _, rank = line.partition("\t")
            if not rank.strip().isdecimal():
                raise ListError(f"not a list of names: {rank[:40]!r} is not the rank of {name[:40]!r}")
            ranked.append((int(rank), name.strip()))
        elif line.strip():
            names.append(line.strip())
    if names and ranked:
        raise ListError("not a list of names: some lines have a rank and others have none")
    return NameList(names or [name for _, name in sorted(ranked)], made)


def _made(line: str) -> datetime | None:
    match = _MADE.search(line)
    if match is None:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3] or 1), tzinfo=UTC)
    except ValueError:
        return None


class _Anchors(HTMLParser):
    """Collects the texts of the links of a PEP 503 root."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's
        if tag == "a":
            self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._text is not None:
            self.names.append("".join(self._text).strip())
            self._text = None
