"""``setup.py``, read as a tree and never run: what the arguments of ``setup()`` plainly say of the layout."""

from __future__ import annotations

import ast
import posixpath

from stockade.manifests.python_ast import parse_python, string
from stockade.manifests.python_values import Values
from stockade.manifests.text import ReadError
from stockade.vetter.surface_metadata import entry_point, read_entry_points
from stockade.vetter.surface_settings import Hook, Settings, clean_folder

_MAX_SOURCE = 512 << 10
"""Characters of a setup.py that is read for its layout; a larger one is left to the analyses."""

_FINDERS = frozenset({"find_packages", "find_namespace_packages"})


def read_setup_py(text: str, settings: Settings) -> None:
    """Add what a ``setup.py`` says to ``settings``. What only a run could tell is left out.

    Raises:
        ReadError: it is not Python of this interpreter, or too large.
    """
    if len(text) > _MAX_SOURCE:
        raise ReadError("too large to be read for its layout")
    tree = parse_python(text)
    arguments = _arguments(tree)
    values = Values(tree, _is_setup)
    reader = _Reader(arguments, values)
    settings.name = settings.name or reader.text("name")
    settings.version = settings.version or reader.text("version")
    settings.summary = settings.summary or reader.text("description")
    settings.requires += reader.texts("install_requires")
    settings.addressed += [text for text in reader.texts("setup_requires") if "://" in text]
    settings.addressed += [f"dependency link @ {text}" for text in reader.texts("dependency_links")]
    settings.modules |= set(reader.texts("py_modules"))
    settings.scripts += reader.texts("scripts")
    for package, folder in reader.pairs("package_dir"):
        _package_dir(settings, package, folder)
    _packages(reader, tree, settings)
    _entry_points(reader, settings)
    _data_files(reader, settings)
    for spec in reader.texts("cffi_modules"):
        path, _, function = spec.partition(":")
        settings.hooks.append(Hook("cffi_modules", path=path, function=function))


class _Reader:
    """The arguments of ``setup()`` by name."""

    def __init__(self, arguments: dict[str, list[ast.expr]], values: Values) -> None:
        self.arguments = arguments
        self.values = values

    def texts(self, key: str) -> list[str]:
        return [text for node in self.arguments.get(key, ()) for _, text in self.values.read(node).texts]

    def text(self, key: str) -> str:
        return next(iter(self.texts(key)), "")

    def pairs(self, key: str) -> list[tuple[str, str]]:
        """The items of a dictionary of strings."""
        found: list[tuple[str, str]] = []
        for node in self.arguments.get(key, ()):
            for name, value in self.values.items(node) or ():
                texts = self.values.read(value).texts
                found += [(name, texts[0][1])] if texts else []
        return found

    def whole(self, key: str) -> bool:
        """Whether an argument is there and all of it was understood: it says something, or is plainly empty."""
        nodes = self.arguments.get(key, ())
        read = [(node, self.values.read(node)) for node in nodes]
        return bool(read) and all(
            not each.unknown and (each.texts or (isinstance(node, ast.List) and not node.elts))
            for node, each in read
        )


def _arguments(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_setup(node.func):
            for keyword in node.keywords:
                if keyword.arg is not None:
                    found.setdefault(keyword.arg, []).append(keyword.value)
                elif isinstance(keyword.value, ast.Name):
                    _unpacked(tree, keyword.value.id, found)
    return found


def _unpacked(tree: ast.Module, name: str, found: dict[str, list[ast.expr]]) -> None:
    """Add the arguments of ``setup(**name)`` where the name is bound to a dictionary of constant keys."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            continue
        if isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if (text := string(key)) is not None:
                    found.setdefault(text, []).append(value)
        elif isinstance(node.value, ast.Call) and not node.value.args:
            for keyword in node.value.keywords:
                if keyword.arg is not None:
                    found.setdefault(keyword.arg, []).append(keyword.value)


def _is_setup(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "setup"
    return isinstance(function, ast.Name) and function.id == "setup"


def _package_dir(settings: Settings, package: str, folder: str) -> None:
    clean = clean_folder(folder)
    if package:
        settings.package_dirs[package] = clean
    else:
        settings.roots.append(clean)


def _packages(reader: _Reader, tree: ast.Module, settings: Settings) -> None:
    found = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _FINDERS:
            found = True
            wanted = node.args[:1] + [k.value for k in node.keywords if k.arg == "where"]
            for where in wanted:
                if (text := string(where)) is not None:
                    settings.roots.append(clean_folder(text))
            if not any(k.arg in {"exclude", "include"} for k in node.keywords):
                settings.finds_all = True
    settings.packages |= set(reader.texts("packages"))
    whole = reader.whole("packages") if "packages" in reader.arguments else bool(settings.modules)
    settings.complete = whole and not found
    if "packages" in reader.arguments and not whole and not found:
        settings.finds_all = True


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        # ``PEP420PackageFinder.find`` and friends
        return "find_packages" if function.attr == "find" else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _entry_points(reader: _Reader, settings: Settings) -> None:
    for node in reader.arguments.get("entry_points", ()):
        items = reader.values.items(node)
        if items is None:
            text = "\n".join(text for _, text in reader.values.read(node).texts)
            settings.entry_points += read_entry_points(text)
        for group, value in items or ():
            for _, text in reader.values.read(value).texts:
                name, _, target = text.partition("=")
                if target and (point := entry_point(group, name, target)):
                    settings.entry_points.append(point)


def _data_files(reader: _Reader, settings: Settings) -> None:
    for node in reader.arguments.get("data_files", ()):
        for pair in ast.walk(node):
            if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:  # noqa: PLR2004 - (folder, files)
                folder = string(pair.elts[0])
                files = [text for _, text in reader.values.read(pair.elts[1]).texts]
                settings.data_files += [
                    (posixpath.join(folder or "", posixpath.basename(f)), f) for f in files
                ]
