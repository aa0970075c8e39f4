"""Gathers the facts that checks need: the tree, the feeds, the index, the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from stockade.checks.base import Facts
from stockade.checks.drift import DRIFT, ENVIRONMENT
from stockade.checks.scope import Scope
from stockade.errors import IncompleteError, StockadeError
from stockade.manifests.discovery import discover
from stockade.manifests.projects import projects_of
from stockade.model.advisories import FeedStamp
from stockade.model.environment import InstalledPackage
from stockade.model.index import IndexProject, Ownership
from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.requirements import Inventory, Role
from stockade.model.verdicts import Cause, Indeterminate
from stockade.names.engine import Engine, Protected
from stockade.ports import AdvisoryFeed, Clock, NameRegister, PackageIndex, PopularityList
from stockade.sources.environment import read_environment
from stockade.sources.feeds import FeedStore, Held

T = TypeVar("T", AdvisoryFeed, NameRegister, PopularityList)
Progress = Callable[[int, int], None]
"""Called with how many of how many projects the index has answered."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is to be assessed, and with what."""

    root: Path
    policy: Policy
    clock: Clock
    feeds: FeedStore
    ask_index: bool
    cache: Path
    """Where answers of the index are kept."""
    environment: Path | None = None
    progress: Progress | None = None


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The facts, and the feeds that they rest on."""

    facts: Facts
    stamps: tuple[FeedStamp, ...]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A package index whose answers were all fetched beforehand, at once rather than one by one."""

    projects: Mapping[ProjectName, IndexProject | Indeterminate | None]
    owners: Mapping[ProjectName, Ownership | Indeterminate]

    def project(self, name: ProjectName) -> IndexProject | Indeterminate | None:
        """The project's page, as fetched."""
        return self.projects[name] if name in self.projects else _not_asked(name)

    def ownership(self, name: ProjectName) -> Ownership | Indeterminate:
        """Who may publish the project, as fetched; of a project without a page nobody was asked."""
        return self.owners.get(name) or _not_asked(name)


def gather(question: Question) -> Gathered:
    """Read the tree and open every source. What cannot be had is said in the facts, never left out.

    Raises:
        UsageError: the path or the environment does not exist.
    """
    policy, now = question.policy, question.clock.now()
    opened = _Opened(notes=[], stamps=[])
    installed = _installed(question.environment, opened)
    end = now + timedelta(seconds=policy.reading_seconds)
    inventory = discover(question.root, exclude=policy.exclude, expired=lambda: question.clock.now() > end)
    if all(manifest.role is Role.FOREIGN for manifest in inventory.manifests):
        opened.notes.append(_nothing_found(inventory))
    popularity = opened.take(question.feeds.popularity(now, policy.feeds))
    if isinstance(popularity, Indeterminate):
        opened.notes.append(popularity)
    names = name_engine(popularity, policy)
    registered = opened.take(question.feeds.register(now, policy.feeds))
    facts = Facts(
        inventory=inventory,
        projects=projects_of(inventory),
        policy=policy,
        now=now,
        names=names,
        registered=registered,
        advisories=opened.take(question.feeds.advisories(now, policy.feeds)),
        index=_index(question, Scope(inventory, policy, names), popularity, registered),
        environment=installed,
        notes=tuple(opened.notes),
        index_asked=question.ask_index,
    )
    return Gathered(facts=facts, stamps=tuple(opened.stamps))


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """What the opened feeds say of themselves."""

    notes: list[Indeterminate]
    stamps: list[FeedStamp]

    def take(self, held: Held[T] | Indeterminate) -> T | Indeterminate:
        if isinstance(held, Indeterminate):
            return held
        self.notes.extend(held.notes)
        self.stamps.append(held.feed.stamp)
        return held.feed


def _installed(prefix: Path | None, opened: _Opened) -> tuple[InstalledPackage, ...] | None:
    """What is installed below ``prefix``. An environment that cannot be read costs its comparison, not the rest."""
    if prefix is None:
        return None
    try:
        return read_environment(prefix)
    except IncompleteError as error:
        opened.notes.append(
            Indeterminate(
                cause=Cause.UNREADABLE,
                subject=ENVIRONMENT,
                detail=error.message,
                mend=error.hint,
                needed_by=DRIFT.id,
            )
        )
        return None


