"""The abstract interpreter: walks a distribution's Python as it would run, phase by phase.

It never evaluates code. Expressions become :class:`~stockade.vetter.python.values.Value`: constants are folded, names
are resolved through imports and aliases, origins travel as taints, and every effect on the world becomes an
:class:`~stockade.vetter.acts.Act`. Calls to the package's own functions are followed, across modules, with the
arguments bound; a loop runs concretely only over constants. Everything is bounded: steps, depth, decoded layers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.acts import NO_TAINTS, Act, Kind, Taints
from stockade.vetter.package import Oddity
from stockade.vetter.python.frames import Frame, Module
from stockade.vetter.python.hot import is_unmet
from stockade.vetter.python.values import Class, Function, Instance, Value

MOST_STEPS = 3_000_000
"""Nodes walked in one distribution."""
MOST_DEPTH = 64
"""Calls within calls that are followed."""
MOST_LAYERS = 128
"""Layers of code that is decoded and run by code. Obfuscators are stacked by the dozen."""
MOST_DECODED = 64 << 20
"""Characters of decoded code that are walked, all layers together."""
MOST_RUNS = 3
"""Times one function is walked with different arguments."""
MOST_ACTS = 20_000
MOST_LATER = 32
MOST_CONTENT = 4_000
"""Characters of a constant that an act keeps."""


def docstring(body: Sequence[ast.stmt]) -> Value | None:
    """The text in front of a module's, class's or function's statements: data like any other."""
    first = body[0] if body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return Value(first.value.value, built=True)
    return None


class OutOfBudget(Exception):  # noqa: N818 - not an error of the program: the walk's end
    """The distribution is too large or too twisted to be walked to its end."""


@dataclass(slots=True, kw_only=True)
class World:
    """What the interpreter may know of the distribution."""

    modules: dict[str, str]
    """Importable name to path; names that only a script's own folder makes importable are added on the way."""
    load: Callable[[str], tuple[ast.Module, tuple[int, ...]] | None]
    """The tree of a path with the hot lines; None where it is cold, absent or unreadable."""
    read: Callable[[str], bytes]
    """A member's bytes; raises ``KeyError`` where it was not kept."""
    parse: Callable[[str], ast.Module | None]
    """Code that was decoded; None where it does not parse."""
    beside: Callable[[str, str], str]
    """Resolve a file name that code of the first path opens to a member's path, or empty."""


