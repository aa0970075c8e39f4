"""Tar archives, read once from front to end."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.archive.bounds import Scope, UnreadableError
from stockade.archive.compressed import Stream
from stockade.archive.paths import Names, leads_outside, normalise, printable
from stockade.archive.tar_headers import (
    BLOCK,
    EXTENSION,
    RECORDS,
    SPARSE,
    ZEROS,
    Extensions,
    Header,
    names_agree,
    parse_header,
    parse_pax,
)
from stockade.archive.types import Member

_KINDS = {b"0": "file", b"\x00": "file", b"7": "file", b"S": "file", b"1": "hardlink", b"2": "symlink"}
_KINDS |= {b"3": "other", b"4": "other", b"5": "folder", b"6": "other"}


def read_tar(pieces: Iterator[bytes], scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
    """Each member with its content; None for what has none or is not asked for.

    Raises:
        UnreadableError: it cannot be read on.
        LimitReachedError: a bound is exceeded.
    """
    return _TarReader(Stream(pieces), scope).members()


class _TarReader:
    def __init__(self, stream: Stream, scope: Scope) -> None:
        self._stream = stream
        self._scope = scope
        self._names = Names(scope)
        self._lines = 0
        self._global: dict[bytes, bytes] = {}

    def members(self) -> Iterator[tuple[Member, bytes | None]]:
        extensions = Extensions()
        while True:
            block = self._stream.read(BLOCK)
            if len(block) < BLOCK or block == ZEROS:
                self._end(block, extensions)
                return
            header = parse_header(block)
            self._scope.budget.entry()
            if header.type in b"LKxgX":
                self._extend(header, extensions)
                continue
            yield self._member(header, extensions)
            extensions = Extensions()

    def _end(self, block: bytes, extensions: Extensions) -> None:
        if 0 < len(block) < BLOCK:
            raise UnreadableError("truncated", "the tar ends within a header")
        if extensions.pax or extensions.gnu_name is not None:
            raise UnreadableError("truncated", "the tar ends after an extension header")
        if not block:
            self._scope.odd("no-end-marker", "", "the tar has no closing zero blocks")
            return
        start = self._stream.offset
        for piece in self._stream.rest():
            if piece.count(0) != len(piece):
                self._scope.suspicious("trailing-data", "", f"data after the tar's end at byte {start:,}")

    def _extend(self, header: Header, extensions: Extensions) -> None:
        if header.size > EXTENSION:
            raise UnreadableError("header-too-large", f"an extension header of {header.size:,} bytes")
        data = self._data(header.size, "an extension header")
        self._lines += data.count(b"\n")
        if self._lines > RECORDS:
            raise UnreadableError("header-too-large", f"pax headers of more than {RECORDS:,} records")
        if header.type in b"LK":
            extensions.long_name(data, link=header.type == b"K")
        elif header.type == b"g":
            records, faults = parse_pax(data)
            self._global.update(records)
            if {b"path", b"linkpath", b"size", b"GNU.sparse.name"} & records.keys():
                faults.append(("names-disagree", "a global pax header names the members after it"))
            extensions.faults += faults
        else:
            extensions.local(data)

    def _data(self, size: int, what: str) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise UnreadableError("truncated", f"the tar ends within {what}")
        self._stream.skip(-size % BLOCK)
        return data

    def _member(self, header: Header, extensions: Extensions) -> tuple[Member, bytes | None]:
        scope = self._scope
        pax = self._global | extensions.pax if self._global else extensions.pax
        name = self._name(header, extensions, pax)
        raw = name.decode("utf-8", "surrogateescape")
        path = normalise(raw, scope)
        size = self._size(header, pax, path)
        kind = self._kind(header, raw, path, size)
        link = pax.get(b"linkpath", extensions.gnu_link or header.link).decode("utf-8", "surrogateescape")
        for fault, detail in extensions.faults:
            scope.suspicious(fault, path, detail)
        if header.type == b"S" or (pax and any(key.startswith(SPARSE) for key in pax)):
            scope.suspicious("sparse", path, f"{path!a} is stored as a sparse file")
        while header.extended:
            header.extended = self._data(BLOCK, "a sparse map")[504] != 0
        self._names.add(path, folder=kind == "folder")
        if kind != "file":
            if kind in {"symlink", "hardlink"}:
                self._link(path, link, hard=kind == "hardlink")
            shown = printable(link) if kind in {"symlink", "hardlink"} else ""
            return Member(
                path=path, raw=printable(raw), kind=kind, size=0, mode=header.mode, link=shown
            ), None
        member = Member(path=path, raw=printable(raw), kind=kind, size=size, mode=header.mode)
        return member, self._content(member)

    def _content(self, member: Member) -> bytes | None:
        stream, size = self._stream, member.size
        wanted = self._scope.fits(size, member.path) and self._scope.wants(self._scope.prefix + member.path)
        data = stream.read(size) if wanted else None
        if (len(data) if data is not None else stream.skip(size)) < size:
            self._scope.fatal("truncated", member.path, f"the tar ends within {member.path!a}")
        stream.skip(-size % BLOCK)
        return data

    def _link(self, path: str, link: str, *, hard: bool) -> None:
        if leads_outside(path, link, hard=hard):
            self._scope.suspicious("link-outside", path, f"{path!a} links to {link!a}")

    def _name(self, header: Header, extensions: Extensions, pax: dict[bytes, bytes]) -> bytes:
        told = [header.name]
        if extensions.gnu_name is not None:
            told.append(extensions.gnu_name)
        if b"path" in pax:
            told.append(pax[b"path"])
        if len(told) > 1:
            self._compare(told)
        if header.foreign_prefix:
            shown = told[-1].decode("utf-8", "replace")
            self._scope.suspicious("names-disagree", shown, "a name prefix in a header whose format has none")
        return pax.get(b"GNU.sparse.name", told[-1])

    def _compare(self, told: list[bytes]) -> None:
        header, *others = told
        if any(not names_agree(header, other) for other in others) or len(set(others)) > 1:
            spelled = [one.decode("utf-8", "replace") for one in told]
            detail = f"the headers of one member name it {', '.join(map(ascii, spelled))}"
            self._scope.suspicious("names-disagree", spelled[-1], detail)

    def _size(self, header: Header, pax: dict[bytes, bytes], path: str) -> int:
        said = pax.get(b"size")
        if said is None:
            return header.size
        if not said.isdigit() or len(said) > 20:  # noqa: PLR2004 - digits of 2**64
            raise UnreadableError("bad-header", f"a pax size of {said[:40]!r}", path)
        if int(said) != header.size:
            detail = f"the pax header says {int(said):,} bytes, the ustar header {header.size:,}"
            self._scope.suspicious("sizes-disagree", path, detail)
        return int(said)

    def _kind(self, header: Header, raw: str, path: str, size: int) -> str:
        scope = self._scope
        kind = _KINDS.get(header.type)
        if kind is None:
            scope.suspicious("unknown-type", path, f"tar type {header.type!r}, which readers take for a file")
            return "file"
        if kind == "file" and raw.endswith("/"):
            if header.type == b"\x00" and not size:
                return "folder"
            scope.suspicious("file-and-folder", path, f"{raw!a} is a file with a folder's name")
        if kind == "other":
            scope.suspicious("special-file", path, f"{path!a} is a device or a pipe")
        if kind != "file" and size:
            scope.suspicious("sizes-disagree", path, f"a {kind} that says it has {size:,} bytes")
        return kind
