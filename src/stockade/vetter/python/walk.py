"""Walks a distribution's Python along its execution surface and gives back what it does."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from stockade.model.vetting import Phase
from stockade.vetter.acts import Act
from stockade.vetter.files.base import Code
from stockade.vetter.package import Oddity
from stockade.vetter.python import calls_functions, effects_code
from stockade.vetter.python.frames import Frame, Module
from stockade.vetter.python.machine import Machine, OutOfBudget, World
from stockade.vetter.python.values import GAP, Function, Value
from stockade.vetter.surface_types import Root, Surface

RECURSION = 8_000
"""Frames of ours that calls within calls within expressions may need; Python's own are not on the C stack."""
Load = Callable[[str], tuple[ast.Module, tuple[int, ...]] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a walk found."""

    acts: tuple[Act, ...]
    phases: Mapping[str, Phase]
    """For each file that was walked, the phase in which its top level runs."""
    gaps: tuple[str, ...]
    """What was left unwalked, and why: never silent."""
    steps: int
    oddities: tuple[Oddity, ...] = ()
    """What is odd about data that the code itself decodes and loads."""


def walk(
    surface: Surface,
    members: Collection[str],
    *,
    load: Load,
    read: Callable[[str], bytes],
    parse: Callable[[str], ast.Module | None],
    codes: Collection[tuple[str, Code]] = (),
    budget: int | None = None,
) -> Walked:
    """Walk from every root, strongest phase first, then what no root reaches.

    Args:
        surface: roots, module names, phases by place.
        members: paths of all members.
        load: the tree of a member with its telling lines; None where it need not or cannot be walked.
        read: a member's bytes; raises ``KeyError``.
        parse: the tree of code that was decoded.
        codes: Python that stands in files of another kind (notebooks), with the file it is from.
        budget: nodes that may be walked; the machine's own default where None.
    """
    beside = _Beside(frozenset(members))
    machine = Machine(World(modules=dict(surface.modules), load=load, read=read, parse=parse, beside=beside))
    if budget is not None:
        machine.budget = budget
    walker = _Walker(machine, surface, codes)
    recursion = sys.getrecursionlimit()
    sys.setrecursionlimit(max(recursion, RECURSION))
    try:
        walker.run()
    except OutOfBudget:
        machine.gaps.add(f"more than {machine.budget} steps: the rest was not walked")
    finally:
        sys.setrecursionlimit(recursion)
    return Walked(
        acts=tuple(machine.acts.values()),
        phases=walker.phases,
        gaps=tuple(sorted(machine.gaps)),
        steps=machine.steps,
        oddities=tuple(machine.oddities),
    )


class _Beside:
    """Resolves names that code opens to members of the distribution."""

    def __init__(self, members: frozenset[str]) -> None:
        self._members = members
        self._by_name: dict[str, list[str]] = {}
        for member in members:
            self._by_name.setdefault(member.rpartition("/")[2], []).append(member)

    def __call__(self, code: str, text: str) -> str:
        """The member that ``text`` means when code of ``code`` opens it; empty where it is none."""
        tail = text.replace("\\", "/").rpartition(GAP)[2].removeprefix("./").strip("/")
        if not tail:
            return ""
        if GAP not in text:
            for candidate in (text, f"{code.rpartition('/')[0]}/{tail}".lstrip("/")):
                if candidate in self._members:
                    return candidate
            if text.startswith(("/", "~")) or text[1:3] == ":/":
                return ""
        named = self._by_name.get(tail.rpartition("/")[2], ())
        fitting = sorted(each for each in named if each == tail or each.endswith(f"/{tail}"))
        return fitting[0] if fitting else ""


UNREACHED_STEPS = 20_000
"""Nodes of tests, docs and examples that are walked."""


class _Walker:
    """One walk along a surface."""

    def __init__(self, machine: Machine, surface: Surface, codes: Collection[tuple[str, Code]]) -> None:
        self.machine = machine
        self.codes = codes
        self.surface = surface
        self.phases: dict[str, Phase] = {}
        self._scripts: set[str] = set()
        """What ran as a program while it is installed: walked again as a module, it would see what comes after it."""
        self._names = {path: name for name, path in reversed(list(surface.modules.items()))}

    def run(self) -> None:
        """Every root, then every other file, then what nothing called."""
        for root in self.surface.roots:
            if root.phase >= Phase.START or not self._aside(root.path):
                self._root(root)
        files = sorted(self.surface.phases.items(), key=lambda item: -item[1].rank)
        for path, phase in files:
            if phase is not Phase.NEVER and not self._aside(path) and path not in self._scripts:
                self._file(path, phase)
        for module in list(self.machine.modules.values()):
            self.machine.finish(module, Phase.CALL)
        for path, code in self.codes:
            self._text(path, Phase.CALL, code.text, code.line, code.why)
        self._unreached([path for path, _ in files if path not in self.phases])

    def _aside(self, path: str) -> bool:
        """Whether a file is a test, a document or an example, which nobody imports unless code that runs does."""
        return self.surface.parts.get(path) in {"tests", "docs", "examples"}

    def _unreached(self, paths: list[str]) -> None:
        """What nothing installs and nothing reaches cannot weigh in a verdict: it is walked for the reviewer, within a
        small budget of its own."""
        budget, self.machine.budget = self.machine.budget, self.machine.steps + UNREACHED_STEPS
        try:
            for path in paths:
                module = self._file(path, Phase.NEVER)
                if module is not None:
                    self.machine.finish(module, Phase.NEVER)
        except OutOfBudget:
            return
        finally:
            self.machine.budget = budget

    def _root(self, root: Root) -> None:
        if root.code:
            self._text(root.path, root.phase, root.code, root.line, root.why)
            return
        self.machine.script_folder = root.path.rpartition("/")[0] if root.phase is Phase.INSTALL else ""
        top = min(root.phase, Phase.IMPORT) if root.function and root.phase < Phase.START else root.phase
        if root.function:
            top = max(top, Phase.IMPORT) if root.phase is Phase.COMMAND else top
        found = self._file(
            root.path, top, script=root.path.endswith("setup.py") and root.phase is Phase.INSTALL
        )
        if root.function and found is not None:
            self._function(found, root)

    def _text(self, path: str, phase: Phase, text: str, line: int, why: str) -> None:
        module = Module(name=f"<{path}>", path=path, state="done", inner_line=line)
        frame = Frame(module=module, names=module.names, scope=path, phase=phase)
        self.machine.guarded(
            frame, lambda: effects_code.run_text(self.machine, frame, ast.Pass(), Value(text), why)
        )

    def _function(self, module: Module, root: Root) -> None:
        value: Value | None = None
        for part in root.function.split("."):
            if value is None:
                value = module.names.get(part)
            elif value.ref is not None and hasattr(value.ref, "attributes"):
                value = value.ref.attributes.get(part)
        if value is not None and isinstance(value.ref, Function):
            function = value
            self.machine.guarded(
                value.ref.frame, lambda: calls_functions.call_unknown(self.machine, function, root.phase)
            )

    def _file(self, path: str, phase: Phase, *, script: bool = False) -> Module | None:
        name = self._names.get(path)
        before = set(self.machine.modules)
        if script:
            self._scripts.add(path)
        if name is not None and not script:
            module = self.machine.module(name, phase)
        else:
            module = self.machine.modules.get(f"<{path}>")
            if module is None:
                module = Module(name=f"<{path}>", path=path)
                self.machine.modules[module.name] = module
                self.machine.run_module(module, phase, dunder_name="__main__" if script else "")
        for new in set(self.machine.modules) - before:
            self.phases.setdefault(self.machine.modules[new].path, phase)
        self.phases.setdefault(path, phase)
        return module
