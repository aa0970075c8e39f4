"""Mutations of structure: code moved to other modules, functions, classes, threads; and of layout."""

from __future__ import annotations

import ast
import random

from benchmarks.mutations.base import (
    Mutation,
    Tree,
    each_module,
    free_name,
    head_length,
    in_package,
    is_docstring,
    is_import,
    modules,
    names_in,
    source_of,
    statements,
)

RUNNERS = {
    "function": "{name}()",
    "lambda": "(lambda: {name}())()",
    "thread": "__import__('threading').Thread(target={name}).start()",
    "map": "list(map(lambda _f: _f(), [{name}]))",
}


def wrapped(kind: str) -> Mutation:
    """Statements at the top of a module go into a function, which is called in a given way."""

    def rewrite(module: ast.Module, _path: str, rng: random.Random) -> bool:
        at, moved = _movable(module)
        if not moved:
            return False
        name = free_name(rng, names_in(module))
        rest = [statement for statement in module.body[at:] if statement not in moved]
        body = [*_globals(moved), *moved]
        if kind == "class":
            definition = statements(f"class {name}:\n    def __init__(self):\n        pass")[0]
            if isinstance(definition, ast.ClassDef) and isinstance(definition.body[0], ast.FunctionDef):
                definition.body[0].body = body
            call = statements(f"{name}()")
        else:
            definition = statements(f"def {name}():\n    pass")[0]
            if isinstance(definition, ast.FunctionDef):
                definition.body = body
            call = statements(RUNNERS[kind].format(name=name))
        module.body[at:] = [*rest, definition, *call]
        return True

    return each_module(f"structure: in a {kind}", rewrite)


