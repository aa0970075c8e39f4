"""Python that ``ast.parse`` refuses, as ``ast`` nodes: old and new syntax, truncated and broken files.

tree-sitter reads anything; what it marks as an error is descended into, so calls, assignments and imports around a
broken place are kept, with their true lines. Nothing here recurses deeper than ``tolerant_base.MAX_COST`` allows.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import tree_sitter_python
from tree_sitter import Language, Parser

from stockade.vetter.python.tolerant_base import MAX_COST
from stockade.vetter.python.tolerant_expressions import OPERATORS, stored
from stockade.vetter.python.tolerant_patterns import Patterns

if TYPE_CHECKING:
    from tree_sitter import Node

_STATEMENT_COST: Final = 3
_FRAMES: Final = 5_000
"""Python frames that :data:`~stockade.vetter.python.tolerant_base.MAX_COST` comes to, with room for the caller's."""
_MOST_ERRORS: Final = 20
MAX_NODES: Final = 1_500_000
"""tree-sitter nodes of one file, tokens included: about 5 MB of ordinary code."""
_MAX_ELIF: Final = 60
_PUNCTUATION: Final = frozenset({"(", ")", "[", "]", "{", "}", ",", ";", ":", ".", '"', "'"})


@dataclass(frozen=True, slots=True)
class Tolerant:
    """What was read of a file."""

    tree: ast.Module | None
    """``None`` where there is more syntax than :data:`MAX_NODES`."""
    errors: tuple[int, ...]
    """Lines of the first places that did not parse."""
    too_deep: int
    """Line of the first place that was nested too deeply to keep; 0 for none."""


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_python.language()))


def count_nodes(data: bytes) -> int | None:
    """Nodes of syntax in the bytes of a file; ``None`` where they are more than :data:`MAX_NODES`."""
    count = _parser().parse(data).root_node.descendant_count
    return count if count <= MAX_NODES else None


def read_tolerantly(text: str) -> Tolerant:
    """The tree of ``text``, empty where nothing in it is Python; none where it has too many nodes."""
    data = text.encode("utf-8", "surrogatepass")
    if not data.endswith(b"\n"):
        data += b"\n"
    root = _parser().parse(data).root_node
    if root.descendant_count > MAX_NODES:
        return Tolerant(None, (), 0)
    converter = Statements()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        body = converter.statements(root)
    finally:
        sys.setrecursionlimit(limit)
    tree = ast.Module(body=body, type_ignores=[])
    errors = converter.errors or ([_first_gap(root)] if root.has_error else [])
    return Tolerant(tree, tuple(errors), converter.cut)


def _first_gap(node: Node) -> int:
    """The line where the parser had to put in a token that is missing."""
    inner: Node | None = node
    while inner is not None and not inner.is_missing:
        node = inner
        inner = next((child for child in inner.children if child.has_error or child.is_missing), None)
    return (inner or node).start_point.row + 1


