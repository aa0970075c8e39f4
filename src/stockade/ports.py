"""Protocols through which the pure layers meet the world. Adapters are in ``sources`` and ``store``,
fakes in ``testing``; a fake passes the same contract test as the real adapter.

A port that cannot answer returns an :class:`~stockade.model.verdicts.Indeterminate`: never an empty
answer that looks clean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from packaging.version import Version

    from stockade.model.advisories import Advisory, FeedStamp
    from stockade.model.events import ChainedEvent, Event
    from stockade.model.firewall import Approval, HostedFile, Origin, Seen, Token
    from stockade.model.firewall_state import Asked, Decision, Delivery, Held, Incident, Revisions, Served
    from stockade.model.hosted import Claim, Yanking
    from stockade.model.index import IndexFile, IndexProject, Ownership
    from stockade.model.names import ProjectName
    from stockade.model.tokens import Minted, Minting
    from stockade.model.upstream import Altered, UpstreamPage, Wanted
    from stockade.model.verdicts import Indeterminate
    from stockade.model.vetting import VetResult


class Clock(Protocol):
    """Tells the time, so that tests can."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        ...


class EventSink(Protocol):
    """Takes events, in order, for ever."""

    def append(self, events: Sequence[Event]) -> Sequence[ChainedEvent]:
        """Record all of ``events`` atomically.

        Raises:
            IncompleteError: they could not be recorded. The caller must not go on as if they were.
        """
        ...


class PackageIndex(Protocol):
    """A package index, asked by project."""

    def project(self, name: ProjectName) -> IndexProject | Indeterminate | None:
        """The project's page; None where the index says that there is no such project."""
        ...

    def ownership(self, name: ProjectName) -> Ownership | Indeterminate:
        """Who may publish the project; ``fact-missing`` where the index does not tell."""
        ...


class AdvisoryFeed(Protocol):
    """Known vulnerabilities and malicious releases, from local data."""

    @property
    def stamp(self) -> FeedStamp:
        """Source and age of the data."""
        ...

    def affecting(
        self, packages: Collection[tuple[ProjectName, Version]]
    ) -> Mapping[tuple[ProjectName, Version], tuple[Advisory, ...] | Indeterminate]:
        """For every package asked, the advisories that hit it (withdrawn ones excluded), worst
        first; an entry is ``Indeterminate`` where a record's version ranges cannot be judged."""
        ...

    def condemned(self, names: Collection[ProjectName]) -> Mapping[ProjectName, Advisory | Indeterminate]:
        """The projects among ``names`` of which *every* version is known malware, with the advisory.

        A project with one malicious release among innocent ones is not among them.
        """
        ...


class NameRegister(Protocol):
    """Which names are registered on the public index, from local data: no name leaves the machine."""

    @property
    def stamp(self) -> FeedStamp:
        """Source and age of the data."""
        ...

    def __contains__(self, name: object) -> bool:
        """Whether a canonical name is registered."""
        ...


class PopularityList(Protocol):
    """The most downloaded projects, most downloaded first."""

    @property
    def stamp(self) -> FeedStamp:
        """Source and age of the data."""
        ...

    @property
    def names(self) -> Sequence[ProjectName]:
        """Canonical names; the rank of ``names[0]`` is 1."""
        ...


class Vetter(Protocol):
    """Judges distributions without running them: what an index firewall asks before it lets a file through."""

    def vet(self, path: Path, name: str) -> VetResult:
        """Judge the file at ``path`` under the name that the index gives it, and decide by the policy.

        What cannot be judged has its reason in ``incomplete`` and a verdict that is never ``allow``. May be called from
        several threads.
        """
        ...


class SeenFiles(Protocol):
    """What files were when an index firewall first saw them."""

    def observe(
        self, project: ProjectName, origin: Origin, files: Sequence[IndexFile], at: datetime
    ) -> Mapping[str, Seen]:
        """Remember a look at a project's page. The answer has every file of it, and those that vanished.

        What was remembered of a file never changes (:func:`stockade.model.sightings.look`).

        Raises:
            IncompleteError: it could not be remembered, or what is remembered cannot be read.
        """
        ...

    def incident(self, incident: Incident, seen: Seen, *, actor: str = "", place: str = "") -> bool:
        """Record once, with an event, that a file contradicts its first sight; whether that was new."""
        ...

    def incidents(self, project: ProjectName | None = None) -> tuple[Incident, ...]:
        """What was recorded, oldest first."""
        ...


