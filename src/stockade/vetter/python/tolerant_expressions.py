"""Expressions for the tolerant converter: tree-sitter nodes to ``ast`` nodes, chains without recursion."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from stockade.vetter.python.source_shape import added
from stockade.vetter.python.tolerant_base import MAX_COST, MAX_SPINE
from stockade.vetter.python.tolerant_literals import Literals

if TYPE_CHECKING:
    from tree_sitter import Node

OPERATORS: Final[Mapping[str, type[ast.operator]]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "/": ast.Div,
    "//": ast.FloorDiv,
    "%": ast.Mod,
    "**": ast.Pow,
    "@": ast.MatMult,
    "<<": ast.LShift,
    ">>": ast.RShift,
    "&": ast.BitAnd,
    "|": ast.BitOr,
    "^": ast.BitXor,
}
_COMPARISONS: Final[Mapping[str, type[ast.cmpop]]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<>": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "is": ast.Is,
    "is not": ast.IsNot,
    "in": ast.In,
    "not in": ast.NotIn,
}
_UNARY: Final[Mapping[str, type[ast.unaryop]]] = {"-": ast.USub, "+": ast.UAdd, "~": ast.Invert}
_TRAILERS: Final = frozenset({"attribute", "call", "subscript"})
_EXPRESSION_COST: Final = 2


def stored(node: ast.expr, ctx: type[ast.expr_context] = ast.Store) -> ast.expr:
    """The same expression as a target of assignment (or of ``del``)."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.Tuple | ast.List):
            stack.extend(item.elts)
        elif isinstance(item, ast.Starred):
            stack.append(item.value)
        if isinstance(item, ast.Name | ast.Attribute | ast.Subscript | ast.Tuple | ast.List | ast.Starred):
            item.ctx = ctx()
    return node


def _is_mask(node: Node) -> bool:
    operator = node.child_by_field_name("operator") if node.type == "binary_operator" else None
    return operator is not None and operator.type in {"&", "^"}