class Statements(Patterns):
    """Every kind of statement."""

    def __init__(self) -> None:
        super().__init__()
        self.lifted: list[ast.stmt] = []
        """Whole statements found inside broken places of expressions."""

    def broken(self, node: Node) -> None:
        """Keep what an ``ERROR`` inside an expression or a header holds."""
        self.note(node)
        if self.cost > MAX_COST:
            self.too_deep(node)
            return
        self.cost += _STATEMENT_COST
        try:
            self.lifted.extend(self.recovered(node))
        finally:
            self.cost -= _STATEMENT_COST

    def note(self, node: Node) -> None:
        """Remember the line of a place that did not parse."""
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(node.start_point.row + 1)

    def statements(self, node: Node | None) -> list[ast.stmt]:
        """The statements of a block or module; of an error, whatever it holds."""
        if node is None:
            return []
        if self.cost > MAX_COST:
            self.too_deep(node)
            return []
        self.cost += _STATEMENT_COST
        try:
            if node.type == "ERROR":
                self.note(node)
                return self.recovered(node)
            out: list[ast.stmt] = []
            for child in node.children:
                out.extend(self.one(child))
            return out
        finally:
            self.cost -= _STATEMENT_COST

    def one(self, node: Node) -> list[ast.stmt]:
        """A statement and what was stray in it."""
        if node.type == "ERROR":
            return self.statements(node)
        if not node.is_named or node.type in {"comment", "line_continuation"}:
            return []
        handler = _HANDLERS.get(node.type)
        if handler is None:
            made: list[ast.stmt] = [ast.Expr(value=self.expr(node), **self.place(node))]
        else:
            made = handler(self, node)
        return self.with_stray(made)

    def with_stray(self, made: list[ast.stmt]) -> list[ast.stmt]:
        """The statements, followed by what was found in broken places within them."""
        if not self.stray and not self.lifted:
            return made
        stray, self.stray = self.stray, []
        lifted, self.lifted = self.lifted, []
        made.extend(ast.copy_location(ast.Expr(value=value), value) for value in stray)
        made.extend(lifted)
        return made

    def recovered(self, node: Node) -> list[ast.stmt]:
        """The content of an ``ERROR``: statements as they are, ``x = value`` put together again, calls kept."""
        out: list[ast.stmt] = []
        children = [child for child in node.children if child.type not in {"comment", "line_continuation"}]
        at = 0
        while at < len(children):
            child = children[at]
            following = children[at + 1].type if at + 1 < len(children) else ""
            if child.is_named and following == "=" and at + 2 < len(children) and children[at + 2].is_named:
                target = self.expr(child)
                value = self.expr(children[at + 2])
                place = self.span(child, children[at + 2])
                if isinstance(target, ast.Name | ast.Attribute | ast.Subscript | ast.Tuple | ast.List):
                    out.extend(self.with_stray([ast.Assign(targets=[stored(target)], value=value, **place)]))
                at += 3
            else:
                out.extend(self.one(child))
                at += 1
        return [item for item in out if not _says_nothing(item)]

    def block(self, node: Node | None, owner: Node) -> list[ast.stmt]:
        """A body, never empty."""
        return self.statements(node) or [ast.Pass(**self.place(owner))]

    def expression_statement(self, node: Node) -> list[ast.stmt]:
        """An expression, an assignment, or several expressions as a tuple."""
        inside = self.parts(node)
        if not inside:
            return []
        if inside[0].type == "assignment":
            return self.assignment(inside[0])
        if inside[0].type == "augmented_assignment":
            return self.augmented(inside[0])
        return [ast.Expr(value=self.several(inside), **self.place(node))]

    def assignment(self, node: Node) -> list[ast.stmt]:
        """``a = b = value`` and ``a: hint = value``."""
        place = self.place(node)
        annotation = node.child_by_field_name("type")
        right = node.child_by_field_name("right")
        if annotation is not None:
            target = stored(self.field(node, "left"))
            hint = self.expr(annotation)
            value = None if right is None else self.expr(right)
            left = node.child_by_field_name("left")
            simple = int(left is not None and left.type == "identifier")
            if isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
                return [ast.AnnAssign(target=target, annotation=hint, value=value, simple=simple, **place)]
            return [ast.Expr(value=value or hint, **place)]
        targets = [stored(self.field(node, "left"))]
        while right is not None and right.type == "assignment" and right.child_by_field_name("type") is None:
            self.parts(right)
            targets.append(stored(self.field(right, "left")))
            right = right.child_by_field_name("right")
        final = self.missing(place) if right is None else self.expr(right)
        return [ast.Assign(targets=targets, value=final, **place)]

    def augmented(self, node: Node) -> list[ast.stmt]:
        """``a += value`` and its kin."""
        target = stored(self.field(node, "left"))
        value = self.field(node, "right")
        operator = node.child_by_field_name("operator")
        op = OPERATORS.get("" if operator is None else self.text(operator).removesuffix("="), ast.Add)()
        if isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
            return [ast.AugAssign(target=target, op=op, value=value, **self.place(node))]
        return [ast.Expr(value=value, **self.place(node))]

    def call_statement(self, name: str, args: list[ast.expr], node: Node) -> list[ast.stmt]:
        """A statement of Python 2 as the call it has become."""
        place = self.place(node)
        func = ast.Name(id=name, ctx=ast.Load(), **place)
        return [ast.Expr(value=ast.Call(func=func, args=args, keywords=[], **place), **place)]

    def print_statement(self, node: Node) -> list[ast.stmt]:
        """``print a, b`` and ``print >>file, a``."""
        args = [
            self.only(child) if child.type == "chevron" else self.expr(child) for child in self.named(node)
        ]
        return self.call_statement("print", args, node)

    def exec_statement(self, node: Node) -> list[ast.stmt]:
        """``exec code in globals, locals``, also as ``exec (code, globals)``."""
        args = [self.expr(child) for child in self.named(node)]
        if len(args) == 1 and isinstance(args[0], ast.Tuple):
            args = args[0].elts
        return self.call_statement("exec", args, node)

    def return_statement(self, node: Node) -> list[ast.stmt]:
        """``return``, with a tuple where there are commas."""
        inside = self.parts(node)[1:]
        return [ast.Return(value=self.several(inside) if inside else None, **self.place(node))]

    def raise_statement(self, node: Node) -> list[ast.stmt]:
        """``raise``, Python 2's ``raise E, value`` included."""
        cause = node.child_by_field_name("cause")
        inside = [child for child in self.named(node) if child != cause]
        exc = self.expr(inside[0]) if inside else None
        if isinstance(exc, ast.Tuple) and exc.elts:  # Python 2: class, value, traceback
            exc = ast.Call(func=exc.elts[0], args=exc.elts[1:2], keywords=[], **self.place(inside[0]))
        raised_from = None if cause is None else self.expr(cause)
        return [ast.Raise(exc=exc, cause=raised_from, **self.place(node))]

    def assert_statement(self, node: Node) -> list[ast.stmt]:
        """``assert`` with or without its message."""
        inside = [self.expr(child) for child in self.named(node)]
        if not inside:
            return []
        return [ast.Assert(test=inside[0], msg=inside[1] if len(inside) > 1 else None, **self.place(node))]

    def delete_statement(self, node: Node) -> list[ast.stmt]:
        """``del`` of one or several targets."""
        targets: list[ast.expr] = []
        for child in self.named(node):
            inside = self.named(child) if child.type == "expression_list" else [child]
            targets.extend(stored(self.expr(part), ast.Del) for part in inside)
        return [ast.Delete(targets=targets, **self.place(node))] if targets else []

    def simple(self, node: Node) -> list[ast.stmt]:
        """``pass``, ``break``, ``continue``."""
        kind = {"pass_statement": ast.Pass, "break_statement": ast.Break, "continue_statement": ast.Continue}
        return [kind[node.type](**self.place(node))]

    def scope(self, node: Node) -> list[ast.stmt]:
        """``global`` and ``nonlocal``."""
        names = [self.name(child) for child in self.named(node)]
        place = self.place(node)
        is_global = node.type == "global_statement"
        return [ast.Global(names=names, **place) if is_global else ast.Nonlocal(names=names, **place)]

    def dotted_text(self, node: Node) -> str:
        """A dotted name as text."""
        if node.type == "identifier":
            return self.name(node)
        return ".".join(self.name(child) for child in self.named(node))

    def aliases(self, nodes: list[Node]) -> list[ast.alias]:
        """The names of an import."""
        out: list[ast.alias] = []
        for child in nodes:
            name: Node | None = child
            asname: str | None = None
            if child.type == "aliased_import":
                name = child.child_by_field_name("name")
                alias = child.child_by_field_name("alias")
                asname = None if alias is None else self.name(alias)
            if name is not None:
                out.append(ast.alias(name=self.dotted_text(name), asname=asname, **self.place(child)))
        return out

    def import_statement(self, node: Node) -> list[ast.stmt]:
        """``import a.b as c``."""
        self.parts(node)
        names = self.aliases(node.children_by_field_name("name"))
        return [ast.Import(names=names, **self.place(node))] if names else []

    def import_from(self, node: Node) -> list[ast.stmt]:
        """``from .a import b``, ``from __future__ import c``."""
        self.parts(node)
        names = self.aliases(node.children_by_field_name("name"))
        star = next((child for child in node.children if child.type == "wildcard_import"), None)
        if star is not None:
            names.append(ast.alias(name="*", asname=None, **self.place(star)))
        module: str | None = "__future__" if node.type == "future_import_statement" else None
        level = 0
        source = node.child_by_field_name("module_name")
        if source is not None and source.type == "relative_import":
            for part in self.named(source):
                if part.type == "import_prefix":
                    level = self.text(part).count(".")
                else:
                    module = self.dotted_text(part)
        elif source is not None:
            module = self.dotted_text(source)
        return [ast.ImportFrom(module=module, names=names, level=level, **self.place(node))] if names else []

    def if_statement(self, node: Node) -> list[ast.stmt]:
        """``if`` with its ``elif`` and ``else`` arms, without recursion along the arms."""
        self.parts(node)
        clauses = node.children_by_field_name("alternative")
        last: list[ast.stmt] = []
        elifs: list[ast.If] = []
        for clause in clauses:
            body = clause.child_by_field_name("consequence" if clause.type == "elif_clause" else "body")
            if clause.type != "elif_clause":
                last = self.block(body, clause)
                continue
            test = self.field(clause, "condition")
            elifs.append(ast.If(test=test, body=self.block(body, clause), orelse=[], **self.place(clause)))
        test = self.field(node, "condition")
        body_node = node.child_by_field_name("consequence")
        made = ast.If(test=test, body=self.block(body_node, node), orelse=[], **self.place(node))
        chain = [made, *elifs]
        for at in range(1, len(chain)):
            # A chain of thousands would nest as deep: later arms then stand side by side.
            owner = chain[min(at - 1, _MAX_ELIF)]
            owner.orelse.append(chain[at])
        chain[min(len(chain) - 1, _MAX_ELIF)].orelse.extend(last)
        return [made]

    def orelse(self, node: Node) -> list[ast.stmt]:
        """The body of an ``else`` clause, empty without one."""
        clause = next((child for child in node.children if child.type == "else_clause"), None)
        return [] if clause is None else self.block(clause.child_by_field_name("body"), clause)

    def for_statement(self, node: Node) -> list[ast.stmt]:
        """``for``, also ``async``."""
        self.parts(node)
        target = stored(self.field(node, "left"))
        source = self.field(node, "right")
        body = self.block(node.child_by_field_name("body"), node)
        orelse = self.orelse(node)
        kind = ast.AsyncFor if node.children[0].type == "async" else ast.For
        return [kind(target=target, iter=source, body=body, orelse=orelse, **self.place(node))]

    def while_statement(self, node: Node) -> list[ast.stmt]:
        """``while``."""
        self.parts(node)
        test = self.field(node, "condition")
        body = self.block(node.child_by_field_name("body"), node)
        return [ast.While(test=test, body=body, orelse=self.orelse(node), **self.place(node))]

    def with_statement(self, node: Node) -> list[ast.stmt]:
        """``with``, also ``async``, with or without brackets."""
        clause = next((child for child in self.named(node) if child.type == "with_clause"), None)
        items = [] if clause is None else [self.with_item(item) for item in self.named(clause)]
        body = self.block(node.child_by_field_name("body"), node)
        kind = ast.AsyncWith if node.children[0].type == "async" else ast.With
        return [kind(items=items, body=body, **self.place(node))]

    def with_item(self, node: Node) -> ast.withitem:
        """One context of a ``with`` and its target."""
        value = node.child_by_field_name("value") if node.type == "with_item" else node
        if value is not None and value.type == "parenthesized_expression":
            inner = self.named(value)
            value = inner[0] if inner and inner[0].type == "as_pattern" else value
        if value is None:
            return ast.withitem(context_expr=self.missing(self.place(node)), optional_vars=None)
        if value.type != "as_pattern":
            return ast.withitem(context_expr=self.expr(value), optional_vars=None)
        alias = value.child_by_field_name("alias")
        context = self.named(value)[0]
        target = None if alias is None else stored(self.several(self.parts(alias)))
        return ast.withitem(context_expr=self.expr(context), optional_vars=target)

    def try_statement(self, node: Node) -> list[ast.stmt]:
        """``try`` with ``except``, ``except*`` and ``finally``."""
        handlers: list[ast.ExceptHandler] = []
        final: list[ast.stmt] = []
        groups = False
        inside = self.parts(node)
        body = self.block(node.child_by_field_name("body"), node)
        for child in inside:
            if child.type in {"except_clause", "except_group_clause"}:
                groups = groups or any(part.type in {"*", "except*"} for part in child.children[:2])
                handlers.append(self.handler(child))
            elif child.type == "finally_clause":
                final = self.block(next((p for p in child.children if p.type == "block"), None), child)
        orelse = self.orelse(node)
        if not handlers and not final:
            final = [ast.Pass(**self.place(node))]
        kind = ast.TryStar if groups and handlers else ast.Try
        return [kind(body=body, handlers=handlers, orelse=orelse, finalbody=final, **self.place(node))]

    def handler(self, node: Node) -> ast.ExceptHandler:
        """One ``except`` clause of any Python."""
        inside = self.parts(node)
        body = self.block(next((child for child in inside if child.type == "block"), None), node)
        values = [child for child in inside if child.is_named and child.type != "block"]
        name: str | None = None
        caught: ast.expr | None = None
        if len(values) == 1 and values[0].type == "as_pattern":
            alias = values[0].child_by_field_name("alias")
            name = None if alias is None else self.text(alias)
            caught = self.only(values[0])
        elif len(values) == 2 and _names_a_variable(self.text(values[1])):
            name = self.text(values[1])
            caught = self.expr(values[0])
        elif values:
            caught = self.expr(values[0])
            if len(values) > 1:
                elts = [caught, *(self.expr(value) for value in values[1:])]
                caught = ast.Tuple(elts=elts, ctx=ast.Load(), **self.span(values[0], values[-1]))
        return ast.ExceptHandler(type=caught, name=name, body=body, **self.place(node))

    def function(self, node: Node, decorators: list[ast.expr] | None = None) -> list[ast.stmt]:
        """A function, with the decorators it was given."""
        self.parts(node)
        name = node.child_by_field_name("name")
        returns = node.child_by_field_name("return_type")
        args = self.parameters(node.child_by_field_name("parameters"))
        hint = None if returns is None else self.expr(returns)
        body = self.block(node.child_by_field_name("body"), node)
        kind = ast.AsyncFunctionDef if node.children[0].type == "async" else ast.FunctionDef
        made = kind(
            name="" if name is None else self.name(name),
            args=args,
            body=body,
            decorator_list=decorators or [],
            returns=hint,
            **self.place(node),
        )
        return [_complete(made)]

    def class_node(self, node: Node, decorators: list[ast.expr] | None = None) -> list[ast.stmt]:
        """A class, with the decorators it was given."""
        self.parts(node)
        name = node.child_by_field_name("name")
        supers = node.child_by_field_name("superclasses")
        bases, keywords = ([], []) if supers is None else self.arguments(supers)
        body = self.block(node.child_by_field_name("body"), node)
        made = ast.ClassDef(
            name="" if name is None else self.name(name),
            bases=bases,
            keywords=keywords,
            body=body,
            decorator_list=decorators or [],
            **self.place(node),
        )
        return [_complete(made)]

    def decorated(self, node: Node) -> list[ast.stmt]:
        """A function or class below its decorators."""
        decorators = [self.only(child) for child in self.named(node) if child.type == "decorator"]
        definition = node.child_by_field_name("definition")
        if definition is None or definition.type not in {"function_definition", "class_definition"}:
            self.stray.extend(decorators)
            return [] if definition is None else self.one(definition)
        if definition.type == "class_definition":
            return self.class_node(definition, decorators)
        return self.function(definition, decorators)

    def type_alias(self, node: Node) -> list[ast.stmt]:
        """``type X = …`` as an assignment; its own parameters are left out."""
        left = node.child_by_field_name("left")
        right = node.child_by_field_name("right")
        if left is None or right is None:
            return []
        value = self.expr(right)
        whole = self.expr(left)
        inner: ast.expr = whole
        above: ast.Attribute | ast.Subscript | None = None
        while isinstance(inner, ast.Attribute | ast.Subscript):
            above, inner = inner, inner.value
            above.lineno, above.col_offset = node.start_point.row + 1, node.start_point.column
        if isinstance(above, ast.Attribute):  # type(x).name = …, which the grammar takes for an alias
            place = self.place(node)
            args = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            above.value = ast.Call(
                func=ast.Name(id="type", ctx=ast.Load(), **place), args=args, keywords=[], **place
            )
            return [ast.Assign(targets=[stored(whole)], value=value, **place)]
        if not isinstance(inner, ast.Name):
            return [ast.Expr(value=value, **self.place(node))]
        return [ast.Assign(targets=[stored(inner)], value=value, **self.place(node))]

    def match_statement(self, node: Node) -> list[ast.stmt]:
        """``match`` and its cases."""
        inside = self.parts(node)
        colon = next((at for at, child in enumerate(inside) if child.type == ":"), len(inside))
        subject = self.several(inside[1:colon]) if inside[1:colon] else self.missing(self.place(node))
        body = node.child_by_field_name("body")
        cases = [
            self.case(child)
            for child in ([] if body is None else self.named(body))
            if child.type == "case_clause"
        ]
        if not cases:
            return [ast.Expr(value=subject, **self.place(node)), *self.statements(body)]
        return [ast.Match(subject=subject, cases=cases, **self.place(node))]

    def case(self, node: Node) -> ast.match_case:
        """One case of a ``match``."""
        inside = self.parts(node)
        nodes = [child for child in inside if child.type in {"case_pattern", ","}]
        guard = node.child_by_field_name("guard")
        pattern = self.case_pattern(nodes or [node])
        test = None if guard is None else self.only(guard)
        body = self.block(node.child_by_field_name("consequence"), node)
        return ast.match_case(pattern=pattern, guard=test, body=body)


