"""``setup.cfg``: what setuptools and pbr take from it for the layout, the entry points and the build."""

from __future__ import annotations

from stockade.manifests.ini_sections import Option, Section, load_ini
from stockade.vetter.surface_metadata import entry_point
from stockade.vetter.surface_settings import Hook, Settings, clean_folder


def read_setup_cfg(text: str, settings: Settings) -> None:
    """Add what a ``setup.cfg`` says to ``settings``; lines that are no INI are passed over."""
    sections = {section.name: section for section in load_ini(text)[0]}
    if metadata := sections.get("metadata"):
        _metadata(metadata, settings)
    if options := sections.get("options"):
        _options(options, settings)
    if find := sections.get("options.packages.find"):
        settings.roots += [clean_folder(word) for word in _words(find, "where")]
        settings.finds_all = not (_words(find, "exclude") or _words(find, "include"))
    for name in ("options.entry_points", "entry_points"):
        if points := sections.get(name):
            _entry_points(points, settings)
    if files := sections.get("files"):  # pbr
        settings.roots += [clean_folder(word) for word in _words(files, "packages_root")]
        settings.packages |= set(_words(files, "packages"))
        settings.scripts += _words(files, "scripts")
        settings.modules |= set(_words(files, "modules"))
    for section in (sections.get("global"), sections.get("options.cmdclass")):
        if section:
            _hooks(section, settings)


def _metadata(metadata: Section, settings: Settings) -> None:
    settings.name = settings.name or _value(metadata, "name")
    version = _value(metadata, "version")
    if version.startswith("attr:"):
        settings.hooks.append(attribute_hook("attr: version", version[5:]))
    elif not version.startswith("file:"):
        settings.version = settings.version or version
    settings.summary = settings.summary or _value(metadata, "summary") or _value(metadata, "description")


def _options(options: Section, settings: Settings) -> None:
    settings.modules |= set(_words(options, "py_modules"))
    settings.scripts += _words(options, "scripts")
    settings.requires += [text for _, text in _rows(options, "install_requires")]
    settings.addressed += [text for _, text in _rows(options, "setup_requires") if "://" in text]
    settings.addressed += [f"dependency link @ {text}" for _, text in _rows(options, "dependency_links")]
    for _, row in _rows(options, "package_dir"):
        package, _, folder = row.partition("=")
        if package.strip():
            settings.package_dirs[package.strip()] = clean_folder(folder)
        else:
            settings.roots.append(clean_folder(folder))
    packages = _words(options, "packages")
    if packages and packages[0] in {"find:", "find_namespace:"}:
        settings.finds_all = True
    elif packages:
        settings.packages |= set(packages)
        settings.complete = True
    for _, row in _rows(options, "cmdclass"):
        settings.hooks.append(attribute_hook("cmdclass", row.partition("=")[2]))


def _entry_points(section: Section, settings: Settings) -> None:
    for option in section.options:
        for _, row in option.rows:
            name, _, target = row.partition("=")
            if target and (point := entry_point(option.key, name, target)):
                settings.entry_points.append(point)


def _hooks(section: Section, settings: Settings) -> None:
    """``setup-hooks`` of pbr, and command classes."""
    for option in section.options:
        if section.name == "options.cmdclass" or option.key in {"setup-hooks", "setup_hooks"}:
            for _, row in option.rows:
                settings.hooks.append(attribute_hook(option.key, row.partition("=")[2] or row))


def attribute_hook(why: str, spec: str) -> Hook:
    """A hook named ``package.module.attribute`` or ``package.module:attribute``."""
    text = spec.strip()
    module, colon, attribute = text.partition(":")
    if not colon:
        module, _, attribute = text.rpartition(".")
    return Hook(why, module=module.strip(), function=attribute.strip())


def _option(section: Section, key: str) -> Option | None:
    return section.get(key) or section.get(key.replace("_", "-"))


def _value(section: Section, key: str) -> str:
    option = _option(section, key)
    return option.rows[0][1].strip() if option and option.rows else ""


def _rows(section: Section, key: str) -> list[tuple[int, str]]:
    option = _option(section, key)
    return option.rows if option else []


def _words(section: Section, key: str) -> list[str]:
    """The words of a list, written one a line or with commas."""
    return [word for _, row in _rows(section, key) for word in row.replace(",", " ").split()]