class Expressions(Literals):
    """Every kind of expression."""

    keyword_only = False
    """Whether the parameters that follow are keyword-only."""

    def expr(self, node: Node) -> ast.expr:
        """The expression of a node; what it is not, it never raises on."""
        if self.cost > MAX_COST:
            return self.too_deep(node)
        handler = _HANDLERS.get(node.type)
        if handler is None:
            return self.other(node)
        self.cost += _EXPRESSION_COST
        try:
            return handler(self, node)
        finally:
            self.cost -= _EXPRESSION_COST

    def field(self, node: Node, name: str) -> ast.expr:
        """The expression in a field; a stand-in where it is missing."""
        child = node.child_by_field_name(name)
        return self.missing(self.place(node)) if child is None else self.expr(child)

    def only(self, node: Node) -> ast.expr:
        """The one expression inside brackets, an ``await`` and the like."""
        inside = self.named(node)
        return self.expr(inside[0]) if inside else self.missing(self.place(node))

    def other(self, node: Node) -> ast.expr:
        """A kind of node that is no expression: keep what it holds."""
        inside = self.named(node)
        if not inside:
            return self.missing(self.place(node))
        first, *rest = [self.expr(child) for child in inside]
        self.stray.extend(rest)
        return first

    def several(self, nodes: list[Node]) -> ast.expr:
        """One expression, or with commas a tuple of all."""
        inside = [child for child in nodes if child.is_named]
        if not inside:
            return self.missing(self.place(nodes[0]))
        if len(inside) == 1 and len(nodes) == 1:
            return self.expr(inside[0])
        return ast.Tuple(
            elts=[self.expr(n) for n in inside], ctx=ast.Load(), **self.span(nodes[0], nodes[-1])
        )

    def identifier(self, node: Node) -> ast.expr:
        """A name."""
        return ast.Name(id=self.name(node), ctx=ast.Load(), **self.place(node))

    def dotted(self, node: Node) -> ast.expr:
        """A dotted name of a pattern, as attributes."""
        first, *rest = self.named(node)
        value = self.identifier(first)
        for part in rest:
            value = ast.Attribute(value=value, attr=self.name(part), ctx=ast.Load(), **self.span(first, part))
        return value

    def constant(self, node: Node) -> ast.expr:
        """``True``, ``False``, ``None`` and the ellipsis."""
        value = {"true": True, "false": False, "none": None, "ellipsis": Ellipsis}[node.type]
        return ast.Constant(value=value, **self.place(node))

    def trailers(self, node: Node) -> ast.expr:
        """A chain of attributes, calls and subscripts, from its innermost part out."""
        links: list[Node] = []
        inner: Node | None = node
        while inner is not None and inner.type in _TRAILERS:
            links.append(inner)
            inner = inner.children[0] if inner.children else None
        if inner is None or len(links) > MAX_SPINE:
            self.cut = self.cut or node.start_point.row + 1
            links = links[:MAX_SPINE]
            value = self.missing(self.place(links[-1]))
        else:
            # The grammar lets a star bind to the first part only where a line ends within the chain.
            starred = inner.type == "list_splat"
            value = self.only(inner) if starred else self.expr(inner)
            if starred:
                line, column = value.lineno, value.col_offset
                for link in reversed(links):
                    value = self.trailer(link, value)
                    value.lineno, value.col_offset = line, column
                return ast.Starred(value=value, ctx=ast.Load(), **self.place(node))
        for link in reversed(links):
            value = self.trailer(link, value)
        return value

    def trailer(self, node: Node, value: ast.expr) -> ast.expr:
        """One attribute, call or subscript of ``value``."""
        place = self.place(node)
        if node.type == "attribute":
            name = node.child_by_field_name("attribute")
            return ast.Attribute(
                value=value, attr="" if name is None else self.name(name), ctx=ast.Load(), **place
            )
        if node.type == "call":
            arguments = node.child_by_field_name("arguments")
            args, keywords = ([], []) if arguments is None else self.arguments(arguments)
            return ast.Call(func=value, args=args, keywords=keywords, **place)
        inside = self.parts(node)[1:]
        while inside and inside[-1].type == "]":
            inside.pop()
        while inside and inside[0].type == "[":
            inside.pop(0)
        index = self.several(inside) if inside else self.missing(place)
        if isinstance(index, ast.Starred):
            index = ast.Tuple(elts=[index], ctx=ast.Load(), **self.place(inside[0]))
        return ast.Subscript(value=value, slice=index, ctx=ast.Load(), **place)

    def arguments(self, node: Node) -> tuple[list[ast.expr], list[ast.keyword]]:
        """Positional and keyword arguments of an argument list, or of a lone generator."""
        if node.type == "generator_expression":
            return [self.expr(node)], []
        args: list[ast.expr] = []
        keywords: list[ast.keyword] = []
        for child in self.named(node):
            if child.type == "keyword_argument":
                name = child.child_by_field_name("name")
                arg = None if name is None else self.name(name)
                keywords.append(ast.keyword(arg=arg, value=self.field(child, "value"), **self.place(child)))
            elif child.type == "dictionary_splat":
                keywords.append(ast.keyword(arg=None, value=self.only(child), **self.place(child)))
            else:
                args.append(self.expr(child))
        return args, keywords

    def slice_node(self, node: Node) -> ast.expr:
        """``a:b:c`` within a subscript."""
        bounds: list[ast.expr | None] = [None, None, None]
        at = 0
        for child in self.parts(node):
            if child.type == ":":
                at += 1
            elif at < len(bounds):
                bounds[at] = self.expr(child)
        return ast.Slice(lower=bounds[0], upper=bounds[1], step=bounds[2], **self.place(node))

    def binary(self, node: Node) -> ast.expr:
        """A chain of binary operators, from the left."""
        if _is_mask(node):
            return self.masks(node)
        chain: list[Node] = []
        left: Node | None = node
        while left is not None and left.type == "binary_operator" and not _is_mask(left):
            chain.append(left)
            left = left.child_by_field_name("left")
        operators = [child.child_by_field_name("operator") for child in chain]
        kinds = [OPERATORS.get("" if op is None else self.text(op), ast.Add) for op in operators]
        first = self.missing(self.place(node)) if left is None else self.expr(left)
        if len(chain) > MAX_SPINE:
            return self.long_chain(node, first, chain)
        for link, kind in zip(reversed(chain), reversed(kinds), strict=True):
            for child in link.children:
                if child.type == "ERROR":
                    self.broken(child)
            first = ast.BinOp(left=first, op=kind(), right=self.field(link, "right"), **self.place(link))
        return first

    def masks(self, node: Node) -> ast.expr:
        """``&`` and ``^``, which the grammar binds the wrong way round: ``&`` is the closer one."""
        operands: list[Node] = []
        signs: list[str] = []
        stack: list[Node] = [node]
        while stack:
            item = stack.pop()
            if item.type in {"&", "^"}:
                signs.append(item.type)
            elif _is_mask(item):
                stack.extend(child for child in reversed(self.parts(item)))
            else:
                operands.append(item)
        if len(operands) > MAX_SPINE or len(operands) != len(signs) + 1:
            return added([self.expr(operand) for operand in operands], self.place(node))
        total: ast.expr | None = None
        first = operands[0]
        group, start = self.expr(first), first
        for sign, operand in zip(signs, operands[1:], strict=True):
            right = self.expr(operand)
            if sign == "&":
                group = ast.BinOp(left=group, op=ast.BitAnd(), right=right, **self.span(start, operand))
                continue
            total = group if total is None else self.xored(total, group, first, start)
            group, start = right, operand
        return group if total is None else self.xored(total, group, first, operands[-1])

    def xored(self, left: ast.expr, right: ast.expr, first: Node, last: Node) -> ast.expr:
        """``left ^ right`` over the span of both."""
        return ast.BinOp(left=left, op=ast.BitXor(), right=right, **self.span(first, last))

    def long_chain(self, node: Node, first: ast.expr, chain: list[Node]) -> ast.expr:
        """Hundreds of operands, all kept, as one sum: only sums of texts get so long with a meaning."""
        operands = [first, *(self.field(link, "right") for link in reversed(chain))]
        return added(operands, self.place(node))

    def boolean(self, node: Node) -> ast.expr:
        """``a and b and c`` as one node, as ``ast`` has it."""
        operator = node.child_by_field_name("operator")
        kind = "or" if operator is not None and operator.type == "or" else "and"
        values: list[Node] = []
        left: Node | None = node
        while left is not None and left.type == "boolean_operator":
            own = left.child_by_field_name("operator")
            right = left.child_by_field_name("right")
            if own is None or own.type != kind:
                break
            if right is not None:
                values.append(right)
            left = left.child_by_field_name("left")
        if left is not None:
            values.append(left)
        op = ast.Or() if kind == "or" else ast.And()
        return ast.BoolOp(op=op, values=[self.expr(value) for value in reversed(values)], **self.place(node))

    def negation(self, node: Node) -> ast.expr:
        """``not a``."""
        return ast.UnaryOp(op=ast.Not(), operand=self.field(node, "argument"), **self.place(node))

    def unary(self, node: Node) -> ast.expr:
        """``-a``, ``+a``, ``~a``."""
        operator = node.child_by_field_name("operator")
        kind = _UNARY.get("" if operator is None else self.text(operator), ast.USub)
        return ast.UnaryOp(op=kind(), operand=self.field(node, "argument"), **self.place(node))

    def comparison(self, node: Node) -> ast.expr:
        """A chain of comparisons."""
        ops: list[ast.cmpop] = []
        operands: list[ast.expr] = []
        for child in self.parts(node):
            if child.type in _COMPARISONS:
                ops.append(_COMPARISONS[child.type]())
            else:
                operands.append(self.expr(child))
        while len(operands) <= len(ops):
            operands.append(self.missing(self.place(node)))
        return ast.Compare(
            left=operands[0], ops=ops, comparators=operands[1 : len(ops) + 1], **self.place(node)
        )

    def conditional(self, node: Node) -> ast.expr:
        """``a if b else c``."""
        inside = [self.expr(child) for child in self.named(node)]
        while len(inside) < 3:
            inside.append(self.missing(self.place(node)))
        return ast.IfExp(test=inside[1], body=inside[0], orelse=inside[2], **self.place(node))

    def named_expression(self, node: Node) -> ast.expr:
        """``name := value``."""
        target = self.field(node, "name")
        value = self.field(node, "value")
        if not isinstance(target, ast.Name):
            self.stray.append(target)
            return value
        stored(target)
        return ast.NamedExpr(target=target, value=value, **self.place(node))

    def await_node(self, node: Node) -> ast.expr:
        """``await a``."""
        return ast.Await(value=self.only(node), **self.place(node))

    def yield_node(self, node: Node) -> ast.expr:
        """``yield`` and ``yield from``."""
        inside = self.parts(node)[1:]
        if inside and inside[0].type == "from":
            value = self.several(inside[1:]) if inside[1:] else self.missing(self.place(node))
            return ast.YieldFrom(value=value, **self.place(node))
        return ast.Yield(value=self.several(inside) if inside else None, **self.place(node))

    def starred(self, node: Node) -> ast.expr:
        """``*a``."""
        return ast.Starred(value=self.only(node), ctx=ast.Load(), **self.place(node))

    def elements(self, node: Node) -> list[ast.expr]:
        """The expressions between brackets."""
        return [self.expr(child) for child in self.named(node)]

    def tuple_node(self, node: Node) -> ast.expr:
        """A tuple in brackets."""
        inside = self.parts(node)
        elts = self.elements(node)
        if node.type == "tuple_pattern" and len(elts) == 1 and not any(child.type == "," for child in inside):
            return elts[0]  # a target in brackets
        return ast.Tuple(elts=elts, ctx=ast.Load(), **self.place(node))

    def expression_list(self, node: Node) -> ast.expr:
        """A tuple without brackets, or the one expression it holds."""
        inside = self.named(node)
        if len(inside) == 1 and len(self.parts(node)) == 1:
            return self.expr(inside[0])
        return ast.Tuple(elts=[self.expr(child) for child in inside], ctx=ast.Load(), **self.place(node))

    def list_node(self, node: Node) -> ast.expr:
        """A list."""
        return ast.List(elts=self.elements(node), ctx=ast.Load(), **self.place(node))

    def set_node(self, node: Node) -> ast.expr:
        """A set."""
        return ast.Set(elts=self.elements(node), **self.place(node))

    def dictionary(self, node: Node) -> ast.expr:
        """A dictionary with its pairs and ``**`` parts."""
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        for child in self.named(node):
            if child.type == "pair":
                keys.append(self.field(child, "key"))
                values.append(self.field(child, "value"))
            else:
                keys.append(None)
                values.append(self.only(child) if child.type == "dictionary_splat" else self.expr(child))
        return ast.Dict(keys=keys, values=values, **self.place(node))

    def comprehension(self, node: Node) -> ast.expr:
        """A comprehension of any kind, or a generator."""
        body = node.child_by_field_name("body")
        generators: list[ast.comprehension] = []
        for child in self.named(node):
            if child.type == "for_in_clause":
                generators.append(self.generator(child))
            elif child.type == "if_clause" and generators:
                generators[-1].ifs.append(self.only(child))
        place = self.place(node)
        if node.type == "dictionary_comprehension":
            pair = body if body is not None else node
            key, value = self.field(pair, "key"), self.field(pair, "value")
            return ast.DictComp(key=key, value=value, generators=generators, **place)
        element = self.missing(place) if body is None else self.expr(body)
        if node.type == "list_comprehension":
            return ast.ListComp(elt=element, generators=generators, **place)
        if node.type == "set_comprehension":
            return ast.SetComp(elt=element, generators=generators, **place)
        return ast.GeneratorExp(elt=element, generators=generators, **place)

    def generator(self, node: Node) -> ast.comprehension:
        """One ``for`` clause of a comprehension."""
        right = [child for child in node.children_by_field_name("right") if child.type != "comment"]
        source = self.several(right) if right else self.missing(self.place(node))
        target = stored(self.field(node, "left"))
        is_async = int(any(child.type == "async" for child in node.children))
        return ast.comprehension(target=target, iter=source, ifs=[], is_async=is_async)

    def lambda_node(self, node: Node) -> ast.expr:
        """``lambda``."""
        parameters = node.child_by_field_name("parameters")
        args = self.parameters(parameters)
        return ast.Lambda(args=args, body=self.field(node, "body"), **self.place(node))

    def parameters(self, node: Node | None) -> ast.arguments:
        """The parameters of a function or lambda; Python 2's tuples become their names."""
        out = ast.arguments(
            posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
        )
        outer, self.keyword_only = self.keyword_only, False
        for child in [] if node is None else self.parts(node):
            if child.type in {"positional_separator", "/"}:
                out.posonlyargs, out.args = out.args, []
            elif child.type in {"keyword_separator", "*"}:
                self.keyword_only = True
            elif child.is_named:
                self.parameter(child, out)
        self.keyword_only = outer
        return out

    def parameter(self, node: Node, out: ast.arguments) -> None:
        """Add one parameter to ``out``."""
        kind = node.type
        inner: Node | None = node
        annotation = node.child_by_field_name("type") if kind.startswith("typed") else None
        default = node.child_by_field_name("value") if kind.endswith("default_parameter") else None
        if kind.endswith("default_parameter"):
            inner = node.child_by_field_name("name")
        elif kind == "typed_parameter":
            inner = next(iter(self.named(node)), None)
        if inner is None:
            return
        hint = None if annotation is None else self.expr(annotation)
        if inner.type in {"list_splat_pattern", "dictionary_splat_pattern"}:
            name = next(iter(self.named(inner)), inner)
            place = self.span(name, node)
            arg = ast.arg(arg=self.name(name), annotation=hint, **place)
            if inner.type == "list_splat_pattern":
                out.vararg = arg
                self.keyword_only = True
            else:
                out.kwarg = arg
            return
        names = [inner] if inner.type == "identifier" else self.names_in(inner)
        value = None if default is None else self.expr(default)
        for name in names:
            place = self.span(name, annotation) if annotation is not None else self.place(name)
            arg = ast.arg(arg=self.name(name), annotation=hint, **place)
            if self.keyword_only:
                out.kwonlyargs.append(arg)
                out.kw_defaults.append(value)
            else:
                out.args.append(arg)
                if value is not None:
                    out.defaults.append(value)

    def names_in(self, node: Node) -> list[Node]:
        """All identifiers below a node, in order."""
        found: list[Node] = []
        stack = [node]
        while stack:
            item = stack.pop()
            if item.type == "identifier":
                found.append(item)
            stack.extend(reversed(item.children))
        return found

    def type_node(self, node: Node) -> ast.expr:
        """An annotation: the grammar gives generics and unions nodes of their own."""
        if node.type == "union_type":
            terms = self.union_terms(node)
            value = self.expr(terms[0])
            for child in terms[1:]:
                value = ast.BinOp(
                    left=value, op=ast.BitOr(), right=self.expr(child), **self.span(terms[0], child)
                )
            return value
        inside = self.named(node)
        if node.type == "generic_type" and len(inside) > 1:
            index = self.type_arguments(inside[1])
            return ast.Subscript(value=self.expr(inside[0]), slice=index, ctx=ast.Load(), **self.place(node))
        if node.type == "member_type" and len(inside) > 1:
            value = self.expr(inside[0])
            return ast.Attribute(value=value, attr=self.name(inside[1]), ctx=ast.Load(), **self.place(node))
        if node.type == "splat_type":
            return ast.Starred(value=self.only(node), ctx=ast.Load(), **self.place(node))
        return self.other(node)

    def union_terms(self, node: Node) -> list[Node]:
        """What stands between the bars of ``A[T] | B | C``, at most :data:`MAX_SPINE`."""
        out: list[Node] = []
        stack = [node]
        while stack and len(out) < MAX_SPINE:
            item = stack.pop()
            inside = self.named(item)
            is_or = item.type == "binary_operator" and any(child.type == "|" for child in item.children)
            if inside and (is_or or item.type == "union_type" or (item.type == "type" and len(inside) == 1)):
                stack.extend(reversed(inside))
            else:
                out.append(item)
        return out or [node]

    def type_arguments(self, node: Node) -> ast.expr:
        """What stands in the brackets of a generic annotation."""
        inside = [part for part in self.parts(node) if part.type not in {"[", "]"}]
        index = self.several(inside) if inside else self.missing(self.place(node))
        return (
            ast.Tuple(elts=[index], ctx=ast.Load(), **self.place(node))
            if isinstance(index, ast.Starred)
            else index
        )


