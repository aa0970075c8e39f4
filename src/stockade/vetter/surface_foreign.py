"""What a distribution installs outside its own: others' modules, commands, folders that configure the system."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from stockade.model.vetting import Phase
from stockade.vetter.surface_draft import Draft
from stockade.vetter.surface_names import (
    COMMANDS,
    NAMESPACES,
    STDLIB,
    Owners,
    owns_command,
    related,
    ships_also,
)
from stockade.vetter.surface_startup import STARTUP_MODULES
from stockade.vetter.surface_tree import NESTED

_GENERIC = frozenset(
    """test tests testing docs doc examples example scripts benchmarks src build dist setup conftest config utils
    helpers tools common core""".split()  # noqa: SIM905  a list of words
)
"""Top-level names that many projects would install and none owns."""

_SCRIPT_HOME = re.compile(r"[^/]+\.data/(?:scripts|data/(?:bin|Scripts))/(?P<name>[^/]+)")
_DATA_HOME = re.compile(r"[^/]+\.data/data/(?P<target>.+)")
_TAKES_OVER = re.compile(
    r"""(?:usr/|local/)*(?:
      etc/(?:ld\.so[^/]*|profile(?:\.d)?|bash\.bashrc|zsh[^/]*|environment|modprobe[^/]*|sudoers[^/]*|pam[^/]*|ssh
        |hosts|resolv\.conf|pip\.conf|uv|gitconfig|xdg/pip|xdg/uv|ipython/startup)(?:/|$)
      | pyvenv\.cfg$ | pip\.(?:conf|ini)$ | uv\.toml$ | \.(?:bash|zsh|profile)[^/]*$ | conda-meta/
      | (?:share/)?ipython/startup/
    )""",
    re.VERBOSE,
)
"""Places below a prefix that make the loader, the shell, sudo, pip or IPython do something else."""
_SYSTEM = re.compile(
    r"""(?:usr/|local/)*(?:
      etc/(?:cron[^/]*|modules[^/]*|init[^/]*|systemd|udev|rc\.local|X11|xdg/autostart|conda/(?:de)?activate\.d)(?:/|$)
      | (?:lib|share)/systemd/ | lib/udev/ | share/autostart/
    )""",
    re.VERBOSE,
)
"""Places below a prefix from which the system starts something."""
_SITE = re.compile(r"lib(?:64)?/python[^/]*/|Lib/")
_CODE = (".py", ".pth", ".so", ".pyd", ".sh", ".bat", ".ps1", ".dll", ".exe")
_MOST = 50
"""Data files of one kind that are told."""
_OVERLAID = 1_000
"""Rank down to which a package is taken for one that nobody else installs into."""


def foreign_facts(draft: Draft, owners: Owners) -> None:
    """Add the oddities of names and places that are not the distribution's own to its tree.

    Kinds: ``startup-module``, ``shadows-stdlib``, ``shadows-project`` (a whole package), ``overlays-project`` (files
    into a package that it does not ship), ``likeness-of-project`` (whole package of a project that its own name speaks
    of), ``shadows-stdlib-at-build`` (beside ``setup.py``, first on its import path), ``backport``,
    ``foreign-top-level``, ``shadows-command``, ``data-takes-over``, ``data-into-system``, ``data-into-python``,
    ``data-outside``.
    """
    project = str(canonicalize_name(draft.metadata.name))
    _modules(draft, project, owners)
    _commands(draft, project)
    _beside_setup(draft)
    told = Counter[str]()
    for relative, target in _data_targets(draft):
        kind, detail = _data(target)
        told[kind] += 1
        if kind and told[kind] <= _MOST:
            phase = Phase.IMPORT if kind == "data-into-python" else Phase.INSTALL
            draft.tree.odd(kind, relative, detail, phase=phase)


def _modules(draft: Draft, project: str, owners: Owners) -> None:
    tops = _tops(draft)
    own = [top for top in tops if related(project, top)] if project else []
    for top, relative in tops.items():
        if top in STARTUP_MODULES:
            detail = f"{top} is imported at every start of the interpreter"
            draft.tree.odd("startup-module", relative, detail, phase=Phase.START)
        elif top in STDLIB:
            kind = "backport" if project and related(project, top) else "shadows-stdlib"
            draft.tree.odd(kind, relative, f"{top} is a module of the standard library", phase=Phase.IMPORT)
        elif owner := owners.of(top):
            if owner != project and project:
                _anothers(draft, project, (top, relative, owner, owners.rank(owner)), others=len(tops) > 1)
        elif top in _GENERIC and own and len(tops) > 1 and draft.installed:
            detail = f"{top} is installed as a top-level name, which many projects would use"
            draft.tree.odd("foreign-top-level", relative, detail, phase=Phase.IMPORT)


def _anothers(draft: Draft, project: str, named: tuple[str, str, str, int], *, others: bool) -> None:
    """A top-level name that a popular project is known for."""
    top, relative, owner, rank = named
    if ships_also(project, owner) or top.lower() in NAMESPACES:
        return
    whole = top in draft.layout.modules
    detail = f"{top} is the module of {owner}, number {rank} of the popular projects"
    if rank > _OVERLAID and not whole:
        return  # far down the list a name is often a namespace that others fill
    if related(project, owner) or related(project, top):
        if whole:
            draft.tree.odd("likeness-of-project", relative, detail, phase=Phase.IMPORT)
    elif whole:
        more = " besides modules of its own" if others else ""
        draft.tree.odd("shadows-project", relative, f"{detail}; {project} ships it{more}", phase=Phase.IMPORT)
    else:
        detail = f"{detail}; {project} puts files into it"
        draft.tree.odd("overlays-project", relative, detail, phase=Phase.IMPORT)


def _tops(draft: Draft) -> dict[str, str]:
    """Installed top-level names, each with the first of its files."""
    tops: dict[str, str] = {}
    cut = len(draft.tree.prefix)
    for name, path in draft.layout.modules.items():
        top = name.partition(".")[0]
        if top not in tops:
            tops[top] = path[cut:]
    return tops


def _commands(draft: Draft, project: str) -> None:
    where = next((path for path in draft.tree.files if path.endswith("/entry_points.txt")), "")
    for point in draft.entry_points:
        if point.group in {"console_scripts", "gui_scripts"}:
            _command(draft, project, point.name, where)
    for relative in draft.tree.files:
        if match := _SCRIPT_HOME.fullmatch(relative):
            _command(draft, project, match["name"], relative)


def _command(draft: Draft, project: str, name: str, relative: str) -> None:
    command = posixpath.splitext(name)[0].lower() if name.lower().endswith((".exe", ".cmd", ".bat")) else name
    if command in COMMANDS and not (project and owns_command(project, command)):
        detail = f"the command {command} of this environment becomes {project or 'this distribution'}'s"
        draft.tree.odd("shadows-command", relative, detail, phase=Phase.COMMAND)


def _data_targets(draft: Draft) -> Iterator[tuple[str, str]]:
    """Files that are installed below the prefix of the environment, and where."""
    for relative in draft.tree.files:
        if NESTED not in relative and (match := _DATA_HOME.fullmatch(relative)):
            yield relative, match["target"]
    for target, file in draft.data_files:
        relative = posixpath.normpath(file)
        if relative in draft.tree.files or relative in draft.tree.folders:
            yield relative, target


def _data(target: str) -> tuple[str, str]:
    """The kind and the detail of a data file's place; an empty kind where nothing is odd about it."""
    place = posixpath.normpath(target)
    detail = f"installed as {target[:200]} below the prefix of the environment"
    system = place.lstrip("/")
    if _TAKES_OVER.match(system):
        return "data-takes-over", detail
    if _SYSTEM.match(system):
        return "data-into-system", detail
    if place.startswith(("/", "..")):
        return "data-outside", f"installed as {target[:200]}: outside the environment"
    return ("data-into-python", detail) if _SITE.match(place) and place.endswith(_CODE) else ("", "")


def _beside_setup(draft: Draft) -> None:
    """Modules of the source root that take the place of the standard library's while ``setup.py`` runs."""
    if "setup.py" not in draft.tree.files:
        return
    for relative in draft.tree.files:
        top, slash, rest = relative.partition("/")
        name = top if slash and rest == "__init__.py" else top.removesuffix(".py") if not slash else ""
        if name in STDLIB and relative.endswith(".py"):
            detail = f"{name} beside setup.py is imported by it instead of the standard library's"
            draft.tree.odd("shadows-stdlib-at-build", relative, detail, phase=Phase.INSTALL)
