"""What pip and uv on this machine are told that decides where packages come from. No program is started."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stockade.model.client import Told
from stockade.sources.pip_config import Machine, Setting, config_files, read_settings, words
from stockade.sources.uv_config import system_files, user_file

KEYS = (
    "index-url",
    "extra-index-url",
    "find-links",
    "trusted-host",
    "no-index",
    "require-hashes",
    "index-strategy",
    "allow-insecure-host",
    "no-verify-hashes",
)
"""The options that are looked at, by pip's or uv's name."""
_UV_VARIABLES = {
    "UV_DEFAULT_INDEX": "index-url",
    "UV_INDEX_URL": "index-url",
    "UV_INDEX": "extra-index-url",
    "UV_EXTRA_INDEX_URL": "extra-index-url",
    "UV_FIND_LINKS": "find-links",
    "UV_INSECURE_HOST": "allow-insecure-host",
    "UV_NO_INDEX": "no-index",
    "UV_INDEX_STRATEGY": "index-strategy",
    "UV_REQUIRE_HASHES": "require-hashes",
    "UV_NO_VERIFY_HASHES": "no-verify-hashes",
}


@dataclass(frozen=True, kw_only=True)
class ClientFacts:
    """What the tools are told, variables first, then files from the strongest to the weakest."""

    told: tuple[Told, ...]
    problems: tuple[str, ...] = ()
    """Files that could not be read: what they say is unknown."""

    def of(self, tool: str, key: str) -> tuple[Told, ...]:
        """What a tool is told under a key, strongest first."""
        return tuple(each for each in self.told if each.tool == tool and each.key == key)


def client_facts(environ: Mapping[str, str] = os.environ, machine: Machine | None = None) -> ClientFacts:
    """Read the variables and files of pip and uv."""
    machine = machine or Machine()
    problems: list[str] = []
    told = [*_pip(environ, machine, problems), *_uv(environ, machine, problems)]
    return ClientFacts(told=tuple(told), problems=tuple(problems))


def _pip(environ: Mapping[str, str], machine: Machine, problems: list[str]) -> Iterator[Told]:
    variables, _ = read_settings({**environ, "PIP_CONFIG_FILE": os.devnull}, machine, [])
    yield from _settings("pip", variables, variable=True)
    for path in reversed(config_files(environ, machine)):
        only = {"PIP_CONFIG_FILE": str(path), "HOME": os.devnull, "XDG_CONFIG_DIRS": os.devnull}
        _, settings = read_settings(only, Machine(machine.platform, os.devnull, Path(os.devnull)), problems)
        yield from _settings("pip", settings, variable=False)


def _settings(tool: str, settings: Mapping[str, Setting], *, variable: bool) -> Iterator[Told]:
    for key, setting in settings.items():
        if key in KEYS:
            for value in words(setting):
                yield Told(tool=tool, key=key, value=value, source=setting.source, variable=variable)


def _uv(environ: Mapping[str, str], machine: Machine, problems: list[str]) -> Iterator[Told]:
    for variable, key in _UV_VARIABLES.items():
        for value in environ.get(variable, "").split():
            address = value.partition("=")[2] if key == "extra-index-url" and _is_named(value) else value
            yield Told(tool="uv", key=key, value=address, source=variable, variable=True)
    if environ.get("UV_NO_CONFIG", "").strip().lower() in {"1", "true", "on", "yes"}:
        return
    named = environ.get("UV_CONFIG_FILE", "")
    paths = [Path(named)] if named else [user_file(environ, machine), *system_files(environ, machine)]
    for path in paths:
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(f"{path}: cannot be read: {type(error).__name__}")
            continue
        yield from _uv_table(table, str(path))


def _uv_table(table: Mapping[str, Any], source: str) -> Iterator[Told]:
    indexes = table.get("index", [])
    for index in indexes if isinstance(indexes, list) else []:
        if isinstance(index, dict) and isinstance(index.get("url"), str):
            key = "index-url" if index.get("default") else "extra-index-url"
            if index.get("explicit"):
                continue  # asked only for what is bound to it
            yield Told(tool="uv", key=key, value=index["url"], source=source, variable=False)
    pip = table.get("pip", {})
    for scope in (table, pip if isinstance(pip, dict) else {}):
        for key in KEYS:
            value = scope.get(key)
            for each in value if isinstance(value, list) else [] if value is None else [value]:
                text = str(each).lower() if isinstance(each, bool) else str(each)
                yield Told(tool="uv", key=key, value=text, source=source, variable=False)


def _is_named(text: str) -> bool:
    name, sep, _ = text.partition("=")
    return bool(sep) and "/" not in name and ":" not in name