_HANDLERS: Final[Mapping[str, Callable[[Expressions, Node], ast.expr]]] = {
    "identifier": Expressions.identifier,
    "keyword_identifier": Expressions.identifier,
    "dotted_name": Expressions.dotted,
    "integer": Expressions.number_node,
    "float": Expressions.number_node,
    "string": Expressions.string_node,
    "concatenated_string": Expressions.concatenated_node,
    "true": Expressions.constant,
    "false": Expressions.constant,
    "none": Expressions.constant,
    "ellipsis": Expressions.constant,
    "attribute": Expressions.trailers,
    "call": Expressions.trailers,
    "subscript": Expressions.trailers,
    "slice": Expressions.slice_node,
    "binary_operator": Expressions.binary,
    "boolean_operator": Expressions.boolean,
    "not_operator": Expressions.negation,
    "unary_operator": Expressions.unary,
    "comparison_operator": Expressions.comparison,
    "conditional_expression": Expressions.conditional,
    "named_expression": Expressions.named_expression,
    "await": Expressions.await_node,
    "yield": Expressions.yield_node,
    "parenthesized_expression": Expressions.only,
    "parenthesized_list_splat": Expressions.only,
    "list_splat": Expressions.starred,
    "list_splat_pattern": Expressions.starred,
    "expression_list": Expressions.expression_list,
    "pattern_list": Expressions.expression_list,
    "tuple": Expressions.tuple_node,
    "tuple_pattern": Expressions.tuple_node,
    "list": Expressions.list_node,
    "list_pattern": Expressions.list_node,
    "set": Expressions.set_node,
    "dictionary": Expressions.dictionary,
    "list_comprehension": Expressions.comprehension,
    "set_comprehension": Expressions.comprehension,
    "dictionary_comprehension": Expressions.comprehension,
    "generator_expression": Expressions.comprehension,
    "lambda": Expressions.lambda_node,
    "type": Expressions.type_node,
    "generic_type": Expressions.type_node,
    "union_type": Expressions.type_node,
    "member_type": Expressions.type_node,
    "splat_type": Expressions.type_node,
    "constrained_type": Expressions.type_node,
}
