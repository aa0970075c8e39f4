"""Which releases of an index are asked for: by a target's words, or by a requirements file or lockfile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Words
from packaging.specifiers import SpecifierSet

from stockade.errors import InvalidValueError, UsageError
from stockade.manifests.discovery import discover
from stockade.model.names import ProjectName, project_name
from stockade.model.requirements import Inventory, LeftOut, LockedPackage, Requirement, Source, SourceKind
from stockade.model.verdicts import Cause
from stockade.stages.vet_inputs import NOTHING, Input, Inputs, inputs_at, is_distribution, is_there, missing

FILES = (".py", ".pyc", ".pth", ".so", ".pyd", ".sh", ".js", ".ipynb", ".pkl", ".pt", ".txt", ".md", ".toml", ".cfg",
         ".json", ".yaml", ".yml", ".lock")  # fmt: skip
"""Endings that are a file's: a mistyped path must not be asked of an index."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A project of the index, and which of its releases."""

    shown: str
    """As the user or a manifest names it."""
    name: ProjectName
    specifier: SpecifierSet
    hashes: tuple[str, ...] = ()
    """``algorithm:hex`` of a lockfile: only such files are meant. Empty for any."""
    index: str = ""
    """The index that a manifest binds it to, by name or address; empty for the default one."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a manifest names."""

    wanted: tuple[Wanted, ...]
    inputs: Inputs
    """What is on this machine, and what cannot be had."""


def wanted_by(target: str) -> Wanted | None:
    """The release that a word on the command line asks for; None where it is a path.

    A path that exists is a path, and so is what is spelled like a file's name. ``NAME``, ``NAME==1.0`` and
    ``NAME[extra]>=2`` are projects of the index.
    """
    suffixed = is_distribution(target) or target.lower().endswith(FILES)
    if "/" in target or "\\" in target or target.startswith(".") or suffixed or is_there(target):
        return None
    try:
        words = Words(target)
        name = project_name(words.name)
    except (InvalidRequirement, InvalidValueError):
        return None
    if words.url or words.marker:
        return None
    return Wanted(shown=target, name=name, specifier=words.specifier)


def named_in(path: Path) -> Named:
    """What a requirements file or lockfile names, and the files that it includes. Defects are inputs without bytes."""
    shown = str(path)
    try:
        inventory = discover(path)
    except UsageError as error:
        gap = missing(shown, Cause.UNREADABLE, error.message, error.hint)
        return Named(wanted=(), inputs=Inputs(found=(gap,)))
    if path.is_dir():
        gap = missing(shown, Cause.UNREADABLE, "it is a folder", "Name one requirements file or lockfile.")
        return Named(wanted=(), inputs=Inputs(found=(gap,)))
    wanted: list[Wanted] = []
    inputs = NOTHING
    for item in _entries(inventory):
        found = _wanted(item, inventory, path)
        if isinstance(found, Wanted):
            wanted.append(found)
        else:
            inputs = inputs.and_those(found)
    gaps = tuple(
        missing(f"{shown}: {defect.location}", Cause.UNREADABLE, defect.message, defect.hint)
        for manifest in inventory.manifests
        for defect in manifest.defects
    )
    inputs = inputs.and_those(Inputs(found=gaps))
    if not wanted and not inputs.found and not inputs.left_out:
        empty = missing(shown, Cause.FACT_MISSING, "it names no package", "Name the file that does.")
        inputs = Inputs(found=(empty,))
    return Named(wanted=tuple(dict.fromkeys(wanted)), inputs=inputs)


def _entries(inventory: Inventory) -> Iterator[Requirement | LockedPackage]:
    for manifest in inventory.manifests:
        yield from manifest.requirements
        yield from (package for package in manifest.locked if not package.own)


def _wanted(item: Requirement | LockedPackage, inventory: Inventory, path: Path) -> Wanted | Inputs:
    if isinstance(item, Requirement):
        specifier = item.specifier & _constraints(inventory, item.name)
    else:
        specifier = SpecifierSet(f"=={item.version}" if item.version else "")
    shown = f"{item.name}{specifier}"
    if not _holds(item.marker):
        reason = f"{item.location}: its marker does not hold on this machine ({item.marker})"
        return Inputs(found=(), left_out=(LeftOut(shown, reason),))
    if item.source.kind is SourceKind.PATH:
        return inputs_at(str(path.parent / item.source.url))
    if item.source.kind is not SourceKind.INDEX:
        return Inputs(found=(_elsewhere(shown, item.source),))
    if isinstance(item, LockedPackage) and item.version is None:
        gap = missing(shown, Cause.FACT_MISSING, f"{item.location}: the lockfile tells no version of it")
        return Inputs(found=(gap,))
    return Wanted(
        shown=shown, name=item.name, specifier=specifier, hashes=item.hashes, index=item.source.index
    )


def _constraints(inventory: Inventory, name: ProjectName) -> SpecifierSet:
    both = SpecifierSet()
    for manifest in inventory.manifests:
        for constraint in manifest.constraints:
            if constraint.name == name:
                both &= constraint.specifier
    return both


def _holds(marker: str) -> bool:
    """Whether an environment marker holds here; one that does not parse or asks for an extra does."""
    if not marker:
        return True
    try:
        return Marker(marker).evaluate({"extra": ""}) or "extra" in marker
    except (InvalidMarker, ValueError):
        return True


def _elsewhere(shown: str, source: Source) -> Input:
    detail = f"it comes from {source.url or source.kind}, which is no index"
    return missing(
        shown, Cause.UNREADABLE, detail, "Fetch it yourself, without building it, and name the file."
    )
