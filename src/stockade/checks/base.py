"""What a check is, and the facts that it may use.

A check never does I/O. What it needs and cannot have arrives as an
:class:`~stockade.model.verdicts.Indeterminate`, which the check passes on as its result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from stockade.checks.scope import Scope
from stockade.manifests.projects import Project
from stockade.model.environment import InstalledPackage
from stockade.model.findings import Finding, Rule
from stockade.model.names import ProjectName
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
    """``Indeterminate`` where it could not be set up; see also ``index_asked``."""
    environment: tuple[InstalledPackage, ...] | None = None
    """What is installed; None where no environment was named."""
    notes: tuple[Indeterminate, ...] = ()
    """What could not be had, or is stale, as the gathering of the facts found it."""
    index_asked: bool = True
    """False where the user chose ``--offline``: what only the index knows is then left out on purpose."""

    @cached_property
    def scope(self) -> Scope:
        """The inventory seen with the policy's eyes."""
        return Scope(self.inventory, self.policy, self.names)

    @cached_property
    def squats_taken(self) -> frozenset[ProjectName] | Indeterminate:
        """The squats to expect (:attr:`Scope.squats`) that are registered already, or why that is not known."""
        if isinstance(self.registered, Indeterminate):
            return self.registered
        register = self.registered
        return frozenset(name for names in self.scope.squats.values() for name in names if name in register)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: its rules and its function."""

    name: str
    stage: Stage
    rules: tuple[Rule, ...]
    run: Callable[[Facts], Iterator[Result]]
    needs: frozenset[str] = frozenset()
    """The feeds that its answers rest on, by their names: a gap of one of them is a gap of this check."""
