"""A package index over HTTP: polite, bounded, and honest about what it did not say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from stockade.model.index import IndexProject, Ownership
from stockade.model.names import ProjectName
from stockade.model.verdicts import Cause, Indeterminate
from stockade.ports import Clock
from stockade.sources.addresses import origin, shown
from stockade.sources.client_config import IndexSettings
from stockade.sources.http_cache import Answer, HttpCache
from stockade.sources.index_address import IndexAddress
from stockade.sources.polite_http import Manners, PoliteClient, Unanswered, refusal
from stockade.sources.simple_page import ACCEPT, PageError, read_ownership, read_page

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Called with how many of how many projects are done."""

OK, NOT_MODIFIED, NOT_FOUND = 200, 304, 404


class HttpPackageIndex:
    """The user's default index; a :class:`~stockade.ports.PackageIndex`.

    Safe to use from several threads. Close it, or use it as a context manager.

    Args:
        settings: the user's configuration.
        cache_dir: where answers are kept; it need not exist.
        clock: tells the age of what is kept.
        manners: limits and pauses.
        address: another index of the settings instead of the default one.
    """

    def __init__(
        self,
        settings: IndexSettings,
        cache_dir: Path,
        clock: Clock,
        *,
        manners: Manners | None = None,
        address: IndexAddress | None = None,
    ) -> None:
        self.address = address or settings.default
        self._no_index = settings.no_index and address is None
        self._cache = HttpCache(cache_dir / "index")
        self._clock = clock
        self._manners = manners or Manners()
        host = self.address.host
        hosts = {host, f"{host}:{origin(self.address.url)[2]}"} if self.address.remote else set()
        trusted = hosts & set(settings.trusted_hosts)
        self._http = PoliteClient(self.address, clock, self._manners, plain_allowed=bool(trusted))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a later question opens new ones."""
        self._http.close()

    def project(self, name: ProjectName) -> IndexProject | Indeterminate | None:
        """See :meth:`stockade.ports.PackageIndex.project`."""
        try:
            found = self._ask(f"{self.address.root}{name}/", ACCEPT)
            if found is None:
                return None
            answer, body = found
            return read_page(name, body, answer.content_type, answer.address)
        except Unanswered as error:
            return self._unreachable(name, error)
        except PageError as error:
            return Indeterminate(
                cause=Cause.UNREADABLE,
                subject=name,
                detail=f"the page of {name} at {shown(self.address.url)} cannot be read: {error.message}",
                mend="ask whoever runs the index",
            )

    def ownership(self, name: ProjectName) -> Ownership | Indeterminate:
        """See :meth:`stockade.ports.PackageIndex.ownership`.

        The project's JSON is asked for beside the index: ``/pypi/NAME/json`` where the index is ``/simple/``.
        """
        root = self.address.root
        if not root.endswith("/simple/"):
            return self._unknown_owner(
                name, "its address does not end in /simple/, so it has no project JSON"
            )
        try:
            found = self._ask(f"{root.removesuffix('simple/')}pypi/{name}/json", "application/json")
            owners = None if found is None else read_ownership(found[1])
        except Unanswered as error:
            return self._unreachable(name, error)
        except PageError as error:
            return self._unknown_owner(name, error.message)
        return owners or self._unknown_owner(name, "it does not say")

    def projects(
        self, names: Iterable[ProjectName], progress: Progress | None = None
    ) -> dict[ProjectName, IndexProject | Indeterminate | None]:
        """Every project's page, several at a time. ``progress`` is called in this thread."""
        return self._each(names, self.project, progress)

    def ownerships(
        self, names: Iterable[ProjectName], progress: Progress | None = None
    ) -> dict[ProjectName, Ownership | Indeterminate]:
        """Every project's owners, several at a time. ``progress`` is called in this thread."""
        return self._each(names, self.ownership, progress)

    def _each(
        self, names: Iterable[ProjectName], question: Callable[[ProjectName], T], progress: Progress | None
    ) -> dict[ProjectName, T]:
        wanted = tuple(dict.fromkeys(names))
        answers: dict[ProjectName, T] = {}
        with ThreadPoolExecutor(self._manners.concurrency, thread_name_prefix="index") as pool:
            for name, answer in zip(wanted, pool.map(question, wanted), strict=True):
                answers[name] = answer
                if progress is not None:
                    progress(len(answers), len(wanted))
        return answers

    def _unreachable(self, name: ProjectName, error: Unanswered) -> Indeterminate:
        detail = f"the index {shown(self.address.url)} did not tell of {name}: {error}"
        return Indeterminate(cause=Cause.SOURCE_UNREACHABLE, subject=name, detail=detail, mend=error.mend)

    def _unknown_owner(self, name: ProjectName, why: str) -> Indeterminate:
        detail = f"the index {shown(self.address.url)} does not tell who owns {name}: {why}"
        return Indeterminate(cause=Cause.FACT_MISSING, subject=name, detail=detail)

    def _ask(self, url: str, accept: str) -> tuple[Answer, bytes] | None:
        """The answer to ``url``, kept or fresh; None for "no such thing".

        Raises:
            Unanswered: there is none.
        """
        if self._no_index:
            raise Unanswered(
                "pip is configured to ask no index (no-index)", "name an index, or use --offline"
            )
        if not self.address.remote:
            raise Unanswered(
                "it is a local folder, which tells no upload times, owners or yanks",
                "leave it out with --offline; vet takes its files by their paths",
            )
        account = self.address.credentials.username if self.address.credentials else ""
        kept = self._cache.load(url, account)
        if kept is None or not timedelta(0) <= self._clock.now() - kept[0].fetched < self._manners.max_age:
            kept = self._fetch(url, accept, account, kept)
        return None if kept[0].status == NOT_FOUND else kept

    def _fetch(
        self, url: str, accept: str, account: str, kept: tuple[Answer, bytes] | None
    ) -> tuple[Answer, bytes]:
        headers = {"Accept": accept, "Cache-Control": "max-age=0"}
        if kept is not None and kept[0].status == OK:
            if kept[0].etag:
                headers["If-None-Match"] = kept[0].etag
            elif kept[0].modified:
                headers["If-Modified-Since"] = kept[0].modified
        reply, body = self._http.get(url, headers)
        if reply.status_code == NOT_MODIFIED and kept is not None and kept[0].status == OK:
            fresh = Answer(
                url=url,
                status=OK,
                fetched=self._clock.now(),
                address=kept[0].address,
                content_type=kept[0].content_type,
                etag=reply.headers.get("etag", kept[0].etag),
                modified=reply.headers.get("last-modified", kept[0].modified),
            )
            body = kept[1]
        elif reply.status_code in {OK, NOT_FOUND}:
            fresh = Answer(
                url=url,
                status=reply.status_code,
                fetched=self._clock.now(),
                address=shown(str(reply.url)),
                content_type=reply.headers.get("content-type", ""),
                etag=reply.headers.get("etag", ""),
                modified=reply.headers.get("last-modified", ""),
            )
        else:
            raise Unanswered(*refusal(reply))
        if "no-store" not in reply.headers.get("cache-control", ""):
            self._cache.save(fresh, body, account)
        return fresh, body
