"""Protocols through which the pure layers meet the world. Adapters are in ``sources`` and ``store``,
fakes in ``testing``; a fake passes the same contract test as the real adapter.

A port that cannot answer returns an :class:`~stockade.model.verdicts.Indeterminate`: never an empty
answer that looks clean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from packaging.version import Version

    from stockade.model.advisories import Advisory, FeedStamp
    from stockade.model.events import ChainedEvent, Event
    from stockade.model.index import IndexProject, Ownership
    from stockade.model.names import ProjectName
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
