"""Runs the interpreter over small sources: what the tests of it share."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from stockade.model.vetting import Phase
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.package import Metadata
from stockade.vetter.python import source
from stockade.vetter.python.walk import Walked, walk
from stockade.vetter.surface_types import Root, Surface

MAIN = "pkg/__init__.py"
"""Where a source stands of which only the text is given: imported as ``pkg``."""


def walked(files: Mapping[str, str | bytes] | str, *, budget: int | None = None) -> Walked:
    """Walk a distribution: ``setup.py`` at the top is run at install, every other Python file is a module.

    Args:
        files: path to content; a text alone is the file :data:`MAIN`.
        budget: nodes that may be walked.
    """
    given = {MAIN: files} if isinstance(files, str) else files
    contents = {
        path: text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        for path, text in given.items()
    }

    def load(path: str) -> tuple[ast.Module, tuple[int, ...]] | None:
        if path not in contents or (tree := source.parse(contents[path], path).tree) is None:
            return None
        return tree, ()

    def parse(text: str) -> ast.Module | None:
        parsed = source.parse(text.encode("utf-8", "surrogatepass"), "<decoded>")
        return parsed.tree if parsed.mode == "strict" else None

    return walk(
        surface(contents), tuple(contents), load=load, read=contents.__getitem__, parse=parse, budget=budget
    )


def surface(contents: Mapping[str, bytes]) -> Surface:
    """The surface of those files."""
    python = [path for path in contents if path.endswith(".py")]
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for path in python
        if path != "setup.py"
    }
    phases = {path: Phase.INSTALL if path == "setup.py" else Phase.IMPORT for path in python}
    roots = tuple(
        Root(path=path, phase=phase, why="test")
        for path, phase in sorted(phases.items(), key=lambda item: -item[1].rank)
    )
    return Surface(roots=roots, modules=modules, phases=phases, metadata=Metadata(name="pkg", version="1.0"))


def acts(files: Mapping[str, str | bytes] | str, *kinds: Kind) -> list[Act]:
    """The acts of some kinds; the walk must have left nothing out."""
    result = walked(files)
    assert result.gaps == ()
    return [act for act in result.acts if act.kind in kinds]


def runs(files: Mapping[str, str | bytes] | str) -> set[tuple[str, Phase]]:
    """The command lines that are started, each with its phase."""
    return {(act.target, act.phase) for act in acts(files, Kind.SPAWN)}


def sent(files: Mapping[str, str | bytes] | str) -> set[Origin]:
    """The origins of everything that is sent."""
    return {taint.origin for act in acts(files, Kind.SEND, Kind.RESOLVE) for taint in act.payload}


def executed(files: Mapping[str, str | bytes] | str) -> list[str]:
    """The codes that are run, as far as they are known."""
    return [act.content for act in acts(files, Kind.EXECUTE)]
