"""``RECORD`` of a wheel against its content (PEP 376, PEP 427, the wheel format's specification)."""

from __future__ import annotations

import base64
import binascii
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stockade.model.locations import Location
from stockade.vetter.package import Oddity
from stockade.vetter.surface_tree import NESTED

_UNHASHED = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""Files of the ``dist-info`` that need no hash; signatures need not be listed either."""
_HEX = 64
_MOST = 20
"""Oddities of one kind that are told one by one; the last tells how many more there are."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    path: str
    digest: str
    size: str


def check_record(
    record_text: str, digests: Mapping[str, tuple[str, int]], *, record: str = "RECORD", base: str = ""
) -> Iterator[Oddity]:
    """Every contradiction between ``RECORD`` and the files.

    Args:
        record_text: the content of the file.
        digests: every regular file of the archive: its SHA-256 (64 hex digits, or URL-safe base64
            without padding) and its size in bytes. Members of nested archives are passed over.
        record: where the file lies in the archive, for locations.
        base: folder of the archive (with its slash) that the paths in ``RECORD`` are relative to.

    Yields:
        Oddities of kind ``record-mismatch`` (hash or size), ``record-absent`` (listed, not there),
        ``record-unlisted`` (there, not listed), ``record-unhashed``, ``record-weak`` (a hash other than
        SHA-256, which is not computed here), ``record-malformed``. At most twenty of a kind.
    """
    found: dict[str, list[Oddity]] = {}
    for oddity in _contradictions(record_text, digests, record, base):
        found.setdefault(oddity.kind, []).append(oddity)
    for kind, oddities in found.items():
        yield from oddities[:_MOST]
        if (rest := len(oddities) - _MOST) > 0:
            yield Oddity(kind=kind, at=Location(record), detail=f"{rest} more files of this kind")


def _contradictions(
    text: str, digests: Mapping[str, tuple[str, int]], record: str, base: str
) -> Iterator[Oddity]:
    seen: set[str] = set()
    try:
        for row in _rows(text):
            if row.path in seen:
                yield _odd("record-malformed", record, row.line, f"{row.path} is listed twice")
            seen.add(row.path)
            yield from _check(row, digests.get(base + row.path), record, base)
    except csv.Error as error:
        yield _odd("record-malformed", record, 0, f"no list of comma-separated values: {error}")
        return
    for path in digests:
        if path.startswith(base) and NESTED not in path:
            relative = path[len(base) :]
            if relative not in seen and not relative.endswith(tuple(f".dist-info/{n}" for n in _UNHASHED)):
                yield Oddity(kind="record-unlisted", at=Location(path), detail=f"{relative} is not in RECORD")


def _rows(text: str) -> Iterator[_Row]:
    reader = csv.reader(text.splitlines())
    for row in reader:
        if row and row[0]:
            path, digest, size = [*row, "", ""][:3]
            yield _Row(
                reader.line_num, path.replace("\\", "/").removeprefix("./"), digest.strip(), size.strip()
            )


def _check(row: _Row, actual: tuple[str, int] | None, record: str, base: str) -> Iterator[Oddity]:
    if actual is None:
        if not row.path.endswith("/"):
            yield _odd("record-absent", record, row.line, f"{row.path} is listed but not there")
        return
    digest, size = actual
    if row.size.isdecimal() and int(row.size[:20]) != size:
        detail = f"{row.path} has {size} bytes, RECORD says {row.size[:20]}"
        yield Oddity(kind="record-mismatch", at=Location(base + row.path), detail=detail)
    algorithm, _, value = row.digest.partition("=")
    algorithm = algorithm.lower()
    if not row.digest:
        if not row.path.endswith(tuple(f".dist-info/{name}" for name in _UNHASHED)):
            yield _odd("record-unhashed", record, row.line, f"{row.path} has no hash")
    elif algorithm == "sha256":
        if value.rstrip("=") != _urlsafe(digest):
            detail = f"{row.path} has the SHA-256 {_urlsafe(digest)}, RECORD says {value[:64]}"
            yield Oddity(kind="record-mismatch", at=Location(base + row.path), detail=detail)
    else:
        yield _odd(
            "record-weak", record, row.line, f"{row.path} is hashed by {algorithm[:20]!r}, not by sha256"
        )


def _odd(kind: str, record: str, line: int, detail: str) -> Oddity:
    return Oddity(kind=kind, at=Location(record, line), detail=detail)


def _urlsafe(digest: str) -> str:
    """A digest as ``RECORD`` writes it."""
    if len(digest) == _HEX:
        try:
            return base64.urlsafe_b64encode(binascii.unhexlify(digest)).decode("ascii").rstrip("=")
        except binascii.Error:
            return digest
    return digest.rstrip("=")
