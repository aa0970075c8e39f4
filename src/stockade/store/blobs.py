"""Opens the place where the index firewall keeps files: a folder of this machine, or an object store by its address."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from stockade.errors import IncompleteError, InvalidValueError, UsageError
from stockade.model.firewall import Origin
from stockade.ports import BlobStore

SCHEMES = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "memory")
"""Object stores that are known. Credentials, region and endpoint come from the environment, as obstore reads it."""
GRACE_SECONDS = 60.0
"""A blob that was asked for so recently is not dropped: whoever asked may not have opened it yet."""
KEEP_SHARE = 0.9
"""Where the bound is crossed, blobs are dropped down to this share of it."""
CHUNK = 1 << 18
"""Bytes that are read at once."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def open_blobs(place: str, scratch: Path, *, bound: int | None = None) -> BlobStore:
    """Open a blob store.

    Args:
        place: a folder, which is made where it is missing, or ``s3://BUCKET/PREFIX`` and the like.
        scratch: a folder for unfinished files, used where ``place`` is no folder.
        bound: most bytes of upstream blobs that are kept; None for no bound.

    Raises:
        UsageError: the address is of no kind that is known.
    """
    scheme, separator, _ = place.partition("://")
    if not separator:
        from stockade.store.folder_blobs import FolderBlobs  # noqa: PLC0415 - it builds on this module

        return FolderBlobs(Path(place), bound=bound)
    if scheme.lower() not in SCHEMES:
        raise UsageError(
            f"no blob store is known for {scheme!r} addresses",
            hint=f"give a folder, or one of {', '.join(SCHEMES)}",
        )
    from stockade.store.object_blobs import ObjectBlobs, connect  # noqa: PLC0415 - obstore belongs to an extra

    return ObjectBlobs(connect(place), scratch, bound=bound)


def key(origin: Origin, sha256: str) -> str:
    """Where a blob lies below the store's root: ``upstream/sha256/ab/cdef…``.

    Raises:
        InvalidValueError: ``sha256`` is no digest, and so might be a path.
    """
    if not _SHA256.fullmatch(sha256):
        raise InvalidValueError(f"not a SHA-256 in lower-case hex: {sha256[:80]!r}")
    return f"{origin.value}/sha256/{sha256[:2]}/{sha256[2:]}"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content. Raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_digest(path: Path, sha256: str) -> None:
    """Check what is to be adopted.

    Raises:
        InvalidValueError: the content has another digest.
    """
    found = digest_of(path)
    if found != sha256:
        raise InvalidValueError(f"the content has SHA-256 {found}, expected {sha256}")


def missing(sha256: str) -> IncompleteError:
    """The error for a blob that is not there."""
    return IncompleteError(f"no file with SHA-256 {sha256} is stored", hint="ask for the file again")


def damaged(sha256: str, origin: Origin) -> IncompleteError:
    """The error for a blob that is not what its name says."""
    hint = (
        "ask for the file again"
        if origin is Origin.UPSTREAM
        else "restore it from a backup, or publish it again"
    )
    return IncompleteError(f"the stored file with SHA-256 {sha256} was damaged", hint=hint)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn an error of the system into one that says what could not be done, and why."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        hint = (
            "make room, or set a smaller bound for cached files" if full else "check the blob store's folder"
        )
        raise IncompleteError(f"cannot {what}: {error.strerror or error}", hint=hint) from error


@dataclass(frozen=True, slots=True)
class Stored:
    """An upstream blob as a listing tells of it."""

    sha256: str
    size: int
    used: float
    """When it was last asked for, in seconds since the epoch."""


@dataclass
class Tally:
    """Counts what is stored, holds what is in use, and says what to drop."""

    bound: int | None
    total: int | None = None
    """Bytes of upstream blobs by the last listing and what was added since; None before the first listing."""
    _unlisted: int = 0
    _holds: dict[str, int] = field(default_factory=dict)

    def add(self, size: int) -> bool:
        """Count a new upstream blob. Returns whether it is time to list what is stored and drop some of it."""
        if self.bound is None:
            return False
        self._unlisted += size
        if self.total is None:
            return True
        self.total += size
        # Other processes add to the store too, so it is listed again from time to time.
        return self.total > self.bound or self._unlisted > self.bound // 8

    def to_drop(self, listed: Iterable[Stored], now: float) -> list[Stored]:
        """The blobs to drop, longest unused first; none that is held or was asked for just now."""
        blobs = sorted(listed, key=lambda each: (each.used, each.sha256))
        self.total, self._unlisted = sum(each.size for each in blobs), 0
        dropped: list[Stored] = []
        if self.bound is None or self.total <= self.bound:
            return dropped
        for each in blobs:
            if self.total <= self.bound * KEEP_SHARE:
                break
            if each.sha256 not in self._holds and now - each.used > GRACE_SECONDS:
                dropped.append(each)
                self.total -= each.size
        return dropped

    @contextmanager
    def holding(self, sha256: str) -> Iterator[None]:
        """Within the block the blob is not dropped by this process."""
        self._holds[sha256] = self._holds.get(sha256, 0) + 1
        try:
            yield
        finally:
            self._holds[sha256] -= 1
            if not self._holds[sha256]:
                del self._holds[sha256]


def remove_if_there(path: Path) -> None:
    """Remove a file, if it can be."""
    with suppress(OSError):
        path.unlink()
