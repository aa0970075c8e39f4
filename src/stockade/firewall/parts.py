"""What the firewall is put together from, as protocols: adapters are in ``sources``, ``store`` and ``stages``.

The synchronous ones are called in threads; the asynchronous ones in the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from packaging.version import Version

from stockade.firewall.filters.base import NameFacts
from stockade.model.advisories import Advisory
from stockade.model.firewall import Origin
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.model.policy import Policy
from stockade.model.verdicts import Indeterminate
from stockade.model.vetting import VetResult
from stockade.ports import (
    Approvals,
    BlobStore,
    Clock,
    EventSink,
    HostedFiles,
    JudgedFiles,
    SeenFiles,
    ServedFiles,
    Upstream,
)


class Knowledge(Protocol):
    """Feeds and the name engine."""

    def name(self, project: IndexProject, origin: Origin, now: datetime) -> NameFacts:
        """What the project's name may be taken for."""
        ...

    def advisories(
        self, name: ProjectName, versions: Collection[Version], now: datetime
    ) -> Mapping[Version, tuple[Advisory, ...] | Indeterminate] | Indeterminate:
        """What is known to hit each version; one gap for all where there is no feed."""
        ...

    def condemned(self, name: ProjectName, now: datetime) -> Advisory | Indeterminate | None:
        """The advisory that makes every version malware."""
        ...

    def revision(self) -> str:
        """Changes when a feed is imported, or grows stale."""
        ...


class ContentVetter(Protocol):
    """Judges a file's bytes without running them."""

    @property
    def ruleset(self) -> str:
        """The digest of rules and code: a judgement holds for one."""
        ...

    def vet(self, path: Path, name: str) -> VetResult:
        """Judge a file under the name that the index gives it. Findings have the severities of the rules."""
        ...


def _untimed(_work: str, _seconds: float) -> None:
    """Nobody counts."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that a firewall needs."""

    policy: Policy
    clock: Clock
    upstream: Upstream
    blobs: BlobStore
    ledger: SeenFiles
    judgements: JudgedFiles
    approvals: Approvals
    hosted: HostedFiles
    served: ServedFiles
    knowledge: Knowledge
    vetter: ContentVetter
    sink: EventSink
    vetting_at_once: int = 2
    fresh: timedelta = timedelta(minutes=5)
    """Upstream is asked about a project again when its last word is older."""
    timed: Callable[[str, float], None] = _untimed
    """Told how many seconds a piece of work took: ``judging`` of a project, ``vetting`` of a file."""
