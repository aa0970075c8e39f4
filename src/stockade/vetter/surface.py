"""Decides which file of a distribution runs when, without executing any of it.

A wheel, an egg or a folder with ``*.dist-info`` is read as it will lie in ``site-packages``; everything else as a source
tree: its static settings (pyproject.toml, setup.cfg, the plain arguments of setup.py), then custom. In doubt
a module counts as installed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from stockade.model.vetting import Phase
from stockade.names.popular import builtin_popularity
from stockade.vetter.package import Metadata, Oddity
from stockade.vetter.surface_draft import Draft
from stockade.vetter.surface_foreign import foreign_facts
from stockade.vetter.surface_identity import identity_facts
from stockade.vetter.surface_installed import map_installed
from stockade.vetter.surface_layout import installed, part_of
from stockade.vetter.surface_names import Owners
from stockade.vetter.surface_source import map_source
from stockade.vetter.surface_startup import STARTUP_FILES, STARTUP_MODULES
from stockade.vetter.surface_tree import NESTED, PYTHON, Tree, module_name
from stockade.vetter.surface_types import Root, Surface

_MARKERS = frozenset({"setup.py", "pyproject.toml", "setup.cfg", "PKG-INFO"})
_MAX_PROJECTS = 1_000
_RECORD = re.compile(r"(?:[^/!]+/)?[^/!]+\.dist-info/RECORD")
_UNREADABLE = (RecursionError, ValueError, TypeError, LookupError, MemoryError)
"""What a parser may raise on hostile input although it should not."""


def map_surface(
    kind: str,
    paths: Sequence[str],
    read: Callable[[str], bytes],
    *,
    filename: str = "",
    popular: Iterable[str] | None = None,
) -> Surface:
    """The execution surface of a distribution.

    Args:
        kind: ``wheel``, ``sdist``, ``egg``, ``zip``, ``tar``, ``folder`` or ``file``: what the name or the bytes say. An
            archive that looks installed is read as such whatever it is called.
        paths: the regular members as in the archive, nested ones (``outer.zip!/inner``) included.
        read: content of a member; raises :class:`KeyError` for what was not kept.
        filename: name of the archive, for what it says of project and version; empty where unknown.
        popular: canonical names of popular projects, the most popular first, for shadowing: the built-in list
            where it is None; empty switches that off.

    Never raises for what the distribution holds: what cannot be read is an oddity of kind ``surface-unreadable``.
    """
    oddities: list[Oddity] = []
    owners = _builtin_owners() if popular is None else Owners(popular)
    drafts = []
    for tree in _projects(kind, sorted(set(paths)), read, oddities):
        try:
            drafts.append(_map(tree, kind))
        except _UNREADABLE as error:
            tree.unreadable("", f"its layout could not be made out ({type(error).__name__})")
            drafts.append(_everything(tree))
        try:
            if kind != "file":
                foreign_facts(drafts[-1], owners)
                identity_facts(drafts[-1], kind, filename)
        except _UNREADABLE as error:
            tree.unreadable("", f"its names could not be judged ({type(error).__name__})")
    return _join(drafts, paths, oddities)


@cache
def _builtin_owners() -> Owners:
    return Owners(builtin_popularity().names)


def _projects(
    kind: str, paths: Sequence[str], read: Callable[[str], bytes], oddities: list[Oddity]
) -> list[Tree]:
    """The folders that hold a project, or an installation, each as a tree.

    The shallowest folders with a sign of one; usually the single ``name-version/`` of an sdist. The whole
    archive where there is no sign, or more than one project lies beside loose files.
    """
    whole = Tree(paths, read, "", oddities)
    if kind in {"wheel", "egg", "file"} or _is_project(whole) or _is_installed(whole):
        return [whole]
    by_depth: dict[int, set[str]] = {}
    for path in paths:
        folder, _, base = path.rpartition("/")
        sign = base in _MARKERS
        if base in {"METADATA", "WHEEL"} and folder.endswith(".dist-info"):
            folder, sign = folder.rpartition("/")[0], True
        if sign:
            by_depth.setdefault(folder.count("/") + folder.count(NESTED) * 100, set()).add(folder)
    if not by_depth:
        return [whole]
    shallow = sorted(by_depth[min(by_depth)])
    if len(shallow) > _MAX_PROJECTS:
        whole.unreadable("", f"{len(shallow)} projects side by side: the first {_MAX_PROJECTS} are mapped")
    groups: dict[str, list[str]] = {folder: [] for folder in shallow[:_MAX_PROJECTS]}
    depth = shallow[0].count("/") + 1
    for path in paths:
        if (folder := "/".join(path.split("/", depth)[:depth])) in groups:
            groups[folder].append(path)
    return [Tree(members, read, f"{folder}/", oddities) for folder, members in groups.items()]


def _is_project(tree: Tree) -> bool:
    return not _MARKERS.isdisjoint(tree.files)


def _is_installed(tree: Tree) -> bool:
    """Whether a folder looks like an installation: metadata of one beside its packages, and no build settings."""
    if {"setup.py", "pyproject.toml"} & set(tree.files):
        return False
    return any(
        folder.endswith(".dist-info") and f"{folder}/METADATA" in tree.files
        for folder in tree.folders
        if "/" not in folder
    ) or ("EGG-INFO/PKG-INFO" in tree.files)


def _map(tree: Tree, kind: str) -> Draft:
    if kind == "file":
        return _single(tree)
    if kind in {"wheel", "egg"} or _is_installed(tree):
        return map_installed(tree)
    return map_source(tree) if _is_project(tree) else _loose(tree)


def _single(tree: Tree) -> Draft:
    """One file, given by itself: it is judged as if it were imported, a ``setup.py`` as if it were built."""
    draft = Draft(tree)
    for relative, path in tree.files.items():
        base = posixpath.basename(relative)
        if base.endswith(STARTUP_FILES):
            draft.startup_root(relative, Phase.START)
        elif base == "setup.py":
            draft.root(path, Phase.INSTALL, "setup.py")
        elif base.rpartition(".")[0] in STARTUP_MODULES:
            draft.root(path, Phase.START, base)
        else:
            draft.root(path, Phase.IMPORT, "module")
            if name := module_name(base):
                draft.layout.modules[name] = path
        draft.layout.parts[path] = "package"
    return draft


def _loose(tree: Tree) -> Draft:
    """A folder without any sign of packaging: everything in it is taken for importable from its top."""
    draft = Draft(tree)
    installed(tree, draft.layout)
    draft.module_roots()
    for relative in tree.files:
        if relative.endswith(STARTUP_FILES) and NESTED not in relative:
            draft.startup_root(relative, Phase.NEVER if "/" in relative else Phase.START)
    return draft


def _everything(tree: Tree) -> Draft:
    """What stands in where the layout could not be made out: every Python file as if it ran when imported."""
    draft = Draft(tree)
    for relative, path in tree.files.items():
        if relative.endswith(PYTHON):
            base = posixpath.basename(relative)
            draft.root(path, Phase.INSTALL if base == "setup.py" else Phase.IMPORT, "unknown layout")
            draft.layout.parts[path] = "other"
    return draft


def _join(drafts: list[Draft], paths: Sequence[str], oddities: list[Oddity]) -> Surface:
    """One surface of all projects; the first one's metadata and modules win."""
    roots: list[Root] = []
    modules: dict[str, str] = {}
    phases: dict[str, Phase] = {}
    parts: dict[str, str] = {}
    for draft in drafts:
        roots += draft.roots
        modules = draft.layout.modules | modules
        phases |= draft.layout.phases
        parts |= draft.layout.parts
    for draft in drafts:
        for name, path in draft.layout.sources.items():
            modules.setdefault(name, path)
    for path in paths:
        if path.endswith((*PYTHON, ".pyc")):
            phases.setdefault(path, Phase.NEVER)
        if path not in parts:
            parts[path] = part_of(path)
    return Surface(
        roots=tuple(sorted(roots, key=lambda root: -root.phase.rank)),
        modules=modules,
        phases=phases,
        metadata=drafts[0].metadata if drafts else Metadata(),
        oddities=tuple(dict.fromkeys(oddities)),
        parts=parts,
        records=tuple(sorted(path for path in paths if _RECORD.fullmatch(path))),
    )
