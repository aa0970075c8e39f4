"""Settings from a file, overridden by the environment."""

import configparser
import json
import os
from pathlib import Path

DEFAULTS = {"timeout": 10, "retries": 3, "verbose": False, "output": "text"}
PREFIX = "APP_"


class ConfigError(ValueError):
    pass


def _coerce(text, like):
    if isinstance(like, bool):
        return text.lower() in {"1", "true", "yes", "on"}
    if isinstance(like, int):
        try:
            return int(text)
        except ValueError as exc:
            raise ConfigError("not a number: %r" % text) from exc
    return text


def from_file(path):
    path = Path(path)
    if not path.exists():
        return {}
    if path.suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))
    parser = configparser.ConfigParser()
    parser.read(path, encoding="utf-8")
    return dict(parser["app"]) if parser.has_section("app") else {}


def load(path=None, **overrides):
    values = dict(DEFAULTS)
    if path:
        values.update(from_file(path))
    for key, like in DEFAULTS.items():
        name = PREFIX + key.upper()
        if name in os.environ:
            values[key] = _coerce(os.environ[name], like)
    values.update({k: v for k, v in overrides.items() if v is not None})
    return values
