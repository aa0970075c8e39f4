"""What a distribution installs outside its own: others' modules, commands, folders that configure the system."""

from __future__ import annotations

import posixpath
import re
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
_SYSTEM = re.compile(
    r"""(?:
      (?:usr/|local/|usr/local/|\.\./)*etc/(?:ld\.so[^/]*|cron[^/]*|profile[^/]*|bash[^/]*|modprobe[^/]*|modules[^/]*
        |sudoers[^/]*|pam[^/]*|ssh|init[^/]*|systemd|udev|rc\.local|pip\.conf|hosts|resolv\.conf|X11|xdg/autostart)(?:/|$)
      | (?:usr/|local/)*(?:lib|share)/systemd/ | lib/udev/ | etc/conda/(?:de)?activate\.d/ | conda-meta/
      | pyvenv\.cfg$ | pip\.(?:conf|ini)$ | uv\.toml$ | \.?(?:bash|zsh|profile)[^/]*$
      | (?:etc|share)/ipython/startup/ | share/autostart/
    )""",
    re.VERBOSE,
)
"""Places below the prefix of an environment that reconfigure the system, the shell, Python or pip."""
_SITE = re.compile(r"lib(?:64)?/python[^/]*/|Lib/")
_CODE = (".py", ".pth", ".so", ".pyd", ".sh", ".bat", ".ps1", ".dll", ".exe")
_MOST = 50


def foreign_facts(draft: Draft, owners: Owners) -> None:
    """Add the oddities of names and places that are not the distribution's own to its tree.

    Kinds: ``startup-module``, ``shadows-stdlib``, ``shadows-project`` (a whole package), ``overlays-project`` (files
    into a package that it does not ship), ``likeness-of-project`` (whole package of a project that its own name speaks
    of), ``foreign-top-level``, ``shadows-command``, ``data-into-system``, ``data-into-python``, ``data-outside``.
    """
    project = str(canonicalize_name(draft.metadata.name))
    _modules(draft, project, owners)
    _commands(draft, project)
    for relative, target in sorted(_data_targets(draft))[:_MOST]:
        _data(draft, relative, target)


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
    whole = any(path in draft.layout.names for path in _starts(draft, top))
    detail = f"{top} is the module of {owner}, number {rank} of the popular projects"
    if related(project, owner) or related(project, top):
        draft.tree.odd("likeness-of-project", relative, detail, phase=Phase.IMPORT)
    elif whole:
        more = " besides modules of its own" if others else ""
        draft.tree.odd("shadows-project", relative, f"{detail}; {project} ships it{more}", phase=Phase.IMPORT)
    else:
        detail = f"{detail}; {project} puts files into it"
        draft.tree.odd("overlays-project", relative, detail, phase=Phase.IMPORT)


def _starts(draft: Draft, top: str) -> Iterator[str]:
    """The file that an import of ``top`` runs, if it is shipped."""
    path = draft.layout.modules.get(top)
    if path is not None:
        yield path


def _tops(draft: Draft) -> dict[str, str]:
    """Installed top-level names, each with the first of its files."""
    tops: dict[str, str] = {}
    cut = len(draft.tree.prefix)
    for name, path in draft.layout.modules.items():
        if draft.layout.phases.get(path, Phase.NEVER) >= Phase.CALL:
            tops.setdefault(name.partition(".")[0], path[cut:])
    return tops


def _commands(draft: Draft, project: str) -> None:
    for point in draft.entry_points:
        if point.group in {"console_scripts", "gui_scripts"}:
            where = next((r for r in draft.tree.files if r.endswith("/entry_points.txt")), "")
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
    for folder, file in draft.data_files:
        relative = posixpath.normpath(file)
        if relative in draft.tree.files:
            yield relative, posixpath.join(folder, posixpath.basename(relative))


def _data(draft: Draft, relative: str, target: str) -> None:
    detail = f"installed as {target} below the prefix of the environment"
    place = posixpath.normpath(target)
    if place.startswith(("/", "..")):
        draft.tree.odd(
            "data-outside", relative, f"installed as {target}: outside the environment", phase=Phase.INSTALL
        )
    elif _SYSTEM.match(place):
        draft.tree.odd("data-into-system", relative, detail, phase=Phase.INSTALL)
    elif _SITE.match(place) and place.endswith(_CODE):
        draft.tree.odd("data-into-python", relative, detail, phase=Phase.IMPORT)
