"""``noxfile.py``, by its syntax tree: what sessions install. Nothing of it is run."""

from __future__ import annotations

import ast

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.reader import ReadContext, ReadError
from stockade.manifests.shell import Shell
from stockade.model.requirements import Manifest

_RUNS = frozenset({"run", "run_always", "run_install"})
_MAX_NAMES = 10_000


def read_nox(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a noxfile: ``session.install``, ``session.conda_install``, ``session.run("pip", …)``."""
    draft = CommandDraft(path, context)
    tree = _parse(text)
    reader = _Reader(draft, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            reader.call(node, node.func.attr)
    return draft.manifest()


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise ReadError(f"not Python: {error.msg}", line=error.lineno or 0) from None
    except (ValueError, MemoryError) as error:
        raise ReadError(f"not Python that can be read: {error}") from None


class _Reader:
    """Reads calls of sessions; constants of the module are known."""

    def __init__(self, draft: CommandDraft, tree: ast.Module) -> None:
        self.draft = draft
        self.shell = Shell(draft)
        self._constants: dict[str, ast.expr] = {}
        for statement in tree.body:
            if isinstance(statement, ast.Assign) and len(self._constants) < _MAX_NAMES:
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        self._constants[target.id] = statement.value
            elif (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and statement.value is not None
            ):
                self._constants[statement.target.id] = statement.value

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

    @staticmethod
    def _is_session(function: ast.expr) -> bool:
        """Whether a method's object may be a session: a plain name, by custom ``session`` or ``s``."""
        return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)

    def _arguments(self, node: ast.Call) -> list[Argument]:
        return [argument for value in node.args for argument in self._values(value)]

    def _values(self, node: ast.expr) -> list[Argument]:
        if isinstance(node, ast.Starred):
            return self._values(node.value)
        if isinstance(node, ast.Name) and node.id in self._constants:
            node = self._constants[node.id]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [Argument(node.value, line=node.lineno)]
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return [
                Argument(item.value, line=item.lineno)
                if isinstance(item, ast.Constant) and isinstance(item.value, str)
                else self._opaque(item)
                for item in node.elts
            ]
        if isinstance(node, ast.JoinedStr):
            return [self._formatted(node)]
        return [self._opaque(node)]

    def _formatted(self, node: ast.JoinedStr) -> Argument:
        text, known = "", None
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
                continue
            known = len(text) if known is None else known
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            text += self._opaque(inner).text
        return Argument(text, known, node.lineno)

    @staticmethod
    def _opaque(node: ast.expr) -> Argument:
        name = node.id if isinstance(node, ast.Name) else ""
        name = node.attr if isinstance(node, ast.Attribute) else name
        return Argument("${" + (name or "…") + "}", 0, node.lineno)
