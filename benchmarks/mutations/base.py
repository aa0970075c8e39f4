"""What a mutation is, and what several of them need."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Tree = Mapping[str, bytes]
"""A distribution's files by POSIX path."""


@dataclass(frozen=True)
class Mutation:
    """One way to rewrite a tree."""

    name: str
    apply: Callable[[Tree, random.Random], Tree | None]
    """The rewritten tree, or None where there is nothing that it could rewrite."""


Rewrite = Callable[[ast.Module, str, random.Random], bool]
"""Rewrites a module in place; whether it changed anything. The text is the module's path."""

STATIC_KEYWORDS = frozenset(
    {"name", "version", "packages", "py_modules", "package_data", "package_dir", "entry_points"}
)
"""What readers of ``setup.py`` take from the call of ``setup`` as written; mutations leave it alone."""


def each_module(name: str, rewrite: Rewrite) -> Mutation:
    """A mutation that rewrites each Python file by itself."""

    def apply(tree: Tree, rng: random.Random) -> Tree | None:
        changed: dict[str, bytes] = {}
        for path, module in modules(tree):
            if rewrite(module, path, rng):
                changed[path] = source_of(module)
        return {**tree, **changed} if changed else None

    return Mutation(name, apply)


def modules(tree: Tree) -> Iterator[tuple[str, ast.Module]]:
    """The Python files of a tree that parse, in the order of their paths."""
    for path in sorted(tree):
        if path.endswith(".py"):
            try:
                yield path, ast.parse(tree[path])
            except (SyntaxError, ValueError):
                continue


def source_of(module: ast.Module) -> bytes:
    """The text of a module whose nodes may lack positions."""
    return (ast.unparse(ast.fix_missing_locations(module)) + "\n").encode()


def head_length(module: ast.Module) -> int:
    """How many statements at the top must stay there: docstring and ``from __future__``."""
    count = 0
    for statement in module.body:
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not future and not (count == 0 and is_docstring(statement)):
            break
        count += 1
    return count


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a lone string."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def is_import(statement: ast.stmt) -> bool:
    """Whether a statement imports."""
    return isinstance(statement, ast.Import | ast.ImportFrom)


def is_setup_call(node: ast.AST) -> bool:
    """Whether a call is ``setup(…)`` or ``setuptools.setup(…)``."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return called == "setup"


def in_package(path: str, tree: Tree) -> bool:
    """Whether a module is imported as part of a package, so that relative imports work in it."""
    folder = path.rpartition("/")[0]
    return bool(folder) and f"{folder}/__init__.py" in tree


def expression(text: str) -> ast.expr:
    """A parsed expression."""
    return ast.parse(text, mode="eval").body


def statements(text: str) -> list[ast.stmt]:
    """Parsed statements."""
    return ast.parse(text).body


def free_name(rng: random.Random, taken: set[str]) -> str:
    """A name that looks innocent and is not in ``taken``, to which it is added."""
    first = ("build", "cache", "config", "data", "entry", "field", "item", "node", "part", "state")
    second = ("ctx", "info", "key", "map", "opts", "ref", "set", "tmp", "val", "view")
    while True:
        name = f"_{rng.choice(first)}_{rng.choice(second)}{rng.randrange(1000)}"
        if name not in taken:
            taken.add(name)
            return name


def names_in(node: ast.AST) -> set[str]:
    """Every identifier of a piece of code, attributes and parameters among them."""
    found: set[str] = set()
    for inner in ast.walk(node):
        for field in ("id", "attr", "arg", "name", "asname"):
            value = getattr(inner, field, None)
            if isinstance(value, str):
                found.add(value)
    return found
