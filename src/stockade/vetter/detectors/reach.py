"""When a file that is not Python is loaded or started: by its own phase, and by the acts that name it."""

from __future__ import annotations

import re
from dataclasses import replace

from stockade.model.findings import Severity
from stockade.model.vetting import Phase
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.package import Package

EXTENSION = re.compile(
    r"\.(?:cpython-\w[\w\-]*|abi3|cp\d+-\w+|pypy\w*-\w[\w\-]*)\.(?:so|pyd)$|(?:^|/)\w+\.(?:so|pyd)$"
)
"""Names of extension modules: a package beside them imports them."""
_LOADING = frozenset({Kind.LOAD, Kind.SPAWN, Kind.EXECUTE, Kind.READ, Kind.WRITE, Kind.IMPORT})
_RUNNING = frozenset({Kind.LOAD, Kind.SPAWN, Kind.EXECUTE})


class Reach:
    """Which files the acts of a package name."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.by_path: dict[str, list[Act]] = {}
        names: dict[str, list[str]] = {}
        for path, info in package.files.items():
            if info.kind != "python":
                names.setdefault(path.rpartition("/")[2], []).append(path)
        for act in package.acts:
            if act.kind in _LOADING and not act.callee.startswith(("native:", "pickle:", "pyc:", "agent:")):
                for path in self._named(act, names):
                    self.by_path.setdefault(path, []).append(act)

    def _named(self, act: Act, names: dict[str, list[str]]) -> set[str]:
        """The files that an act names: by what it runs, or by the last part of its target."""
        found = {
            taint.detail
            for taint in act.payload
            if taint.origin is Origin.OWN_FILE and taint.detail in self.package.files
        }
        if found:
            return found
        pieces = {piece.rpartition("/")[2] for piece in act.target.replace("\\", "/").split()[:40]}
        return {path for piece in pieces if len(piece) > 3 for path in names.get(piece, ())}  # noqa: PLR2004 - a name that tells

    def phase(self, path: str) -> Phase:
        """The earliest phase in which a file is loaded, started or read."""
        info = self.package.files.get(path)
        own = info.phase if info is not None else Phase.NEVER
        if EXTENSION.search(path) and self.package.kind != "sdist":
            beside = self.package.files.get(path.rpartition("/")[0] + "/__init__.py")
            own = max(own, beside.phase if beside is not None else Phase.IMPORT if "/" not in path else own)
        return max([own, *(act.phase for act in self.by_path.get(path, ()))], key=lambda phase: phase.rank)

    def runs(self, path: str) -> Act | None:
        """The strongest act that loads or starts a file."""
        acts = [act for act in self.by_path.get(path, ()) if act.kind in _RUNNING]
        return max(acts, default=None, key=lambda act: (act.phase.rank, act.kind is Kind.SPAWN))


def settled(package: Package) -> Package:
    """The package with each act and oddity of a file that is not Python in the phase in which Python reaches the file."""
    reach = Reach(package)

    def phase_of(path: str, now: Phase) -> Phase:
        info = package.files.get(path)
        if info is None or info.kind == "python":
            return now
        return max(now, reach.phase(path))

    return replace(
        package,
        acts=tuple(replace(act, phase=phase_of(act.at.path, act.phase)) for act in package.acts),
        oddities=tuple(replace(each, phase=phase_of(each.at.path, each.phase)) for each in package.oddities),
    )


def lowered(severity: Severity, steps: int) -> Severity:
    """A severity that many steps lower."""
    return list(Severity)[max(severity.rank - steps, 0)]


def weighed(package: Package, severity: Severity, phase: Phase) -> Severity:
    """A severity for a file that is installed; in an sdist, one lower where nothing reaches the file."""
    return lowered(severity, 1) if phase is Phase.NEVER and package.kind == "sdist" else severity