@dataclass(slots=True, eq=False)
class Machine:
    """The state of one walk."""

    world: World
    acts: dict[tuple[object, ...], Act] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    modules: dict[str, Module] = field(default_factory=dict)
    written: dict[str, tuple[Taints, str]] = field(default_factory=dict)
    """What was written to a path: origins and, where constant, the text."""
    steps: int = 0
    depth: int = 0
    layers: int = 0
    decoded: int = 0
    """Characters of decoded code that were walked."""
    serial: int = 0
    """Counts unknown names (temporary files), so that each has its own text."""
    budget: int = MOST_STEPS
    gaps: set[str] = field(default_factory=set)
    """Paths in which something was left unwalked, with the reason."""
    seen_code: set[tuple[str, str]] = field(default_factory=set)
    printed: Value | None = None
    """The buffer into which standard output was redirected."""
    later: list[Callable[[], object]] = field(default_factory=list)
    """Calls of what was handed to threads and timers: again when the module is through, for it sees what came after."""
    raised: list[Value] = field(default_factory=list)
    """Exceptions that statements raised, the last ones: handlers get them."""
    replaced: set[str] = field(default_factory=set)
    """Functions outside the package in whose place the code put its own."""
    namespaces: frozenset[str] = frozenset()
    """First parts of the package's module names: packages without a file of their own (PEP 420)."""

    loose: int = 0
    """Depth of loops of which one turn is walked for all: what grows there is known in part only."""
    fresh: dict[int, object] = field(default_factory=dict)
    """Lists that were made within such a loop, anew in each turn, by ``id``; held, so that no other gets that number."""
    folders: tuple[str, ...] = ()
    """Folders and archives of the distribution that its code puts on the module search path."""
    script_folder: str = ""
    """The folder of the script or backend that runs: it leads the module search path."""

    def __post_init__(self) -> None:
        self.namespaces = frozenset(name.partition(".")[0] for name in self.world.modules)

    def step(self, cost: int = 1) -> None:
        """Count work.

        Raises:
            OutOfBudget: there is none left.
        """
        self.steps += cost
        if self.steps > self.budget:
            raise OutOfBudget

    def act(
        self,
        frame: Frame,
        node: ast.AST,
        kind: Kind,
        callee: str,
        *,
        target: str = "",
        payload: Taints = NO_TAINTS,
        target_taints: Taints = NO_TAINTS,
        content: str = "",
        hidden: bool = False,
        note: str = "",
    ) -> None:
        """Record an act. The same act in a later phase adds nothing; with further origins it is one act with all."""
        at = self.at(frame, node)
        key = (kind, callee, at, target[:200], content[:80])
        known = self.acts.get(key)
        if known is None and len(self.acts) >= MOST_ACTS:
            self.gaps.add(f"{frame.module.path}: more than {MOST_ACTS} acts")
            return
        self.acts[key] = Act(
            kind=kind,
            callee=callee,
            at=at,
            phase=max(frame.phase, known.phase) if known else frame.phase,
            scope=known.scope if known else frame.scope,
            target=target[:MOST_CONTENT],
            payload=(payload | known.payload) if known else payload,
            target_taints=(target_taints | known.target_taints) if known else target_taints,
            content=content[:MOST_CONTENT] or (known.content if known else ""),
            hidden=hidden or frame.hidden or (known.hidden if known else False),
            note=note or (known.note if known else ""),
        )

    def add(self, acts: Iterable[Act]) -> None:
        """Record acts of another analysis (a shell command line)."""
        for act in acts:
            if act.kind is Kind.WRITE and act.target:
                self.written[act.target] = (act.payload, act.content)
            self.acts.setdefault((act.kind, act.callee, act.at, act.target[:200], act.content[:80]), act)

    def at(self, frame: Frame, node: ast.AST) -> Location:
        """The place of a node."""
        return frame.module.at(getattr(node, "lineno", 0))

    def unknown_text(self, what: str, suffix: str = "") -> str:
        """A text of its own for something whose name is made up at run time."""
        self.serial += 1
        return f"…{what}{self.serial}{suffix}"

    # -- modules --------------------------------------------------------------------------------

    def module(self, name: str, phase: Phase) -> Module | None:
        """A module of the package, walked if it was not yet; None where the package has none of that name."""
        if (found := self.modules.get(name)) is not None:
            return found
        if (path := self.world.modules.get(name)) is None:
            return None
        is_package = path.endswith(("__init__.py", "__init__.pyc"))
        module = Module(name=name, path=path, package=name if is_package else name.rpartition(".")[0])
        self.modules[name] = module
        parent = name.rpartition(".")[0]
        if parent and parent in self.world.modules:
            self.module(parent, phase)
        self.run_module(module, phase)
        return module

    def find_beside(self, frame: Frame, name: str) -> None:
        """Make importable what lies beside a script or a build backend: its folder leads the module search path."""
        if name in self.world.modules:
            return
        if frame.phase is Phase.INSTALL:
            self._find_in(self.script_folder or frame.module.path.rpartition("/")[0], frame, name)
        for folder in self.folders:
            self._find_in(folder, frame, name)

    def _find_in(self, folder: str, frame: Frame, name: str) -> None:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            dotted = ".".join(parts[:count])
            for tail in (f"{'/'.join(parts[:count])}.py", f"{'/'.join(parts[:count])}/__init__.py"):
                wanted = f"{folder}/{tail}".lstrip("/")
                if (
                    dotted not in self.world.modules
                    and self.world.beside(frame.module.path, wanted) == wanted
                ):
                    self.world.modules[dotted] = wanted
                    self.namespaces |= {parts[0]}

    def run_module(self, module: Module, phase: Phase, *, dunder_name: str = "") -> None:
        """Walk a module's top level."""
        from stockade.vetter.python.statements import run_body  # noqa: PLC0415 - mutual recursion of the walk

        if module.state != "new":
            return
        loaded = self.world.load(module.path)
        if loaded is None:
            module.state = "skipped"
            return
        tree, module.hot_lines = loaded
        module.state = "running"
        module.names["__name__"] = Value(dunder_name or module.name)
        module.names["__file__"] = Value(module.path, text=module.path)
        if (told := docstring(tree.body)) is not None:
            module.names["__doc__"] = told
        frame = Frame(module=module, names=module.names, scope=module.name or module.path, phase=phase)
        before, self.later = self.later, []
        self.guarded(frame, lambda: run_body(self, frame, tree.body))
        later, self.later = self.later[:MOST_LATER], before
        for each in later:
            self.guarded(frame, each)
        module.state = "done"

    def guarded(self, frame: Frame, walk: Callable[[], object]) -> None:
        """Walk; code nested too deeply is told as a gap, never dropped without a word."""
        depth, layers = self.depth, self.layers
        try:
            walk()
        except RecursionError:
            self.gaps.add(f"{frame.module.path}: nested too deeply")
        finally:
            self.depth, self.layers = depth, layers

    def finish(self, module: Module, phase: Phase) -> None:
        """Walk what a module defines and nothing called: functions and methods that a user may call."""
        place = 0
        while place < len(module.functions):  # what an uncalled function defines comes at the end
            self.walk_uncalled(module.functions[place], phase)
            place += 1

    def walk_uncalled(self, value: Value, phase: Phase) -> None:
        """Walk a function, or every method of a class, as if a stranger called it."""
        from stockade.vetter.python.calls_functions import call_unknown  # noqa: PLC0415 - mutual recursion of the walk

        ref = value.ref
        if isinstance(ref, Function):
            if is_unmet(ref) and ref.owner is None:
                self.guarded(ref.frame, lambda: call_unknown(self, value, phase))
        elif isinstance(ref, Class):
            self._walk_class(value, phase)

    def _walk_class(self, value: Value, phase: Phase) -> None:
        """Walk the methods that nothing called, on one object that a stranger made."""
        from stockade.vetter.python.calls_functions import call_unknown  # noqa: PLC0415 - mutual recursion of the walk

        assert isinstance(value.ref, Class)  # noqa: S101 - the only caller makes it so
        methods = [
            *value.ref.methods,
            *(v for v in value.ref.attributes.values() if isinstance(v.ref, Function)),
        ]
        todo = [each for each in methods if isinstance(each.ref, Function) and is_unmet(each.ref)]
        if not todo:
            return
        made = Value(ref=Instance(value.ref))
        maker = value.ref.find("__init__")
        if maker is not None and isinstance(maker.ref, Function):
            first = maker
            self.guarded(maker.ref.frame, lambda: call_unknown(self, first, phase, receiver=made))
        for each in todo:
            if isinstance(each.ref, Function) and is_unmet(each.ref):
                self.guarded(each.ref.frame, partial(call_unknown, self, each, phase, receiver=made))