def _nothing_found(inventory: Inventory) -> Indeterminate:
    """A folder without a manifest was not judged: it may be the wrong folder, or all of it is excluded."""
    left = len(inventory.left_out)
    return Indeterminate(
        cause=Cause.FACT_MISSING,
        subject=inventory.root,
        detail="no Python dependency manifest is here, so nothing was judged"
        + (f"; {left} path{'' if left == 1 else 's'} left out" if left else ""),
        mend="Name the folder that holds the manifests, and look at what was left out.",
    )


def name_engine(popularity: PopularityList | Indeterminate, policy: Policy) -> Engine:
    """The engine over the popularity list and the policy's protected names."""
    popular = () if isinstance(popularity, Indeterminate) else popularity.names
    protected = Protected(
        names=frozenset(project_name(name) for name in policy.protect.names),
        patterns=policy.protect.patterns,
    )
    return Engine.build(popular, protected, limit=policy.names.popular)


def _index(
    question: Question,
    scope: Scope,
    popularity: PopularityList | Indeterminate,
    registered: NameRegister | Indeterminate,
) -> PackageIndex | Indeterminate:
    """The index with everything that checks will ask it, fetched at once; nothing where it is not to be asked.

    The public default index is asked about names that are known to be public only: any other may be
    internal, and no internal name leaves the machine. An index that the user configured is asked about all.
    """
    wanted = scope.public_direct
    if not question.ask_index or not wanted:
        return Answered(projects={}, owners={})
    from stockade.sources.client_config import load_index_settings  # noqa: PLC0415 - only where the index is asked
    from stockade.sources.package_index import HttpPackageIndex  # noqa: PLC0415 - loads the HTTP client

    try:
        settings = load_index_settings()
    except StockadeError as error:
        return Indeterminate(
            cause=Cause.SOURCE_UNREACHABLE,
            subject="package index",
            detail=" ".join(error.message.split()),
            mend=error.hint or "Mend the configuration, or use --offline.",
        )
    popular = frozenset(() if isinstance(popularity, Indeterminate) else popularity.names)
    projects: dict[ProjectName, IndexProject | Indeterminate | None] = {}
    asked = []
    for name in wanted:
        if (
            settings.configured
            or name in popular
            or (not isinstance(registered, Indeterminate) and name in registered)
        ):
            asked.append(name)
        else:  # an unregistered name has its own check; without the register nobody can tell
            projects[name] = _withheld(name) if isinstance(registered, Indeterminate) else None
    with HttpPackageIndex(settings, question.cache, question.clock) as index:
        pages = index.projects(asked, question.progress)
        if (silent := _silent(pages)) is not None:
            return silent
        projects |= pages
        held = [name for name, page in projects.items() if isinstance(page, IndexProject)]
        owners = index.ownerships(held, question.progress)
    return Answered(projects=projects, owners=owners)


def _silent(
    pages: Mapping[ProjectName, IndexProject | Indeterminate | None],
) -> Indeterminate | None:
    """One word for an index that answered nothing at all, where there would be one for each project."""
    gaps = [page for page in pages.values() if isinstance(page, Indeterminate)]
    if len(gaps) < max(len(pages), 2) or any(gap.cause is not Cause.SOURCE_UNREACHABLE for gap in gaps):
        return None
    return Indeterminate(
        cause=Cause.SOURCE_UNREACHABLE,
        subject="package index",
        detail=f"it told of none of {len(gaps)} projects; the first: {gaps[0].detail}",
        mend=gaps[0].mend,
    )


def _not_asked(name: ProjectName) -> Indeterminate:
    return Indeterminate(
        cause=Cause.FACT_MISSING,
        subject=name,
        detail="the index was not asked about it, or has no page of it",
    )


def _withheld(name: ProjectName) -> Indeterminate:
    return Indeterminate(
        cause=Cause.FACT_MISSING,
        subject=name,
        detail="not asked of the public index: nothing here shows that the name is public, so it may be internal",
        mend="If it is yours, declare it under [protect] names; else correct it, or import newer registered names.",
    )
