"""The classes that add to a name or take away from it: ``python``, a version, anything else."""

from __future__ import annotations

import re

from stockade.model.names import ProjectName
from stockade.names.importnames import PROJECT_OF_IMPORT
from stockade.names.kinds import EditClass
from stockade.names.targets import STUCK_ON, Candidate, KeyTable, LookUp, Table, Targets

SHORTEST_STEM = 4
"""A stem of fewer characters says nothing: half of all names begin or end with one."""

_PYTHON_HEADS = ("python-", "py-", "python3-", "python", "py")
_PYTHON_TAILS = ("-python", "-py", "-python3", "python", "py")
_VERSION = re.compile(r"(.*?[^0-9-])((?:-?v|-)?[0-9][0-9-]*)")
_GLUED = STUCK_ON
_GLUED_TO = 6
"""A name of so many characters may have something stuck on without a separator."""


def version_suffix(name: str, targets: Targets) -> Candidate | None:
    """A version added at the end."""
    if not name[-1].isdigit():
        return None
    match = _VERSION.fullmatch(name)
    if match is None or len(match[1]) < SHORTEST_STEM or match[1] not in targets.ranks:
        return None
    return Candidate(
        EditClass.VERSION_SUFFIX, ProjectName(match[1]), f"version {match[2]!r} added at the end"
    )


def python_affix(name: str, targets: Targets) -> Candidate | None:
    """``py`` or ``python`` added."""
    ranks = targets.ranks
    if name.startswith("py"):
        for head in _PYTHON_HEADS:
            stem = name[len(head) :]
            if len(stem) >= SHORTEST_STEM and name.startswith(head) and stem in ranks:
                return Candidate(EditClass.PYTHON_AFFIX, ProjectName(stem), f"{head!r} put before")
    elif name.endswith(("py", "python", "python3")):
        for tail in _PYTHON_TAILS:
            stem = name[: -len(tail)]
            if len(stem) >= SHORTEST_STEM and name.endswith(tail) and stem in ranks:
                return Candidate(EditClass.PYTHON_AFFIX, ProjectName(stem), f"{tail!r} put after")
    return None


def _without_python(targets: Targets) -> Table:
    """From ``dateutil`` to ``python-dateutil``."""
    found = KeyTable()
    for full in targets.ranks:
        if full.startswith("py") or full.endswith("-python"):
            for stem in (full.removeprefix("python-"), full.removeprefix("py"), full.removesuffix("-python")):
                if stem != full and len(stem) >= SHORTEST_STEM and stem[0] != "-":
                    found.setdefault(stem, ProjectName(full))
    return found


def _projects(targets: Targets) -> Table:
    return KeyTable(
        (module, ProjectName(project))
        for module, project in PROJECT_OF_IMPORT.items()
        if project in targets.ranks
    )


IMPORT_NAME = LookUp(EditClass.IMPORT_NAME, _projects, "the import name of {target!r}")
"""A module's name where the project is called otherwise."""
PYTHON_LOST = LookUp(EditClass.PYTHON_AFFIX, _without_python, "{target!r} without its 'python' or 'py'")
"""``py`` or ``python`` taken away."""


def combosquat(name: str, targets: Targets) -> Candidate | None:
    """Something else added before or after. The first known words win; glued ends come last."""
    cut = name.rfind("-")
    if cut < 0:
        return _glued(name, targets)
    ranks = targets.ranks
    while cut >= SHORTEST_STEM:
        if name[:cut] in ranks:
            return Candidate(
                EditClass.COMBOSQUAT, ProjectName(name[:cut]), f"{name[cut:]!r} put after", part="head"
            )
        cut = name.rfind("-", 0, cut)
    cut = name.find("-")
    while 0 <= cut < len(name) - SHORTEST_STEM:
        if name[cut + 1 :] in ranks:
            stem = ProjectName(name[cut + 1 :])
            return Candidate(EditClass.COMBOSQUAT, stem, f"{name[: cut + 1]!r} put before", part="tail")
        cut = name.find("-", cut + 1)
    return _glued(name, targets)


def _glued(name: str, targets: Targets) -> Candidate | None:
    """Up to three characters stuck on without a separator, to a name of at least six."""
    if len(name) <= _GLUED + SHORTEST_STEM:
        return None
    ranks = targets.ranks
    clipped = targets.clipped
    if clipped is None or name[:-_GLUED] in clipped[0]:
        for count in range(1, _GLUED + 1):
            if (stem := name[:-count]) in ranks and len(stem) >= _GLUED_TO:
                evidence = f"{name[-count:]!r} stuck on"
                return Candidate(EditClass.COMBOSQUAT, ProjectName(stem), evidence, part="glued")
    if clipped is None or name[_GLUED:] in clipped[1]:
        for count in range(1, _GLUED + 1):
            if (stem := name[count:]) in ranks and len(stem) >= _GLUED_TO:
                evidence = f"{name[:count]!r} stuck before"
                return Candidate(EditClass.COMBOSQUAT, ProjectName(stem), evidence, part="glued")
    return None
