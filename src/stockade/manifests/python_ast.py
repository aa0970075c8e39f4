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
