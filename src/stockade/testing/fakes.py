"""Fakes of the ports. Each passes the contract test of the real adapter (``tests/testing``)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from packaging.version import Version

from stockade.model.advisories import Advisory, FeedStamp
from stockade.model.index import IndexProject, Ownership
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action, Cause, Indeterminate, Reason
from stockade.model.vetting import VetResult

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""The moment at which tests take place unless they say otherwise."""


@dataclass
class FixedClock:
    """A :class:`~stockade.ports.Clock` that moves only when it is told to."""

    moment: datetime = NOON

    def now(self) -> datetime:
        """The moment set."""
        return self.moment

    def advance(self, **by: float) -> None:
        """Move on; the keywords are those of :class:`~datetime.timedelta`."""
        self.moment += timedelta(**by)


def stamp(feed: str, entries: int = 0, *, made: datetime = NOON) -> FeedStamp:
    """A feed's stamp for tests."""
    return FeedStamp(
        feed=feed, source="a test", sha256="0" * 64, made=made, imported=max(made, NOON), entries=entries
    )


@dataclass
class FakeIndex:
    """A :class:`~stockade.ports.PackageIndex` in memory."""

    pages: Mapping[ProjectName, IndexProject | Indeterminate] = field(default_factory=dict)
    """What is not here does not exist."""
    owners: Mapping[ProjectName, Ownership | Indeterminate] = field(default_factory=dict)
    """What is not here is not told."""
    asked: list[ProjectName] = field(default_factory=list)
    """The projects whose pages were asked for, in order."""

    @classmethod
    def of(cls, *projects: IndexProject) -> FakeIndex:
        """An index with these projects."""
        return cls({project.name: project for project in projects})

    @classmethod
    def unreachable(cls) -> FakeIndex:
        """An index that answers nothing."""
        return cls(_Nothing(), _Nothing())

    def project(self, name: ProjectName) -> IndexProject | Indeterminate | None:
        """See :meth:`stockade.ports.PackageIndex.project`."""
        self.asked.append(name)
        return self.pages.get(name)

    def ownership(self, name: ProjectName) -> Ownership | Indeterminate:
        """See :meth:`stockade.ports.PackageIndex.ownership`."""
        missing = Indeterminate(
            cause=Cause.FACT_MISSING, subject=name, detail=f"the index does not tell who owns {name}"
        )
        return self.owners.get(name, missing)


class _Nothing(dict[ProjectName, Indeterminate]):
    """Has an ``Indeterminate`` for every name."""

    def get(self, name: ProjectName, default: object = None) -> Indeterminate:
        del default
        return Indeterminate(
            cause=Cause.SOURCE_UNREACHABLE, subject=name, detail="the index did not answer", mend="try again"
        )


@dataclass
class FakeAdvisories:
    """A :class:`~stockade.ports.AdvisoryFeed` in memory."""

    found: Mapping[tuple[ProjectName, Version], tuple[Advisory, ...] | Indeterminate] = field(
        default_factory=dict
    )
    """What is not here has no advisory."""
    whole: Mapping[ProjectName, Advisory | Indeterminate] = field(default_factory=dict)
    """Projects of which every version is malware."""
    stamp: FeedStamp = field(default_factory=lambda: stamp("advisories"))

    def affecting(
        self, packages: Collection[tuple[ProjectName, Version]]
    ) -> dict[tuple[ProjectName, Version], tuple[Advisory, ...] | Indeterminate]:
        """See :meth:`stockade.ports.AdvisoryFeed.affecting`."""
        return {package: self.found.get(package, ()) for package in packages}

    def condemned(self, names: Collection[ProjectName]) -> dict[ProjectName, Advisory | Indeterminate]:
        """See :meth:`stockade.ports.AdvisoryFeed.condemned`."""
        return {name: self.whole[name] for name in names if name in self.whole}


@dataclass
class FakeRegister:
    """A :class:`~stockade.ports.NameRegister` in memory."""

    names: frozenset[str] = frozenset()
    stamp: FeedStamp = field(default_factory=lambda: stamp("registered-names"))

    @classmethod
    def of(cls, *names: str) -> FakeRegister:
        """A register of these canonical names."""
        return cls(frozenset(names), stamp("registered-names", len(names)))

    def __contains__(self, name: object) -> bool:
        return name in self.names


@dataclass
class FakePopularity:
    """A :class:`~stockade.ports.PopularityList` in memory."""

    names: Sequence[ProjectName] = ()
    stamp: FeedStamp = field(default_factory=lambda: stamp("popularity"))

    @classmethod
    def of(cls, names: Iterable[str]) -> FakePopularity:
        """A list of these canonical names, most downloaded first."""
        listed = tuple(ProjectName(name) for name in names)
        return cls(listed, stamp("popularity", len(listed)))


@dataclass
class FakeVetter:
    """A :class:`~stockade.ports.Vetter` that knows its verdicts beforehand."""

    verdicts: Mapping[str, Action] = field(default_factory=dict)
    """By file name; what is not here is allowed."""
    asked: list[str] = field(default_factory=list)
    """The names that were asked about, in order."""

    def vet(self, path: Path, name: str) -> VetResult:
        """See :meth:`stockade.ports.Vetter.vet`."""
        self.asked.append(name)
        try:
            content = path.read_bytes()
        except OSError as error:
            gap = Indeterminate(
                cause=Cause.UNREADABLE, subject=name, detail=f"it cannot be read: {error.strerror}"
            )
            reason = Reason(gap.code, gap.detail, Action.QUARANTINE)
            return VetResult(
                path=name,
                sha256="",
                kind="unknown",
                verdict=Action.QUARANTINE,
                score=0.0,
                reasons=(reason,),
                incomplete=(gap,),
            )
        verdict = self.verdicts.get(name, Action.ALLOW)
        return VetResult(
            path=name,
            sha256=hashlib.sha256(content).hexdigest(),
            kind="wheel" if name.endswith(".whl") else "sdist",
            size=len(content),
            files=1,
            verdict=verdict,
            score=verdict.rank / 3,
            reasons=(Reason("fake", "as the test says", verdict),),
            judged_by=("fake",),
        )
