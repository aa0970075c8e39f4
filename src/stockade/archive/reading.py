"""Opening a distribution and walking its members, in memory and within bounds."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

from stockade.archive.bounds import Budget, LimitReachedError, Log, Scope, UnreadableError
from stockade.archive.compressed import STEP, chunks
from stockade.archive.folders import read_folder
from stockade.archive.kinds import Form, form_of, holds_zip, kind_of, says_archive
from stockade.archive.links import Links
from stockade.archive.source import BytesSource, FileSource, Source
from stockade.archive.tars import read_tar
from stockade.archive.types import Limits, Member, Problem, Weight
from stockade.archive.zips import read_zip
from stockade.errors import IncompleteError

NESTED = "!/"
"""Between the path of a nested archive and that of its member."""
_STARTS = (b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


def open_archive(
    source: Path | bytes,
    name: str,
    limits: Limits | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Archive:
    """Open a distribution, a folder or a single file; nothing of it is read yet but its first bytes.

    Args:
        source: A path (a folder, too), or the content itself.
        name: The file's name, which says what the file claims to be; a folder's does not matter.
        limits: Bounds of each walk; :class:`Limits`' own when None.
        clock: Seconds that only grow.

    Raises:
        UsageError: ``source`` is no regular file or folder.
        IncompleteError: ``source`` cannot be opened.
    """
    return Archive(source, name, limits or Limits(), clock)


class Archive:
    """A distribution. Hostile content raises nothing: it becomes a :class:`Problem`.

    An archive opened from a path holds one open file until :meth:`close`, the end of a ``with`` block, or its
    own end.
    """

    def __init__(self, source: Path | bytes, name: str, limits: Limits, clock: Callable[[], float]) -> None:
        self.name = name
        self._limits = limits
        self._clock = clock
        self._log = Log()
        self._members: list[Member] = []
        self._walked = False
        self._walking = False
        self._unique: frozenset[str] = frozenset()
        """Paths that one member only has, after a walk."""
        self._digest = ""
        self._folder: Path | None = None
        self._source: Source = BytesSource(b"")
        if isinstance(source, bytes):
            self._source = BytesSource(source)
        elif source.is_dir():
            self._folder = source
        else:
            self._source = FileSource(source)
        scope = Scope(budget=Budget(limits, clock), log=Log())
        self._form = Form("") if self._folder else form_of(self._source, name, scope)
        self.kind = "folder" if self._folder else kind_of(self._form, name)
        """``wheel``, ``sdist``, ``egg``, ``zip``, ``tar``, ``folder`` or ``file``, by content first."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if isinstance(self._source, FileSource):
            self._source.close()

    @property
    def size(self) -> int:
        """Bytes of the source; of a folder: of all its files, once walked."""
        if self._folder:
            self._finish()
            return sum(member.size for member in self._members if NESTED not in member.path)
        return self._source.size

    @property
    def sha256(self) -> str:
        """Of the source, 64 hex digits; of a folder: of its sorted lines ``digest  path``."""
        if not self._digest:
            self._digest = self._folder_digest() if self._folder else self._source_digest()
        return self._digest

    @property
    def members(self) -> tuple[Member, ...]:
        """Every entry, folders and links included, nested ones after their archive.

        Walks first if need be; during a walk: those met so far.
        """
        self._finish()
        return tuple(self._members)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the archive. Walks first if need be; during a walk: what was met so far."""
        self._finish()
        return self._log.all()

    @property
    def seeks(self) -> bool:
        """Whether :meth:`read` finds a member at its place, without a pass over all before it."""
        return self._form.container == "zip" or self._folder is not None

    def walk(self) -> Iterator[tuple[Member, bytes]]:
        """Each regular file once, in the archive's order, with its whole content.

        A nested archive is yielded as a member, then its own members as ``outer!/inner``. A link to a regular
        file has kind ``symlink`` or ``hardlink`` and that file's content, after all others of its archive.
        Whatever is wrong is in :attr:`problems` once the walk has ended; a fatal problem ends it early or
        leaves something out. May be repeated, one at a time.
        """
        self._log, self._members, self._walked, self._walking = Log(), [], False, True
        self._unique = frozenset()
        budget = Budget(self._limits, self._clock)
        scope = Scope(budget=budget, log=self._log)
        try:
            for member, data in self._pass(scope):
                self._members.append(member)
                if data is not None:
                    budget.pause()
                    yield member, data
                    budget.resume()
                del data
        except LimitReachedError as error:
            self._log.add(Problem(kind=error.kind, path="", detail=error.detail, weight=Weight.FATAL))
        except IncompleteError as error:
            self._log.add(Problem(kind="unreadable", path="", detail=error.message, weight=Weight.FATAL))
        finally:
            self._walking = False
        self._walked = True
        counts = Counter(member.path for member in self._members)
        self._unique = frozenset(path for path, count in counts.items() if count == 1)

    def read(self, path: str) -> bytes:
        """The content of one member; of several of one name: the last, which an installer leaves in place.

        Takes a pass over a tar, up to the member where a walk has shown that it is the only one of its name:
        keep what a walk gives where it is needed again. A zip's member is read at its place.

        Raises:
            KeyError: there is no such file.
            IncompleteError: a bound was exceeded before it was found.
        """

        def wanted(candidate: str) -> bool:
            return candidate == path or path.startswith(candidate + NESTED)

        try:
            found = self._last(path, wanted)
            if found is None and (not self._walked or path in self._unique):
                found = self._last(path, None)  # an entry that its zip hides shows only when all are read
        except LimitReachedError as error:
            raise IncompleteError(f"{self.name}: {error.detail}") from error
        if found is None:
            raise KeyError(path)
        return found

    def _last(self, path: str, wanted: Callable[[str], bool] | None) -> bytes | None:
        found: bytes | None = None
        scope = Scope(budget=Budget(self._limits, self._clock), log=Log(), wanted=wanted)
        for member, data in self._pass(scope):
            if data is not None and member.path == path:
                found = data
                if path in self._unique:
                    break
        return found

    def _finish(self) -> None:
        if not self._walked and not self._walking:
            for _ in self.walk():
                pass

    def _source_digest(self) -> str:
        digest = hashlib.sha256()
        for offset in range(0, self._source.size, STEP):
            digest.update(self._source.read_at(offset, STEP))
        return digest.hexdigest()

    def _folder_digest(self) -> str:
        assert self._folder is not None  # noqa: S101 - asked for a folder only
        scope = Scope(budget=Budget(self._limits, self._clock), log=Log())
        try:
            lines = sorted(
                f"{hashlib.sha256(data).hexdigest()}  {member.path}\n"
                for member, data in read_folder(self._folder, scope)
                if data is not None
            )
        except LimitReachedError as error:
            raise IncompleteError(f"{self.name}: {error.detail}") from error
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()

    def _pass(self, scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
        if self._folder:
            yield from _descend(read_folder(self._folder, scope), scope)
            return
        self._check_name(scope)
        if not self._form.container:
            yield from self._single(scope)
            return
        yield from _descend(_reader(self._source, self._form, scope), scope)
        if self._form.container == "tar" and holds_zip(self._source):
            scope.suspicious("polyglot", "", "a tar that is a zip, too: installers differ in which they read")
            yield from _descend(read_zip(self._source, scope), scope)

    def _check_name(self, scope: Scope) -> None:
        said = says_archive(self.name)
        if said and not self._form.container:
            scope.fatal("not-an-archive", "", f"{self.name!a} is no {said} archive")
        elif said and said != self._form.container:
            scope.odd("kind-disagrees", "", f"{self.name!a} is a {self._form.container}, read as one")

    def _single(self, scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
        scope.budget.entry()
        scope.fits(self._source.size, self.name)
        data = self._source.read_at(0, self._source.size)
        scope.took(len(data))
        scope.budget.gave(len(data))
        yield Member(path=self.name, raw=self.name, kind="file", size=len(data)), data


def _reader(source: Source, form: Form, scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
    if form.container == "zip":
        return read_zip(source, scope)
    return _tar_with_links(source, form, scope)


def _tar_with_links(source: Source, form: Form, scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
    """The members of a tar, then its links: those to files with the files' content, by a second pass."""
    links = Links(scope)
    for member, data in read_tar(chunks(source, form.compression, scope), scope):
        links.add(member)
        if not member.link:
            yield member, data
    if not links:
        return
    names, nowhere = links.names()
    for member in nowhere:
        yield member, None
    asked = {
        path for path, linked in names.items() if any(scope.wants(scope.prefix + one.path) for one in linked)
    }
    if asked:
        yield from _named_again(source, form, names, scope, asked)


