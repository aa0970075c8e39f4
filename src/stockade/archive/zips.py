"""Zip archives, wheels and eggs among them: the central directory, held against the local records."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace

from stockade.archive import zip_records as records
from stockade.archive.bounds import Log, Scope, UnreadableError
from stockade.archive.paths import Names, leads_outside, normalise, printable
from stockade.archive.source import Source
from stockade.archive.types import Member
from stockade.archive.zip_entries import LocalEntry
from stockade.archive.zip_records import Entry

_GAP = 4 << 20
"""Bytes of a gap that are searched for entries."""
_HIDDEN = 100
"""Entries that are read of all gaps."""
_UNIX = {3, 19}
_LINK_LENGTH = 4096


def read_zip(source: Source, scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
    """Each member in the order of its data, with its content; None for folders and what is not asked for.

    Raises:
        UnreadableError: it cannot be read on.
        LimitReachedError: a bound is exceeded.
    """
    return _ZipReader(source, scope).members()


class _ZipReader:
    def __init__(self, source: Source, scope: Scope) -> None:
        self._source = source
        self._scope = scope
        self._names = Names(scope)
        self._gaps: list[tuple[int, int]] = []
        """Places between entries that may hold some which the directory does not list."""
        self._found = 0

    def members(self) -> Iterator[tuple[Member, bytes | None]]:
        end = records.find_end(self._source, self._scope)
        entries = records.read_directory(self._source, end, self._scope)
        entries.sort(key=lambda entry: (entry.offset, entry.order))
        self._before(entries, end)
        reached = entries[0].offset if entries else end.start
        for index, entry in enumerate(entries):
            following = entries[index + 1].offset if index + 1 < len(entries) else end.start
            path, raw = self._name(entry)
            self._names.add(path, folder=raw.endswith("/") and not entry.size)
            if entry.offset < reached or following > end.start or following == entry.offset:
                self._scope.fatal("overlapping-entries", path, f"{path!a} shares its data with another entry")
                yield self._member(entry, path, raw), None
                continue
            reached = following
            data = None
            if not self._scope.wants(self._scope.prefix + path):
                yield self._member(entry, path, raw), None
                continue
            try:
                local = LocalEntry(self._source, self._scope, entry, path, following)
                data = local.read()
                if following - local.stop >= records.LOCAL.size:
                    self._gaps.append((local.stop, following))
            except UnreadableError as error:
                self._scope.fatal(error.kind, path, error.detail)
            member = self._member(entry, path, raw)
            if data is not None:
                self._check_kind(entry, path, raw, data)
            if member.kind == "folder" and not data:
                data = None
            yield member, data
            del data
            yield from self._hidden()
        yield from self._hidden()

    def _before(self, entries: list[Entry], end: records.End) -> None:
        first = entries[0].offset if entries else end.start
        shift = end.start - end.offset
        if first > shift:
            self._scope.suspicious("gap", "", f"{first - shift:,} bytes lie before the first entry")
            self._gaps.append((shift, first))

    def _hidden(self) -> Iterator[tuple[Member, bytes | None]]:
        """The entries in gaps, as far as they can be read: a reader that goes by local headers installs them."""
        quiet = replace(self._scope, log=Log())
        while self._gaps:
            start, stop = self._gaps.pop()
            at = self._find(start, stop)
            while at is not None and self._found < _HIDDEN:
                self._found += 1
                self._scope.budget.entry()
                entry, data_at = records.local_entry(self._source, at, stop)
                path, raw = self._name(entry)
                end = data_at + entry.packed
                self._scope.suspicious("hidden-entry", path, f"{path!a} is not in the zip's directory")
                try:
                    data = LocalEntry(self._source, quiet, entry, path, end).read()
                except UnreadableError:
                    data = None
                size = len(data) if data is not None else 0
                yield Member(path=path, raw=printable(raw), kind="file", size=size), data
                at = self._find(end, stop)

    def _find(self, start: int, stop: int) -> int | None:
        block = self._source.read_at(start, max(0, min(stop - start, _GAP)))
        at = block.find(records.LOCAL_MAGIC)
        return start + at if 0 <= at <= len(block) - records.LOCAL.size else None

    def _name(self, entry: Entry) -> tuple[str, str]:
        name = entry.name
        if name.isascii():
            raw = name.decode("ascii")
        elif entry.flags & records.UTF8:
            raw = name.decode("utf-8", "surrogateescape")
        else:
            raw = name.decode("cp437")
        path = normalise(raw, self._scope)
        if not name.isascii() and not entry.flags & records.UTF8:
            self._scope.odd("name-encoding", path, f"{name!r} does not say its encoding")
        for kind, data in records.extra_fields(entry.extra) if entry.extra else ():
            if kind == 0x7075 and data[5:] != name and data[5:].decode("utf-8", "replace") != raw:  # noqa: PLR2004 - Info-ZIP's Unicode path
                self._scope.suspicious("names-disagree", path, f"its Unicode path field says {data[5:]!r}")
        return path, raw

    def _member(self, entry: Entry, path: str, raw: str) -> Member:
        mode = entry.attributes >> 16 if entry.system in _UNIX else 0
        kind = "file"
        if raw.endswith("/") and not entry.size:
            kind = "folder"
        elif stat.S_ISLNK(mode):
            kind = "symlink"
        return Member(path=path, raw=printable(raw), kind=kind, size=entry.size, mode=mode)

    def _check_kind(self, entry: Entry, path: str, raw: str, data: bytes) -> None:
        mode = entry.attributes >> 16 if entry.system in _UNIX else 0
        if raw.endswith(("/", "\\")) and data:
            self._scope.suspicious("file-and-folder", path, f"{raw!a} is a folder with content")
        if stat.S_ISLNK(mode):
            link = data[:_LINK_LENGTH].decode("utf-8", "replace")
            if len(data) >= _LINK_LENGTH or not link.isprintable():
                self._scope.suspicious(
                    "link-with-content", path, "a symbolic link that holds more than a path"
                )
            elif leads_outside(path, link):
                self._scope.suspicious("link-outside", path, f"{path!a} links to {link!a}")
            else:
                self._scope.odd("symlink", path, f"{path!a} links to {link!a}")
        elif stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            self._scope.suspicious("special-file", path, f"{path!a} says it is a device or a pipe")