class JudgedFiles(Protocol):
    """What was found out about contents and need not be found out again."""

    def remember(self, filename: str, result: VetResult, at: datetime) -> None:
        """Keep a judgement under the result's digest and ruleset and the file's name; a later one replaces it.

        Raises:
            InvalidValueError: the result names no digest or no ruleset.
        """
        ...

    def recall(self, sha256: str, filename: str, ruleset: str) -> VetResult | None:
        """The judgement of these bytes under this name by these rules; None where there is none."""
        ...

    def remember_metadata(
        self, project: ProjectName, sha256: str, metadata_sha256: str, at: datetime
    ) -> None:
        """Keep the digest of the core metadata that were read out of the wheel with the digest ``sha256``."""
        ...

    def metadata_of(self, project: ProjectName) -> Mapping[str, str]:
        """By the digests of wheels: the digests of the metadata that were read out of them."""
        ...

    def remember_publisher(self, project: ProjectName, version: str, identity: str, at: datetime) -> str:
        """Keep the identity that the attestations of a version proved; the first one stays, and is returned."""
        ...

    def publishers(self, project: ProjectName) -> Mapping[str, str]:
        """By version: the identity that is kept."""
        ...


class Approvals(Protocol):
    """What people said about held files, the queue of those, and counters of changes.

    A change and its events are recorded together, or neither is.
    """

    def add(self, decision: Decision) -> Approval:
        """Approve what the decision's scope names.

        Raises:
            InvalidValueError: no reason, nobody who decides, words that no event can hold, an expiry in the past.
        """
        ...

    def deny(self, decision: Decision) -> Approval:
        """Refuse what the decision's scope names; errors as for ``add``."""
        ...

    def revoke(self, approval: str, *, by: str, at: datetime) -> Approval:
        """Take back an approval or denial, by its id; one that is revoked already stays as it is.

        Raises:
            UsageError: there is none with this id.
        """
        ...

    def get(self, approval: str) -> Approval | None:
        """One by its id."""
        ...

    def listed(self) -> tuple[Approval, ...]:
        """All, expired and revoked ones too, the newest first."""
        ...

    def for_project(self, project: ProjectName) -> tuple[Approval, ...]:
        """What is not revoked of a project, oldest first; whether it holds depends on the moment."""
        ...

    def held(self, asked: Sequence[Asked], at: datetime, events: Sequence[Event] = ()) -> None:
        """Queue files that were asked for and refused; ``events`` are recorded with them, or neither."""
        ...

    def queue(self, project: ProjectName | None = None) -> tuple[Held, ...]:
        """The files that were asked for and refused, the last asked first."""
        ...

    def by_code(self, code: str) -> Held | None:
        """The refused file of a ruling's code; None where nobody asked for one."""
        ...

    def revisions(self) -> Revisions:
        """How often approvals, tokens and hosted files were changed."""
        ...

    def revision(self) -> int:
        """One number that rises with every such change."""
        ...


class ServedFiles(Protocol):
    """What was served to whom."""

    async def record(self, served: Served) -> None:
        """Return when a delivery is committed, with its event. Only then may its first byte leave.

        Raises:
            IncompleteError: it could not be recorded: the file must not be served.
        """
        ...

    def write(self, batch: Sequence[Served]) -> None:
        """Record deliveries at once, with their events: all or, with an ``IncompleteError``, none."""
        ...

    def served_of(
        self, *, sha256: str | None = None, project: ProjectName | None = None
    ) -> tuple[Delivery, ...]:
        """Who got which files, of one digest or project or of all: the last served first."""
        ...

    def close(self) -> None:
        """Record what waits and take nothing more."""
        ...


class OnceOnly(Protocol):
    """Remembers which identity tokens were used."""

    def first_use(self, issuer: str, mark: str, *, expires: datetime, at: datetime) -> bool:
        """Whether a token of ``issuer`` is used for the first time; ``mark`` tells it from the issuer's others.

        It is remembered at least until ``expires``, from when on it would be refused anyway.
        """
        ...


class Tokens(OnceOnly, Protocol):
    """The firewall's own tokens; secrets are kept as digests only."""

    def mint(self, minting: Minting) -> Minted:
        """Make a token; its text is in the answer and nowhere else.

        Raises:
            InvalidValueError: see :func:`stockade.model.tokens.new_token`.
        """
        ...

    def verify(self, text: str, at: datetime) -> Token | None:
        """The token that ``text`` is, if it is valid at this moment; None for any other text."""
        ...

    def revoke(self, token: str, *, by: str, at: datetime) -> Token:
        """Make a token invalid at once, by its id; one that is revoked already stays as it is.

        Raises:
            UsageError: there is none with this id.
        """
        ...

    def listed(self) -> tuple[Token, ...]:
        """Every token that is kept, invalid ones too, the newest first."""
        ...


