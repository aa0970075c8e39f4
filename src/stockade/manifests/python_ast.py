"""Python source as a syntax tree. Nothing is executed."""

from __future__ import annotations

import ast
import warnings

from stockade.manifests.text import ReadError


def parse_python(text: str) -> ast.Module:
    """Parse a module.

    Raises:
        ReadError: it is not Python of the running interpreter's version, or it is nested too deep.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in their source is no business of ours
            return ast.parse(text)
    except SyntaxError as error:
        raise ReadError(f"not Python: {error.msg}", line=error.lineno or 0) from None
    except (RecursionError, MemoryError):
        raise ReadError("Python nested deeper than is read") from None
    except ValueError as error:
        raise ReadError(f"not Python: {error}") from None


def string(node: ast.AST | None) -> str | None:
    """The text of a string constant; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def plain_returns(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """What a call of a function gives, one or another; empty where more than its ``return`` decides that."""
    if function.decorator_list or isinstance(function, ast.AsyncFunctionDef):
        return []
    found: list[ast.expr] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal):
            return []
        if isinstance(node, ast.Return) and node.value is not None:
            found.append(node.value)
    return sorted(found, key=lambda value: value.lineno)
