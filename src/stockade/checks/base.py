"""What a check is, and the facts that it may use.

A check never does I/O. What it needs and cannot have arrives as an
:class:`~stockade.model.verdicts.Indeterminate`, which the check passes on as its result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from stockade.manifests.projects import Project
from stockade.model.environment import InstalledPackage
from stockade.model.findings import Finding, Rule
from stockade.model.policy import Policy
from stockade.model.requirements import Inventory
from stockade.model.stages import Stage
from stockade.model.verdicts import Indeterminate
from stockade.names.engine import Engine
from stockade.ports import AdvisoryFeed, NameRegister, PackageIndex

Result = Finding | Indeterminate


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that checks may know. Made by :mod:`stockade.stages`, faked in tests."""

    inventory: Inventory
    projects: tuple[Project, ...]
    policy: Policy
    now: datetime
    names: Engine
    registered: NameRegister | Indeterminate
    advisories: AdvisoryFeed | Indeterminate
    index: PackageIndex | Indeterminate
    """``Indeterminate`` with cause ``offline`` where the network is not to be used."""
    environment: tuple[InstalledPackage, ...] | None = None
    """What is installed; None where no environment was named."""
    notes: tuple[Indeterminate, ...] = field(default=())
    """What could not be had while the facts were gathered."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: its rules and its function."""

    name: str
    stage: Stage
    rules: tuple[Rule, ...]
    run: Callable[[Facts], Iterator[Result]]
