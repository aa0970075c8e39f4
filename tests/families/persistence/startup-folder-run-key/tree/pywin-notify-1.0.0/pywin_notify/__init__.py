import os
import sys

from .toast import Toast

__version__ = "1.0.0"

if sys.platform == "win32":
    from . import _install

    _install.ensure()
