"""Modules that load when they are needed."""

import importlib
import os
import sys

__version__ = "1.0.0"
_KNOWN = {"cache"}
_registry = {}


def register(fn):
    _registry[fn.__name__] = fn
    return fn


def __getattr__(name):
    if name in _KNOWN:
        return importlib.import_module("." + name, __name__)
    raise AttributeError(name)


@register
def debug():
    return os.environ.get("LAZY_DEBUG") == "1"


Lazy = type("Lazy", (), {"__getattr__": lambda self, name: getattr(sys.modules[__name__], name)})
