"""Deliveries, tokens and published files in memory: fakes that pass the contract tests of the stores."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from stockade.errors import ConflictError, IncompleteError, UsageError
from stockade.model.events import Event
from stockade.model.firewall import HostedFile, Token
from stockade.model.firewall_events import served_event, words
from stockade.model.firewall_state import Delivery, Served
from stockade.model.hosted import (
    Claim,
    Yanking,
    claimed_event,
    published_event,
    require_publishable,
    require_yanking,
    yanked_event,
)
from stockade.model.names import ProjectName
from stockade.model.tokens import (
    KEPT_AFTER_EXPIRY,
    RANDOM_BYTES,
    Minted,
    Minting,
    minted_event,
    new_token,
    revoked_event,
)
from stockade.testing.events import MemoryEventLog
from stockade.testing.firewall_state import MemoryRevisions


@dataclass
class MemoryServed:
    """A :class:`~stockade.ports.ServedFiles` in memory."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    _served: list[Served] = field(default_factory=list)
    _closed: bool = False

    async def record(self, served: Served) -> None:
        """See :meth:`stockade.ports.ServedFiles.record`."""
        if self._closed:
            raise IncompleteError("nothing is recorded any more")
        await asyncio.sleep(0)
        self.write([served])

    def write(self, batch: Sequence[Served]) -> None:
        """See :meth:`stockade.ports.ServedFiles.write`."""
        self.log.append([served_event(each) for each in batch])
        self._served += batch

    def served_of(
        self, *, sha256: str | None = None, project: ProjectName | None = None
    ) -> tuple[Delivery, ...]:
        """See :meth:`stockade.ports.ServedFiles.served_of`."""
        found: dict[bytes, Delivery] = {}
        for each in self._served:
            if sha256 in {None, each.sha256} and project in {None, each.project}:
                key = msgspec.json.encode(msgspec.structs.replace(each, at=_LONG_AGO))
                found[key] = _delivered(found.get(key), each)
        return tuple(sorted(found.values(), key=_newest_first))

    def close(self) -> None:
        """See :meth:`stockade.ports.ServedFiles.close`."""
        self._closed = True


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _delivered(old: Delivery | None, served: Served) -> Delivery:
    return Delivery(
        sha256=served.sha256,
        filename=served.filename,
        project=served.project,
        version=served.version,
        client=served.client,
        first=min(old.first, served.at) if old else served.at,
        last=max(old.last, served.at) if old else served.at,
        times=old.times + 1 if old else 1,
    )


def _newest_first(each: Delivery) -> tuple[object, ...]:
    client = each.client
    parts = (each.sha256, each.filename, each.project, each.version)
    return (-each.last.timestamp(), *parts, client.name, client.identity, client.address, client.agent)


