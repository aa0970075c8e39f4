"""The surface of what is installed as it is: wheels, eggs, unpacked installations."""

from __future__ import annotations

import re

from stockade.model.vetting import Phase
from stockade.vetter.surface_draft import Draft
from stockade.vetter.surface_layout import installed
from stockade.vetter.surface_metadata import read_entry_points, read_metadata
from stockade.vetter.surface_startup import STARTUP_FILES
from stockade.vetter.surface_tree import MAX_METADATA, NESTED, Tree

_DATA = re.compile(r"(?P<folder>[^/]+\.data)/(?P<scheme>[^/]+)/")
_SITE = re.compile(r"(?:lib|Lib)(?:64)?/(?:python[\d.]+t?/)?(?:site|dist)-packages/")
_INNER_SITE = re.compile(r"[^/]+/(?:lib|Lib)(?:64)?/(?:python[\d.]+t?/)?(?:site|dist)-packages/")
"""A prefix within the installation, which a start-up file of another distribution puts on the path."""
_SHALLOW = re.compile(r"[^/]+\.(?:dist-info|egg-info)/[^/]+")


def map_installed(tree: Tree) -> Draft:
    """The surface of a tree whose folder is one of the import path, with a wheel's ``.data`` folders spread out."""
    draft = Draft(tree, installed=True)
    homes = _homes(tree)
    infos = {relative.partition("/")[0] for relative in tree.files if _SHALLOW.fullmatch(relative)}
    own = frozenset(info.partition("-")[0].lower() for info in infos)
    for home in homes:
        installed(home, draft.layout, own)
    _metadata(draft)
    draft.module_roots()
    for home in homes:
        runs = home.prefix == tree.prefix or _DATA.match(home.prefix, len(tree.prefix)) is not None
        for relative in home.files:
            if relative.endswith(STARTUP_FILES) and NESTED not in relative:
                whole = relative if home.prefix == tree.prefix else home.prefix[len(tree.prefix) :] + relative
                draft.startup_root(whole, Phase.START if runs and "/" not in relative else Phase.NEVER)
    draft.entry_roots(draft.entry_points)
    for relative, path in tree.files.items():
        if _is_script(relative):
            draft.script_root(relative, "installed script")
        elif path not in draft.layout.parts:
            draft.layout.parts[path] = "metadata" if _is_metadata(relative) else "other"
    return draft


def _is_script(relative: str) -> bool:
    data = _DATA.match(relative)
    if data:
        inner = relative[data.end() :]
        return data["scheme"] == "scripts" or (
            data["scheme"] == "data" and inner.startswith(("bin/", "Scripts/"))
        )
    return relative.startswith("EGG-INFO/scripts/")


def _is_metadata(relative: str) -> bool:
    return relative.partition("/")[0].endswith((".dist-info", ".egg-info", "EGG-INFO"))


def _homes(tree: Tree) -> list[Tree]:
    """The folders that are spread over the import path: the tree without its ``.data``, and the parts of that."""
    spread: dict[str, list[str]] = {"": []}
    for relative, path in tree.files.items():
        data = _DATA.match(relative)
        if data is None:
            if inner := _INNER_SITE.match(relative):
                spread.setdefault(inner[0], []).append(path)
            elif not _is_metadata(relative):
                spread[""].append(path)
        elif data["scheme"] in {"purelib", "platlib"}:
            spread.setdefault(data[0], []).append(path)
        elif data["scheme"] == "data":
            site = _SITE.match(relative, data.end())
            if site or (relative.endswith(STARTUP_FILES) and "/" not in relative[data.end() :]):
                # sys.prefix itself is a site folder on Windows: start-up files there run, nothing else is importable
                spread.setdefault(relative[: site.end()] if site else data[0], []).append(path)
    return [Tree(paths, tree.read, tree.prefix + folder, tree.oddities) for folder, paths in spread.items()]


def _metadata(draft: Draft) -> None:
    """The metadata, entry points and declared top-level names of the first ``dist-info`` that holds them."""
    for relative in draft.tree.files:
        folder, _, base = relative.rpartition("/")
        if not (_SHALLOW.fullmatch(relative) or folder == "EGG-INFO"):
            continue
        if base in {"METADATA", "PKG-INFO"} and not draft.metadata.name:
            draft.metadata = read_metadata(draft.tree.text(relative, limit=MAX_METADATA) or "")
        elif base == "entry_points.txt":
            draft.entry_points += read_entry_points(draft.tree.text(relative) or "")
        elif base == "top_level.txt":
            draft.tops |= set((draft.tree.text(relative) or "").split()[:1_000])
