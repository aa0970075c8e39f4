"""Mutations of names: other identifiers, aliases of aliases, imports and attributes by computed names."""

from __future__ import annotations

import ast
import builtins
import random
from collections.abc import Iterator

from benchmarks.mutations.base import (
    Mutation,
    Tree,
    each_module,
    expression,
    free_name,
    head_length,
    is_setup_call,
    modules,
    names_in,
    source_of,
    statements,
)
from benchmarks.mutations.constants import concatenated

KEPT_IMPORTS = frozenset({"setuptools", "distutils", "__future__"})
"""Modules whose import stays as written: tools look for it."""


def renamed(tree: Tree, rng: random.Random) -> Tree | None:
    """Other names for variables, parameters, functions and classes, where nothing outside the file uses them."""
    trees = dict(modules(tree))
    changed = dict(tree)
    for path, module in trees.items():
        elsewhere = {name for other, node in trees.items() if other != path for name in names_in(node)}
        fixed = elsewhere | _fixed(module)
        taken = names_in(module)
        new = {name: free_name(rng, taken) for name in sorted(_bound(module) - fixed)}
        if new:
            _Rename(new).visit(module)
            changed[path] = source_of(module)
    return None if changed == tree else changed


def _bound(module: ast.Module) -> set[str]:
    """Names that the file itself binds."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def _fixed(module: ast.Module) -> set[str]:
    """Names that something may look up by their text: attributes, keywords, imports, whatever a string holds."""
    found = set(dir(builtins)) | {"self", "cls", "setup"}
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            found |= {name for statement in node.body for name in _binds(statement)}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found |= {node.asname or node.name.partition(".")[0], node.name}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            found |= set("".join(c if c.isidentifier() or c.isdigit() else " " for c in text).split())
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found |= set(node.names)
    return found | {name for name in _bound(module) if name.startswith("__")}


def _binds(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


class _Rename(ast.NodeTransformer):
    def __init__(self, new: dict[str, str]) -> None:
        self.new = new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.new.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.new.get(node.arg, node.arg)
        self.generic_visit(node)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            node.name = self.new.get(node.name or "", node.name or "")
        return super().generic_visit(node)


def aliased(module: ast.Module, _path: str, rng: random.Random) -> bool:
    """``import os`` becomes ``import os``, ``a = os``, ``b = a``, and the rest uses ``b``; calls too get an alias."""
    taken = names_in(module)
    changed = False
    for body in _bodies(module):
        for at in range(len(body) - 1, -1, -1):
            name = _imported(body[at])
            rest = ast.Module(body[at + 1 :], [])
            if name is None or not _may_alias(rest, name):
                continue
            one, two = free_name(rng, taken), free_name(rng, taken)
            _Rename({name: two}).visit(rest)
            body[at + 1 :] = [*statements(f"{one} = {name}\n{two} = {one}"), *rest.body]
            changed = True
    return changed


def _imported(statement: ast.stmt) -> str | None:
    """The one name that an import binds."""
    if not isinstance(statement, ast.Import | ast.ImportFrom) or len(statement.names) != 1:
        return None
    alias = statement.names[0]
    root = alias.name.partition(".")[0]
    module = statement.module or "" if isinstance(statement, ast.ImportFrom) else root
    if alias.name == "*" or module.partition(".")[0] in KEPT_IMPORTS:
        return None
    return alias.asname or root


def _may_alias(rest: ast.Module, name: str) -> bool:
    """Whether the code after an import uses its name, never binds it anew, and looks it up by no string."""
    uses = False
    for node in ast.walk(rest):
        if isinstance(node, ast.Import | ast.ImportFrom):
            if name in {alias.asname or alias.name.partition(".")[0] for alias in node.names}:
                return False
        elif isinstance(node, ast.Name) and node.id == name:
            if not isinstance(node.ctx, ast.Load):
                return False
            uses = True
    return uses


def _bodies(module: ast.Module) -> list[list[ast.stmt]]:
    """The lists of statements of a module and its functions."""
    functions = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.body for node in ast.walk(module) if isinstance(node, functions)]


class _Indirect(ast.NodeTransformer):
    """``a.b(…)`` becomes ``getattr(a, "b")(…)`` and ``import a`` becomes ``a = __import__("a")``."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.count = rng, 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function = node.func
        inner = function.value if isinstance(function, ast.Attribute) else None
        own = isinstance(inner, ast.Call) or (isinstance(inner, ast.Name) and inner.id in {"self", "super"})
        if isinstance(function, ast.Attribute) and not own and not is_setup_call(node):
            node.func = ast.Call(
                ast.Name("getattr", ast.Load()), [function.value, self._text(function.attr)], []
            )
            self.count += 1
        return node

    def visit_Import(self, node: ast.Import) -> ast.stmt | list[ast.stmt]:
        if any(alias.name.partition(".")[0] in KEPT_IMPORTS for alias in node.names):
            return node
        found: list[ast.stmt] = []
        for alias in node.names:
            root = alias.name.partition(".")[0]
            dotted = "." in alias.name and alias.asname
            value = expression("__import__('importlib').import_module('x')" if dotted else "__import__('x')")
            if isinstance(value, ast.Call):
                value.args = [self._text(alias.name)]
            found.append(ast.Assign([ast.Name(alias.asname or root, ast.Store())], value, lineno=1))
        self.count += 1
        return found

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        module = node.module or ""
        star = any(alias.name == "*" for alias in node.names)
        if node.level or star or module.partition(".")[0] in KEPT_IMPORTS:
            return node
        found: list[ast.stmt] = []
        for alias in node.names:
            value = expression(f"getattr(__import__('x', fromlist=[{alias.name!r}]), {alias.name!r})")
            if isinstance(value, ast.Call) and isinstance(value.args[0], ast.Call):
                value.args[0].args = [self._text(module)]
            found.append(ast.Assign([ast.Name(alias.asname or alias.name, ast.Store())], value, lineno=1))
        self.count += 1
        return found

    def _text(self, text: str) -> ast.expr:
        return concatenated(text, self.rng) if len(text) > 1 else ast.Constant(text)


