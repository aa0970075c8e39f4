"""Makes the offer of a sample folder: its policy (``stockade.toml``, if any) and what ``offer.json`` says.

``offer.json`` may hold: ``now``, ``project``, ``origin``, ``status``, ``files``; ``seen`` (what is on record where that
differs from the page); ``advisories`` by version, ``condemned``; ``popular`` (names, most popular first);
``publishers``; ``content`` (what lies in one file, for filters that look at bytes); ``expect`` (for a hit: ``[subject,
files]`` of every finding of the rule, ``files`` being null for the whole project).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
from tests.firewall.offers import digest

from stockade.firewall.filters.base import Content, Offer
from stockade.firewall.name_facts import NameJudge
from stockade.model.advisories import Advisory
from stockade.model.findings import Severity
from stockade.model.firewall import Origin, Seen
from stockade.model.index import IndexFile, IndexProject, ProjectStatus
from stockade.model.names import project_name
from stockade.policy.loader import load_policy
from stockade.sources.simple_page import version_of
from stockade.testing.fakes import FakePopularity

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


class SampleFile(msgspec.Struct, forbid_unknown_fields=True):
    filename: str
    sha256: str | None = None
    """None: one that is made of the name; empty: the index gives none."""
    size: int | None = 1000
    uploaded: datetime | None = None
    yanked: str | None = None
    provenance: str | None = None


class SampleSeen(msgspec.Struct, forbid_unknown_fields=True):
    sha256: str | None = None
    size: int | None = None
    first_seen: datetime | None = None
    absent_at: datetime | None = None
    """Given: it is no file of the baseline."""


class SampleAdvisory(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    summary: str = ""
    severity: Severity | None = None
    malicious: bool = False
    fixed: list[str] = []


class SampleContent(msgspec.Struct, forbid_unknown_fields=True):
    filename: str
    size: int = 1000
    metadata: str | None = None
    provenance: str | None = None
    verified: str = ""
    """The publisher, where the verifier is to find the provenance genuine: no sample can hold a genuine one."""


class World(msgspec.Struct, forbid_unknown_fields=True):
    now: datetime
    project: str
    files: list[SampleFile]
    origin: Origin = Origin.UPSTREAM
    status: ProjectStatus = ProjectStatus.ACTIVE
    status_reason: str = ""
    seen: dict[str, SampleSeen] = {}
    advisories: dict[str, list[SampleAdvisory]] = {}
    condemned: SampleAdvisory | None = None
    popular: list[str] = []
    publishers: dict[str, str] = {}
    content: SampleContent | None = None
    expect: list[tuple[str, list[str] | None]] | None = None


def world_of(folder: Path) -> World:
    return msgspec.json.decode((folder / "offer.json").read_bytes(), type=World)


def offer_of(folder: Path) -> Offer:
    """The offer of the sample in ``folder``."""
    world = world_of(folder)
    name = project_name(world.project)
    files = tuple(_file(world, each) for each in world.files)
    advisories = {
        file.version: tuple(_advisory(world, each) for each in world.advisories.get(str(file.version), ()))
        for file in files
        if file.version is not None
    }
    policy = load_policy(folder, environ={}, today=date(2026, 11, 22)).policy
    return Offer(
        project=IndexProject(
            name=name,
            files=files,
            status=world.status,
            status_reason=world.status_reason,
            provenance_offered=any(each.provenance for each in world.files),
        ),
        origin=world.origin,
        now=world.now,
        policy=policy,
        name=NameJudge(policy, FakePopularity.of(world.popular)).facts(name),
        advisories=advisories,
        condemned=_advisory(world, world.condemned) if world.condemned else None,
        seen=dict(_seen(world, files)),
        publishers=world.publishers,
    )


def content_of(folder: Path, offer: Offer) -> tuple[IndexFile, Content, str]:
    """The file whose bytes the sample is about, its bytes, and the publisher that is to be found genuine."""
    said = world_of(folder).content
    assert said is not None, "a sample for a filter of bytes says what they hold"
    file = next(each for each in offer.project.files if each.filename == said.filename)
    content = Content(
        path=folder / said.filename,
        sha256=file.hashes["sha256"],
        size=said.size,
        metadata=None if said.metadata is None else said.metadata.encode(),
        provenance=None if said.provenance is None else said.provenance.encode(),
    )
    return file, content, said.verified


def _file(world: World, said: SampleFile) -> IndexFile:
    sha256 = digest(said.filename) if said.sha256 is None else said.sha256
    return IndexFile(
        filename=said.filename,
        version=version_of(said.filename, project_name(world.project)),
        url=f"https://files.example/{said.filename}",
        hashes={"sha256": sha256} if sha256 else {},
        size=said.size,
        uploaded=said.uploaded,
        yanked=said.yanked,
        provenance=said.provenance,
    )


def _advisory(world: World, said: SampleAdvisory) -> Advisory:
    return Advisory(
        id=said.id,
        project=project_name(world.project),
        malicious=said.malicious,
        summary=said.summary,
        severity=said.severity,
        fixed=tuple(said.fixed),
    )


def _seen(world: World, files: tuple[IndexFile, ...]) -> Iterator[tuple[str, Seen]]:
    for file in files:
        said = world.seen.get(file.filename, SampleSeen())
        yield (
            file.filename,
            Seen(
                sha256=file.hashes.get("sha256", "") if said.sha256 is None else said.sha256,
                size=file.size if said.size is None else said.size,
                first_seen=said.first_seen or world.now,
                baseline=said.absent_at is None,
                absent_at=said.absent_at,
            ),
        )
