"""Which requirement is whose, worked out once, so that every check means the same by 'internal'."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePosixPath

from packaging.version import Version

from stockade.checks.hosts import host_of
from stockade.errors import InvalidValueError
from stockade.manifests.projects import home_of
from stockade.model.locations import Location
from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.requirements import (
    IndexReference,
    IndexRole,
    InstallCommand,
    Inventory,
    LockedPackage,
    Manifest,
    ManifestKind,
    Requirement,
    Role,
    Source,
    SourceKind,
)
from stockade.names.engine import EditClass, Engine
from stockade.names.slips import slips
from stockade.names.variants import variants

_UV_TOOLS = frozenset({"uv", "uv pip", "uvx"})

CONDA_PREFIX = "conda:"
"""Marks a requirement that conda resolves: its name is no project name of the package index."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A project named by a manifest, wherever it stands there."""

    name: ProjectName
    spelled: str
    location: Location
    manifest: Manifest
    source: Source
    direct: bool
    """Somebody wrote it (a declaration or a command); otherwise a resolver did."""
    requirement: Requirement | None = None
    locked: LockedPackage | None = None

    @property
    def version(self) -> Version | None:
        """The one version that is pinned or locked here, if any."""
        if self.requirement is not None:
            return self.requirement.pinned
        return self.locked.version if self.locked else None

    @property
    def from_index(self) -> bool:
        """Whether an installer looks the name up on a Python package index."""
        return self.source.kind is SourceKind.INDEX and not self.source.index.startswith(CONDA_PREFIX)