def indirect(module: ast.Module, _path: str, rng: random.Random) -> bool:
    """Imports and method calls by computed names."""
    transformer = _Indirect(rng)
    transformer.visit(module)
    return transformer.count > 0


class _Dispatch(ast.NodeTransformer):
    """``f(…)`` becomes ``{"a": f, "b": print}["a"](…)``."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.count = rng, 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        plain = isinstance(node.func, ast.Name) and node.func.id not in {"super", "locals", "vars", "dir"}
        dotted = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        if (plain or dotted) and not is_setup_call(node):
            key, other = self.rng.sample(("run", "get", "load", "make", "send", "step"), 2)
            table = [(key, node.func), (other, ast.Name("len", ast.Load()))]
            self.rng.shuffle(table)
            keys: list[ast.expr | None] = [ast.Constant(text) for text, _ in table]
            entry = ast.Dict(keys, [value for _, value in table])
            node.func = ast.Subscript(entry, ast.Constant(key), ast.Load())
            self.count += 1
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.body = [self.visit(statement) for statement in node.body]
        return node


def dispatched(module: ast.Module, _path: str, rng: random.Random) -> bool:
    """Calls through dictionaries of functions."""
    transformer = _Dispatch(rng)
    transformer.visit(module)
    return transformer.count > 0


def called_by_alias(module: ast.Module, _path: str, rng: random.Random) -> bool:
    """``os.system(…)`` of a module imported at the top becomes ``x = os.system``, ``x(…)``."""
    at = head_length(module)
    imports = [statement for statement in module.body if _imported(statement)]
    roots = {
        name for statement in imports if (name := _imported(statement)) and isinstance(statement, ast.Import)
    }
    if not imports:
        return False
    last = max(module.body.index(statement) for statement in imports)
    rest = ast.Module(module.body[max(at, last + 1) :], [])
    taken = names_in(module)
    aliases: dict[str, str] = {}
    for node in ast.walk(rest):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            text = ast.unparse(node.func)
            whole = text.replace(".", "").isidentifier() and text.partition(".")[0] in roots
            if whole and _may_alias(rest, text.partition(".")[0]):
                aliases.setdefault(text, free_name(rng, taken))
                node.func = ast.Name(aliases[text], ast.Load())
    lines = "\n".join(f"{alias} = {text}" for text, alias in aliases.items())
    module.body[max(at, last + 1) :] = [*statements(lines), *rest.body]
    return bool(aliases)


NAMES: tuple[Mutation, ...] = (
    Mutation("names: renamed", renamed),
    each_module("names: aliases of aliases", aliased),
    each_module("names: calls by alias", called_by_alias),
    each_module("names: computed imports and attributes", indirect),
    each_module("names: dispatch tables", dispatched),
)
