"""Which functions are worth walking though nothing calls them."""

from __future__ import annotations

import ast
from bisect import bisect_left

from stockade.vetter import places
from stockade.vetter.python.values import Function


def is_hot(lines: tuple[int, ...], node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function holds a telling line, or a parameter that is named like a secret: where that goes matters
    whatever the words around it.

    Args:
        lines: the file's telling lines, sorted; none means that every line tells.
        node: the function.
    """
    if not lines:
        return True
    place = bisect_left(lines, node.lineno)
    if place < len(lines) and lines[place] <= (node.end_lineno or node.lineno):
        return True
    return takes_secrets(node.args)


def takes_secrets(spec: ast.arguments) -> bool:
    """Whether a parameter is named like a secret."""
    return any(places.secret_name(each.arg) is not None for each in (*spec.args, *spec.kwonlyargs))


def is_unmet(function: Function) -> bool:
    """Whether a function is to be walked as a stranger would call it: one that nothing called, and one that was called
    with other things than the secrets that it takes."""
    if function.runs == 0:
        return function.hot
    spec = function.node.args
    holds = any(each.arg in HOLDERS for each in (*spec.args, *spec.kwonlyargs))
    return not function.strange and (holds or takes_secrets(spec))


HOLDERS = frozenset(
    {
        "request",
        "req",
        "prepared_request",
        "auth",
        "headers",
        "cookies",
        "config",
        "credentials",
        "options",
        "key",
        "seed",
    }
)
"""Parameters that may hold a secret under a key, or be one by what surrounds them."""
