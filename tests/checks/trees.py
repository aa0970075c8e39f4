"""Makes facts of a tree that a test writes down, and of the world around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from packaging.version import Version

from stockade.checks.base import Facts
from stockade.checks.registry import CHECKS
from stockade.manifests.discovery import discover
from stockade.manifests.projects import projects_of
from stockade.model.environment import InstalledPackage
from stockade.model.findings import Finding
from stockade.model.index import IndexFile, IndexProject, ProjectStatus
from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.verdicts import Indeterminate
from stockade.names.engine import Engine, Protected
from stockade.names.popular import builtin_popularity
from stockade.ports import AdvisoryFeed, NameRegister, PackageIndex
from stockade.stages.gather import name_engine
from stockade.testing.fakes import FakeAdvisories, FakeIndex, FakeRegister

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHECK_OF = {rule.id: check for check in CHECKS for rule in check.rules}
_ENGINES: dict[tuple[object, ...], Engine] = {}


class Everything(FakeRegister):
    """A register of every name there is."""

    def __contains__(self, name: object) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class World:
    """What is known beside the tree; every feed is there and says nothing bad."""

    policy: Policy = Policy()  # noqa: RUF009 - frozen
    registered: NameRegister | Indeterminate = field(default_factory=Everything)
    advisories: AdvisoryFeed | Indeterminate = field(default_factory=FakeAdvisories)
    index: PackageIndex | Indeterminate | None = None
    """None: not asked."""
    environment: tuple[InstalledPackage, ...] | None = None
    now: datetime = NOW

    def facts(self, root: Path) -> Facts:
        """The facts of the tree at ``root``."""
        inventory = discover(root)
        return Facts(
            inventory=inventory,
            projects=projects_of(inventory),
            policy=self.policy,
            now=self.now,
            names=_engine(self.policy),
            registered=self.registered,
            advisories=self.advisories,
            index=FakeIndex() if self.index is None else self.index,
            environment=self.environment,
            index_asked=self.index is not None,
        )


def _engine(policy: Policy) -> Engine:
    key = (policy.protect.names, policy.protect.patterns, policy.names.popular)
    if key not in _ENGINES:
        _ENGINES[key] = name_engine(builtin_popularity(), policy)
    return _ENGINES[key]


def bare_engine() -> Engine:
    """An engine without any popular name."""
    return Engine.build((), Protected())


Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files below one folder: ``tree({"requirements.txt": "flask"})`` gives the folder."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "tree"

    return write


def results(rule: str, facts: Facts) -> list[Finding | Indeterminate]:
    """What the rule's check gives, findings of its other rules left out."""
    defects = [d.message for m in facts.inventory.manifests for d in m.defects]
    assert not defects, "the tree of a test is read as it is meant"
    return [
        found for found in CHECK_OF[rule].run(facts) if isinstance(found, Indeterminate) or found.rule == rule
    ]


def findings(rule: str, facts: Facts) -> list[Finding]:
    """The rule's findings."""
    return [found for found in results(rule, facts) if isinstance(found, Finding)]


def unknowns(rule: str, facts: Facts) -> list[Indeterminate]:
    """What the rule's check could not judge."""
    return [found for found in results(rule, facts) if isinstance(found, Indeterminate)]


def places(found: Iterable[Finding]) -> list[str]:
    """``path:line subject`` of each finding."""
    return [f"{one.location or ''} {one.subject}" for one in found]


def released(version: str, days: float | None, **more: str | None) -> IndexFile:
    """A file that was published ``days`` ago; None: the index does not say when."""
    filename = f"tool-{version}-py3-none-any.whl"
    return IndexFile(
        filename=filename,
        version=Version(version),
        url=f"https://files.example/{filename}",
        uploaded=None if days is None else NOW - timedelta(days=days),
        yanked=more.get("yanked"),
        provenance=more.get("provenance"),
    )


def page(
    *files: IndexFile,
    name: str = "tool",
    status: ProjectStatus = ProjectStatus.ACTIVE,
    offered: bool = True,
) -> FakeIndex:
    """An index with one project."""
    return FakeIndex.of(
        IndexProject(name=project_name(name), files=files, status=status, provenance_offered=offered)
    )


def installed(name: str, version: str | None = "1.0", **more: str | bool) -> InstalledPackage:
    """A package of an environment."""
    return InstalledPackage(
        name=ProjectName(name),
        version=Version(version) if version else None,
        location=f"site-packages/{name}.dist-info",
        direct_url=str(more.get("direct_url", "")),
        editable=bool(more.get("editable", False)),
    )
