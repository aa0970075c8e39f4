"""``noxfile.py``, by its syntax tree: what sessions install. Nothing of it is run."""

from __future__ import annotations

import ast
import re

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.python_ast import parse_python, string
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell
from stockade.model.requirements import Manifest

_RUNS = frozenset({"run", "run_always", "run_install"})
_MAX_DEPTH = 12
"""Levels of names and lists that are followed."""

_PROJECT_TABLE = re.compile(r"dependency.groups|optional.dependencies|load_toml|posargs")


def read_nox(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a noxfile: ``session.install``, ``session.conda_install``, ``session.run("pip", …)``."""
    draft = CommandDraft(path, context)
    tree = parse_python(text)
    reader = _Reader(draft, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            reader.call(node, node.func.attr)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript):
                    reader.variable(target.slice, node.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                reader.variable(key, value)
    return draft.manifest()


class _Reader:
    """Reads calls of sessions; constants of the module are known."""

    def __init__(self, draft: CommandDraft, tree: ast.Module) -> None:
        self.draft = draft
        self.shell = Shell(draft)
        self._constants = _assigned_once(tree)

    def call(self, node: ast.Call, method: str) -> None:
        """Take ``session.METHOD(…)`` where the method installs."""
        if method in {"install", "conda_install"} and self._is_session(node.func):
            words = self._arguments(node)
            program = ["pip", "install"] if method == "install" else ["conda", "install"]
            argv = [*(Argument(word, line=node.lineno) for word in program), *words]
        elif method in _RUNS and self._is_session(node.func):
            argv = self._arguments(node)
        else:
            return
        place = self.draft.at(node.lineno, node.end_lineno or 0)
        self.shell.read_arguments(argv, place)

    def variable(self, key: ast.expr | None, value: ast.expr) -> None:
        """Take ``session.env["NAME"] = …`` and ``env={"NAME": …}`` where installers read the variable."""
        name = string(key)
        if name is not None and name.startswith(("PIP_", "UV_")):
            for argument in self._values(value):
                self.draft.set_variable(name, argument.text, self.draft.at(argument.line))

    @staticmethod
    def _is_session(function: ast.expr) -> bool:
        """Whether a method's object may be a session: a plain name, by custom ``session`` or ``s``."""
        return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)

    def _arguments(self, node: ast.Call) -> list[Argument]:
        return [argument for value in node.args for argument in self._values(value)]

    def _values(self, node: ast.expr, depth: int = 0) -> list[Argument]:
        if depth > _MAX_DEPTH:
            return [_opaque(node)]
        if isinstance(node, ast.Name) and node.id in self._constants:
            return self._values(self._constants[node.id], depth + 1)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [Argument(node.value, line=node.lineno)]
        parts = _parts(node)
        if parts is not None:
            return [argument for item in parts for argument in self._values(item, depth + 1)]
        if isinstance(node, ast.JoinedStr):
            return [self._formatted(node)]
        # Groups of the pyproject.toml are read there.
        return [] if _PROJECT_TABLE.search(ast.unparse(node)) else [_opaque(node)]

    def _formatted(self, node: ast.JoinedStr) -> Argument:
        text: list[str] = []
        known: int | None = None
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            if isinstance(inner, ast.Name):
                inner = self._constants.get(inner.id, inner)
            if isinstance(inner, ast.Constant):
                text.append(str(inner.value))
            else:
                known = sum(map(len, text)) if known is None else known
                text.append(_opaque(inner).text)
        return Argument("".join(text), known, node.lineno)


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """What an expression is put together from, or chosen from; None where it is neither."""
    if isinstance(node, ast.Starred):
        return [node.value]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return node.elts
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    return None


def _assigned_once(tree: ast.Module) -> dict[str, ast.expr]:
    """The names that the whole file assigns once, with what it assigns."""
    found: dict[str, ast.expr] = {}
    often: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        elif isinstance(node, (ast.AugAssign, ast.For, ast.comprehension)):
            targets, value = [node.target, node.target], ast.Constant(None)
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                if target.id in found:
                    often.add(target.id)
                found[target.id] = value
    return {name: value for name, value in found.items() if name not in often}


def _opaque(node: ast.expr) -> Argument:
    return Argument("{" + ast.unparse(node) + "}", 0, node.lineno)
