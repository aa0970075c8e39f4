"""The classes that add to a name or take away from it: ``python``, a version, anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stockade.model.names import ProjectName
from stockade.names.importnames import PROJECT_OF_IMPORT
from stockade.names.kinds import EditClass
from stockade.names.targets import (
    INDEXED_AFTER,
    STUCK_ON,
    Answer,
    Candidate,
    KeyTable,
    LookUp,
    Table,
    Targets,
)

SHORTEST_STEM = 4
"""A stem of fewer characters says nothing: half of all names begin or end with one."""

_PYTHON_HEADS = ("python-", "py-", "python3-", "python", "py")
_PYTHON_TAILS = ("-python", "-py", "-python3", "python", "py")
_VERSION = re.compile(r"(.*?[^0-9-])((?:-?v|-)?[0-9][0-9-]*)")
_DIGITS = frozenset("0123456789")
_GLUED_TO = 6
"""A name of so many characters may have something stuck on without a separator."""


def version_suffix(names: Sequence[str], targets: Targets) -> Iterator[tuple[str, Candidate]]:
    """A version added at the end."""
    for name in [name for name in names if name[-1] in _DIGITS]:
        match = _VERSION.fullmatch(name)
        if match is not None and len(match[1]) >= SHORTEST_STEM and match[1] in targets.ranks:
            evidence = f"version {match[2]!r} added at the end"
            yield name, Candidate(EditClass.VERSION_SUFFIX, ProjectName(match[1]), evidence)


def python_affix(names: Sequence[str], targets: Targets) -> Iterator[tuple[str, Candidate]]:
    """``py`` or ``python`` added."""
    ranks = targets.ranks
    for name in names:
        if name.startswith("py"):
            for head in _PYTHON_HEADS:
                stem = name[len(head) :]
                if len(stem) >= SHORTEST_STEM and name.startswith(head) and stem in ranks:
                    yield name, Candidate(EditClass.PYTHON_AFFIX, ProjectName(stem), f"{head!r} put before")
                    break
        elif name.endswith(("py", "python", "python3")):
            for tail in _PYTHON_TAILS:
                stem = name[: -len(tail)]
                if len(stem) >= SHORTEST_STEM and name.endswith(tail) and stem in ranks:
                    yield name, Candidate(EditClass.PYTHON_AFFIX, ProjectName(stem), f"{tail!r} put after")
                    break


class _WithoutPython:
    """A table from ``dateutil`` to ``python-dateutil``. Indexed once it is asked a lot."""

    def __init__(self, targets: Targets) -> None:
        self._ranks = targets.ranks
        self._asked = 0
        self._index = KeyTable()

    def answering(self, count: int) -> Answer:
        """Try what may be missing, or look the stem up."""
        self._asked += count
        if self._asked < INDEXED_AFTER:
            return self._find
        if not self._index:
            for full in self._ranks:
                if full.startswith("py") or full.endswith("-python"):
                    for stem in (
                        full.removeprefix("python-"),
                        full.removeprefix("py"),
                        full.removesuffix("-python"),
                    ):
                        if stem != full and _is_stem(stem):
                            self._index.setdefault(stem, ProjectName(full))
        return self._index.get

    def _find(self, stem: str) -> ProjectName | None:
        """The best-ranked target that is ``stem`` with what may be missing."""
        found = [full for full in (f"python-{stem}", f"py{stem}", f"{stem}-python") if full in self._ranks]
        return ProjectName(min(found, key=self._ranks.__getitem__)) if found and _is_stem(stem) else None


def _is_stem(text: str) -> bool:
    return len(text) >= SHORTEST_STEM and text[0] != "-"


def _projects(targets: Targets) -> Table:
    return KeyTable(
        (module, ProjectName(project))
        for module, project in PROJECT_OF_IMPORT.items()
        if project in targets.ranks
    )


IMPORT_NAME = LookUp(EditClass.IMPORT_NAME, _projects, "the import name of {target!r}")
"""A module's name where the project is called otherwise."""
PYTHON_LOST = LookUp(EditClass.PYTHON_AFFIX, _WithoutPython, "{target!r} without its 'python' or 'py'")
"""``py`` or ``python`` taken away."""


def combosquat(names: Sequence[str], targets: Targets) -> Iterator[tuple[str, Candidate]]:
    """Something else added before or after. The first known words win."""
    ranks = targets.ranks
    for name in names:
        cut = name.rfind("-")
        if cut < 0:
            continue
        while cut >= SHORTEST_STEM and name[:cut] not in ranks:
            cut = name.rfind("-", 0, cut)
        if cut >= SHORTEST_STEM:
            stem, evidence = ProjectName(name[:cut]), f"{name[cut:]!r} put after"
            yield name, Candidate(EditClass.COMBOSQUAT, stem, evidence, part="head")
            continue
        cut, last = name.find("-"), len(name) - SHORTEST_STEM
        while 0 <= cut < last and name[cut + 1 :] not in ranks:
            cut = name.find("-", cut + 1)
        if 0 <= cut < last:
            stem, evidence = ProjectName(name[cut + 1 :]), f"{name[: cut + 1]!r} put before"
            yield name, Candidate(EditClass.COMBOSQUAT, stem, evidence, part="tail")


def glued(names: Sequence[str], targets: Targets) -> Iterator[tuple[str, Candidate]]:
    """Up to three characters stuck on without a separator, to a name of at least six."""
    ranks = targets.ranks
    for name in [name for name in names if len(name) > STUCK_ON + SHORTEST_STEM]:
        for count in range(1, STUCK_ON + 1):
            if (stem := name[:-count]) in ranks and len(stem) >= _GLUED_TO:
                evidence = f"{name[-count:]!r} stuck on"
                yield name, Candidate(EditClass.COMBOSQUAT, ProjectName(stem), evidence, part="glued")
                break
        else:
            for count in range(1, STUCK_ON + 1):
                if (stem := name[count:]) in ranks and len(stem) >= _GLUED_TO:
                    evidence = f"{name[:count]!r} stuck before"
                    yield name, Candidate(EditClass.COMBOSQUAT, ProjectName(stem), evidence, part="glued")
                    break
