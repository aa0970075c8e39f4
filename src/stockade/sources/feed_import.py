"""Imports a feed: fetch, verify, build, swap in."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stockade.errors import IncompleteError, UsageError
from stockade.model.advisories import FeedStamp
from stockade.ports import Clock
from stockade.sources.addresses import is_address, shown
from stockade.sources.build import Built
from stockade.sources.feeds import FeedName, FeedStore, ImportOptions
from stockade.sources.pack import Header, Pack, PackError, write_pack

ABANDONED_SECONDS = 86_400
"""What a killed import left behind is removed when it is older."""

ROOT_ACCEPT = "application/vnd.pypi.simple.v1+json, application/json;q=0.5, text/plain;q=0.5, text/html;q=0.1, */*;q=0.01"


@dataclass(frozen=True)
class _Origin:
    """Where a source came from, and how old its bearer says that it is."""

    shown: str
    modified: datetime | None


@dataclass(frozen=True)
class Importer:
    """One import of one feed."""

    store: FeedStore
    feed: FeedName
    clock: Clock
    options: ImportOptions

    def run(self, source: str | Path) -> FeedStamp:
        """See :meth:`FeedStore.import_feed`."""
        if not (isinstance(source, str) and is_address(source)):
            path = Path(source)
            if not path.exists():
                raise UsageError(
                    f"no such file: {shown(str(source))}", hint="give an existing file or an https address"
                )
            self._prepare_folder()
            return self._take(path, _Origin(str(path), _file_moment(path)))
        self._prepare_folder()
        with tempfile.TemporaryDirectory(prefix=".fetch.", suffix=".part", dir=self.store.folder) as scratch:
            file = Path(scratch) / "source"
            return self._take(file, self._fetch(source, file))

    def _prepare_folder(self) -> None:
        """Make the folder, and clear away what killed imports left."""
        folder = self.store.folder
        try:
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise IncompleteError(f"cannot make the folder of feeds: {error}") from error
        for part in folder.glob(".*.part"):
            with suppress(OSError):
                if part.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                    shutil.rmtree(part) if part.is_dir() else part.unlink()

    def _fetch(self, source: str, file: Path) -> _Origin:
        from stockade.sources.fetch import Request, fetch_to  # noqa: PLC0415 - 240 ms; only addresses need it
        from stockade.sources.index_address import IndexAddress  # noqa: PLC0415 - as above

        given = IndexAddress.parse(source)
        _, query, rest = source.partition("?")
        request = Request(
            address=given.url + query + rest,
            accept=ROOT_ACCEPT if self.feed is FeedName.REGISTERED_NAMES else "*/*",
            insecure=self.options.insecure,
            account=given if given.credentials is not None else self.options.account,
        )
        fetched = fetch_to(request, file, self.options.progress)
        return _Origin(fetched.address, fetched.modified)

    def _take(self, path: Path, origin: _Origin) -> FeedStamp:
        now = self.clock.now()
        try:
            digest = _digest(path, self.options.sha256)
            built = self._build(path, digest, now)
        except OSError as error:
            raise IncompleteError(f"cannot read {origin.shown}: {error}") from error
        stamp = FeedStamp(
            feed=self.feed.value,
            source=origin.shown,
            sha256=digest,
            made=min(built.made or origin.modified or now, now),
            imported=now,
            entries=built.entries,
        )
        if not self.options.force:
            self._compare(stamp)
        header = Header(
            stamp=stamp,
            unreadable=built.unreadable,
            unattributed=built.unattributed,
            notes=built.notes,
            salt=built.salt,
        )
        try:
            write_pack(self.store.path(self.feed), header, built.sections)
        except OSError as error:
            raise IncompleteError(
                f"cannot write the feed {self.feed}: {error}; the old one is kept"
            ) from error
        return stamp

    def _build(self, path: Path, digest: str, now: datetime) -> Built:
        if self.feed is FeedName.ADVISORIES:
            from stockade.sources.advisory_build import build_advisories  # noqa: PLC0415 - only this feed
            from stockade.sources.osv_documents import documents  # noqa: PLC0415 - as above

            return build_advisories(documents(path), now)
        from stockade.sources.name_builds import build_popularity, build_register  # noqa: PLC0415 - as above
        from stockade.sources.name_lists import read_bounded  # noqa: PLC0415 - as above

        if path.is_dir():
            raise UsageError(f"{path} is a folder", hint=f"{self.feed} is imported from one file")
        data = read_bounded(path)
        if self.feed is FeedName.REGISTERED_NAMES:
            return build_register(data, digest)
        return build_popularity(data)

    def _compare(self, new: FeedStamp) -> None:
        """Refuse a feed that has lost its substance, and advisories from the past."""
        try:
            old = Pack(self.store.path(self.feed)).header.stamp
        except (FileNotFoundError, PackError):
            return
        if new.entries * 2 < old.entries:
            raise IncompleteError(
                f"{self.feed} refused: {new.entries:,} entries, but the feed held has {old.entries:,}",
                hint="the source may be cut off; --force takes it nevertheless",
            )
        if self.feed is FeedName.ADVISORIES and new.made < old.made:
            raise IncompleteError(
                f"{self.feed} refused: its newest record is of {new.made:%Y-%m-%d %H:%M}, that of the feed held "
                f"of {old.made:%Y-%m-%d %H:%M}",
                hint="the source may be an old copy; --force takes it nevertheless",
            )


def _digest(path: Path, wanted: str) -> str:
    """SHA-256 of a file, or over the names and digests of a folder's JSON files."""
    if path.is_dir():
        if wanted:
            raise UsageError(
                "--sha256 needs a file", hint="a folder has no digest that anybody could publish"
            )
        total = hashlib.sha256()
        for file in sorted(path.rglob("*.json")):
            if file.is_file() and not file.is_symlink():
                total.update(f"{file.relative_to(path).as_posix()}\0{_digest(file, '')}\n".encode())
        return total.hexdigest()
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if wanted and digest != wanted.lower():
        raise IncompleteError(
            f"{path.name} refused: its SHA-256 is {digest}, expected {wanted}",
            hint="it is not the file that was meant; fetch it again, or correct --sha256",
        )
    return digest


def _file_moment(path: Path) -> datetime:
    """When a file was last changed; what a gzip header says goes before."""
    if path.is_file():
        with suppress(OSError), path.open("rb") as file:
            head = file.read(8)
            packed = int.from_bytes(head[4:8], "little")
            if head[:2] == b"\x1f\x8b" and packed:
                return datetime.fromtimestamp(packed, UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
