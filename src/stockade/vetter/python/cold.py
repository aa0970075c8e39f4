"""Function bodies that nothing needs are put away as text, so that the trees of a large distribution fit into memory.

A body in which the first pass saw no telling word is parsed once with its file, then forgotten, and parsed again if
the function is called after all.
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Sequence

from stockade.vetter.python.hot import is_hot

_TEXT = "stockade_text"
MOST_PADDING = 20_000
"""Line feeds that are put before a body to give it its lines, which costs less than to visit each of its nodes."""
LEAST_LINES = 8
"""Lines from which a body is worth putting away."""


def put_away(tree: ast.Module, text: str, lines: tuple[int, ...], *, every: bool = False) -> None:
    r"""Replace the bodies of functions that are not hot by their text.

    Args:
        tree: as :func:`ast.parse` gave it; changed in place.
        text: its source, lines ending in ``\n``.
        lines: the file's telling lines, sorted; with none, every function is hot.
        every: put hot ones away too, and keep no tree of them beyond a walk: there is too much to hold.
    """
    if not lines and not every:
        return
    source = text.split("\n")
    todo: list[Sequence[ast.stmt]] = [tree.body]
    while todo:
        for node in todo.pop():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                end = node.end_lineno or node.lineno
                if end - node.lineno >= LEAST_LINES and (every or not is_hot(lines, node)):
                    held = "\n".join(source[node.lineno - 1 : end])
                    setattr(
                        node,
                        _TEXT,
                        zlib.compress(held.encode("utf-8", "surrogatepass"), 1) if every else held,
                    )
                    node.body = []
            elif isinstance(node, ast.ClassDef | ast.If | ast.With):
                todo.append(node.body)
            elif isinstance(node, ast.Try):
                todo += [node.body, node.orelse]


def body_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """The statements of a function, parsed again where they were put away."""
    text: str | bytes | None = getattr(node, _TEXT, None)
    if text is None or node.body:
        return node.body
    keeps = isinstance(text, str)
    if not isinstance(text, str):
        text = zlib.decompress(text).decode("utf-8", "surrogatepass")
    wrapped = f"if 1:\n{text}" if text[:1].isspace() else text
    before = node.lineno - (2 if wrapped is not text else 1)
    padded = 0 <= before <= MOST_PADDING
    try:
        tree = ast.parse("\n" * before + wrapped if padded else wrapped)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if not padded:
        ast.increment_lineno(tree, before)
    found = next((each for each in ast.walk(tree) if isinstance(each, type(node))), None)
    body = found.body if found is not None else []
    if keeps:
        node.body = body
    return body
