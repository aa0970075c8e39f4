"""The words under the fields of our types: the one source of the starter policy, the schema and the guide."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from inspect import cleandoc, getsource
from typing import Any


def field_docs(struct: type[Any]) -> dict[str, str]:
    """The docstring under each field of a class, in one line each and without markup, in the fields' order.

    Fields without one are left out. Bases are not searched.
    """
    return dict(_module_docs(struct.__module__)[struct.__name__])


def plain(docstring: str) -> str:
    """A docstring as prose: code marks as single backticks, white space folded."""
    return " ".join(docstring.replace("``", "`").split())


@cache
def _module_docs(module: str) -> dict[str, dict[str, str]]:
    tree = ast.parse(getsource(import_module(module)))
    return {node.name: _class_docs(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _class_docs(node: ast.ClassDef) -> dict[str, str]:
    docs = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = plain(cleandoc(text))
            case _:
                pass
    return docs
