"""Judgements on disk, so that the same bytes are judged once by the same rules.

An entry is a line of JSON (whose it is, and the digest of the rest) and the judgement. It counts only where the
file belongs to this user, nobody else may write it or its folder, and every digest fits: an entry of somebody
else's must not make malware clean. What the policy says is not in it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from stockade.model.verdicts import Cause
from stockade.sources.atomic import replacing
from stockade.vetter.judged import Judged

MOST_BYTES = 256 << 20
MOST_ENTRY = 64 << 20
_FOREIGN_WRITE = stat.S_IWGRP | stat.S_IWOTH


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of an entry."""

    sha256: str
    """Of the input."""
    name: str
    """As it was judged."""
    ruleset: str
    digest: str
    """SHA-256 of what follows."""


_HEAD = msgspec.json.Decoder(_Head)
_BODY = msgspec.json.Decoder(Judged)


class JudgementCache:
    """Judgements in a folder.

    Args:
        folder: where; it need not exist.
        ruleset: the digest of the rules and the analysis; what others judged is not found.
    """

    def __init__(self, folder: Path, ruleset: str) -> None:
        self._folder = folder
        self._ruleset = ruleset

    def load(self, sha256: str, name: str) -> Judged | None:
        """The judgement of these bytes under this name; None where there is none that can be trusted."""
        data = self._read(self._path(sha256, name))
        if data is None:
            return None
        line, _, body = data.partition(b"\n")
        try:
            head = _HEAD.decode(line)
            wanted = _Head(
                sha256=sha256, name=name, ruleset=self._ruleset, digest=hashlib.sha256(body).hexdigest()
            )
            judged = _BODY.decode(body) if head == wanted else None
        except (msgspec.MsgspecError, RecursionError):
            return None
        fits = judged is not None and judged.sha256 == sha256 and judged.ruleset == self._ruleset
        return judged if fits else None

    def save(self, judged: Judged, sha256: str, name: str) -> None:
        """Keep a judgement of the bytes ``sha256``. A folder that cannot be written to costs speed, nothing else.

        Not kept: what was judged by other rules or is of other bytes, and what a second try may judge better.
        """
        passing = any(gap.cause is Cause.CHECK_FAILED for gap in judged.incomplete)
        if passing or judged.sha256 != sha256 or judged.ruleset != self._ruleset:
            return
        body = msgspec.json.encode(judged)
        head = _Head(sha256=sha256, name=name, ruleset=self._ruleset, digest=hashlib.sha256(body).hexdigest())
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._own_folder():  # the file is made with 0600, by mkstemp
                with replacing(self._path(sha256, name), durable=False) as file:
                    file.write(msgspec.json.encode(head) + b"\n" + body)

    def prune(self, most: int = MOST_BYTES) -> None:
        """Remove the oldest entries until at most ``most`` bytes are left."""
        entries = sorted(self._entries(), reverse=True)
        total = 0
        for _, size, path in entries:
            total += size
            if total > most:
                with suppress(OSError):
                    path.unlink()

    def _entries(self) -> Iterator[tuple[int, int, Path]]:
        """Time of writing, bytes and path of every entry."""
        with suppress(OSError), os.scandir(self._folder) as found:
            for entry in found:
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield status.st_mtime_ns, status.st_size, Path(entry.path)

    def _path(self, sha256: str, name: str) -> Path:
        key = hashlib.sha256(f"{sha256}\n{self._ruleset}\n{name}".encode("utf-8", "surrogateescape"))
        return self._folder / f"{key.hexdigest()[:48]}.judged"

    def _own_folder(self) -> bool:
        try:
            return _own(self._folder.lstat(), stat.S_ISDIR)
        except OSError:
            return False

    def _read(self, path: Path) -> bytes | None:
        if not self._own_folder():
            return None
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not _own(status, stat.S_ISREG) or status.st_size > MOST_ENTRY:
                return None
            return file.read(MOST_ENTRY)


def _own(status: os.stat_result, kind: Callable[[int], bool]) -> bool:
    """It is of that kind, belongs to this user, and nobody else may write it."""
    return kind(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & _FOREIGN_WRITE
