"""Builders of distributions, honest ones and such whose every record can be made to lie.

:func:`wheel` and :func:`sdist` make what a build tool makes. :func:`zip_bytes` and the ``tar_…`` functions write the
records themselves. The archives of :mod:`stockade.testing.hostile_archives` are made of these.
"""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

DATE = (2026, 1, 2, 3, 4, 6)
"""Of every entry, so that equal content gives equal bytes."""
_DOS_DATE = (((2026 - 1980) << 9) | (1 << 5) | 2, (3 << 11) | (4 << 5) | 3)
_MTIME = 1767323046


def metadata(project: str, version: str, *lines: str) -> bytes:
    """Core metadata 2.1 with further header lines."""
    head = ("Metadata-Version: 2.1", f"Name: {project}", f"Version: {version}", *lines)
    return "\n".join((*head, "", "")).encode()


def wheel(
    project: str,
    version: str,
    files: Mapping[str, bytes],
    *,
    tag: str = "py3-none-any",
    lines: Iterable[str] = (),
) -> bytes:
    """A wheel of ``files`` (path in the wheel to content) with METADATA (and its further ``lines``), WHEEL, RECORD.

    A file of ``files`` replaces the generated one of the same path.
    """
    info = f"{project.replace('-', '_')}-{version}.dist-info"
    pure = "true" if tag.endswith("-none-any") else "false"
    about = f"Wheel-Version: 1.0\nGenerator: stockade-testing\nRoot-Is-Purelib: {pure}\nTag: {tag}\n"
    content = {**files}
    content.setdefault(f"{info}/METADATA", metadata(project, version, *lines))
    content.setdefault(f"{info}/WHEEL", about.encode())
    content.setdefault(f"{info}/RECORD", _record(content, f"{info}/RECORD"))
    return honest_zip(content)


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    lines = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(data)}")
    return "\n".join((*lines, f"{own},,", "")).encode()


