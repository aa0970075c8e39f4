"""Core metadata out of a wheel (PEP 427, PEP 658)."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from pathlib import Path

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion

MOST = 4 << 20
"""Bytes of metadata that are read."""
MOST_DIRECTORY = 32 << 20
"""Bytes of a wheel's list of members that are read: each entry takes some ten times its room in memory."""
SUFFIX = ".dist-info"
_END, _END_SIZE, _COMMENT = b"PK\x05\x06", 22, 0xFFFF
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Compressions of which unpacking takes no memory that the archive names."""


def core_metadata(path: Path, filename: str) -> bytes | None:
    """``METADATA`` of the wheel's own ``.dist-info``, decompressed.

    None for another kind of file, and where it is not plain which member it is, or it cannot be read: whoever asks
    then gets no metadata, and installers read the wheel themselves.
    """
    try:
        project = parse_wheel_filename(filename)[0]
    except (InvalidWheelFilename, InvalidVersion):
        return None
    try:
        if not _is_modest(path):
            return None
        with zipfile.ZipFile(path) as wheel:
            fits = [each for each in wheel.infolist() if _is_metadata(each.filename, project)]
            if len(fits) != 1 or fits[0].file_size > MOST or fits[0].compress_type not in _KNOWN:
                return None
            with wheel.open(fits[0]) as member:
                data = member.read(MOST + 1)
    except (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return None
    return data if len(data) <= MOST else None


def _is_modest(path: Path) -> bool:
    """Whether the list of members is of a size that may be read; not one in the form for archives beyond 4 GiB."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END_SIZE - _COMMENT - _LOCATOR_SIZE))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail) or tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR):
        return False
    directory: int = struct.unpack_from("<L", tail, at + 12)[0]
    return directory <= MOST_DIRECTORY


def _is_metadata(name: str, project: str) -> bool:
    folder, _, rest = name.partition("/")
    if rest != "METADATA" or not folder.endswith(SUFFIX):
        return False
    return canonicalize_name(folder.removesuffix(SUFFIX).partition("-")[0]) == project
