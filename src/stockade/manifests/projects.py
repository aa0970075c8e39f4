"""Groups manifests into projects: what the battlecards count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from stockade.model.requirements import Inventory, Manifest, ManifestKind, Requirement, Role

_REQUIREMENT_FOLDERS = frozenset({"requirements", "requirement", "reqs", "deps", "dependencies"})
"""Folders that hold requirements files for the project above them."""

_DEPTH = 3
"""``requirements/extras/redis.txt`` is two folders deep."""

_ANCHORS = frozenset(
    {ManifestKind.PYPROJECT, ManifestKind.SETUP_CFG, ManifestKind.SETUP_PY, ManifestKind.PIPFILE}
)


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder whose manifests belong together."""

    root: str
    """POSIX path relative to the assessed root; ``.`` for the root."""
    manifests: tuple[Manifest, ...]
    workspace_locks: tuple[Manifest, ...] = ()
    """Lockfiles of a workspace above that list this project as a member."""

    @property
    def locks(self) -> tuple[Manifest, ...]:
        """Its lockfiles, those of its workspace included."""
        return (*(m for m in self.manifests if m.role is Role.LOCK), *self.workspace_locks)

    @property
    def declarations(self) -> tuple[Manifest, ...]:
        """The manifests that say what it asks for."""
        return tuple(m for m in self.manifests if m.role is Role.DECLARATION)

    @property
    def direct(self) -> tuple[Requirement, ...]:
        """Its direct dependencies, in file order."""
        return tuple(requirement for m in self.declarations for requirement in m.requirements)


def home_of(path: str) -> str:
    """The folder of the project that a manifest at ``path`` belongs to.

    Folders for requirements, at most :data:`_DEPTH` levels of them, belong to the project above.
    """
    folders = PurePosixPath(path).parents or (PurePosixPath(path),)  # "." stands for the root itself
    named = [f for f in folders[:_DEPTH] if f.name.lower() in _REQUIREMENT_FOLDERS]
    return str(named[-1].parent if named else folders[0])


def projects_of(inventory: Inventory) -> tuple[Project, ...]:
    """The projects of an inventory, by path: every folder with a declaration or a lockfile."""
    homes: dict[str, list[Manifest]] = {}
    for manifest in inventory.manifests:
        if manifest.role in {Role.DECLARATION, Role.LOCK, Role.CONSTRAINT}:
            homes.setdefault(home_of(manifest.path), []).append(manifest)
    locks = [m for m in inventory.manifests if m.role is Role.LOCK]
    return tuple(
        Project(root=home, manifests=tuple(found), workspace_locks=_locks_above(home, found, locks))
        for home, found in sorted(homes.items())
        if any(m.role in {Role.DECLARATION, Role.LOCK} for m in found)
    )


def _locks_above(home: str, own: list[Manifest], locks: list[Manifest]) -> tuple[Manifest, ...]:
    names: set[str] = {canonicalize_name(m.project) for m in own if m.kind in _ANCHORS and m.project}
    here = PurePosixPath(home)
    return tuple(
        lock
        for lock in locks
        if PurePosixPath(home_of(lock.path)) in here.parents
        and any(package.own and package.name in names for package in lock.locked)
    )