def honest_zip(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as the standard library writes one; a path that ends with ``/`` is a folder."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        for path, data in files.items():
            info = zipfile.ZipInfo(path, DATE)
            info.compress_type = method
            info.external_attr = (0o40755 << 16 | 0x10) if path.endswith("/") else 0o100644 << 16
            archive.writestr(info, data)
    return into.getvalue()


def sdist(
    project: str,
    version: str,
    files: Mapping[str, bytes],
    *,
    compression: Literal["", "gz", "bz2", "xz"] = "gz",
    lines: Iterable[str] = (),
) -> bytes:
    """A source distribution: ``files`` (paths below its one folder) and PKG-INFO, as a tar."""
    root = f"{project.replace('-', '_')}-{version}"
    content = {"PKG-INFO": metadata(project, version, *lines), **files}
    return honest_tar({f"{root}/{path}": data for path, data in content.items()}, compression=compression)


def honest_tar(files: Mapping[str, bytes], *, compression: Literal["", "gz", "bz2", "xz"] = "gz") -> bytes:
    """A tar as the standard library writes one (pax)."""
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size, info.mtime, info.mode = len(data), _MTIME, 0o644
            archive.addfile(info, io.BytesIO(data))
    return compress(into.getvalue(), compression)


def compress(data: bytes, compression: str) -> bytes:
    """``data`` as one gzip (``gz``), bzip2 (``bz2``), xz or zstd (``zst``) stream, or as it is (empty)."""
    match compression:
        case "gz":
            squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
            return squeeze.compress(data) + squeeze.flush()
        case "bz2":
            import bz2  # noqa: PLC0415 - only some archives need it

            return bz2.compress(data)
        case "xz":
            import lzma  # noqa: PLC0415 - only some archives need it

            return lzma.compress(data)
        case "zst":
            import zstandard  # noqa: PLC0415 - only some archives need it

            return zstandard.ZstdCompressor().compress(data)
    return data


def deflate(data: bytes) -> bytes:
    """``data`` as a raw deflate stream."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(data) + squeeze.flush()


@dataclass(frozen=True, kw_only=True)
class ZipPart:
    """One entry for :func:`zip_bytes`. ``local`` and ``central`` replace fields of the one record only.

    Fields: ``name``, ``flags``, ``method``, ``crc``, ``packed``, ``size``, ``extra``; of the central record also
    ``offset`` and ``attributes``.
    """

    name: bytes
    data: bytes = b""
    method: int = 8
    """8 deflates ``data``; any other number stores it as it is."""
    flags: int = 0
    attributes: int = 0o100644 << 16
    extra: bytes = b""
    stored: bytes | None = None
    """The packed bytes, where they are not what ``method`` makes of ``data``."""
    descriptor: bytes = b""
    """Bytes after the data."""
    before: bytes = b""
    """Bytes before the local header."""
    local: Mapping[str, int | bytes] = field(default_factory=dict)
    central: Mapping[str, int | bytes] = field(default_factory=dict)
    listed: bool = True
    """Whether the central directory lists it."""


def zip_bytes(
    *parts: ZipPart,
    prefix: bytes = b"",
    suffix: bytes = b"",
    comment: bytes = b"",
    end: Mapping[str, int] | None = None,
    before_end: bytes = b"",
) -> bytes:
    """A zip written record by record.

    ``prefix`` stands before all, offsets not counting it; ``suffix`` after all; ``before_end`` after the central
    directory; ``end`` replaces ``disk``, ``count``, ``length`` or ``offset`` of the end record.
    """
    body, directory, count = bytearray(), bytearray(), 0
    for part in parts:
        body += part.before
        record = _fields(part, len(body))
        body += _local(record | dict(part.local))
        body += _stored(part) + part.descriptor
        if part.listed:
            directory += _central(record | dict(part.central))
            count += 1
    values = {"disk": 0, "count": count, "length": len(directory), "offset": len(body), **(end or {})}
    last = struct.pack(
        "<4s4H2LH",
        b"PK\x05\x06",
        values["disk"],
        values["disk"],
        values["count"],
        values["count"],
        values["length"],
        values["offset"],
        len(comment),
    )
    return b"".join((prefix, body, directory, before_end, last, comment, suffix))


def _stored(part: ZipPart) -> bytes:
    if part.stored is not None:
        return part.stored
    return deflate(part.data) if part.method == zipfile.ZIP_DEFLATED else part.data


def _fields(part: ZipPart, offset: int) -> dict[str, int | bytes]:
    return {
        "name": part.name,
        "flags": part.flags,
        "method": part.method,
        "crc": zlib.crc32(part.data),
        "packed": len(_stored(part)),
        "size": len(part.data),
        "extra": part.extra,
        "offset": offset,
        "attributes": part.attributes,
    }


def _common(record: Mapping[str, int | bytes]) -> tuple[int | bytes, ...]:
    date, time = _DOS_DATE
    return (record["flags"], record["method"], time, date, record["crc"], record["packed"], record["size"])


def _local(record: Mapping[str, int | bytes]) -> bytes:
    name, extra = bytes(record["name"]), bytes(record["extra"])
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, *_common(record), len(name), len(extra))
    return head + name + extra


def _central(record: Mapping[str, int | bytes]) -> bytes:
    name, extra = bytes(record["name"]), bytes(record["extra"])
    head = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02",
        (3 << 8) | 20,
        20,
        *_common(record),
        len(name),
        len(extra),
        0,
        0,
        0,
        record["attributes"],
        record["offset"],
    )
    return head + name + extra


def zip_extra(kind: int, data: bytes) -> bytes:
    """One part of a zip's extra field."""
    return struct.pack("<HH", kind, len(data)) + data


USTAR, GNU, V7 = b"ustar\x0000", b"ustar  \x00", bytes(8)
"""Magic and version of the three header formats."""
_BLOCK = 512


def tar_header(  # noqa: PLR0913 - a keyword for each field that may lie
    name: bytes,
    size: int | bytes = 0,
    *,
    kind: bytes = b"0",
    link: bytes = b"",
    magic: bytes = USTAR,
    prefix: bytes = b"",
    checksum: int | None = None,
) -> bytes:
    """One header block; ``size`` as bytes is written as it is, 12 bytes at most."""
    said = size if isinstance(size, bytes) else b"%011o\x00" % size
    head = struct.pack(
        "100s8s8s8s12s12s8s1s100s8s32s32s8s8s155s12x",
        name,
        b"0000644\x00",
        b"0000000\x00",
        b"0000000\x00",
        said,
        b"%011o\x00" % _MTIME,
        b" " * 8,
        kind,
        link,
        magic,
        b"",
        b"",
        b"",
        b"",
        prefix,
    )
    total = sum(head) if checksum is None else checksum
    return head[:148] + b"%06o\x00 " % total + head[156:]


def tar_entry(
    name: bytes, data: bytes = b"", *, kind: bytes = b"0", link: bytes = b"", magic: bytes = USTAR
) -> bytes:
    """A header with its data, padded to whole blocks."""
    return tar_header(name, len(data), kind=kind, link=link, magic=magic) + padded(data)


def tar_pax(records: Mapping[str, str], *, kind: bytes = b"x") -> bytes:
    """A pax header: for the next member (``x``) or all that follow (``g``)."""
    data = b"".join(_pax_record(key, value) for key, value in records.items())
    return tar_entry(b"PaxHeader/0", data, kind=kind)


def _pax_record(key: str, value: str) -> bytes:
    rest = f" {key}={value}\n".encode()
    length = len(rest)
    while length != len(rest) + len(str(length)):
        length = len(rest) + len(str(length))
    return str(length).encode() + rest


def tar_long_name(name: bytes, *, kind: bytes = b"L") -> bytes:
    """A GNU long name (``L``) or long link (``K``) for the next member."""
    return tar_entry(b"././@LongLink", name + b"\x00", kind=kind, magic=GNU)


def padded(data: bytes) -> bytes:
    """``data`` filled up with zeros to whole tar blocks."""
    return data + bytes(-len(data) % _BLOCK)


def tar_bytes(*pieces: bytes, end: bytes = bytes(2 * _BLOCK)) -> bytes:
    """A tar of entries and headers, closed by two zero blocks."""
    return b"".join(pieces) + end
