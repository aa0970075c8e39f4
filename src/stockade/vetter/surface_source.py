"""The surface of a source tree: an unpacked sdist, a checkout."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stockade.manifests.python_ast import parse_python
from stockade.manifests.text import ReadError
from stockade.model.vetting import Phase
from stockade.vetter.package import Metadata
from stockade.vetter.surface_draft import Draft
from stockade.vetter.surface_layout import source_tree
from stockade.vetter.surface_metadata import read_entry_points, read_metadata
from stockade.vetter.surface_pyproject import read_pyproject
from stockade.vetter.surface_settings import Hook, Settings
from stockade.vetter.surface_setup_cfg import read_setup_cfg
from stockade.vetter.surface_setup_py import read_setup_py
from stockade.vetter.surface_startup import STARTUP_FILES
from stockade.vetter.surface_tree import MAX_METADATA, NESTED, Tree

_READERS = (("pyproject.toml", read_pyproject), ("setup.cfg", read_setup_cfg), ("setup.py", read_setup_py))

_BACKEND_HOOKS = (
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_wheel",
    "build_wheel",
    "get_requires_for_build_sdist",
    "build_sdist",
    "get_requires_for_build_editable",
    "prepare_metadata_for_build_editable",
    "build_editable",
)
"""PEP 517 and PEP 660, in the order of an installation."""

_MAX_DATA = 2_000
_SAFE_BACKENDS = frozenset(
    {"setuptools", "hatchling", "flit_core", "poetry", "pdm", "mesonpy", "maturin", "uv_build"}
)


def map_source(tree: Tree) -> Draft:
    """The surface of the project whose folder is the tree's."""
    draft = Draft(tree)
    settings = Settings()
    for name, reader in _READERS:
        # A setup.py that cannot be read here is judged as code all the same, and everything then counts as installed.
        text = tree.text(name, quiet=name == "setup.py")
        if text is None:
            continue
        try:
            reader(text, settings)
        except (ReadError, RecursionError) as error:
            settings.complete = False
            if name != "setup.py":
                tree.unreadable(name, str(error) or "nested too deep")
    _egg_info(draft)
    draft.data_files = settings.data_files[:_MAX_DATA]
    draft.settings_name = settings.name
    draft.layout = source_tree(tree, settings, draft.tops)
    _metadata(draft, settings)
    _install_roots(draft, settings)
    draft.module_roots()
    for relative in tree.files:
        if relative.endswith(STARTUP_FILES) and NESTED not in relative:
            # Only the settings' code knows whether it is installed: at an import root it is taken for that.
            place = relative.rpartition("/")[0]
            draft.startup_root(relative, Phase.START if place in draft.layout.roots else Phase.NEVER)
    draft.entry_points += settings.entry_points
    draft.entry_roots(draft.entry_points)
    scripts = {script.removeprefix("./") for script in settings.scripts}
    for relative in tree.files:
        if relative in scripts or (relative.startswith("bin/") and NESTED not in relative):
            draft.script_root(relative, "script")
    return draft


def _egg_info(draft: Draft) -> None:
    """What ``*.egg-info`` of the sdist adds: entry points, top-level names."""
    for relative in draft.tree.files:
        folder, _, base = relative.rpartition("/")
        if folder.endswith(".egg-info") and folder.count("/") <= 1:
            if base == "entry_points.txt":
                draft.entry_points += read_entry_points(draft.tree.text(relative) or "")
            elif base == "top_level.txt":
                draft.tops |= set((draft.tree.text(relative) or "").split()[:1_000])


def _metadata(draft: Draft, settings: Settings) -> None:
    text = draft.tree.text("PKG-INFO", limit=MAX_METADATA)
    if text is None:
        infos = (r for r in draft.tree.files if r.endswith(".egg-info/PKG-INFO") and r.count("/") <= 2)  # noqa: PLR2004 - src/x.egg-info/PKG-INFO
        text = draft.tree.text(next(infos, ""), limit=MAX_METADATA)
    found = read_metadata(text or "")
    draft.metadata = Metadata(
        name=found.name or settings.name,
        version=found.version or settings.version,
        summary=found.summary or settings.summary,
        description=found.description,
        home_pages=found.home_pages,
        author=found.author,
        author_email=found.author_email,
        requires=found.requires or tuple(settings.requires),
        addressed=tuple(settings.addressed),
    )


def _install_roots(draft: Draft, settings: Settings) -> None:
    tree = draft.tree
    if setup := tree.files.get("setup.py"):
        draft.root(setup, Phase.INSTALL, "setup.py")
        draft.layout.parts[setup] = "script"
    for path in _backend(tree, settings):
        draft.root(path, Phase.INSTALL, "build backend")
        wanted = settings.backend.partition(":")[2].strip()
        for hook in _BACKEND_HOOKS:
            draft.root(path, Phase.INSTALL, "build backend", function=f"{wanted}.{hook}" if wanted else hook)
    for built in settings.hooks:
        path = _hook_file(draft, built)
        if built.why.startswith(
            "attr:"
        ):  # a module is imported only where its attribute is no plain constant
            if path and not _is_literal(tree, path, built.function):
                draft.root(path, Phase.INSTALL, built.why)
        elif path:
            draft.root(path, Phase.INSTALL, built.why)
            if built.function:
                draft.root(path, Phase.INSTALL, built.why, function=built.function)
    for name in sorted(settings.builds_with & set(tree.files)):
        draft.root(tree.files[name], Phase.INSTALL, f"build file of {settings.backend.partition('.')[0]}")


def _backend(tree: Tree, settings: Settings) -> Iterator[str]:
    """The file of an in-tree build backend, if it is one.

    Without ``backend-path`` (PEP 517) a backend is imported from the build's environment, never from the
    tree; a module of the tree by that name is taken for it all the same, unless it is a well-known one.
    """
    module = settings.backend.partition(":")[0].strip()
    if not module:
        return
    folders = settings.backend_paths or ([] if module.partition(".")[0] in _SAFE_BACKENDS else ["", "src"])
    for folder in folders:
        base = "/".join(filter(None, (folder, *module.split("."))))
        for relative in (f"{base}/__init__.py", f"{base}.py"):
            if path := tree.files.get(relative):
                yield path
                return


def _hook_file(draft: Draft, hook: Hook) -> str:
    """The path in the archive of a hook's file; empty where it is not shipped."""
    if hook.path:
        return draft.tree.files.get(hook.path.removeprefix("./"), "")
    layout = draft.layout
    return layout.modules.get(hook.module) or layout.sources.get(hook.module, "")


def _is_literal(tree: Tree, path: str, attribute: str) -> bool:
    """Whether a module binds ``attribute`` to a constant at its top level: setuptools then reads it without import."""
    text = tree.text(path[len(tree.prefix) :])
    if text is None:
        return False
    try:
        module = parse_python(text)
    except ReadError:
        return False
    for statement in module.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if any(isinstance(target, ast.Name) and target.id == attribute for target in targets):
            value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
            return isinstance(value, ast.Constant | ast.Tuple)
    return False