def _complete(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> ast.stmt:
    """The definition with the field that newer interpreters add."""
    if "type_params" in node._fields:
        setattr(node, "type_params", [])  # noqa: B010 - the type checker knows the oldest interpreter's fields only
    return node


def _names_a_variable(text: str) -> bool:
    """Whether the second word of ``except X, word`` is Python 2's variable and no second exception."""
    return text.isidentifier() and text[0].islower()


def _says_nothing(node: ast.stmt) -> bool:
    """A bare name or constant out of a broken place."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Name | ast.Constant)


_HANDLERS: Final[Mapping[str, Callable[[Statements, Node], list[ast.stmt]]]] = {
    "module": Statements.statements,
    "block": Statements.statements,
    "expression_statement": Statements.expression_statement,
    "assignment": Statements.assignment,
    "augmented_assignment": Statements.augmented,
    "print_statement": Statements.print_statement,
    "exec_statement": Statements.exec_statement,
    "return_statement": Statements.return_statement,
    "raise_statement": Statements.raise_statement,
    "assert_statement": Statements.assert_statement,
    "delete_statement": Statements.delete_statement,
    "pass_statement": Statements.simple,
    "break_statement": Statements.simple,
    "continue_statement": Statements.simple,
    "global_statement": Statements.scope,
    "nonlocal_statement": Statements.scope,
    "import_statement": Statements.import_statement,
    "import_from_statement": Statements.import_from,
    "future_import_statement": Statements.import_from,
    "if_statement": Statements.if_statement,
    "for_statement": Statements.for_statement,
    "while_statement": Statements.while_statement,
    "with_statement": Statements.with_statement,
    "try_statement": Statements.try_statement,
    "function_definition": Statements.function,
    "class_definition": Statements.class_node,
    "decorated_definition": Statements.decorated,
    "type_alias_statement": Statements.type_alias,
    "match_statement": Statements.match_statement,
}
