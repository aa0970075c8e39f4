"""``match`` patterns for the tolerant converter."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from stockade.vetter.python.tolerant_base import MAX_COST
from stockade.vetter.python.tolerant_expressions import Expressions

if TYPE_CHECKING:
    from tree_sitter import Node

_PATTERN_COST: Final = 2


class Patterns(Expressions):
    """Patterns of ``case``."""

    def case_pattern(self, nodes: list[Node]) -> ast.pattern:
        """What stands between ``case`` and its guard: one pattern, or with commas a sequence."""
        inside = [node for node in nodes if node.type == "case_pattern"]
        if not inside:
            return ast.MatchAs(pattern=None, name=None, **self.place(nodes[0]))
        if len(nodes) == 1:
            return self.pattern(inside[0])
        return ast.MatchSequence(patterns=[self.pattern(n) for n in inside], **self.span(nodes[0], nodes[-1]))

    def pattern(self, node: Node) -> ast.pattern:
        """A pattern, unless it is nested too deeply."""
        if self.cost > MAX_COST:
            self.too_deep(node)
            return ast.MatchAs(pattern=None, name=None, **self.place(node))
        self.cost += _PATTERN_COST
        try:
            return self.one_pattern(node)
        finally:
            self.cost -= _PATTERN_COST

    def one_pattern(self, node: Node) -> ast.pattern:
        """A pattern by its kind."""
        handler = _HANDLERS.get(node.type)
        return self.value_pattern(node, [node]) if handler is None else handler(self, node, self.parts(node))

    def union(self, node: Node, inside: list[Node]) -> ast.pattern:
        """``a | b``."""
        return ast.MatchOr(patterns=self.alternatives(inside), **self.place(node))

    def star(self, node: Node, inside: list[Node]) -> ast.pattern:
        """``*rest``."""
        name = None if inside[-1].type == "_" else self.name(inside[-1])
        return ast.MatchStar(name=name, **self.place(node))

    def capture(self, node: Node, inside: list[Node]) -> ast.pattern:
        """``pattern as name``."""
        return ast.MatchAs(pattern=self.pattern(inside[0]), name=self.name(inside[-1]), **self.place(node))

    def bare_pattern(self, node: Node, inside: list[Node]) -> ast.pattern:
        """A pattern without further brackets, the wildcard included."""
        if not inside or inside[0].type == "_":
            return ast.MatchAs(pattern=None, name=None, **self.place(node))
        return self.one_pattern(inside[0]) if len(inside) == 1 else self.value_pattern(node, inside)

    def sequence(self, node: Node, inside: list[Node]) -> ast.pattern:
        """A sequence, or a pattern that only has brackets."""
        patterns = [self.pattern(child) for child in inside if child.is_named]
        commas = any(child.type == "," for child in inside)
        if node.type == "tuple_pattern" and len(patterns) == 1 and not commas:
            return patterns[0]
        return ast.MatchSequence(patterns=patterns, **self.place(node))

    def alternatives(self, inside: list[Node]) -> list[ast.pattern]:
        """Parts of a union, of which a negative number is two nodes."""
        out: list[ast.pattern] = []
        pending: list[Node] = []
        for child in [*inside, None]:
            if child is not None and child.type != "|":
                pending.append(child)
            elif pending:
                if pending[0].type == "_":
                    out.append(ast.MatchAs(pattern=None, name=None, **self.place(pending[0])))
                else:
                    first = pending[0]
                    out.append(
                        self.pattern(first) if len(pending) == 1 else self.value_pattern(first, pending)
                    )
                pending = []
        return out

    def value_pattern(self, node: Node, inside: list[Node]) -> ast.pattern:
        """A literal, a dotted name, a capture, a signed or complex number."""
        place = self.span(inside[0], inside[-1])
        first = inside[0]
        if len(inside) == 1 and first.type in {"true", "false", "none"}:
            return ast.MatchSingleton(value={"true": True, "false": False, "none": None}[first.type], **place)
        if len(inside) == 1 and first.type in {"dotted_name", "identifier"}:
            names = [first] if first.type == "identifier" else self.named(first)
            if len(names) == 1:
                return ast.MatchAs(pattern=None, name=self.name(names[0]), **place)
        if first.type == "complex_pattern":
            inside = self.parts(first)
        return ast.MatchValue(value=self.signed(node, inside), **place)

    def signed(self, node: Node, inside: list[Node]) -> ast.expr:
        """``-1``, ``-1 + 2j`` from their tokens."""
        value: ast.expr | None = None
        operator = ""
        start = inside[0]
        for child in inside:
            if not child.is_named:
                operator = child.type
                continue
            part = self.expr(child)
            if value is None:
                value = part
                if operator == "-":
                    value = ast.UnaryOp(op=ast.USub(), operand=part, **self.span(start, child))
            else:
                op = ast.Sub() if operator == "-" else ast.Add()
                value = ast.BinOp(left=value, op=op, right=part, **self.span(start, child))
            operator = ""
        return self.missing(self.place(node)) if value is None else value

    def mapping(self, node: Node, inside: list[Node]) -> ast.pattern:
        """``{key: pattern, **rest}``."""
        keys: list[ast.expr] = []
        patterns: list[ast.pattern] = []
        rest: str | None = None
        pending: list[Node] = []
        for child in inside[1:-1]:
            if child.type == "case_pattern":
                keys.append(self.signed(node, pending) if pending else self.missing(self.place(child)))
                patterns.append(self.pattern(child))
                pending = []
            elif child.type == "splat_pattern":
                rest = self.name(self.parts(child)[-1])
            elif child.type not in {",", ":"}:
                pending.append(child)
        return ast.MatchMapping(keys=keys, patterns=patterns, rest=rest, **self.place(node))

    def class_pattern(self, node: Node, inside: list[Node]) -> ast.pattern:
        """``Class(pattern, name=pattern)``."""
        patterns: list[ast.pattern] = []
        names: list[str] = []
        values: list[ast.pattern] = []
        for child in inside[1:]:
            if child.type != "case_pattern":
                continue
            parts = self.parts(child)
            if parts and parts[0].type == "keyword_pattern":
                own = self.parts(parts[0])
                names.append(self.name(own[0]))
                values.append(self.bare_pattern(child, own[2:]))
            else:
                patterns.append(self.pattern(child))
        return ast.MatchClass(
            cls=self.expr(inside[0]),
            patterns=patterns,
            kwd_attrs=names,
            kwd_patterns=values,
            **self.place(node),
        )


_HANDLERS: Final[Mapping[str, Callable[[Patterns, Node, list[Node]], ast.pattern]]] = {
    "case_pattern": Patterns.bare_pattern,
    "union_pattern": Patterns.union,
    "list_pattern": Patterns.sequence,
    "tuple_pattern": Patterns.sequence,
    "splat_pattern": Patterns.star,
    "as_pattern": Patterns.capture,
    "dict_pattern": Patterns.mapping,
    "class_pattern": Patterns.class_pattern,
}
