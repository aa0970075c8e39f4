"""The firewall's state in memory: fakes that pass the contract tests of the stores (``tests/store``)."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from stockade.errors import UsageError
from stockade.model.events import Event
from stockade.model.firewall import Approval, Origin, Seen
from stockade.model.firewall_events import (
    ID_BYTES,
    approval_events,
    incident_event,
    new_approval,
    revocation_event,
    words,
)
from stockade.model.firewall_state import Asked, Asker, Decision, Held, Incident, Revisions, who
from stockade.model.index import IndexFile
from stockade.model.judgements import require_rememberable
from stockade.model.names import ProjectName
from stockade.model.sightings import Sightings, look, stale
from stockade.model.vetting import VetResult
from stockade.testing.events import MemoryEventLog


@dataclass
class MemoryLedger:
    """A :class:`~stockade.ports.SeenFiles` in memory."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    known: dict[tuple[ProjectName, Origin], Sightings] = field(default_factory=dict)
    _incidents: list[Incident] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def observe(
        self, project: ProjectName, origin: Origin, files: Sequence[IndexFile], at: datetime
    ) -> Mapping[str, Seen]:
        """See :meth:`stockade.ports.SeenFiles.observe`."""
        with self._turn:
            known = self.known.get((project, origin))
            new = look(known, files, at)
            if new is None and known is not None:
                new = Sightings(known.first, at, known.files) if stale(known, at) else known
            assert new is not None  # noqa: S101 - a first look always shows something
            self.known[project, origin] = new
            return new.files

    def incident(self, incident: Incident, seen: Seen, *, actor: str = "", place: str = "") -> bool:
        """See :meth:`stockade.ports.SeenFiles.incident`."""
        with self._turn:
            if any(msgspec.structs.replace(old, at=incident.at) == incident for old in self._incidents):
                return False
            self.log.append([incident_event(incident, seen, actor=actor, place=place)])
            self._incidents.append(incident)
            return True

    def incidents(self, project: ProjectName | None = None) -> tuple[Incident, ...]:
        """See :meth:`stockade.ports.SeenFiles.incidents`."""
        found = [each for each in self._incidents if project in {None, each.project}]
        return tuple(sorted(found, key=lambda each: (each.at, each.filename)))


@dataclass
class MemoryJudgements:
    """A :class:`~stockade.ports.JudgedFiles` in memory."""

    _results: dict[tuple[str, str, str], VetResult] = field(default_factory=dict)
    _metadata: dict[ProjectName, dict[str, str]] = field(default_factory=dict)
    _publishers: dict[ProjectName, dict[str, str]] = field(default_factory=dict)

    def remember(self, filename: str, result: VetResult, at: datetime) -> None:
        """See :meth:`stockade.ports.JudgedFiles.remember`."""
        del at
        require_rememberable(result)
        self._results[result.sha256, filename, result.ruleset] = result

    def recall(self, sha256: str, filename: str, ruleset: str) -> VetResult | None:
        """See :meth:`stockade.ports.JudgedFiles.recall`."""
        return self._results.get((sha256, filename, ruleset))

    def remember_metadata(
        self, project: ProjectName, sha256: str, metadata_sha256: str, at: datetime
    ) -> None:
        """See :meth:`stockade.ports.JudgedFiles.remember_metadata`."""
        del at
        self._metadata.setdefault(project, {})[sha256] = metadata_sha256

    def metadata_of(self, project: ProjectName) -> Mapping[str, str]:
        """See :meth:`stockade.ports.JudgedFiles.metadata_of`."""
        return dict(self._metadata.get(project, {}))

    def remember_publisher(self, project: ProjectName, version: str, identity: str, at: datetime) -> str:
        """See :meth:`stockade.ports.JudgedFiles.remember_publisher`."""
        del at
        return self._publishers.setdefault(project, {}).setdefault(version, words("publisher", identity))

    def publishers(self, project: ProjectName) -> Mapping[str, str]:
        """See :meth:`stockade.ports.JudgedFiles.publishers`."""
        return dict(self._publishers.get(project, {}))


@dataclass
class MemoryRevisions:
    """The counters that the fakes of one state share."""

    counts: dict[str, int] = field(default_factory=lambda: {"approvals": 0, "hosted": 0, "tokens": 0})

    def bump(self, topic: str) -> None:
        """Count a change."""
        self.counts[topic] += 1