class Scope:
    """The inventory seen with the policy's eyes.

    ``names`` tells an imitation of a declared name from a name of your own that a pattern covers:
    ``acme-corp-util`` is not yours because you declared ``acme-corp-utils`` and ``acme-*``.
    """

    def __init__(self, inventory: Inventory, policy: Policy, names: Engine) -> None:
        self.inventory = inventory
        self.policy = policy
        self.names = names
        self._judged: dict[ProjectName, bool] = {}
        self._private: dict[tuple[str, str], bool] = {}

    @cached_property
    def declared(self) -> frozenset[ProjectName]:
        """The internal names that the policy declares, canonical."""
        return frozenset(project_name(name) for name in self.policy.protect.names)

    def is_protected(self, name: ProjectName) -> bool:
        """Whether ``name`` is yours: declared, or covered by a pattern and no imitation of a declared one."""
        known = self._judged.get(name)
        if known is None:
            known = name in self.declared or (
                any(fnmatchcase(name, pattern.lower()) for pattern in self.policy.protect.patterns)
                and self.names.judge(name).kind is not EditClass.INTERNAL_EDIT
            )
            self._judged[name] = known
        return known

    def is_private_address(self, url: str) -> bool:
        """Whether ``url`` is one of the private indexes of the policy, or on the host of one."""
        host = host_of(url)
        return bool(url) and any(
            url.rstrip("/") == index.rstrip("/") or (host != "" and host == host_of(index))
            for index in self.policy.protect.indexes
        )

    def is_internal(self, mention: Mention) -> bool:
        """Whether it is for something of your own: never asked of the public index."""
        return self.is_protected(mention.name) or (
            bool(mention.source.index) and self._bound_privately(mention.manifest, mention.source.index)
        )

    def _bound_privately(self, manifest: Manifest, index: str) -> bool:
        """Whether the index that ``manifest`` binds a requirement to, by name or address, is private."""
        key = manifest.path, index
        known = self._private.get(key)
        if known is None:
            named = {reference.name: reference.url for reference in manifest.indexes if reference.name}
            known = self._private[key] = self.is_private_address(named.get(index, index))
        return known

    @cached_property
    def own(self) -> frozenset[ProjectName]:
        """The names of the assessed projects themselves: nothing that is downloaded."""
        return frozenset().union(*self._own_at.values())

    @cached_property
    def _own_at(self) -> dict[PurePosixPath, set[ProjectName]]:
        """The names that the projects give themselves, by the project's folder."""
        found: dict[PurePosixPath, set[ProjectName]] = {}
        for manifest in self.inventory.manifests:
            names = {package.name for package in manifest.locked if package.own}
            if manifest.project and manifest.role is not Role.FOREIGN:
                with suppress(InvalidValueError):  # the reader has reported it as a defect
                    names.add(project_name(manifest.project))
            if names:
                found.setdefault(PurePosixPath(home_of(manifest.path)), set()).update(names)
        return found

    def _own_for(self, manifest: Manifest) -> set[ProjectName]:
        """The names of the project that a manifest belongs to: the nearest named one at or above it."""
        home = PurePosixPath(home_of(manifest.path))
        return next((self._own_at[at] for at in (home, *home.parents) if at in self._own_at), set())

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every project that any manifest names, in file order; the assessed projects left out.

        A project is left out where it, or a project above, names itself, and where another takes it from
        a path of this tree. A name that one folder gives itself does not hide what another folder
        downloads under that name.
        """
        own, compiled = self.own, self._compiled
        return tuple(
            mention
            for manifest in self.inventory.manifests
            if manifest.role is not Role.FOREIGN
            for mine in (self._own_for(manifest),)
            for mention in _mentions_of(manifest, direct=manifest.path not in compiled)
            if mention.name not in own or (mention.from_index and mention.name not in mine)
        )

    @cached_property
    def _compiled(self) -> frozenset[str]:
        """The lockfiles that a resolver wrote. A requirements file that pins and hashes everything, names no
        maker and has no file that it was compiled from counts as somebody's own words."""
        sources = {
            PurePosixPath(m.path).with_suffix("")
            for m in self.inventory.manifests
            if m.kind is ManifestKind.REQUIREMENTS and m.role is Role.DECLARATION
        }
        return frozenset(
            m.path
            for m in self.inventory.manifests
            if m.role is Role.LOCK
            and (
                m.kind is not ManifestKind.REQUIREMENTS
                or m.generated_by
                or PurePosixPath(m.path).with_suffix("") in sources
            )
        )

    @cached_property
    def public_direct(self) -> dict[ProjectName, Mention]:
        """Direct dependencies that come from the default index, each at its first mention.

        Those that a manifest binds to another index, and internal ones, are not among them.
        """
        return {name: next(iter(places.values())) for name, places in self._direct_places.items()}

    @cached_property
    def _direct_places(self) -> dict[ProjectName, dict[str, Mention]]:
        found: dict[ProjectName, dict[str, Mention]] = {}
        for mention in self.mentions:
            plain = mention.direct and mention.from_index and not mention.source.index
            if plain and not self.is_internal(mention):
                found.setdefault(mention.name, {}).setdefault(mention.manifest.path, mention)
        return found

    @cached_property
    def versions(self) -> dict[ProjectName, dict[Version, tuple[Mention, ...]]]:
        """The exact versions that pins and lockfiles name, of public projects, with where each is named:
        at its first mention in every manifest, so that no file hides behind another."""
        found: dict[ProjectName, dict[Version, dict[str, Mention]]] = {}
        for mention in self.mentions:
            if mention.from_index and (version := mention.version) and not self.is_internal(mention):
                places = found.setdefault(mention.name, {}).setdefault(version, {})
                places.setdefault(mention.manifest.path, mention)
        return {
            name: {version: tuple(places.values()) for version, places in held.items()}
            for name, held in found.items()
        }

    def places(self, name: ProjectName) -> tuple[Mention, ...]:
        """Where a name of :attr:`public_direct` is required: its first mention in every manifest."""
        return tuple(self._direct_places[name].values())

    @cached_property
    def internal(self) -> dict[ProjectName, Mention | None]:
        """Internal names: the declared ones, and those that a pattern or a private index makes internal.

        The value is the first mention; None for a declared name that no manifest mentions.
        """
        found: dict[ProjectName, Mention | None] = dict.fromkeys(sorted(self.declared))
        for mention in self.mentions:
            if found.get(mention.name) is None and self.is_internal(mention):
                found[mention.name] = mention
        return found

    @cached_property
    def squats(self) -> dict[ProjectName, tuple[ProjectName, ...]]:
        """The squats to expect, your own names excepted: of each internal name at most 500 in every class,
        likeliest first; of each direct dependency the slips of the fingers."""
        found = {name: tuple(variant.name for variant in variants(name, own=True)) for name in self.internal}
        found |= {name: slips(name) for name in self.public_direct if name not in found}
        if not self.declared and not self.policy.protect.patterns:
            return found
        return {name: tuple(s for s in squats if not self.is_protected(s)) for name, squats in found.items()}

    @cached_property
    def extra_indexes(self) -> tuple[tuple[Manifest, IndexReference], ...]:
        """The indexes that some installer asks beside its first with the same right, and where it says so."""
        return tuple(
            (manifest, reference)
            for manifest in self.inventory.manifests
            for reference in (
                *(() if manifest.first_wins else manifest.indexes),
                *(i for command in manifest.commands if not first_wins(command) for i in command.indexes),
            )
            if reference.role is IndexRole.EXTRA
        )

    def extra_indexes_near(self, mention: Mention) -> tuple[str, ...]:
        """Those of :attr:`extra_indexes` that the installers of a mention may be told of: by a file of its
        project, of one above or of one below."""
        home = PurePosixPath(home_of(mention.manifest.path))
        found: dict[str, None] = {}
        for manifest, reference in self.extra_indexes:
            other = PurePosixPath(home_of(manifest.path))
            if home == other or home in other.parents or other in home.parents:
                found[reference.url] = None
        return tuple(found)

    @cached_property
    def commands(self) -> tuple[tuple[Manifest, InstallCommand], ...]:
        """Every install command with the manifest that holds it."""
        return tuple((manifest, c) for manifest in self.inventory.manifests for c in manifest.commands)


def first_wins(command: InstallCommand) -> bool:
    """Whether the command's tool stops at the first index that has a name: uv does, unless told otherwise."""
    return command.tool in _UV_TOOLS and "unsafe-" not in command.text


def _mentions_of(manifest: Manifest, *, direct: bool) -> Iterator[Mention]:
    typed = [r for command in manifest.commands for r in command.requirements]
    written = set()
    for requirement in (*manifest.requirements, *manifest.constraints, *typed):
        written.add(requirement.name)
        yield Mention(
            name=requirement.name,
            spelled=requirement.spelled,
            location=requirement.location,
            manifest=manifest,
            source=requirement.source,
            direct=direct,
            requirement=requirement,
        )
    for package in manifest.locked:
        if not package.own and package.name not in written:
            yield Mention(
                name=package.name,
                spelled=package.name,
                location=package.location,
                manifest=manifest,
                source=package.source,
                direct=False,
                locked=package,
            )
