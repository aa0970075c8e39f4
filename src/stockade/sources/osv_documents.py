"""Takes OSV records, one document each, out of the forms in which they are published: the bulk zip of
JSON files, a folder of JSON files, a JSON file, or JSON lines, plain or gzipped.

The source is not trusted: numbers, sizes and compression ratios are bounded, and a zip with names that
lead out of a folder is refused as a whole.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from stockade.errors import IncompleteError

MAX_RECORDS = 1_000_000
MAX_RECORD_BYTES = 16 << 20
MAX_TOTAL_BYTES = 4 << 30
MAX_RATIO = 250
"""Times that a zip member over :data:`SMALL` bytes may shrink; JSON reaches about 30."""
SMALL = 1 << 20

Document = tuple[str, bytes]
"""Where a record stands (for messages), and its JSON."""


class HostileFeedError(IncompleteError):
    """The source is no feed, or a trap; nothing of it is taken."""


def documents(path: Path) -> Iterator[Document]:
    """Every record's JSON in ``path``.

    Raises:
        HostileFeedError: a bound is exceeded, or it has none of the known forms.
        OSError: it cannot be read.
    """
    total = 0
    for count, (where, data) in enumerate(_raw(path), start=1):
        total += len(data)
        if count > MAX_RECORDS:
            raise _refused(path, f"it holds more than {MAX_RECORDS:,} records")
        if total > MAX_TOTAL_BYTES:
            raise _refused(path, f"it holds more than {MAX_TOTAL_BYTES:,} bytes")
        yield where, data


def _raw(path: Path) -> Iterator[Document]:
    if path.is_dir():
        yield from _folder(path)
    elif zipfile.is_zipfile(path):
        yield from _zip(path)
    else:
        with path.open("rb") as file:
            start = file.read(2)
        if start == b"\x1f\x8b":
            yield from _lines(path, gzipped=True)
        elif start[:1] == b"{":
            yield from _lines(path, gzipped=False)
        else:
            raise _refused(path, "it is neither a zip nor JSON lines")


def _folder(path: Path) -> Iterator[Document]:
    for file in sorted(path.rglob("*.json")):
        if file.is_symlink() or not file.is_file():
            continue
        if file.stat().st_size > MAX_RECORD_BYTES:
            raise _refused(path, f"{file.name} is larger than {MAX_RECORD_BYTES:,} bytes")
        yield file.relative_to(path).as_posix(), file.read_bytes()


def _zip(path: Path) -> Iterator[Document]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(path, members)
            for member in members:
                if not member.is_dir() and member.filename.endswith(".json"):
                    yield member.filename, archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refused(path, f"the zip cannot be read: {error}") from error


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Judge a zip by its directory; ``zipfile`` never yields more bytes than that declares."""
    if len(members) > MAX_RECORDS:
        raise _refused(path, f"it holds more than {MAX_RECORDS:,} files")
    if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
        raise _refused(path, f"it unpacks to more than {MAX_TOTAL_BYTES:,} bytes")
    for member in members:
        name = member.filename
        if "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts:
            raise _refused(path, f"a file in it leads outside: {name[:80]!r}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refused(path, f"a file in it is a link: {name[:80]!r}")
        if member.file_size > MAX_RECORD_BYTES:
            raise _refused(path, f"{name[:80]!r} unpacks to {member.file_size:,} bytes")
        if member.file_size > SMALL and member.file_size > MAX_RATIO * member.compress_size:
            raise _refused(path, f"{name[:80]!r} unpacks to more than {MAX_RATIO} times its size")


def _lines(path: Path, *, gzipped: bool) -> Iterator[Document]:
    """JSON lines; or one JSON document over several lines, when the first line is not one by itself."""
    with gzip.open(path, "rb") if gzipped else path.open("rb") as file:
        try:
            number = 0
            while line := file.readline(MAX_RECORD_BYTES + 1):
                number += 1
                if len(line) > MAX_RECORD_BYTES:
                    raise _refused(path, f"line {number} is longer than {MAX_RECORD_BYTES:,} bytes")
                if number == 1 and line.strip() == b"{":
                    rest = file.read(MAX_RECORD_BYTES + 1)
                    if len(rest) > MAX_RECORD_BYTES:
                        raise _refused(path, f"it is longer than {MAX_RECORD_BYTES:,} bytes")
                    yield path.name, line + rest
                    return
                if line.strip():
                    yield f"line {number}", line
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise _refused(path, f"its compression is damaged: {error}") from error


def _refused(path: Path, why: str) -> HostileFeedError:
    return HostileFeedError(
        f"{path.name} refused as advisories: {why}",
        hint="give OSV's bulk zip, a folder of OSV records, or one record a line (.jsonl, .jsonl.gz)",
    )
