"""Keeping trees shallow: whoever walks a tree by recursion must not be stopped by a sum of a thousand terms."""

from __future__ import annotations

import ast
from typing import Final

from stockade.vetter.python.tolerant_base import Place

MANY_TERMS: Final = 60
"""Terms of a sum above which it is balanced."""


def added(operands: list[ast.expr], place: Place) -> ast.expr:
    """A sum of many operands as a tree of logarithmic depth: ``+`` of texts is associative."""
    while len(operands) > 1:
        paired: list[ast.expr] = [
            ast.BinOp(left=left, op=ast.Add(), right=right, **place)
            for left, right in zip(operands[::2], operands[1::2], strict=False)
        ]
        if len(operands) % 2:
            paired.append(operands[-1])
        operands = paired
    return operands[0]


def _terms(node: ast.BinOp) -> list[ast.expr]:
    out: list[ast.expr] = []
    item: ast.expr = node
    while isinstance(item, ast.BinOp) and isinstance(item.op, ast.Add):
        out.append(item.right)
        item = item.left
    out.append(item)
    return out[::-1]


def balance_sums(tree: ast.Module) -> None:
    """Replace long sums in ``tree`` by balanced ones, in place; the positions become those of the whole sum."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            terms = _terms(node)
            if len(terms) > MANY_TERMS:
                place: Place = {
                    "lineno": node.lineno,
                    "col_offset": node.col_offset,
                    "end_lineno": node.end_lineno or node.lineno,
                    "end_col_offset": node.end_col_offset or 0,
                }
                whole = added(terms, place)
                if isinstance(whole, ast.BinOp):
                    node.left, node.right = whole.left, whole.right
            stack.extend(terms)
            continue
        stack.extend(ast.iter_child_nodes(node))