@dataclass
class MemoryApprovals:
    """An :class:`~stockade.ports.Approvals` in memory."""

    log: MemoryEventLog = field(default_factory=MemoryEventLog)
    counters: MemoryRevisions = field(default_factory=MemoryRevisions)
    _approvals: dict[str, Approval] = field(default_factory=dict)
    _queue: dict[str, Held] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, decision: Decision) -> Approval:
        """See :meth:`stockade.ports.Approvals.add`."""
        return self._record(new_approval("approve", decision, self._random()))

    def deny(self, decision: Decision) -> Approval:
        """See :meth:`stockade.ports.Approvals.deny`."""
        return self._record(new_approval("deny", decision, self._random()))

    def revoke(self, approval: str, *, by: str, at: datetime) -> Approval:
        """See :meth:`stockade.ports.Approvals.revoke`."""
        words("who revokes", by)
        found = self._approvals.get(approval)
        if found is None:
            raise UsageError(f"no approval {approval[:40]!r}")
        if found.revoked_at is None:
            found = msgspec.structs.replace(found, revoked_at=at, revoked_by=by)
            self.log.append([revocation_event(found)])
            self._approvals[approval] = found
            self.counters.bump("approvals")
        return found

    def get(self, approval: str) -> Approval | None:
        """See :meth:`stockade.ports.Approvals.get`."""
        return self._approvals.get(approval)

    def listed(self) -> tuple[Approval, ...]:
        """See :meth:`stockade.ports.Approvals.listed`."""
        by_id = sorted(self._approvals.values(), key=lambda each: each.id)
        return tuple(sorted(by_id, key=lambda each: each.at, reverse=True))

    def for_project(self, project: ProjectName) -> tuple[Approval, ...]:
        """See :meth:`stockade.ports.Approvals.for_project`."""
        found = (each for each in self._approvals.values() if each.scope.project == project)
        return tuple(
            sorted((each for each in found if each.revoked_at is None), key=lambda each: (each.at, each.id))
        )

    def held(self, asked: Sequence[Asked], at: datetime, events: Sequence[Event] = ()) -> None:
        """See :meth:`stockade.ports.Approvals.held`."""
        self.log.append(events)
        for each in asked:
            code = each.ruling.code
            self._queue[code] = _counted(self._queue.get(code) or _first(each, at), who(each.client), at)

    def queue(self, project: ProjectName | None = None) -> tuple[Held, ...]:
        """See :meth:`stockade.ports.Approvals.queue`."""
        found = [each for each in self._queue.values() if project in {None, each.project}]
        by_code = sorted(found, key=lambda each: each.code)
        return tuple(sorted(by_code, key=lambda each: each.last, reverse=True))

    def by_code(self, code: str) -> Held | None:
        """See :meth:`stockade.ports.Approvals.by_code`."""
        return self._queue.get(code)

    def revisions(self) -> Revisions:
        """See :meth:`stockade.ports.Approvals.revisions`."""
        return Revisions(**self.counters.counts)

    def revision(self) -> int:
        """See :meth:`stockade.ports.Approvals.revision`."""
        return self.revisions().total

    def _record(self, approval: Approval) -> Approval:
        self.log.append(approval_events(approval))
        self._approvals[approval.id] = approval
        self.counters.bump("approvals")
        return approval

    def _random(self) -> bytes:
        return next(self._ids).to_bytes(ID_BYTES, "little")


def _first(asked: Asked, at: datetime) -> Held:
    ruling = asked.ruling
    return Held(
        code=ruling.code,
        project=ruling.project,
        version=ruling.version,
        filename=ruling.filename,
        sha256=ruling.sha256,
        action=ruling.verdict.action,
        reasons=ruling.verdict.reasons,
        first=at,
        last=at,
        times=0,
        askers=(),
    )


def _counted(held: Held, asker: str, at: datetime) -> Held:
    others = {each.who: each for each in held.askers}
    old = others.pop(asker, Asker(who=asker, first=at, last=at, times=0))
    new = msgspec.structs.replace(old, last=max(old.last, at), times=old.times + 1)
    askers = sorted((*others.values(), new), key=lambda each: each.who)
    askers.sort(key=lambda each: each.last, reverse=True)
    return msgspec.structs.replace(held, last=max(held.last, at), times=held.times + 1, askers=tuple(askers))
