"""A surface while it is put together: roots by phase, and the rules that installed and source trees share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field

from stockade.model.vetting import Phase
from stockade.vetter.package import Metadata
from stockade.vetter.surface_layout import Layout
from stockade.vetter.surface_metadata import EntryPoint
from stockade.vetter.surface_startup import STARTUP_MODULES, grade_pth, pth_lines, start_points
from stockade.vetter.surface_tree import Tree
from stockade.vetter.surface_types import Root

_COMMAND_GROUPS = frozenset({"console_scripts", "gui_scripts"})
_CALLED_GROUPS = frozenset(
    {
        "setuptools.finalize_distribution_options",
        "egg_info.writers",
        "setuptools.file_finders",
        "site.startup",
    }
)
"""Groups whose functions a host calls without being asked, in every run."""

_MOST_CODE = 128 << 10
_LINE_COST = 500
"""Characters of executable lines of all ``.pth`` together that are read, each line costing so many more. No honest
distribution comes near."""
_SCRIPT_SUFFIXES = (".py", ".pyw", ".sh", ".bash", ".bat", ".cmd", ".ps1", ".js", "")


@dataclass(slots=True)
class Draft:
    """One project's surface in the making."""

    tree: Tree
    layout: Layout = field(default_factory=Layout)
    roots: list[Root] = field(default_factory=list)
    metadata: Metadata = field(default_factory=Metadata)
    entry_points: list[EntryPoint] = field(default_factory=list)
    tops: set[str] = field(default_factory=set)
    """Top-level names that the distribution says are its own."""
    data_files: list[tuple[str, str]] = field(default_factory=list)
    """``(path below the prefix, file)`` that the settings of a source tree install."""
    installed: bool = False
    """Whether the tree lies as it is installed: nothing about its layout is a guess."""
    settings_name: str = ""
    """The project's name in the settings of a source tree."""
    _top_names: set[str] = field(default_factory=set)
    _tops_at: int = -1
    _spent: int = 0

    def root(  # noqa: PLR0913 - a keyword for each field of a root
        self, path: str, phase: Phase, why: str, *, function: str = "", code: str = "", line: int = 0
    ) -> None:
        """Add a root, and raise the phase of its file."""
        self.roots.append(Root(path=path, phase=phase, why=why, function=function, code=code, line=line))
        if not function:
            self.layout.raise_to(path, phase)

    def module_roots(self) -> None:
        """Roots for every importable module: packages and top-level modules first, the shallow before the deep."""
        chosen = [
            (name, path) for name, path in self.layout.modules.items() if self._phase(path) == Phase.IMPORT
        ]
        for name, path in sorted(
            chosen, key=lambda item: (item[0].count("."), not _is_init(item[1]), item[0])
        ):
            top = name.partition(".")[0]
            if name in STARTUP_MODULES:
                self.root(path, Phase.START, name)
            elif name == top:
                self.root(path, Phase.IMPORT, "package" if _is_init(path) else "module")
            elif name.endswith(".__main__"):
                self.root(path, Phase.COMMAND, f"python -m {name.removesuffix('.__main__')}")
                self.layout.phases[path] = Phase.COMMAND
            else:
                self.root(path, Phase.IMPORT, "subpackage" if _is_init(path) else "submodule")

    def _phase(self, path: str) -> Phase:
        return self.layout.phases.get(path, Phase.NEVER)

    def entry_roots(self, points: Iterable[EntryPoint]) -> None:
        """Commands run their function; a plugin's module is imported by its host, its object when the host wants it."""
        for point in dict.fromkeys(points):
            path = self.layout.modules.get(point.module)
            if path is None:
                continue
            self.layout.parts[path] = "package"
            if point.group in _COMMAND_GROUPS:
                self.root(path, Phase.COMMAND, f"command {point.name}", function=point.attribute)
                continue
            why = f"entry point {point.name} of {point.group}"
            if point.group in _CALLED_GROUPS:
                self.root(path, Phase.IMPORT, why, function=point.attribute)
            else:
                self.root(path, max(Phase.IMPORT, self._phase(path)), why)
                if point.attribute:
                    self.root(path, Phase.COMMAND, why, function=point.attribute)

    def script_root(self, relative: str, why: str) -> None:
        """A file that is installed as a command."""
        path = self.tree.files[relative]
        if posixpath.splitext(relative)[1].lower() in _SCRIPT_SUFFIXES:
            self.root(path, Phase.COMMAND, why)
            self.layout.parts[path] = "script"

    def _own(self) -> set[str]:
        """Top-level names of all modules."""
        if self._tops_at != len(self.layout.modules):
            self._tops_at = len(self.layout.modules)
            self._top_names = {name.partition(".")[0] for name in self.layout.modules}
        return self._top_names

    def startup_root(self, relative: str, phase: Phase) -> None:
        """The lines of a ``.pth`` or ``.start`` that run, as roots where it is installed and as oddities anywhere."""
        # Elsewhere a .pth may be anything (saved weights, often): only where it is installed must it be readable.
        text = self.tree.text(relative, quiet=phase == Phase.NEVER)
        if text is None:
            return
        if relative.endswith(".start"):
            self._start_roots(relative, phase, text)
        else:
            self._pth_roots(relative, phase, text)

    def _affords(self, relative: str, line: str) -> bool:
        """Whether one more executable line is within what is read of all start-up files together."""
        before = self._spent
        self._spent += _LINE_COST + len(line)
        if before <= _MOST_CODE < self._spent:
            self.tree.unreadable(relative, "more start-up lines than are read")
        return self._spent <= _MOST_CODE

    def _start_roots(self, relative: str, phase: Phase, text: str) -> None:
        for number, point in start_points(text):
            path = self.layout.modules.get(point.module)
            if path is not None and phase > Phase.NEVER:
                self.root(path, phase, ".start", function=point.attribute)
                self.root(path, phase, ".start")
            kind = "start-calls-own" if path is not None else "start-calls-other"
            named = f"{point.module}:{point.attribute}"
            detail = f"called at every start of the interpreter (Python 3.15 and later): {named[:160]}"
            self.tree.odd(kind, relative, detail, line=number, phase=phase, evidence=named)

    def _pth_roots(self, relative: str, phase: Phase, text: str) -> None:
        path = self.tree.files[relative]
        own = self._own()
        for line in pth_lines(text):
            if line.executes:
                if not self._affords(relative, line.text):
                    return
                if phase > Phase.NEVER:
                    self.root(path, phase, ".pth", code=line.text, line=line.number)
                kind = grade_pth(line.text, own.__contains__)
                detail = f"runs at every start of the interpreter: {line.text[:160]}"
                self.tree.odd(kind, relative, detail, line=line.number, phase=phase, evidence=line.text)
            elif line.text.startswith(("/", "\\", "..", "~")) or line.text[1:2] == ":":
                detail = f"puts a folder outside the package on the import path: {line.text[:160]}"
                self.tree.odd(
                    "pth-foreign-path", relative, detail, line=line.number, phase=phase, evidence=line.text
                )


def _is_init(path: str) -> bool:
    return posixpath.basename(path).startswith("__init__.")
