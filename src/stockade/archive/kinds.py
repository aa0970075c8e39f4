"""What a file is: by its first bytes, then by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stockade.archive.bounds import Budget, LimitReachedError, Log, Scope, UnreadableError
from stockade.archive.compressed import Stream, chunks
from stockade.archive.source import Source
from stockade.archive.tar_headers import BLOCK, ZEROS, is_header
from stockade.archive.types import Limits
from stockade.archive.zip_records import CENTRAL_MAGIC, find_end, has_end

ZIP_NAMES = (".whl", ".egg", ".zip", ".pyz", ".jar")
TAR_NAMES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst", ".tzst")
_SDIST_TAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._]*(?:-[A-Za-z0-9._]+)*-v?[0-9].*")
_MAGICS = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@dataclass(frozen=True, slots=True)
class Form:
    """How a source is packed."""

    container: str
    """``zip``, ``tar``, or empty for a plain file."""
    compression: str = ""
    """Around a tar: ``gzip``, ``bzip2``, ``xz``, ``zstd``, or empty."""


def form_of(source: Source, name: str, scope: Scope) -> Form:
    """What ``source`` is; ``name`` decides only where the first bytes do not."""
    head = source.read_at(0, BLOCK)
    lowered = name.lower()
    if head.startswith(_ZIP_STARTS):
        return Form("zip")
    for magic, compression in _MAGICS:
        if head.startswith(magic):
            tar = lowered.endswith(TAR_NAMES) or _holds_tar(source, compression, scope)
            return Form("tar", compression) if tar else Form("")
    if head != ZEROS and is_header(head):
        return Form("tar")
    if lowered.endswith(TAR_NAMES) and head == ZEROS:
        return Form("tar")
    if lowered.endswith(ZIP_NAMES) and has_end(source):
        return Form("zip")
    return Form("")


def _holds_tar(source: Source, compression: str, scope: Scope) -> bool:
    quiet = Scope(budget=scope.budget, log=Log(), depth=1)
    try:
        block = Stream(chunks(source, compression, quiet)).read(BLOCK)
    except (UnreadableError, LimitReachedError):
        return False
    return block != ZEROS and is_header(block)


def holds_zip(source: Source) -> bool:
    """Whether ``source``, which begins as something else, can be read as a zip from its end."""
    if not has_end(source):
        return False
    quiet = Scope(budget=Budget(Limits(), float), log=Log())
    try:
        end = find_end(source, quiet)
    except UnreadableError:
        return False
    return end.length > 0 and source.read_at(end.start, len(CENTRAL_MAGIC)) == CENTRAL_MAGIC


def says_archive(name: str) -> str:
    """The container that a file's name promises: ``zip``, ``tar``, or empty."""
    lowered = name.lower()
    if lowered.endswith(ZIP_NAMES):
        return "zip"
    return "tar" if lowered.endswith(TAR_NAMES) else ""


def kind_of(form: Form, name: str) -> str:
    """``wheel``, ``sdist``, ``egg``, ``zip``, ``tar`` or ``file``."""
    lowered = name.lower()
    if form.container == "zip":
        named = {".whl": "wheel", ".egg": "egg"}.get(lowered[-4:])
        return named or ("sdist" if lowered.endswith(".zip") and _SDIST_TAR.fullmatch(name[:-4]) else "zip")
    if form.container == "tar":
        stem = next((lowered.removesuffix(end) for end in TAR_NAMES if lowered.endswith(end)), "")
        return "sdist" if _SDIST_TAR.fullmatch(stem) else "tar"
    return "file"
