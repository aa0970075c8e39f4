"""Makes the facts of a sample folder: its tree, its policy, and what ``facts.json`` says of the world.

``facts.json`` may hold: ``now``; ``registered`` (names, absent: no such feed); ``advisories``;
``index`` (projects with files and owners, absent: the index is not asked); ``environment``;
``expect`` (for a hit: ``[path, line, subject]`` of every finding of the rule).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import msgspec
from packaging.version import Version

from stockade.checks.base import Facts
from stockade.manifests.discovery import discover
from stockade.manifests.projects import projects_of
from stockade.model.advisories import Advisory
from stockade.model.environment import InstalledPackage
from stockade.model.findings import Severity
from stockade.model.index import IndexFile, IndexProject, Ownership, ProjectStatus
from stockade.model.names import ProjectName, project_name
from stockade.model.verdicts import Cause, Indeterminate
from stockade.names.popular import builtin_popularity
from stockade.policy.loader import load_policy
from stockade.stages.gather import name_engine
from stockade.testing.fakes import FakeAdvisories, FakeIndex, FakeRegister

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


class SampleFile(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    uploaded: datetime | None = None
    yanked: str | None = None
    provenance: str | None = None


class SampleProject(msgspec.Struct, forbid_unknown_fields=True):
    files: list[SampleFile] = []
    owners: list[str] = []
    organization: str = ""
    status: ProjectStatus = ProjectStatus.ACTIVE
    provenance_offered: bool = False


class SampleAdvisory(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    project: str
    versions: list[str]
    """Empty: every version."""
    summary: str
    severity: Severity | None = None
    malicious: bool = False
    fixed: list[str] = []


class SamplePackage(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    version: str


class World(msgspec.Struct, forbid_unknown_fields=True):
    now: datetime
    registered: list[str] | None = None
    advisories: list[SampleAdvisory] = []
    index: dict[str, SampleProject] | None = None
    environment: list[SamplePackage] | None = None
    expect: list[tuple[str, int, str]] | None = None


NO_REGISTER = Indeterminate(
    cause=Cause.FEED_MISSING, subject="registered-names", detail="not imported", mend="import it"
)


def world_of(folder: Path) -> World:
    return msgspec.json.decode((folder / "facts.json").read_bytes(), type=World)


def facts_of(folder: Path) -> Facts:
    """The facts of the sample in ``folder``."""
    world = world_of(folder)
    policy = load_policy(folder, environ={}, today=date(2026, 11, 1)).policy
    inventory = discover(folder)
    return Facts(
        inventory=inventory,
        projects=projects_of(inventory),
        policy=policy,
        now=world.now,
        names=name_engine(builtin_popularity(), policy),
        registered=NO_REGISTER if world.registered is None else FakeRegister.of(*world.registered),
        advisories=_advisories(world),
        index=_index(world.index or {}),
        environment=None if world.environment is None else tuple(map(_installed, world.environment)),
        index_asked=world.index is not None,
    )


def _advisories(world: World) -> FakeAdvisories:
    found: dict[tuple[ProjectName, Version], tuple[Advisory, ...] | Indeterminate] = {}
    whole: dict[ProjectName, Advisory | Indeterminate] = {}
    for said in world.advisories:
        advisory = Advisory(
            id=said.id,
            project=project_name(said.project),
            malicious=said.malicious,
            summary=said.summary,
            severity=said.severity,
            fixed=tuple(said.fixed),
        )
        for version in said.versions:
            found[advisory.project, Version(version)] = (advisory,)
        if not said.versions:
            whole[advisory.project] = advisory
    return FakeAdvisories(found, whole)


def _index(projects: dict[str, SampleProject]) -> FakeIndex:
    pages = {
        project_name(name): IndexProject(
            name=project_name(name),
            status=said.status,
            files=tuple(_file(name, file) for file in said.files),
            provenance_offered=said.provenance_offered,
        )
        for name, said in projects.items()
    }
    owners = {
        project_name(name): Ownership(users=tuple(said.owners), organization=said.organization)
        for name, said in projects.items()
    }
    return FakeIndex(pages, owners)


def _file(name: str, said: SampleFile) -> IndexFile:
    filename = f"{name.replace('-', '_')}-{said.version}.tar.gz"
    return IndexFile(
        filename=filename,
        version=Version(said.version),
        url=f"https://files.example/{filename}",
        uploaded=said.uploaded,
        yanked=said.yanked,
        provenance=said.provenance,
    )


def _installed(said: SamplePackage) -> InstalledPackage:
    return InstalledPackage(
        name=project_name(said.name), version=Version(said.version), location=f"{said.name}.dist-info"
    )
