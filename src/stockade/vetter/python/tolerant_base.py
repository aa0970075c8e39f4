"""What all parts of the tolerant converter share: positions, depth, and what is kept of broken places."""

from __future__ import annotations

import ast
import unicodedata
from typing import TYPE_CHECKING, Final, TypedDict

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_COST: Final = 560
"""Python frames that the conversion may stack: an expression costs two, a statement three."""
MAX_SPINE: Final = 300
"""Links of one chain of attributes, calls, subscripts or operators; longer ones are cut or balanced."""
_EXTRAS: Final = frozenset({"comment", "line_continuation"})


class Place(TypedDict):
    """The position of a node as ``ast`` wants it."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


class Base:
    """State of one conversion."""

    def __init__(self) -> None:
        self.cost = 0
        self.stray: list[ast.expr] = []
        """Expressions found in broken places; each statement takes them along as statements of their own."""
        self.cut: int = 0
        """Line of the first place that was too deep to keep; 0 for none."""
        self.errors: list[int] = []
        """Lines of what did not parse, the first few."""

    @staticmethod
    def place(node: Node) -> Place:
        """The position of a node."""
        start, end = node.start_point, node.end_point
        return {
            "lineno": start.row + 1,
            "col_offset": start.column,
            "end_lineno": end.row + 1,
            "end_col_offset": end.column,
        }

    @staticmethod
    def span(first: Node, last: Node) -> Place:
        """From the start of one node to the end of another."""
        start, end = first.start_point, last.end_point
        return {
            "lineno": start.row + 1,
            "col_offset": start.column,
            "end_lineno": end.row + 1,
            "end_col_offset": end.column,
        }

    @staticmethod
    def text(node: Node) -> str:
        """The source of a node."""
        raw = node.text or b""
        return raw.decode("utf-8", "surrogatepass")

    def name(self, node: Node) -> str:
        """An identifier as Python knows it: normalised by NFKC."""
        text = self.text(node)
        return text if text.isascii() else unicodedata.normalize("NFKC", text)

    def parts(self, node: Node) -> list[Node]:
        """Children without comments; what stands in broken places is kept aside."""
        out: list[Node] = []
        for child in node.children:
            if child.type in _EXTRAS:
                continue
            if child.type == "ERROR":
                self.broken(child)
            else:
                out.append(child)
        return out

    def named(self, node: Node) -> list[Node]:
        """Named children without comments and broken places."""
        return [child for child in self.parts(node) if child.is_named]

    def broken(self, node: Node) -> None:
        """Take what an ``ERROR`` node holds; statements override it."""
        raise NotImplementedError

    def missing(self, place: Place) -> ast.expr:
        """Stands for an expression that is not there, or was too deep."""
        return ast.Constant(value=Ellipsis, **place)

    def too_deep(self, node: Node) -> ast.expr:
        """Stands for a node that is nested too deeply, and remembers its line."""
        self.cut = self.cut or node.start_point.row + 1
        return self.missing(self.place(node))
