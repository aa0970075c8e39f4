"""``pyproject.toml``: the layout, entry points and build hooks that the common backends read from it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from stockade.manifests.toml_lines import load_toml
from stockade.vetter.surface_metadata import entry_point
from stockade.vetter.surface_settings import Hook, Settings, clean_folder
from stockade.vetter.surface_setup_cfg import attribute_hook

_BUILD_FILES = {
    "mesonpy": ("meson.build",),
    "scikit_build_core": ("CMakeLists.txt",),
    "skbuild": ("CMakeLists.txt",),
    "maturin": ("build.rs", "rust/build.rs"),
    "setuptools_rust": ("build.rs", "rust/build.rs"),
    "py_build_cmake": ("CMakeLists.txt",),
}
"""Build backend (first word) to the files that it runs."""


def read_pyproject(text: str, settings: Settings) -> None:
    """Add what a ``pyproject.toml`` says to ``settings``.

    Raises:
        ReadError: it is not TOML, or nested too deep.
    """
    document = load_toml(text).value
    _build_system(_table(document, "build-system"), settings)
    _project(_table(document, "project"), settings)
    tool = _table(document, "tool")
    for name, read in _TOOLS.items():
        if table := _table(tool, *name.split(".")):
            read(table, settings)


def _table(value: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(table: dict[str, Any], key: str) -> list[str]:
    value = table.get(key)
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _build_system(table: dict[str, Any], settings: Settings) -> None:
    settings.backend = _text(table, "build-backend")
    settings.backend_paths = [clean_folder(path) for path in _texts(table, "backend-path")]
    for name, files in _BUILD_FILES.items():
        if settings.backend.startswith(name):
            settings.builds_with.update(files)
    if settings.backend.startswith("pdm."):
        settings.hooks.append(Hook("pdm build hook", path="pdm_build.py"))
    settings.addressed += [text for text in _texts(table, "requires") if "://" in text]
    if any("setuptools-rust" in text.lower() for text in _texts(table, "requires")):
        settings.builds_with.update(_BUILD_FILES["setuptools_rust"])


def _project(table: dict[str, Any], settings: Settings) -> None:
    settings.name = settings.name or _text(table, "name")
    settings.version = settings.version or _text(table, "version")
    settings.summary = settings.summary or _text(table, "description")
    settings.requires += _texts(table, "dependencies")
    for group, key in (("console_scripts", "scripts"), ("gui_scripts", "gui-scripts")):
        _points(group, _table(table, key), settings)
    for group, points in _table(table, "entry-points").items():
        _points(group, points, settings)


def _points(group: str, table: Any, settings: Settings) -> None:
    for name, value in table.items() if isinstance(table, dict) else ():
        target = value if isinstance(value, str) else _text(_table(table, name), "reference")
        if point := entry_point(group, name, target):
            settings.entry_points.append(point)


def _setuptools(table: dict[str, Any], settings: Settings) -> None:
    settings.modules |= set(_texts(table, "py-modules"))
    settings.scripts += _texts(table, "script-files")
    for package, folder in _table(table, "package-dir").items():
        if isinstance(folder, str):
            if package:
                settings.package_dirs[package] = clean_folder(folder)
            else:
                settings.roots.append(clean_folder(folder))
    if isinstance(table.get("packages"), list):
        settings.packages |= set(_texts(table, "packages"))
        settings.complete = True
    find = _table(table, "packages", "find")
    settings.roots += [clean_folder(where) for where in _texts(find, "where")]
    for command, spec in _table(table, "cmdclass").items():
        if isinstance(spec, str):
            settings.hooks.append(attribute_hook(f"cmdclass {command}", spec))
    for name, value in _table(table, "dynamic").items():
        if attribute := _text(value if isinstance(value, dict) else {}, "attr"):
            settings.hooks.append(attribute_hook(f"attr: {name}", attribute))
    for folder, files in _table(table, "data-files").items():
        settings.data_files += [
            (posixpath.join(folder, posixpath.basename(f)), f) for f in _texts({"": files}, "")
        ]


def _hatch(table: dict[str, Any], settings: Settings) -> None:
    build = _table(table, "build")
    targets = _table(build, "targets")
    for name, owner in (("", build), *((name, _table(targets, name)) for name in targets)):
        _included(owner, settings, wheel=name == "wheel")
        if "custom" in _table(owner, "hooks"):
            path = _text(_table(owner, "hooks", "custom"), "path") or "hatch_build.py"
            settings.hooks.append(Hook("hatch build hook", path=path))
    if "custom" in targets:
        path = _text(_table(targets, "custom"), "path") or "hatch_build.py"
        settings.hooks.append(Hook("hatch builder", path=path))
    if "custom" in _table(table, "metadata", "hooks"):
        path = _text(_table(table, "metadata", "hooks", "custom"), "path") or "hatch_build.py"
        settings.hooks.append(Hook("hatch metadata hook", path=path))
    version = _table(table, "version")
    if _text(version, "source") == "code" and (path := _text(version, "path")):
        settings.hooks.append(Hook("hatch version source", path=path))


def _pairs(table: dict[str, Any], key: str) -> list[tuple[str, str]]:
    """The items of a table of strings."""
    return [(name, value) for name, value in _table(table, key).items() if isinstance(value, str)]


def _meant(pattern: str, settings: Settings) -> None:
    """A path or pattern that is put into the wheel: its first folder is a package, or it is a module itself."""
    first, _, rest = clean_folder(pattern).partition("/")
    if first.endswith(".py") and not rest:
        settings.modules.add(first.removesuffix(".py"))
    elif first.isidentifier():
        settings.packages.add(first)


def _included(table: dict[str, Any], settings: Settings, *, wheel: bool) -> None:
    """What a hatch target holds; the folders above its packages go to the import path."""
    for package in _texts(table, "packages"):
        settings.roots.append(clean_folder(package).rpartition("/")[0])
    for source, target in _pairs(table, "force-include"):
        settings.placed[clean_folder(source)] = clean_folder(target)
    if wheel:
        for pattern in (*_texts(table, "include"), *_texts(table, "only-include")):
            _meant(pattern, settings)
        settings.data_files += [(target, source) for source, target in _pairs(table, "shared-data")]
        settings.scripts += [clean_folder(source) for source, _ in _pairs(table, "shared-scripts")]
    sources = table.get("sources")
    settings.roots += [clean_folder(text) for text in _texts(table, "sources")]
    settings.roots += [clean_folder(text) for text in sources if text] if isinstance(sources, dict) else []


def _poetry(table: dict[str, Any], settings: Settings) -> None:
    settings.name = settings.name or _text(table, "name")
    settings.version = settings.version or _text(table, "version")
    settings.summary = settings.summary or _text(table, "description")
    _points("console_scripts", _table(table, "scripts"), settings)
    for group, points in _table(table, "plugins").items():
        _points(group, points, settings)
    for package in _dicts(table.get("packages")):
        if origin := clean_folder(_text(package, "from")):
            settings.roots.append(origin)
    build = table.get("build")
    script = build if isinstance(build, str) else _text(_table(table, "build"), "script")
    if script:
        settings.hooks.append(Hook("poetry build script", path=script))


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _pdm(table: dict[str, Any], settings: Settings) -> None:
    build = _table(table, "build") or table
    if source := clean_folder(_text(build, "package-dir")):
        settings.roots.append(source)
    if path := _text(build, "custom-hook"):
        settings.hooks.append(Hook("pdm build hook", path=path))
    script = build.get("setup-script") or build.get("build")
    if path := script if isinstance(script, str) else _text(_table(build, "setup-script"), "path"):
        settings.hooks.append(Hook("pdm setup script", path=path))
    version = _table(table, "version")
    if getter := _text(version, "getter"):
        settings.hooks.append(attribute_hook("pdm version getter", getter))


def _flit(table: dict[str, Any], settings: Settings) -> None:
    name = _text(_table(table, "module"), "name") or _text(_table(table, "metadata"), "module")
    if name:
        settings.packages.add(name)
        settings.modules.add(name)
    _points("console_scripts", _table(table, "scripts"), settings)


def _maturin(table: dict[str, Any], settings: Settings) -> None:
    if source := clean_folder(_text(table, "python-source")):
        settings.roots.append(source)


def _scikit_build(table: dict[str, Any], settings: Settings) -> None:
    for value in _table(table, "metadata").values():
        path = clean_folder(_text(value if isinstance(value, dict) else {}, "provider-path"))
        module = _text(value if isinstance(value, dict) else {}, "provider")
        if path and module:
            settings.hooks.append(Hook("metadata provider", path=f"{path}/{module.replace('.', '/')}.py"))
    settings.roots += [clean_folder(p).rpartition("/")[0] for p in _texts(_table(table, "wheel"), "packages")]


def _uv_backend(table: dict[str, Any], settings: Settings) -> None:
    if isinstance(table.get("module-root"), str):
        settings.roots.append(clean_folder(_text(table, "module-root")))
    settings.packages |= set(_texts(table, "module-name"))


_TOOLS = {
    "setuptools": _setuptools,
    "hatch": _hatch,
    "poetry": _poetry,
    "pdm": _pdm,
    "flit": _flit,
    "maturin": _maturin,
    "scikit-build": _scikit_build,
    "uv.build-backend": _uv_backend,
}
