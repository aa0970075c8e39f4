"""What uv's own configuration says of package indexes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from stockade.sources.pip_config import Machine, home_of, xdg_config_dirs


class _Index(msgspec.Struct):
    url: str
    name: str = ""
    default: bool = False
    explicit: bool = False


class _Options(msgspec.Struct, rename="kebab"):
    """The keys that concern us; uv has many more."""

    index: list[_Index] = []
    index_url: str | None = None
    extra_index_url: list[str] = []
    allow_insecure_host: list[str] = []


@dataclass(frozen=True)
class UvIndex:
    """An index that uv is told of."""

    url: str
    name: str
    source: str


@dataclass
class UvSettings:
    """What one source (the environment, a file) says."""

    default: UvIndex | None = None
    extra: list[UvIndex] = field(default_factory=list)
    trusted: tuple[str, ...] = ()
    """Hosts for which TLS need not be verified."""


def from_environment(environ: Mapping[str, str]) -> UvSettings:
    """``UV_DEFAULT_INDEX`` over ``UV_INDEX_URL``; ``UV_INDEX`` before ``UV_EXTRA_INDEX_URL``."""
    found = UvSettings()
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        if environ.get(variable, "").strip():
            found.default = _named(environ[variable].strip(), variable)
            break
    found.trusted = tuple(environ.get("UV_INSECURE_HOST", "").split())
    for variable in ("UV_INDEX", "UV_EXTRA_INDEX_URL"):
        found.extra += [_named(text, variable) for text in environ.get(variable, "").split()]
    return found


def from_files(environ: Mapping[str, str], machine: Machine, problems: list[str]) -> list[UvSettings]:
    """The user's and then the system's ``uv.toml``; or ``UV_CONFIG_FILE`` alone; none with ``UV_NO_CONFIG``."""
    if environ.get("UV_NO_CONFIG", "").strip().lower() in {"1", "true", "on", "yes"}:
        return []
    if named := environ.get("UV_CONFIG_FILE", ""):
        return [_file(Path(named), problems)]
    system = next((path for path in system_files(environ, machine) if path.is_file()), None)
    paths = [user_file(environ, machine), *([system] if system else [])]
    return [_file(path, problems) for path in paths]


def from_table(table: object, source: str, problems: list[str]) -> UvSettings:
    """A ``[tool.uv]`` table, or a whole ``uv.toml``; ``source`` is the file's name for messages."""
    try:
        options = msgspec.convert(table, _Options)
    except msgspec.ValidationError as error:
        problems.append(f"{source}: {error}")
        return UvSettings()
    found = UvSettings(trusted=tuple(options.allow_insecure_host))
    for index in options.index:
        entry = UvIndex(index.url, index.name, source)
        if index.default and found.default is None:
            found.default = entry
        elif not index.default:
            found.extra.append(entry)
    if found.default is None and options.index_url:
        found.default = UvIndex(options.index_url, "", source)
    found.extra += [UvIndex(url, "", source) for url in options.extra_index_url]
    return found


def credentials_of(name: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """``UV_INDEX_<NAME>_USERNAME`` and ``…_PASSWORD``, for a named index."""
    if not name:
        return None
    stem = "UV_INDEX_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in name).upper()
    user, password = environ.get(f"{stem}_USERNAME", ""), environ.get(f"{stem}_PASSWORD", "")
    return (user, password) if user or password else None


def _named(text: str, source: str) -> UvIndex:
    """``name=address`` or an address."""
    name, sep, url = text.partition("=")
    if sep and "/" not in name and ":" not in name:
        return UvIndex(url, name, source)
    return UvIndex(text, "", source)


def _file(path: Path, problems: list[str]) -> UvSettings:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return UvSettings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path}: {error}")
        return UvSettings()
    return from_table(table, str(path), problems)


def user_file(environ: Mapping[str, str], machine: Machine) -> Path:
    """The user's ``uv.toml``; it need not be there."""
    home = home_of(environ)
    if machine.platform == "win32":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / "uv" / "uv.toml"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "uv" / "uv.toml"


def system_files(environ: Mapping[str, str], machine: Machine) -> list[Path]:
    """Where the system's ``uv.toml`` may lie; uv takes the first that is there."""
    if machine.platform == "win32":
        return [Path(environ.get("PROGRAMDATA") or "C:\\ProgramData") / "uv" / "uv.toml"]
    root = machine.system_root
    return [folder / "uv" / "uv.toml" for folder in (*xdg_config_dirs(environ, root), root / "etc")]
