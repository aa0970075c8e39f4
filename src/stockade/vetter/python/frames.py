"""Modules and frames: where names live while the interpreter walks."""

from __future__ import annotations

from dataclasses import dataclass, field

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.python.values import Value


@dataclass(slots=True, eq=False)
class Module:
    """A module of the package."""

    name: str
    path: str
    names: dict[str, Value] = field(default_factory=dict)
    package: str = ""
    """What relative imports start from."""
    state: str = "new"
    """``new``, ``running``, ``done``, or ``skipped`` (cold, or not parsed)."""
    hot_lines: tuple[int, ...] = ()
    """Lines on which the prefilter saw something; a function without any need not be walked by itself."""
    functions: list[Value] = field(default_factory=list)
    """Every function and class that was defined, to be walked at the end if nothing called it."""
    inner_line: int = 0
    """For decoded code: the line of the file that runs it; 0 for a file's own code."""
    scope_suffix: str = ""
    stars: tuple[str, ...] = ()
    """Modules outside the package of which everything was imported (``from os import *``)."""

    def at(self, line: int) -> Location:
        """A place in its file."""
        return Location(self.path, self.inner_line or line)


@dataclass(slots=True, eq=False)
class Frame:
    """One activation: a module's top level, a class body, a function call."""

    module: Module
    names: dict[str, Value]
    scope: str
    phase: Phase
    parent: Frame | None = None
    """The enclosing function's frame, for closures; None where the module's names come next."""
    owner: Value | None = None
    """``self`` of a method."""
    branch: dict[str, Value] | None = None
    """What the branch of an ``if`` that is walked has bound."""
    conditional: int = 0
    """Depth of branches and loops: names bound there keep what they had."""
    turn: set[str] | None = None
    """The names that were bound in the one turn that is walked of a loop; None outside of such loops."""
    result: Value | None = None
    globals_: frozenset[str] = frozenset()
    nonlocals: frozenset[str] = frozenset()
    hidden: bool = False
    """The code that runs was decoded."""

    def find(self, name: str) -> Value | None:
        """The value of a name, by Python's scopes."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.parent
        return self.module.names.get(name)

    def place(self, name: str) -> dict[str, Value]:
        """The names among which ``name`` is bound."""
        if name in self.globals_:
            return self.module.names
        if name in self.nonlocals:
            frame = self.parent
            while frame is not None:
                if name in frame.names:
                    return frame.names
                frame = frame.parent
        return self.names
