"""What expressions of a Python module say without running it: strings, lists and dictionaries of constants."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from stockade.manifests.python_ast import plain_returns, string
from stockade.manifests.python_uses import ADDS, Uses, is_plain_update

_MAX_DEPTH = 40
_MAX_STEPS = 50_000
"""Expressions looked at for one argument: names that stand for each other could multiply without end."""

_COPIES = frozenset({"list", "tuple", "set", "sorted", "dict", "frozenset"})
_FILE = re.compile(r"[\w./\\-]+\.(?:txt|in|pip|lock|cfg|toml)$")
_REQUIREMENTS = re.compile(r"req|dep|constraint", re.IGNORECASE)


@dataclass(slots=True)
class Read:
    """What an expression says."""

    texts: list[tuple[int, str]] = field(default_factory=list)
    """``(line, string)``"""
    files: list[tuple[int, str]] = field(default_factory=list)
    """``(line, path)`` of files that it reads strings from."""
    unknown: list[tuple[int, str]] = field(default_factory=list)
    """``(line, source)`` of the parts that only a run could tell."""


class Values:
    """The names of a module and what they are bound to, anywhere in it and under any condition.

    ``reads(function)`` says whether a call of ``function`` leaves its arguments as they are.
    """

    def __init__(self, tree: ast.Module, reads: Callable[[ast.expr], bool]) -> None:
        self.doubts: dict[str, int] = {}
        """Names that the last ``read`` or ``items`` used and that may be changed unseen, with the line."""
        self._uses = Uses(tree, reads)
        self._bound: dict[str, list[ast.expr]] = {}
        self._items: dict[str, list[tuple[str, ast.expr]]] = {}
        self._functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self._iterated: dict[str, list[ast.expr]] = {}
        """What the names of loops take their values from."""
        self._twice: set[str] = set()
        """Functions that are defined more than once."""
        self._steps = 0
        for node in ast.walk(tree):
            self._learn(node)

    def read(self, node: ast.expr) -> Read:
        """What ``node`` says as a string or a list of strings."""
        self._steps = 0
        self.doubts = {}
        read = Read()
        self._read(node, read, frozenset(), 0)
        read.unknown.extend((line, f"{name} may be changed here") for name, line in self.doubts.items())
        return read

    def runs_text(self, tree: ast.Module) -> list[int]:
        """The lines that run code which stands in the module as text, or is put together there; code that is
        read from a file is another module."""
        return [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"exec", "eval"}
            and node.args
            and not self._comes_from_file(node.args[0])
        ]

    def _comes_from_file(self, node: ast.expr) -> bool:
        seen: set[str] = set()
        pending: list[ast.AST] = [node]
        while pending:
            for inner in ast.walk(pending.pop()):
                if isinstance(inner, ast.Name | ast.Attribute):
                    name = inner.id if isinstance(inner, ast.Name) else inner.attr
                    if name.startswith(("open", "read")) or name == "get_data":
                        return True
                    if isinstance(inner, ast.Name) and name not in seen:
                        seen.add(name)
                        pending += [*self._bound.get(name, ()), *self._iterated.get(name, ())]
                        if function := self._functions.get(name):
                            pending.append(function)
        return False

    def items(self, node: ast.expr) -> list[tuple[str, ast.expr]] | None:
        """The items of a dictionary with constant keys; None where ``node`` is none."""
        self._steps = 0
        self.doubts = {}
        return self._dictionary(node, frozenset())

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value is not None:
            self._bind(node.target, node.value)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind(node.optional_vars, node.context_expr)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._twice |= {node.name} & self._functions.keys()
            self._functions[node.name] = node
        elif isinstance(node, (ast.For, ast.comprehension)):
            self._loop(node.target, node.iter)
        elif isinstance(node, ast.Call):
            self._mutation(node)

    def _loop(self, target: ast.expr, values: ast.expr) -> None:
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                self._iterated.setdefault(name.id, []).append(values)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bound.setdefault(target.id, []).append(value)
        elif (
            isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Name)
            and (key := string(target.slice)) is not None
        ):
            self._items.setdefault(target.value.id, []).append((key, value))

    def _mutation(self, node: ast.Call) -> None:
        """``name.append(x)``, ``name.extend(xs)``, ``name.update(d)``, ``name["k"].append(x)``."""
        if not isinstance(node.func, ast.Attribute) or not node.args:
            return
        owner = node.func.value
        if node.func.attr in ADDS:
            self._bind(owner, node.args[-1])
        elif node.func.attr == "update" and isinstance(owner, ast.Name) and is_plain_update(node):
            self._bound.setdefault(owner.id, []).append(node.args[0])

    def _read(self, node: ast.expr, read: Read, seen: frozenset[str], depth: int) -> None:
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            read.unknown.append((node.lineno, "an expression too large to follow"))
        elif (text := self._text(node)) is not None:
            read.texts.extend((node.lineno + offset, line) for offset, line in _lines(node, text))
        elif (parts := self._parts(node, seen)) is not None:
            for part in parts:
                self._read(part, read, seen, depth + 1)
        elif isinstance(node, ast.Name) and node.id in self._bound:
            if node.id not in seen:
                for value in self._values_of(node.id):
                    self._read(value, read, seen | {node.id}, depth + 1)
        elif not self._given(node, read, seen, depth):
            self._unfollowed(node, read, seen)

    def _unfollowed(self, node: ast.expr, read: Read, seen: frozenset[str]) -> None:
        """Take the files that an expression reads, where it is nothing that can be followed."""
        if files := self._files(node):
            read.files.extend((node.lineno, file) for file in files)
        elif not self._only_repeats(node, seen):
            read.unknown.append((node.lineno, ast.unparse(node)))

    def _given(self, node: ast.expr, into: Read, seen: frozenset[str], depth: int) -> bool:
        """Take what a plain function of the module gives to a call without arguments; False, and nothing is
        taken, where a part of it is unknown."""
        if (
            not isinstance(node, ast.Call)
            or not isinstance(node.func, ast.Name)
            or node.args
            or node.keywords
        ):
            return False
        name = node.func.id
        function = self._functions.get(name)
        if function is None or name in self._bound or name in self._twice or f"{name}()" in seen:
            return False
        returned = plain_returns(function)
        read = Read()
        for value in returned:
            self._read(value, read, seen | {f"{name}()"}, depth + 1)
        if not returned or read.unknown:
            return False
        into.texts += read.texts
        into.files += read.files
        return True

    def _values_of(self, name: str) -> list[ast.expr]:
        """What a name is bound to; a doubt about it is noted."""
        values = self._bound[name]
        line = self._uses.doubt(name, values)
        if line is not None:
            self.doubts[name] = line
        return values

    def _parts(self, node: ast.expr, seen: frozenset[str]) -> list[ast.expr] | None:
        """The expressions whose strings together are those of ``node``."""
        parts: list[ast.expr] | None = None
        match node:
            case (
                ast.List(elts=inner) | ast.Tuple(elts=inner) | ast.Set(elts=inner) | ast.BoolOp(values=inner)
            ):
                parts = inner
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                parts = [left, right]
            case ast.IfExp(body=body, orelse=other):
                parts = [body, other]
            case ast.Starred(value=one) | ast.NamedExpr(value=one):
                parts = [one]
            case ast.Constant(value=None):
                parts = []
            case ast.Call(func=ast.Name(id=name), args=inner, keywords=[]) if (
                name in _COPIES and len(inner) <= 1
            ):
                parts = inner
            case ast.Subscript(value=owner, slice=key) if (wanted := string(key)) is not None:
                items = self._dictionary(owner, seen)
                parts = [value for name, value in items or () if name == wanted] or None
        return parts

    def _text(self, node: ast.expr) -> str | None:
        """A string: a constant, or a sum or f-string of strings that are bound once."""
        if (plain := string(node)) is not None:
            return plain
        if isinstance(node, ast.JoinedStr):
            parts = [self._piece(part) for part in node.values]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [self._piece(node.left), self._piece(node.right)]
        else:
            return None
        return None if None in parts else "".join(part for part in parts if part is not None)

    def _piece(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.FormattedValue):
            return self._piece(node.value) if node.format_spec is None and node.conversion == -1 else None
        if isinstance(node, ast.Name):
            values = self._bound.get(node.id, [])
            certain = len(values) == 1 and self._uses.doubt(node.id, values) is None
            return string(values[0]) if certain else None
        return string(node)

    def _dictionary(self, node: ast.expr, seen: frozenset[str]) -> list[tuple[str, ast.expr]] | None:
        self._steps += 1
        if self._steps > _MAX_STEPS or len(seen) > _MAX_DEPTH:
            return None
        match node:
            case ast.Name(id=name) if name in self._bound and name not in seen:
                return self._named_dictionary(name, seen)
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=words):
                return [(word.arg, word.value) for word in words if word.arg is not None]
            case ast.Dict(keys=keys, values=values):
                return self._literal_dictionary(keys, values, seen)
        return None

    def _named_dictionary(self, name: str, seen: frozenset[str]) -> list[tuple[str, ast.expr]] | None:
        found: list[tuple[str, ast.expr]] = []
        for value in self._values_of(name):
            items = self._dictionary(value, seen | {name})
            if items is None:
                return None
            found += items
        return found + self._items.get(name, [])

    def _literal_dictionary(
        self, keys: list[ast.expr | None], values: list[ast.expr], seen: frozenset[str]
    ) -> list[tuple[str, ast.expr]] | None:
        result: list[tuple[str, ast.expr]] = []
        for key, value in zip(keys, values, strict=True):
            inner = self._dictionary(value, seen) if key is None else None
            text = self._text(key) if key is not None else None
            if inner is None and text is None:
                return None
            result.extend(inner if inner is not None else [(text or "", value)])
        return result

    def _files(self, node: ast.expr) -> list[str]:
        """The files named in an expression, or in the functions and values that it uses, that look as
        if requirements stood in them."""
        found: dict[str, None] = {}
        pending: list[ast.AST] = [node]
        seen: set[str] = set()
        while pending:
            current = pending.pop()
            for inner in ast.walk(current):
                self._steps += 1
                if self._steps > _MAX_STEPS:
                    return list(found)
                if isinstance(inner, ast.Call) and (joined := _joined_path(inner)):
                    found[joined] = None
                text = string(inner)
                if text and _FILE.fullmatch(text) and _REQUIREMENTS.search(text):
                    found[text] = None
                if isinstance(inner, ast.Name) and inner.id not in seen:
                    seen.add(inner.id)
                    pending.extend(self._bound.get(inner.id, ()))
                    if function := self._functions.get(inner.id):
                        pending.append(function)
        joined_tails = {path.rpartition("/")[2] for path in found if "/" in path}
        return [path for path in found if path not in joined_tails]

    def _only_repeats(self, node: ast.expr, seen: frozenset[str]) -> bool:
        """Whether an expression only gathers the values of dictionaries whose items are read anyway, as
        ``sum(extras.values(), [])`` does."""
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} - _BUILTINS - seen
        local = {
            inner.id
            for part in ast.walk(node)
            if isinstance(part, ast.comprehension)
            for inner in ast.walk(part.target)
            if isinstance(inner, ast.Name)
        }
        names -= local
        return bool(names) and all(
            name in self._bound and self._dictionary(ast.Name(name), frozenset()) is not None
            for name in names
        )


_BUILTINS = frozenset({"sum", "set", "list", "sorted", "chain", "itertools", "dict", "tuple", "reduce"})


def _joined_path(node: ast.Call) -> str:
    """The path that the constant arguments of a call make together (``os.path.join(here, "requirements",
    "base.txt")``, or a helper called like it), if it names such a file."""
    parts = [text for argument in node.args if (text := string(argument)) is not None]
    path = "/".join(parts)
    return path if len(parts) > 1 and _FILE.fullmatch(path) and _REQUIREMENTS.search(path) else ""


def _lines(node: ast.expr, text: str) -> list[tuple[int, str]]:
    """``(offset, line)``: setuptools takes a string of many lines for a list."""
    if "\n" not in text:
        return [(0, text)]
    spread = (node.end_lineno or node.lineno) > node.lineno
    return [(n if spread else 0, line.strip()) for n, line in enumerate(text.split("\n")) if line.strip()]