def _named_again(
    source: Source, form: Form, names: dict[str, list[Member]], scope: Scope, asked: set[str]
) -> Iterator[tuple[Member, bytes | None]]:
    scope.budget.again()
    prefix = scope.prefix
    quiet = replace(scope, log=Log(), wanted=lambda path: path.removeprefix(prefix) in asked)
    for member, data in read_tar(chunks(source, form.compression, quiet), quiet):
        if data is None:
            continue
        for link in names[member.path]:
            scope.budget.gave(len(data))
            yield replace(link, size=len(data)), data


def _descend(
    reader: Iterator[tuple[Member, bytes | None]], scope: Scope
) -> Iterator[tuple[Member, bytes | None]]:
    """What ``reader`` gives, and the members of archives among it right after each."""
    try:
        for member, data in reader:
            shown = replace(member, path=scope.prefix + member.path) if scope.prefix else member
            yield shown, data
            if data is not None and _may_hold(data):
                yield from _nested(shown, data, scope)
            del data
    except UnreadableError as error:
        scope.fatal(error.kind, error.path, error.detail)


def _may_hold(data: bytes) -> bool:
    return data.startswith(_STARTS) or data[257:262] == b"ustar"


def _nested(member: Member, data: bytes, scope: Scope) -> Iterator[tuple[Member, bytes | None]]:
    inner = Scope(
        budget=scope.budget,
        log=scope.log,
        prefix=member.path + NESTED,
        depth=scope.depth + 1,
        wanted=scope.wanted,
    )
    source = BytesSource(data)
    form = form_of(source, member.path, inner)
    if not form.container:
        return
    if inner.depth > scope.budget.limits.depth:
        raise LimitReachedError(
            "too-deep", f"{member.path!a} lies deeper than {scope.budget.limits.depth} archives"
        )
    yield from _descend(_reader(source, form, inner), inner)
