"""setup.py, read as a syntax tree and never run: what the arguments of ``setup()`` plainly say.

What only a run could tell becomes a defect, unless it reads requirements from a file whose name stands
in the source: then that file is included.
"""

from __future__ import annotations

import ast

from stockade.manifests.python_ast import parse_python
from stockade.manifests.python_values import Values
from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.text import one_line
from stockade.model.requirements import Manifest

_SETUP_MODULES = frozenset({"setuptools", "core", "distutils", "skbuild"})
_GROUPS = {"install_requires": "", "requires": "", "setup_requires": "build-system", "tests_require": "test"}


def read_setup_py(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a setup.py."""
    draft = Draft(path, context)
    tree = parse_python(text)
    names = _names_of_setup(tree)
    values = Values(tree, lambda function: _is_setup(function, names))
    arguments = _arguments(tree, names, values, draft)
    for key, group in _GROUPS.items():
        for node in arguments.get(key, []):
            _read_list(draft, values, node, group)
    for node in arguments.get("extras_require", []):
        _read_extras(draft, values, node)
    for line in values.runs_text(tree):
        draft.defect(
            line,
            "runs code that stands here as text: what it sets or installs was not judged",
            "write the code out, or list the requirements in pyproject.toml",
        )
    return draft.manifest(
        project=_text(arguments, values, "name"),
        project_private=_is_private(arguments, values),
        requires_python=_text(arguments, values, "python_requires"),
    )


def _arguments(tree: ast.Module, names: set[str], values: Values, draft: Draft) -> dict[str, list[ast.expr]]:
    """The keyword arguments of every call of ``setup``, those of ``**constant`` included."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not _is_setup(node.func, names):
            continue
        for keyword in node.keywords:
            if keyword.arg is not None:
                found.setdefault(keyword.arg, []).append(keyword.value)
                continue
            items = values.items(keyword.value)
            _doubts(draft, values)
            if items is None:
                draft.defect(node.lineno, "arguments of setup() are computed at run time, cannot be read")
            for key, value in items or ():
                found.setdefault(key, []).append(value)
    return found


def _names_of_setup(tree: ast.Module) -> set[str]:
    """The names under which the file knows ``setup``, and the modules that hold it."""
    names = {"setup", *_SETUP_MODULES}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names |= {
                alias.asname
                for alias in node.names
                if alias.asname and not names.isdisjoint(alias.name.split("."))
            }
        elif isinstance(node, ast.Assign) and _is_setup(node.value, names):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _is_setup(function: ast.expr, names: set[str]) -> bool:
    if isinstance(function, ast.Attribute):
        owner = function.value
        return function.attr == "setup" and isinstance(owner, ast.Name) and owner.id in names - {"setup"}
    return isinstance(function, ast.Name) and function.id in names - _SETUP_MODULES


def _read_list(draft: Draft, values: Values, node: ast.expr, group: str, marker: str = "") -> None:
    read = values.read(node)
    for line, target in read.files:
        draft.include(line, target)
    for line, spec in read.texts:
        entry = spec.partition(" #")[0].strip()
        if entry and not entry.startswith("#"):
            draft.require(f"{entry} ; {marker}" if marker else entry, line, group=group)
    for line, source in read.unknown:
        _unknown(draft, line, source)


def _unknown(draft: Draft, line: int, source: str) -> None:
    draft.defect(
        line,
        f"computed at run time, cannot be read: {one_line(source, 120)}",
        "list the requirements in pyproject.toml",
    )


def _doubts(draft: Draft, values: Values) -> None:
    for name, line in values.doubts.items():
        _unknown(draft, line, f"{name} may be changed here")


def _read_extras(draft: Draft, values: Values, node: ast.expr) -> None:
    items = values.items(node)
    _doubts(draft, values)
    if items is None:
        draft.defect(node.lineno, "extras_require is computed at run time, cannot be read")
        return
    for key, value in items:
        extra, _, marker = key.partition(":")
        _read_list(draft, values, value, one_line(extra), marker)


def _text(arguments: dict[str, list[ast.expr]], values: Values, key: str) -> str:
    for node in arguments.get(key, []):
        for _, text in values.read(node).texts:
            return one_line(text)
    return ""


def _is_private(arguments: dict[str, list[ast.expr]], values: Values) -> bool:
    return any(
        text.startswith("Private ::")
        for node in arguments.get("classifiers", [])
        for _, text in values.read(node).texts
    )
