"""Core metadata out of a wheel (PEP 427, PEP 658)."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion

MOST = 4 << 20
"""Bytes of metadata that are read."""
SUFFIX = ".dist-info"


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
        with zipfile.ZipFile(path) as wheel:
            fits = [each for each in wheel.infolist() if _is_metadata(each.filename, project)]
            if len(fits) != 1 or fits[0].file_size > MOST:
                return None
            with wheel.open(fits[0]) as member:
                data = member.read(MOST + 1)
    except (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return None
    return data if len(data) <= MOST else None


def _is_metadata(name: str, project: str) -> bool:
    folder, _, rest = name.partition("/")
    if rest != "METADATA" or not folder.endswith(SUFFIX):
        return False
    return canonicalize_name(folder.removesuffix(SUFFIX).partition("-")[0]) == project
