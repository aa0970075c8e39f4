"""Which names of a module are used in ways that may change their values unseen.

A list is read as its bindings and the plain changes (``r.append(x)``, ``r += […]``, ``r["k"] = x``) say.
Any other use that could change it (``r[0] = x``, ``f(r)``, ``for r in …``, ``import x as r``, a change
through a second name) puts the name in doubt.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from stockade.manifests.python_ast import string

ADDS = frozenset({"append", "extend", "insert", "add"})
"""Methods whose last argument is what they add."""

_READS = frozenset(
    """copy count index keys join union difference intersection issubset issuperset symmetric_difference
    remove discard clear sort reverse""".split()  # noqa: SIM905  a list of words
)
"""Methods that add nothing: what is left over is part of what was read."""

_INNER = frozenset({"get", "values", "items", "pop"})
"""Methods that give parts out."""

_COPYING = frozenset(
    """len print list tuple set sorted frozenset str repr sum any all enumerate zip map filter isinstance
    max min bool type chain from_iterable reduce join extend update pprint""".split()  # noqa: SIM905  a list of words
)
"""Calls that keep no hold of their arguments."""

_CARRIERS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.IfExp, ast.BoolOp, ast.NamedExpr)
_HARMLESS = (
    ast.Expr, ast.If, ast.While, ast.Assert, ast.Compare, ast.UnaryOp, ast.BinOp, ast.FormattedValue, ast.AugAssign,
    ast.Starred, ast.Delete, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp,
)  # fmt: skip
_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.Name)


class Uses:
    """The uses of every name. ``reads(function)`` says whether a call of ``function`` only reads."""

    def __init__(self, tree: ast.Module, reads: Callable[[ast.expr], bool]) -> None:
        self._reads = reads
        self._judged: dict[str, int | None] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        self._rebound: dict[str, int] = {}
        self._escapes: dict[str, int] = {}
        self._touched: dict[str, int] = {}
        self._aliases: dict[str, set[str]] = {}
        self._elements: dict[str, set[str]] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
        for node in ast.walk(tree):
            self._look(node)

    def doubt(self, name: str, values: Iterable[ast.expr]) -> int | None:
        """The line of a use of ``name``, bound to ``values``, that may change it unseen; None: there is none."""
        if name not in self._judged:
            self._judged[name] = self._judge(name, values)
        return self._judged[name]

    def _judge(self, name: str, values: Iterable[ast.expr]) -> int | None:
        for rebound in (name, "*"):
            if rebound in self._rebound:
                return self._rebound[rebound]
        if not any(isinstance(part, _MUTABLE) for value in values for part in ast.walk(value)):
            return None
        seen, pending = {name}, [name]
        while pending:
            current = pending.pop()
            others = self._aliases.get(current, set()) | self._called(current)
            if current in self._escapes:
                return self._escapes[current]
            elements = self._elements.get(current, set())
            for other in sorted(others | elements):
                if other in self._touched and other != name:
                    return self._touched[other]
            if current != name or _is_nested(values):
                for element in sorted(elements & self._escapes.keys()):
                    return self._escapes[element]
            pending += sorted(others - seen)
            seen |= others
        return None

    def _called(self, name: str) -> set[str]:
        """Other names of what a call gives, where the function has other names or is handed on."""
        function, call, _ = name.partition("()")
        if not call:
            return set()
        if function in self._escapes:
            self._escapes.setdefault(f"{function}()", self._escapes[function])
        return {f"{other}()" for other in self._aliases.get(function, ())} | {f"{function}()"}

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if not self._is_parameter(node, name):
                self._load(node, name)
            case ast.Name(id=name, ctx=ast.Store()) if not self._is_parameter(node, name):
                self._store(node, name)
            case ast.alias(name=name, asname=other):
                self._rebound.setdefault(other or name.partition(".")[0], node.lineno)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) if (
                not isinstance(self._parents[node], ast.ClassDef)  # a method binds nothing outside its class
            ):
                self._rebound.setdefault(name, node.lineno)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                self._rebound.setdefault(name, node.lineno)
            case ast.Call(func=ast.Name(id="globals" | "locals" | "vars"), args=[]):
                self._namespace(node)
            case ast.Call(func=ast.Name(id="exec" | "eval" | "execfile"), args=[_]):
                self._rebound.setdefault("*", node.lineno)
            case ast.Call(func=ast.Name(id="exec" | "eval" | "execfile"), args=[_, given, *_]) if (
                isinstance(given, ast.Call)  # globals(); a dictionary of its own is no part of this module
            ):
                self._rebound.setdefault("*", node.lineno)
            case ast.Call(func=ast.Name(id=name)):
                self._load(node, f"{name}()")

    def _namespace(self, node: ast.Call) -> None:
        """``globals()["r"] = x`` binds ``r``; ``globals().update(…)`` may bind anything."""
        match self._parents.get(node):
            case ast.Subscript(slice=key, ctx=ast.Store()):
                self._rebound.setdefault(string(key) or "*", node.lineno)
            case ast.Subscript(slice=key) if (name := string(key)) is not None:
                self._escapes.setdefault(name, node.lineno)
            case ast.Attribute(attr=method) if method not in _READS | _INNER:
                self._rebound.setdefault("*", node.lineno)

    def _is_parameter(self, node: ast.AST, name: str) -> bool:
        """Whether a name is a function's own there, given by its caller."""
        above = self._parents.get(node)
        while above is not None:
            if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                given = above.args
                named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
                if any(one is not None and one.arg == name for one in named):
                    return True
            above = self._parents.get(above)
        return False

    def _store(self, node: ast.Name, name: str) -> None:
        match self._parents.get(node):
            case ast.AugAssign():
                self._touched.setdefault(name, node.lineno)
            case ast.Assign(targets=targets):
                others = {one.id for one in targets if isinstance(one, ast.Name)} - {name}
                self._aliases.setdefault(name, set()).update(others)
            case ast.AnnAssign() | ast.NamedExpr() | ast.withitem():
                pass
            case _:
                if not self._in_comprehension_target(node):
                    self._rebound.setdefault(name, node.lineno)

    def _in_comprehension_target(self, node: ast.AST) -> bool:
        above = self._parents.get(node)
        while isinstance(above, ast.Tuple | ast.List | ast.Starred):
            above = self._parents.get(above)
        return isinstance(above, ast.comprehension)

    def _load(self, node: ast.expr, name: str) -> None:
        """Follow a value up to what is done with it."""
        current: ast.AST = node
        inner = False  # whether ``current`` is a part of the value, not the value
        while (above := self._parents.get(current)) is not None:
            if isinstance(above, ast.Attribute):
                call = self._parents[above]
                if not isinstance(call, ast.Call) or call.func is not above:
                    break
                if above.attr not in _INNER:
                    if self._is_plain_method(call, above, name, inner=inner):
                        return
                    break
                current, inner = call, True
            elif isinstance(above, ast.Subscript) and above.value is current and _is_load(above):
                current, inner = above, True
            elif isinstance(above, _CARRIERS) and _is_load(above):
                current = above
            elif isinstance(above, ast.keyword) and _is_dict(call := self._parents[above]):
                current = call
            elif self._is_harmless(current, above, name, inner=inner):
                return
            else:
                break
        self._escapes.setdefault(name, node.lineno)

    def _is_plain_item(self, item: ast.Subscript, current: ast.AST, name: str, *, inner: bool) -> bool:
        """Whether ``name["k"] = x`` is said plainly, or the name is only the key."""
        if item.value is not current or isinstance(item.ctx, ast.Del):
            return True
        self._touched.setdefault(f"{name}[]" if inner else name, item.lineno)
        return not inner and string(item.slice) is not None

    def _is_plain_method(self, call: ast.Call, method: ast.Attribute, name: str, *, inner: bool) -> bool:
        """Whether a method reads, or adds in a way that is read."""
        owner = method.value
        known = not inner or (
            isinstance(owner, ast.Subscript)
            and isinstance(owner.value, ast.Name)
            and string(owner.slice) is not None
        )
        if method.attr in ADDS and call.args and not call.keywords and known:
            self._touched.setdefault(f"{name}[]" if inner else name, call.lineno)
            return True
        if method.attr == "update" and not inner and is_plain_update(call):
            self._touched.setdefault(name, call.lineno)
            return True
        return method.attr in _READS

    def _is_harmless(self, current: ast.AST, above: ast.AST, name: str, *, inner: bool) -> bool:
        """Whether a statement or call only reads; a second name for the value is remembered."""
        match above:
            case ast.Subscript():
                return self._is_plain_item(above, current, name, inner=inner)
            case ast.Assign() | ast.AnnAssign():
                targets = above.targets if isinstance(above, ast.Assign) else [above.target]
                return all(self._alias(name, target) for target in targets)
            case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
                names = {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
                carried = isinstance(current, _CARRIERS)  # "for x in [name]": x is the value itself
                (self._aliases if carried else self._elements).setdefault(name, set()).update(names)
                return True
            case ast.keyword() if isinstance(call := self._parents[above], ast.Call):
                return self._is_reader(call, current, name)
            case ast.Call(func=function):
                return function is current or self._is_reader(above, current, name)
        return isinstance(above, _HARMLESS) or self._returned(above, name)

    def _returned(self, node: ast.AST, name: str) -> bool:
        """Take what a function gives as another name of the value; that of a method is not followed."""
        if not isinstance(node, ast.Return):
            return False
        above = self._parents.get(node)
        while above is not None and not isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            above = self._parents.get(above)
        if above is None or isinstance(self._parents.get(above), ast.ClassDef):
            return above is None
        self._aliases.setdefault(name, set()).add(f"{above.name}()")
        return True

    def _is_reader(self, call: ast.Call, argument: ast.AST, name: str) -> bool:
        function = call.func
        if self._reads(function) or _is_dict(call):
            return True
        if isinstance(function, ast.Attribute):
            if function.attr in ADDS and argument in call.args and isinstance(function.value, ast.Name):
                owner = function.value.id
                self._aliases.setdefault(name, set()).add(f"{owner}[]")
                return owner not in _TYPES
            return function.attr in _COPYING and not (
                isinstance(function.value, ast.Name) and function.value.id in _TYPES
            )
        return isinstance(function, ast.Name) and function.id in _COPYING

    def _alias(self, name: str, target: ast.expr) -> bool:
        match target:
            case ast.Name(id=other):
                self._aliases.setdefault(name, set()).update({other, f"{other}[]"} - {name})
                return True
            case ast.Subscript(value=ast.Name(id=owner)):
                self._aliases.setdefault(name, set()).update({f"{owner}[]"} - {f"{name}[]"})
                return True
        return False


_TYPES = frozenset({"list", "dict", "set"})


def is_plain_update(call: ast.Call) -> bool:
    """Whether a call of ``update`` takes one literal dictionary and nothing else."""
    return len(call.args) == 1 and isinstance(call.args[0], ast.Dict) and not call.keywords


def _is_nested(values: Iterable[ast.expr]) -> bool:
    """Whether values hold lists or dictionaries, or names of them, inside."""
    return any(
        part is not value and isinstance(part, _MUTABLE) for value in values for part in ast.walk(value)
    )


def _is_load(node: ast.AST) -> bool:
    """Whether an expression is read."""
    return not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _is_dict(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"
