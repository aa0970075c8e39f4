"""What pip's own configuration says of package indexes."""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SECTIONS = ("global", "download", "install")
"""Sections that hold for an installation, the later ones over the earlier."""

_TRUE = {"1", "on", "true", "yes"}


@dataclass(frozen=True)
class Setting:
    """A value, and the variable or file that sets it."""

    value: str
    source: str


@dataclass(frozen=True)
class Machine:
    """What the search for configuration files depends on."""

    platform: str = sys.platform
    prefix: str = sys.prefix
    """The environment's folder, for pip's site configuration, where ``VIRTUAL_ENV`` is not set."""
    system_root: Path = Path("/")
    """Stands before the system's configuration folders, for tests."""


def config_files(environ: Mapping[str, str], machine: Machine) -> list[Path]:
    """The files of pip, those read later over those read before: global, user, site, ``PIP_CONFIG_FILE``.

    ``PIP_CONFIG_FILE`` naming the null device switches all files off, and naming an existing file
    switches the user's off.
    """
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    files = _global_files(environ, machine)
    if not (named and Path(named).exists()):
        files += _user_files(environ, machine)
    files.append(Path(environ.get("VIRTUAL_ENV") or machine.prefix) / _basename(machine))
    if named:
        files.append(Path(named))
    return files


def read_settings(
    environ: Mapping[str, str], machine: Machine, problems: list[str]
) -> tuple[dict[str, Setting], dict[str, Setting]]:
    """Settings of the environment (``PIP_…``) and of the files, by pip's option names (``index-url``).

    A file that is there and does not parse is added to ``problems``.
    """
    variables = {
        name.removeprefix("PIP_").lower().replace("_", "-"): Setting(value, name)
        for name, value in environ.items()
        if name.startswith("PIP_") and value and name != "PIP_CONFIG_FILE"
    }
    settings: dict[str, Setting] = {}
    for path in config_files(environ, machine):
        settings.update(_read(path, problems))
    return variables, settings


def is_true(setting: Setting | None) -> bool:
    """Whether a switch is on."""
    return setting is not None and setting.value.strip().lower() in _TRUE


def words(setting: Setting | None) -> list[str]:
    """The parts of a value that may be several, by blanks or lines."""
    return setting.value.split() if setting else []


def _read(path: Path, problems: list[str]) -> dict[str, Setting]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: cannot be read: {error}")
        return {}
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, str(path))
    except configparser.Error as error:
        problems.append(f"{path}: {_where(error)}does not parse")
        return {}
    found: dict[str, Setting] = {}
    for section in SECTIONS:
        if parser.has_section(section):
            for key, value in parser.items(section):
                if value:
                    found[key.replace("_", "-").removeprefix("--")] = Setting(value, str(path))
    return found


def _where(error: configparser.Error) -> str:
    """The line of a fault. The parser's own message quotes it, and it may hold an address with a password."""
    line = getattr(error, "lineno", None)
    if line is None and isinstance(error, configparser.ParsingError) and error.errors:
        line = error.errors[0][0]
    return f"line {line} " if line else ""


def _basename(machine: Machine) -> str:
    return "pip.ini" if machine.platform == "win32" else "pip.conf"


def _global_files(environ: Mapping[str, str], machine: Machine) -> list[Path]:
    root = machine.system_root
    if machine.platform == "win32":
        return [Path(environ.get("PROGRAMDATA") or "C:\\ProgramData") / "pip" / "pip.ini"]
    if machine.platform == "darwin":
        return [root / "Library" / "Application Support" / "pip" / "pip.conf"]
    folders = xdg_config_dirs(environ, root)
    return [folder / "pip" / "pip.conf" for folder in folders] + [root / "etc" / "pip.conf"]


def _user_files(environ: Mapping[str, str], machine: Machine) -> list[Path]:
    home = home_of(environ)
    if machine.platform == "win32":
        roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
        return [home / "pip" / "pip.ini", roaming / "pip" / "pip.ini"]
    legacy = home / ".pip" / "pip.conf"
    if machine.platform == "darwin":
        library = home / "Library" / "Application Support" / "pip"
        return [legacy, (library if library.is_dir() else home / ".config" / "pip") / "pip.conf"]
    return [legacy, Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"]


def home_of(environ: Mapping[str, str]) -> Path:
    """The user's home folder, by the environment first."""
    return Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())


def xdg_config_dirs(environ: Mapping[str, str], root: Path) -> Sequence[Path]:
    """The system's configuration folders by the XDG specification."""
    named = environ.get("XDG_CONFIG_DIRS", "")
    return [Path(part) for part in named.split(os.pathsep) if part] if named else [root / "etc" / "xdg"]
