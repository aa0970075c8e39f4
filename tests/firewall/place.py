"""A firewall put together from fakes: an index, a store and a vetter that do what a test tells them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.version import Version

from stockade.errors import IncompleteError
from stockade.firewall.core import Firewall
from stockade.firewall.filters.base import NameFacts
from stockade.firewall.parts import Parts
from stockade.model.advisories import Advisory
from stockade.model.findings import Confidence, Severity
from stockade.model.firewall import Client, Origin
from stockade.model.firewall_state import Revisions, Served
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.model.policy import Policy
from stockade.model.stages import Stage
from stockade.model.upstream import Altered, UpstreamPage, Wanted
from stockade.model.verdicts import Action, Cause, Indeterminate
from stockade.model.vetting import Detection, Phase, VetResult
from stockade.ports import BlobStore
from stockade.store.folder_blobs import FolderBlobs
from stockade.testing.events import MemoryEventLog
from stockade.testing.firewall_state import MemoryApprovals, MemoryJudgements, MemoryLedger
from stockade.testing.memory_state import MemoryState
from stockade.testing.registry_state import MemoryServed

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADDRESS = "https://index.example/simple/"
CLIENT = Client(name="ci", address="192.0.2.7", agent="pip/26.3")


@dataclass
class SettableClock:
    """Tells the time that it is told."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class FakeUpstream:
    """An index of pages and files."""

    blobs: BlobStore
    pages: dict[str, UpstreamPage | Indeterminate] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """By address."""
    asked: list[str] = field(default_factory=list)

    async def page(self, name: ProjectName) -> UpstreamPage | Indeterminate | None:
        self.asked.append(name)
        await asyncio.sleep(0)
        return self.pages.get(name)

    async def file(self, wanted: Wanted) -> int | Indeterminate | Altered:
        self.asked.append(wanted.url)
        await asyncio.sleep(0)
        data = self.files.get(wanted.url)
        if data is None:
            return Indeterminate(
                cause=Cause.SOURCE_UNREACHABLE, subject=wanted.subject, detail="it does not answer"
            )
        if (altered := _altered(wanted.url, data, wanted.sha256)) is not None:
            return altered
        path = self.blobs.scratch / wanted.subject
        path.write_bytes(data)
        return await self.blobs.adopt(path, Origin.UPSTREAM, wanted.sha256)

    async def small(
        self, subject: str, url: str, limit: int, sha256: str = ""
    ) -> bytes | Altered | Indeterminate | None:
        self.asked.append(url)
        del subject, limit
        data = self.files.get(url)
        return (_altered(url, data, sha256) or data) if data is not None else None


def _altered(url: str, data: bytes, sha256: str) -> Altered | None:
    got = hashlib.sha256(data).hexdigest()
    return None if sha256 in {"", got} else Altered(subject=url, address=url, expected=sha256, got=got)


def page(name: str, body: bytes) -> UpstreamPage:
    """A page as upstream sends it."""
    return UpstreamPage(
        name=ProjectName(name),
        body=body,
        digest=hashlib.sha256(body).hexdigest(),
        content_type="application/vnd.pypi.simple.v1+json",
        address=f"{ADDRESS}{name}/",
        vouched=NOW,
    )


@dataclass
class FakeVetter:
    """Finds what a test says, by file name."""

    ruleset: str = "rules-1"
    finds: dict[str, Severity] = field(default_factory=dict)
    crashes: bool = False
    vetted: list[str] = field(default_factory=list)

    def vet(self, path: Path, name: str) -> VetResult:
        self.vetted.append(name)
        if self.crashes:
            raise RuntimeError("no judgement")
        found = [_detection(name, self.finds[name])] if name in self.finds else []
        return VetResult(
            path=name,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            kind="wheel",
            verdict=Action.ALLOW,
            score=0.0,
            findings=tuple(found),
            ruleset=self.ruleset,
            judged_by=("STK-E101",),
            files=1,
        )


def _detection(name: str, severity: Severity) -> Detection:
    return Detection(
        rule="STK-E101",
        title="Secrets are read and sent away",
        stage=Stage.EVALUATION,
        severity=severity,
        confidence=Confidence.HIGH,
        subject=name,
        message="os.environ is sent away",
        mend="Do not install it.",
        why="It is theft.",
        phase=Phase.INSTALL,
    )


@dataclass
class FakeKnowledge:
    """Feeds that know nothing, unless told."""

    malware: dict[str, Advisory] = field(default_factory=dict)
    gap: Indeterminate | None = None
    generation: int = 0

    def name(self, project: IndexProject, origin: Origin, now: datetime) -> NameFacts:
        del project, origin, now
        return NameFacts()

    def advisories(
        self, name: ProjectName, versions: Collection[Version], now: datetime
    ) -> Mapping[Version, tuple[Advisory, ...] | Indeterminate] | Indeterminate:
        del name, now
        return self.gap or dict.fromkeys(versions, ())

    def condemned(self, name: ProjectName, now: datetime) -> Advisory | Indeterminate | None:
        del now
        return self.malware.get(name)

    def revision(self) -> str:
        return str(self.generation)


class BreakableServed(MemoryServed):
    """Deliveries in memory, whose database may go away."""

    broken = False

    async def record(self, served: Served) -> None:
        if self.broken:
            raise IncompleteError("the database is gone")
        await super().record(served)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """File name and client of each delivery, the first one first."""
        return [
            (each.filename, each.client.name)
            for each in reversed(self.served_of())
            for _ in range(each.times)
        ]


@dataclass
class BreakableApprovals:
    """Approvals in memory, whose database may go away."""

    inner: MemoryApprovals
    broken: bool = False

    def revisions(self) -> Revisions:
        if self.broken:
            raise IncompleteError("the database is gone")
        return self.inner.revisions()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Place:
    """A firewall and everything around it."""

    def __init__(self, folder: Path, policy: Policy | None = None) -> None:
        self.state = MemoryState()
        self.clock = SettableClock()
        self.blobs = FolderBlobs(folder)
        self.upstream = FakeUpstream(self.blobs)
        self.vetter = FakeVetter()
        self.knowledge = FakeKnowledge()
        self.served = BreakableServed(self.state.events)
        self.approvals = BreakableApprovals(self.state.approvals)
        self.parts = Parts(
            policy=policy or Policy(),
            clock=self.clock,
            upstream=self.upstream,
            blobs=self.blobs,
            ledger=self.state.ledger,
            judgements=self.state.judgements,
            approvals=self.approvals,
            hosted=self.state.hosted,
            served=self.served,
            knowledge=self.knowledge,
            vetter=self.vetter,
            sink=self.state.events,
        )
        self.firewall = Firewall(self.parts)

    def put(self, name: str, *files: tuple[str, bytes, float], **more: Any) -> None:
        """Let upstream offer a project: file name, content, age in days."""
        entries = []
        for filename, content, days in files:
            url = f"https://files.example/{filename}"
            self.upstream.files[url] = content
            uploaded = self.clock.now() - timedelta(days=days)
            entries.append(
                {
                    "filename": filename,
                    "url": url,
                    "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
                    "size": len(content),
                    "upload-time": uploaded.isoformat().replace("+00:00", "Z"),
                }
            )
        body = {"meta": {"api-version": "1.1"}, "name": name, "versions": [], "files": entries, **more}
        self.upstream.pages[name] = page(name, json.dumps(body).encode())


__all__ = ["CLIENT", "NOW", "MemoryEventLog", "MemoryJudgements", "MemoryLedger", "Place"]
