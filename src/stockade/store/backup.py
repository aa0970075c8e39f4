"""Back-up and restore of a state in SQLite: a consistent copy, and the list of blobs that belong to it.

A server on PostgreSQL is backed up with its own tools; docs/firewall-state.md says how.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from stockade.errors import IncompleteError, UsageError
from stockade.model.eventlog import Anchor
from stockade.store.database import database_url
from stockade.store.state import FirewallState

MANIFEST = ".manifest.json"
"""Behind the copy's name: the name of its manifest."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to a backup."""

    schema: Literal["stockade.backup/1"] = "stockade.backup/1"
    made: Annotated[datetime, msgspec.Meta(tz=True)]
    anchor: str
    """The newest event, as ``stockade events anchor`` prints it."""
    blobs: tuple[str, ...]
    """SHA-256 of every blob that the private registry needs, sorted: what else is in the blob store can be fetched again."""


def backup(url: str, target: Path, at: datetime, *, busy_seconds: float = 30.0) -> Manifest:
    """Copy the state at ``url`` into the file ``target``, and its manifest beside it, while others go on writing.

    The copy is one moment of the database, checked and flushed to disk before it gets its name. Copy the blobs after it:
    those that its rows name are in the store before the rows are.

    Raises:
        UsageError: the state is not in SQLite, or ``target`` is there already.
        IncompleteError: it could not be copied whole, or is not intact.
    """
    source = _file_of(url)
    if target.exists():
        raise UsageError(f"{target} is there already", hint="a backup replaces nothing; name another file")
    if not source.is_file():
        raise IncompleteError(f"there is no state at {source}")
    with _unfinished(target) as draft:
        _copy(source, draft, busy_seconds)
        manifest = _checked(draft, at)
        beside = target.with_name(target.name + MANIFEST)
        _write_durably(beside, msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
        _flush(draft)
        draft.replace(target)
        _flush(target.parent)
    return manifest


def restore(copy: Path, url: str) -> Manifest:
    """Put a backup in the place of a state that is lost. Nothing that is there is overwritten.

    Raises:
        UsageError: the place is not a file for SQLite, or something is there already.
        IncompleteError: the backup is not whole, or does not fit its manifest.
    """
    target = _file_of(url)
    for name in (target, *_companions(target)):
        if name.exists():
            raise UsageError(
                f"{name} is there already", hint="move it away first, with its -wal and -shm files"
            )
    manifest = _manifest_of(copy)
    with _unfinished(target) as draft:
        _copy(copy, draft, 30.0)
        found = _checked(draft, manifest.made)
        if found != manifest:
            raise IncompleteError(
                f"{copy} does not fit its manifest: newest event {found.anchor}, expected {manifest.anchor}"
            )
        _flush(draft)
        draft.replace(target)
        _flush(target.parent)
    return manifest


def _file_of(url: str) -> Path:
    parsed = database_url(url)
    if parsed.drivername != "sqlite":
        raise UsageError(
            "only a state in SQLite is copied by this program",
            hint="back PostgreSQL up with pg_dump (docs/firewall-state.md)",
        )
    return Path(parsed.database or "")


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A name beside ``target`` for a copy that is not finished; what is left there afterwards is removed."""
    draft = target.with_name(f".{target.name}.unfinished")
    try:
        for name in (draft, *_companions(draft)):
            name.unlink(missing_ok=True)
        yield draft
    except OSError as error:
        raise IncompleteError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        for name in (draft, *_companions(draft)):
            name.unlink(missing_ok=True)


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def _copy(source: Path, target: Path, busy_seconds: float) -> None:
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with (
            closing(
                sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=busy_seconds)
            ) as read,
            closing(sqlite3.connect(target)) as write,
        ):
            read.backup(
                write
            )  # in one go: whoever writes meanwhile is not held up, and does not make it start anew
            # One file by itself, without a journal that would have to be carried along.
            write.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise IncompleteError(f"{source} could not be copied: {error}") from error


def _checked(copy: Path, at: datetime) -> Manifest:
    """What belongs to a copy that was found intact."""
    with FirewallState.open(f"sqlite:///{copy.absolute()}", create=False) as state:
        result = state.events.verify()
        if not result.intact:
            raise IncompleteError(
                f"{copy.name.strip('.')} is not intact: {result.problems[0].message}",
                hint="run 'stockade events verify' on the state itself",
            )
        state.approvals.listed()
        blobs = tuple(sorted(state.hosted.blobs()))
    return Manifest(made=at, anchor=str(Anchor(result.head.sequence, result.head.hash)), blobs=blobs)


def _manifest_of(copy: Path) -> Manifest:
    beside = copy.with_name(copy.name + MANIFEST)
    try:
        return msgspec.json.decode(beside.read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise IncompleteError(f"{beside} cannot be read: {error}", hint="a backup is both files") from error


def _write_durably(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    _flush(path)


def _flush(path: Path) -> None:
    """Bring a file or a folder to disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