class HostedFiles(Protocol):
    """The private registry's files. A change and its events are recorded together, or neither is."""

    def publish(self, file: HostedFile, claim: str | None) -> bool:
        """Publish a file whose blobs are stored already; False where the very same file is there.

        The first ``claim`` that is not empty becomes the project's own; every other is refused from then on. None is for
        somebody who may publish whatever a project's claim is.

        Raises:
            ConflictError: another file has its place (see :func:`stockade.model.hosted.place_of`), or the project has
                another claim.
            InvalidValueError: see :func:`stockade.model.hosted.require_publishable`.
        """
        ...

    def reclaim(self, claim: Claim) -> None:
        """Give a project to another claim; ``ConflictError`` where there is no such project."""
        ...

    def claim(self, project: ProjectName) -> Claim | None:
        """Whose a project is; None where it has no file."""
        ...

    def files(self, project: ProjectName) -> tuple[HostedFile, ...]:
        """A project's files, in the order in which they were uploaded."""
        ...

    def names(self) -> tuple[ProjectName, ...]:
        """Every project that has a file, sorted."""
        ...

    def yank(self, yanking: Yanking) -> int:
        """Mark a version as yanked, or as no longer; how many files that changed.

        Raises:
            ConflictError: the registry has no such version.
            InvalidValueError: see :func:`stockade.model.hosted.require_yanking`.
        """
        ...

    def references(self, sha256: str) -> int:
        """How many files, metadata or provenance objects are the blob with this digest."""
        ...

    def blobs(self) -> frozenset[str]:
        """The digests of all blobs that published files need."""
        ...


class BlobStore(Protocol):
    """Files by their SHA-256 (64 lower-case hex digits), those of upstream indexes and hosted ones apart.

    What upstream has may be dropped to keep within a bound and is fetched again; a hosted blob is never dropped. Safe to
    share between processes. Every method raises ``IncompleteError`` where the store does not answer or has no room.
    """

    @property
    def scratch(self) -> Path:
        """A folder for files that are still being written, from which :meth:`adopt` is cheapest."""
        ...

    async def adopt(self, path: Path, origin: Origin, sha256: str) -> int:
        """Take over the file at ``path``, which is gone afterwards, whatever happens. Returns its size in bytes.

        Raises:
            InvalidValueError: its content has another digest. Nothing was stored.
        """
        ...

    async def size(self, origin: Origin, sha256: str) -> int | None:
        """The size in bytes; None where there is no such blob."""
        ...

    def read(
        self, origin: Origin, sha256: str, first: int = 0, count: int | None = None
    ) -> AsyncIterator[bytes]:
        """The content from byte ``first`` on, ``count`` bytes of it or all.

        A blob that is read whole is checked on the way: where its digest is wrong, the last chunk does not come.

        Raises:
            IncompleteError: there is no such blob, it is shorter, or it was damaged.
        """
        ...

    async def path(self, origin: Origin, sha256: str) -> Path | None:
        """Where the checked content lies on this machine; None where there is no such blob, or it lies elsewhere."""
        ...

    def held(self, origin: Origin, sha256: str) -> AbstractAsyncContextManager[Path]:
        """The checked content as a file that stays until the block ends.

        Raises:
            IncompleteError: there is no such blob, or it was damaged.
        """
        ...

    async def delete(self, origin: Origin, sha256: str) -> None:
        """Remove a blob; one that is not there is removed already."""
        ...


class Upstream(Protocol):
    """One upstream index, as it is asked for the firewall's clients. It judges nothing that it hands on."""

    async def page(self, name: ProjectName) -> UpstreamPage | Indeterminate | None:
        """The project's page; None where the index says that there is no such project.

        However many ask at once, one question goes out. Where the index does not answer, a page that it gave before is
        handed out with its age and the trouble: whether that will do is the caller's to say.
        """
        ...

    async def file(self, wanted: Wanted) -> int | Altered | Indeterminate:
        """See to it that the file lies in the blob store, under upstream and its digest. Returns its size in bytes.

        Its digest, and its size where the page gives one, are checked before it counts as there.
        """
        ...

    async def small(
        self, subject: str, url: str, limit: int, sha256: str = ""
    ) -> bytes | Altered | Indeterminate | None:
        """What lies beside a file: core metadata, a provenance object. None where there is no such thing.

        Args:
            subject: what it is called where something is said of it.
            url: its address.
            limit: most bytes that it may have.
            sha256: its digest, where the page gives one; else nothing is checked.
        """
        ...