def _movable(module: ast.Module) -> tuple[int, list[ast.stmt]]:
    """Where code may begin, and the statements that can run in a function at the end instead.

    They are the last ones that are neither imports, definitions nor the call of ``setup``, so that nothing
    between them and the end of the module needs what they do.
    """
    at = head_length(module)
    moved: list[ast.stmt] = []
    for statement in reversed(module.body[at:]):
        if is_import(statement) or isinstance(
            statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            continue
        moved.insert(0, statement)
    defined_by = {name for statement in moved for name in _stored(statement)}
    for statement in module.body[at:]:
        if statement not in moved and not is_import(statement) and _needs_now(statement) & defined_by:
            return at, []
    if any(isinstance(node, ast.Return | ast.Yield | ast.Await) for part in moved for node in _own(part)):
        return at, []
    return at, moved


def _needs_now(statement: ast.stmt) -> set[str]:
    """Names that a definition uses when it is made: decorators, bases, defaults, class bodies."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        parts: list[ast.AST] = [*statement.decorator_list, statement.args]
    elif isinstance(statement, ast.ClassDef):
        parts = [*statement.decorator_list, *statement.bases]
        for inner in statement.body:
            parts += (
                [inner] if not isinstance(inner, ast.FunctionDef) else [*inner.decorator_list, inner.args]
            )
    else:
        parts = [statement]
    return {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}


def _own(statement: ast.stmt) -> list[ast.AST]:
    """The nodes of a statement outside functions and classes defined in it."""
    found: list[ast.AST] = [statement]
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return found
    for child in ast.iter_child_nodes(statement):
        found += _own(child) if isinstance(child, ast.stmt) else list(ast.walk(child))
    return found


def _stored(statement: ast.stmt) -> set[str]:
    """Names that a statement binds in its own scope."""
    found: set[str] = set()
    for node in _own(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            found.add(node.name or "")
    return found - {"*", ""}


def _globals(moved: list[ast.stmt]) -> list[ast.stmt]:
    names = sorted({name for statement in moved for name in _stored(statement)})
    return [ast.Global(names)] if names else []


def moved_out(tree: Tree, rng: random.Random) -> Tree | None:
    """Functions go to a module of their own, beside the one that calls them; loose code goes into one first."""
    changed = dict(tree)
    for path, module in modules(tree):
        work = module
        if not _leaves(work):
            methods_moved(work, path, rng)
        if not _leaves(work):
            loose = wrapped("function").apply({path: tree[path]}, rng)
            work = ast.parse(loose[path]) if loose else work
        leaving = _leaves(work)
        if leaving:
            _split(path, work, leaving, rng, changed)
    return None if changed == tree else changed


def _leaves(module: ast.Module) -> list[ast.FunctionDef]:
    """Functions at the top that need nothing of their module but imports, one another, and constants."""
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    imported = {name for node in module.body if is_import(node) for name in _stored(node)}
    bound = {name for node in module.body for name in _stored(node)} - imported
    constants = {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign) and _is_literal(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    good = dict(functions)
    while True:
        allowed = set(good) | constants
        bad = [name for name, node in good.items() if _free(node) & bound - allowed or node.decorator_list]
        if not bad:
            return list(good.values())
        for name in bad:
            del good[name]


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _free(function: ast.FunctionDef) -> set[str]:
    """Names that a function takes from its module, and those that it binds there."""
    found = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            found |= {*node.names, function.name + "."}
    local = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    writes = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return (found - local) | writes


def _split(
    path: str,
    module: ast.Module,
    leaving: list[ast.FunctionDef],
    rng: random.Random,
    changed: dict[str, bytes],
) -> None:
    """Write the module without its leaving functions, and the new one with them."""
    folder, _, file = path.rpartition("/")
    name = f"_{file.removesuffix('.py').strip('_')}_{rng.choice(('support', 'compat', 'tools', 'shared'))}"
    used = {name for function in leaving for name in _free(function)}
    head = module.body[: head_length(module)]
    future = [node for node in head if is_import(node)]
    needed = [node for node in module.body if is_import(node) and node not in head]
    literals = [
        node
        for node in module.body
        if isinstance(node, ast.Assign) and _is_literal(node.value) and _stored(node) & used
    ]
    changed[f"{folder}/{name}.py".lstrip("/")] = source_of(
        ast.Module([*future, *needed, *literals, *leaving], [])
    )
    names = ", ".join(function.name for function in leaving)
    if in_package(path, changed):
        back = statements(f"from .{name} import {names}")
    else:
        back = statements(
            "import os as _os\nimport sys as _sys\n"
            "_sys.path.insert(0, _os.path.dirname(_os.path.abspath(__file__)))\n"
            f"from {name} import {names}"
        )
    body = [node for node in module.body[len(head) :] if node not in leaving]
    last = max((at for at, node in enumerate(body) if is_import(node)), default=-1)
    body[last + 1 : last + 1] = back
    changed[path] = source_of(ast.Module([*head, *body], []))


def methods_moved(module: ast.Module, _path: str, rng: random.Random) -> bool:
    """What a method does becomes a function of the module, which the method calls."""
    taken = names_in(module)
    changed = False
    for place, node in list(enumerate(module.body))[::-1]:
        if not isinstance(node, ast.ClassDef):
            continue
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and not method.decorator_list:
                function = _extracted(method, free_name(rng, taken))
                if function is not None:
                    module.body.insert(place, function)
                    changed = True
    return changed


def _extracted(method: ast.FunctionDef, name: str) -> ast.FunctionDef | None:
    """The statements of a method that stand apart from ``super`` and from what it returns, as a function."""
    start = 1 if method.body and is_docstring(method.body[0]) else 0
    apart = [not _tied(statement) for statement in method.body]
    run = [at for at in range(start, len(method.body)) if apart[at]]
    if not run or run != list(range(run[0], run[-1] + 1)):
        return None
    block, rest = method.body[run[0] : run[-1] + 1], method.body[: run[0]] + method.body[run[-1] + 1 :]
    stored = {name for statement in block for name in _stored(statement)}
    after = {node.id for statement in rest for node in ast.walk(statement) if isinstance(node, ast.Name)}
    before = {name for statement in method.body[: run[0]] for name in _stored(statement)}
    read = {node.id for statement in block for node in ast.walk(statement) if isinstance(node, ast.Name)}
    if stored & after or method.args.vararg or method.args.kwarg:
        return None
    known = {argument.arg for argument in [*method.args.args, *method.args.kwonlyargs]} | before
    passed = sorted(known & read)
    parameters = [ast.arg(parameter) for parameter in passed]
    empty = ast.arguments(
        posonlyargs=[], args=parameters, vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
    )
    call = statements(f"{name}({', '.join(passed)})")
    method.body[run[0] : run[-1] + 1] = call
    return ast.FunctionDef(name=name, args=empty, body=block, decorator_list=[], lineno=1)


def _tied(statement: ast.stmt) -> bool:
    """Whether a statement must stay in its method."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom | ast.Await | ast.Nonlocal):
            return True
        if isinstance(node, ast.Name) and node.id in {"super", "__class__"}:
            return True
        if isinstance(node, ast.Attribute) and node.attr.startswith("__") and not node.attr.endswith("__"):
            return True
    return False


WORDS = (
    "cache",
    "entry",
    "value",
    "index",
    "table",
    "parse",
    "shape",
    "order",
    "state",
    "field",
    "width",
    "limit",
)


def padded(module: ast.Module, _path: str, rng: random.Random) -> bool:
    """Innocent functions that nothing calls, between the statements of the module."""
    taken = names_in(module)
    at = head_length(module)
    body: list[ast.stmt] = []
    for statement in module.body[at:]:
        for _ in range(rng.randrange(1, 4)):
            name, word = free_name(rng, taken), rng.choice(WORDS)
            body += statements(
                f"def {name}({word}s, size={rng.randrange(2, 99)}):\n"
                f"    '''Every {word} of a run, shortest first.'''\n"
                f"    return sorted((len({word}), {word}) for {word} in {word}s if len({word}) < size)"
            )
        body.append(statement)
    module.body[at:] = body
    return True


def relaid(tree: Tree, rng: random.Random) -> Tree | None:
    """Other blanks, comments and line ends; the code stays."""
    changed = dict(tree)
    for path, module in modules(tree):
        lines: list[bytes] = []
        for line in source_of(module).splitlines():
            if b'"""' in line or b"'''" in line or not line.strip():
                lines.append(line)
                continue
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(line)
            if rng.random() < 0.3:  # noqa: PLR2004 - about every third line
                lines += [b"", indent + b"# " + " ".join(rng.choices(WORDS, k=5)).encode()]
        text = b"\r\n".join(lines) + b"\r\n"
        changed[path] = text if _same(text, module) else source_of(module)
    return None if changed == tree else changed


def _same(text: bytes, module: ast.Module) -> bool:
    """Whether the text still is the module: comments inside a long string would change it."""
    try:
        return ast.dump(ast.parse(text)) == ast.dump(ast.parse(source_of(module)))
    except SyntaxError:
        return False


STRUCTURE: tuple[Mutation, ...] = (
    *(wrapped(kind) for kind in ("class", *RUNNERS)),
    Mutation("structure: functions in another module", moved_out),
    each_module("structure: methods as functions", methods_moved),
    each_module("layout: padded", padded),
    Mutation("layout: comments and blanks", relaid),
)