@dataclass
class MemoryTokens:
    """A :class:`~stockade.ports.Tokens` in memory."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    counters: MemoryRevisions = field(default_factory=MemoryRevisions)
    _tokens: dict[str, tuple[Token, str]] = field(default_factory=dict)
    """By id, with the text."""
    _used: set[tuple[str, str]] = field(default_factory=set)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def mint(self, minting: Minting) -> Minted:
        """See :meth:`stockade.ports.Tokens.mint`."""
        minted = new_token(minting, hashlib.sha512(str(next(self._ids)).encode()).digest()[:RANDOM_BYTES])
        self.log.append([minted_event(minting, minted.token)])
        long_gone = minting.at - KEPT_AFTER_EXPIRY
        for token, _ in list(self._tokens.values()):
            if token.identity and token.expires is not None and token.expires < long_gone:
                del self._tokens[token.id]
        self._tokens[minted.token.id] = (minted.token, minted.text)
        self.counters.bump("tokens")
        return minted

    def verify(self, text: str, at: datetime) -> Token | None:
        """See :meth:`stockade.ports.Tokens.verify`."""
        found = (token for token, kept in self._tokens.values() if kept == text)
        token = next(found, None)
        return token if token is not None and token.holds(at) else None

    def revoke(self, token: str, *, by: str, at: datetime) -> Token:
        """See :meth:`stockade.ports.Tokens.revoke`."""
        words("who revokes", by)
        if token not in self._tokens:
            raise UsageError(f"no token {token[:40]!r}")
        found, text = self._tokens[token]
        if found.revoked_at is None:
            found = msgspec.structs.replace(found, revoked_at=at)
            self.log.append([revoked_event(found, by=by, at=at)])
            self._tokens[token] = (found, text)
            self.counters.bump("tokens")
        return found

    def listed(self) -> tuple[Token, ...]:
        """See :meth:`stockade.ports.Tokens.listed`."""
        by_id = sorted((token for token, _ in self._tokens.values()), key=lambda token: token.id)
        return tuple(sorted(by_id, key=lambda token: token.created, reverse=True))

    def first_use(self, issuer: str, mark: str, *, expires: datetime, at: datetime) -> bool:
        """See :meth:`stockade.ports.OnceOnly.first_use`."""
        del expires, at
        with self._turn:
            new = (issuer, mark) not in self._used
            self._used.add((issuer, mark))
            return new


@dataclass
class MemoryHosted:
    """A :class:`~stockade.ports.HostedFiles` in memory."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    counters: MemoryRevisions = field(default_factory=MemoryRevisions)
    _files: dict[str, HostedFile] = field(default_factory=dict)
    """By place."""
    _claims: dict[ProjectName, Claim] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, file: HostedFile, claim: str | None) -> bool:
        """See :meth:`stockade.ports.HostedFiles.publish`."""
        place = require_publishable(file)
        with self._turn:
            own = self._claim_for(file, claim)
            kept = self._files.get(place)
            if kept is not None and (kept.filename, kept.sha256) != (file.filename, file.sha256):
                raise ConflictError(f"{file.filename} is published already, as {kept.filename}")
            events = [] if own is None else [claimed_event(own)]
            self._record(events + ([published_event(file, claim or "")] if kept is None else []))
            if own is not None:
                old = self._claims.get(file.project, own)
                self._claims[file.project] = msgspec.structs.replace(old, claim=own.claim)
            if kept is None:
                self._files[place] = msgspec.structs.replace(file, yanked=None)
        return kept is None

    def reclaim(self, claim: Claim) -> None:
        """See :meth:`stockade.ports.HostedFiles.reclaim`."""
        if claim.project not in self._claims:
            raise ConflictError(f"the registry has no project {claim.project}")
        self._record([claimed_event(claim)])
        self._claims[claim.project] = msgspec.structs.replace(self._claims[claim.project], claim=claim.claim)

    def claim(self, project: ProjectName) -> Claim | None:
        """See :meth:`stockade.ports.HostedFiles.claim`."""
        return self._claims.get(project)

    def files(self, project: ProjectName) -> tuple[HostedFile, ...]:
        """See :meth:`stockade.ports.HostedFiles.files`."""
        found = [each for each in self._files.values() if each.project == project]
        return tuple(sorted(found, key=lambda each: (each.uploaded, each.filename)))

    def names(self) -> tuple[ProjectName, ...]:
        """See :meth:`stockade.ports.HostedFiles.names`."""
        return tuple(sorted(self._claims))

    def yank(self, yanking: Yanking) -> int:
        """See :meth:`stockade.ports.HostedFiles.yank`."""
        require_yanking(yanking)
        here = {
            place: each
            for place, each in self._files.items()
            if (each.project, each.version) == (yanking.project, yanking.version)
        }
        if not here:
            raise ConflictError(f"the registry has no {yanking.project} {yanking.version}")
        changed = {place: each for place, each in here.items() if each.yanked != yanking.reason}
        self._record([yanked_event(yanking, len(changed))] if changed else [])
        for place, each in changed.items():
            self._files[place] = msgspec.structs.replace(each, yanked=yanking.reason)
        return len(changed)

    def references(self, sha256: str) -> int:
        """See :meth:`stockade.ports.HostedFiles.references`."""
        return sum(sha256 in _digests(each) for each in self._files.values())

    def blobs(self) -> frozenset[str]:
        """See :meth:`stockade.ports.HostedFiles.blobs`."""
        return frozenset(itertools.chain.from_iterable(map(_digests, self._files.values()))) - {""}

    def _claim_for(self, file: HostedFile, claim: str | None) -> Claim | None:
        """The claim that a publication makes, if any."""
        kept = self._claims.get(file.project)
        own = Claim(project=file.project, claim=claim or "", publisher=file.uploaded_by, at=file.uploaded)
        if kept is None:
            return own
        if claim is None or kept.claim == claim:
            return None
        if kept.claim:
            raise ConflictError(f"{file.project} was first published under another scope")
        return own

    def _record(self, events: Sequence[Event]) -> None:
        if events:
            self.log.append(events)
            self.counters.bump("hosted")


def _digests(file: HostedFile) -> frozenset[str]:
    return frozenset((file.sha256, file.metadata_sha256, file.provenance_sha256))
